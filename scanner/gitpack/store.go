package gitpack

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
)

// ErrMissing is that of an object that the store does not have.
var ErrMissing = errors.New("missing object")

// Fault is something of a repository that can't be read.
type Fault struct {
	Where string // a path
	Err   error
}

// Store is all objects that a repository holds: those of its packs and the loose
// ones, alternates' as well. Each object has a number below Len; one that stands
// several times has that of its first place.
type Store struct {
	Hash   Hash
	Packs  []*Pack
	Loose  []LooseObject // sorted by id, each once, none that a pack holds
	Faults []Fault

	first []int // the number of each pack's first entry, then of the first loose one
	inf   *Inflater
	cache cache
}

// LooseObject is an object in a file of its own.
type LooseObject struct {
	ID   ID
	Path string
}

// OpenStore opens the packs of the given object folders and lists their loose
// objects. What can't be opened is among the faults.
func OpenStore(folders []string, h Hash) *Store {
	s := &Store{Hash: h, inf: NewInflater(), cache: cache{limit: cacheSize}}
	for _, folder := range folders {
		paths, err := packPaths(folder)
		if err != nil {
			s.fault(folder+"/pack", err)
		}
		for _, path := range paths {
			p, err := OpenPack(path, h)
			if err != nil {
				s.fault(path, err)
				continue
			}
			s.first = append(s.first, s.Len())
			s.Packs = append(s.Packs, p)
			if s.Len() > math.MaxInt32 {
				s.fault(path, fmt.Errorf("%w: more objects than can be numbered", ErrPackHeader))
				s.Packs, s.first = s.Packs[:len(s.Packs)-1], s.first[:len(s.first)-1]
				p.Close()
			}
		}
	}
	for _, folder := range folders {
		s.listLoose(folder)
	}
	slices.SortFunc(s.Loose, func(a, b LooseObject) int { return a.ID.Compare(b.ID) })
	s.Loose = slices.CompactFunc(s.Loose, func(a, b LooseObject) bool { return a.ID == b.ID })
	s.first = append(s.first, s.packed())
	return s
}

func (s *Store) fault(where string, err error) {
	s.Faults = append(s.Faults, Fault{where, err})
}

// Close frees what the store has mapped.
func (s *Store) Close() {
	for _, p := range s.Packs {
		p.Close()
	}
}

func (s *Store) packed() int {
	n := 0
	for _, p := range s.Packs {
		n += p.Len()
	}
	return n
}

// Len is one more than the highest number.
func (s *Store) Len() int { return s.packed() + len(s.Loose) }

// listLoose lists the files of a folder's two-digit folders.
func (s *Store) listLoose(folder string) {
	tops, err := os.ReadDir(folder)
	if err != nil {
		s.fault(folder, err)
		return
	}
	for _, top := range tops {
		if len(top.Name()) != 2 || !top.IsDir() {
			continue
		}
		files, err := os.ReadDir(filepath.Join(folder, top.Name()))
		if err != nil {
			s.fault(filepath.Join(folder, top.Name()), err)
			continue
		}
		for _, f := range files {
			id, err := ParseID(top.Name() + f.Name())
			if err != nil || len(id.Bytes()) != s.Hash.Size() {
				continue // a temporary file, or none of git's
			}
			if _, packed := s.inPack(id.Bytes()); !packed {
				s.Loose = append(s.Loose, LooseObject{id, filepath.Join(folder, top.Name(), f.Name())})
			}
		}
	}
}

// inPack returns the number of an object that a pack holds.
func (s *Store) inPack(id []byte) (int, bool) {
	for i, p := range s.Packs {
		if e, ok := p.Find(id); ok {
			return s.first[i] + e, true
		}
	}
	return 0, false
}

// Number returns the number of an object.
func (s *Store) Number(id []byte) (int, bool) {
	if n, ok := s.inPack(id); ok {
		return n, true
	}
	i := sort.Search(len(s.Loose), func(i int) bool { return bytes.Compare(s.Loose[i].ID.Bytes(), id) >= 0 })
	return s.packed() + i, i < len(s.Loose) && bytes.Equal(s.Loose[i].ID.Bytes(), id)
}

// NumberOf returns the number of entry e of pack i, and whether an earlier pack
// holds the same object.
func (s *Store) NumberOf(i, e int) (n int, again bool) {
	for j := range i {
		if f, ok := s.Packs[j].Find(s.Packs[i].IDBytes(e)); ok {
			return s.first[j] + f, true
		}
	}
	return s.first[i] + e, false
}

// LooseNumber is the number of Loose[i].
func (s *Store) LooseNumber(i int) int { return s.first[len(s.Packs)] + i }

// IDOf is the id of the object with a given number.
func (s *Store) IDOf(number int) ID {
	i := sort.SearchInts(s.first, number+1) - 1
	if i < len(s.Packs) {
		return s.Packs[i].ID(number - s.first[i])
	}
	return s.Loose[number-s.first[len(s.Packs)]].ID
}

// maxObject is the largest object that Object reads: what it is for are trees,
// commits, and the files of a change.
const maxObject = 1 << 30

