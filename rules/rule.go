// Package rules holds the noun of detection: the rule, what it looks for and what
// a find of it means. Rules are data: a pack is one TOML file for one provider
// (see packs/), the guidance that findings are held against is another (see
// guidance/). How to write a rule is told in doc.go.
//
// The room knows nothing of files, git or how a rule is searched for.
package rules

import (
	"regexp"
	"regexp/syntax"
	"sync"
)

// The levels of confidence and severity that a pack may name, ascending. What
// they mean to a finding is told in scanner/finding.
var (
	Confidences = []string{"low", "medium", "high"}
	Severities  = []string{"info", "low", "medium", "high", "critical"}
)

// Part says which part of a credential a rule finds.
type Part string

// The parts. A rule without one finds a credential that stands for itself.
const (
	NoPart       Part = ""
	KeyID        Part = "key-id"
	SecretPart   Part = "secret"
	SessionToken Part = "session-token"
)

// Rule is one thing that is looked for. After loading it is never changed, nor
// copied: hold pointers to it.
//
// There are two ways of finding. A rule with a Pattern is tried wherever one of
// its Literals stands: the pattern is anchored there. A rule with an Alphabet
// looks for a run of Min to Max characters of that alphabet, bounded by others:
// behind a name that holds one of its Names, on the same line, or within a few
// lines of a find of a rule in Near.
type Rule struct {
	ID, Title   string
	Description string
	Pack        string // the pack's file name or, of a user's, its path
	Line        int    // where the rule begins in it
	Builtin     bool   // it comes with the program

	Literals []string // bytes, exact case unless FoldCase
	FoldCase bool
	// PatternSrc is the pattern as written; Regexp compiles it.
	PatternSrc string
	// Left and Right are characters, written as inside a regular expression's
	// class, that may not stand beside the value.
	Left, Right string

	Alphabet string // as inside a regular expression's class
	Min, Max int    // length of the run, bytes
	Names    []string
	Near     []string // IDs of rules

	// Extend widens what is found to what holds it: "url", "pem", or empty.
	Extend string
	// Span is the longest stretch, in bytes, that the rule looks at on either
	// side of its anchor.
	Span int

	Part       Part
	Credential string // parts of the same credential are joined
	// Joined says, in a secret's rule, what the secret and its key ID are
	// together: TOML joined = {rule = "…", title = "…", severity = "…"}.
	Joined     Joined
	Validators []string

	// Of and Path make a rule that is never looked for: what the rule Of finds
	// in a file whose path matches Path is this rule's instead.
	Of   string
	Path *regexp.Regexp
	Word *regexp.Regexp // likewise, where the line or the ones around it match

	Confidence string   // one of Confidences
	Severity   string   // one of Severities
	Guidance   []string // entries of the catalogue that always fit
	Steps      []string // what to do, in order, for kinds that no playbook covers
	References []string

	Examples        []Example
	CounterExamples []Example

	compile sync.Once
	pattern *regexp.Regexp
	lines   map[string]int // where each key stands in the pack
	faulty  []string       // keys whose values could not be read
}

// Regexp returns the pattern, anchored where a literal begins; group 1, if there
// is one, is the value. It is compiled when first asked for, so that a program
// start does not pay for rules that nothing is tried on. It is nil for a rule
// without a pattern. Any number of goroutines may call it.
func (r *Rule) Regexp() *regexp.Regexp {
	r.compile.Do(func() {
		if r.PatternSrc != "" {
			r.pattern = regexp.MustCompile(anchored(r.PatternSrc))
		}
	})
	return r.pattern
}

// Size is the number of instructions that the pattern compiles to, a measure of
// what an attempt may cost; 0 for a rule without a pattern.
func (r *Rule) Size() int {
	re, err := syntax.Parse(anchored(r.PatternSrc), syntax.Perl)
	if err != nil || r.PatternSrc == "" {
		return 0
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return 0
	}
	return len(prog.Inst)
}

// anchored is the pattern as it is tried: from the literal's first byte.
func anchored(src string) string { return `^(?:` + src + `)` }

// Joined names a joined credential. Rule need not be a rule that is looked for.
type Joined struct{ Rule, Title, Severity string }

// Example is an input for checking a rule: a template, so that nothing that
// looks alive stands in a repository.
type Example struct {
	Template string
	Path     string // the file it stands in, if that matters
	Line     int    // where it stands in the pack
}
