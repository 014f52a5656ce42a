package gitpack

import (
	"fmt"
	"io"
)

// deltaReader gives the target of a delta without holding it: as ApplyDelta makes it,
// of a base that is held.
type deltaReader struct {
	base, ops []byte
	piece     []byte // of the instruction that is being read
	left      int    // bytes of the target that are still to come
	err       error
}

// readDelta begins to read a delta's target, of size bytes. What is wrong with the
// instructions is an error of Read.
func readDelta(base, delta []byte) (r *deltaReader, size int, err error) {
	n, size, ops, err := deltaHead(delta)
	if err == nil && n != len(base) {
		err = fmt.Errorf("%w: it is for a base of %d bytes, not %d", ErrDelta, n, len(base))
	}
	return &deltaReader{base: base, ops: ops, left: size}, size, err
}

// Read implements io.Reader.
func (r *deltaReader) Read(p []byte) (n int, err error) {
	for n < len(p) && r.err == nil {
		if len(r.piece) == 0 {
			r.err = r.next()
			continue
		}
		k := copy(p[n:], r.piece)
		r.piece = r.piece[k:]
		n += k
	}
	if n > 0 || len(p) == 0 {
		return n, nil
	}
	return 0, r.err
}

// next reads an instruction.
func (r *deltaReader) next() error {
	if len(r.ops) == 0 {
		if r.left > 0 {
			return fmt.Errorf("%w: it makes %d bytes less than it says", ErrDelta, r.left)
		}
		return io.EOF
	}
	op := r.ops[0]
	r.ops = r.ops[1:]
	if op < 0x80 {
		n := int(op)
		if n == 0 || n > len(r.ops) || n > r.left {
			return fmt.Errorf("%w: insertion", ErrDelta)
		}
		r.piece, r.ops = r.ops[:n], r.ops[n:]
		r.left -= n
		return nil
	}
	from, n, used := copyOp(op, r.ops)
	if used < 0 || from > uint64(len(r.base)) || n > uint64(len(r.base))-from || n > uint64(r.left) {
		return fmt.Errorf("%w: copy", ErrDelta)
	}
	r.piece, r.ops = r.base[from:from+n], r.ops[used:]
	r.left -= int(n)
	return nil
}
