package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lockaway/scanner/finding"
)

// Imported is what another tool's file comes to in ours.
type Imported struct {
	// Tool is whose the file is.
	Tool string
	// Excludes, Allows and Rules are what a .lockaway.toml takes from it, each written out.
	Excludes []string
	Allows   []string
	Rules    []string
	// Marks are findings that it names by their places or hashes: which values these are
	// tells a scan alone.
	Marks []ForeignMark
	// Lost are what could not be carried over, and Notes what means a little else.
	Lost, Notes []Loss
}

// ForeignMark is a finding that another tool's file lists as known.
type ForeignMark struct {
	Line int // in that file
	Path string
	// At is the line of the finding, 0 if it is not told.
	At int
	// SHA1 is the hash of the value in lower-case hexadecimal digits; empty where the file
	// names places alone.
	SHA1   string
	Mark   finding.Mark
	Commit string
	Rule   string // in the other tool's words
}

// Loss is something of the other file, by its line; 0 for all of it.
type Loss struct {
	Line int
	What string
}

// Foreign are the tools whose files can be read, as ImportAs takes them.
func Foreign() []string {
	return []string{"gitleaks", "gitleaksignore", "detect-secrets", "git-secrets", "git-secrets-allowed", "trufflehog-exclude"}
}

// importer gathers what a file comes to.
type importer struct {
	Imported
	file  string
	known func(rule string) bool
	ids   map[string]bool // of rules that were carried over
}

// Import reads another tool's file. as is one of Foreign, or empty to tell by what the
// file holds. known tells whether a rule of ours has an ID. What is wrong with the file is
// told as Errors.
func Import(file, as string, data []byte, known func(string) bool) (*Imported, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if as == "" {
		as = foreignKind(file, data)
	}
	x := &importer{file: file, known: known, ids: map[string]bool{}}
	x.Tool = as
	var err error
	switch as {
	case "gitleaks":
		err = x.gitleaks(data)
	case "gitleaksignore":
		err = x.gitleaksIgnore(data)
	case "detect-secrets":
		err = x.detectSecrets(data)
	case "git-secrets":
		x.gitSecrets(data)
	case "git-secrets-allowed":
		x.lines(data, func(line int, text string) { x.allowLine(line, text) })
	case "trufflehog-exclude":
		x.lines(data, func(line int, text string) { x.exclude(line, text) })
	default:
		return nil, Errors{{File: file, What: "it is not known whose file this is", Hint: "say it: --as " + strings.Join(Foreign(), "|")}}
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(x.Lost, func(a, b Loss) int { return a.Line - b.Line })
	return &x.Imported, nil
}

// foreignKind tells by its content whose a file is; a bare list of patterns is
// trufflehog's unless its name says that it is git-secrets'.
func foreignKind(file string, data []byte) string {
	text := bytes.TrimSpace(data)
	base := file[strings.LastIndexAny(file, `/\`)+1:]
	switch {
	case len(text) == 0 || bytes.IndexByte(data, 0) >= 0:
		return ""
	case text[0] == '{':
		var top map[string]json.RawMessage
		if json.Unmarshal(data, &top) != nil || top["results"] != nil || top["plugins_used"] != nil {
			return "detect-secrets"
		}
		return ""
	case isGitSecrets(text):
		return "git-secrets"
	case isGitleaksIgnore(text):
		return "gitleaksignore"
	case strings.HasSuffix(base, ".toml") || tomlTable().Match(text):
		return "gitleaks"
	case base == ".gitallowed":
		return "git-secrets-allowed"
	}
	return "trufflehog-exclude"
}

// lines gives the lines of a list that are neither empty nor comments.
func (x *importer) lines(data []byte, do func(line int, text string)) {
	n := 0
	for text := range strings.SplitSeq(string(data), "\n") {
		n++
		if text = strings.TrimSpace(text); text != "" && text[0] != '#' {
			do(n, text)
		}
	}
}

func (x *importer) lose(line int, format string, args ...any) {
	x.Lost = append(x.Lost, Loss{line, printable(fmt.Sprintf(format, args...))})
}

func (x *importer) note(line int, what string) {
	for _, n := range x.Notes {
		if n.What == what {
			return // once is enough
		}
	}
	x.Notes = append(x.Notes, Loss{line, what})
}

// allowing is an [[allow]] entry in the making.
type allowing struct {
	line              int
	rule, path, value string
	reason            string
}

// allow adds an entry, if our own reader takes it.
func (x *importer) allow(a allowing) {
	var b strings.Builder
	b.WriteString("[[allow]]\n")
	for _, kv := range [][2]string{{"rule", a.rule}, {"path", a.path}, {"value", a.value}} {
		if kv[1] != "" {
			fmt.Fprintf(&b, "%s = %s\n", kv[0], tomlText(kv[1]))
		}
	}
	reason := fmt.Sprintf("imported from %s, line %d", x.file, a.line)
	if a.reason != "" {
		reason = a.reason + " (" + reason + ")"
	}
	fmt.Fprintf(&b, "reason = %s\n", tomlText(reason))
	if what := refused(b.String()); what != "" {
		x.lose(a.line, "an allow entry: %s", what)
		return
	}
	if len(x.Allows) == maxAllow {
		x.lose(a.line, "more than %d allow entries", maxAllow)
		return
	}
	x.Allows = append(x.Allows, b.String())
}

// refused says why our reader does not take a part of a configuration.
func refused(text string) string {
	_, err := Parse("", "", []byte(text), Options{})
	if es, ok := err.(Errors); ok {
		return es[0].What
	}
	return ""
}

// exclude leaves out the paths that a regular expression matches.
func (x *importer) exclude(line int, re string) {
	patterns, ok := pathPatterns(re)
	if !ok {
		x.lose(line, "the path expression can't be written as a pattern of .gitignore")
		return
	}
	x.Excludes = append(x.Excludes, patterns...)
}

// Config is what a .lockaway.toml takes; empty if that is nothing.
func (m *Imported) Config() string {
	var b strings.Builder
	if len(m.Excludes) > 0 {
		b.WriteString("[scan]\nexclude = [\n")
		for _, p := range m.Excludes {
			b.WriteString("  " + tomlText(p) + ",\n")
		}
		b.WriteString("]\n")
	}
	for _, part := range append(slices.Clone(m.Allows), m.Rules...) {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(part)
	}
	return b.String()
}

// tomlText writes a basic string of TOML, whose escapes are JSON's.
func tomlText(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s)
	return strings.ReplaceAll(strings.TrimRight(b.String(), "\n"), "\x7f", `\u007f`)
}

// ReadForeign returns what another tool's file holds: a regular file that is no larger than
// a baseline may be. Errors say what is wrong, without the path.
func ReadForeign(path string) ([]byte, error) {
	c := Config{trusted: true}
	return c.readUpTo(path, MaxBaseline)
}
