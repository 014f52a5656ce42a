package layers

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// inLine are the bytes of a line.
var inLine = func() (t [256]bool) {
	for i := range t {
		t[i] = i != '\n'
	}
	return t
}()

// JSON takes the escapes that strings have in JSON (RFC 8259, section 7), and
// those that C, Python and JavaScript have besides, off the lines that hold a
// hit and an escape, and touch an owned byte. at are the offsets in t.Data,
// ascending, of all hits that are visible.
//
// Known are \" \' \\ \/ \b \f \n \r \t, \uXXXX (two that are surrogates make one
// character, one alone U+FFFD), \xXX (a byte) and \OOO of three octal digits up
// to \377 (a byte). Other backslashes stay what they are.
func JSON(t Text, at []int, buf *Buffer, emit func(*Segment)) {
	t.around(at, &inLine, func(p part) {
		if buf.json(t.Data, p) {
			buf.emit("json", p, emit)
		}
	})
}

// simple are the escapes of one letter.
var simple = [256]byte{
	'"': '"', '\'': '\'', '\\': '\\', '/': '/',
	'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// json decodes a part, and reports whether there was anything to decode.
func (b *Buffer) json(data []byte, p part) (found bool) {
	b.begin(p.start, 1)
	for i := p.start; i < p.end; {
		n := bytes.IndexByte(data[i:p.end], '\\')
		if n < 0 {
			n = p.end - i
		}
		b.out = append(b.out, data[i:i+n]...)
		if i += n; i == p.end {
			break
		}
		if n := b.escape(data, i, p.end); n > 0 {
			i += n
			found = true
			continue
		}
		b.out = append(b.out, '\\')
		i++
	}
	return found
}

// escape decodes the escape at i and returns its length, or 0 when it is none.
func (b *Buffer) escape(data []byte, i, end int) int {
	if i+1 >= end {
		return 0
	}
	c := data[i+1]
	if s := simple[c]; s != 0 {
		b.decoded(i, i+2, 1, s)
		return 2
	}
	switch {
	case c == 'x':
		if v, ok := unhex(data, i+2, 2, end); ok {
			b.decoded(i, i+4, 1, byte(v))
			return 4
		}
	case c == 'u':
		return b.unicode(data, i, end)
	case '0' <= c && c <= '3' && i+4 <= end && isOctal(data[i+2]) && isOctal(data[i+3]):
		b.decoded(i, i+4, 1, (c-'0')<<6|(data[i+2]-'0')<<3|(data[i+3]-'0'))
		return 4
	}
	return 0
}

func isOctal(c byte) bool { return '0' <= c && c <= '7' }

// unicode decodes the \uXXXX at i, with the one behind it if they are a pair.
func (b *Buffer) unicode(data []byte, i, end int) int {
	r, ok := unhex(data, i+2, 4, end)
	if !ok {
		return 0
	}
	n := 6
	if utf16.IsSurrogate(r) {
		low := rune(-1)
		if i+7 < end && data[i+6] == '\\' && data[i+7] == 'u' {
			if v, ok := unhex(data, i+8, 4, end); ok {
				low = v
			}
		}
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			n = 12
		}
	}
	var room [utf8.UTFMax]byte
	b.decoded(i, i+n, 1, utf8.AppendRune(room[:0], r)...)
	return n
}
