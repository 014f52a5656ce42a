package files

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

func newDisk() disk { return kernel{} }

// kernel asks Linux directly, by names relative to open folders: less than half
// the calls that package os needs, no allocation for an entry, and no path that
// someone could lead astray in the middle.
type kernel struct{}

const (
	openFlags   = unix.O_RDONLY | unix.O_CLOEXEC
	folderFlags = openFlags | unix.O_DIRECTORY | unix.O_NOFOLLOW
	// fileFlags never wait: a FIFO that took a file's place opens at once.
	fileFlags = openFlags | unix.O_NOFOLLOW | unix.O_NONBLOCK | unix.O_NOCTTY
)

func (kernel) open(path string) (tree, error) {
	fd, err := openat(unix.AT_FDCWD, path, openFlags|unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	return kernelTree(fd), nil
}

func (kernel) openFile(path string, into *file) error {
	return openRegular(unix.AT_FDCWD, path, fileFlags&^unix.O_NOFOLLOW, into)
}

type kernelTree int

func (t kernelTree) close() { unix.Close(int(t)) }

// maxPath is how long a path may be that is opened in one call, less than the
// 4096 bytes that Linux takes. A deeper tree is gone into by several.
const maxPath = 4000

func (t kernelTree) folder(rel string) (folder, error) {
	fd, err := openat(int(t), ".", folderFlags)
	for err == nil && rel != "" {
		var part string
		var next int
		part, rel = splitPath(rel)
		next, err = openBeneath(fd, part)
		unix.Close(fd)
		fd = next
	}
	if err != nil {
		return nil, err
	}
	return kernelFolder(fd), nil
}

// splitPath cuts as many parts off as go into one call.
func splitPath(rel string) (part, rest string) {
	n := len(rel)
	if n > maxPath {
		n = strings.LastIndexByte(rel[:maxPath], '/')
	}
	if noOpenat2.Load() {
		if i := strings.IndexByte(rel, '/'); i >= 0 {
			n = i
		}
	}
	return rel[:n], strings.TrimPrefix(rel[n:], "/")
}

// noOpenat2 is set when the kernel (before 5.6), or a container's filter, has no
// openat2. Then each part of a path is opened by itself.
var noOpenat2 atomic.Bool

// openBeneath opens the folder at rel, none of whose parts may be a link.
func openBeneath(fd int, rel string) (int, error) {
	how := unix.OpenHow{Flags: folderFlags, Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS}
	for !noOpenat2.Load() {
		next, err := unix.Openat2(fd, rel, &how)
		switch err {
		case unix.EINTR, unix.EAGAIN: // the latter when something was renamed meanwhile
			continue
		case unix.ENOSYS, unix.EPERM:
			noOpenat2.Store(true)
		default:
			return next, err
		}
	}
	for {
		var part string
		part, rel = splitPath(rel)
		next, err := openat(fd, part, folderFlags)
		if err != nil || rel == "" {
			return next, err
		}
		defer unix.Close(next)
		fd = next
	}
}

type kernelFolder int

func (f kernelFolder) close() { unix.Close(int(f)) }

func (f kernelFolder) has(name string) bool {
	var st unix.Stat_t
	return unix.Fstatat(int(f), name, &st, unix.AT_SYMLINK_NOFOLLOW) == nil
}

func (f kernelFolder) openFile(name string, into *file) error {
	return openRegular(int(f), name, fileFlags, into)
}

// listingSize is how many bytes of names are asked for at once.
const listingSize = 64 << 10

// next reads names with getdents64(2). An entry is a struct linux_dirent64: inode
// (8 bytes), position (8), length of the entry (2), type (1), name, NUL.
func (f kernelFolder) next(l *listing) (bool, error) {
	if l.buf == nil {
		l.buf = make([]byte, listingSize)
	}
	l.entries = l.entries[:0]
	n, err := retry(func() (int, error) { return unix.Getdents(int(f), l.buf) })
	if n <= 0 || err != nil {
		return false, err
	}
	const header = int(unsafe.Offsetof(unix.Dirent{}.Name))
	for rest := l.buf[:n]; len(rest) > header; {
		size := int(binary.NativeEndian.Uint16(rest[unsafe.Offsetof(unix.Dirent{}.Reclen):]))
		if size <= header || size > len(rest) {
			return false, errors.New("the folder's entries make no sense")
		}
		name := rest[header:size]
		for i, c := range name {
			if c == 0 {
				name = name[:i]
				break
			}
		}
		k := f.kind(name, rest[unsafe.Offsetof(unix.Dirent{}.Type)])
		if s := string(name); s != "." && s != ".." {
			l.entries = append(l.entries, entry{name, k})
		}
		rest = rest[size:]
	}
	return true, nil
}

// kind tells what an entry is; some file systems leave that to stat.
func (f kernelFolder) kind(name []byte, direntType byte) kind {
	switch direntType {
	case unix.DT_REG:
		return regular
	case unix.DT_DIR:
		return folderKind
	case unix.DT_UNKNOWN:
		var st unix.Stat_t
		// What can't be looked at is taken for a file: opening it tells why.
		if unix.Fstatat(int(f), string(name), &st, unix.AT_SYMLINK_NOFOLLOW) != nil {
			return regular
		}
		switch st.Mode & unix.S_IFMT {
		case unix.S_IFREG:
			return regular
		case unix.S_IFDIR:
			return folderKind
		}
	}
	return other
}

type kernelFile int

func (f *kernelFile) close() { unix.Close(int(*f)) }

func (f *kernelFile) read(b []byte) (int, error) {
	n, err := retry(func() (int, error) { return unix.Read(int(*f), b) })
	if n == 0 && err == nil && len(b) > 0 {
		err = io.EOF
	}
	return max(n, 0), err
}

func (f *kernelFile) stamp() (stamp, error) {
	var st unix.Stat_t
	err := unix.Fstat(int(*f), &st)
	return stampOf(&st), err
}

func stampOf(st *unix.Stat_t) stamp {
	return stamp{st.Size, st.Mtim.Nano(), st.Blocks*512 < st.Size}
}

func (f *kernelFile) data(off, size int64) int64 {
	next, err := unix.Seek(int(*f), off, unix.SEEK_DATA)
	switch err {
	case nil:
		return next
	case unix.ENXIO:
		return size
	}
	return -1
}

func (f *kernelFile) seek(off int64) error {
	_, err := unix.Seek(int(*f), off, unix.SEEK_SET)
	return err
}

// openRegular opens a file and looks again at what it is: between listing and
// opening it may have become something else.
func openRegular(dir int, name string, flags int, into *file) error {
	fd, err := openat(dir, name, flags)
	switch err {
	case nil:
	case unix.ELOOP, unix.ENXIO, unix.ENODEV: // a link, a socket, no device
		return errNotFile
	default:
		return err
	}
	var st unix.Stat_t
	if err = unix.Fstat(fd, &st); err == nil && st.Mode&unix.S_IFMT != unix.S_IFREG {
		err = errNotFile
	}
	if err != nil {
		unix.Close(fd)
		return err
	}
	h, ok := into.handle.(*kernelFile)
	if !ok {
		h = new(kernelFile)
	}
	*h = kernelFile(fd)
	*into = file{handle: h, opened: stampOf(&st)}
	return nil
}

func openat(dir int, name string, flags int) (int, error) {
	return retry(func() (int, error) { return unix.Openat(dir, name, flags, 0) })
}

// retry calls again what a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}
