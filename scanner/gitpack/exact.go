package gitpack

import "io"

// exact is a reader that must give a certain number of bytes: not fewer, and not
// one more, so that a stream that never ends is left.
type exact struct {
	r    io.Reader
	left uint64
}

func exactly(r io.Reader, n uint64) io.Reader { return &exact{r, n} }

// Read implements io.Reader.
func (e *exact) Read(p []byte) (int, error) {
	if e.left == 0 {
		var one [1]byte
		for range 2 { // the stream's checksum is compared when its end is read
			n, err := e.r.Read(one[:])
			switch {
			case n > 0:
				return 0, ErrInflateSize
			case err != nil:
				return 0, err
			}
		}
		return 0, io.ErrNoProgress
	}
	if uint64(len(p)) > e.left {
		p = p[:e.left]
	}
	n, err := e.r.Read(p)
	e.left -= uint64(n)
	if err == io.EOF && e.left > 0 {
		err = ErrInflateSize
	}
	return n, err
}

// readExactly reads a stream of a known size, which was found bearable, to its end.
func readExactly(r io.Reader, size int64) ([]byte, error) {
	r = exactly(r, uint64(size))
	data := make([]byte, size)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, err
	}
	if _, err := r.Read(make([]byte, 1)); err != io.EOF {
		return nil, err
	}
	return data, nil
}
