package match_test

import (
	"strings"
	"testing"
)

// The line before is known however far into its line a value begins, and is whole
// or not there at all: the end of a long line could pass for a comment of its own.
func TestLineBefore(t *testing.T) {
	e := engine(t)
	m := newMaker(77)
	const comment = "# may stand here"
	for _, tc := range []struct{ name, before, pad, want string }{
		{"short", comment + "\n", "", comment},
		{"Windows", comment + "\r\n", "", comment},
		{"far into its line", comment + "\n", strings.Repeat("ab ", 200), comment},
		{"farther", comment + "\n", strings.Repeat("ab ", 4000), comment},
		{"too far", comment + "\n", strings.Repeat("ab ", 8000), ""},
		{"longest", "x\n" + strings.Repeat("-", 300) + "\n", "", strings.Repeat("-", 300)},
		{"longest, first", strings.Repeat("-", 300) + "\n", "", strings.Repeat("-", 300)},
		{"longer", "x\n" + strings.Repeat("-", 301) + "\n", "", ""},
		{"end of a long line", strings.Repeat("x", 400) + " " + comment + "\n", "", ""},
		{"empty", "x\n\n", "", ""},
		{"first line", "", "", ""},
	} {
		text, _ := m.fill(tc.before + tc.pad + "key = $I1\nregion\n")
		fs := scan(e, "f", text)
		if len(fs) != 1 {
			t.Fatalf("%s: %d found", tc.name, len(fs))
		}
		if got := fs[0].Around.Before; got != tc.want {
			t.Errorf("%s: the line before is %.60q, not %.60q", tc.name, got, tc.want)
		}
	}
}

// What stands behind a value on its line is known for some way.
func TestLineBehind(t *testing.T) {
	e := engine(t)
	text, _ := newMaker(78).fill("key = $I1 " + strings.Repeat("ab ", 300) + "# may stand here\nnext\n")
	fs := scan(e, "f", text)
	if len(fs) != 1 || !strings.HasSuffix(fs[0].Around.Lines, "# may stand here") || fs[0].Around.After != "next" {
		t.Fatalf("found %+v", fs)
	}
}
