package gitpack

// preOrder is the order in which the lengths of the code lengths' own codes are sent
// (RFC 1951, 3.2.7).
var preOrder = [maxPre]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// tables reads the codes of a block with codes of its own.
func (z *Inflater) tables() error {
	b := &z.in
	b.refill()
	lits, dists, pres := int(b.take(5))+257, int(b.take(5))+1, int(b.take(4))+4
	if lits > maxLit-2 || dists > maxDist-2 {
		return ErrInflateCorrupt
	}
	var lens [maxPre]uint8
	for i, sym := range preOrder[:pres] {
		if i%14 == 0 {
			b.refill()
		}
		lens[sym] = uint8(b.take(3))
	}
	if !z.buildPre(&lens) {
		return ErrInflateCorrupt
	}
	if err := z.codeLengths(lits + dists); err != nil {
		return err
	}
	if b.exhausted() {
		return ErrInflateTruncated
	}
	// Behind both there are zeros up to a multiple of eight.
	var far [maxDist]uint8
	copy(far[:], z.lens[lits:lits+dists])
	clear(z.lens[lits : lits+8])
	if !z.build(z.lit[:], litBits, z.lens[:(lits+7)&^7], litEntries[:]) ||
		!z.build(z.dist[:], distBits, far[:], distEntries[:]) {
		return ErrInflateCorrupt
	}
	return nil
}

// codeLengths decodes n code lengths into z.lens.
func (z *Inflater) codeLengths(n int) error {
	b := &z.in
	lens := z.lens[:n]
	clear(lens)
	for i := 0; ; {
		b.refill() // a symbol and its extra bits take 14: four go
		bb, bn := b.bb, b.bn
		for range 4 {
			e := z.pre[bb&(1<<preBits-1)]
			bb >>= e & 7
			bn -= uint(e & 7)
			if e == 0 || e>>3 == 16 && i == 0 { // no code, or nothing to repeat
				b.bb, b.bn = bb, bn
				return ErrInflateCorrupt
			}
			if sym := e >> 3; sym < 16 {
				lens[i] = sym
				i++
			} else {
				r := &repeats[sym-16]
				times := int(r.least) + int(bb&(1<<r.bits-1))
				bb >>= r.bits
				bn -= uint(r.bits)
				if times > n-i {
					b.bb, b.bn = bb, bn
					return ErrInflateCorrupt
				}
				if sym == 16 {
					again := lens[i-1]
					for j := range times {
						lens[i+j] = again
					}
				}
				i += times
			}
			if i == n {
				b.bb, b.bn = bb, bn
				return nil
			}
		}
		b.bb, b.bn = bb, bn
	}
}

// repeats are the symbols that repeat a length, 16, or zeros: how often at least, and
// by how many bits more often.
var repeats = [3]struct{ least, bits uint8 }{{3, 2}, {3, 3}, {11, 7}}

// buildPre makes the table of the code lengths' own code: of each entry the lower
// three bits are the number of the code's, the upper five the symbol; 0 is no code.
func (z *Inflater) buildPre(lens *[maxPre]uint8) bool {
	var count [preBits + 1]int
	for _, l := range lens {
		count[l]++
	}
	space, n := 0, maxPre-count[0]
	for l := 1; l <= preBits; l++ {
		space += count[l] << (preBits - l)
	}
	if space != 1<<preBits {
		if n > 1 || n == 1 && count[1] != 1 {
			return false
		}
		clear(z.pre[:])
	}
	code := uint(0)
	for l := 1; l <= preBits; l++ {
		if count[l] == 0 {
			continue
		}
		for sym, sl := range lens {
			if int(sl) == l {
				for i := code; i < 1<<preBits; i += 1 << l {
					z.pre[i] = uint8(sym)<<3 | uint8(l)
				}
				code = after(code, l)
			}
		}
	}
	return true
}
