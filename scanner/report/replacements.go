package report

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
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
// every form in which it stands, byte for byte as each of its places has it, and in
// the escaped and encoded ones in which it is likely to stand. The longest come first,
// so that no part of one is replaced before it.
//
// beyond names what some values stand in that filter-repo does not rewrite by such
// expressions. That a file is one that it takes for binary, no finding tells: see
// Binary.
func Replacements(fs []*finding.Finding) (expressions []byte, beyond []string) {
	r := replacements{seen: map[string]bool{}, missed: map[string]bool{}}
	for _, f := range fs {
		if f.Allowed == nil {
			r.add(f)
		}
	}
	slices.SortFunc(r.values, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	var out bytes.Buffer
	for _, v := range r.values {
		fmt.Fprintf(&out, "%s==>REMOVED\n", expression(v))
	}
	delete(r.missed, "")
	return out.Bytes(), slices.Sorted(maps.Keys(r.missed))
}

// replacements gathers what is to be replaced.
type replacements struct {
	values []string
	seen   map[string]bool // values
	missed map[string]bool // what filter-repo replaces nothing in
}

func (r *replacements) add(f *finding.Finding) {
	places := f.Places
	if places == nil {
		places = []finding.Place{f.Place}
	}
	all := append([]finding.Secret{f.Value}, f.Pieces...)
	for _, p := range f.Parts {
		all = append(all, p.Value)
	}
	var layers []string
	for i := range places {
		layers = append(layers, places[i].Layers...)
		r.missed[untouched(&places[i])] = true
		for _, raw := range places[i].Raw {
			r.value(raw.Reveal())
		}
	}
	for _, v := range all {
		r.value(v.Reveal())
		for _, form := range forms(v.Reveal(), layers) {
			r.value(form)
		}
	}
}

func (r *replacements) value(s string) {
	if len(s) >= shortestReplaced && !r.seen[s] {
		r.seen[s] = true
		r.values = append(r.values, s)
	}
}

// Binary tells whether git filter-repo takes a file that begins so for binary, and
// replaces no text in it: it looks for a zero among the first 8192 bytes.
func Binary(data []byte) bool {
	return bytes.IndexByte(data[:min(len(data), 8192)], 0) >= 0
}

// expression writes a value as one line. Where it has line breaks, zeros, or what
// separates an expression from its replacement, it is a regular expression of Python's.
func expression(v string) string {
	if !strings.ContainsAny(v, "\r\n\x00") && !strings.Contains(v, "==>") {
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
	if at.Git != nil && at.Git.Repo != "" {
		return "submodules, which are repositories of their own"
	}
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
		if strings.Contains(l, "gzip") || strings.Contains(l, "zip") || strings.Contains(l, "tar") {
			return "compressed files and archives"
		}
	}
	return ""
}
