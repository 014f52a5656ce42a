//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package gitpack

import (
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// openFlags keep an open from waiting: for the writer of a pipe that took the
// file's place, or for a terminal to become this process's.
const openFlags = unix.O_NONBLOCK | unix.O_NOCTTY

// mapFile maps the regular file at path.
func mapFile(path string) (*mapped, error) {
	f, size, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // the map stays
	if size == 0 {
		return &mapped{}, nil // nothing can't be mapped
	}
	data, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil {
		return nil, &fs.PathError{Op: "mmap", Path: path, Err: err}
	}
	return &mapped{data: data}, nil
}

// release gives back the memory of bytes from up to to, as far as they fill pages.
// They can still be read: the system fetches them again.
func (m *mapped) release(from, to int) {
	from, to = pagesWithin(from, to, len(m.data))
	if from < to {
		unix.Madvise(m.data[from:to], unix.MADV_DONTNEED)
	}
}

// willNeed says that bytes from up to to are about to be read.
func (m *mapped) willNeed(from, to int) {
	from, to = pagesWithin(from, to, len(m.data))
	if from < to {
		unix.Madvise(m.data[from:to], unix.MADV_WILLNEED)
	}
}

// sequential says that the file is read from its beginning to its end.
func (m *mapped) sequential() {
	if len(m.data) > 0 {
		unix.Madvise(m.data, unix.MADV_SEQUENTIAL)
	}
}

// pagesWithin narrows a range to the whole pages in it; the end of the file counts
// as the end of a page.
func pagesWithin(from, to, size int) (int, int) {
	page := os.Getpagesize()
	from = (max(from, 0) + page - 1) &^ (page - 1)
	if to >= size {
		return from, size
	}
	return from, to &^ (page - 1)
}

// close unmaps the file.
func (m *mapped) close() error {
	data := m.data
	m.data = nil
	if data == nil {
		return nil
	}
	return unix.Munmap(data)
}
