package main

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"lockaway/hooks"
	"lockaway/scanner/report"
)

// triedFile is what the made-up key stands in.
const triedFile = "lockaway-try.ini"

// madeUpKey is a pair that looks alive and opens nothing: it is drawn by lot each time.
func madeUpKey() string {
	for {
		b := make([]byte, 64)
		_, _ = rand.Read(b) // never fails (crypto/rand)
		id := "AKIA" + base32.StdEncoding.EncodeToString(b[:10])
		value := base64.StdEncoding.EncodeToString(b[10:40])
		if strings.ContainsAny(value, "0123456789") && strings.ContainsAny(value, "abcdefghij") {
			return "[default]\naws_access_key_id = " + id + "\naws_secret_access_key = " + value + "\n"
		}
	}
}

// hookTry commits a made-up key in a repository that is made for it, in which git looks
// for hooks where it does in this one.
func (a *app) hookTry(p *hookPlace, m *hooks.Manager) error {
	if p.repo.Bare {
		return failf("push a made-up key to it from a clone", "--try commits, and a bare repository takes no commits")
	}
	dir, err := os.MkdirTemp("", "lockaway-try-")
	if err != nil {
		return failf("", "can't make a folder for the trial: %s", reason(err))
	}
	defer os.RemoveAll(dir)
	env := tryEnv(dir)
	if _, err = a.gitSays(dir, env, "init", "-q"); err == nil {
		// A folder that is named from the top of the work tree is another one there.
		_, err = a.gitSays(dir, env, "config", "core.hooksPath", filepath.ToSlash(p.dir))
	}
	if err == nil && m != nil && m.File() != "" {
		err = copyFile(filepath.Join(dir, filepath.FromSlash(m.File())), filepath.Join(p.top, filepath.FromSlash(m.File())))
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, triedFile), []byte(madeUpKey()), 0o600)
	}
	if err == nil {
		_, err = a.gitSays(dir, env, "add", triedFile)
	}
	if err != nil {
		return failf("", "the trial could not be made: %s", err)
	}
	_, refused := a.gitSays(dir, env, "commit", "-q", "--no-gpg-sign", "-m", "a made-up key")
	return a.toldTry(refused)
}

// copyFile copies a manager's file to where it looks for it.
func copyFile(to, from string) error {
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o700)
	}
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	return err
}

// tryEnv leaves nothing that says which repository, index or author is meant, or that
// hooks are skipped.
func tryEnv(dir string) []string {
	return []string{
		"GIT_DIR=" + filepath.Join(dir, ".git"), "GIT_WORK_TREE=" + dir, "GIT_INDEX_FILE=" + filepath.Join(dir, ".git", "index"),
		"GIT_COMMON_DIR=" + filepath.Join(dir, ".git"), "GIT_OBJECT_DIRECTORY=" + filepath.Join(dir, ".git", "objects"), "GIT_ALTERNATE_OBJECT_DIRECTORIES=", "GIT_NAMESPACE=",
		"GIT_AUTHOR_NAME=lockaway", "GIT_AUTHOR_EMAIL=lockaway@localhost.invalid", "GIT_COMMITTER_NAME=lockaway", "GIT_COMMITTER_EMAIL=lockaway@localhost.invalid",
		"LOCKAWAY_SKIP=", "SKIP=", tryVariable + "=1",
	}
}

// tryVariable keeps hooks that were there before from running in a trial: what they do
// is meant for the repository that they are from.
const tryVariable = "LOCKAWAY_TRY"

// toldTry tells what came of it.
func (a *app) toldTry(refused error) error {
	said, failed := refused.(*gitError)
	if refused != nil && !failed {
		return refused
	}
	text := "\ntried: git made a commit with a made-up key; nothing stopped it\n"
	switch {
	case failed && strings.Contains(said.says, triedFile) && strings.Contains(said.says, "lockaway: "):
		text = "\ntried: git refused to commit a made-up key, for the hook said:\n"
		for line := range strings.SplitSeq(said.says, "\n") {
			text += strings.TrimRight("    "+report.Visible(line), " ") + "\n"
		}
	case failed:
		return failf("", "git refused to commit a made-up key, but not because lockaway found it: %s", said.says)
	default:
		a.status = exitFound
	}
	_, err := fmt.Fprint(a.out, text)
	return writing("standard output", err)
}
