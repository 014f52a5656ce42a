package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lockaway/scanner"
	"lockaway/scanner/finding"
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
// what to do with them. Those that --only-live hides are among them: whoever rewrites a
// history once wants dead keys out of it, too.
func (a *app) writeReplacements(path string, r *scanner.Result, repo *gitpack.Repo) error {
	if path == "" {
		return nil
	}
	found := slices.Concat(r.Findings, r.Unshown)
	text, beyond := report.Replacements(found)
	if err := writeSecrets(path, text); err != nil {
		return failf(writeHint(err), "can't write the replacements %q: %s", path, reason(err))
	}
	if len(text) == 0 {
		a.ui.warn(fmt.Sprintf("%s: nothing to replace, the file is empty", path), "")
		return nil
	}
	if n := len(r.Unshown); n > 0 {
		a.ui.warn(fmt.Sprintf("%s replaces what was found, be it live or not: also %s not shown here", path, counted(n, "finding")), "")
	}
	if beyond = append(beyond, binaries(repo, found)...); len(beyond) > 0 {
		a.ui.warn("git filter-repo replaces nothing in "+strings.Join(beyond, ", ")+", where some values stand", "the steps of these findings say what to do")
	}
	a.ui.warn(fmt.Sprintf("%s holds secrets in plain text, for you alone to read: delete it when it has served", path),
		"rotation comes first: replace and revoke the keys, for a rewritten history makes none of them safe; clones, forks and caches have it")
	if abs, err := filepath.Abs(path); err == nil && !a.ui.quiet {
		file := report.ShellWord(abs)
		a.ui.hint("then, on a fresh clone: git clone --mirror URL clean.git && cd clean.git && git filter-repo --replace-text " + file + " --replace-message " + file)
		a.ui.hint("see that nothing is left: lockaway git; then git remote add origin URL && git push --force --mirror origin")
		a.ui.hint("last: rm " + file + "; everybody clones anew, and the host is asked to drop what it keeps (pull requests, forks, cached views)")
	}
	return nil
}

// writeSecrets writes a new file for its owner alone, whole or not at all.
func writeSecrets(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(path)
	}
	return err
}

// largestLookedAt is how large a file may be to be looked at once more, in bytes.
const largestLookedAt = 256 << 20

// binaries names the files that git filter-repo takes for binary, if findings stand in
// such ones.
func binaries(repo *gitpack.Repo, fs []*finding.Finding) []string {
	objects := gitpack.OpenObjects(repo.ObjectDirs, repo.Hash)
	defer objects.Close()
	looked, binary, unknown := map[string]bool{}, false, false
	for _, f := range fs {
		places := f.Places
		if places == nil {
			places = []finding.Place{f.Place}
		}
		for i := range places {
			g := places[i].Git
			if f.Allowed != nil || g == nil || g.Repo != "" || looked[g.Object] {
				continue
			}
			looked[g.Object] = true
			id, err := gitpack.ParseID(g.Object)
			if err != nil {
				continue // of a file of the git folder
			}
			kind, data, err := objects.ObjectWithin(id, largestLookedAt)
			switch {
			case err != nil:
				unknown = true
			case kind == gitpack.Blob && report.Binary(data):
				binary = true
			}
		}
	}
	var out []string
	if binary {
		out = append(out, "binary files (with a zero among the first 8192 bytes, as text in UTF-16 has it)")
	}
	if unknown {
		out = append(out, "files that are binary, if some are among those that could not be looked at again")
	}
	return out
}
