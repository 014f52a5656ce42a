package config

import (
	"regexp/syntax"
	"testing"
)

// The estimate must not be far below what the library makes of a pattern.
func TestSizeIsNotFarFromTheTruth(t *testing.T) {
	for _, p := range []string{
		``, `a`, `abc`, `[a-z]+`, `a|b|cd`, `.{1000}`, `(a{10}){100}`, `(?:(?:ab?){3,7}c*){2,}`, `x{0,1000}`, `((((a{2}){2}){2}){2}){60}`,
		`(?i)secret[a-z0-9]{40}`, `\p{L}{30}`, `[^a]{5,}`, `(?:|a){500}`, `^\bfoo\b$`,
	} {
		re, err := syntax.Parse(p, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		estimate := size(re)
		prog, err := syntax.Compile(re.Simplify())
		if err != nil {
			t.Fatal(err)
		}
		if n := len(prog.Inst); estimate*3+10 < n {
			t.Errorf("%q: %d, but it compiles to %d", p, estimate, n)
		}
	}
}
