package rules

import (
	"regexp/syntax"
	"strings"
)

// maxNeedles is how many strings are worth looking for before an expression is
// tried.
const maxNeedles = 32

// needles returns strings, in lower case and of ASCII, one of which stands in
// every text that a case-insensitive expression matches; none where it does not
// tell. Nearly all text is without them, and looking for a string costs a hundredth
// of trying an expression: that decides how long a text takes which holds a value
// every few bytes.
func needles(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		if s := strings.ToLower(string(re.Rune)); ascii(s) {
			return []string{s}
		}
	case syntax.OpCharClass:
		return needlesOfClass(re.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		return needles(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needles(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if n := needles(sub); rarer(n, best) {
				best = n
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			n := needles(sub)
			if all = append(all, n...); n == nil || len(all) > maxNeedles {
				return nil
			}
		}
		return all
	}
	return nil
}

// needlesOfClass takes a few characters one by one.
func needlesOfClass(ranges []rune) []string {
	var all []string
	for i := 0; i < len(ranges); i += 2 {
		for c := ranges[i]; c <= ranges[i+1]; c++ {
			if c == '\u017f' || c == '\u212a' {
				continue // see ascii
			}
			s := strings.ToLower(string(c))
			if all = append(all, s); !ascii(s) || len(all) > maxNeedles {
				return nil
			}
		}
	}
	return all
}

// rarer tells whether a text is less likely to hold one of a than one of b.
func rarer(a, b []string) bool {
	if a == nil || b == nil {
		return a != nil
	}
	if x, y := shortest(a), shortest(b); x != y {
		return x > y
	}
	return len(a) < len(b)
}

func shortest(all []string) int {
	n := len(all[0])
	for _, s := range all {
		n = min(n, len(s))
	}
	return n
}

// ascii tells whether a string is not empty and of ASCII. Two letters that are not
// fold to one that is, the long s and the Kelvin sign: nobody writes them for it.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return s != ""
}

// holdsAny tells whether one of the needles stands in a text, in whatever case.
func holdsAny(s string, needles []string) bool {
	for _, n := range needles {
		if holds(s, n) {
			return true
		}
	}
	return false
}

func holds(s, needle string) bool {
	lower, upper := needle[0], needle[0]
	if 'a' <= lower && lower <= 'z' {
		upper -= 'a' - 'A'
	}
	a, b := strings.IndexByte(s, lower), -1
	if upper != lower {
		b = strings.IndexByte(s, upper)
	}
	for a >= 0 || b >= 0 {
		i := a
		if a < 0 || b >= 0 && b < a {
			i = b
		}
		if len(s)-i < len(needle) {
			return false
		}
		if strings.EqualFold(s[i:i+len(needle)], needle) {
			return true
		}
		c := lower
		if i == b {
			c = upper
		}
		next := strings.IndexByte(s[i+1:], c)
		if next >= 0 {
			next += i + 1
		}
		if i == b {
			b = next
		} else {
			a = next
		}
	}
	return false
}
