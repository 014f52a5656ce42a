package gitpack

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
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
	if err := p.reset(src); err != nil {
		return 0, err
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

// inflateHead is like Inflater.inflateHead.
func (p *plainInflater) inflateHead(dst, src []byte) (n int, err error) {
	if err := p.reset(src); err != nil {
		return 0, err
	}
	for n < len(dst) && err == nil {
		var m int
		m, err = p.z.Read(dst[n:])
		n += m
	}
	if n == len(dst) || err == io.EOF {
		return n, nil
	}
	return n, plainError(err)
}

func (p *plainInflater) reset(src []byte) (err error) {
	p.src.Reset(src)
	if p.z == nil {
		p.z, err = zlib.NewReader(&p.src)
	} else {
		err = p.z.(zlib.Resetter).Reset(&p.src, nil)
	}
	if err == nil && src[1]&0x20 != 0 {
		return ErrInflateDictionary // an empty one, which the library has
	}
	return plainError(err)
}

// plainError puts the library's errors in our words; others stay as they are.
func plainError(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, zlib.ErrChecksum):
		return ErrInflateChecksum
	case errors.Is(err, zlib.ErrDictionary):
		return ErrInflateDictionary
	case errors.Is(err, zlib.ErrHeader), errors.As(err, &corrupt):
		return ErrInflateCorrupt
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return ErrInflateTruncated
	}
	return err
}
