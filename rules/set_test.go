package rules

import (
	"strings"
	"testing"
)

func mustLoad(t *testing.T, name, text string) []*Rule {
	t.Helper()
	rules, err := Load(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func TestSetReferences(t *testing.T) {
	base := mustLoad(t, "a.toml", soundPack)
	pack := "provider = \"acme\"\ntitle = \"Acme\"\n" + runRule
	for _, c := range []struct{ name, more, want string }{
		{"near", "alphabet = 'a-z'\nmin = 4\nmax = 5\nnear = ['acme-tokne']\n", `b.toml:11: unknown rule "acme-tokne" in near (did you mean "acme-token"?)`},
		{"of", "of = 'nothing-like-it'\npath = 'x'\n", `b.toml:8: unknown rule "nothing-like-it" in of`},
		{"of itself", "of = 'acme-run'\npath = 'x'\n", `b.toml:8: rule "acme-run" is not looked for itself, so nothing can refine it`},
		{"credential", "alphabet = 'a-z'\nmin = 4\nmax = 5\nnear = ['acme-token']\npart = 'secret'\ncredential = 'acme'\n", `b.toml:13: no other rule finds a part of credential "acme"`},
		{"same id", "id = 'acme-token'\n", `b.toml:4: rule "acme-token" stands already in a.toml:3`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := pack + c.more
			if c.name == "same id" {
				text = strings.Replace(soundPack, "acme_[a-z]{20}", "acme_[a-z]{21}", 1)
			}
			_, err := NewSet(append(mustLoad(t, "b.toml", text), base...))
			if c.name == "same id" {
				_, err = NewSet(append(base, mustLoad(t, "b.toml", text)...))
			}
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestSetWithout(t *testing.T) {
	text := soundPack + runRule + "alphabet = 'a-z'\nmin = 4\nmax = 5\nnear = ['acme-token']\n" +
		"[[rule]]\nid = 'acme-special'\ntitle = 't'\nof = 'acme-token'\npath = 'x'\nexamples = ['x']\ncounter_examples = ['y']\n"
	set, err := NewSet(mustLoad(t, "a.toml", text))
	if err != nil {
		t.Fatal(err)
	}
	less, err := set.Without("acme-token")
	if err != nil || less.Len() != 1 || less.Rule("acme-run") == nil || less.Rule("acme-token") != nil || less.Rule("acme-special") != nil {
		t.Fatalf("%v: %v", err, less)
	}
	if set.Len() != 3 {
		t.Error("the set itself was changed")
	}
	// Taking out twice is fine, adding to what is left too.
	again, err := less.Without("acme-token", "acme-run")
	if err != nil || again.Len() != 0 {
		t.Errorf("%v: %v", err, again)
	}
	more, err := less.With(mustLoad(t, "b.toml", soundPack)...)
	if err != nil || more.Len() != 2 || more.Rules()[1].Pack != "b.toml" {
		t.Errorf("%v: %v", err, more)
	}
	if _, err := set.Without("acme-rum"); err == nil || err.Error() != `unknown rule "acme-rum" (did you mean "acme-run"?)` {
		t.Errorf("got %v", err)
	}
	if _, err := set.Without("x"); err == nil || err.Error() != `unknown rule "x"` {
		t.Errorf("got %v", err)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"abc", "", 3}, {"", "abc", 3},
		{"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"tilte", "title", 2}, {"ab", "ba", 2},
	} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: %d, not %d", c.a, c.b, got, c.want)
		}
	}
}

func TestClass(t *testing.T) {
	for s, want := range map[string]string{
		"A-Ca": "ABCa", "a-": "-a", "-a": "-a", `a\-c`: "-ac", "/+=": "+/=", `\]x`: "]x", `a-c-e`: "-abce", "x": "x",
	} {
		table, err := Class(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		got := ""
		for c := range 256 {
			if table[c] {
				got += string(rune(c))
			}
		}
		if got != want {
			t.Errorf("%s: %q, not %q", s, got, want)
		}
	}
	for _, s := range []string{"", "^a", "z-a", `\w`, `\`, "é", "a]", "[a", "\n"} {
		if _, err := Class(s); err == nil {
			t.Errorf("%q is taken for a list of characters", s)
		}
	}
}
