package staged

import (
	"bytes"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source/changes"
)

// index is what the next commit will hold.
type index struct {
	*gitpack.Index
	trees changes.Trees
	known map[string]*gitpack.CacheTree // folders whose trees git has written, by path
}

func newIndex(x *gitpack.Index, trees changes.Trees) *index {
	out := &index{Index: x, trees: trees, known: make(map[string]*gitpack.CacheTree, len(x.Tree))}
	for i := range x.Tree {
		if t := &x.Tree[i]; t.Entries >= 0 {
			out.known[string(t.Path)] = t
		}
	}
	return out
}

// root is the top folder, as an entry that a tree can be compared with.
func (x *index) root() *folder { return &folder{x: x, to: len(x.Entries)} }

// treeID is the tree that git has written for the whole index; zero if the index
// has changed since.
func (x *index) treeID() gitpack.ID {
	if t := x.known[""]; t != nil && t.Entries == len(x.Entries) {
		return t.ID
	}
	return gitpack.ID{}
}

// folder is a folder of the index, as the newer side of a comparison.
type folder struct {
	x      *index
	prefix int // bytes of the paths that lead to the folder
	at, to int // its entries that are still to come
}

// Err implements changes.Entries.
func (f *folder) Err() error { return nil }

// Next implements changes.Entries. What is not to be committed is passed by.
func (f *folder) Next() (changes.Entry, bool) {
	for f.at < f.to {
		e := &f.x.Entries[f.at]
		name := e.Path[f.prefix:]
		slash := bytes.IndexByte(name, '/')
		switch {
		case slash < 0:
			f.at++
			if e.IntentToAdd || e.Stage != 0 {
				continue
			}
			return changes.Entry{Name: name, Mode: e.Mode, ID: e.ID}, true
		case slash == len(name)-1: // a sparse index has whole folders
			f.at++
			id := e.ID
			return changes.Entry{Name: name[:slash], Mode: gitpack.ModeDir, ID: id, Open: func() (changes.Entries, error) { return f.x.trees.Tree(id) }}, true
		default:
			return f.sub(name[:slash])
		}
	}
	return changes.Entry{}, false
}

// sub takes the entries of a folder below together. Its tree is known if nothing in
// it has changed since git wrote it. A folder of which nothing is to be committed is
// none.
func (f *folder) sub(name []byte) (changes.Entry, bool) {
	path := f.x.Entries[f.at].Path[:f.prefix+len(name)]
	begin := f.at
	_, end := f.x.Below(path)
	f.at = min(max(end, begin+1), f.to)
	below := folder{x: f.x, prefix: len(path) + 1, at: begin, to: f.at}
	e := changes.Entry{Name: name, Mode: gitpack.ModeDir, Open: func() (changes.Entries, error) { all := below; return &all, nil }}
	if t := f.x.known[string(path)]; t != nil && t.Entries == f.at-begin {
		e.ID = t.ID
		return e, true
	}
	some := below
	if _, ok := some.Next(); !ok {
		return f.Next()
	}
	return e, true
}
