package hooks

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Manager is a program that manages the hooks of a repository. It writes the hooks that
// git runs itself, and what is to be run stands in a file of its own.
type Manager struct {
	Name string
	// Then is what makes it take notice of what was added; empty if nothing has to.
	Then string

	top, dir string
	file     string // its configuration, from top; of husky the folder
	add      func(m *Manager, a *Addition, typ string)
	types    []string // those that it has, if not all
}

// Addition is what has to stand in a file, so that the manager runs a hook of ours.
type Addition struct {
	Path string // absolute
	Type string
	Text string // to be added
	// There tells that it stands there already; Whole is the file with it, nil where it
	// can't be told how to put it in. Why says why not then.
	There bool
	Whole []byte
	Why   string
	Mode  fs.FileMode

	old []byte
}

// maxConfiguration is how many bytes a manager's file may have.
const maxConfiguration = 4 << 20

// FindManager recognises the manager of a repository: by its files, and by the folder
// where git looks for hooks. top is the folder of the files; nil if there is none.
func FindManager(top, dir string) *Manager {
	if top == "" {
		return nil
	}
	for _, find := range []func(top, dir string) *Manager{findHusky, findLefthook, findPreCommit, findOvercommit} {
		if m := find(top, dir); m != nil {
			m.top, m.dir = top, dir
			return m
		}
	}
	return nil
}

// firstFile is the first of some files that is there, from top.
func firstFile(top string, names ...string) string {
	for _, name := range names {
		if info, err := os.Stat(filepath.Join(top, filepath.FromSlash(name))); err == nil && info.Mode().IsRegular() {
			return name
		}
	}
	return ""
}

// Has tells whether the manager has a type of hook.
func (m *Manager) Has(typ string) bool {
	for _, t := range m.types {
		if t == typ {
			return true
		}
	}
	return m.types == nil
}

// Plan says what has to be added for types of hooks; those that the manager lacks are
// passed by. Several additions to one file each build on the one before.
func (m *Manager) Plan(types []string) ([]Addition, error) {
	var out []Addition
	files := map[string][]byte{}
	for _, typ := range types {
		if !m.Has(typ) {
			continue
		}
		a := Addition{Path: m.path(typ), Type: typ, Mode: 0o644}
		old, ok := files[a.Path]
		if !ok {
			var err error
			if old, err = readConfiguration(a.Path); err != nil {
				return nil, err
			}
		}
		a.old = old
		a.There = bytes.Contains(old, []byte(call(typ)))
		m.add(m, &a, typ)
		if a.There {
			a.Whole, a.Why = nil, ""
		}
		if a.Whole != nil {
			files[a.Path] = a.Whole
		} else {
			files[a.Path] = old
		}
		out = append(out, a)
	}
	return out, nil
}

// path is the file that says what is run for a type.
func (m *Manager) path(typ string) string {
	if m.Name == "husky" {
		return filepath.Join(m.top, filepath.FromSlash(m.file), typ)
	}
	return filepath.Join(m.top, filepath.FromSlash(m.file))
}

// Runs tells whether the manager runs a hook of ours: its file says so, and git runs
// what the manager has put where git looks, of which found tells.
func (m *Manager) Runs(typ string, found Found) bool {
	text, err := readConfiguration(m.path(typ))
	if err != nil || !found.Runs || !m.Has(typ) {
		return false
	}
	theirs := m.Name == "husky" || strings.Contains(found.Text, m.Name)
	switch {
	case m.Name == "pre-commit": // one hook for all types
		return theirs && (bytes.Contains(text, []byte(call(PreCommit))) || bytes.Contains(text, []byte("id: lockaway")))
	case m.Name == "overcommit":
		return theirs && bytes.Contains(text, []byte(quotedCall(typ)))
	}
	return theirs && bytes.Contains(text, []byte(call(typ)))
}

// File is the path of the file in which is said what is run; empty where there are
// several, or where what git runs knows where they are.
func (m *Manager) File() string {
	if m.Name == "husky" {
		return ""
	}
	return m.file
}

func readConfiguration(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && info.Size() > maxConfiguration {
		err = &fs.PathError{Op: "read", Path: path, Err: errors.New("it is too large")}
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// Write puts the addition into its file, which is replaced whole. The error is a Refusal
// if somebody has changed the file since it was read.
func (a *Addition) Write() error {
	mode := a.Mode
	if info, err := os.Stat(a.Path); err == nil {
		mode = info.Mode().Perm() | a.Mode&0o111
	}
	now, err := readConfiguration(a.Path)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, a.old) {
		return &Refusal{a.Path + " was changed meanwhile", "do it again"}
	}
	path := a.Path
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // what a link leads to is written, and the link stays
	}
	return replace(path, string(a.Whole), mode)
}

// call is what runs a hook of a type.
func call(typ string) string { return "lockaway hook run " + typ }
