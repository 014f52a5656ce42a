package history

import (
	"encoding/binary"
	"slices"
	"strings"
)

// sets are the different contents that trees have of what is to be placed. Most
// trees of a history have one of a few: so what is below a tree is a number, and
// where it is the same as in the parent commit nothing needs to be looked at.
type sets struct {
	ids  map[string]int32
	list []set // set 0 is the empty one
	key  []byte
}

type set struct {
	holds []hold
	below []edge // its child is a set's number
	flat  []located
	done  bool
}

// located is a thing that is to be placed, at a path.
type located struct {
	what uint32
	path string
}

// of returns the set of a tree: what it holds itself, and the sets of the trees in
// it, of which sig gives the numbers.
func (s *sets) of(holds []hold, children []edge, sig []int32) int32 {
	key := s.key[:0]
	for _, h := range holds {
		key = binary.LittleEndian.AppendUint32(append(key, 'h'), h.what)
		key = binary.LittleEndian.AppendUint32(key, uint32(h.name))
	}
	for _, e := range children {
		if n := sig[e.child]; n > 0 {
			key = binary.LittleEndian.AppendUint32(append(key, 't'), uint32(n))
			key = binary.LittleEndian.AppendUint32(key, uint32(e.name))
		}
	}
	s.key = key
	if len(key) == 0 {
		return 0
	}
	if id, ok := s.ids[string(key)]; ok {
		return id
	}
	if s.ids == nil {
		s.ids = map[string]int32{}
		s.list = append(s.list, set{done: true})
	}
	n := set{holds: holds}
	for _, e := range children {
		if id := sig[e.child]; id > 0 {
			n.below = append(n.below, edge{child: uint32(id), name: e.name})
		}
	}
	id := int32(len(s.list))
	s.ids[string(key)] = id
	s.list = append(s.list, n)
	return id
}

const (
	// maxLocated bounds what one set spells out: a hostile tree may hold the same
	// tree twice, and that one again, to any number of paths.
	maxLocated = 100_000
	// maxPath is the longest path that is spelled out; Linux allows 4096 bytes.
	maxPath = 1 << 16
)

// flat spells a set out, with paths from its tree. A set's parts are older than
// itself, so that this ends.
func (s *sets) flat(id int32, names []string) []located {
	if id <= 0 {
		return nil
	}
	n := &s.list[id]
	if n.done {
		return n.flat
	}
	for _, h := range n.holds {
		n.flat = append(n.flat, located{h.what, names[h.name]})
	}
	for _, e := range n.below {
		for _, l := range s.flat(int32(e.child), names) {
			if len(n.flat) >= maxLocated || len(l.path) > maxPath {
				break
			}
			n.flat = append(n.flat, located{l.what, names[e.name] + "/" + l.path})
		}
	}
	slices.SortFunc(n.flat, func(a, b located) int {
		if a.what != b.what {
			return int(a.what) - int(b.what)
		}
		return strings.Compare(a.path, b.path)
	})
	n.done = true
	return n.flat
}

// has tells whether a set, spelled out, has a thing.
func has(flat []located, what uint32) bool {
	_, ok := slices.BinarySearchFunc(flat, what, func(l located, what uint32) int { return int(l.what) - int(what) })
	return ok
}
