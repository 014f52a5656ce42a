package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lockaway/scanner"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/report"
)

// checkReplacements tells whether the file for git filter-repo may be written, so
// that a long scan is not in vain. It holds secrets: so it is never written over
// anything, nor where the next commit would take it along.
func (a *app) checkReplacements(path string, repo *gitpack.Repo) error {
	if path == "" {
		return nil
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return failf("", "can't write the replacements %q: %s", path, reason(err))
		}
		return failf("name a new file: this one is for secrets, and nothing is written over", "the replacements %q: there is such a file already", path)
	}
	if err := report.Creatable(path); err != nil {
		return unwritable(err)
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err == nil {
		folder, err = filepath.Abs(folder)
	}
	if err != nil {
		return failf("", "can't write the replacements %q: %s", path, reason(err))
	}
	inGit := within(repo.GitDir, folder) || within(repo.CommonDir, folder)
	if !inGit && (repo.WorkTree == "" || !within(repo.WorkTree, folder) || a.wouldIgnore(path)) {
		return nil
	}
	return failf("name a file outside of it, such as ../secrets.txt; in it only what .gitignore leaves out will do",
		"the replacements %q would hold secrets inside of the repository", path)
}

// within tells whether path is dir or lies in it.
func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// wouldIgnore tells whether git would leave a new file out. It is there while that
// is looked at, empty.
func (a *app) wouldIgnore(path string) bool {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return false
	}
	defer os.Remove(path)
	f.Close()
	return ignored(a.ctx, path)
}

// writeReplacements writes the values that were found for git filter-repo, and tells
// what to do with them.
func (a *app) writeReplacements(path string, r *scanner.Result) (err error) {
	if path == "" {
		return nil
	}
	text, beyond := report.Replacements(r.Findings)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return failf("", "can't write the replacements %q: %s", path, reason(err))
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(path)
		return failf(writeHint(err), "can't write the replacements %q: %s", path, reason(err))
	}
	if len(text) == 0 {
		a.ui.warn(fmt.Sprintf("%s: nothing to replace, the file is empty", path), "")
		return nil
	}
	a.ui.warn(fmt.Sprintf("%s holds secrets in plain text, for you alone to read: delete it when it has served", path),
		"replace and revoke the keys first, a rewritten history makes none of them safe; then, in a fresh clone: git filter-repo --replace-text FILE --replace-message FILE")
	if len(beyond) > 0 {
		a.ui.warn("git filter-repo replaces nothing in "+strings.Join(beyond, ", ")+", where some values stand", "the steps of these findings say what to do")
	}
	return nil
}
