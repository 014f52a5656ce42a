package gitpack

import (
	"encoding/binary"
	"errors"
)

// Errors of Inflate.
var (
	// ErrInflateTruncated: the stream goes on behind the end of the source.
	ErrInflateTruncated = errors.New("deflated data is cut off")
	// ErrInflateCorrupt: what the source holds is no zlib stream.
	ErrInflateCorrupt = errors.New("deflated data is damaged")
	// ErrInflateSize: the stream is sound as far as it was read, but gives more or
	// fewer bytes than expected.
	ErrInflateSize = errors.New("deflated data has another size than expected")
	// ErrInflateChecksum: the inflated bytes have another Adler-32 than the stream
	// says.
	ErrInflateChecksum = errors.New("deflated data has another checksum than it says")
	// ErrInflateDictionary: the stream wants a dictionary, which git never uses.
	ErrInflateDictionary = errors.New("deflated data wants a preset dictionary")
)

// maxInflateRatio is how many bytes deflate can make of one at most: 258 of two
// bits.
const maxInflateRatio = 1032

// Inflater inflates zlib streams (RFC 1950, RFC 1951) whose inflated size is known.
// It has tables that are used again: one Inflater serves one goroutine.
//
// It decodes from one whole buffer into another, which spares it the window, the
// bookkeeping and the copying of a streaming decoder. Bits are taken from a buffer of
// 64, filled eight bytes at a time, and Huffman codes are looked up in tables of two
// levels whose entries say all that is needed of a symbol.
type Inflater struct {
	in  bitReader
	dst []byte
	op  int // how many bytes of dst are made

	lit    litTable
	dist   distTable
	pre    [1 << preBits]uint8
	lens   [maxLit + maxDist + 8]uint8 // code lengths of a block
	sorted [maxLit]uint16
}

// NewInflater returns an Inflater.
func NewInflater() *Inflater { return &Inflater{} }

// Inflate inflates the stream at the head of src into dst, whose length is the
// expected inflated size, and returns how many bytes of src the stream takes, its
// checksum included. The bytes of dst are of no use when it returns an error, which
// is one of those that begin with ErrInflate.
func (z *Inflater) Inflate(dst, src []byte) (used int, err error) {
	if err := z.start(dst, src); err != nil {
		return 0, err
	}
	if err := z.blocks(); err != nil {
		return 0, err
	}
	if err := z.checksum(); err != nil {
		return 0, err
	}
	if z.op < len(dst) {
		return 0, ErrInflateSize
	}
	return z.in.used() + 4, nil
}

// inflateHead inflates the beginning of a stream into dst, until either ends, and
// returns how many bytes it made. The checksum is looked at only if the stream ends.
func (z *Inflater) inflateHead(dst, src []byte) (n int, err error) {
	if err := z.start(dst, src); err != nil {
		return 0, err
	}
	if err = z.blocks(); err == nil {
		err = z.checksum()
	}
	if z.op == len(dst) {
		return z.op, nil
	}
	return z.op, err
}

// checksum holds what was made against the checksum behind the last block.
func (z *Inflater) checksum() error {
	src := z.in.all[min(z.in.used(), len(z.in.all)):]
	if len(src) < 4 {
		return ErrInflateTruncated
	}
	if binary.BigEndian.Uint32(src) != adler32(z.dst[:z.op]) {
		return ErrInflateChecksum
	}
	return nil
}

// start reads the stream's head (RFC 1950, 2.2).
func (z *Inflater) start(dst, src []byte) error {
	if len(src) < 2 {
		return ErrInflateTruncated
	}
	method, flags := src[0], src[1]
	if method&15 != 8 || method>>4 > 7 || (uint(method)<<8|uint(flags))%31 != 0 {
		return ErrInflateCorrupt
	}
	if flags&0x20 != 0 {
		if len(src) < 6 {
			return ErrInflateTruncated
		}
		return ErrInflateDictionary
	}
	z.in.set(src, 2)
	z.dst, z.op = dst, 0
	return nil
}

// blocks decodes all blocks (RFC 1951, 3.2.3).
func (z *Inflater) blocks() error {
	for {
		z.in.refill()
		head := z.in.take(3)
		var err error
		switch head >> 1 {
		case 0:
			err = z.stored()
		case 1:
			err = z.symbols(&fixedLit, &fixedDist)
		case 2:
			if err = z.tables(); err == nil {
				err = z.symbols(&z.lit, &z.dist)
			}
		default:
			err = ErrInflateCorrupt
		}
		if z.in.exhausted() {
			return ErrInflateTruncated
		}
		if err != nil || head&1 == 1 {
			return err
		}
	}
}

// stored copies a block that was not deflated (RFC 1951, 3.2.4).
func (z *Inflater) stored() error {
	at := z.in.used()
	src := z.in.all
	if len(src)-at < 4 {
		return ErrInflateTruncated
	}
	n := int(binary.LittleEndian.Uint16(src[at:]))
	if n != int(^binary.LittleEndian.Uint16(src[at+2:])) {
		return ErrInflateCorrupt
	}
	have := min(n, len(src)-at-4)
	made := copy(z.dst[z.op:], src[at+4:at+4+have])
	z.op += made
	if made < have {
		return ErrInflateSize
	}
	if have < n {
		return ErrInflateTruncated
	}
	z.in.set(src, at+4+n)
	return nil
}
