package staged

import (
	"bytes"
	"hash"
	"sort"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source/changes"
)

// index is what the next commit will hold.
type index struct {
	*gitpack.Index
	trees   changes.Trees
	wrong   []string              // folders of which git has noted another tree than their entries make
	checked map[int]bool          // by node
	made    map[[2]int]gitpack.ID // trees of folders, by at and prefix; zero where nothing is to be committed
	scratch []byte                // trees that are being made, one behind the other
	sum     hash.Hash
}

// unnoted stands for a folder whose tree git has not noted.
const unnoted = -1

// root is the top folder.
func (x *index) root() *folder {
	f := &folder{x: x, span: span{to: len(x.Entries), node: unnoted}}
	if len(x.Tree) > 0 {
		x.note(&f.span, 0)
	}
	return f
}

// span is a folder of the index, by its entries: those from at up to to.
type span struct {
	prefix int // bytes of the paths that lead to the folder
	at, to int
	node   int        // where in Tree git has noted its tree
	noted  bool       // whether that tree is the folder's, for it has not changed since
	id     gitpack.ID // its tree
}

// folder is a folder of the index, as the newer side of a comparison. Its span is of
// what is still to come.
type folder struct {
	span
	x     *index
	nodes map[string]int // those of the folders in it, once one was looked for among many

	sub span       // the folder that Next gave last
	dir gitpack.ID // or its tree, in a sparse index
}

// note takes what git has noted of a folder.
func (x *index) note(s *span, node int) {
	s.node = node
	if t := &x.Tree[node]; t.Entries == s.to-s.at {
		s.id, s.noted = t.ID, !t.ID.IsZero()
	}
}

// Err implements changes.Entries.
func (f *folder) Err() error { return nil }

// Next implements changes.Entries. Files that are not to be committed are passed by.
func (f *folder) Next(out *changes.Entry) bool {
	for f.at < f.to {
		e := &f.x.Entries[f.at]
		name := e.Path[f.prefix:]
		slash := bytes.IndexByte(name, '/')
		switch {
		case slash >= 0 && slash < len(name)-1:
			if !f.enter(e.Path[:f.prefix+slash]) {
				continue
			}
			out.Name, out.Mode, out.ID = name[:slash], gitpack.ModeDir, f.sub.id
			f.dir = gitpack.ID{}
			return true
		case e.IntentToAdd || e.Stage != 0:
			f.at++
		default:
			f.at++
			if out.Name, out.Mode, out.ID = name, e.Mode, e.ID; slash >= 0 { // a sparse index has whole folders
				out.Name, f.dir = name[:slash], e.ID
			}
			return true
		}
	}
	return false
}

// enter takes the entries of a folder below together; false if none of them is to be
// committed.
func (f *folder) enter(path []byte) bool {
	node := f.find(path)
	f.sub = span{prefix: len(path) + 1, at: f.at, to: f.end(path, node), node: unnoted}
	if node != unnoted {
		f.x.note(&f.sub, node)
	}
	f.at = f.sub.to
	return f.sub.noted || f.x.tree(&f.sub)
}

// end is where the entries of a folder end that begin at f.at. What git has noted of
// it is most often right, and spares the search.
func (f *folder) end(path []byte, node int) int {
	in := func(i int) bool {
		p := f.x.Entries[i].Path
		return len(p) > len(path) && p[len(path)] == '/' && bytes.Equal(p[:len(path)], path)
	}
	if node != unnoted {
		n := f.x.Tree[node].Entries
		if end := f.at + n; n > 0 && end <= f.to && in(end-1) && (end == f.to || !in(end)) {
			return end
		}
	}
	return f.at + sort.Search(f.to-f.at, func(i int) bool { return !in(f.at + i) })
}

// fewNodes is how many folders are looked through one by one.
const fewNodes = 16

// find looks for what git has noted of a folder in this one.
func (f *folder) find(path []byte) int {
	if f.node == unnoted {
		return unnoted
	}
	if f.nodes != nil {
		if i, ok := f.nodes[string(path)]; ok {
			return i
		}
		return unnoted
	}
	tree := f.x.Tree
	for i, n := f.node+1, 0; i < tree[f.node].Next; i, n = tree[i].Next, n+1 {
		if bytes.Equal(tree[i].Path, path) {
			return i
		}
		if n == fewNodes {
			return f.findAmongMany(path)
		}
	}
	return unnoted
}

func (f *folder) findAmongMany(path []byte) int {
	f.nodes = map[string]int{}
	for i := f.node + 1; i < f.x.Tree[f.node].Next; i = f.x.Tree[i].Next {
		f.nodes[string(f.x.Tree[i].Path)] = i
	}
	return f.find(path)
}

// Open implements changes.Entries.
func (f *folder) Open() (changes.Entries, error) {
	if !f.dir.IsZero() {
		return f.x.trees.Tree(f.dir)
	}
	f.x.check(f.sub)
	return &folder{x: f.x, span: f.sub}, nil
}
