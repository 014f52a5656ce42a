package staged

import (
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"hash"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source/changes"
)

// The index's extension TREE is git's note of the trees that it has written for
// folders already, and git commits those: where the note is wrong, the commit holds
// something else than the entries say. So a folder that is noted to have HEAD's tree
// is passed by, whatever its entries are; and one that is noted to have another is
// held against its entries. As no clone brings an index along, a false note is the
// committer's own, or that of a damaged program; what matters is that it hides nothing.

// check holds the noted tree of a folder, if there is one, against its entries: those
// in the folder itself, for the folders below are checked when they are opened. All of
// them must be noted as well.
func (x *index) check(s span) {
	if s.id.IsZero() || x.checked[s.node] {
		return
	}
	if x.checked == nil {
		x.checked = map[int]bool{}
	}
	x.checked[s.node] = true
	var tree []byte
	all := folder{x: x, span: s}
	for e := (changes.Entry{}); all.Next(&e); {
		tree = fmt.Appendf(tree, "%o %s\x00", e.Mode, e.Name)
		tree = append(tree, e.ID.Bytes()...)
	}
	if treeID(tree, x.trees.Objects.Hash) != s.id {
		x.wrong = append(x.wrong, string(x.Tree[s.node].Path))
	}
}

// treeID is the id of a tree of the given bytes.
func treeID(tree []byte, h gitpack.Hash) gitpack.ID {
	var sum hash.Hash = sha1.New()
	if h == gitpack.SHA256 {
		sum = sha256.New()
	}
	fmt.Fprintf(sum, "tree %d\x00", len(tree))
	sum.Write(tree)
	return gitpack.IDFrom(sum.Sum(nil))
}
