package gitpack

import "encoding/binary"

const (
	// roomForLiterals is how many bytes of output a turn of the fast loop may write
	// before it looks at how many are left.
	roomForLiterals = 4
	// roomForCopy is how many bytes a match is copied at a time, so how many of
	// output there have to be behind it; minCopy is how far from each other the
	// pieces of a copy have to be.
	roomForCopy = 32
	minCopy     = 16
)

// symbols decodes a block's symbols to its end: in the fast loop as far as it goes,
// and one by one where it doesn't.
func (z *Inflater) symbols(lit *litTable, dist *distTable) error {
	for {
		if err := z.fast(lit, dist); err != nil {
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

// fast decodes symbols for as long as there is room in source and output for
// whatever comes next, and until the end of the block or a code that the first level
// of the table doesn't have, which it leaves to symbol.
//
// A turn is up to four literals, or fewer and a match. The bits are refilled once
// for four codes of litBits, or for three and the longest code and extra bits of a
// length, and once for the distance.
func (z *Inflater) fast(lit *litTable, dist *distTable) (err error) {
	b, dst, op := &z.in, z.dst, z.op
	src, pos, bb, bn := b.src, b.pos, b.bb, b.bn
	for pos <= len(src)-roomForRefills && op <= len(dst)-roomForLiterals {
		in, out := (*[roomForRefills]byte)(src[pos:]), (*[roomForLiterals]byte)(dst[op:])
		bb |= binary.LittleEndian.Uint64(in[:]) << (bn & 63)
		step := (63 - bn) >> 3 & 7
		pos, bn = pos+int(step), bn|56
		e := lit[bb&(1<<litBits-1)]
		if e&entryLiteral != 0 {
			bb, bn, out[0], op = bb>>(e&63), bn-uint(e&63), byte(e>>16), op+1
			if e = lit[bb&(1<<litBits-1)]; e&entryLiteral != 0 {
				bb, bn, out[1], op = bb>>(e&63), bn-uint(e&63), byte(e>>16), op+1
				if e = lit[bb&(1<<litBits-1)]; e&entryLiteral != 0 {
					bb, bn, out[2], op = bb>>(e&63), bn-uint(e&63), byte(e>>16), op+1
					if e = lit[bb&(1<<litBits-1)]; e&entryLiteral != 0 {
						bb, bn, out[3], op = bb>>(e&63), bn-uint(e&63), byte(e>>16), op+1
						continue
					}
				}
			}
		}
		if e&entryOther != 0 {
			break
		}
		length := entryValue(e, bb)
		bb, bn = bb>>(e&63), bn-uint(e&63)
		bb |= binary.LittleEndian.Uint64(in[step:]) << (bn & 63)
		pos, bn = pos+int(63-bn)>>3, bn|56
		if e = dist[bb&(1<<distBits-1)]; e&entryLonger != 0 {
			bb, bn = bb>>distBits, bn-distBits
			e = dist[entryIndex(e, bb)&(distSize-1)]
		}
		distance := entryValue(e, bb)
		bb, bn = bb>>(e&63), bn-uint(e&63)
		if e&entryOther != 0 || distance > op {
			err = ErrInflateCorrupt
			break
		}
		from, to := op-distance, op
		op += length
		if distance < minCopy || op > len(dst)-roomForCopy {
			if op > len(dst) {
				op, err = len(dst), ErrInflateSize
			}
			repeat(dst[from:op], distance)
			if err != nil {
				break
			}
			continue
		}
		copyPiece(dst[to:], dst[from:])
		for n := roomForCopy; n < length; n += roomForCopy {
			copyPiece(dst[to+n:], dst[from+n:])
		}
	}
	b.pos, b.bb, b.bn, z.op = pos, bb, bn, op
	return err
}

// entryValue is the length or distance that an entry and the extra bits after its
// code make.
func entryValue(e uint32, bb uint64) int { return int(e>>16) + int(bb&(1<<(e&63)-1)>>(e>>8&15)) }

// entryIndex is where in a table the second level of an entry has the code that goes
// on with bits bb.
func entryIndex(e uint32, bb uint64) uint64 { return uint64(e>>16&0x7fff) + bb&(1<<(e>>8&63)-1) }

// copyPiece copies roomForCopy bytes, in two steps: the second half may copy the
// first.
func copyPiece(dst, src []byte) {
	d, s := (*[roomForCopy]byte)(dst), (*[roomForCopy]byte)(src)
	*(*[minCopy]byte)(d[:]) = *(*[minCopy]byte)(s[:])
	*(*[minCopy]byte)(d[minCopy:]) = *(*[minCopy]byte)(s[minCopy:])
}

// repeat fills s with its first n bytes, over and over.
func repeat(s []byte, n int) {
	for n < len(s) {
		n += copy(s[n:], s[:n])
	}
}

// symbol decodes one literal, match or end of the block, with as many looks as it
// takes at how much room there is.
func (z *Inflater) symbol(lit *litTable, dist *distTable) (end bool, err error) {
	b := &z.in
	b.refill()
	e := lit[b.bb&(1<<litBits-1)]
	if e&entryLonger != 0 {
		b.take(litBits)
		e = lit[entryIndex(e, b.bb)&(litSize-1)]
	}
	length := entryValue(e, b.bb)
	b.take(uint(e & 63))
	switch {
	case e&entryLiteral != 0:
		if z.op >= len(z.dst) {
			return false, ErrInflateSize
		}
		z.dst[z.op] = byte(e >> 16)
		z.op++
		return false, nil
	case e&entryEnd != 0:
		return true, nil
	case e&entryOther != 0:
		return false, ErrInflateCorrupt
	}
	b.refill()
	if e = dist[b.bb&(1<<distBits-1)]; e&entryLonger != 0 {
		b.take(distBits)
		e = dist[entryIndex(e, b.bb)&(distSize-1)]
	}
	distance := entryValue(e, b.bb)
	b.take(uint(e & 63))
	if e&entryOther != 0 || distance > z.op {
		return false, ErrInflateCorrupt
	}
	from := z.op - distance
	if z.op += length; z.op > len(z.dst) {
		z.op, err = len(z.dst), ErrInflateSize
	}
	repeat(z.dst[from:z.op], distance)
	return false, err
}
