package gitpack

import (
	"os"
	"path/filepath"
	"slices"
)

// Worktrees opens the other work trees of the repository: the main one, if r isn't
// it, and those linked to it, by their names; also those whose folder is gone, which
// may have left an index and a HEAD. Their Problems are their own alone; ObjectDirs
// are r's.
func (r *Repo) Worktrees() ([]*Repo, []Problem) {
	var noted problems
	var out []*Repo
	if r.GitDir != r.CommonDir {
		out = r.openOther(out, r.CommonDir, &noted)
	}
	for _, dir := range linked(r.CommonDir, &noted) {
		if real, err := filepath.EvalSymlinks(dir); err != nil || real != r.GitDir {
			out = r.openOther(out, dir, &noted)
		}
	}
	return out, noted.all()
}

// linked lists the git folders of the work trees linked to a repository.
func linked(common string, noted *problems) []string {
	top := filepath.Join(common, "worktrees")
	entries, err := os.ReadDir(top)
	if err != nil {
		if !missing(err) {
			noted.fail(top, err)
		}
		return nil
	}
	var out []string
	for _, e := range entries {
		if path := filepath.Join(top, e.Name()); e.IsDir() {
			out = append(out, path)
		}
	}
	return out
}

func (r *Repo) openOther(list []*Repo, gitDir string, noted *problems) []*Repo {
	other := &Repo{
		GitDir: gitDir, CommonDir: r.CommonDir, Index: filepath.Join(gitDir, "index"), Hash: r.Hash, RefFormat: r.RefFormat,
		ObjectDirs: slices.Clip(r.ObjectDirs), shallowAt: r.shallowAt,
	}
	other.readConfig()
	other.findWorkTree(place{gitDir: gitDir}, gitDir)
	other.Problems = other.noted.all()
	for _, p := range other.Problems {
		if p.Path != filepath.Join(r.CommonDir, "config") { // said before
			noted.add(p.Path, p.What)
		}
	}
	return append(list, other)
}

// Submodules opens the repositories of submodules that lie in this one's git folder,
// and in theirs, and in those of linked work trees (git help repository-layout:
// modules). They stay when the submodule is no longer in use. Submodules whose git
// folder lies in the work tree are not among them.
func (r *Repo) Submodules() ([]*Repo, []Problem) {
	s := submodules{}
	tops := []string{r.CommonDir}
	if r.GitDir != r.CommonDir {
		tops = append(tops, r.GitDir)
	}
	for _, dir := range linked(r.CommonDir, &s.noted) {
		if dir != r.GitDir {
			tops = append(tops, dir)
		}
	}
	for _, top := range tops {
		s.walk(filepath.Join(top, "modules"), 0)
	}
	return s.found, s.noted.all()
}

type submodules struct {
	found []*Repo
	noted problems
	dirs  int
}

const (
	maxModuleDepth = 64
	maxModuleDirs  = 100_000
)

// ownFolders are a git folder's own, in which no submodule lies.
var ownFolders = []string{"objects", "refs", "logs", "hooks", "info", "lfs", "branches", "rr-cache"}

// walk goes through the folders below a "modules": a submodule's name may have
// slashes, and one's name may begin with another's. Links are not followed.
func (s *submodules) walk(dir string, depth int) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		if !missing(err) {
			s.noted.fail(dir, err)
		}
		return
	}
	if depth > maxModuleDepth {
		s.noted.add(dir, "too deep; submodules below are not read")
		return
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if !e.IsDir() || slices.Contains(ownFolders, e.Name()) && judge(dir, Env{}) != noRepo {
			continue
		}
		if s.dirs++; s.dirs > maxModuleDirs {
			if s.dirs == maxModuleDirs+1 {
				s.noted.add(path, "too many folders; submodules in this one and those after it are not read")
			}
			return
		}
		s.open(path)
		s.walk(path, depth+1)
	}
}

func (s *submodules) open(path string) {
	how := judge(path, Env{})
	if how == noRepo {
		return
	}
	r, err := openAt(path, place{gitDir: path, doubt: how == likeRepo}, Env{})
	if err != nil {
		s.noted.fail(path, err)
		return
	}
	s.found = append(s.found, r)
}
