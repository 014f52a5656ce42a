package history

import (
	"encoding/binary"
	"slices"
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
		s.list = append(s.list, set{})
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
	// maxSteps bounds the looking for what is new in one commit: a hostile tree may
	// hold the same tree twice, and that one again, to any number of paths.
	maxSteps = 1_000_000
	// maxPath is the longest path that is spelled out; Linux allows 4096 bytes.
	maxPath = 1 << 16
)

// fresh looks for what a set has at paths where none of the older sets has it.
type fresh struct {
	sets  *sets
	names []string
	found func(located)
	steps int
}

// below looks through a set at a path, which ends with a slash unless it is empty.
// A set's parts are older than itself, so that this ends.
func (d *fresh) below(id int32, olds []int32, path string) {
	if d.steps++; id <= 0 || slices.Contains(olds, id) || d.steps > maxSteps || len(path) > maxPath {
		return
	}
	n := &d.sets.list[id]
	for _, h := range n.holds {
		if !slices.ContainsFunc(olds, func(o int32) bool { return d.sets.holds(o, h) }) {
			d.found(located{h.what, path + d.names[h.name]})
		}
	}
	for _, e := range n.below {
		var were []int32
		for _, o := range olds {
			if c := d.sets.child(o, e.name); c > 0 {
				were = append(were, c)
			}
		}
		d.below(int32(e.child), were, path+d.names[e.name]+"/")
	}
}

// holds tells whether a set's own tree holds the same under the same name.
func (s *sets) holds(id int32, h hold) bool {
	return id > 0 && slices.ContainsFunc(s.list[id].holds, func(o hold) bool { return o.what == h.what && o.name == h.name })
}

// child is the set of the tree of a given name.
func (s *sets) child(id, name int32) int32 {
	if id > 0 {
		for _, e := range s.list[id].below {
			if e.name == name {
				return int32(e.child)
			}
		}
	}
	return 0
}

// masks says of each set which of up to 64 things it has, by their bits.
func (s *sets) masks(bit map[uint32]int) []uint64 {
	out := make([]uint64, len(s.list))
	for id := range s.list {
		for _, h := range s.list[id].holds {
			if k, ok := bit[h.what]; ok {
				out[id] |= 1 << k
			}
		}
		for _, e := range s.list[id].below {
			out[id] |= out[e.child]
		}
	}
	return out
}
