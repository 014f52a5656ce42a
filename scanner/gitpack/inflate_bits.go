package gitpack

import "encoding/binary"

// bitReader takes bits from a source, the lowest of each byte first.
//
// It never looks for the end of the source between two bits: near it, it goes on in
// a copy of what is left, with zeros behind. Whoever decodes finds out afterwards
// that it took bits that aren't there (exhausted), and must do so before it trusts
// what it decoded.
type bitReader struct {
	all []byte // the source
	src []byte // what is read from: all, or tail
	pos int    // in src, of the next byte to be loaded
	off int    // in all, of the beginning of src
	bb  uint64 // bits that were loaded, the next one lowest
	bn  uint   // how many of them count; those above are the ones that come next

	tail [tailSize]byte
}

const (
	// roomForRefills is how many bytes two refills look at: the first loads eight
	// and advances by at most seven.
	roomForRefills = 16
	tailSize       = 3 * roomForRefills
)

// set begins reading at a byte of the source.
func (b *bitReader) set(src []byte, at int) {
	b.all, b.src, b.pos, b.off, b.bb, b.bn = src, src, at, 0, 0, 0
}

// room makes sure that two refills can be done. It returns false if that many bits
// were taken that the source is exhausted.
func (b *bitReader) room() bool {
	if b.pos <= len(b.src)-roomForRefills {
		return true
	}
	if b.off > 0 {
		return false
	}
	b.off = b.pos
	n := copy(b.tail[:], b.all[b.pos:])
	clear(b.tail[n:])
	b.src, b.pos = b.tail[:], 0
	return true
}

// refill loads bits until at least 56 are there, zeros if the source has none.
func (b *bitReader) refill() {
	if b.room() {
		b.bb |= binary.LittleEndian.Uint64(b.src[b.pos:]) << (b.bn & 63)
	}
	b.pos += int(63-b.bn) >> 3
	b.bn |= 56
}

// take takes n bits, at most as many as refill made sure of.
func (b *bitReader) take(n uint) uint {
	v := b.bb & (1<<(n&63) - 1)
	b.bb >>= n & 63
	b.bn -= n
	return uint(v)
}

// used is how many bytes of the source have been taken, a part of one as one.
func (b *bitReader) used() int { return b.off + b.pos - int(b.bn>>3) }

// exhausted tells whether more bits were taken than the source has.
func (b *bitReader) exhausted() bool { return b.used() > len(b.all) }
