//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package gitpack

import (
	"io"
	"io/fs"
)

const openFlags = 0

// mapFile reads the regular file at path.
func mapFile(path string) (*mapped, error) {
	f, size, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, size)
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, &fs.PathError{Op: "read", Path: path, Err: err}
	}
	return &mapped{data: data}, nil
}

// What was read stays in memory until close.
func (m *mapped) release(from, to int)  {}
func (m *mapped) willNeed(from, to int) {}
func (m *mapped) sequential()           {}

func (m *mapped) close() error {
	m.data = nil
	return nil
}
