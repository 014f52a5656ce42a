package changes

import (
	"bytes"
	"fmt"

	"lockaway/scanner/gitpack"
)

// Entries is one folder of a state of a repository: of a tree, or of the index.
type Entries interface {
	// Next gives the next entry, in git's order; false at the end. A folder below has
	// Mode gitpack.ModeDir.
	Next(e *Entry) bool
	// Open lists the folder that Next gave last.
	Open() (Entries, error)
	// Err tells why it ended early.
	Err() error
}

// Entry is an entry of a folder. Name is a part of what was read, and must not be
// changed.
type Entry struct {
	Name []byte
	Mode uint32
	ID   gitpack.ID // zero for a folder whose tree isn't known
}

func (e *Entry) kind() uint32 { return e.Mode & gitpack.ModeType }

func (e *Entry) dir() bool { return e.kind() == gitpack.ModeDir }

func (e *Entry) submodule() bool { return e.kind() == gitpack.ModeSubmodule }

// same tells whether two entries of one name stand for the same. Of a file's mode, git
// keeps what it is and whether its owner may execute it.
func (e *Entry) same(o *Entry) bool {
	const kept = gitpack.ModeType | 0o100
	return e.ID == o.ID && !e.ID.IsZero() && e.Mode&kept == o.Mode&kept
}

// compare compares in git's order, in which a folder's name ends with a slash: names
// alike of a file and of a folder are not the same. A name that holds a slash itself
// (a tree that git did not make) is like no folder's.
func (e *Entry) compare(o *Entry) int {
	n := min(len(e.Name), len(o.Name))
	if c := bytes.Compare(e.Name[:n], o.Name[:n]); c != 0 {
		return c
	}
	if c := int(e.follows(n)) - int(o.follows(n)); c != 0 {
		return c
	}
	return len(e.Name) - len(o.Name)
}

// follows is the byte behind the first n of a name.
func (e *Entry) follows(n int) byte {
	switch {
	case n < len(e.Name):
		return e.Name[n]
	case e.dir():
		return '/'
	}
	return 0
}

// Trees reads the trees of a repository. One goroutine may use it at a time.
type Trees struct {
	Objects *gitpack.Objects
	// Most is how many entries of folders are compared at most; as many as there is
	// room for if 0. What is beyond is ErrTooMany.
	Most int
}

// Tree lists a tree. The zero id is the empty one.
func (t Trees) Tree(id gitpack.ID) (Entries, error) {
	if id.IsZero() {
		return none{}, nil
	}
	kind, data, err := t.Objects.Object(id)
	if err != nil {
		return nil, err
	}
	if kind != gitpack.Tree {
		return nil, fmt.Errorf("object %s is a %s where a tree should be", id, kind)
	}
	return &treeEntries{t: t, it: gitpack.NewTreeIter(data, t.Objects.Hash)}, nil
}

// File looks for what stands at a path in a tree; the id is zero if nothing does.
func (t Trees) File(tree gitpack.ID, path []byte) (e Entry, err error) {
	for {
		name, rest, below := bytes.Cut(path, []byte{'/'})
		entries, err := t.Tree(tree)
		if err != nil {
			return Entry{}, err
		}
		found := false
		for !found && entries.Next(&e) {
			found = bytes.Equal(e.Name, name) && e.dir() == below
		}
		switch {
		case !found:
			return Entry{}, entries.Err()
		case !below:
			return e, nil
		}
		tree, path = e.ID, rest
	}
}

// treeEntries are those of a tree.
type treeEntries struct {
	t  Trees
	it gitpack.TreeIter
}

// Next implements Entries.
func (e *treeEntries) Next(out *Entry) bool {
	if !e.it.Next() {
		return false
	}
	out.Name, out.Mode, out.ID = e.it.Entry.Name, e.it.Entry.Mode, e.it.Entry.ID()
	return true
}

// Open implements Entries.
func (e *treeEntries) Open() (Entries, error) { return e.t.Tree(e.it.Entry.ID()) }

// Err implements Entries.
func (e *treeEntries) Err() error { return e.it.Err() }

// none is an empty folder.
type none struct{}

func (none) Next(*Entry) bool       { return false }
func (none) Open() (Entries, error) { return none{}, nil }
func (none) Err() error             { return nil }
