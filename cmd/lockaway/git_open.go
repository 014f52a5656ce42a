package main

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"

	"github.com/spf13/pflag"

	"lockaway/scanner"
	"lockaway/scanner/config"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// openRepo finds the repository at a path. Its errors name the path and the next
// step.
func (a *app) openRepo(path string) (*gitpack.Repo, error) {
	repo, err := gitpack.OpenRepo(path, gitpack.EnvOf(a.env))
	switch {
	case err == nil:
		return repo, nil
	case path == "":
		return nil, failf("", "an empty path names no repository")
	case !there(path) && isAddress(path):
		return nil, failf("clone it first, with all of its refs: git clone --mirror ADDRESS FOLDER, then lockaway git FOLDER",
			"%q is an address, not a folder", withoutUser(path))
	case !there(path):
		return nil, failf("check the path; it is looked for from the current folder", "%q: no such file or folder", path)
	case errors.Is(err, gitpack.ErrNoRepo):
		return nil, failf("lockaway scan "+path+" scans files and folders that are in none", "%q is in no git repository", path)
	}
	return nil, failf("", "can't open the repository %q: %s", path, reason(err))
}

// address matches what git takes for a remote repository: a URL, or HOST:PATH (git
// help fetch, GIT URLS).
var address = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*://|[^/\\:]{2,}:)`)

func isAddress(s string) bool { return address.MatchString(s) }

// withoutUser takes user and password out of an address: messages end in logs.
func withoutUser(s string) string {
	if u, err := url.Parse(s); err == nil && u.Host != "" {
		u.User, u.RawQuery, u.Fragment = nil, "", ""
		return u.String()
	}
	if m := regexp.MustCompile(`^[^/]*@`).FindString(s); m != "" {
		return s[len(m):]
	}
	return regexp.MustCompile(`^([a-z+]+://)[^/]*@`).ReplaceAllString(s, "$1")
}

// top gives the files that stand in a repository's uppermost folder and below, by
// their paths from there: those of its work tree, or HEAD's where there is none.
type top struct {
	repo     *gitpack.Repo
	rev      string     // whose tree it is
	tree     commitTree // nil if there is a work tree
	problems []source.Problem
}

// openTop opens them. What can't be read of HEAD is a problem of the scan, for what
// it says then doesn't hold.
func (a *app) openTop(repo *gitpack.Repo) *top {
	t := &top{repo: repo, rev: "HEAD"}
	if repo.WorkTree == "" {
		var err error
		if t.tree, err = openCommit(repo, "HEAD"); err != nil {
			t.problem("HEAD", err)
		}
	}
	return t
}

func (t *top) close() {
	if t.tree != nil {
		t.tree.Close()
	}
}

func (t *top) problem(where string, err error) {
	t.problems = append(t.problems, source.Problem{
		Where: where, What: "the configuration that it may hold was not read: " + reason(err),
		Hint: "--no-repo-config scans without it",
	})
}

// maxTopFile is how many bytes an ignore file may have.
const maxTopFile = 4 << 20

// file returns a file; false if there is none. Links are not followed, and nothing is
// read outside of the work tree: paths may be hostile ones of its history.
func (t *top) file(path string) ([]byte, bool) {
	if t.repo.WorkTree == "" {
		if t.tree == nil {
			return nil, false
		}
		data, err := t.tree.File(path)
		if err != nil {
			t.problem(t.rev+":"+path, err)
		}
		return data, data != nil
	}
	root, err := os.OpenRoot(t.repo.WorkTree)
	if err != nil {
		return nil, false
	}
	defer root.Close()
	name := filepath.FromSlash(path)
	info, err := root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxTopFile {
		if err != nil && !errors.Is(err, fs.ErrNotExist) && filepath.IsLocal(name) {
			t.problem(path, err)
		}
		return nil, false
	}
	data, err := root.ReadFile(name)
	if err != nil {
		t.problem(path, err)
	}
	return data, err == nil
}

// setupTop is setup for a repository's scan: its configuration, its baseline and its
// ignore files hold.
func (a *app) setupTop(fs *pflag.FlagSet, f *flags, t *top) (*setup, error) {
	s, err := a.setupFrom(fs, f, func(s *setup) error { return s.readTop(t) })
	if err != nil {
		return nil, err
	}
	s.inRepo, s.leftOut = true, s.leaveOut(t.file)
	return s, nil
}

// addTo adds what could not be read of the files to a scan's problems.
func (t *top) addTo(r *scanner.Result) {
	for _, p := range t.problems {
		r.Scan.Problems = append(r.Scan.Problems, finding.Problem(p))
		r.Scan.Complete = false
	}
}

// readTop reads the configuration that holds for a repository's scan.
func (s *setup) readTop(t *top) error {
	if t.repo.WorkTree == "" {
		s.findBaseline = t.baseline
	} else {
		s.findBaseline = baselineAt(relative(t.repo.WorkTree))
	}
	if s.flags.config != "" || s.noRepoConfig {
		return s.readConfig(".")
	}
	if dir := t.repo.WorkTree; dir != "" {
		return s.readConfig(relative(dir))
	}
	data, ok := t.file(config.Name)
	if !ok {
		return nil
	}
	c, err := config.Parse(t.rev+":"+config.Name, t.repo.GitDir, data, config.Options{
		Flags: settable(), Markers: markers(),
		Read: func(path string) ([]byte, bool, error) {
			data, ok := t.file(path)
			return data, ok, nil
		},
	})
	if err != nil {
		return err
	}
	s.config = c
	return nil
}

// baseline gives HEAD's.
func (t *top) baseline() (*config.Baseline, error) {
	data, ok := t.file(config.BaselineName)
	if !ok {
		return nil, nil
	}
	return config.ParseBaseline(t.rev+":"+config.BaselineName, data)
}

// relative is a path as people write it: from the current folder, if it is below.
func relative(path string) string {
	cwd, err := os.Getwd()
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(cwd); err == nil {
		cwd = real
	}
	if rel, err := filepath.Rel(cwd, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}
