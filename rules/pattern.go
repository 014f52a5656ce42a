package rules

import (
	"fmt"
	"regexp/syntax"
)

// Class reads characters as they stand inside a regular expression's class, such
// as A-Za-z0-9/+, into a table by byte. Only ASCII characters may be named, for
// values are looked at byte by byte; a negated class names all other bytes.
func Class(s string) (*[256]bool, error) {
	re, err := syntax.Parse("["+s+"]", syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("not a class of characters: %s", patternFault(err))
	}
	var table [256]bool
	switch re.Op {
	case syntax.OpLiteral:
		if len(re.Rune) != 1 || re.Flags&syntax.FoldCase != 0 || re.Rune[0] > 0x7f {
			return nil, fmt.Errorf("not a class of ASCII characters: %s", s)
		}
		table[re.Rune[0]] = true
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			lo, hi := re.Rune[i], re.Rune[i+1]
			if hi > 0x7f && hi != 0x10ffff {
				return nil, fmt.Errorf("not a class of ASCII characters: %s", s)
			}
			for c := lo; c <= min(hi, 0xff); c++ {
				table[c] = true
			}
		}
	default:
		return nil, fmt.Errorf("not a class of characters: %s", s)
	}
	return &table, nil
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
