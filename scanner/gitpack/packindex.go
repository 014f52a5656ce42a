package gitpack

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"math"
)

// ErrPackIndex is that of a file that is no pack index of a known version, or whose
// tables don't fit together.
var ErrPackIndex = errors.New("no pack index that can be read")

// NoOffset is the offset of an object whose index gives none: it is beyond any pack.
const NoOffset = math.MaxUint64

// PackIndex is a pack's index (gitformat-pack, "pack-*.idx"): the ids of the pack's
// objects in order, and where in the pack each begins. It reads the bytes it was
// parsed from and copies none of them, and may be used by many goroutines.
type PackIndex struct {
	data  []byte
	hash  Hash
	ids   idTable
	offs  []byte // 4 bytes an object, stride apart
	far   []byte // version 2: 8 bytes for each offset that takes more than 31 bits
	first int    // bytes from one offset to the next
	v1    bool
}

const (
	fanoutSize  = 256 * 4
	indexHeader = 8 // of version 2
	indexMagic  = "\377tOc"
)

// ParsePackIndex reads the index in data, which must stay as it is for as long as
// the index is used. Errors are ErrPackIndex.
//
// The size of the tables and the order of the first of them are checked here, so
// that no lookup leaves the data. What takes reading all of the file is checked by
// Verify, for looking up one object should not take reading all: ids may be out of
// order (some are not found then), and an offset may be missing (NoOffset).
func ParsePackIndex(data []byte, h Hash) (*PackIndex, error) {
	x := &PackIndex{data: data, hash: h}
	if len(data) >= indexHeader && string(data[:4]) == indexMagic {
		if v := binary.BigEndian.Uint32(data[4:]); v != 2 {
			return nil, fmt.Errorf("%w: version %d", ErrPackIndex, v)
		}
		return x, x.parseV2()
	}
	return x, x.parseV1()
}

func (x *PackIndex) parseV1() error {
	size := x.hash.Size()
	n, err := x.ids.parseFanout(x.data)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPackIndex, err)
	}
	if want := fanoutSize + n*uint64(4+size) + uint64(2*size); uint64(len(x.data)) != want {
		return fmt.Errorf("%w: %d bytes for %d objects", ErrPackIndex, len(x.data), n)
	}
	x.v1 = true
	x.offs, x.first = x.data[fanoutSize:len(x.data)-2*size], 4+size
	x.ids.setIDs(x.offs, 4, size, 4+size)
	return nil
}

func (x *PackIndex) parseV2() error {
	size := x.hash.Size()
	n, err := x.ids.parseFanout(x.data[indexHeader:])
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPackIndex, err)
	}
	const before = indexHeader + fanoutSize
	least := before + n*uint64(size+4+4) + uint64(2*size)
	have := uint64(len(x.data))
	// At most one object is at the pack's beginning, and needs no far offset.
	if have < least || (have-least)%8 != 0 || (have-least)/8 > n {
		return fmt.Errorf("%w: %d bytes for %d objects", ErrPackIndex, have, n)
	}
	ids := before + int(n)*size
	crcs := ids + int(n)*4
	offs := crcs + int(n)*4
	x.offs, x.first = x.data[crcs:offs], 4
	x.far = x.data[offs : len(x.data)-2*size]
	x.ids.setIDs(x.data[before:ids], 0, size, size)
	return nil
}

// Len is the number of objects.
func (x *PackIndex) Len() int { return x.ids.len }

// ID is the id of object i, 0 ≤ i < Len. Ids ascend.
func (x *PackIndex) ID(i int) ID { return IDFrom(x.ids.at(i)) }

// Bytes are the bytes of object i's id, a part of the index.
func (x *PackIndex) Bytes(i int) []byte { return x.ids.at(i) }

// Offset is where in the pack object i begins, in bytes. It is NoOffset where the
// index is damaged; any other may be wrong as well, and has to be held against the
// size of the pack.
func (x *PackIndex) Offset(i int) uint64 {
	off := binary.BigEndian.Uint32(x.offs[i*x.first:])
	if off < 1<<31 || x.v1 {
		return uint64(off)
	}
	row := int(off & (1<<31 - 1))
	if row >= len(x.far)/8 {
		return NoOffset
	}
	return binary.BigEndian.Uint64(x.far[row*8:])
}

// Find returns which object has the given id.
func (x *PackIndex) Find(id []byte) (i int, ok bool) { return x.ids.find(id) }

// PackChecksum is the checksum that the pack ends with, a part of the index.
func (x *PackIndex) PackChecksum() []byte {
	size := x.hash.Size()
	return x.data[len(x.data)-2*size : len(x.data)-size]
}

// Verify reads all of the index: whether its checksum is right, the ids ascend, and
// each object has an offset. Errors are ErrPackIndex.
func (x *PackIndex) Verify() error {
	if !checksumEnds(x.data, x.hash) {
		return fmt.Errorf("%w: its checksum is another", ErrPackIndex)
	}
	if err := x.ids.verify(); err != nil {
		return fmt.Errorf("%w: %w", ErrPackIndex, err)
	}
	for i := range x.Len() {
		if x.Offset(i) == NoOffset {
			return fmt.Errorf("%w: object %s has no offset", ErrPackIndex, x.ID(i))
		}
	}
	return nil
}

// new returns the hash that files of this format are closed with.
func (h Hash) new() hash.Hash {
	if h == SHA256 {
		return sha256.New()
	}
	return sha1.New()
}

// checksumEnds tells whether data ends with the checksum of what is before it.
func checksumEnds(data []byte, h Hash) bool {
	end := len(data) - h.Size()
	if end < 0 {
		return false
	}
	sum := h.new()
	sum.Write(data[:end])
	return bytes.Equal(sum.Sum(nil), data[end:])
}
