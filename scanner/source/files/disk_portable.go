package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// portable asks through package os. It holds for systems without a disk of their
// own, and shows elsewhere what theirs has to give.
type portable struct{}

func (portable) open(path string) (tree, error) { return portableTree(path), nil }

func (portable) openFile(path string, into *file) error {
	return openPortable(path, os.Stat, 0, into)
}

type portableTree string

func (portableTree) close() {}

func (t portableTree) folder(rel string) (folder, error) {
	name, look := string(t), os.Stat
	if rel != "" {
		name, look = filepath.Join(name, filepath.FromSlash(rel)), os.Lstat
	}
	info, err := look(name)
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return &portableFolder{f, name}, nil
}

type portableFolder struct {
	f    *os.File
	name string
}

func (f *portableFolder) close() { f.f.Close() }

func (f *portableFolder) has(name string) bool {
	_, err := os.Lstat(filepath.Join(f.name, name))
	return err == nil
}

func (f *portableFolder) openFile(name string, into *file) error {
	return openPortable(filepath.Join(f.name, name), os.Lstat, noFollow, into)
}

// portableEntries is how many names are asked for at once.
const portableEntries = 1024

func (f *portableFolder) next(l *listing) (bool, error) {
	l.entries = l.entries[:0]
	infos, err := f.f.ReadDir(portableEntries)
	for _, info := range infos {
		k := other
		switch {
		case info.Type().IsRegular():
			k = regular
		case info.IsDir():
			k = folderKind
		}
		l.entries = append(l.entries, entry{[]byte(info.Name()), k})
	}
	if len(infos) > 0 {
		return true, nil // an error comes again
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return false, err
}

type portableFile struct{ *os.File }

func (f portableFile) close()                     { f.Close() }
func (f portableFile) read(b []byte) (int, error) { return f.Read(b) }
func (f portableFile) data(off, size int64) int64 { return -1 }
func (f portableFile) seek(off int64) error       { return errors.ErrUnsupported }
func (f portableFile) stamp() (stamp, error) {
	info, err := f.Stat()
	if err != nil {
		return stamp{}, err
	}
	return portableStamp(info), nil
}

func portableStamp(info fs.FileInfo) stamp {
	return stamp{size: info.Size(), written: info.ModTime().UnixNano()}
}

// openPortable opens a file and looks again at what it is.
func openPortable(name string, look func(string) (fs.FileInfo, error), flags int, into *file) error {
	before, err := look(name)
	if err != nil {
		return err
	}
	if !before.Mode().IsRegular() {
		return errNotFile
	}
	f, err := os.OpenFile(name, os.O_RDONLY|noWait|flags, 0)
	if err != nil {
		return err
	}
	after, err := f.Stat()
	if err == nil && !os.SameFile(before, after) {
		err = errChanged
	}
	if err != nil {
		f.Close()
		return err
	}
	*into = file{handle: portableFile{f}, opened: portableStamp(after)}
	return nil
}
