package report

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/natefinch/atomic"
)

// File is a report file that is being written. It is there, whole, when Commit
// has returned nil; until then, and after Discard, what stood at its path is as
// it was.
//
// What is no regular file (a device, a pipe, a socket's path) cannot be replaced
// and is written to as it comes. So are the names of what the process has open,
// /dev/stdout and /dev/fd/N, whatever stands behind them.
type File struct {
	name   string // as asked for, for messages
	path   string // what Commit replaces; "" where the file is written directly
	temp   *os.File
	mode   fs.FileMode // of what is replaced; 0 where nothing is
	w      *bufio.Writer
	closed bool
}

// Create begins a report file at path. It is readable by its owner alone if it is
// private, because it holds secrets; else by whom the user's umask lets, or with
// the modes that the file had. A symbolic link stays, and what it points to is
// replaced. A folder is never made.
//
// Opening a named pipe waits for who reads it, until ctx ends. Errors name the path;
// they wrap what the system said. Discard must be called in the end, whatever
// happens; it leaves a committed file alone.
func Create(ctx context.Context, path string, private bool) (*File, error) {
	f := &File{name: path}
	target, direct, err := resolve(path)
	if err != nil {
		return nil, f.fail(err)
	}
	if direct {
		f.temp, err = openDirectly(ctx, target)
	} else {
		f.path = target
		err = f.begin(private)
	}
	if err != nil {
		return nil, f.fail(err)
	}
	f.w = bufio.NewWriterSize(f.temp, 64<<10)
	return f, nil
}

// Creatable tells whether Create would work at path now, so that a long scan need
// not be done for a report that can't be written. It leaves nothing behind, and
// does not open what is written to directly.
func Creatable(path string) error {
	f := &File{name: path}
	target, direct, err := resolve(path)
	if err == nil && !direct {
		f.path = target
		if err = f.begin(true); err == nil {
			f.remove()
		}
	}
	if err != nil {
		return f.fail(err)
	}
	return nil
}

// Write adds to the report.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	if err != nil {
		return n, f.fail(err)
	}
	return n, nil
}

// Commit puts the report in its place. After an error nothing of it is there,
// except where it was written directly.
func (f *File) Commit() error {
	if f.closed {
		return f.fail(fs.ErrClosed)
	}
	if err := f.commit(); err != nil {
		f.Discard()
		return f.fail(err)
	}
	f.closed = true
	return nil
}

func (f *File) commit() error {
	if err := f.w.Flush(); err != nil {
		return err
	}
	if f.path == "" {
		return closeDirect(f.temp)
	}
	if f.mode != 0 {
		if err := f.temp.Chmod(f.mode); err != nil {
			return err
		}
	}
	// Without it a crash of the machine may leave the new name with no content.
	if err := f.temp.Sync(); err != nil {
		return err
	}
	if err := f.temp.Close(); err != nil {
		return err
	}
	return atomic.ReplaceFile(f.temp.Name(), f.path)
}

// Discard gives the report up. It does nothing after Commit.
func (f *File) Discard() {
	switch {
	case f.closed:
	case f.path == "":
		closeDirect(f.temp)
	default:
		f.remove()
	}
	f.closed = true
}

func (f *File) remove() {
	f.temp.Close()
	os.Remove(f.temp.Name())
}

// begin makes the file that will replace the one at f.path, in the same folder:
// a rename does not cross file systems.
func (f *File) begin(private bool) error {
	perm := fs.FileMode(0o644)
	if private {
		perm = 0o600
	}
	if info, err := os.Stat(f.path); err == nil {
		if info.IsDir() {
			return errors.New("is a folder")
		}
		if f.mode = info.Mode().Perm(); private {
			f.mode = perm
		}
	}
	folder := parent(f.path)
	switch info, err := os.Stat(folder); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s", quote(filepath.Clean(folder)))
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", quote(filepath.Clean(folder)))
	}
	for {
		// A fixed short name: the report's own may be as long as names can be.
		name := folder + fmt.Sprintf(".lockaway-%016x.tmp", rand.Uint64())
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		f.temp = file
		return err
	}
}

// fail words an error of this file: the path that was asked for, then what is
// wrong, without the names of calls and of files that the user doesn't know.
func (f *File) fail(err error) error {
	var own *fileError
	if errors.As(err, &own) {
		return err
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		err = l.Err
	}
	return &fileError{f.name, err}
}

type fileError struct {
	name string
	err  error
}

func (e *fileError) Error() string {
	return fmt.Sprintf("can't write the report file %s: %v", quote(e.name), e.err)
}

func (e *fileError) Unwrap() error { return e.err }

func quote(name string) string { return `"` + VisibleName(name) + `"` }

// resolve follows the symbolic links at path, which may end where nothing is yet.
// It tells whether what stands there is written to directly. Each link is looked
// at by itself: behind /dev/stdout may be a regular file, and must not be
// replaced under the feet of who redirected the output.
func resolve(path string) (target string, direct bool, err error) {
	if path == "" {
		return "", false, errors.New("it has no name")
	}
	if strings.HasSuffix(path, "/") || strings.HasSuffix(path, string(filepath.Separator)) {
		return "", false, errors.New("that names a folder")
	}
	for range 40 { // as many as Linux follows
		if openAlready(path) {
			return path, true, nil
		}
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return path, false, nil
		case err != nil:
			return "", false, err
		case info.Mode()&fs.ModeSymlink == 0:
			return path, !info.Mode().IsRegular() && !info.IsDir(), nil
		}
		next, err := os.Readlink(path)
		if err != nil {
			return "", false, err
		}
		if !filepath.IsAbs(next) {
			next = parent(path) + next
		}
		path = next
	}
	return "", false, errors.New("too many symbolic links")
}

// parent returns the folder that path stands in, with a separator at its end. It
// is not cleaned: in "x/../y", x may be a link to elsewhere.
func parent(path string) string {
	folder, _ := filepath.Split(path)
	if folder == "" {
		return "." + string(filepath.Separator)
	}
	return folder
}

// openAlready tells whether path is a name of an open file of this process.
func openAlready(path string) bool {
	path = filepath.ToSlash(filepath.Clean(path))
	if path == "/dev/stdout" || path == "/dev/stderr" || strings.HasPrefix(path, "/dev/fd/") {
		return true
	}
	rest, ok := strings.CutPrefix(path, "/proc/")
	_, rest, cut := strings.Cut(rest, "/")
	return ok && cut && (strings.HasPrefix(rest, "fd/") || strings.Contains(rest, "/fd/"))
}

// openDirectly opens what is not replaced. Standard output and error are used as
// they are: opened anew by name, a regular file behind them would be written from
// its beginning, over what stands there.
func openDirectly(ctx context.Context, path string) (*os.File, error) {
	switch filepath.ToSlash(filepath.Clean(path)) {
	case "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1":
		return os.Stdout, nil
	case "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2":
		return os.Stderr, nil
	}
	if info, err := os.Stat(path); err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
		return openPipe(ctx, path)
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
}

// closeDirect closes a file that openDirectly gave, unless it is the process's.
func closeDirect(f *os.File) error {
	if f == os.Stdout || f == os.Stderr {
		return nil
	}
	return f.Close()
}

var _ io.Writer = (*File)(nil)
