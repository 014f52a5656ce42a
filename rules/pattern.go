package rules

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"sync"
)

// Class reads characters as they stand inside a regular expression's class, such
// as A-Za-z0-9/+, into a table by byte: single ASCII characters and ranges of
// them; "-" first or last stands for itself, as does a mark behind "\". Negation
// and named classes are errors: what a value is made of is to be seen at a glance.
func Class(s string) (*[256]bool, error) {
	if s == "" || s[0] == '^' {
		return nil, fmt.Errorf("not a list of characters: %q", s)
	}
	var chars []byte
	var escaped []bool
	for i := 0; i < len(s); i++ {
		esc := s[i] == '\\'
		if esc {
			i++
		}
		if i == len(s) || s[i] > 0x7e || s[i] < ' ' || esc && isWordByte(s[i]) || !esc && (s[i] == '[' || s[i] == ']') {
			return nil, fmt.Errorf("not a list of characters: %q", s)
		}
		chars, escaped = append(chars, s[i]), append(escaped, esc)
	}
	var table [256]bool
	for i := 0; i < len(chars); i++ {
		lo, hi := chars[i], chars[i]
		if i+2 < len(chars) && chars[i+1] == '-' && !escaped[i+1] {
			hi = chars[i+2]
			i += 2
		}
		if lo > hi {
			return nil, fmt.Errorf("the range %c-%c is empty", lo, hi)
		}
		for c := int(lo); c <= int(hi); c++ {
			table[c] = true
		}
	}
	return &table, nil
}

func isWordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// captured returns group n of a pattern, or nil.
func captured(re *syntax.Regexp, n int) *syntax.Regexp {
	if re.Op == syntax.OpCapture && re.Cap == n {
		return re
	}
	for _, sub := range re.Sub {
		if found := captured(sub, n); found != nil {
			return found
		}
	}
	return nil
}

// minLength returns the least number of characters that a pattern takes.
func minLength(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return minLength(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min * minLength(re.Sub[0])
	case syntax.OpConcat:
		sum := 0
		for _, sub := range re.Sub {
			sum += minLength(sub)
		}
		return sum
	case syntax.OpAlternate:
		least := minLength(re.Sub[0])
		for _, sub := range re.Sub[1:] {
			least = min(least, minLength(sub))
		}
		return least
	}
	return 0
}

// lazily compiles a pattern when it is first asked for, so that a program start does
// not pay for what it doesn't use.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
