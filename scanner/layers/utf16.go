package layers

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// ASCII text in UTF-16 is text bytes and zeros by turns, in either byte order:
// what differs is only which of them comes first. So the text is found without
// knowing the order: four characters with zeros between them are a core, and
// cores whose text bytes stand at odd, or at even, places alike are one run when
// no more than maxGap units lie between them and no NUL character does. A gap
// holds other scripts, and there the order matters: see units. A run whose cores
// have eight characters together is handed on.
//
// What stands before the first core and behind the last is left out.
const (
	minCore  = 4
	minUnits = 8
	maxGap   = 256
)

// core is a stretch of ASCII text by its first and last text byte.
type core struct{ first, last int }

func (c core) units() int { return (c.last-c.first)/2 + 1 }

// UTF16 calls emit for each run of mostly ASCII text in UTF-16 that touches an
// owned byte, as UTF-8. What is no character becomes U+FFFD.
func UTF16(t Text, buf *Buffer, emit func(*Segment)) {
	run, ok := nextCore(t.Data, 0)
	for ok && run.first < t.To {
		units := run.units()
		next, more := nextCore(t.Data, run.last+1)
		for more && joined(t.Data, run, next) {
			run.last = next.last
			units += next.units()
			next, more = nextCore(t.Data, run.last+1)
		}
		if units >= minUnits {
			end := run.last + 1
			if end < len(t.Data) && t.Data[end] == 0 {
				end++
			}
			t.parts(run.first, end, func(p part) {
				if buf.units(t, p, run); len(buf.out) > 0 {
					buf.emit("utf-16", p, emit)
				}
			})
		}
		run, ok = next, more
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
		if c := (core{first, last}); c.units() >= minCore {
			return c, true
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

// units decodes a part of a run.
//
// Call the bytes at every second place from the run's first letters, and those
// between them signs. Low byte first, a unit is a letter and the sign behind it;
// high byte first, it is the sign before it and the letter. A sign that is zero
// makes ASCII (or Latin-1). Where signs aren't, their letters are the units' low
// bytes either way, but shifted by one: low byte first, the letter before the
// first sign belongs to it, and the letter behind the last is ASCII; high byte
// first it is the other way round.
func (b *Buffer) units(t Text, p part, run core) {
	data := t.Data[:p.end]
	at := p.start + (p.start-run.first)&1
	lowFirst := t.lowFirst(at, p)
	// A letter at the run's edge whose sign isn't zero is not the run's.
	if !lowFirst && at == run.first && at > 0 && t.Data[at-1] != 0 {
		at += 2
	}
	if lowFirst && p.end == run.last+1 && p.end < len(t.Data) {
		data = data[:run.last]
	}
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
		case lowFirst:
			b.foreign(data, at, end, 0)
			at = end
		default:
			b.unit(rune(data[at]), at, at+2)
			b.foreign(data, at+1, min(end+1, len(data)), 1)
			at = end + 2
		}
	}
}

// lowFirst tells the byte order of the units whose letters stand from at on. It
// is asked for each part anew, and what it looks at belongs to the part or stands
// beside the run. A letter that would be a control character speaks against an
// order, as does a run that the order's zeros don't frame; where nothing speaks,
// units lie at even offsets.
func (t Text) lowFirst(at int, p part) bool {
	order := 0
	if p.whole {
		zeroBefore := at > 0 && t.Data[at-1] == 0
		if zeroBehind := t.Data[p.end-1] == 0; zeroBehind && !zeroBefore {
			order++
		} else if zeroBefore && !zeroBehind {
			order--
		}
	}
	even := (t.Offset+int64(at))%2 == 0
	for at < p.end {
		first := at
		for at+1 < p.end && t.Data[at+1] != 0 {
			at += 2
		}
		if at > first && at < p.end {
			if isControl(t.Data[first]) {
				order++
			}
			if isControl(t.Data[at]) {
				order--
			}
		}
		at += 2
	}
	return order > 0 || order == 0 && even
}

// isControl says whether U+00bb is a control character, and none of text.
func isControl(b byte) bool { return !plain[b] && b < 0xa0 }

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
