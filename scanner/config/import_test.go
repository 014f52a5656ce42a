package config

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"lockaway/rules"
)

func none(string) bool { return false }

// A file is known by what it holds.
func TestForeignKind(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"x", "[[rules]]\nid = 'a'\n", "gitleaks"}, {"x.toml", "title = 'a'\n", "gitleaks"}, {"x", "[allowlist]\n", "gitleaks"},
		{"x", "# a\na/b.go:some-rule:3\n", "gitleaksignore"}, {"x", "0123456789abcdef:a:b.go:some-rule:3 # why\n", "gitleaksignore"},
		{"x", `{"results": {}}`, "detect-secrets"}, {"x", "secrets.allowed a\n", "git-secrets"}, {"x", "secrets.patterns=a\n", "git-secrets"},
		{"x", "[core]\n\ta = b\n[secrets]\n\tpatterns = x\n", "git-secrets"},
		{"a/.gitallowed", "x\n", "git-secrets-allowed"}, {"exclude", "vendor/\n", "trufflehog-exclude"},
		{"x", "", ""}, {"x", "a\x00b", ""}, {"x", "{}", ""},
	} {
		if got := foreignKind(c.file, []byte(c.text)); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.file, c.text, got, c.want)
		}
	}
}

// A rule that is carried over matches what it matched, where a literal of it stands; one
// that can't be is told.
func TestForeignRules(t *testing.T) {
	for _, c := range []struct {
		re, yes, no string
	}{
		{`tok_[a-z0-9]{8}`, "tok_ab12cd34", "tik_ab12cd34"},
		{`(?i)(abc|xyz)-[0-9]{6}`, "XYZ-123456", "XYZ-12345a"},
		{`\bkey-(live|test)_([A-Za-z0-9]{10})\b`, "key-live_abcDEF1234", "key-prod_abcDEF1234"},
		{`sk[12]_x{3,}`, "sk2_xxxx", "sk3_xxxx"},
	} {
		x := &importer{file: "f", known: none, ids: map[string]bool{}}
		x.rule(foreignRule{line: 1, id: "one-rule", re: c.re, group: 2, entropy: "1.5"})
		if len(x.Rules) != 1 {
			t.Errorf("%s: lost: %v", c.re, x.Lost)
			continue
		}
		list, err := rules.LoadTables("", []byte(x.Rules[0]))
		if err != nil {
			t.Fatal(err)
		}
		begins := func(s string) bool {
			for _, l := range list[0].Literals {
				if strings.HasPrefix(strings.ToLower(s), strings.ToLower(string(l))) {
					return true
				}
			}
			return false
		}
		if re := regexp.MustCompile(list[0].PatternSrc); !re.MatchString(c.yes) || re.MatchString(c.no) || !begins(c.yes) {
			t.Errorf("%s became\n%s", c.re, x.Rules[0])
		}
	}
	for _, re := range []string{`[a-z]{20}`, `(`, `a|b`, `ab[0-9]{3,}`, `.*secret`, `(?:)`} {
		x := &importer{file: "f", known: none, ids: map[string]bool{}}
		x.rule(foreignRule{line: 7, id: "one-rule", re: re})
		if len(x.Rules) > 0 || len(x.Lost) != 1 || x.Lost[0].Line != 7 {
			t.Errorf("%s: %v %v", re, x.Rules, x.Lost)
		}
	}
}

// Expressions hold for a value wherever they matched in it, anchored ones too.
func TestAnywhere(t *testing.T) {
	for _, c := range []struct {
		re, value string
		want      bool
	}{
		{"abc", "xabcx", true}, {"^abc", "abcx", true}, {"^abc", "xabc", false}, {"abc$", "xabc", true}, {"abc$", "abcx", false},
		{"(?i)abc", "xABC\ny", true}, {"a|b", "xbx", true}, {`\Qa|b`, "xa|bx", true}, {"(?m)^b$", "a\nb\nc", true},
	} {
		re := regexp.MustCompile(anywhere(c.re))
		re.Longest()
		at := re.FindStringIndex(c.value)
		if got := at != nil && at[0] == 0 && at[1] == len(c.value); got != c.want {
			t.Errorf("%s in %q: %v", c.re, c.value, got)
		}
	}
}

// AND joins conditions, OR does not, and what holds in some commits alone is never made to
// hold everywhere.
func TestForeignConditions(t *testing.T) {
	list := "[[allowlists]]\npaths = ['^a/', '^b/']\nregexes = ['x', 'y']\n"
	for _, c := range []struct {
		text    string
		entries int
		both    int
		lost    int
	}{
		{list, 4, 0, 0}, {list + "condition = 'AND'\n", 4, 4, 0}, {list + "condition = 'AND'\ncommits = ['abc']\n", 0, 0, 1},
		{list + "commits = ['abc']\n", 4, 0, 1}, {list + "condition = 'AND'\ntargetRules = ['theirs']\n", 0, 0, 1},
		{list + "condition = 'AND'\nstopwords = ['z']\n", 0, 0, 1},
		{"[[allowlists]]\npaths = ['(?i)a']\nregexes = ['x']\ncondition = 'AND'\n", 0, 0, 1},
	} {
		in, err := Import("f.toml", "", []byte(c.text), none)
		if err != nil {
			t.Fatal(err)
		}
		both := 0
		for _, a := range in.Allows {
			if strings.Contains(a, "path =") && strings.Contains(a, "value =") {
				both++
			}
		}
		if len(in.Allows) != c.entries || both != c.both || len(in.Lost) != c.lost {
			t.Errorf("%s\n%q\n%v", c.text, in.Allows, in.Lost)
		}
	}
}

// Whatever a file holds, what it comes to is a configuration that our reader takes, and
// errors are told with a place in it.
func FuzzImport(f *testing.F) {
	f.Add("gitleaks", "[[rules]]\nid = 'a-b'\nregex = 'tok_[0-9]{9}'\n[[rules.allowlists]]\nregexes = ['a']\npaths = ['b/']\n")
	f.Add("gitleaksignore", "a:b:3\n")
	f.Add("detect-secrets", `{"results": {"a": [{"hashed_secret": "00"}]}, "exclude": {"files": "a/"}}`)
	f.Add("git-secrets", "[secrets]\n\tpatterns = \"abc\\\\d\"\n\tallowed = x\n")
	f.Add("trufflehog-exclude", "a/.*\\.b$\n")
	f.Fuzz(func(t *testing.T, as, text string) {
		in, err := Import("f", as, []byte(text), none)
		if err != nil {
			var es Errors
			if !errors.As(err, &es) {
				t.Fatalf("%v", err)
			}
			return
		}
		if _, err := Parse("c", t.TempDir(), []byte(in.Config()), Options{}); err != nil && !strings.Contains(err.Error(), "too large") && !strings.Contains(err.Error(), "too many") && !strings.Contains(err.Error(), "more than") {
			t.Fatalf("%v\n%s", err, in.Config())
		}
	})
}
