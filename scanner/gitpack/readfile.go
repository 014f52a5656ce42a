package gitpack

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// Problem is something of a repository that could not be read, or not wholly. What
// never quotes a file: a link may have led out of the repository.
type Problem struct {
	Path string // the file or folder it is about
	What string
}

// problems gathers them, up to a bound: a hostile repository may have millions.
type problems struct {
	list []Problem
	more int
}

const maxProblems = 1000

func (p *problems) add(path, what string) {
	if len(p.list) < maxProblems {
		p.list = append(p.list, Problem{path, what})
		return
	}
	p.more++
}

// fail is add with what an error says, except that path.
func (p *problems) fail(path string, err error) { p.add(path, reasonOf(err)) }

// all returns what was gathered.
func (p *problems) all() []Problem {
	if p.more == 0 {
		return p.list
	}
	last := p.list[len(p.list)-1].Path
	return append(p.list[:len(p.list):len(p.list)], Problem{last, fmt.Sprintf("and %d problems more", p.more)})
}

// reasonOf words a failure without the path, which stands beside it.
func reasonOf(err error) string {
	var pe *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.As(err, &pe):
		return pe.Err.Error()
	}
	return err.Error()
}

// Limits of files that are read whole, in bytes: far above what git writes.
const (
	maxPointer = 1 << 20 // one path or ref, and lists of a few; git takes as much
	maxConfig  = 8 << 20
	maxList    = 256 << 20 // of ids
	maxIndex   = 512 << 20 // of millions of files
)

// readFile returns what a regular file holds, links followed; an error if it holds
// more than limit bytes.
func readFile(path string, limit int) ([]byte, error) {
	f, size, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > limit {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("larger than %d bytes", limit)}
	}
	// One byte more tells of the end without another round, and of growth.
	data := make([]byte, size+1)
	n, err := io.ReadFull(f, data)
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return data[:n], nil
	case err != nil:
		return nil, err
	}
	return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("it grows while it is read")}
}

// missing tells whether the error is that of a path where nothing is.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

var errNetwork = errors.New("it leads to another machine, which is not followed")

// follow returns the path that a file of a repository names, relative to dir or
// absolute. A path of another machine is refused on Windows, where looking at it
// would send the user's name and a hash of the password there; unless the repository
// is there itself.
func follow(dir, to string) (string, error) {
	to = filepath.FromSlash(to)
	if !filepath.IsAbs(to) {
		if runtime.GOOS == "windows" && strings.HasPrefix(to, `\`) {
			to = filepath.VolumeName(dir) + to
		} else {
			to = filepath.Join(dir, to)
		}
	}
	const share = `\\`
	if strings.HasPrefix(filepath.VolumeName(to), share) && !strings.HasPrefix(filepath.VolumeName(dir), share) {
		return "", errNetwork
	}
	return filepath.Clean(to), nil
}
