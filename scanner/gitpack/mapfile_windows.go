package gitpack

import (
	"io/fs"
	"unsafe"

	"golang.org/x/sys/windows"
)

const openFlags = 0

// mapFile maps the regular file at path. Windows keeps a mapped file from being cut
// off, so that reading fails only when its disk does.
func mapFile(path string) (*mapped, error) {
	f, size, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // the view stays
	if size == 0 {
		return &mapped{}, nil // nothing can't be mapped
	}
	h, err := windows.CreateFileMapping(windows.Handle(f.Fd()), nil, windows.PAGE_READONLY, 0, 0, nil)
	if err != nil {
		return nil, &fs.PathError{Op: "CreateFileMapping", Path: path, Err: err}
	}
	defer windows.CloseHandle(h)
	view, err := windows.MapViewOfFile(h, windows.FILE_MAP_READ, 0, 0, uintptr(size))
	if err != nil {
		return nil, &fs.PathError{Op: "MapViewOfFile", Path: path, Err: err}
	}
	// The view is not Go's memory and doesn't move; going through a pointer to the
	// address is how vet is told so.
	at := *(*unsafe.Pointer)(unsafe.Pointer(&view))
	return &mapped{data: unsafe.Slice((*byte)(at), size), view: view}, nil
}

// release gives back the memory of bytes from up to to. Unlocking pages that were
// never locked takes them out of the working set (VirtualUnlock's documentation).
func (m *mapped) release(from, to int) {
	from, to = max(from, 0), min(to, len(m.data))
	if from < to {
		windows.VirtualUnlock(m.view+uintptr(from), uintptr(to-from))
	}
}

// willNeed and sequential say what is about to be read; nothing is made of it here.
func (m *mapped) willNeed(from, to int) {}

func (m *mapped) sequential() {}

// close unmaps the file.
func (m *mapped) close() error {
	view := m.view
	m.data, m.view = nil, 0
	if view == 0 {
		return nil
	}
	return windows.UnmapViewOfFile(view)
}
