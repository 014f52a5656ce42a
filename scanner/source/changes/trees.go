package changes

import (
	"bytes"
	"fmt"

	"lockaway/scanner/gitpack"
)

// File is a file that has another content than before.
type File struct {
	Path string
	Mode uint32
	ID   gitpack.ID
	// Old is what stood at the path before; zero if nothing did.
	Old gitpack.ID
}

// Diff is what one state of a repository has that an older one has not.
type Diff struct {
	Files   []File // changed and added, by path
	Deleted []gitpack.ID
	// Gone are trees that are no more, whose files are deleted: they are read only if
	// somebody asks.
	Gone []gitpack.ID
}

// Entries is the newer state: a tree, or the index.
type Entries interface {
	// Next gives the next entry of a folder, in git's order; false at the end. A folder
	// has Mode gitpack.ModeDir.
	Next() (e Entry, ok bool)
	// Err tells why it ended early.
	Err() error
}

// Entry is an entry of a folder.
type Entry struct {
	Name []byte
	Mode uint32
	ID   gitpack.ID // zero for a folder whose tree isn't known
	// Open lists the folder; nil for a file.
	Open func() (Entries, error)
}

func (e *Entry) dir() bool { return e.Mode&gitpack.ModeType == gitpack.ModeDir }

// Trees compares states of a repository.
type Trees struct {
	Objects *gitpack.Objects
}

// Tree lists a tree. The zero id is the empty one.
func (t Trees) Tree(id gitpack.ID) (Entries, error) {
	if id.IsZero() {
		return &treeEntries{t: t, it: gitpack.NewTreeIter(nil, t.Objects.Hash)}, nil
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

type treeEntries struct {
	t  Trees
	it gitpack.TreeIter
}

// Next implements Entries.
func (e *treeEntries) Next() (Entry, bool) {
	if !e.it.Next() {
		return Entry{}, false
	}
	out := Entry{Name: e.it.Entry.Name, Mode: e.it.Entry.Mode, ID: e.it.Entry.ID()}
	if out.dir() {
		id := out.ID
		out.Open = func() (Entries, error) { return e.t.Tree(id) }
	}
	return out, true
}

// Err implements Entries.
func (e *treeEntries) Err() error { return e.it.Err() }

// maxDepth is deeper than any folder that a file system can make. A tree that holds
// itself would never end.
const maxDepth = 2000

// Compare tells what the newer state has that the tree old has not. Submodules are
// left out: what they hold is another repository's.
func (t Trees) Compare(old gitpack.ID, newer Entries) (*Diff, error) {
	d := &Diff{}
	before, err := t.Tree(old)
	if err != nil {
		return nil, err
	}
	return d, t.compare(d, "", before, newer, 0)
}

// compare goes through both sides of a folder in step.
func (t Trees) compare(d *Diff, path string, old, newer Entries, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%.100q…: folders deeper than %d", path, maxDepth)
	}
	a, haveA := old.Next()
	b, haveB := newer.Next()
	for haveA || haveB {
		order := 0
		switch {
		case !haveA:
			order = 1
		case !haveB:
			order = -1
		default:
			order = compareNames(&a, &b)
		}
		var err error
		switch {
		case order < 0:
			d.delete(&a)
		case order > 0:
			err = t.entry(d, path, nil, &b, depth)
		default:
			err = t.entry(d, path, &a, &b, depth)
		}
		if err != nil {
			return err
		}
		if order <= 0 {
			a, haveA = old.Next()
		}
		if order >= 0 {
			b, haveB = newer.Next()
		}
	}
	if err := old.Err(); err != nil {
		return err
	}
	return newer.Err()
}

// compareNames compares in git's order: a folder's name ends with a slash.
func compareNames(a, b *Entry) int {
	n := min(len(a.Name), len(b.Name))
	if c := bytes.Compare(a.Name[:n], b.Name[:n]); c != 0 {
		return c
	}
	return int(follows(a, n)) - int(follows(b, n))
}

func follows(e *Entry, n int) byte {
	switch {
	case n < len(e.Name):
		return e.Name[n]
	case e.dir():
		return '/'
	}
	return 0
}

// entry compares one name that the newer state has; old is nil if it is new.
func (t Trees) entry(d *Diff, path string, old, e *Entry, depth int) error {
	if old != nil && old.ID == e.ID && !e.ID.IsZero() {
		return nil
	}
	path += string(e.Name)
	if e.dir() {
		before, err := t.Tree(gitpack.ID{})
		if old != nil && old.dir() {
			before, err = old.Open()
		}
		if err != nil {
			return err
		}
		newer, err := e.Open()
		if err != nil {
			return err
		}
		return t.compare(d, path+"/", before, newer, depth+1)
	}
	if e.Mode&gitpack.ModeType == gitpack.ModeSubmodule {
		return nil
	}
	f := File{Path: path, Mode: e.Mode, ID: e.ID}
	if old != nil && old.Mode&gitpack.ModeType != gitpack.ModeSubmodule {
		f.Old = old.ID
	}
	d.Files = append(d.Files, f)
	return nil
}

// delete notes what the newer state has no more.
func (d *Diff) delete(e *Entry) {
	switch e.Mode & gitpack.ModeType {
	case gitpack.ModeDir:
		d.Gone = append(d.Gone, e.ID)
	case gitpack.ModeSubmodule:
	default:
		d.Deleted = append(d.Deleted, e.ID)
	}
}

// AllDeleted are the blobs of all files that the change deletes.
func (t Trees) AllDeleted(d *Diff) ([]gitpack.ID, error) {
	out := d.Deleted
	for _, id := range d.Gone {
		gone, err := t.Tree(id)
		if err != nil {
			return out, err
		}
		all := &Diff{}
		if err := t.compare(all, "", gone, &none{}, 0); err != nil {
			return out, err
		}
		more, err := t.AllDeleted(all)
		if out = append(out, more...); err != nil {
			return out, err
		}
	}
	return out, nil
}

// none is an empty state.
type none struct{}

func (*none) Next() (Entry, bool) { return Entry{}, false }
func (*none) Err() error          { return nil }
