package staged

import (
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"strconv"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source/changes"
)

// The index's extension TREE is git's note of the trees that it has written for
// folders already, and git commits those: where the note is wrong, the commit holds
// something else than the entries say. So a folder that is noted to have HEAD's tree
// is passed by, whatever its entries are; and one that is noted to have another is
// held against its entries. As no clone brings an index along, a false note is the
// committer's own, or that of a damaged program; what matters is that it hides nothing.
//
// The trees of other folders are worked out as git will write them. That takes far
// less than reading HEAD's to find that they are the same.

// check holds the noted tree of a folder, if there is one, against its entries: those
// in the folder itself, for the folders below are checked when they are opened.
func (x *index) check(s span) {
	if !s.noted || x.checked[s.node] {
		return
	}
	if x.checked == nil {
		x.checked = map[int]bool{}
	}
	x.checked[s.node] = true
	if id, _ := x.make(s); id != s.id {
		x.wrong = append(x.wrong, string(x.Tree[s.node].Path))
	}
}

// tree works out a folder's tree; false if nothing of it is to be committed.
func (x *index) tree(s *span) bool {
	key := [2]int{s.at, s.prefix}
	id, ok := x.made[key]
	if !ok {
		if x.made == nil {
			x.made = map[[2]int]gitpack.ID{}
		}
		if made, some := x.make(*s); some {
			id = made
		}
		x.made[key] = id
	}
	s.id = id
	return !id.IsZero()
}

// make makes a tree of the entries in a folder and of the trees of the folders below.
func (x *index) make(s span) (id gitpack.ID, some bool) {
	from := len(x.scratch)
	all := folder{x: x, span: s}
	for e := (changes.Entry{}); all.Next(&e); some = true {
		x.scratch = strconv.AppendUint(x.scratch, uint64(e.Mode), 8)
		x.scratch = append(append(append(x.scratch, ' '), e.Name...), 0)
		x.scratch = append(x.scratch, e.ID.Bytes()...)
	}
	id = x.hash(x.scratch[from:])
	x.scratch = x.scratch[:from]
	return id, some
}

// hash is the id of a tree of the given bytes.
func (x *index) hash(tree []byte) gitpack.ID {
	if x.sum == nil {
		x.sum = newHash(x.trees.Objects.Hash)
	}
	x.sum.Reset()
	var head [32]byte
	x.sum.Write(append(strconv.AppendInt(append(head[:0], "tree "...), int64(len(tree)), 10), 0))
	x.sum.Write(tree)
	return gitpack.IDFrom(x.sum.Sum(head[:0]))
}

func newHash(h gitpack.Hash) hash.Hash {
	if h == gitpack.SHA256 {
		return sha256.New()
	}
	return sha1.New()
}
