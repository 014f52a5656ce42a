package match_test

import (
	"strings"
	"testing"

	"lockaway/rules"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/match"
)

// with makes an engine of the rules that come with the program and one more.
func with(t *testing.T, rule string) *match.Engine {
	t.Helper()
	more, err := rules.LoadTables("own.toml", []byte("[[rule]]\nid = 'own'\ntitle = 'Own'\ndescription = 'One of ours.'\nconfidence = 'high'\nseverity = 'high'\n"+rule))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if set, err = set.With(more...); err != nil {
		t.Fatal(err)
	}
	e, err := match.New(set)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Rules that are made to take for ever don't: each of these would take hours.
func TestRulesThatTakeForEver(t *testing.T) {
	id := newMaker(1).id("AKIA")
	text := strings.Repeat("a", 200_000) + "\naws_access_key_id = " + id + "\n"
	for name, rule := range map[string]string{
		"pattern": "literals = ['aaa']\npattern = 'aaa(?:a|aa|aaa)*b{0,1000}[a-z]{0,1000}[A-Z]$'\nspan = 16384\nexamples = ['aaaaB']\ncounter_examples = ['b']\n",
		"name":    "names = ['aaa']\nalphabet = 'a'\nmin = 12000\nmax = 12001\nspan = 16384\nexamples = ['aaa = " + strings.Repeat("a", 12000) + "']\ncounter_examples = ['b']\n",
	} {
		w := with(t, rule).Worker()
		var found []string
		for _, c := range chunk.Cut(&chunk.Content{Path: "f"}, []byte(text), 80_000, 150_000) {
			w.Match(c, func(f *finding.Finding) { found = append(found, f.Value.Reveal()) })
		}
		if name == "pattern" && !w.GaveUp() {
			t.Errorf("%s: not given up on", name)
		}
		if len(found) != 1 || found[0] != id {
			t.Errorf("%s: %q", name, found)
		}
		w.Match(chunk.Whole(&chunk.Content{Path: "g"}, []byte("aaa")), func(*finding.Finding) {})
		if w.GaveUp() {
			t.Errorf("%s: the next content is given up on, too", name)
		}
	}
}

// Rules as people write them are tried to the end, where they match all the time.
func TestRulesThatMatchEverywhere(t *testing.T) {
	const n = 20_000
	text := strings.Repeat("token = acme_0123456789abcdefghij0123456789abcdefghij\n", n)
	w := with(t, "literals = ['acme_']\npattern = 'acme_[a-z0-9]{40}'\nexamples = ['acme_0123456789abcdefghij0123456789abcdefghij']\ncounter_examples = ['acme_x']\n").Worker()
	found := 0
	w.Match(chunk.Whole(&chunk.Content{Path: "f"}, []byte(text)), func(*finding.Finding) { found++ })
	if found != n || w.GaveUp() {
		t.Errorf("%d found, given up on: %v", found, w.GaveUp())
	}
}
