//go:build dev

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// place is a place of a value, as a report tells it.
type place struct {
	Path   string
	Source string
	Git    *struct {
		Repo      string
		Commit    string
		Refs      []string
		AtTip     *bool `json:"at_tip"`
		Reachable *bool
	}
}

// found is a finding of a report.
type found struct {
	Secret string
	Parts  []struct{ Secret string }
	Places []place
}

// build builds lockaway, and fills a folder with repositories.
func build(t *testing.T) (bin, folder string, planted []Planted) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	dir := t.TempDir()
	bin = filepath.Join(dir, "lockaway")
	if runtime.GOOS == "windows" {
		bin += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", bin, "lockaway/cmd/lockaway").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	folder = filepath.Join(dir, "repos")
	planted, err := fill(folder)
	if err != nil {
		t.Fatal(err)
	}
	return bin, folder, planted
}

// scan returns the JSON report of a repository.
func scan(t *testing.T, bin, folder, repo string, more ...string) []byte {
	t.Helper()
	cmd := exec.Command(bin, append([]string{"git", repo, "-r", "json", "--show-secrets"}, more...)...)
	cmd.Dir = folder
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != 1) {
		t.Fatalf("lockaway git %s: %v\n%s", repo, err, said.String())
	}
	if said.Len() > 0 {
		t.Errorf("lockaway git %s:\n%s", repo, said.String())
	}
	return out
}

// TestEachIsFound scans the repositories as a user does, and looks for everything that
// was planted, in its place.
func TestEachIsFound(t *testing.T) {
	bin, folder, planted := build(t)
	byRepo := map[string][]Planted{}
	for _, p := range planted {
		byRepo[p.Repo] = append(byRepo[p.Repo], p)
	}
	if len(byRepo) < 6 || len(planted) < 80 {
		t.Fatalf("%d values in %d repositories", len(planted), len(byRepo))
	}
	for repo, list := range byRepo {
		out := scan(t, bin, folder, repo)
		var doc struct {
			Scan     struct{ Complete bool }
			Findings []found
		}
		if err := json.Unmarshal(out, &doc); err != nil {
			t.Fatal(err)
		}
		if !doc.Scan.Complete {
			t.Errorf("%s: not complete", repo)
		}
		for _, p := range list {
			t.Run(p.Corner, func(t *testing.T) {
				if why := missing(p, doc.Findings); why != "" {
					t.Error(why)
				}
			})
		}
		for _, again := range [][]string{{"--threads", "1"}, {"--threads", "8"}} {
			if other := scan(t, bin, folder, repo, again...); !bytes.Equal(timeless(other), timeless(out)) {
				t.Errorf("%s: %v gives another report", repo, again)
			}
		}
	}
}

var seconds = regexp.MustCompile(`"seconds": [0-9.e-]+`)

func timeless(report []byte) []byte { return seconds.ReplaceAll(report, nil) }

// missing says what is wrong with how a planted value is told; empty if nothing is.
func missing(p Planted, fs []found) string {
	var at []place
	for _, f := range fs {
		if f.Secret == p.Value || slices.ContainsFunc(f.Parts, func(part struct{ Secret string }) bool { return part.Secret == p.Value }) {
			at = append(at, f.Places...)
		}
	}
	if len(at) == 0 {
		return "not found"
	}
	var why []string
	for _, x := range at {
		w := differs(p, x)
		if w == "" {
			return ""
		}
		why = append(why, w)
	}
	return strings.Join(why, "; ")
}

// differs compares a place with what it should be.
func differs(p Planted, x place) string {
	path := p.Path
	if x.Source == "note" {
		x.Path = strings.ReplaceAll(x.Path, "/", "") // git may spread notes over folders
	}
	switch {
	case x.Source != p.Source:
		return fmt.Sprintf("source is %q, not %q", x.Source, p.Source)
	case x.Path != path:
		return fmt.Sprintf("path is %q, not %q", x.Path, path)
	case x.Git == nil && p.Commit+p.Ref+p.Submodule == "" && p.Reachable == nil:
		return ""
	case x.Git == nil:
		return "nothing is said of where it is in the history"
	case x.Git.Repo != p.Submodule:
		return fmt.Sprintf("it is of submodule %q, not %q", x.Git.Repo, p.Submodule)
	case p.Commit != "" && x.Git.Commit != p.Commit:
		return fmt.Sprintf("commit is %q, not %q", x.Git.Commit, p.Commit)
	case p.Ref != "" && !slices.Contains(x.Git.Refs, p.Ref):
		return fmt.Sprintf("refs are %q, without %q", x.Git.Refs, p.Ref)
	case !same(p.AtTip, x.Git.AtTip):
		return fmt.Sprintf("at_tip is not %v", *p.AtTip)
	case !same(p.Reachable, x.Git.Reachable):
		return fmt.Sprintf("reachable is not %v", *p.Reachable)
	}
	return ""
}

func same(want, got *bool) bool { return want == nil || got != nil && *got == *want }

// TestFillLeavesOtherFoldersAlone holds that nothing is written over.
func TestFillLeavesOtherFoldersAlone(t *testing.T) {
	folder := t.TempDir()
	if _, err := fill(folder); err == nil {
		t.Error("a folder that is there was written to")
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v", entries, err)
	}
}

// TestSameEachTime holds that the same is planted each time, in objects of the same
// ids.
func TestSameEachTime(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	folders := []string{filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "a")}
	var heads []string
	for _, f := range folders {
		if _, err := fill(f); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("git", "-C", filepath.Join(f, mainRepo), "rev-parse", "refs/tags/v1", "refs/pull/7/head", "stash@{1}").Output()
		if err != nil {
			t.Fatal(err)
		}
		heads = append(heads, string(out))
	}
	if heads[0] != heads[1] {
		t.Errorf("%s, then %s", heads[0], heads[1])
	}
}
