package rulecheck

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"lockaway/rules"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/match"
)

// Failure is an example that does not do what it is there for.
type Failure struct {
	Rule string
	File string // the pack
	Line int    // where the example stands in it
	What string
}

// String returns FILE:LINE: RULE: what.
func (f Failure) String() string { return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Rule, f.What) }

// valueName is the name whose value an example's finding must have.
const valueName = "value"

// Check holds rules of the set against their examples, with all of the set's
// rules looked for at once, as in a scan: those in only, or every rule where that
// is empty. An example passes if something of its rule is found with medium
// confidence or more, a counter-example if nothing is. The error is the engine's,
// which can't be made of the set.
func Check(set *rules.Set, only []*rules.Rule) ([]Failure, error) {
	engine, err := match.New(set)
	if err != nil {
		return nil, err
	}
	if len(only) == 0 {
		only = set.Rules()
	}
	k := &checker{set: set, worker: engine.Worker()}
	for _, r := range only {
		for _, ex := range r.Examples {
			k.example(r, ex)
		}
		for _, ex := range r.CounterExamples {
			k.counterExample(r, ex)
		}
	}
	return k.failures, nil
}

// matcher is what finds; match.Worker outside of tests.
type matcher interface {
	Match(c *chunk.Chunk, yield func(*finding.Finding))
}

type checker struct {
	set      *rules.Set
	worker   matcher
	failures []Failure
}

func (k *checker) fail(r *rules.Rule, ex rules.Example, format string, args ...any) {
	k.failures = append(k.failures, Failure{r.ID, r.Pack, ex.Line, fmt.Sprintf(format, args...)})
}

// example checks that the rule finds something, and the right thing.
func (k *checker) example(r *rules.Rule, ex rules.Example) {
	text, named, err := ExpandNamed(ex.Template, seed(r, ex))
	if err != nil {
		k.fail(r, ex, "%v", err)
		return
	}
	var mine, others []string
	weak := false
	for _, f := range k.scan(ex, text) {
		switch {
		case !k.isOf(r, f):
			others = append(others, f.Rule)
		case f.Confidence < finding.MediumConfidence:
			weak = true
		default:
			mine = append(mine, held(f)...)
		}
	}
	want, exact := named[valueName]
	switch {
	case len(mine) == 0 && weak:
		k.fail(r, ex, "the example is found, but with low confidence only")
	case len(mine) == 0 && len(others) > 0:
		k.fail(r, ex, "the example gives no finding of the rule, but of %s", strings.Join(others, ", "))
	case len(mine) == 0:
		k.fail(r, ex, "the example gives no finding of the rule")
	case exact && !slices.Contains(mine, want):
		k.fail(r, ex, "what the example gives is not the value it names")
	}
}

// counterExample checks that the rule finds nothing that would be shown.
func (k *checker) counterExample(r *rules.Rule, ex rules.Example) {
	text, err := Expand(ex.Template, seed(r, ex))
	if err != nil {
		k.fail(r, ex, "%v", err)
		return
	}
	for _, f := range k.scan(ex, text) {
		if k.isOf(r, f) && f.Confidence >= finding.MediumConfidence {
			k.fail(r, ex, "the counter-example gives a finding in line %d, column %d", f.StartLine, f.StartColumn)
			return
		}
	}
}

func (k *checker) scan(ex rules.Example, text string) (found []*finding.Finding) {
	path := ex.Path
	if path == "" {
		path = "example.txt"
	}
	c := chunk.Whole(&chunk.Content{Kind: chunk.File, Path: path}, []byte(text))
	k.worker.Match(c, func(f *finding.Finding) { found = append(found, f) })
	return found
}

// isOf tells whether a finding is the rule's: it says so, or another rule for the
// same part of the same credential had the better claim to the place, or it is
// the credential that the part was joined to, or what the rule refines.
func (k *checker) isOf(r *rules.Rule, f *finding.Finding) bool {
	switch {
	case f.Rule == r.ID:
		return true
	case r.Of != "":
		return f.Rule == r.Of && refines(r, f)
	case r.Part == rules.NoPart:
		return false
	}
	if o := k.set.Rule(f.Rule); o != nil && o.Credential == r.Credential && o.Part == r.Part && len(f.Parts) < 2 {
		return true
	}
	for _, o := range k.set.Rules() {
		if o.Credential == r.Credential && o.Joined.Rule == f.Rule {
			return slices.ContainsFunc(f.Parts, func(p finding.Part) bool { return p.Kind == string(r.Part) })
		}
	}
	return false
}

// refines tells whether a rule with of fits what was found.
func refines(r *rules.Rule, f *finding.Finding) bool {
	if r.Path != nil && !r.Path.MatchString(f.Path) {
		return false
	}
	a := f.Around
	return r.Word == nil || r.Word.MatchString(a.Lines) || r.Word.MatchString(a.Before) || r.Word.MatchString(a.After)
}

// held are the values that a finding holds.
func held(f *finding.Finding) []string {
	all := []string{f.Value.Reveal()}
	for _, p := range f.Parts {
		all = append(all, p.Value.Reveal())
	}
	return all
}

// seed gives each example values of its own, the same in every run.
func seed(r *rules.Rule, ex rules.Example) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\x00%s\x00%s", r.ID, ex.Path, ex.Template)
	return h.Sum64()
}
