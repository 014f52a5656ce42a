package gitpack

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// listed is a config as `git config --list -z` prints it, values of variables that
// stand alone aside: git prints them without.
func listed(c *GitConfig) string {
	var out strings.Builder
	for _, e := range c.Entries {
		name := e.Section + "."
		if e.Subsection != "" {
			name += e.Subsection + "."
		}
		fmt.Fprintf(&out, "%s%s\n%s\x00", name, e.Key, e.Value)
	}
	return out.String()
}

func TestConfigAgainstGit(t *testing.T) {
	s := newSandbox(t)
	parts := []string{"[core]\n", "[Remote \"a b\"]", "[remote \"q\\\"\\\\x\"]\n", "[branch.Main]", "\tbare = false\n", "key=value ; comment\n", "URL = \"a # b\" c\n",
		"k = a\\\n  b  \\\n c \n", "k = \"x\\ty\"  \n", "# comment\n", ";\r\n", "k =\n", "alone=true\n", "\r\n", " ", "a-b = \" \" \n", "x = y\r\n", "k = a  \"\" \n", "k=\\\"\n", "k = 'q'\n", "[a] k = 1\n", "n = \\b\\n\n",
		"\\", "\"", "]", "= 1\n", "1x = 2\n", "k = \\q\n"}
	r := rand.New(rand.NewPCG(3, 4))
	compared := 0
	for i := range 500 {
		text := "[s]" // git prints variables without a section, but they mean nothing
		for range 1 + r.IntN(6) {
			n := len(parts)
			if i%3 > 0 {
				n -= 6 // mostly well formed
			}
			text += parts[r.IntN(n)]
		}
		want, err := s.tryFeed(text, "config", "--file", "-", "--list", "-z")
		c, bad := ParseGitConfig([]byte(text))
		if (err == nil) != (len(bad) == 0) {
			t.Errorf("%q: git says %v %q; lines %v are bad", text, err, want, bad)
			continue
		}
		if err == nil {
			compared++
			if got := listed(c); got != want {
				t.Errorf("%q\n got %q\nwant %q", text, got, want)
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d texts were compared", compared)
	}
}

func (s *sandbox) tryFeed(input string, args ...string) (string, error) {
	out, errs, err := s.run(input, args)
	if err != nil {
		return errs, err
	}
	return out, nil
}

func TestConfigReading(t *testing.T) {
	c, bad := ParseGitConfig([]byte("\xef\xbb\xbf[core]\nbare\nworktree = \"open\n[broken\nwhat is this\n[core] x = 1\n[include]\npath = ../elsewhere\n[Remote \"O\"]\nurl=a\nurl=b\nn = 0x10\nz = 0\n"))
	if !slices.Equal(bad, []int{3, 4, 5}) {
		t.Errorf("bad lines %v", bad)
	}
	if !c.True("core", "", "bare") || c.True("core", "", "absent") || c.True("remote", "O", "z") || !c.True("remote", "O", "n") {
		t.Error(listed(c))
	}
	if v, ok := c.Last("remote", "O", "url"); v != "b" || !ok {
		t.Errorf("last %q", v)
	}
	if got := c.All("remote", "O", "url"); !slices.Equal(got, []string{"a", "b"}) || c.All("remote", "o", "url") != nil {
		t.Errorf("all %q", got)
	}
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte("[core]\n\tbare = false\n[remote \"origin\"]\n\turl = \"a\\\n b\" ; c\n"))
	f.Add([]byte("[a.b] c = \\\r\n"))
	f.Add([]byte("\"\\\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, _ := ParseGitConfig(data)
		for _, e := range c.Entries {
			if strings.ContainsAny(e.Key, " \n\x00=") || e.Key == "" || e.Section != strings.ToLower(e.Section) || strings.Contains(e.Subsection, "\n") {
				t.Errorf("%+v", e)
			}
		}
	})
}
