package gitpack

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// ErrMissing is that of an object that the store does not have.
var ErrMissing = errors.New("missing object")

// Fault is something of a repository that can't be read.
type Fault struct {
	Where string // a path
	Err   error
}

// Objects reads single objects of a repository: its packs' and loose ones,
// alternates' as well. Opening it takes little, however large the packs are. One
// goroutine may use it at a time.
type Objects struct {
	Hash   Hash
	Packs  []*Pack
	Faults []Fault

	folders []string
	inf     *Inflater
	cache   cache
}

// OpenObjects opens the packs of the given object folders. What can't be opened is
// among the faults; what is found to be damaged later, among those that Problems gives.
func OpenObjects(folders []string, h Hash) *Objects {
	s := &Objects{Hash: h, folders: folders, inf: NewInflater(), cache: cache{limit: cacheSize}}
	s.openPacks(OpenPack)
	return s
}

// Map maps all packs now, so that they stay while git repacks. What can't be read is
// among the faults, and is not looked into any more.
func (s *Objects) Map() {
	s.Packs = slices.DeleteFunc(s.Packs, func(p *Pack) bool {
		err := p.load()
		if err != nil {
			s.fault(p.Path, err)
			p.Close()
		}
		return err != nil
	})
}

// Problems are the faults, and the packs that could not be read when something of them
// was asked for, by this reader or by those that share its packs.
func (s *Objects) Problems() []Fault {
	out := slices.Clip(s.Faults)
	for _, p := range s.Packs {
		if p.fault != nil {
			out = append(out, Fault{p.Path, p.fault})
		}
	}
	return out
}

// openPacks opens all packs. What opens one may return it with an error that tells
// what is odd about it.
func (s *Objects) openPacks(open func(path string, h Hash) (*Pack, error)) {
	for _, folder := range s.folders {
		paths, err := packPaths(folder)
		if err != nil {
			s.fault(folder+"/pack", err)
		}
		for _, path := range paths {
			p, err := open(path, s.Hash)
			if err != nil {
				s.fault(path, err)
			}
			if p != nil {
				s.Packs = append(s.Packs, p)
			}
		}
	}
}

func (s *Objects) fault(where string, err error) {
	s.Faults = append(s.Faults, Fault{where, err})
}

// Close frees what is mapped.
func (s *Objects) Close() {
	for _, p := range s.Packs {
		p.Close()
	}
}

// maxObject is the largest object that Object reads: what it is for are trees,
// commits, and the files of a change. Git makes no deltas of files above half of it.
const maxObject = 1 << 30

// Object reads one object. The bytes must not be changed.
func (s *Objects) Object(id ID) (kind Kind, data []byte, err error) {
	return s.ObjectWithin(id, maxObject)
}

// ObjectWithin is like Object, but does not read a loose object of more than limit
// bytes, nor one that a pack has whole: that is ErrTooLarge.
func (s *Objects) ObjectWithin(id ID, limit int64) (kind Kind, data []byte, err error) {
	fault := onFault(func() { kind, data, err = s.objectWithin(id, limit) })
	if fault != nil {
		err = fault
	}
	if err != nil {
		return 0, nil, fmt.Errorf("object %s: %w", id, err)
	}
	return kind, data, nil
}

func (s *Objects) objectWithin(id ID, limit int64) (Kind, []byte, error) {
	p, off, ok := s.packed(id.Bytes())
	if !ok {
		return s.looseObject(id, min(limit, maxObject))
	}
	if h, err := p.headAt(off); err == nil && h.kind < OfsDelta && h.size > uint64(limit) {
		return 0, nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, h.size)
	}
	return s.entry(p, off, 0)
}

func (s *Objects) object(id []byte, depth int) (Kind, []byte, error) {
	if p, off, ok := s.packed(id); ok {
		return s.entry(p, off, depth)
	}
	return s.looseObject(IDFrom(id), maxObject)
}

// smallLoose is the size of a file that is read in one piece.
const smallLoose = 1 << 20

// looseObject reads an object from a file of its own.
func (s *Objects) looseObject(id ID, limit int64) (kind Kind, data []byte, err error) {
	name := id.String()
	if name == "" { // the zero id
		return 0, nil, ErrMissing
	}
	for _, folder := range s.folders {
		path := filepath.Join(folder, name[:2], name[2:])
		if kind, data, err = s.loose(path, limit); !errors.Is(err, fs.ErrNotExist) {
			return kind, data, err
		}
	}
	return 0, nil, ErrMissing
}

