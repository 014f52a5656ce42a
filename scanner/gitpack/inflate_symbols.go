package gitpack

import "encoding/binary"

// roomForLiterals is how many bytes of output a turn of the fast loop may write
// before it looks at how many are left.
const roomForLiterals = 8

// symbols decodes a block's symbols to its end.
func (z *Inflater) symbols(lit *litTable, dist *distTable) error {
	for {
		if end, err := z.fast(lit, dist); end || err != nil {
			return err
		}
		if !z.in.room() {
			return ErrInflateTruncated
		}
		if end, err := z.symbol(lit, dist); end || err != nil {
			return err
		}
	}
}

// symbol decodes one literal or match, with as many looks as it takes at how much
// room there is.
func (z *Inflater) symbol(lit *litTable, dist *distTable) (end bool, err error) {
	b := &z.in
	b.refill()
	e := lit[b.bb&(1<<litBits-1)]
	if e&(entryOther|entryLonger) == entryOther|entryLonger {
		b.take(litBits)
		e = lit[(uint64(e>>16)+b.bb&(1<<(e>>8&63)-1))&uint64(len(lit)-1)]
	}
	if e&entryLiteral != 0 {
		b.take(uint(e & 63))
		if z.op >= len(z.dst) {
			return false, ErrInflateSize
		}
		z.dst[z.op] = byte(e >> 16)
		z.op++
		return false, nil
	}
	if e&entryOther != 0 {
		if e&entryEnd == 0 {
			return false, ErrInflateCorrupt
		}
		b.take(uint(e & 63))
		return true, nil
	}
	length := int(e>>16) + int(b.bb&(1<<(e&63)-1)>>(e>>8&15))
	b.take(uint(e & 63))
	b.refill()
	e = dist[b.bb&(1<<distBits-1)]
	if e&(entryOther|entryLonger) == entryOther|entryLonger {
		b.take(distBits)
		e = dist[(uint64(e>>16&0x7fff)+b.bb&(1<<(e>>8&63)-1))&uint64(len(dist)-1)]
	}
	if e&entryOther != 0 {
		return false, ErrInflateCorrupt
	}
	distance := int(e>>16) + int(b.bb&(1<<(e&63)-1)>>(e>>8&15))
	b.take(uint(e & 63))
	if distance > z.op {
		return false, ErrInflateCorrupt
	}
	z.op, err = copyMatch(z.dst, z.op, distance, length)
	return false, err
}

// copyMatch appends to dst[:op] length bytes from distance before its end, and
// returns the new end.
func copyMatch(dst []byte, op, distance, length int) (int, error) {
	var err error
	if length > len(dst)-op {
		length, err = len(dst)-op, ErrInflateSize
	}
	s := dst[op-distance : op+length]
	for n := distance; n < len(s); {
		n += copy(s[n:], s[:n]) // what overlaps repeats itself
	}
	return op + length, err
}

// fast decodes symbols for as long as there is room for whatever comes next.
func (z *Inflater) fast(lit *litTable, dist *distTable) (end bool, err error) {
	b := &z.in
	src, pos, bb, bn := b.src, b.pos, b.bb, b.bn
	dst, op := z.dst, z.op
	last, lastOut := len(src)-roomForRefills, len(dst)-roomForLiterals
	for pos <= last && op <= lastOut {
		bb |= binary.LittleEndian.Uint64(src[pos:]) << (bn & 63)
		pos += int(63-bn) >> 3
		bn |= 56
		e := lit[bb&(1<<litBits-1)]
		if e&entryLiteral != 0 {
			bb >>= e & 63
			bn -= uint(e & 63)
			dst[op] = byte(e >> 16)
			op++
			e = lit[bb&(1<<litBits-1)]
			if e&entryLiteral != 0 {
				bb >>= e & 63
				bn -= uint(e & 63)
				dst[op] = byte(e >> 16)
				op++
				e = lit[bb&(1<<litBits-1)]
				if e&entryLiteral != 0 {
					bb >>= e & 63
					bn -= uint(e & 63)
					dst[op] = byte(e >> 16)
					op++
					continue
				}
			}
		}
		if e&entryOther != 0 {
			if e&entryLonger != 0 {
				bb >>= litBits
				bn -= litBits
				e = lit[(uint64(e>>16)+bb&(1<<(e>>8&63)-1))&uint64(len(lit)-1)]
				if e&entryLiteral != 0 {
					bb >>= e & 63
					bn -= uint(e & 63)
					dst[op] = byte(e >> 16)
					op++
					continue
				}
			}
			if e&entryOther != 0 {
				if e&entryEnd == 0 {
					err = ErrInflateCorrupt
				}
				bb >>= e & 63
				bn -= uint(e & 63)
				end = true
				break
			}
		}
		length := int(e>>16) + int(bb&(1<<(e&63)-1)>>(e>>8&15))
		bb >>= e & 63
		bn -= uint(e & 63)

		bb |= binary.LittleEndian.Uint64(src[pos:]) << (bn & 63)
		pos += int(63-bn) >> 3
		bn |= 56
		e = dist[bb&(1<<distBits-1)]
		if e&entryOther != 0 {
			if e&entryLonger == 0 {
				err = ErrInflateCorrupt
				break
			}
			bb >>= distBits
			bn -= distBits
			e = dist[(uint64(e>>16)+bb&(1<<(e>>8&63)-1))&uint64(len(dist)-1)]
			if e&entryOther != 0 {
				err = ErrInflateCorrupt
				break
			}
		}
		distance := int(e>>16) + int(bb&(1<<(e&63)-1)>>(e>>8&15))
		bb >>= e & 63
		bn -= uint(e & 63)
		if distance > op {
			err = ErrInflateCorrupt
			break
		}
		if distance < 8 || length > len(dst)-op-16 {
			if op, err = copyMatch(dst, op, distance, length); err != nil {
				break
			}
			continue
		}
		from, to := op-distance, op
		op += length
		for {
			*(*[8]byte)(dst[to:]) = *(*[8]byte)(dst[from:])
			*(*[8]byte)(dst[to+8:]) = *(*[8]byte)(dst[from+8:])
			to += 16
			from += 16
			if to >= op {
				break
			}
		}
	}
	b.pos, b.bb, b.bn = pos, bb, bn
	z.op = op
	return end, err
}
