package gitpack

import (
	"errors"
	"fmt"
	"math"
)

// ErrDelta is that of a delta that is cut off, makes another size than it says, or
// copies what its base doesn't have.
var ErrDelta = errors.New("damaged delta")

// DeltaSizes returns the sizes in bytes that a delta declares: that of the base it
// is made for and that of its target. Nothing has been checked but that they are
// there and fit an int; a few bytes of delta may truthfully declare gigabytes, so
// hold target against a limit before calling ApplyDelta. Errors are ErrDelta.
func DeltaSizes(delta []byte) (base, target int, err error) {
	base, target, _, err = deltaHead(delta)
	return base, target, err
}

// deltaHead is like DeltaSizes, and returns the instructions too.
func deltaHead(delta []byte) (base, target int, rest []byte, err error) {
	b, n := deltaSize(delta)
	if n == 0 {
		return 0, 0, nil, fmt.Errorf("%w: base size", ErrDelta)
	}
	t, m := deltaSize(delta[n:])
	if m == 0 {
		return 0, 0, nil, fmt.Errorf("%w: target size", ErrDelta)
	}
	return b, t, delta[n+m:], nil
}

// deltaSize reads a number (gitformat-pack, "Size encoding"); used is 0 if there is
// none, or none that fits an int.
func deltaSize(d []byte) (size, used int) {
	n := uint64(0)
	for i, c := range d {
		if i >= 9 {
			return 0, 0
		}
		n |= uint64(c&0x7f) << (7 * i)
		if c&0x80 == 0 {
			if n > math.MaxInt {
				return 0, 0
			}
			return int(n), i + 1
		}
	}
	return 0, 0
}

// ApplyDelta makes the target of a delta (gitformat-pack, "Deltified
// representation"). It is written over dst, which grows if its capacity is too
// small, and is returned. Memory is not taken before it is clear that the delta makes
// as many bytes as it declares; that the number is bearable is for the caller to see
// (DeltaSizes).
//
// To changed are appended the ranges of the target that are not a contiguous copy of
// the base, in order, none of them touching another: each stretch of inserted bytes,
// and an empty range wherever two bytes meet that do not meet in the base, the
// target's beginning and end among them if they aren't the base's. So a stretch of
// the target that neither overlaps a range nor has an empty one strictly inside it is
// in the base as well.
//
// Errors are ErrDelta.
func ApplyDelta(dst, base, delta []byte, changed []Range) ([]byte, []Range, error) {
	size, target, ops, err := deltaHead(delta)
	if err != nil {
		return nil, nil, err
	}
	if size != len(base) {
		return nil, nil, fmt.Errorf("%w: it is for a base of %d bytes, not %d", ErrDelta, size, len(base))
	}
	if cap(dst) < target {
		if err := deltaMakes(ops, target); err != nil {
			return nil, nil, err
		}
		dst = make([]byte, target)
	}
	dst = dst[:target]
	at, next := 0, 0 // of the target; of the base, the byte that would go on the copy
	inserted := false
	for i := 0; i < len(ops); {
		op := ops[i]
		i++
		if op < 0x80 {
			n := int(op)
			if n == 0 || n > len(ops)-i || n > target-at {
				return nil, nil, fmt.Errorf("%w: insertion", ErrDelta)
			}
			copy(dst[at:at+n], ops[i:i+n])
			changed = addRange(changed, at, at+n)
			at, i, inserted = at+n, i+n, true
			continue
		}
		from, n, used := copyOp(op, ops[i:])
		if used < 0 || from > uint64(len(base)) || n > uint64(len(base))-from || n > uint64(target-at) {
			return nil, nil, fmt.Errorf("%w: copy", ErrDelta)
		}
		if !inserted && int(from) != next {
			changed = addRange(changed, at, at)
		}
		next = int(from + n)
		copy(dst[at:at+int(n)], base[from:next])
		at, i, inserted = at+int(n), i+used, false
	}
	if at != target {
		return nil, nil, fmt.Errorf("%w: it makes %d bytes, not %d", ErrDelta, at, target)
	}
	if !inserted && next != len(base) {
		changed = addRange(changed, at, at)
	}
	return dst, changed, nil
}

// copyOp reads what follows op, the first byte of a copy: where in the base it
// begins, how many bytes it takes, and how many bytes of the delta say so; used is
// negative if they are cut off.
func copyOp(op byte, d []byte) (from, n uint64, used int) {
	for bit := range 7 {
		if op&(1<<bit) == 0 {
			continue
		}
		if used >= len(d) {
			return 0, 0, -1
		}
		if bit < 4 {
			from |= uint64(d[used]) << (8 * bit)
		} else {
			n |= uint64(d[used]) << (8 * (bit - 4))
		}
		used++
	}
	if n == 0 {
		n = 0x10000
	}
	return from, n, used
}

// deltaMakes checks that the instructions make target bytes.
func deltaMakes(ops []byte, target int) error {
	left := uint64(target)
	for i := 0; i < len(ops); {
		op := ops[i]
		n, used := uint64(op), int(op)
		if op >= 0x80 {
			_, n, used = copyOp(op, ops[i+1:])
		}
		if used < 0 || n > left {
			return fmt.Errorf("%w: it makes another size than it says", ErrDelta)
		}
		left -= n
		i += 1 + used
	}
	if left != 0 {
		return fmt.Errorf("%w: it makes another size than it says", ErrDelta)
	}
	return nil
}

// addRange appends a range, to the last one if they touch.
func addRange(ranges []Range, from, to int) []Range {
	if last := len(ranges) - 1; last >= 0 && ranges[last].To == from {
		ranges[last].To = to
		return ranges
	}
	return append(ranges, Range{from, to})
}
