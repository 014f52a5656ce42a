package history

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// label is how a path of the git folder is reported: as what was asked for joined
// with the path below it, or as it is if it lies elsewhere.
func (r *repository) label(path string) string {
	base, err := filepath.Abs(r.o.Name)
	if err == nil {
		if real, err := filepath.EvalSymlinks(base); err == nil {
			base = real
		}
		if rel, err := filepath.Rel(base, path); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			path = filepath.Join(r.o.Name, rel)
		}
	}
	return filepath.ToSlash(path)
}

// files hands over what else lies in the git folder: config, hooks, reflogs,
// packed refs, messages that were begun, indexes of all work trees. Objects are read
// as such, and submodules are repositories of their own.
func (v *visitor) files() {
	roots := []string{v.s.git.CommonDir}
	if rel, err := filepath.Rel(v.s.git.CommonDir, v.s.git.GitDir); err != nil || strings.HasPrefix(rel, "..") {
		roots = append(roots, v.s.git.GitDir)
	}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error { return v.gitFile(root, path, d, err) })
		if err != nil && v.ctx.Err() == nil {
			v.faults.add(v.s.label(root), err)
		}
	}
}

// gitFile is called for each file and folder of the git folder.
func (v *visitor) gitFile(root, path string, d fs.DirEntry, err error) error {
	if v.ctx.Err() != nil {
		return v.ctx.Err()
	}
	if err != nil {
		v.faults.add(v.s.label(path), err)
		return nil
	}
	rel, _ := filepath.Rel(root, path)
	switch {
	case d.IsDir():
		if rel == "objects" || rel == "modules" || rel == filepath.Join("lfs", "objects") || strings.HasSuffix(rel, string(filepath.Separator)+"modules") && strings.HasPrefix(rel, "worktrees") {
			return fs.SkipDir
		}
		return nil
	case d.Type()&fs.ModeSymlink != 0:
		v.link(path)
		return nil
	case !d.Type().IsRegular():
		return nil // never opened; git doesn't read such things either
	}
	kind := chunk.Config
	if rel == "logs" || strings.HasPrefix(rel, "logs"+string(filepath.Separator)) || strings.Contains(rel, string(filepath.Separator)+"logs"+string(filepath.Separator)) {
		kind = chunk.Reflog
	}
	v.file(path, v.s.content(kind, v.s.label(path), ""))
	return nil
}

// link hands over where a link leads; it is not followed.
func (v *visitor) link(path string) {
	to, err := os.Readlink(path)
	if err != nil {
		v.faults.add(v.s.label(path), err)
		return
	}
	source.Hand(v.sink, v.s.content(chunk.Symlink, v.s.label(path), ""), []byte(to))
}

// file hands over a file.
func (v *visitor) file(path string, content *chunk.Content) {
	f, err := gitpack.OpenRegular(path)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) { // git may have removed it meanwhile
			v.faults.add(v.s.label(path), err)
		}
		return
	}
	defer f.Close()
	if err := v.feeder.Feed(v.ctx, v.sink, content, f); err != nil && v.ctx.Err() == nil {
		v.faults.add(v.s.label(path), err)
	}
}
