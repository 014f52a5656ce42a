//go:build dev

package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// workload is one thing that is measured.
type workload struct {
	name    string
	label   string       // its name in the table, if another
	what    string       // for the table's legend
	prepare func() error // writes its input
	args    []string
	rivals  [][]string // programs and their arguments; left out where they aren't there
	dir     string     // where all of them run; the current folder if empty
	partial bool       // it may end with 2, since parts of it are missing
	needs   string     // the program that makes the input, without which there is none
}

// patterns are what a search tool is given to do a like job with: twelve patterns
// of credentials, without any of the checks behind them.
var patterns = []string{
	`(AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}`,
	`(?i)aws_?secret_?access_?key\s*[=:]\s*\S{40}`,
	`(?i)aws_?session_?token\s*[=:]\s*\S{100}`,
	`gh[pousr]_[A-Za-z0-9]{36}`,
	`github_pat_[A-Za-z0-9_]{82}`,
	`-----BEGIN [A-Z ]*PRIVATE KEY-----`,
	`ABSK[A-Za-z0-9+/]{109}`,
	`amzn\.mws\.[0-9a-f-]{36}`,
	`da2-[a-z0-9]{26}`,
	`X-Amz-Signature=[0-9a-f]{64}`,
	`PuTTY-User-Key-File-[23]`,
	`(?i)password\s*[=:]\s*["'][^"']{8}`,
}

// workloads are all that there are. dir is a tree that is there, temp a folder for
// input that is made up.
func workloads(dir, temp string) []workload {
	search := []string{"rg", "-uu", "-c"}
	for _, p := range patterns {
		search = append(search, "-e", p)
	}
	search = slices.Clip(search)
	line, hole, many, repo := filepath.Join(temp, "line"), filepath.Join(temp, "hole"), filepath.Join(temp, "many"), filepath.Join(temp, "repo")
	return []workload{
		{
			name: "start", what: "nothing but the start: version, beside rg --version",
			args: []string{"version"}, rivals: [][]string{{"rg", "--version"}},
		},
		{
			name: "tree", what: fmt.Sprintf("%s, beside rg -uu -c with %d patterns", dir, len(patterns)),
			args: []string{"scan", "-q", dir}, rivals: [][]string{append(search, dir)},
		},
		{
			name: "line", what: "a file of one line, 500 MiB",
			args: []string{"scan", "-q", line}, prepare: func() error { return writeLine(line, 500<<20) },
		},
		{
			name: "hole", what: "a sparse file, 6 GiB",
			args: []string{"scan", "-q", hole}, prepare: func() error { return writeHole(hole, 6<<30) },
		},
		{
			name: "many", what: "a folder of 100,000 small files, beside rg as above",
			args: []string{"scan", "-q", many}, rivals: [][]string{append(search, many)}, prepare: func() error { return writeMany(many, 100_000) },
		},
		{
			name: "staged", what: fmt.Sprintf("%d changed files staged, of %d, beside git diff --cached and others' scans of what is staged", stagedFiles, repoFiles),
			args: []string{"scan", "--staged", "-q"}, needs: "git", dir: repo, prepare: func() error { return writeRepo(repo) },
			rivals: [][]string{
				{"git", "diff", "--cached"},
				{"gitleaks", "git", "--staged", "--no-banner", "--log-level", "error"},
				{"betterleaks", "git", "--staged", "--no-banner", "--log-level", "error"},
			},
		},
	}
}

// histories are the scans of everything that repositories hold, one workload for
// each folder: beside git, which prints every object, or every change, and others'
// scans of a history.
func histories(repos []string) []workload {
	var out []workload
	for _, dir := range repos {
		out = append(out, workload{
			name: "history", label: repoLabel(dir), what: "everything in " + dir + ", beside git cat-file --batch-all-objects, git log -p --all, and others' scans of the history",
			args: []string{"git", "-q", dir}, needs: "git", partial: true,
			rivals: [][]string{
				{"git", "--git-dir", dir, "cat-file", "--batch-all-objects", "--batch"},
				{"git", "--git-dir", dir, "log", "-p", "--all"},
				{"gitleaks", "git", dir, "--log-opts=--all", "--no-banner", "--log-level", "error", "--exit-code", "0"},
				{"betterleaks", "git", dir, "--log-opts=--all", "--no-banner", "--log-level", "error", "--exit-code", "0"},
			},
		})
	}
	return out
}

// title is the workload's name in the table.
func (l workload) title() string { return cmp.Or(l.label, l.name) }

// repoLabel names a repository by its folder and the size of its packs. A folder that is
// only called repo goes by the name of the one above it.
func repoLabel(dir string) string {
	top := strings.TrimSuffix(strings.TrimSuffix(filepath.Clean(dir), ".git"), string(filepath.Separator))
	if filepath.Base(top) == "repo" {
		top = filepath.Dir(top)
	}
	name := filepath.Base(top)
	if _, after, ok := strings.Cut(name, "+"); ok { // owner and name
		name = after
	}
	var size int64
	for _, objects := range []string{filepath.Join(dir, "objects"), filepath.Join(dir, ".git", "objects")} {
		packs, _ := filepath.Glob(filepath.Join(objects, "pack", "*.pack"))
		for _, p := range packs {
			if info, err := os.Stat(p); err == nil {
				size += info.Size()
			}
		}
	}
	return fmt.Sprintf("%.9s %d MB", name, (size+500_000)/1_000_000)
}

// choose returns the workloads of those names, or all if none is named.
func choose(all []workload, names []string) ([]workload, error) {
	if len(names) == 0 {
		return all, nil
	}
	var out []workload
	for _, name := range names {
		n := len(out)
		for _, l := range all {
			if l.name == name {
				out = append(out, l)
			}
		}
		if len(out) == n {
			return nil, fmt.Errorf("no workload is called %q", name)
		}
	}
	return out, nil
}

// writeLine writes a file of one line.
func writeLine(path string, size int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	for n := 0; n < size; {
		k, err := fmt.Fprintf(w, "{\"number\": %d, \"text\": \"lorem ipsum\"}, ", n)
		if err != nil {
			return err
		}
		n += k
	}
	return w.Flush()
}

// writeHole makes a file of zero bytes that takes no room.
func writeHole(path string, size int64) error {
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		return err
	}
	return os.Truncate(path, size)
}

// writeMany fills one folder with small files.
func writeMany(dir string, n int) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	text := []byte(strings.Repeat("some words of text\n", 20))
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
