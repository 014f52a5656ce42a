package rules

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
)

func TestNeedles(t *testing.T) {
	for src, want := range map[string]string{
		`\broot[-_ ](account|user)\b`:     "root",
		`^\s*root`:                        "root",
		`a.*bcd`:                          "bcd",
		`(abc|de)?f`:                      "f",
		`(abc|.)x*`:                       "",
		`[SK]`:                            "s|k|s|k",
		`[AB]`:                            "a|b|a|b",
		`x+y*`:                            "x",
		`(ab){2,}`:                        "ab",
		`(ab){0,2}`:                       "",
		`ümlaut`:                          "",
		`\.(service|socket)$`:             "ervice|ocket", // as the parser has it: s(ervice|ocket)
		`[\w.+-]+@[\w-]+`:                 "@",
		`\d{12}`:                          "0|1|2|3|4|5|6|7|8|9",
		`(AKIA|ASIA)[A-Z2-7]{16}`:         "kia|sia",
		`\b(not?|never|don.t)\b.*/etc/`:   "/etc/",
		`[[:alpha:]][[:alpha:]]|password`: "",
	} {
		re, err := syntax.Parse("(?i)"+src, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		got := needles(re)
		slices.Sort(got)
		words := strings.Split(want, "|")
		slices.Sort(words)
		if strings.Join(got, "|") != strings.Join(words, "|") {
			t.Errorf("%s: %q, want %q", src, got, words)
		}
	}
}

// No pattern of the catalogue matches otherwise than its expression alone does.
func TestPatternsMatchAsExpressions(t *testing.T) {
	c, err := LoadGuidance()
	if err != nil {
		t.Fatal(err)
	}
	var patterns []Pattern
	for _, e := range c.Entries() {
		for _, w := range e.When {
			patterns = slices.Concat(patterns, w.Path, w.NotPath, w.Section, w.Lines, w.NotLines, w.NearAll)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	words := regexp.MustCompile(`[A-Za-z]+|/`)
	matched, passed := 0, 0
	for _, p := range patterns {
		re := regexp.MustCompile("(?i)" + p.String())
		all := words.FindAllString(p.String(), -1)
		for range 3000 {
			var b strings.Builder
			for range r.IntN(9) {
				w := "x"
				if len(all) > 0 {
					w = all[r.IntN(len(all))]
				}
				if r.IntN(3) == 0 {
					w = strings.ToUpper(w)
				}
				b.WriteString(w + []string{"", " ", "_", "=", ".", "-", "\n", ": "}[r.IntN(8)])
			}
			s := b.String()
			want := re.MatchString(s)
			if p.Match(s) != want {
				t.Fatalf("%s on %q: the expression says %v", p, s, want)
			}
			if want {
				matched++
			} else {
				passed++
			}
		}
	}
	if matched < 1000 || passed < 1000 {
		t.Errorf("%d matched, %d did not: the texts say little", matched, passed)
	}
}

// Whatever an expression matches holds one of its needles.
func FuzzNeedles(f *testing.F) {
	for _, s := range [][2]string{
		{`\broot[-_ ](account|user)\b`, "ROOT-User"}, {`(a|b)+c?`, "A"}, {`[^a]x`, "xX"}, {`(?:ab|cd){1,3}e*`, "CD"},
		{`\bk[sS]+\b`, "Ks"}, {`(ab)*|c`, "C"}, {`a{0}b`, "B"}, {`$^`, ""},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, src, text string) {
		re, err := regexp.Compile("(?i)" + src)
		if err != nil || len(src) > 200 || strings.ContainsAny(text, "\u017f\u212a") {
			return
		}
		tree, err := syntax.Parse("(?i)"+src, syntax.Perl)
		if err != nil {
			t.Fatalf("%q compiles but does not parse: %v", src, err)
		}
		n := needles(tree)
		if n != nil && re.MatchString(text) && !holdsAny(text, n) {
			t.Fatalf("%q matches %q, which holds none of %q", src, text, n)
		}
	})
}
