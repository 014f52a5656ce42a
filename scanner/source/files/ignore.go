package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lockaway/scanner/internal/gitignore"
	"lockaway/scanner/source"
)

// The names of ignore files.
const (
	ownIgnore = ".lockawayignore"
	gitIgnore = ".gitignore"
)

// maxIgnore is how many bytes an ignore file may have. One that is longer, or
// more than gitignore takes, is a Problem and leaves out nothing.
const maxIgnore = 4 << 20

// level holds the ignore files of one folder. Folders without one share the level
// above.
type level struct {
	up  *level
	cut int // how many bytes of an entry's full path lie above the folder

	own, git, info *gitignore.List // nil if there is none
	// top marks a repository's first folder: git's own files above aren't asked.
	top bool
}

// ignores tells what the ignore files say of full, a path from the folder of the
// outermost level on. .lockawayignore goes before git's files, and the nearest
// one that decides before those above it.
func (l *level) ignores(full string, isDir bool) bool {
	for at := l; at != nil; at = at.up {
		if ignored, decided := match(at.own, full[at.cut:], isDir); decided {
			return ignored
		}
	}
	for at := l; at != nil; at = at.up {
		ignored, decided := match(at.git, full[at.cut:], isDir)
		if !decided {
			ignored, decided = match(at.info, full[at.cut:], isDir)
		}
		if decided {
			return ignored
		}
		if at.top {
			break
		}
	}
	return false
}

func match(l *gitignore.List, rel string, isDir bool) (ignored, decided bool) {
	if l == nil {
		return false, false
	}
	return l.Match(rel, isDir)
}

// reading is how the ignore files of one folder are come by.
type reading struct {
	folder  string // its path in the system
	where   string // its path as reported, "/" behind it unless empty
	open    func(name string, into *file) error
	has     func(name string) bool
	git     bool
	problem func(source.Problem)
}

// level returns the level for a folder under up.
func (r *reading) level(up *level, cut int) *level {
	l := level{up: up, cut: cut}
	l.own = r.list(ownIgnore)
	if r.git {
		l.git = r.list(gitIgnore)
		if r.has(".git") {
			l.top = true
			l.info = r.infoExclude()
		}
	}
	if l.own == nil && l.git == nil && !l.top {
		return up
	}
	return &l
}

// list reads one ignore file; nil if there is none. Like git, it doesn't follow a
// link: the file it leads to may not be the tree's.
func (r *reading) list(name string) *gitignore.List {
	var f file
	err := r.open(name, &f)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotFile) {
		return nil
	}
	var text []byte
	if err == nil {
		defer f.close()
		text, err = readAll(&f)
	}
	list, err := parse(text, err)
	if err != nil {
		r.tell(r.where+name, err)
	}
	return list
}

func (r *reading) tell(where string, err error) {
	r.problem(source.Problem{Where: where, What: "its patterns are not honoured: " + source.Describe(err)})
}

var (
	errTooLong    = errors.New("it is longer than 4 MiB")
	errTooComplex = errors.New("it holds too many patterns with wildcards")
)

func readAll(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxIgnore+1))
	if err == nil && len(text) > maxIgnore {
		err = errTooLong
	}
	return text, err
}

func parse(text []byte, err error) (*gitignore.List, error) {
	if err != nil {
		return nil, err
	}
	list := gitignore.Parse(text)
	if list.TooComplex() {
		return nil, errTooComplex
	}
	if list.Empty() {
		return nil, nil
	}
	return list, nil
}

// parseLines returns nil for no patterns.
func parseLines(lines []string) *gitignore.List {
	list := gitignore.Parse([]byte(strings.Join(lines, "\n")))
	if list.Empty() {
		return nil
	}
	return list
}

// infoExclude reads info/exclude of the repository whose .git stands in the
// folder. That is a folder or, of a linked worktree or submodule, a file that
// says where the folder is; a worktree's says where the repository's own is
// (gitrepository-layout(5)).
func (r *reading) infoExclude() *gitignore.List {
	dir := filepath.Join(r.folder, ".git")
	if text, err := readSmall(dir); err == nil {
		to, ok := strings.CutPrefix(string(text), "gitdir:")
		if !ok {
			return nil
		}
		dir = under(r.folder, to)
		if text, err := readSmall(filepath.Join(dir, "commondir")); err == nil {
			dir = under(dir, string(text))
		}
	}
	name := filepath.Join(dir, "info", "exclude")
	text, err := readSmall(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotFile) {
		return nil
	}
	list, err := parse(text, err)
	if err != nil {
		r.tell(filepath.ToSlash(name), err)
	}
	return list
}

func under(dir, rel string) string {
	rel = strings.TrimSpace(rel)
	if filepath.IsAbs(rel) {
		return rel
	}
	return filepath.Join(dir, rel)
}

// readSmall reads a regular file of maxIgnore bytes at most.
func readSmall(name string) ([]byte, error) {
	var f file
	if err := openPortable(name, os.Lstat, noFollow, &f); err != nil {
		return nil, err
	}
	defer f.close()
	return readAll(&f)
}
