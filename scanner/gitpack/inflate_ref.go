package gitpack

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
)

// plainInflater is Inflater's twin on the standard library: the same contract,
// slower. Tests hold one against the other.
type plainInflater struct {
	src bytes.Reader
	z   io.ReadCloser
}

// Inflate inflates the stream at the head of src into dst, whose length is the
// expected inflated size, and returns how many bytes of src the stream takes, its
// checksum included. The bytes of dst are of no use when it returns an error, which
// is one of those that begin with ErrInflate.
func (p *plainInflater) Inflate(dst, src []byte) (used int, err error) {
	p.src.Reset(src)
	if p.z == nil {
		if p.z, err = zlib.NewReader(&p.src); err != nil {
			p.z = nil
		}
	} else {
		err = p.z.(zlib.Resetter).Reset(&p.src, nil)
	}
	if err != nil {
		return 0, plainError(err)
	}
	n, more := 0, make([]byte, 1)
	for err == nil {
		var m int
		if n < len(dst) {
			m, err = p.z.Read(dst[n:])
			n += m
		} else if m, err = p.z.Read(more); m > 0 {
			return 0, ErrInflateSize
		}
	}
	if err != io.EOF {
		return 0, plainError(err)
	}
	if n < len(dst) {
		return 0, ErrInflateSize
	}
	return len(src) - p.src.Len(), nil
}

func plainError(err error) error {
	switch {
	case errors.Is(err, zlib.ErrChecksum):
		return ErrInflateChecksum
	case errors.Is(err, zlib.ErrDictionary):
		return ErrInflateDictionary
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return ErrInflateTruncated
	}
	return fmt.Errorf("%w: %w", ErrInflateCorrupt, err)
}
