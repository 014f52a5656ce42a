package filter

import (
	"testing"

	"lockaway/scanner/finding"
)

func TestForeignMarkers(t *testing.T) {
	for _, c := range []struct {
		before, line string
		by           string // empty: not allowed
	}{
		{"", `key = VALUE # gitleaks:allow`, "gitleaks:allow"},
		{"", `key = VALUE //gitleaks:allow because`, "gitleaks:allow"},
		{"", `key = VALUE # pragma: allowlist secret`, "pragma: allowlist secret"},
		{"# pragma: allowlist nextline secret", `key = VALUE`, "pragma: allowlist secret"},
		{"", `<a b="VALUE"/> <!-- trufflehog:ignore -->`, "trufflehog:ignore"},
		{"", `key: VALUE # nosecret`, "nosecret"},
		// On the line before they don't count.
		{"# gitleaks:allow", `key = VALUE`, ""},
		{"# pragma: allowlist secret", `key = VALUE`, ""},
		// They are words of their own.
		{"", `key = VALUE # nosecrets`, ""},
		{"", `key = VALUE # isnosecret`, ""},
		{"", `key = VALUE # nosecret-store`, ""},
		{"", `key = VALUE http://host/gitleaks:allow`, ""},
		{"", `nosecret=VALUE`, ""},
		{"", `key = VALUE # lockaway:ignore`, ""},
		{"", `key = VALUE`, ""},
	} {
		f := &finding.Finding{Value: finding.NewSecret("VALUE"), Place: finding.Place{Around: finding.Around{Before: c.before, Lines: c.line}}}
		a, ok := NewForeign(Markers()).Judge(f)
		if a.By != c.by || ok != (c.by != "") || ok != a.Foreign {
			t.Errorf("%q, %q: %v %v, want %q", c.before, c.line, a, ok, c.by)
		}
		if _, ok := NewForeign(nil).Judge(f); ok {
			t.Errorf("%q: a marker that nobody asked for counts", c.line)
		}
	}
	// Inside a value it is a part of the value.
	f := &finding.Finding{Value: finding.NewSecret("pass nosecret word"), Place: finding.Place{Around: finding.Around{Lines: `p = "pass nosecret word"`}}}
	if _, ok := NewForeign(Markers()).Judge(f); ok {
		t.Error("a marker inside the value counts")
	}
}
