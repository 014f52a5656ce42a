package history

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// sets are the different contents that trees have of what is to be placed. Most
// trees of a history have one of a few: so what is below a tree is a number, and
// where it is the same as in the parent commit nothing needs to be looked at.
type sets struct {
	ids  map[setKey]int32
	list []set // set 0 is the empty one
	key  []byte
	room *room
}

// setKey is a digest: a set may be large.
type setKey [16]byte

type set struct {
	holds []hold
	below []edge // its child is a set's number
	// Of a large set, what is looked for: what it holds itself, and the sets below it.
	held  map[held]struct{}
	child map[int32]int32
}

// held is what a tree holds, by its name.
type held struct {
	what uint32
	name int32
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
	n := len(key)
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
	sum := sha256.Sum256(key)
	k := setKey(sum[:])
	if id, ok := s.ids[k]; ok {
		return id
	}
	if s.ids == nil {
		s.ids = map[setKey]int32{}
		s.list = append(s.list, set{})
	}
	const keyPart = 9 // bytes in the key of one edge
	below := (len(key) - n) / keyPart
	if !s.room.take(setBytes + int64(below)*edgeBytes) {
		return 0
	}
	made := set{holds: holds, below: make([]edge, 0, below)}
	for _, e := range children {
		if id := sig[e.child]; id > 0 {
			made.below = append(made.below, edge{child: uint32(id), name: e.name})
		}
	}
	id := int32(len(s.list))
	s.ids[k] = id
	s.list = append(s.list, made)
	return id
}

// setBytes is about what a set takes besides its edges.
const setBytes = 200

const (
	// maxSteps bounds the looking for what is new in one commit: a hostile tree may
	// hold the same tree twice, and that one again, to any number of paths. What goes
	// beyond freeSteps in all commits together is bounded by maxExcess.
	maxSteps, freeSteps = 1 << 20, 1 << 14
	maxExcess           = 1 << 26
	// maxPath is the longest path that is spelled out; Linux allows 4096 bytes.
	maxPath = 1 << 16
)

// fresh looks for what a set has at paths where none of the older sets has it.
type fresh struct {
	sets  *sets
	names []string
	found func(located)
	most  int // steps that may be gone
	steps int
}

// step counts, and tells whether it may go on.
func (d *fresh) step(n int) bool {
	d.steps += n
	return d.steps <= d.most
}

// below looks through a set at a path, which ends with a slash unless it is empty.
// A set's parts are older than itself, so that this ends.
func (d *fresh) below(id int32, olds []int32, path string) {
	if id <= 0 || slices.Contains(olds, id) || !d.step(1) || len(path) > maxPath {
		return
	}
	n := &d.sets.list[id]
	for _, h := range n.holds {
		if !d.step(1 + len(olds)) {
			return
		}
		if !slices.ContainsFunc(olds, func(o int32) bool { return d.sets.holds(o, h) }) {
			d.found(located{h.what, path + d.names[h.name]})
		}
	}
	for _, e := range n.below {
		if !d.step(1 + len(olds)) {
			return
		}
		var were []int32
		for _, o := range olds {
			if c := d.sets.child(o, e.name); c > 0 && !slices.Contains(were, c) {
				were = append(were, c)
			}
		}
		d.below(int32(e.child), were, path+d.names[e.name]+"/")
	}
}

// large is from how many entries on a set is not searched one by one.
const large = 16

// holds tells whether a set's own tree holds the same under the same name.
func (s *sets) holds(id int32, h hold) bool {
	if id <= 0 {
		return false
	}
	n := &s.list[id]
	if len(n.holds) < large {
		return slices.ContainsFunc(n.holds, func(o hold) bool { return o.what == h.what && o.name == h.name })
	}
	s.mapped(n)
	_, ok := n.held[held{h.what, h.name}]
	return ok
}

// child is the set of the tree of a given name.
func (s *sets) child(id, name int32) int32 {
	if id <= 0 {
		return 0
	}
	n := &s.list[id]
	if len(n.below) >= large {
		s.mapped(n)
		return n.child[name]
	}
	for _, e := range n.below {
		if e.name == name {
			return int32(e.child)
		}
	}
	return 0
}

// mapped makes the tables of a large set. If there is no room for them, all in it
// counts as new.
func (s *sets) mapped(n *set) {
	const entry = 40 // bytes of a table, about
	if n.held != nil || !s.room.take(int64(len(n.holds)+len(n.below))*entry) {
		return
	}
	n.held, n.child = make(map[held]struct{}, len(n.holds)), make(map[int32]int32, len(n.below))
	for _, h := range n.holds {
		n.held[held{h.what, h.name}] = struct{}{}
	}
	for _, e := range n.below {
		if _, twice := n.child[e.name]; !twice {
			n.child[e.name] = int32(e.child)
		}
	}
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
