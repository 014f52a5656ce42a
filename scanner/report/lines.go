package report

import (
	"fmt"
	"strings"

	"lockaway/scanner/finding"
)

// Excerpt returns the lines around a finding, numbered and masked, fit to be shown; those
// before and after it too where they are known and nothing of all the others stands there,
// which may have a form that hides it from a mask. It is empty where nothing may be shown,
// as of a report that was read back.
func (m *Mask) Excerpt(f *finding.Finding, all []*finding.Finding) []string {
	if f.Around.Veiled || f.Around.Lines == "" {
		return nil
	}
	var out []string
	add := func(number int, text string) {
		if text = strings.TrimRight(text, " \t"); text != "" {
			out = append(out, fmt.Sprintf("%6d │ %s", number, text))
		}
	}
	if len(f.Layers) == 0 && !anyOn(f, f.StartLine-1, all) {
		add(f.StartLine-1, Visible(m.Piece(f.Around.Before)))
	}
	for _, l := range m.excerpt(f, false) {
		var text strings.Builder
		for _, c := range l.cells {
			text.WriteString(c.text)
		}
		add(l.number, text.String())
	}
	if len(f.Layers) == 0 && !anyOn(f, f.EndLine+1, all) {
		add(f.EndLine+1, Visible(m.Piece(f.Around.After)))
	}
	return out
}

// anyOn tells whether another finding of the same file stands on a line.
func anyOn(f *finding.Finding, line int, all []*finding.Finding) bool {
	for _, g := range all {
		if g != f && g.Path == f.Path && g.StartLine <= line && line <= g.EndLine {
			return true
		}
	}
	return false
}
