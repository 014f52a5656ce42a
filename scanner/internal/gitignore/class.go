package gitignore

import (
	"fmt"
	"strings"
)

// set is a set of bytes.
type set [256]bool

func (s *set) remove(c byte) { s[c] = false }

func (s *set) empty() bool { return *s == set{} }

// write appends the set as a bracket expression.
func (s *set) write(b *strings.Builder) {
	b.WriteByte('[')
	for lo := 0; lo < len(s); lo++ {
		if !s[lo] {
			continue
		}
		hi := lo
		for hi+1 < len(s) && s[hi+1] {
			hi++
		}
		fmt.Fprintf(b, `\x{%02x}-\x{%02x}`, lo, hi)
		lo = hi
	}
	b.WriteByte(']')
}

// parseClass reads the bracket that glob begins with, as wildmatch.c does, and
// returns what it matches and its length. It returns false where git gives up:
// no closing bracket, or a class whose name isn't known.
func parseClass(glob string) (s set, n int, ok bool) {
	at := func(i int) byte { // 0 behind the end, where no NUL can stand
		if i < len(glob) {
			return glob[i]
		}
		return 0
	}
	i := 1
	negated := at(i) == '!' || at(i) == '^'
	if negated {
		i++
	}
	var prev byte // the character that a "-" would begin a range at; 0 for none
	// A closing bracket that comes first is an ordinary character.
	for first := true; first || at(i) != ']'; first = false {
		c := at(i)
		switch {
		case c == 0:
			return s, 0, false
		case c == '\\':
			if i++; at(i) == 0 {
				return s, 0, false
			}
			prev = at(i)
			s[prev] = true
		case c == '-' && prev != 0 && at(i+1) != 0 && at(i+1) != ']':
			if i++; at(i) == '\\' {
				if i++; at(i) == 0 {
					return s, 0, false
				}
			}
			for b := int(prev); b <= int(at(i)); b++ {
				s[b] = true
			}
			prev = 0
		case c == '[' && at(i+1) == ':':
			end := strings.IndexByte(glob[i+2:], ']')
			if end < 0 {
				return s, 0, false
			}
			if end == 0 || glob[i+1+end] != ':' { // no ":]": the bracket is one of the set
				s['['], prev = true, '['
				break
			}
			in := classes[glob[i+2:i+1+end]]
			if in == nil {
				return s, 0, false
			}
			for b := range 128 {
				s[b] = s[b] || in(byte(b))
			}
			i, prev = i+2+end, 0
		default:
			s[c], prev = true, c
		}
		i++
	}
	if negated {
		for b := range s {
			s[b] = !s[b]
		}
	}
	return s, i + 1, true
}

func between(lo, hi byte) func(byte) bool {
	return func(c byte) bool { return lo <= c && c <= hi }
}

func isAlpha(c byte) bool { return between('a', 'z')(c | 0x20) }
func isDigit(c byte) bool { return between('0', '9')(c) }
func isGraph(c byte) bool { return between('!', '~')(c) }

// classes are POSIX's, of ASCII alone, and as git has them: to it, vertical tab
// and form feed are no space.
var classes = map[string]func(byte) bool{
	"alnum":  func(c byte) bool { return isAlpha(c) || isDigit(c) },
	"alpha":  isAlpha,
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"cntrl":  func(c byte) bool { return c < ' ' || c == 0x7f },
	"digit":  isDigit,
	"graph":  isGraph,
	"lower":  between('a', 'z'),
	"print":  between(' ', '~'),
	"punct":  func(c byte) bool { return isGraph(c) && !isAlpha(c) && !isDigit(c) },
	"space":  func(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' },
	"upper":  between('A', 'Z'),
	"xdigit": func(c byte) bool { return isDigit(c) || between('a', 'f')(c|0x20) },
}
