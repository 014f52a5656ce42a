package files

import (
	"errors"
	"io"

	"lockaway/scanner/source"
)

// kind is what a folder's entry is.
type kind uint8

const (
	regular kind = iota
	folderKind
	other // a link, FIFO, socket or device: never opened
)

// entry is a name in a folder. Its bytes are the listing's.
type entry struct {
	name []byte
	kind kind
}

// listing is a worker's room for names.
type listing struct {
	buf     []byte
	entries []entry
}

// disk is how the file system is asked. Its methods, and those of what it
// returns, may be called by several workers at once, except where they say
// otherwise.
type disk interface {
	// open opens a PATH that is a folder, following links.
	open(path string) (tree, error)
	// openFile opens a PATH that is a regular file, following links.
	openFile(path string, into *file) error
}

// tree is an open PATH that is a folder.
type tree interface {
	// folder opens the folder at rel below the tree, "/" between its parts, "" for
	// the tree itself, without following links.
	folder(rel string) (folder, error)
	close()
}

// folder is an open folder.
type folder interface {
	// next puts the next entries into l, and returns false at the end. Only one
	// worker may call it at a time.
	next(l *listing) (more bool, err error)
	// openFile opens the regular file of that name, without following links and
	// without waiting; errNotFile if it is something else.
	openFile(name string, into *file) error
	// has tells whether there is an entry of that name.
	has(name string) bool
	close()
}

var (
	errNotFile = errors.New("it is no longer a regular file")
	errChanged = errors.New("it changed while it was read")
)

// handle is an open file; the two kinds of disk have their own.
type handle interface {
	read(b []byte) (int, error)
	// stamp asks anew for what tells that a file was written to.
	stamp() (stamp, error)
	// data returns where, at or behind off, the next bytes are stored; the size
	// where there are none; or -1 if that can't be told. The next read may begin
	// anywhere after it.
	data(off, size int64) int64
	// seek sets where the next read begins.
	seek(off int64) error
	close()
}

// stamp tells two states of a file apart.
type stamp struct {
	size    int64
	written int64 // nanoseconds
	sparse  bool  // less is stored than the size says
}

// file is a regular file that is being read, as an io.Reader. It ends where the
// file ended when it was opened. A file that then said it had no bytes ends where
// reading ends: Linux's /proc is full of those.
type file struct {
	handle handle
	opened stamp
	pos    int64
	err    error // what the next read fails with
}

// Read implements io.Reader.
func (f *file) Read(b []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	if size := f.opened.size; size > 0 {
		if f.pos >= size {
			return 0, io.EOF
		}
		b = b[:min(int64(len(b)), size-f.pos)]
	}
	n, err := f.handle.read(b)
	f.pos += int64(n)
	if n == 0 && err == io.EOF && f.pos < f.opened.size {
		// Some of Linux's /sys say a page's size and hold a line.
		if now, e := f.handle.stamp(); e != nil || now != f.opened {
			err = errChanged
		}
	}
	return n, err
}

// SkipHole implements source.Holes. It asks only if there is much to gain.
func (f *file) SkipHole(keep int64) int64 {
	if !f.opened.sparse {
		return 0
	}
	next := f.handle.data(f.pos, f.opened.size)
	skip := min(next, f.opened.size) - keep - f.pos
	if skip < minHole {
		skip = 0
	}
	// Asking moved the position.
	f.err = f.handle.seek(f.pos + skip)
	f.pos += skip
	return skip
}

// minHole is the shortest hole that is passed by.
const minHole = 1 << 20

// settled tells, after reading, whether the file is what it was: nil, or
// errChanged.
func (f *file) settled() error {
	if now, err := f.handle.stamp(); err != nil || now != f.opened {
		return errChanged
	}
	return nil
}

// close closes what is open.
func (f *file) close() { f.handle.close() }

// large tells that reading takes so long that others should have the rest of the
// batch, and that the file may change meanwhile.
func (f *file) large() bool { return f.opened.size > source.Window }
