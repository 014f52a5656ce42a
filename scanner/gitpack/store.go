package gitpack

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
)

// Store is all objects that a repository holds: those of its packs and the loose
// ones, alternates' as well. Each object has a number below Len; one that stands
// several times has that of its first place.
type Store struct {
	*Objects
	Loose []LooseObject // sorted by id, each once, none that a pack holds

	first []int // the number of each pack's first entry, then of the first loose one
}

// LooseObject is an object in a file of its own.
type LooseObject struct {
	ID   ID
	Path string
}

// OpenStore opens the packs of the given object folders and lists their loose
// objects. What can't be opened is among the faults.
func OpenStore(folders []string, h Hash) *Store {
	s := &Store{Objects: &Objects{Hash: h, folders: folders, inf: NewInflater(), cache: cache{limit: cacheSize}}}
	n := 0
	s.openPacks(func(path string, h Hash) (*Pack, error) {
		p, err := openWhole(path, h)
		if p == nil {
			return nil, err
		}
		if n+p.Len() > math.MaxInt32 {
			p.Close()
			return nil, fmt.Errorf("%w: more objects than can be numbered", ErrPackHeader)
		}
		if p.lost > 0 {
			err = fmt.Errorf("%w; %d of its objects could not be rebuilt", err, p.lost)
		}
		s.first = append(s.first, n)
		n += p.Len()
		return p, err
	})
	for _, folder := range folders {
		s.listLoose(folder)
	}
	slices.SortFunc(s.Loose, func(a, b LooseObject) int { return a.ID.Compare(b.ID) })
	s.Loose = slices.CompactFunc(s.Loose, func(a, b LooseObject) bool { return a.ID == b.ID })
	s.first = append(s.first, n)
	return s
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
