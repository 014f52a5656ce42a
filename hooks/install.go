package hooks

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Change says what was done to a hook.
type Change string

// The changes.
const (
	None      Change = "unchanged"
	Installed Change = "installed"
	Chained   Change = "chained" // installed, with the one that was there before
	Renewed   Change = "renewed" // written anew: something of it has changed
	Removed   Change = "removed"
	Restored  Change = "restored" // removed, and what was there before is back
	NotThere  Change = "not there"
)

// Refusal is the error of a folder in which something stands that nobody can tell the
// meaning of.
type Refusal struct{ What, Next string }

func (r *Refusal) Error() string { return r.What }

// Hint names the next step.
func (r *Refusal) Hint() string { return r.Next }

// maxTurns is how often a hook is looked at anew that others change at the same time.
const maxTurns = 100

// Install writes a hook into a folder. One that is there already is kept beside it,
// byte for byte and with its mode. A hook of ours with the same script is left as it
// is. Several may install at once, and git may run hooks meanwhile: at any moment there
// is a whole one, the former or the new.
func Install(dir string, s Script) (Change, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return None, err
	}
	text := s.String()
	for range maxTurns {
		f, err := Look(dir, s.Type)
		switch {
		case err != nil:
			return None, err
		case f.Ours && f.Changed:
			return None, &Refusal{f.Path + " was changed since lockaway wrote it", "save what was added elsewhere, delete the file, and install again"}
		case f.Ours && f.Text == text && f.Runs:
			return None, nil
		case f.Ours:
			return Renewed, put(f.Path, text)
		case !f.There && f.Kept == "":
			return Installed, put(f.Path, text)
		case !f.There:
			return Chained, put(f.Path, text)
		case f.Kept != "" && sameFile(f.Path, f.Kept):
			return Chained, put(f.Path, text) // it is kept already, and about to be replaced
		case f.Kept != "":
			if again, err := Look(dir, s.Type); err == nil && again.Ours {
				continue // somebody else has installed it meanwhile
			}
			return None, &Refusal{fmt.Sprintf("%s is not lockaway's, but %s is still there from when it was", f.Path, f.Kept),
				"another program has replaced the hook: delete the file of the two that is not wanted, or join them, and install again"}
		}
		err = keep(f.Path)
		if errors.Is(err, fs.ErrExist) {
			continue // likewise
		}
		if err != nil {
			return None, err
		}
		return Chained, put(f.Path, text)
	}
	return None, fmt.Errorf("%s: others keep changing it", filepath.Join(dir, s.Type))
}

// sameFile tells whether two names stand for one file, or are links to the same.
func sameFile(a, b string) bool {
	to, err := os.Readlink(a)
	if other, wrong := os.Readlink(b); err == nil && wrong == nil {
		return to == other
	}
	one, err := os.Lstat(a)
	other, wrong := os.Lstat(b)
	return err == nil && wrong == nil && os.SameFile(one, other)
}

// keep gives a hook a second name, under which it stays. A link loses nothing, takes no
// name that is taken already, and leaves the hook where it is until it is replaced.
func keep(path string) error {
	kept := path + KeptSuffix
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if to, err := os.Readlink(path); err == nil { // some systems would link what it leads to
		return os.Symlink(to, kept)
	}
	err = os.Link(path, kept)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(kept); err == nil || info.IsDir() {
		return fs.ErrExist
	}
	return os.Rename(path, kept) // a file system without links
}

// put writes a hook.
func put(path, text string) error { return replace(path, text, 0o755) }

// replace replaces a file whole.
func replace(path, text string, mode os.FileMode) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".lockaway-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.WriteString(text)
	err = errors.Join(err, file.Sync(), file.Chmod(mode), file.Close())
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// Uninstall takes a hook of ours away, and puts back what was there before.
func Uninstall(dir, typ string) (Change, error) {
	f, err := Look(dir, typ)
	switch {
	case err != nil:
		return None, err
	case !f.Ours && f.Kept != "" && !f.There:
		return Restored, os.Rename(f.Kept, f.Path)
	case !f.Ours && f.Kept != "" && sameFile(f.Path, f.Kept):
		return Restored, os.Remove(f.Kept) // an installation that was cut short
	case !f.Ours && f.Kept != "":
		return None, &Refusal{fmt.Sprintf("%s is not lockaway's, but %s is still there from when it was", f.Path, f.Kept),
			"another program has replaced the hook: delete the file of the two that is not wanted, or join them"}
	case !f.Ours:
		return NotThere, nil
	case f.Changed:
		return None, &Refusal{f.Path + " was changed since lockaway wrote it", "take out the lines that are lockaway's yourself, or delete the file"}
	case f.Kept == "":
		err = os.Remove(f.Path)
		if errors.Is(err, fs.ErrNotExist) {
			return NotThere, nil
		}
		return Removed, err
	}
	return Restored, os.Rename(f.Kept, f.Path)
}
