package files

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"lockaway/scanner/source"
)

// root is a PATH.
type root struct {
	name   string // in the system
	path   string // as reported
	prefix string // what is reported before the names below
	mode   fs.FileMode

	// level holds the ignore files above, and above is the path from the
	// outermost of them to the root, "/" behind it unless empty.
	level *level
	above string
	// aboveExclude is, likewise, the path from where Options.Exclude is relative
	// to; of a file, its whole path.
	aboveExclude string

	tree tree
	open atomic.Int32 // folders that are listed or will be
}

// done counts a folder less, and closes the tree with the last.
func (r *root) done() {
	if r.open.Add(-1) == 0 {
		r.tree.close()
	}
}

// resolve looks at every PATH and returns those that are to be read, each once.
// Missing ones, and what isn't read, are told to sink.
func (s *Source) resolve(sink source.Sink) []*root {
	paths := s.opt.Paths
	if len(paths) == 0 {
		paths = []string{"."}
	}
	seen := map[string]*root{} // by real path
	var order []string
	for _, p := range paths {
		r, problem := look(p)
		if problem != nil {
			sink.Problem(*problem)
			continue
		}
		real := realPath(r.name)
		if seen[real] == nil {
			seen[real] = r
			order = append(order, real)
		}
	}
	places := newParents(s, sink)
	var out []*root
	for _, real := range order {
		if covered(real, seen) {
			continue
		}
		if r := seen[real]; places.find(r, real) {
			out = append(out, r)
		} else {
			sink.Skip(1)
		}
	}
	return out
}

// look asks what a PATH is.
func look(p string) (*root, *source.Problem) {
	if p == "" {
		return nil, &source.Problem{Where: p, What: "an empty path names no file or folder"}
	}
	r := &root{name: filepath.Clean(p)}
	r.path = filepath.ToSlash(r.name)
	info, err := os.Stat(r.name)
	if err != nil {
		return nil, &source.Problem{Where: r.path, What: missing(err)}
	}
	r.mode = info.Mode()
	switch {
	case r.mode.IsRegular(), r.mode&fs.ModeNamedPipe != 0:
	case r.mode.IsDir():
		if r.path != "." {
			r.prefix = strings.TrimSuffix(r.path, "/") + "/"
		}
	case r.mode&fs.ModeSocket != 0:
		return nil, &source.Problem{Where: r.path, What: "it is a socket, not a file or folder"}
	default:
		return nil, &source.Problem{Where: r.path, What: "it is a device, not a file or folder",
			Hint: "to scan standard input, give - instead"}
	}
	return r, nil
}

// realPath returns the absolute path without links; with them where that fails,
// as for a shell's /dev/fd/63.
func realPath(name string) string {
	abs, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	return abs
}

// covered tells whether the path lies below another root, where reading that
// comes by: not inside a .git folder.
func covered(real string, roots map[string]*root) bool {
	for at := real; filepath.Base(at) != ".git"; {
		up := filepath.Dir(at)
		if up == at {
			return false
		}
		if r := roots[up]; r != nil && r.mode.IsDir() {
			return true
		}
		at = up
	}
	return false
}

// parents finds the ignore files above roots, reading each once.
type parents struct {
	s       *Source
	sink    source.Sink
	known   map[string]*place
	exclude string // the real path of Options.ExcludeFrom, or empty
}

// place is a folder as a root's parent.
type place struct {
	level   *level
	path    string // from the repository's first folder, "/" behind it unless empty
	ignored bool
	outside bool // it lies in no repository
}

func newParents(s *Source, sink source.Sink) *parents {
	p := &parents{s: s, sink: sink, known: map[string]*place{}}
	if s.opt.ExcludeFrom != "" {
		p.exclude = realPath(s.opt.ExcludeFrom)
	}
	return p
}

// find fills in what lies above a root, and tells whether it is to be read. Files
// and folders named as PATH are subject to ignore files like any other: a hook
// that hands over names expects it.
func (p *parents) find(r *root, real string) bool {
	if p.excluded(r, real) {
		return false
	}
	isDir := r.mode.IsDir()
	if isDir && isTop(real) {
		return true
	}
	up := p.place(filepath.Dir(real))
	if up.outside {
		return true
	}
	full := up.path + filepath.Base(real)
	if up.ignored || up.level.ignores(full, isDir) {
		return false
	}
	r.level, r.above = up.level, full+"/"
	return true
}

// excluded applies Options.Exclude to the root itself and the folders above it.
func (p *parents) excluded(r *root, real string) bool {
	if p.s.exclude == nil {
		return false
	}
	rel, err := filepath.Rel(p.exclude, real)
	rel = filepath.ToSlash(rel)
	switch inside := p.exclude != "" && err == nil && rel != ".." && !strings.HasPrefix(rel, "../"); {
	case inside && rel == ".":
		return false
	case inside:
	case r.mode.IsDir():
		return false
	default:
		rel = filepath.Base(real)
	}
	for i := range rel {
		if rel[i] == '/' {
			if ignored, _ := p.s.exclude.Match(rel[:i], true); ignored {
				return true
			}
		}
	}
	ignored, _ := p.s.exclude.Match(rel, r.mode.IsDir())
	r.aboveExclude = rel + "/"
	return ignored
}

// isTop tells whether the folder is a repository's first.
func isTop(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, ".git"))
	return err == nil
}

func (p *parents) place(dir string) *place {
	if known := p.known[dir]; known != nil {
		return known
	}
	here, up := &place{}, &place{}
	if !isTop(dir) {
		if parent := filepath.Dir(dir); parent == dir {
			here.outside = true
		} else if up = p.place(parent); up.outside {
			here.outside = true
		} else {
			full := up.path + filepath.Base(dir)
			here.path = full + "/"
			here.ignored = up.ignored || up.level.ignores(full, true)
		}
	}
	if !here.outside {
		here.level = p.read(dir).level(up.level, len(here.path))
	}
	p.known[dir] = here
	return here
}

func (p *parents) read(dir string) *reading {
	return &reading{
		folder: dir, where: filepath.ToSlash(dir) + "/", git: p.s.opt.Gitignore, problem: p.sink.Problem,
		open: func(name string, into *file) error {
			return openPortable(filepath.Join(dir, name), os.Lstat, noFollow, into)
		},
		has: func(name string) bool {
			_, err := os.Lstat(filepath.Join(dir, name))
			return err == nil
		},
	}
}
