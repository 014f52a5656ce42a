package report

import (
	"strings"
	"unicode/utf8"
)

// unescaped takes escapes off, whatever they are of: %41, \x41, \101, \u0041,
// \U00000041, \u{41}, &#65;, &#x41;, &amp;, \n, and a backslash before any other
// character.
func (v view) unescaped() view {
	if !strings.ContainsAny(v.text, `%\&`) {
		return view{}
	}
	b := builder{of: v}
	s, kept := v.text, 0
	for i := 0; i < len(s); {
		if c := s[i]; c != '%' && c != '\\' && c != '&' {
			i++
			continue
		}
		text, size := escapedAt(s[i:])
		if size == 0 {
			i++
			continue
		}
		b.keep(kept, i)
		b.put(i, i+size, text)
		i += size
		kept = i
	}
	if kept == 0 {
		return view{}
	}
	b.keep(kept, len(s))
	return b.view()
}

// escapedAt returns what the escape that a text begins with stands for, and its
// length; 0 where it is none.
func escapedAt(s string) (text string, size int) {
	if len(s) < 2 {
		return "", 0
	}
	switch s[0] {
	case '%':
		return byteAt(s, 1, 2, 16)
	case '&':
		return entityAt(s)
	}
	switch c := s[1]; c {
	case 'x':
		return byteAt(s, 2, 2, 16)
	case 'u', 'U':
		return unicodeAt(s)
	case 'n', 'r':
		return "\n", 2
	case 't', 'b', 'f', 'v':
		return " ", 2
	case '\n':
		return "", 2
	case '0', '1', '2', '3':
		if text, size := byteAt(s, 1, 3, 8); size > 0 {
			return text, size
		}
	}
	if s[1] < utf8.RuneSelf {
		return s[1:2], 2
	}
	return "", 0
}

// number reads digits at s[i:], up to most of them.
func number(s string, i, most, base int) (value, digits int) {
	for ; digits < most && i+digits < len(s); digits++ {
		d := strings.IndexByte("0123456789abcdef", s[i+digits]|0x20)
		if s[i+digits] < '0' || d < 0 || d >= base {
			break
		}
		value = value*base + d
	}
	return value, digits
}

func byteAt(s string, i, digits, base int) (string, int) {
	value, n := number(s, i, digits, base)
	if n < digits || value > 0xff {
		return "", 0
	}
	return string([]byte{byte(value)}), i + n
}

func unicodeAt(s string) (string, int) {
	if len(s) > 2 && s[2] == '{' {
		value, n := number(s, 3, 6, 16)
		if n == 0 || 3+n >= len(s) || s[3+n] != '}' {
			return "", 0
		}
		return string(rune(value)), 4 + n
	}
	digits := 4
	if s[1] == 'U' {
		digits = 8
	}
	value, n := number(s, 2, digits, 16)
	if n < digits {
		return "", 0
	}
	return string(rune(value)), 2 + n
}

// entities are those that stand for characters of credentials.
var entities = map[string]string{
	"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'", "plus": "+", "sol": "/", "equals": "=", "bsol": `\`, "lowbar": "_", "hyphen": "-", "percnt": "%",
}

func entityAt(s string) (string, int) {
	if strings.HasPrefix(s, "&#") {
		base, at := 10, 2
		if len(s) > 2 && s[2]|0x20 == 'x' {
			base, at = 16, 3
		}
		value, n := number(s, at, 7, base)
		if at += n; n == 0 || at >= len(s) || s[at] != ';' {
			return "", 0
		}
		return string(rune(value)), at + 1
	}
	name, _, ok := strings.Cut(s[1:min(len(s), 10)], ";")
	if text := entities[name]; ok && text != "" {
		return text, len(name) + 2
	}
	return "", 0
}
