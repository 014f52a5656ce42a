package history

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
	"sync"

	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// names are the names that stand in trees, each once, by number. All workers share
// them.
type names struct {
	mu   sync.Mutex
	ids  map[string]int32
	list []string
	loud []bool // something came up in it
	room *room
}

const (
	// maxName is the longest name that is kept as it is, in bytes: no system takes such
	// a one for a file's.
	maxName, shownName = 4096, 200
	nameBytes          = 64 // that a name takes besides its own
	// noName is the number of names that there was no room for.
	noName = 0
)

// shorten is what a name is called, the same for no two of them.
func shorten(name []byte) string {
	if len(name) <= maxName {
		return string(name)
	}
	sum := sha256.Sum256(name)
	return fmt.Sprintf("%s… (%d bytes, %x)", name[:shownName], len(name), sum[:8])
}

// number returns a name's number, and whether it is a loud one. Who brings a name
// first has it scanned, under what it is called.
func (n *names) number(name []byte, scan func(called string) (loud bool)) (int32, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if id, ok := n.ids[string(name)]; ok {
		return id, n.loud[id]
	}
	if n.ids == nil {
		n.ids = map[string]int32{}
		n.list, n.loud = append(n.list, "…"), append(n.loud, false)
	}
	s := shorten(name)
	if id, ok := n.ids[s]; ok {
		return id, n.loud[id]
	}
	loud := scan(s)
	if !n.room.take(nameBytes + int64(len(s))) {
		return noName, loud
	}
	id := int32(len(n.list))
	n.ids[s] = id
	n.list = append(n.list, s)
	n.loud = append(n.loud, loud)
	return id, loud
}

// known is a small table of tree entries that were looked up: those of a tree are
// mostly those of the one before it.
type known struct{ slots []knownEntry }

type knownEntry struct {
	id     [32]byte
	name   string
	number int32 // of the object; missing
	nameID int32
	loud   bool
	full   bool
}

const (
	knownSlots = 1 << 15
	missing    = -1
)

// entry looks a tree's entry up.
func (v *visitor) entry(tree *gitpack.Object, e *gitpack.TreeEntry) *knownEntry {
	k := &v.known
	if k.slots == nil {
		k.slots = make([]knownEntry, knownSlots)
	}
	s := &k.slots[binary.LittleEndian.Uint32(e.Hash)%knownSlots]
	if s.full && s.name == string(e.Name) && bytes.Equal(s.id[:len(e.Hash)], e.Hash) {
		return s
	}
	*s = knownEntry{full: true, number: missing}
	copy(s.id[:], e.Hash)
	s.nameID, s.loud = v.s.names.number(e.Name, func(called string) bool { return v.nameContent(tree.ID().String(), called, e.Name) })
	s.name = v.s.names.at(s.nameID)
	if n, ok := v.store.Number(e.Hash); ok {
		s.number = int32(n)
	}
	return s
}

func (n *names) at(id int32) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.list[id]
}

// nameContent hands over a name that stands in a tree, the object, or in none, and
// tells whether anything came up.
func (v *visitor) nameContent(object, called string, name []byte) (loud bool) {
	source.Hand(v.sink, v.s.content(chunk.PathName, called, object), name)
	return v.cmp == nil || !v.cmp.Quiet()
}

// tree goes through a tree: what it holds is looked up and written down.
func (v *visitor) tree(o *gitpack.Object, n int, data []byte) {
	g := &v.graph
	edges := v.edges[:0]
	it := gitpack.NewTreeIter(data, v.store.Hash)
	for it.Next() {
		e := &it.Entry
		kind := e.Mode & gitpack.ModeType
		k := v.entry(o, e)
		if k.loud {
			g.hold(hold{tree: uint32(n), what: v.s.nameObject(k.nameID), name: k.nameID})
		}
		switch {
		case kind == gitpack.ModeSubmodule:
		case k.number == missing:
			v.missed(e)
		case kind == gitpack.ModeDir:
			edges = append(edges, edge{child: uint32(k.number), name: k.nameID})
		case v.s.wanted.has(k.number):
			g.hold(hold{tree: uint32(n), what: uint32(k.number), name: k.nameID, link: kind == gitpack.ModeSymlink})
		}
	}
	v.edges = edges
	g.trees.add(uint32(n), edges, g.room.take)
	if err := it.Err(); err != nil {
		v.faults.add("tree "+o.ID().String(), err)
	}
}

// missed notes a missing object.
func (v *visitor) missed(e *gitpack.TreeEntry) {
	what := "blob "
	if e.IsDir() {
		what = "tree "
	}
	v.miss(e.ID(), what+shorten(e.Name))
}

// miss notes what is missing. What has several names is called by the first of them,
// whoever comes across it.
func (v *visitor) miss(id gitpack.ID, what string) {
	if v.absent == nil {
		v.absent = map[gitpack.ID]string{}
	}
	old, ok := v.absent[id]
	switch {
	case !ok && len(v.absent) >= maxAbsent:
		v.more = true
	case !ok || what < old:
		v.absent[id] = what
	}
}

// maxAbsent is how many missing objects are told apart.
const maxAbsent = 1 << 19

// bitset is a set of numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) add(n int) { b[n>>6] |= 1 << (n & 63) }

func (b bitset) has(n int32) bool { return b != nil && b[n>>6]&(1<<(n&63)) != 0 }

func (b bitset) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}
