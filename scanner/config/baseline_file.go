package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/natefinch/atomic"
)

// FindBaseline returns the path of the baseline that holds for a scan of start, as
// Find does for the configuration; "" where there is none.
func FindBaseline(start string) (string, error) { return find(start, BaselineName) }

// BaselinePlace is where a baseline for scans of start is to stand: in the uppermost
// folder of its repository, else in the scanned folder. start need not exist.
func BaselinePlace(start string) string {
	if start == "-" {
		start = "."
	}
	abs, err := filepath.Abs(start)
	if err != nil {
		return BaselineName
	}
	dir := physical(abs)
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	if root, ok := repository(dir); ok {
		dir = root
	}
	return shown(filepath.Join(dir, BaselineName), filepath.IsAbs(start))
}

// LoadBaseline reads a baseline. named says that the user named the file, as opposed to
// one that was found, whose links may not lead out of the repository. What is wrong with
// it is told as Errors; they wrap nothing of the system.
func LoadBaseline(path string, named bool) (*Baseline, error) {
	data, err := readBaseline(path, named)
	if err != nil {
		return nil, err
	}
	return ParseBaseline(path, data)
}

func readBaseline(path string, named bool) ([]byte, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, Errors{{File: path, What: err.Error()}}
	}
	c := &Config{trusted: named, root: dir}
	if root, ok := repository(physical(dir)); ok {
		c.root = root
	}
	data, err := c.readUpTo(path, MaxBaseline)
	if err != nil {
		e := &Error{File: path, What: err.Error()}
		if named {
			e.Hint = "check the path given with --baseline"
		}
		return nil, Errors{e}
	}
	return data, nil
}

// ChangeBaseline reads the baseline at path, which need not exist, lets change alter it,
// and writes it back: whole or not at all, and only if it is not the same afterwards. No
// other process changes it meanwhile; ctx ends the waiting for one that does. A baseline
// with errors is left as it is.
//
// change is told what stands there now, which may be more than was read before. It
// returns an error to leave the file as it is.
func ChangeBaseline(ctx context.Context, path string, named bool, change func(*Baseline) error) error {
	real := path
	if to, err := filepath.EvalSymlinks(path); err == nil {
		real = to
	}
	unlock, err := lockFolder(ctx, real)
	if err != nil {
		return Errors{{File: path, What: "can't be written: " + reasonOf(err)}}
	}
	defer unlock()
	b, before := &Baseline{File: path}, []byte(nil)
	if _, err := os.Lstat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		if before, err = readBaseline(path, named); err != nil {
			return err
		}
		if b, err = ParseBaseline(path, before); err != nil {
			return err
		}
	}
	if err := change(b); err != nil {
		return err
	}
	after := b.Encode()
	if bytes.Equal(before, after) {
		return nil
	}
	if _, err := ParseBaseline(path, after); err != nil {
		return err // never written: it could not be read again
	}
	if err := replaceFile(real, after); err != nil {
		return Errors{{File: path, What: "can't be written: " + reasonOf(err)}}
	}
	return nil
}

// replaceFile puts data in the place of a file, with its modes; whoever reads it sees
// the one or the other.
func replaceFile(path string, data []byte) error {
	perm := fs.FileMode(0o644)
	info, statErr := os.Stat(path)
	if statErr == nil {
		perm = info.Mode().Perm()
	}
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".lockaway-%016x.tmp", rand.Uint64()))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil && statErr == nil {
		err = f.Chmod(perm)
	}
	if err == nil {
		err = f.Sync() // else a crash of the machine may leave the new name without content
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = atomic.ReplaceFile(temp, path)
	}
	if err != nil {
		os.Remove(temp)
	}
	return err
}
