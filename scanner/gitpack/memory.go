package gitpack

import (
	"math/bits"
	"sync"
)

// memory is what the workers of a walk may hold of objects. Each has a share, for what
// is small. What is large is held in a lane that one worker uses at a time, so that an
// object's being too large depends neither on how many workers there are nor on what
// the others hold.
type memory struct {
	share, lane int64
	large       uint64     // bytes from which on a buffer belongs to the lane
	use         sync.Mutex // of the lane
}

// laneParts is the lane's part of the memory, in quarters.
const laneParts = 3

func newMemory(all int64, workers int) *memory {
	m := &memory{lane: all / 4 * laneParts}
	m.share = (all - m.lane) / int64(max(workers, 1))
	m.large = uint64(max(m.share/4, 1))
	return m
}

// buffers are what one worker holds.
type buffers struct {
	*memory
	left  int64        // of the share
	free  [48][][]byte // of the share, to be used again, by the logarithm of their size
	lanes map[*byte]bool
	spare [][]byte // of the lane, to be used again
	room  int64    // of the lane
}

func newBuffers(m *memory) *buffers {
	return &buffers{memory: m, left: m.share, lanes: map[*byte]bool{}}
}

// take returns a buffer of n bytes, or nil if that is more than may be held.
func (b *buffers) take(n uint64) []byte {
	if n < b.large {
		class := bits.Len64(max(n, 512) - 1)
		if l := b.free[class]; len(l) > 0 {
			b.free[class] = l[:len(l)-1]
			return l[len(l)-1][:n]
		}
		size := int64(1) << class
		if size > b.left {
			b.empty()
		}
		if size <= b.left {
			b.left -= size
			return make([]byte, n, size)
		}
	}
	return b.takeLane(n)
}

// takeLane takes a buffer of the lane, once the others have left it.
func (b *buffers) takeLane(n uint64) []byte {
	if n > uint64(b.lane) {
		return nil
	}
	if len(b.lanes) == 0 {
		b.use.Lock()
		b.room = b.lane
	}
	out := b.fromLane(int64(max(n, 1)))
	if out == nil && len(b.lanes) == 0 {
		b.leave()
	}
	if out == nil {
		return nil
	}
	b.lanes[&out[0]] = true
	return out[:n]
}

func (b *buffers) fromLane(n int64) []byte {
	for i, s := range b.spare {
		if int64(cap(s)) >= n {
			last := len(b.spare) - 1
			b.spare[i], b.spare = b.spare[last], b.spare[:last]
			return s[:n]
		}
	}
	if n > b.room {
		b.dropSpare()
	}
	if n > b.room {
		return nil
	}
	size := n + n/8 // the next version may be somewhat longer
	if size > b.room {
		size = n
	}
	b.room -= size
	return make([]byte, n, size)
}

func (b *buffers) dropSpare() {
	for _, s := range b.spare {
		b.room += int64(cap(s))
	}
	b.spare = nil
}

func (b *buffers) leave() {
	b.spare = nil
	b.use.Unlock()
}

// give takes a buffer back.
func (b *buffers) give(buf []byte) {
	if first := &buf[:1][0]; b.lanes[first] {
		delete(b.lanes, first)
		if b.spare = append(b.spare, buf[:0]); len(b.lanes) == 0 {
			b.leave()
		}
		return
	}
	class := bits.Len(uint(cap(buf))) - 1
	b.free[class] = append(b.free[class], buf)
}

// empty forgets the share's buffers that nobody uses.
func (b *buffers) empty() {
	for class := range b.free {
		b.left += int64(len(b.free[class])) << class
		b.free[class] = nil
	}
}
