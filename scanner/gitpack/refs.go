package gitpack

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Ref is a name for an object.
type Ref struct {
	// Name is the full one, with slashes: "HEAD", "refs/heads/main". It may hold any
	// bytes but NUL.
	Name string
	// ID is the object; zero if the ref is symbolic and what it points to isn't there:
	// a branch without a commit yet.
	ID ID
	// Symbolic is the ref that this one points to, if it is a symbolic one.
	Symbolic string
	// Peeled is what an annotated tag leads to in the end, where that is known: of
	// packed refs.
	Peeled ID
}

// ErrNoRef is that of a ref that isn't there.
var ErrNoRef = errors.New("no such ref")

var errSymbolic = errors.New("symbolic refs that point in a circle, or from one to another too often")

// maxSymbolic is how many refs are read to find what one is, as for git.
const maxSymbolic = 5

// Ref looks a ref up by its full name, as this work tree sees it, and follows
// symbolic refs. Of refs of several objects, such as MERGE_HEAD, it gives the first.
// Refs of other work trees are called "main-worktree/HEAD" and "worktrees/NAME/HEAD".
func (r *Repo) Ref(name string) (Ref, error) {
	ref := Ref{Name: name}
	for at, n := name, 0; ; n++ {
		if n >= maxSymbolic {
			return ref, fmt.Errorf("%.200q: %w", name, errSymbolic)
		}
		id, to, err := r.lookup(at)
		if n == 0 {
			ref.Symbolic = to
		}
		switch {
		case errors.Is(err, ErrNoRef) && n > 0:
			return ref, nil
		case err != nil:
			return ref, fmt.Errorf("%.200q: %w", at, err)
		case to == "":
			ref.ID = id
			return ref, nil
		}
		at = to
	}
}

// lookup reads one ref: an object, or the ref that it points to.
func (r *Repo) lookup(name string) (id ID, to string, err error) {
	if r.RefFormat != inFiles && !isPseudo(name) {
		if r.RefFormat == inTables {
			return r.stackedRef(name)
		}
		return ID{}, "", errRefFormat
	}
	path, ok := r.refPath(name)
	if !ok {
		return ID{}, "", ErrNoRef
	}
	id, to, err = r.looseRef(path)
	if err == nil || !errors.Is(err, ErrNoRef) {
		return id, to, err
	}
	if id, err = r.packedRef(name); err == nil && id.IsZero() {
		err = ErrNoRef
	}
	return id, "", err
}

// The ways that refs are stored in, which can be read (git help config:
// extensions.refStorage).
const (
	inFiles  = "files"
	inTables = "reftable"
)

// errRefFormat is that of refs that are stored in another way.
var errRefFormat = errors.New("refs are stored in a way that is not known, and are not read")

// looseRef reads a ref's own file.
func (r *Repo) looseRef(path string) (id ID, to string, err error) {
	// In old repositories symbolic refs are symbolic links. They are read, never
	// followed: they may lead anywhere.
	if link, err := os.Readlink(path); err == nil {
		if to = filepath.ToSlash(link); strings.HasPrefix(to, "refs/") && validRef(to) {
			return ID{}, to, nil
		}
		return ID{}, "", errors.New("a link that is not followed")
	}
	data, err := readFile(path, maxPointer)
	switch {
	case err == nil:
		return parseRef(data, r.Hash)
	case missing(err), isFolder(path):
		return ID{}, "", ErrNoRef
	}
	return ID{}, "", errors.New(reasonOf(err))
}

func isFolder(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

// parseRef reads what stands in a ref's file: an id, or "ref: NAME".
func parseRef(data []byte, h Hash) (id ID, to string, err error) {
	if name, ok := bytes.CutPrefix(data, []byte("ref:")); ok {
		if to = string(trimEnd(trimStart(name))); !validRef(to) {
			return ID{}, "", errors.New("a symbolic ref to a name that no ref has")
		}
		return ID{}, to, nil
	}
	n := 2 * h.Size()
	if len(trimEnd(data)) == 0 {
		return ID{}, "", errors.New("an empty ref")
	}
	if len(data) < n || len(data) > n && !isSpace(data[n]) {
		return ID{}, "", errors.New("neither an object id nor a symbolic ref")
	}
	id, ok := hexID(data[:n], h)
	if !ok {
		return ID{}, "", errors.New("neither an object id nor a symbolic ref")
	}
	return id, "", nil
}

// refPath is where a ref's file is, if it has one; ok is false for a name that no
// ref may have.
func (r *Repo) refPath(name string) (path string, ok bool) {
	dir, name, ok := r.refHome(name)
	return filepath.Join(dir, filepath.FromSlash(name)), ok
}

// refHome is the git folder that a ref lies in, and its name there.
func (r *Repo) refHome(name string) (dir, in string, ok bool) {
	dir = r.CommonDir
	if rest, ok := strings.CutPrefix(name, "main-worktree/"); ok && ofWorktree(rest) {
		name = rest
	} else if rest, ok := strings.CutPrefix(name, "worktrees/"); ok {
		id, bare, _ := strings.Cut(rest, "/")
		if !ofWorktree(bare) || !validRef("refs/"+id) {
			return "", "", false
		}
		dir, name = filepath.Join(dir, "worktrees", id), bare
	} else if ofWorktree(name) {
		dir = r.GitDir
	}
	return dir, name, validRef(name)
}

// worktreeFolders are those of refs that each work tree has of its own (git help
// worktree, "REFS").
var worktreeFolders = []string{"bisect", "rewritten", "worktree"}

// ofWorktree tells whether each work tree has a ref of this name.
func ofWorktree(name string) bool {
	folder, _, _ := strings.Cut(strings.TrimPrefix(name, "refs/"), "/")
	return isRoot(name) || strings.HasPrefix(name, "refs/") && slices.Contains(worktreeFolders, folder)
}

// rootRefs are those beside HEAD and what ends in "_HEAD" that git keeps at the top
// of a git folder (git help glossary, "root refs").
var rootRefs = []string{"HEAD", "AUTO_MERGE", "BISECT_EXPECTED_REV", "NOTES_MERGE_PARTIAL", "NOTES_MERGE_REF", "MERGE_AUTOSTASH"}

// isRoot tells whether a ref of this name stands at the top of a git folder.
func isRoot(name string) bool {
	if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") != "" {
		return false
	}
	return strings.HasSuffix(name, "_HEAD") || slices.Contains(rootRefs, name)
}

// isPseudo tells whether a ref is a file however the others are stored, for it says
// more than an id.
func isPseudo(name string) bool { return name == "FETCH_HEAD" || name == "MERGE_HEAD" }

// validRef tells whether git would take the name for a ref's (git help
// check-ref-format). Such a name, as a path, does not lead out of its folder.
func validRef(name string) bool {
	if !strings.Contains(name, "/") {
		return isRoot(name)
	}
	if !strings.HasPrefix(name, "refs/") || strings.HasSuffix(name, ".") || strings.Contains(name, "..") || strings.Contains(name, "@{") {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '.' || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c == 0x7f || strings.IndexByte(`~^:?*[\`, c) >= 0 {
			return false
		}
	}
	return true
}

// readFolder lists a folder; an empty list if it isn't there.
func readFolder(path string, noted *problems) []fs.DirEntry {
	entries, err := os.ReadDir(path)
	if err != nil && !missing(err) {
		noted.fail(path, err)
	}
	return entries
}
