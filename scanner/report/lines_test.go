package report

import (
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

func TestExcerptLines(t *testing.T) {
	v, other := finding.NewSecret("correct horse battery"), finding.NewSecret("another one that is secret")
	f := &finding.Finding{Value: v, Place: finding.Place{Path: "a", StartLine: 4, EndLine: 4, StartColumn: 5, EndColumn: 26}}
	f.Around = finding.Around{Before: "was " + other.Reveal() + "\x1b[31m", Lines: "p = " + v.Reveal(), Column: 4, After: "end"}
	g := &finding.Finding{Value: other, Place: finding.Place{Path: "a", StartLine: 3, EndLine: 3}}
	m := NewMask([]*finding.Finding{f, g})
	for _, c := range []struct {
		all  []*finding.Finding
		want string
	}{
		{nil, "     3 │ was anot…cret\\x1b[31m\n     4 │ p = co…\n     5 │ end"},
		{[]*finding.Finding{f, g}, "     4 │ p = co…\n     5 │ end"},
	} {
		if got := strings.Join(m.Excerpt(f, c.all), "\n"); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	f.Around.Veiled = true
	if got := m.Excerpt(f, nil); got != nil {
		t.Errorf("shown though veiled: %q", got)
	}
	if got := m.Excerpt(&finding.Finding{}, nil); got != nil {
		t.Errorf("%q", got)
	}
}
