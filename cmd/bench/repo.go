//go:build dev

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
)

const (
	repoFiles   = 5000 // of the repository whose staged changes are scanned
	repoFolders = 1200
	repoCommits = 300
	stagedFiles = 10
)

// writeRepo makes a repository with some history, packed as git does it, and stages
// changes of ten files.
func writeRepo(dir string) error {
	if err := git(os.TempDir(), nil, "init", "-q", "-b", "main", dir); err != nil {
		return err
	}
	stream, w := io.Pipe() // so that the bench stays small itself: see peakMB
	go func() { w.CloseWithError(history(w)) }()
	for _, step := range []struct {
		in   io.Reader
		args []string
	}{
		{stream, []string{"fast-import", "--quiet"}},
		{nil, []string{"repack", "-adfq"}},
		{nil, []string{"reset", "-q", "--hard", "main"}},
	} {
		if err := git(dir, step.in, step.args...); err != nil {
			return err
		}
	}
	for i := range stagedFiles {
		f, err := os.OpenFile(filepath.Join(dir, filepath.FromSlash(repoPath(i*repoFiles/stagedFiles))), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(f, "a line more, and %d\n", i); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return git(dir, nil, "add", "-A")
}

// git runs git without anybody's settings.
func git(dir string, in io.Reader, args ...string) error {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, in
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, bytes.TrimSpace(out))
	}
	return nil
}

// repoPath is where file i lies: up to five folders deep.
func repoPath(i int) string {
	folder := i % repoFolders
	path := ""
	for n := folder; n > 0; n /= 4 {
		path = fmt.Sprintf("%s%c%d/", path, 'a'+n%4, n%7)
	}
	return fmt.Sprintf("%sfile-%d.txt", path, i)
}

// history writes commits for git fast-import: the first has all files, each other one
// changes a few.
func history(w io.Writer) error {
	r := rand.New(rand.NewPCG(1, 1))
	out := bufio.NewWriter(w)
	data := func(s string) { fmt.Fprintf(out, "data %d\n%s\n", len(s), s) }
	for c := range repoCommits {
		fmt.Fprintf(out, "commit refs/heads/main\ncommitter A <a@example.com> %d +0000\n", 1_600_000_000+c*1000)
		data(fmt.Sprintf("change %d", c))
		n := repoFiles
		if c > 0 {
			n = 1 + r.IntN(20)
		}
		for i := range n {
			if c > 0 {
				i = r.IntN(repoFiles)
			}
			fmt.Fprintf(out, "M 100644 inline %s\n", repoPath(i))
			data(prose(rand.New(rand.NewPCG(uint64(i), 2)), 20+i%150, c))
		}
	}
	return out.Flush()
}

// prose makes lines of text of which one is the commit's.
func prose(r *rand.Rand, lines, commit int) string {
	words := []string{"the", "of", "request", "response", "return", "value", "config", "test", "a", "file", "name", "is", "to", "when"}
	var b bytes.Buffer
	at := (commit * 7) % lines
	for i := range lines {
		if i == at {
			fmt.Fprintf(&b, "change %d\n", commit)
			continue
		}
		for range 4 + r.IntN(8) {
			b.WriteString(words[r.IntN(len(words))])
			b.WriteByte(' ')
		}
		b.WriteByte('\n')
	}
	return b.String()
}
