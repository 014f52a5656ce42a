package hooks

import (
	"path/filepath"
	"strings"
)

// husky (typicode.github.io/husky) has a file for each type in the folder .husky: lines
// of shell. From version 9 on git looks for hooks in .husky/_, which husky fills and
// which runs the file of the type with sh -e. Before that git ran the files themselves,
// and each began by reading .husky/_/husky.sh.

func findHusky(top, dir string) *Manager {
	folder := filepath.Join(top, ".husky")
	switch {
	case filepath.Base(dir) == ".husky":
		folder = dir
	case filepath.Base(dir) == "_" && filepath.Base(filepath.Dir(dir)) == ".husky":
		folder = filepath.Dir(dir)
	case !isDir(folder):
		return nil
	}
	rel, err := filepath.Rel(top, folder)
	if err != nil || !filepath.IsLocal(rel) {
		return nil
	}
	m := &Manager{Name: "husky", file: filepath.ToSlash(rel), add: addHusky}
	if dir != folder && dir != filepath.Join(folder, "_") {
		m.Then = "npm run prepare (or npx husky), so that git runs husky's hooks"
	}
	return m
}

const oldHuskyLine = `. "$(dirname -- "$0")/_/husky.sh"`

func addHusky(m *Manager, a *Addition, typ string) {
	line := call(typ) + ` "$@"` + "\n"
	a.Text = line
	old := string(a.old)
	if filepath.Base(m.dir) == ".husky" {
		a.Mode = 0o755 // git runs the file itself
		if old == "" {
			old = "#!/usr/bin/env sh\n" + oldHuskyLine + "\n\n"
		}
	}
	if ReadsInput(typ) && len(a.old) > 0 {
		a.Why = "what git writes to the hook can be read once only: of it and what stands there, one would read nothing"
		return
	}
	if old != "" && !strings.HasSuffix(old, "\n") {
		old += "\n"
	}
	// Behind a line that ends the script nothing is run.
	kept := strings.SplitAfter(old, "\n")
	for i, l := range kept {
		if word, _, _ := strings.Cut(strings.TrimRight(l, "\n"), " "); word == "exit" || word == "exec" {
			a.Whole = []byte(strings.Join(kept[:i], "") + line + strings.Join(kept[i:], ""))
			return
		}
	}
	a.Whole = []byte(old + line)
}
