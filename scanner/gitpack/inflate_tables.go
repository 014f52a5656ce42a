package gitpack

import (
	"encoding/binary"
	"math/bits"
)

// Sizes of the alphabets (RFC 1951, 3.2.5 to 3.2.7), and how many bits the first
// level of each table takes.
const (
	maxLit   = 288 // literals, the end of a block and lengths; two are never sent
	maxDist  = 32  // distances; two are never sent
	maxPre   = 19  // code lengths
	maxCode  = 15  // bits of a code
	litBits  = 11
	distBits = 8
	litSize  = 4096 // of the tables
	distSize = 512
	preBits  = 7
)

// The tables: a first level that is looked up with the next litBits or distBits
// bits, then second levels for codes that are longer. How much the second levels take
// at most has been counted for all codes (TestTableSizes); the sizes are powers of
// two so that masking an index spares checking it.
type (
	litTable  [litSize]uint32
	distTable [distSize]uint32
)

// An entry of a table says what a code stands for.
//
//	a literal:           entryLiteral | literal<<16 | code bits
//	a length, distance:  base<<16 | code bits<<8 | code and extra bits together
//	end of the block:    entryOther | entryEnd | code bits
//	a longer code:       entryOther | entryLonger | where<<16 | index bits<<8 | bits of the first level
//	no code:             entryOther
//
// In a second level, code bits are those that the first level has not taken.
const (
	entryLiteral = 1 << 31
	entryOther   = 1 << 15
	entryLonger  = 1 << 14
	entryEnd     = 1 << 13
)

// The entries of symbols but for the bits of their codes, and the tables of the
// fixed codes.
var (
	litEntries  [maxLit]uint32
	distEntries [maxDist]uint32
	fixedLit    litTable
	fixedDist   distTable
)

func init() {
	for i := range 256 {
		litEntries[i] = entryLiteral | uint32(i)<<16
	}
	litEntries[256] = entryOther | entryEnd
	base := uint32(3)
	for i := range 28 { // lengths: four symbols for each number of extra bits
		extra := uint32(max(i/4-1, 0))
		litEntries[257+i] = base<<16 | extra
		base += 1 << extra
	}
	litEntries[285] = 258 << 16
	litEntries[286], litEntries[287] = entryOther, entryOther
	base = 1
	for i := range 30 { // distances: two
		extra := uint32(max(i/2-1, 0))
		distEntries[i] = base<<16 | extra
		base += 1 << extra
	}
	distEntries[30], distEntries[31] = entryOther, entryOther

	var z Inflater
	lens := z.lens[:maxLit]
	for i := range lens {
		lens[i] = 8
		switch {
		case i >= 144 && i < 256:
			lens[i] = 9
		case i >= 256 && i < 280:
			lens[i] = 7
		}
	}
	z.build(fixedLit[:], litBits, lens, litEntries[:])
	for i := range maxDist {
		lens[i] = 5
	}
	z.build(fixedDist[:], distBits, lens[:maxDist], distEntries[:])
}

// build makes the table of a code from the lengths of its symbols (RFC 1951, 3.2.2),
// a multiple of eight of them.
// It returns false if there is no such code: lengths that leave codes over are taken
// only of a code of one symbol and of one of none, as zlib does.
func (z *Inflater) build(table []uint32, first int, lens []uint8, entries []uint32) bool {
	var count, next [maxCode + 2]int
	// Most symbols have no code: they are passed by eight at a time.
	for i := 0; i <= len(lens)-8; i += 8 {
		w := binary.LittleEndian.Uint64(lens[i : i+8])
		for ; w != 0; w >>= 8 {
			count[w&15]++
		}
	}
	count[0] = 0
	space := 0 // of the codes, in units of the longest
	for l := 1; l <= maxCode; l++ {
		space += count[l] << (maxCode - l)
		next[l+1] = next[l] + count[l]
	}
	n := next[maxCode+1]
	if space != 1<<maxCode {
		if n > 1 || n == 1 && count[1] != 1 {
			return false
		}
		for i := range table[:1<<first] {
			table[i] = entryOther
		}
	}
	for i := 0; i <= len(lens)-8; i += 8 {
		w := binary.LittleEndian.Uint64(lens[i : i+8])
		for sym := i; w != 0; w >>= 8 {
			if l := w & 15; l != 0 {
				z.sorted[next[l]] = uint16(sym)
				next[l]++
			}
			sym++
		}
	}
	if n > 0 {
		z.fill(table, first, &count, n, entries)
	}
	return true
}

// fill enters the codes of the n symbols in z.sorted, which are in the order of
// their codes. Codes are sent with their first bit lowest, so code is kept reversed.
func (z *Inflater) fill(table []uint32, first int, count *[maxCode + 2]int, n int, entries []uint32) {
	code, l := uint(0), 1
	syms := z.sorted[:n]
	for ; l <= first; l++ {
		used := uint32(l)<<8 | uint32(l)
		for _, sym := range syms[:count[l]] {
			table[code] = entries[sym] + used
			code = after(code, l)
		}
		syms = syms[count[l]:]
		if l < first { // the same again, whatever the next bit is
			copy(table[1<<l:2<<l], table[:1<<l])
		}
	}
	// Longer codes: those with the same first bits share a second level.
	var sub, size uint
	at, prefix := uint(1)<<first, ^uint(0)
	for ; len(syms) > 0; l++ {
		for left := count[l]; left > 0; left-- {
			if p := code & (1<<first - 1); p != prefix {
				prefix, sub = p, at
				width := l - first
				for space := left; space < 1<<width && first+width < maxCode; {
					width++
					space = space*2 + count[first+width]
				}
				size = 1 << width
				at += size
				table[p] = entryOther | entryLonger | uint32(sub)<<16 | uint32(width)<<8 | uint32(first)
			}
			e := entries[syms[0]] + uint32(l-first)<<8 + uint32(l-first)
			for i := code >> first; i < size; i += 1 << (l - first) {
				table[sub+i] = e
			}
			syms = syms[1:]
			code = after(code, l)
		}
	}
}

// after returns the code of l bits that comes after code; both reversed. After the
// last one comes 0.
func after(code uint, l int) uint {
	zeros := ^code & (1<<l - 1)
	if zeros == 0 {
		return 0
	}
	top := uint(1) << (bits.Len(zeros) - 1)
	return code&(top-1) | top
}