// Object reads one object. It is for few of them, and for one goroutine; a
// repository's whole is read by Families. The bytes must not be changed.
func (s *Store) Object(id ID) (kind Kind, data []byte, err error) {
	fault := onFault(func() { kind, data, err = s.object(id, 0) })
	if fault != nil {
		err = fault
	}
	if err != nil {
		return 0, nil, fmt.Errorf("object %s: %w", id, err)
	}
	return kind, data, nil
}

func (s *Store) object(id ID, depth int) (Kind, []byte, error) {
	for _, p := range s.Packs {
		if e, ok := p.Find(id.Bytes()); ok {
			return s.entry(p, e, depth)
		}
	}
	n, ok := s.Number(id.Bytes())
	if !ok {
		return 0, nil, ErrMissing
	}
	return s.readLoose(s.Loose[n-s.packed()])
}

// maxChain is how many deltas may follow each other: git makes no more than 4095.
const maxChain = 1 << 13

// entry rebuilds a pack's entry: down the chain to what is no delta or is in the
// cache, and up again.
func (s *Store) entry(p *Pack, e, depth int) (Kind, []byte, error) {
	var chain []int
	var kind Kind
	var data []byte
	for {
		if k, d, ok := s.cache.get(p, e); ok {
			kind, data = k, d
			break
		}
		if len(chain) > maxChain || depth > maxChain {
			return 0, nil, fmt.Errorf("%w: a chain of more than %d deltas", ErrEntry, maxChain)
		}
		h, err := p.head(e)
		if err != nil {
			return 0, nil, err
		}
		b, err := p.base(e, h)
		if err != nil {
			return 0, nil, err
		}
		if b == noBase {
			kind = h.kind
			data, err = s.inflate(h)
			if err != nil {
				return 0, nil, err
			}
			s.cache.put(p, e, kind, data)
			break
		}
		chain = append(chain, e)
		if b == foreign {
			if kind, data, err = s.object(IDFrom(h.ref), depth+len(chain)); err != nil {
				return 0, nil, fmt.Errorf("%w: %w", ErrNoBase, err)
			}
			break
		}
		e = int(b)
	}
	for i := len(chain) - 1; i >= 0; i-- {
		h, err := p.head(chain[i])
		if err != nil {
			return 0, nil, err
		}
		delta, err := s.inflate(h)
		if err != nil {
			return 0, nil, err
		}
		if _, n, err := DeltaSizes(delta); err != nil || n > maxObject {
			return 0, nil, cmpErr(err, ErrTooLarge)
		}
		if data, _, err = ApplyDelta(nil, data, delta, nil); err != nil {
			return 0, nil, err
		}
		s.cache.put(p, chain[i], kind, data)
	}
	return kind, data, nil
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func (s *Store) inflate(h entryHead) ([]byte, error) {
	if h.size > maxObject || h.size/maxRatio > uint64(len(h.body)) {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, h.size)
	}
	data := make([]byte, h.size)
	_, err := s.inf.Inflate(data, h.body)
	return data, err
}

// readLoose reads a loose object's file.
func (s *Store) readLoose(l LooseObject) (kind Kind, data []byte, err error) {
	err = s.ReadLoose(l, func(k Kind, size int64, body io.Reader) error {
		if kind = k; size > maxObject {
			return fmt.Errorf("%w: %d bytes", ErrTooLarge, size)
		}
		data, err = io.ReadAll(body)
		return err
	})
	return kind, data, err
}

// ReadLoose opens a loose object for f. Any number of goroutines may call it.
func (s *Store) ReadLoose(l LooseObject, f func(kind Kind, size int64, body io.Reader) error) error {
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

// Abbrev returns the ids that begin with the given hexadecimal digits, at most two
// of them: enough to tell that they are not one.
func (s *Store) Abbrev(prefix string) ([]ID, error) {
	if len(prefix) < 4 || len(prefix) > 2*s.Hash.Size() {
		return nil, fs.ErrInvalid
	}
	even := prefix
	if len(even)%2 == 1 {
		even += "0"
	}
	low, err := hex.DecodeString(even)
	if err != nil {
		return nil, err
	}
	var out []ID
	add := func(id ID) bool {
		if hexed := id.String(); hexed[:len(prefix)] != prefix {
			return false
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
		return len(out) < 2
	}
	for _, p := range s.Packs {
		n := p.idx.Len()
		i := sort.Search(n, func(i int) bool { return bytes.Compare(p.idx.Bytes(i), low) >= 0 })
		for ; i < n && add(p.idx.ID(i)); i++ {
		}
	}
	i := sort.Search(len(s.Loose), func(i int) bool { return bytes.Compare(s.Loose[i].ID.Bytes(), low) >= 0 })
	for ; i < len(s.Loose) && add(s.Loose[i].ID); i++ {
	}
	return out, nil
}

// OpenRegular opens a regular file of the git folder, links followed, and nothing
// else: no pipe, no device.
func OpenRegular(path string) (*os.File, error) {
	f, _, err := openRegular(path)
	return f, err
}
