package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Name is the file's name.
const Name = ".lockaway.toml"

// Find returns the path of the file that holds for a scan of start, a folder or a
// file: the nearest one from its folder upwards to the root of the repository
// that it lies in. Outside of a repository only the folder itself counts, since
// nobody can say how far up would still be meant. It returns "" where there is
// none, and where start does not exist. Links in start are followed. The path is
// relative where start is.
func Find(start string) (string, error) { return find(start, Name) }

// find is Find for a file of any name.
func find(start, name string) (string, error) {
	if start == "-" {
		start = "."
	}
	abs, err := filepath.Abs(start)
	if err != nil {
		return "", err
	}
	dir := physical(abs)
	if info, err := os.Stat(dir); err != nil {
		return "", nil // the scan says so
	} else if !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	last := dir
	if root, ok := repository(dir); ok {
		last = root
	}
	for ; ; dir = filepath.Dir(dir) {
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil {
			return shown(path, filepath.IsAbs(start)), nil
		} else if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
			return "", Errors{{File: shown(path, filepath.IsAbs(start)), What: reasonOf(err)}}
		}
		if dir == last {
			return "", nil
		}
	}
}

// repository returns the root of the repository that a folder lies in: the
// nearest folder upwards with a .git, which is a file in worktrees and submodules.
func repository(dir string) (string, bool) {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

// physical follows the links of a path; it returns the path where that fails.
func physical(path string) string {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		return p
	}
	return path
}

// shown is a path as messages name it.
func shown(path string, absolute bool) string {
	if absolute {
		return path
	}
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(physical(cwd), path); err == nil {
			return rel
		}
	}
	return path
}

// Rel returns the function that turns a path as reports show it (relative to the
// working folder, or absolute; "/" between names) into the path below the folder
// that the file's patterns are relative to. It says false for what lies outside.
// The function may be called by several goroutines at once.
func (c *Config) Rel() func(reported string) (string, bool) {
	return RelativeTo(c.Dir)
}

// RelativeTo is Rel for any folder.
func RelativeTo(dir string) func(reported string) (string, bool) {
	cwd, _ := os.Getwd()
	cwd, dir = physical(cwd), physical(dir)
	return func(reported string) (string, bool) {
		path := filepath.FromSlash(reported)
		if !filepath.IsAbs(path) {
			path = filepath.Join(cwd, path)
		}
		if rel, ok := below(dir, path); ok {
			return rel, true
		}
		// It may lead here through a link, as does a scan of a link to this folder.
		// The last name is the scanned thing itself, whatever it is.
		return below(dir, filepath.Join(physical(filepath.Dir(path)), filepath.Base(path)))
	}
}

func below(dir, path string) (string, bool) {
	rel, err := filepath.Rel(dir, path)
	if err != nil || rel == "." || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}
