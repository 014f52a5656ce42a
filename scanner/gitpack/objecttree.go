package gitpack

import (
	"bytes"
	"fmt"
)

// The file modes that git gives to what a tree or an index lists (gitformat-index).
const (
	ModeDir        = 0o040000
	ModeFile       = 0o100644
	ModeExecutable = 0o100755
	ModeSymlink    = 0o120000
	ModeSubmodule  = 0o160000 // the id is a commit's, of another repository
	ModeType       = 0o170000 // the bits that tell what it is
)

// TreeEntry is one line of a tree. The slices are parts of the tree's bytes.
type TreeEntry struct {
	RawMode []byte // the digits, as they were written
	Mode    uint32
	Name    []byte // any bytes but NUL; a hostile tree has "..", ".git", "a/b" and the like
	Hash    []byte // the 20 or 32 bytes of the id
}

// ID is the entry's object.
func (e *TreeEntry) ID() ID { return IDFrom(e.Hash) }

// IsDir tells whether the entry is a tree.
func (e *TreeEntry) IsDir() bool { return e.Mode&ModeType == ModeDir }

// TreeIter goes through a tree:
//
//	it := NewTreeIter(data, h)
//	for it.Next() {
//		… it.Entry …
//	}
//	if err := it.Err(); err != nil { … }
type TreeIter struct {
	Entry TreeEntry

	rest []byte
	at   int // how many bytes were read
	size int
	err  error
}

// NewTreeIter begins with a tree's bytes: entries of "mode name", NUL, id.
func NewTreeIter(data []byte, h Hash) TreeIter {
	return TreeIter{rest: data, size: h.Size()}
}

// Next goes to the next entry; false at the end, or where the tree is damaged.
func (t *TreeIter) Next() bool {
	if len(t.rest) == 0 || t.err != nil {
		return false
	}
	e, used, what := parseTreeEntry(t.rest, t.size)
	if what != "" {
		t.err = fmt.Errorf("%w: tree: %s at byte %d", ErrObject, what, t.at)
		t.Entry = TreeEntry{}
		return false
	}
	t.Entry = e
	t.rest = t.rest[used:]
	t.at += used
	return true
}

// Err tells why Next ended before the tree did. Its entries up to there are good.
func (t *TreeIter) Err() error { return t.err }

// maxModeDigits is far more than any mode has; git reads as many as come.
const maxModeDigits = 10

func parseTreeEntry(b []byte, size int) (e TreeEntry, used int, what string) {
	i := 0
	for ; i < len(b) && b[i] != ' '; i++ {
		if b[i] < '0' || b[i] > '7' || i >= maxModeDigits {
			return e, 0, "a mode that is no octal number"
		}
		e.Mode = e.Mode<<3 | uint32(b[i]-'0')
	}
	if i == 0 || i == len(b) {
		return e, 0, "no mode"
	}
	e.RawMode = b[:i]
	n := bytes.IndexByte(b[i+1:], 0)
	if n < 0 {
		return e, 0, "a name without an end"
	}
	e.Name = b[i+1 : i+1+n]
	i += n + 2
	if len(b)-i < size {
		return e, 0, "an id that is cut off"
	}
	e.Hash = b[i : i+size]
	return e, i + size, ""
}
