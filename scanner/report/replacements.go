package report

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// shortestReplaced is the least length in bytes of what is replaced: a shorter text
// stands in too many places where it is no secret.
const shortestReplaced = 8

// Replacements returns the values of findings that nothing allowed, as git
// filter-repo takes them for its --replace-text and --replace-message: one expression
// a line (git-filter-repo's manual, "Content editing filters"). A value is there in
// every form in which it stands: escaped, and encoded as its layers say. The longest
// come first, so that no part of one is replaced before it.
//
// beyond names what some values stand in that filter-repo does not rewrite by such
// expressions.
func Replacements(fs []*finding.Finding) (expressions []byte, beyond []string) {
	seen := map[string]bool{}
	var values []string
	add := func(s string) {
		if len(s) >= shortestReplaced && !seen[s] {
			seen[s] = true
			values = append(values, s)
		}
	}
	missed := map[string]bool{}
	for _, f := range fs {
		if f.Allowed != nil {
			continue
		}
		places := f.Places
		if places == nil {
			places = []finding.Place{f.Place}
		}
		var layers []string
		for i := range places {
			layers = append(layers, places[i].Layers...)
			missed[untouched(&places[i])] = true
		}
		all := append([]finding.Secret{f.Value}, f.Pieces...)
		for _, p := range f.Parts {
			all = append(all, p.Value)
		}
		for _, v := range all {
			s := v.Reveal()
			add(s)
			for _, form := range forms(s, layers) {
				add(form)
			}
		}
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	var out bytes.Buffer
	for _, v := range values {
		if strings.Contains(v, "\x00") {
			continue // of a file that filter-repo takes for binary
		}
		fmt.Fprintf(&out, "%s==>REMOVED\n", expression(v))
	}
	delete(missed, "")
	for what := range missed {
		beyond = append(beyond, what)
	}
	slices.Sort(beyond)
	return out.Bytes(), beyond
}

// expression writes a value as one line. Where it has line breaks, or what separates
// an expression from its replacement, it is a regular expression of Python's.
func expression(v string) string {
	if !strings.ContainsAny(v, "\r\n") && !strings.Contains(v, "==>") {
		return "literal:" + v
	}
	var b strings.Builder
	b.WriteString("regex:")
	v = strings.ReplaceAll(v, "\r\n", "\n")
	for i := range len(v) {
		switch c := v[i]; {
		case c == '\n':
			b.WriteString(`\r?\n`) // as a file of either kind has it
		case alphanumeric(rune(c)), c >= 0x80:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, `\x%02x`, c)
		}
	}
	return b.String()
}

// untouched names what a place stands in if that is nothing of which filter-repo
// replaces text; empty for what it does.
func untouched(at *finding.Place) string {
	switch at.Source {
	case chunk.PathName:
		return "names of files"
	case chunk.RefName:
		return "names of refs"
	case chunk.CommitAuthor:
		return "commits' headers"
	case chunk.Config, chunk.Reflog:
		return "files of the git folder"
	}
	for _, l := range at.Layers {
		switch {
		case isUTF16(l):
			return "files in UTF-16"
		case strings.Contains(l, "gzip"), strings.Contains(l, "zip"), strings.Contains(l, "tar"):
			return "compressed files and archives"
		}
	}
	return ""
}
