package gitpack

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// locate finds the git folder that belongs to base, a real absolute path.
func locate(base string, env Env) (place, error) {
	if env.GitDir != "" {
		return explicit(base, env)
	}
	info, err := os.Stat(base)
	if err != nil {
		return place{}, err
	}
	start := base
	if !info.IsDir() {
		start = filepath.Dir(base)
		if dir, err := gitFile(base, env); err == nil {
			return place{gitDir: dir, workTree: start}, nil
		}
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		at, ok, err := locateIn(dir, dir == start, env)
		if ok || err != nil {
			return at, err
		}
		if filepath.Dir(dir) == dir {
			return place{}, fmt.Errorf("%s: %w, nor is any folder above it", base, ErrNoRepo)
		}
	}
}

// explicit is what GIT_DIR says.
func explicit(base string, env Env) (place, error) {
	dir := inside(base, env.GitDir)
	if info, err := os.Stat(dir); err == nil && info.Mode().IsRegular() {
		to, err := gitFile(dir, env)
		if err != nil {
			return place{}, fmt.Errorf("%s: %w", dir, err)
		}
		dir = to
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	switch judge(dir, env) {
	case isRepo:
		return place{gitDir: dir}, nil
	case likeRepo:
		return place{gitDir: dir, doubt: true}, nil
	}
	return place{}, fmt.Errorf("%s: %w", dir, ErrNoRepo)
}

// locateIn looks for a repository at one folder. The first one, which was asked for,
// may be one whose HEAD is damaged.
func locateIn(dir string, first bool, env Env) (at place, ok bool, err error) {
	dotGit := filepath.Join(dir, ".git")
	if info, err := os.Stat(dotGit); err == nil && info.Mode().IsRegular() {
		to, err := gitFile(dotGit, env)
		if err != nil {
			return place{}, false, fmt.Errorf("%s: %w", dotGit, err)
		}
		return place{gitDir: to, workTree: dir}, true, nil
	} else if err == nil && info.IsDir() {
		if how := judge(dotGit, env); how != noRepo {
			real, err := filepath.EvalSymlinks(dotGit)
			if err != nil {
				return place{}, false, err
			}
			return place{gitDir: real, workTree: dir, doubt: how == likeRepo}, true, nil
		}
	}
	switch how := judge(dir, env); {
	case how == isRepo:
		return place{gitDir: dir}, true, nil
	case how == likeRepo && first:
		return place{gitDir: dir, doubt: true}, true, nil
	}
	return place{}, false, nil
}

// gitFile reads a ".git" file, whose one line is "gitdir: PATH" (git help
// repository-layout), and returns the folder that it leads to.
func gitFile(path string, env Env) (string, error) {
	data, err := readFile(path, maxPointer)
	if err != nil {
		return "", errors.New(reasonOf(err))
	}
	to, ok := bytes.CutPrefix(data, []byte("gitdir: "))
	to = bytes.TrimRight(to, "\r\n")
	if !ok || len(to) == 0 {
		return "", errors.New("a .git file that leads nowhere")
	}
	dir, err := follow(filepath.Dir(path), string(to))
	if err != nil {
		return "", err
	}
	if judge(dir, env) == noRepo {
		return "", fmt.Errorf("it leads to a folder that is %w", ErrNoRepo)
	}
	return filepath.EvalSymlinks(dir)
}

// commonDir is the folder of what all work trees share.
func commonDir(gitDir, base string, env Env) (string, error) {
	if env.CommonDir != "" {
		return filepath.EvalSymlinks(inside(base, env.CommonDir))
	}
	data, err := readFile(filepath.Join(gitDir, "commondir"), maxPointer)
	if err != nil {
		if missing(err) {
			return gitDir, nil
		}
		return "", errors.New(reasonOf(err))
	}
	dir, err := follow(gitDir, strings.TrimRight(string(data), "\r\n"))
	if err != nil {
		return "", err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return "", errors.New(reasonOf(err))
	}
	return dir, nil
}

// judgement is how much a folder is like a git folder.
type judgement int

const (
	noRepo   judgement = iota
	likeRepo           // there are objects, and something that refers to them
	isRepo             // git takes it for one
)

// judge asks what git asks (is_git_directory): HEAD makes sense, there are objects
// and refs.
func judge(dir string, env Env) judgement {
	common, err := commonDir(dir, dir, Env{})
	if err != nil {
		return noRepo
	}
	if env.CommonDir != "" {
		common = inside(dir, env.CommonDir)
	}
	exists := func(dir, name string) bool {
		_, err := os.Stat(filepath.Join(dir, name))
		return err == nil
	}
	objects := env.ObjectDirectory != "" || exists(common, "objects")
	switch refs := exists(common, "refs"); {
	case !objects:
		return noRepo
	case refs && headMakesSense(dir):
		return isRepo
	case refs || exists(common, "packed-refs") || exists(dir, "HEAD"):
		return likeRepo
	}
	return noRepo
}

// headMakesSense tells whether HEAD refers to a ref or to an object.
func headMakesSense(dir string) bool {
	path := filepath.Join(dir, "HEAD")
	if to, err := os.Readlink(path); err == nil {
		return strings.HasPrefix(filepath.ToSlash(to), "refs/")
	}
	data, err := readFile(path, maxPointer)
	if err != nil {
		return false
	}
	if to, ok := bytes.CutPrefix(data, []byte("ref:")); ok {
		return bytes.HasPrefix(trimStart(to), []byte("refs/"))
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	_, sha1 := hexID(trimEnd(line), SHA1)
	_, sha256 := hexID(trimEnd(line), SHA256)
	return sha1 || sha256
}
