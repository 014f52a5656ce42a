package gitpack

import (
	"bytes"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
)

// Share returns another reader of the same packs, for another goroutine. Closing the
// first one, and it alone, ends both.
func (s *Objects) Share() *Objects {
	return &Objects{Hash: s.Hash, Packs: s.Packs, folders: s.folders, inf: NewInflater(), cache: cache{limit: cacheSize}}
}

// Abbrev returns the ids that begin with the given hexadecimal digits, 4 at least and
// in lower case: at most two of them, enough to tell that they are not one.
func (s *Objects) Abbrev(prefix string) (ids []ID, err error) {
	if len(prefix) < minAbbrev || len(prefix) > 2*s.Hash.Size() {
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
	if fault := onFault(func() { ids = s.packedAbbrev(prefix, low) }); fault != nil {
		return nil, fault
	}
	for _, folder := range s.folders {
		names, err := os.ReadDir(filepath.Join(folder, prefix[:2]))
		if err != nil && !missing(err) {
			return nil, err
		}
		for _, e := range names {
			id, err := ParseID(prefix[:2] + e.Name())
			if err == nil && len(id.Bytes()) == s.Hash.Size() {
				ids, _ = addAbbrev(ids, id, prefix)
			}
		}
	}
	return ids, nil
}

// packedAbbrev looks into the packs' indexes; low is the least id that may do.
func (s *Objects) packedAbbrev(prefix string, low []byte) (ids []ID) {
	for _, p := range s.Packs {
		n := p.idx.Len()
		for i, more := sort.Search(n, func(i int) bool { return bytes.Compare(p.idx.Bytes(i), low) >= 0 }), true; more && i < n; i++ {
			ids, more = addAbbrev(ids, p.idx.ID(i), prefix)
		}
	}
	return ids
}

// addAbbrev adds an id that begins with the prefix, unless it is known or there are
// two; more is false when no further one is wanted, or this one doesn't begin so.
func addAbbrev(ids []ID, id ID, prefix string) (out []ID, more bool) {
	if id.String()[:len(prefix)] != prefix {
		return ids, false
	}
	if len(ids) < 2 && !slices.Contains(ids, id) {
		ids = append(ids, id)
	}
	return ids, len(ids) < 2
}
