package ranges

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadCommits(t *testing.T) {
	for text, want := range map[string][]string{
		"":                         nil,
		"\n \n\t\n":                nil,
		"abc":                      {"abc"},
		"abc\r\ndef\r\n":           {"abc", "def"},
		"# comment\n  abc  \n#def": {"abc"},
		"abc message of it\ndef #": {"abc", "def"},
		"main~2\nHEAD\nHEAD\n":     {"main~2", "HEAD", "HEAD"},
		"a" + strings.Repeat(" message", 6000) + "\nb": {"a", "b"},
	} {
		got, err := ReadCommits(strings.NewReader(text), "list")
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%.40q: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{strings.Repeat("x", maxLine+1), "a\nb\n" + strings.Repeat("x y", maxLine)} {
		if got, err := ReadCommits(strings.NewReader(text), "list"); err == nil || !strings.HasPrefix(err.Error(), "list: line ") {
			t.Errorf("a long line: %d, %v", len(got), err)
		}
	}
	bad := errors.New("bad disk")
	if _, err := ReadCommits(iotest.ErrReader(bad), "list"); !errors.Is(err, bad) {
		t.Errorf("a failing reader: %v", err)
	}
	if _, err := ReadCommits(strings.NewReader(strings.Repeat("a\n", maxListed+1)), "list"); err == nil {
		t.Error("a list without an end is read")
	}
}

func FuzzReadCommits(f *testing.F) {
	for _, s := range []string{"abc\n", "# x\nabc def\n", "\r\n\x00", "^a\n-b", strings.Repeat("a ", 40000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ReadCommits(strings.NewReader(s), "list")
		if err != nil {
			if len(s) <= maxLine {
				t.Errorf("%v", err)
			}
			return
		}
		// Each line but empty ones and comments gives the word that it begins with.
		want := 0
		for line := range strings.Lines(s) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				if want == len(got) || !strings.HasPrefix(line, got[want]) || got[want] == "" {
					t.Fatalf("%q: %q", s, got)
				}
				want++
			}
		}
		if want != len(got) {
			t.Errorf("%q: %q", s, got)
		}
	})
}