// loose reads the loose object in a file.
func (s *Objects) loose(path string, limit int64) (kind Kind, data []byte, err error) {
	file, size, err := openRegular(path)
	if err != nil {
		return 0, nil, err
	}
	defer file.Close()
	if size <= smallLoose {
		all := make([]byte, size)
		if _, err := io.ReadFull(file, all); err != nil {
			return 0, nil, err
		}
		if kind, data, err = ParseLoose(s.inf, all, int(limit)); errors.Is(err, ErrLooseLimit) {
			err = fmt.Errorf("%w: %w", ErrTooLarge, err)
		}
		return kind, data, err
	}
	kind, n, body, err := LooseReader(file)
	if err != nil {
		return 0, nil, err
	}
	if n > limit {
		return 0, nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, n)
	}
	data, err = readExactly(body, n)
	return kind, data, err
}

// ReadLoose opens a loose object for f. Any number of goroutines may call it.
func (s *Objects) ReadLoose(l LooseObject, f func(kind Kind, size int64, body io.Reader) error) error {
	file, _, err := openRegular(l.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	kind, size, body, err := LooseReader(file)
	if err != nil {
		return err
	}
	return f(kind, size, body)
}

// maxChain is how many deltas may follow each other: git makes no more than 4095.
const maxChain = 1 << 13

// entry rebuilds a pack's entry: down the chain to what is no delta or is in the
// cache, and up again.
func (s *Objects) entry(p *Pack, off uint64, depth int) (Kind, []byte, error) {
	var chain []uint64
	kind, data, ok := s.cache.get(p, off)
	for ; !ok; kind, data, ok = s.cache.get(p, off) {
		if len(chain)+depth > maxChain {
			return 0, nil, fmt.Errorf("%w: a chain of more than %d deltas", ErrEntry, maxChain)
		}
		h, err := p.headAt(off)
		if err != nil {
			return 0, nil, err
		}
		if h.kind < OfsDelta {
			kind = h.kind
			if data, err = s.inflate(h); err != nil {
				return 0, nil, err
			}
			s.cache.put(p, off, kind, data)
			break
		}
		chain = append(chain, off)
		if h.kind == OfsDelta {
			if h.back == 0 || h.back > off {
				return 0, nil, fmt.Errorf("%w: base offset", ErrEntry)
			}
			off -= h.back
			continue
		}
		i, here := p.idx.Find(h.ref)
		if !here {
			if kind, data, err = s.object(h.ref, depth+len(chain)); err != nil {
				if errors.Is(err, ErrNoBase) {
					return 0, nil, err // said once, of however many packs
				}
				return 0, nil, fmt.Errorf("%w: %w", ErrNoBase, err)
			}
			break
		}
		off = p.idx.Offset(i)
	}
	data, err := s.climb(p, chain, kind, data)
	return kind, data, err
}

// climb applies the deltas at the given offsets, the last one first.
func (s *Objects) climb(p *Pack, chain []uint64, kind Kind, data []byte) ([]byte, error) {
	for i := len(chain) - 1; i >= 0; i-- {
		h, err := p.headAt(chain[i])
		if err != nil {
			return nil, err
		}
		delta, err := s.inflate(h)
		if err != nil {
			return nil, err
		}
		_, n, err := DeltaSizes(delta)
		if err != nil {
			return nil, err
		}
		if n > maxObject {
			return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, n)
		}
		if data, _, err = ApplyDelta(nil, data, delta, nil); err != nil {
			return nil, err
		}
		s.cache.put(p, chain[i], kind, data)
	}
	return data, nil
}

func (s *Objects) inflate(h entryHead) ([]byte, error) {
	if h.size > maxObject || h.size/maxRatio > uint64(len(h.body)) {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, h.size)
	}
	data := make([]byte, h.size)
	_, err := s.inf.Inflate(data, h.body)
	return data, err
}

// OpenRegular opens a regular file of the git folder, links followed, and nothing
// else: no pipe, no device.
func OpenRegular(path string) (*os.File, error) {
	f, _, err := openRegular(path)
	return f, err
}
