package layers

import (
	"math/bits"
	"unicode/utf8"
)

// Base64 (RFC 4648, both alphabets, even mixed) has no mark of its own: any long
// word, path or identifier is made of its characters. So each run of them is
// looked at in all four phases (a real one may be glued to what stands before
// it: "prefix/QUtJ…"), and is handed on in those that hold text:
//
//   - 16 or more bytes of ASCII text in a row (see isText), anywhere in it, or
//   - in the phase of its own beginning also when it begins with 18 bytes of
//     UTF-8 text.
//
// Nothing else of it is handed on: containers in base64 (gzip, DER) are not text.
const (
	// minRun is the fewest characters that are looked at, padding included: they
	// hold 16 to 18 bytes.
	minRun = 24
	maxPad = 2
	// minChars is minRun without padding.
	minChars = minRun - maxPad
	// minText is how many characters in a row must be able to stand for ASCII
	// text: all that surely lie within 16 bytes of it, at any alignment.
	minText = 20
)

// Base64 calls emit for each phase of each run of base64 in t that holds text
// and touches an owned byte. Lines that were wrapped by an encoder (of one
// length, or the last shorter) are one run: see wrapped.go.
func Base64(t Text, buf *Buffer, emit func(*Segment)) {
	for at := 0; at < t.To; {
		start, end := nextRun(t.Data, at)
		if start < 0 {
			return
		}
		// The letter of an escaped line break is not the run's: "\nQUtJ".
		if start > 0 && t.Data[start-1] == '\\' && isBreakLetter(t.Data[start]) {
			start++
		}
		end = buf.unwrapLines(t.Data, start, end)
		at = end
		if end-start < minRun {
			continue
		}
		t.parts(start, end, func(p part) { buf.base64(t.Data, p, emit) })
	}
}

// base64 hands on a part of the run whose lines are in b.lines.
func (b *Buffer) base64(data []byte, p part, emit func(*Segment)) {
	chars := b.gather(data, p)
	if len(chars) < minChars {
		return
	}
	look := chars
	skipped := 0
	if !p.whole {
		// Text that lies across the borders of the own bytes is seen as such.
		from, to := b.charAt(p.from), b.charAt(p.to)
		skipped = max(from-32, 0)
		look = chars[skipped:min(to+32, len(chars))]
	}
	phases := bits.RotateLeft8(textPhases(look)*0x11, skipped%4) & 0xf
	if p.whole && phases&1 == 0 && beginsAsText(chars) {
		phases |= 1
	}
	for phase := range 4 {
		if phases>>phase&1 == 0 {
			continue
		}
		b.out = decode(b.out[:0], chars[phase:])
		s := &b.seg
		*s = Segment{
			Layer: "base64", End: p.end, Data: b.out,
			knots: b.knots, quads: true, skip: phase,
		}
		s.Start = s.Outer(0)
		s.own(p)
		if s.From < s.To {
			emit(s)
		}
	}
}

// sextet is the value of each character of either alphabet, bad for others.
var sextet = func() (t [256]uint8) {
	for i := range t {
		t[i] = bad
	}
	const std = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(std) {
		t[std[i]] = uint8(i)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

const bad = 0xff

// nextRun returns the next run of at least minChars characters in data[at:],
// without padding, or -1. A run that began before at is taken to begin there.
//
// It looks at the last place that a run from here would need, and from there
// backwards: most places are never looked at, none more than twice.
func nextRun(data []byte, at int) (start, end int) {
	for at+minChars <= len(data) {
		i := at + minChars - 1
		for i >= at && sextet[data[i]] != bad {
			i--
		}
		if i >= at {
			at = i + 1
			continue
		}
		return at, runEnd(data, at+minChars)
	}
	return -1, -1
}

func runEnd(data []byte, i int) int {
	for i < len(data) && sextet[data[i]] != bad {
		i++
	}
	return i
}

// decode appends what chars stand for. A last character that is alone stands for
// nothing.
func decode(dst, chars []byte) []byte {
	for ; len(chars) >= 4; chars = chars[4:] {
		v := uint32(sextet[chars[0]])<<18 | uint32(sextet[chars[1]])<<12 |
			uint32(sextet[chars[2]])<<6 | uint32(sextet[chars[3]])
		dst = append(dst, byte(v>>16), byte(v>>8), byte(v))
	}
	if len(chars) >= 2 {
		dst = append(dst, sextet[chars[0]]<<2|sextet[chars[1]]>>4)
	}
	if len(chars) >= 3 {
		dst = append(dst, sextet[chars[1]]<<4|sextet[chars[2]]>>2)
	}
	return dst
}

// isText says whether b is a byte of ASCII text. NUL counts: text in UTF-16 is
// half made of it.
func isText(b byte) bool {
	return b >= ' ' && b < 0x7f || b == '\t' || b == '\n' || b == '\r' || b == 0
}

// lane has 16 bits for each role that a character may play in its group of four:
// all ones where text can have it there. The first carries the high six bits of
// a byte, the second the high four of the next, the third the high two of the
// last; the fourth may be any.
var roles = func() (t [256]uint64) {
	var high [3][64]bool
	for b := range 256 {
		if isText(byte(b)) {
			high[0][b>>2], high[1][b>>4], high[2][b>>6] = true, true, true
		}
	}
	for c, v := range sextet {
		if v == bad {
			continue
		}
		for role, ok := range [4]bool{high[0][v], high[1][v&15], high[2][v&3], true} {
			if ok {
				t[c] |= 0xffff << (16 * role)
			}
		}
	}
	return t
}()

// textPhases returns a bit for each phase in which minText characters in a row
// can stand for text: bit 1 when those at 1, 5, 9… are the first of their group.
// Characters that mean nothing pass one time in 150,000.
//
// The four counts stand side by side in one word, that of the phase in which the
// character at hand plays role n at n: they move up with each character.
func textPhases(chars []byte) (phases uint8) {
	const ones = 0x0001_0001_0001_0001
	var count uint64
	for i, c := range chars {
		count = (bits.RotateLeft64(count, 16) + ones) & roles[c]
		full := (count + ones*(0x8000-minText)) & (ones * 0x8000)
		if full == 0 {
			continue
		}
		for role := range 4 {
			if full>>(16*role+15)&1 != 0 {
				phases |= 1 << ((i - role) & 3)
				count &^= 0xffff << (16 * role)
			}
		}
		if phases == 0xf {
			break
		}
	}
	return phases
}

// beginsAsText reports whether chars begin with UTF-8 text.
func beginsAsText(chars []byte) bool {
	var room [18]byte
	text := decode(room[:0], chars[:min(len(chars), minRun)])
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			if !isText(text[i]) {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n <= 1 {
			return !utf8.FullRune(text[i:]) // cut off by the end of what was decoded
		}
		i += n
	}
	return true
}
