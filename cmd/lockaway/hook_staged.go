package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"lockaway/scanner/gitpack"
)

// hookStaged scans what is staged. merged are commits that a merge joins to HEAD.
func (a *app) hookStaged(h *hookRun, merged []gitpack.ID) error {
	if err := a.scanStaged(h.fs, h.flags, stagedScan{merged: merged}, a.hookEnding(h)); err != nil || a.status != exitClean {
		return err
	}
	a.noteScanned()
	return nil
}

// mergedNow are the commits that git merge joins to HEAD. While pre-merge-commit runs
// they stand in no file yet, but git names them to the programs that it starts: by a
// variable GITHEAD_ID each (git help merge-file tells of their values' use).
func (a *app) mergedNow() (out []gitpack.ID) {
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if hex, ok := strings.CutPrefix(name, "GITHEAD_"); ok {
			if id, err := gitpack.ParseID(hex); err == nil {
				out = append(out, id)
			}
		}
	}
	return out
}

// hookPrepare scans what is staged where git makes a commit without running pre-commit:
// in cherry-pick, revert and rebase. Of other commits it runs prepare-commit-msg behind
// pre-commit, or although the latter was to be left out (--no-verify), and so it is for
// merges.
func (a *app) hookPrepare(h *hookRun) error {
	repo, err := a.openIndex()
	if err != nil {
		return err
	}
	if !underWay(repo) {
		return nil
	}
	// pre-commit has run where somebody commits by hand on the way.
	if key := scannedKey(repo); key != "" {
		name := filepath.Join(repo.GitDir, scannedName)
		if was, err := os.ReadFile(name); err == nil && string(was) == key {
			_ = os.Remove(name)
			return nil
		}
	}
	return a.hookStaged(h, nil)
}

// underWay tells whether git is applying commits one by one (git help gitrevisions;
// the folders are those of git rebase, git am, and of several commits at once).
func underWay(repo *gitpack.Repo) bool {
	for _, name := range []string{"CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply", "sequencer"} {
		if _, err := os.Lstat(filepath.Join(repo.GitDir, name)); err == nil {
			return true
		}
	}
	// revert writes REVERT_HEAD only when it stops, but always its message; and so does a
	// merge, of which MERGE_HEAD tells.
	_, message := os.Lstat(filepath.Join(repo.GitDir, "MERGE_MSG"))
	_, merge := os.Lstat(filepath.Join(repo.GitDir, "MERGE_HEAD"))
	return message == nil && merge != nil
}

// scannedName is the file in the git folder that says which index was scanned last. It is
// written only where prepare-commit-msg wants to know, and nothing else is kept.
const scannedName = "lockaway-scanned"

// noteScanned notes that what is staged was scanned, and nothing found.
func (a *app) noteScanned() {
	repo, err := a.openIndex()
	if err != nil || !underWay(repo) {
		return
	}
	if key := scannedKey(repo); key != "" {
		// Where it can't be written the same is scanned twice.
		_ = os.WriteFile(filepath.Join(repo.GitDir, scannedName), []byte(key), 0o666)
	}
}

// scannedKey tells an index from others, and what it is compared with.
func scannedKey(repo *gitpack.Repo) string {
	info, err := os.Stat(repo.Index)
	head, wrong := repo.Ref("HEAD")
	if err != nil || wrong != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d %s\n", repo.Index, info.Size(), info.ModTime().UnixNano(), head.ID)
}
