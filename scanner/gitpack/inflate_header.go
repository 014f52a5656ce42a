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
	if !z.build(z.lit[:], litBits, z.lens[:lits], litEntries[:]) ||
		!z.build(z.dist[:], distBits, z.lens[lits:lits+dists], distEntries[:]) {
		return ErrInflateCorrupt
	}
	return nil
}

// codeLengths decodes n code lengths into z.lens.
func (z *Inflater) codeLengths(n int) error {
	b := &z.in
	for i := 0; i < n; {
		b.refill() // a symbol and its extra bits take 14: four go
		for range 4 {
			e := z.pre[b.bb&(1<<preBits-1)]
			if e == 0 {
				return ErrInflateCorrupt
			}
			b.take(uint(e & 7))
			sym := e >> 3
			if sym < 16 {
				z.lens[i] = sym
				if i++; i == n {
					return nil
				}
				continue
			}
			var again uint8
			var times int
			switch sym {
			case 16:
				if i == 0 {
					return ErrInflateCorrupt
				}
				again, times = z.lens[i-1], 3+int(b.take(2))
			case 17:
				times = 3 + int(b.take(3))
			default:
				times = 11 + int(b.take(7))
			}
			if times > n-i {
				return ErrInflateCorrupt
			}
			for range times {
				z.lens[i] = again
				i++
			}
			if i == n {
				return nil
			}
		}
	}
	return nil
}

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
