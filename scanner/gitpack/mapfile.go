package gitpack

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
)

// ErrNotRegular is that of a path that leads to something else than a regular file.
// Such a thing is not read: a pipe never ends, and a device may act on being read.
var ErrNotRegular = errors.New("not a regular file")

// mapped is a file as one slice of bytes: a private, read-only map of it where the
// system has maps, otherwise a copy.
//
// A map shows the file as it is now. When the file is cut off meanwhile, touching
// what is gone raises SIGBUS, which ends the program unless the goroutine has called
// debug.SetPanicOnFault; whoever reads data must do so, and recover. What is written
// to the file meanwhile may show too: bytes that were checked once may differ when
// they are read again, and what was worked out of them must not be trusted with
// memory safety (in Go, bounds are checked, so it can't be).
type mapped struct {
	// data is the file's bytes, not to be written to, nor used after close.
	data []byte

	view uintptr // the map, where the system names it by something else than data
}

// openRegular opens nothing but a regular file, links followed: packs are symbolic
// links in some set-ups. It returns the open file and its size.
//
// The file is looked at before it is opened, for opening a device or a pipe already
// does something, and again once it is open, for it may have been exchanged between.
func openRegular(path string) (*os.File, int, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	}
	f, err := os.OpenFile(path, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, 0, err
	}
	size, err := sizeOf(f)
	if err != nil {
		f.Close()
		return nil, 0, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return f, size, nil
}

// sizeOf returns the size of an open file, which must be regular.
func sizeOf(f *os.File) (int, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, ErrNotRegular
	}
	if info.Size() < 0 || info.Size() > math.MaxInt {
		return 0, fmt.Errorf("a file of %d bytes has no place in memory", info.Size())
	}
	return int(info.Size()), nil
}
