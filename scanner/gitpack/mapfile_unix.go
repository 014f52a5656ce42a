//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package gitpack

import (
	"fmt"
	"io/fs"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// openFlags keep an open from waiting: for the writer of a pipe that took the
// file's place, or for a terminal to become this process's.
const openFlags = unix.O_NONBLOCK | unix.O_NOCTTY

// mapFile maps the regular file at path. It does as openRegular does, by system calls:
// a hook maps all indexes of a repository, and package os would take three times as
// many calls.
func mapFile(path string) (*mapped, error) {
	fail := func(op string, err error) (*mapped, error) {
		return nil, &fs.PathError{Op: op, Path: path, Err: err}
	}
	var st unix.Stat_t
	if err := again(func() error { return unix.Stat(path, &st) }); err != nil {
		return fail("stat", err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return fail("open", ErrNotRegular)
	}
	fd := -1
	err := again(func() (err error) {
		fd, err = unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|openFlags, 0)
		return err
	})
	if err != nil {
		return fail("open", err)
	}
	defer unix.Close(fd) // the map stays
	if err := again(func() error { return unix.Fstat(fd, &st) }); err != nil {
		return fail("stat", err)
	}
	switch size := st.Size; {
	case st.Mode&unix.S_IFMT != unix.S_IFREG:
		return fail("open", ErrNotRegular)
	case size == 0:
		return &mapped{}, nil // nothing can't be mapped
	case size < 0 || size > math.MaxInt:
		return fail("open", fmt.Errorf("a file of %d bytes has no place in memory", size))
	}
	data, err := unix.Mmap(fd, 0, int(st.Size), unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil {
		return fail("mmap", err)
	}
	return &mapped{data: data}, nil
}

// again calls f again where a signal came between.
func again(f func() error) error {
	for {
		if err := f(); err != unix.EINTR {
			return err
		}
	}
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
