package layers

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// ASCII text in UTF-16 is text bytes and zeros by turns, in either byte order:
// what differs is only which of them comes first. So the text is found without
// knowing the order: eight characters with zeros between them are a core, and
// cores whose text bytes stand at odd, or at even, places alike are one run when
// no more than maxGap units lie between them and no NUL character does. A gap
// holds other scripts, and there the order matters: see units.
//
// What stands before the first core and behind the last is left out.
const (
	minUnits = 8
	maxGap   = 256
)

// core is a stretch of ASCII text by its first and last text byte.
type core struct{ first, last int }

// UTF16 calls emit for each run of mostly ASCII text in UTF-16 that touches an
// owned byte, as UTF-8. What is no character becomes U+FFFD. Where a run's byte
// order can be told by nothing else, its units are taken to lie at even offsets.
func UTF16(t Text, buf *Buffer, emit func(*Segment)) {
	run, ok := nextCore(t.Data, 0)
	for ok {
		next, more := nextCore(t.Data, run.last+1)
		for more && joined(t.Data, run, next) {
			run.last = next.last
			next, more = nextCore(t.Data, run.last+1)
		}
		end := run.last + 1
		if end < len(t.Data) && t.Data[end] == 0 {
			end++
		}
		t.parts(run.first, end, func(p part) {
			buf.units(t, p, run.first)
			buf.emit("utf-16", p, emit)
		})
		if run, ok = next, more; run.first >= t.To {
			return
		}
	}
}

// plain are the bytes that cores are made of.
var plain = func() (t [256]bool) {
	for i := range t {
		t[i] = isText(byte(i)) && i != 0
	}
	return t
}()

// nextCore returns the first core in data[at:].
func nextCore(data []byte, at int) (core, bool) {
	for {
		n := bytes.IndexByte(data[at:], 0)
		if n < 0 {
			return core{}, false
		}
		zero := lastZero(data, at+n)
		first := zero - 1
		if first < at || !plain[data[first]] {
			first = zero + 1
		}
		at = zero + 1
		if first >= len(data) || !plain[data[first]] {
			continue
		}
		last := first
		for last+2 < len(data) && data[last+1] == 0 && plain[data[last+2]] {
			last += 2
		}
		if (last-first)/2+1 >= minUnits {
			return core{first, last}, true
		}
		at = max(at, last+1)
	}
}

// lastZero returns where the zeros that begin at i end: sparse files are full of
// them.
func lastZero(data []byte, i int) int {
	for i+9 <= len(data) && binary.LittleEndian.Uint64(data[i+1:]) == 0 {
		i += 8
	}
	for i+1 < len(data) && data[i+1] == 0 {
		i++
	}
	return i
}

// joined reports whether the cores belong to one run.
func joined(data []byte, a, b core) bool {
	if gap := b.first - a.last; gap%2 != 0 || gap > 2*(maxGap+1) {
		return false
	}
	for i := a.last + 2; i < b.first; i += 2 {
		if data[i-1] == 0 && data[i] == 0 && data[i+1] == 0 {
			return false
		}
	}
	return true
}

// units decodes a part of a run that has a text byte at text.
//
// Call the bytes at every second place from there letters, and those between
// them signs. Low byte first, a unit is a letter and the sign behind it; high
// byte first, it is the sign before it and the letter. A sign that is zero makes
// ASCII. Where signs aren't, their letters are the units' low bytes either way,
// but shifted by one: low byte first, the letter before the first sign belongs to
// it, and the letter behind the last is ASCII; high byte first it is the other
// way round.
func (b *Buffer) units(t Text, p part, text int) {
	data := t.Data[:p.end]
	at := p.start + (p.start-text)&1
	b.begin(at, 2)
	for at < len(data) {
		end := at
		for end+1 < len(data) && data[end+1] != 0 {
			end += 2
		}
		switch {
		case end == at:
			b.unit(rune(data[at]), at, at+2)
			at += 2
		case t.lowFirst(at, min(end, len(data)-1)):
			b.foreign(data, at, end, 0)
			at = end
		default:
			b.unit(rune(data[at]), at, at+2)
			b.foreign(data, at+1, min(end+1, len(data)), 1)
			at = end + 2
		}
	}
}

// lowFirst tells the byte order of the units between the letters a and b.
func (t Text) lowFirst(a, b int) bool {
	if x, y := plain[t.Data[a]], plain[t.Data[b]]; x != y {
		return y
	}
	return (t.Offset+int64(a))%2 == 0
}

// foreign decodes the whole units in data[at:end]; low is the place of the low
// byte in each.
func (b *Buffer) foreign(data []byte, at, end, low int) {
	unit := func(i int) rune { return rune(data[i+1-low])<<8 | rune(data[i+low]) }
	for at+2 <= end {
		r, n := unit(at), 2
		if utf16.IsSurrogate(r) {
			next := rune(-1)
			if at+4 <= end {
				next = unit(at + 2)
			}
			if r = utf16.DecodeRune(r, next); r != 0xfffd {
				n = 4
			}
		}
		b.unit(r, at, at+n)
		at += n
	}
}

// unit appends a character that came from data[from:to].
func (b *Buffer) unit(r rune, from, to int) {
	if r < utf8.RuneSelf {
		b.out = append(b.out, byte(r))
		return
	}
	var room [utf8.UTFMax]byte
	b.decoded(from, to, 2, utf8.AppendRune(room[:0], r)...)
}
