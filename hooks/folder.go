package hooks

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Found is what git finds of one type in a folder.
type Found struct {
	Path string
	// There tells whether there is anything, Ours whether it is a hook that this package
	// wrote, Changed that somebody has changed it since, Script what it was made of.
	There, Ours, Changed bool
	Script               Script
	// Runs tells whether git runs it: it may be executed.
	Runs bool
	Text string
	// Kept is the path of the hook that was there before ours; empty if there is none.
	Kept string
}

// maxHook is how many bytes of a hook are read. What is larger is no hook of ours.
const maxHook = 1 << 20

// Look looks at what a folder holds of a type.
func Look(dir, typ string) (Found, error) {
	f := Found{Path: filepath.Join(dir, typ)}
	if _, err := os.Lstat(f.Path + KeptSuffix); err == nil {
		f.Kept = f.Path + KeptSuffix
	}
	if _, err := os.Lstat(f.Path); errors.Is(err, fs.ErrNotExist) {
		return f, nil
	} else if err != nil {
		return f, err
	}
	f.There = true
	info, err := os.Stat(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil // a link that leads nowhere
	}
	if err != nil {
		return f, err
	}
	if info.IsDir() {
		return f, fmt.Errorf("%s is a folder", f.Path)
	}
	f.Runs = Executable(info)
	if !info.Mode().IsRegular() || info.Size() > maxHook {
		return f, nil
	}
	data, err := os.ReadFile(f.Path)
	if err != nil && f.Runs && errors.Is(err, fs.ErrPermission) {
		return f, nil // a program may be run that may not be read
	}
	f.Text = string(data)
	f.Script, f.Ours, f.Changed = ParseScript(f.Text)
	return f, err
}

// Executable tells whether git runs a hook of this mode; on Windows it runs all.
func Executable(info fs.FileInfo) bool {
	return runtime.GOOS == "windows" || info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
