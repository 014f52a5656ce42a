package gitpack

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
)

// Size is an object's size in bytes, as its head tells it, and whether it stands there
// whole, so that Stream need not hold it. The object is not read.
func (s *Objects) Size(id ID) (n int64, whole bool, err error) {
	fault := onFault(func() { n, whole, err = s.size(id) })
	if fault != nil {
		err = fault
	}
	if err != nil {
		return 0, false, fmt.Errorf("object %s: %w", id, err)
	}
	return n, whole, nil
}

func (s *Objects) size(id ID) (n int64, whole bool, err error) {
	p, off, ok := s.packed(id.Bytes())
	if !ok {
		err = s.openLoose(id, func(_ Kind, size int64, _ io.Reader) error {
			n = size
			return nil
		})
		return n, true, err
	}
	h, err := p.headAt(off)
	if err != nil || h.kind < OfsDelta {
		return int64(h.size), true, err
	}
	var head [20]byte // two numbers of at most ten bytes
	made, err := s.inf.inflateHead(head[:min(uint64(len(head)), h.size)], h.body)
	if err != nil {
		return 0, false, err
	}
	_, target, err := DeltaSizes(head[:made])
	return int64(target), false, err
}

// packed finds an object in the packs that can be read.
func (s *Objects) packed(id []byte) (p *Pack, off uint64, ok bool) {
	for _, p := range s.Packs {
		if i, ok := p.idx.Find(id); ok && p.load() == nil {
			return p, p.idx.Offset(i), true
		}
	}
	return nil, 0, false
}

// openLoose calls f with an object of the loose ones.
func (s *Objects) openLoose(id ID, f func(kind Kind, size int64, body io.Reader) error) error {
	name := id.String()
	if name == "" { // the zero id
		return ErrMissing
	}
	for _, folder := range s.folders {
		err := s.ReadLoose(LooseObject{id, filepath.Join(folder, name[:2], name[2:])}, f)
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return ErrMissing
}

// Stream calls f with a reader of an object, of any size. Only one that is made of
// others by deltas is held whole, and may be no larger than what Object takes. What f
// returns is returned.
func (s *Objects) Stream(id ID, f func(kind Kind, size int64, body io.Reader) error) (err error) {
	fault := onFault(func() { err = s.stream(id, f) })
	if fault != nil {
		err = fault
	}
	if err != nil {
		return fmt.Errorf("object %s: %w", id, err)
	}
	return nil
}

func (s *Objects) stream(id ID, f func(kind Kind, size int64, body io.Reader) error) error {
	p, off, ok := s.packed(id.Bytes())
	if !ok {
		return s.openLoose(id, f)
	}
	h, err := p.headAt(off)
	if err != nil {
		return err
	}
	if h.kind >= OfsDelta {
		kind, data, err := s.entry(p, off, 0)
		if err != nil {
			return err
		}
		return f(kind, int64(len(data)), bytes.NewReader(data))
	}
	r, err := zlib.NewReader(bytes.NewReader(h.body))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrEntry, err)
	}
	return f(h.kind, int64(h.size), exactly(r, h.size))
}
