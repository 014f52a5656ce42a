package gitpack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
)

var (
	errFanout  = errors.New("its fan-out table is cut off or does not ascend")
	errIDOrder = errors.New("its ids do not ascend")
)

// idTable is a table of ids in ascending order, with the fan-out that git puts
// before it: for each first byte, how many ids begin with it or with a lesser one.
type idTable struct {
	fanout [257]uint32 // fanout[b] is the number of the first id that begins with b
	len    int
	ids    []byte // from the first byte of the first id
	size   int    // of an id
	stride int    // from one id to the next
}

// parseFanout reads the 256 big-endian numbers at the head of data, and returns the
// last, which is the number of ids.
func (t *idTable) parseFanout(data []byte) (uint64, error) {
	if len(data) < fanoutSize {
		return 0, errFanout
	}
	for b := range 256 {
		n := binary.BigEndian.Uint32(data[4*b:])
		if n < t.fanout[b] {
			return 0, errFanout
		}
		t.fanout[b+1] = n
	}
	n := uint64(t.fanout[256])
	if n > math.MaxInt/64 { // so that no sum of table sizes overflows
		return 0, errFanout
	}
	t.len = int(n)
	return n, nil
}

// setIDs says where the ids are: the first at skip, each stride bytes after the one
// before. The caller has checked that all t.len of them are in table.
func (t *idTable) setIDs(table []byte, skip, size, stride int) {
	if t.len > 0 {
		t.ids = table[skip:]
	}
	t.size, t.stride = size, stride
}

// at returns the bytes of id i.
func (t *idTable) at(i int) []byte {
	from := i * t.stride
	return t.ids[from : from+t.size : from+t.size]
}

// key is the part of an id after the first byte that positions are guessed from.
func key(id []byte) uint64 { return binary.BigEndian.Uint64(id[1:]) }

// find returns the number of the id.
//
// Ids are hashes, so they are spread evenly, and the position of one among those
// with the same first byte follows from its value, and from a miss the position
// relative to it: about three looks instead of the ten to fifteen of halving. A
// table may have been made uneven on purpose; after a few guesses the rest is found
// by halving.
func (t *idTable) find(id []byte) (int, bool) {
	if len(id) != t.size {
		return 0, false
	}
	lo, hi := int(t.fanout[id[0]]), int(t.fanout[int(id[0])+1])
	n, want := uint64(hi-lo), key(id)
	m := lo + share(want, n)
	for guesses := 0; lo < hi; guesses++ {
		if guesses >= maxGuesses {
			m = lo + (hi-lo)/2
		}
		at := t.at(m)
		k := key(at)
		below := k < want
		if k == want { // what is left of the id decides
			c := bytes.Compare(at, id)
			if c == 0 {
				return m, true
			}
			below = c < 0
		}
		if below {
			lo = m + 1
			m = min(lo+share(want-k, n), hi-1)
		} else {
			hi = m
			m = max(hi-1-share(k-want, n), lo)
		}
	}
	return 0, false
}

const maxGuesses = 8

// share returns how many of n evenly spread keys are to be expected in a stretch of
// the given width: width * n / 2^64.
func share(width, n uint64) int {
	high, _ := bits.Mul64(width, n)
	return int(high)
}

// verify checks that the ids ascend and stand where the fan-out says.
func (t *idTable) verify() error {
	for b := range 256 {
		for i := int(t.fanout[b]); i < int(t.fanout[b+1]); i++ {
			at := t.at(i)
			if int(at[0]) != b || i > 0 && bytes.Compare(t.at(i-1), at) >= 0 {
				return errIDOrder
			}
		}
	}
	return nil
}
