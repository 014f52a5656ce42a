package changes

import (
	"errors"

	"lockaway/scanner/gitpack"
)

// File is a file of one state of a repository. Submodules are none: what they hold is
// another repository's.
type File struct {
	Path string
	Mode uint32
	ID   gitpack.ID
	// Old is what stood at the path before; zero if nothing did. It may be the same:
	// then only what the file is, or whether it may be executed, has changed.
	Old gitpack.ID
	// Known is how many of the path's bytes name folders that were there before, the
	// slash behind them included.
	Known int
}

// Diff is what one state of a repository has that an older one has not.
type Diff struct {
	// Files are changed and added, in git's order.
	Files []File
	// Unread are folders of the newer state whose files could not be listed: Files
	// lacks them.
	Unread []Fault
	// Unknown are folders of the older state that could not be read: all that is in
	// them counts as new.
	Unknown []Fault

	deleted []File
	gone    []folder // whose files are deleted: read only if somebody asks
	listed  int
}

// Fault is a folder that could not be read.
type Fault struct {
	Path string // without a slash at the end; empty for the top
	Err  error
}

type folder struct {
	path  string // with a slash at the end
	id    gitpack.ID
	depth int
}

// maxDepth is how deep git goes, by default (git help config: core.maxTreeDepth).
const maxDepth = 2048

// maxListed is how many entries of folders are compared: some hundred megabytes, if
// all are new. A tree of ten trees, each of them ten times the same one, and so on for
// ten times, has no end otherwise. A long path counts as several. Only tests lower it.
var maxListed = 1 << 21

// pathUnit is how many bytes of a path count as an entry of their own.
const pathUnit = 128

// ErrTooMany is that of a change of more entries than are compared.
var ErrTooMany = errors.New("a change of too many files")

// most is how many entries are compared.
func (t Trees) most() int {
	if t.Most > 0 {
		return min(t.Most, maxListed)
	}
	return maxListed
}

// Compare tells what the newer state has that the tree old has not; the zero id is the
// empty tree. The error is that of a change too large to be told.
func (t Trees) Compare(old gitpack.ID, newer Entries) (*Diff, error) {
	c := comparison{t: t, d: &Diff{}}
	before, err := t.Tree(old)
	if err != nil {
		c.unknown(err)
		before = none{}
	}
	return c.d, c.folder(before, newer, 0)
}

// comparison is one run of Compare.
type comparison struct {
	t    Trees
	d    *Diff
	path []byte // of the folder that is compared; with a slash at the end, unless it is the top
	deep int    // how many folders lead to it
}

// where is the path of the folder that is compared.
func (c *comparison) where() string { return string(c.path[:max(len(c.path)-1, 0)]) }

func (c *comparison) unknown(err error) {
	c.d.Unknown = append(c.d.Unknown, Fault{c.where(), err})
}

func (c *comparison) unread(err error) {
	c.d.Unread = append(c.d.Unread, Fault{c.where(), err})
}

// folder goes through both sides of a folder in step; known is how much of the path
// was there before.
func (c *comparison) folder(old, newer Entries, known int) error {
	var a, b Entry
	haveA, haveB := old.Next(&a), newer.Next(&b)
	for haveA || haveB {
		if c.d.listed += 1 + (len(c.path)+len(a.Name)+len(b.Name))/pathUnit; c.d.listed > c.t.most() {
			return ErrTooMany
		}
		order := 0
		switch {
		case !haveA:
			order = 1
		case !haveB:
			order = -1
		default:
			order = a.compare(&b)
		}
		var err error
		switch {
		case order < 0:
			c.gone(&a)
		case order > 0:
			err = c.added(newer, &b, known)
		case !a.same(&b):
			err = c.changed(old, newer, &a, &b)
		}
		if err != nil {
			return err
		}
		if order <= 0 {
			haveA = old.Next(&a)
		}
		if order >= 0 {
			haveB = newer.Next(&b)
		}
	}
	if err := old.Err(); err != nil {
		c.unknown(err)
	}
	if err := newer.Err(); err != nil {
		c.unread(err)
	}
	return nil
}

// gone notes what the newer state has no more.
func (c *comparison) gone(e *Entry) {
	switch e.kind() {
	case gitpack.ModeDir:
		c.d.gone = append(c.d.gone, folder{string(c.path) + string(e.Name) + "/", e.ID, c.deep + 1})
	case gitpack.ModeSubmodule:
	default:
		c.d.deleted = append(c.d.deleted, File{Path: string(c.path) + string(e.Name), Mode: e.Mode, ID: e.ID})
	}
}

// added notes what was not there before; newer gave it last.
func (c *comparison) added(newer Entries, e *Entry, known int) error {
	switch e.kind() {
	case gitpack.ModeDir:
		return c.below(nil, newer, e, known)
	case gitpack.ModeSubmodule:
	default:
		c.d.Files = append(c.d.Files, File{Path: string(c.path) + string(e.Name), Mode: e.Mode, ID: e.ID, Known: known})
	}
	return nil
}

// changed notes what stands where something else of its name stood, both files or
// both folders, which both sides gave last.
func (c *comparison) changed(old, newer Entries, a, b *Entry) error {
	switch {
	case b.dir():
		return c.below(old, newer, b, len(c.path)+len(b.Name)+1)
	case b.submodule():
		c.gone(a)
		return nil
	}
	f := File{Path: string(c.path) + string(b.Name), Mode: b.Mode, ID: b.ID, Known: len(c.path)}
	if !a.submodule() {
		f.Old = a.ID
	}
	c.d.Files = append(c.d.Files, f)
	return nil
}

var errDepth = errors.New("folders too deep")

// below compares a folder that both sides gave last, or the newer one alone.
func (c *comparison) below(old, newer Entries, e *Entry, known int) error {
	n := len(c.path)
	c.path = append(append(c.path, e.Name...), '/')
	c.deep++
	defer func() {
		c.path = c.path[:n]
		c.deep--
	}()
	if c.deep > maxDepth {
		c.unread(errDepth)
		return nil
	}
	after, err := newer.Open()
	if err != nil {
		c.unread(err)
		return nil
	}
	before := Entries(none{})
	if old != nil {
		if before, err = old.Open(); err != nil {
			c.unknown(err)
			before = none{}
		}
	}
	return c.folder(before, after, known)
}

// Deleted are the files that the change deletes, and what could not be read of them.
func (t Trees) Deleted(d *Diff) ([]File, []Fault) {
	c := comparison{t: t, d: &Diff{deleted: d.deleted}}
	rest := d.gone
	for len(rest) > 0 {
		f := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		c.path, c.deep = append(c.path[:0], f.path...), f.depth
		if err := c.all(f); err != nil {
			c.unknown(err)
		}
		if c.d.listed > c.t.most() {
			break
		}
		rest, c.d.gone = append(rest, c.d.gone...), c.d.gone[:0]
	}
	return c.d.deleted, c.d.Unknown
}

// all notes everything in a folder that is deleted.
func (c *comparison) all(f folder) error {
	if f.depth > maxDepth {
		return errDepth
	}
	tree, err := c.t.Tree(f.id)
	if err != nil {
		return err
	}
	return c.folder(tree, none{}, 0)
}
