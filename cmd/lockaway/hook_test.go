package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lockaway/hooks"
)

// inRepo makes a repository and goes there; git runs it in it.
func inRepo(t *testing.T) (git func(args ...string) string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("HOME", dir)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+who+"_NAME", "J")
		t.Setenv("GIT_"+who+"_EMAIL", "j@host.invalid")
	}
	git = func(args ...string) string {
		t.Helper()
		out, err := exec.Command("git", args...).CombinedOutput()
		if err != nil {
			t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "-q", "-b", "main", "repo")
	t.Chdir(filepath.Join(dir, "repo"))
	return git
}

// here is the program in this process, and what it says.
func here(t *testing.T) (*app, *bytes.Buffer) {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { null.Close() })
	says := &bytes.Buffer{}
	return &app{ctx: t.Context(), in: null, out: null, env: os.Getenv, ui: &ui{err: says}}, says
}

// A push that can't be scanned in time is refused, even where nothing is in it.
func TestTimeLimitRefuses(t *testing.T) {
	git := inRepo(t)
	git("commit", "-q", "--allow-empty", "-m", "empty")
	id := git("rev-parse", "HEAD")
	git("update-ref", "-d", "refs/heads/main")
	for _, test := range []struct {
		limit time.Duration
		ok    bool
	}{{time.Nanosecond, false}, {time.Minute, true}} {
		a, _ := here(t)
		cmd := a.hookRunCommand()
		h := &hookRun{typ: hooks.Update, args: []string{"refs/heads/main", strings.Repeat("0", 40), id}, flags: newFlags(), fs: cmd.Flags(), timeLimit: timeLimit{test.limit}}
		err := a.hookReceive(h)
		if test.ok != (err == nil) || a.status == exitFound || test.ok && a.status != exitClean || err != nil && !strings.Contains(err.Error(), "could not be scanned within") {
			t.Errorf("%s: %v, status %d", test.limit, err, a.status)
		}
	}
}

// Twenty programs at once write what a manager is told: it stands there once.
func TestManagersFileIsWrittenOnce(t *testing.T) {
	inRepo(t)
	const before = "repos:\n- repo: local\n  hooks: []\n"
	if err := os.WriteFile(".pre-commit-config.yaml", []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
			if err != nil {
				t.Error(err)
				return
			}
			defer null.Close()
			says := &bytes.Buffer{}
			a := &app{ctx: t.Context(), in: null, out: null, env: os.Getenv, ui: &ui{err: says}}
			if status := a.run([]string{"hook", "install", "--write"}); status != 0 {
				t.Errorf("status %d: %s", status, says)
			}
		})
	}
	group.Wait()
	data, err := os.ReadFile(".pre-commit-config.yaml")
	if err != nil || !strings.HasPrefix(string(data), before) || strings.Count(string(data), "id: lockaway") != 1 {
		t.Errorf("%v\n%s", err, data)
	}
}

// Which refs track a remote is said by its name, or its address.
func TestTrackingRefs(t *testing.T) {
	git := inRepo(t)
	git("remote", "add", "origin", "https://host.invalid/a.git")
	git("remote", "add", "fork", "https://host.invalid/b.git")
	git("config", "--add", "remote.fork.fetch", "+refs/pull/*:refs/remotes/pulls/*")
	git("config", "--add", "remote.fork.fetch", "+refs/heads/main:refs/remotes/fork/main") // as git clone --depth has it
	git("config", "remote.fork.pushurl", "ssh://host.invalid/b.git")
	git("config", "--add", "remote.odd.url", "https://host.invalid/c.git")
	git("config", "--add", "remote.odd.fetch", "+refs/heads/*:refs/heads/*") // a mirror: its refs are one's own
	a, _ := here(t)
	repo, err := a.openRepo(".")
	if err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"origin https://host.invalid/a.git":                     "[refs/remotes/origin/*]",
		"fork ssh://host.invalid/b.git":                         "[refs/remotes/fork/* refs/remotes/pulls/* refs/remotes/fork/main]",
		"https://host.invalid/a.git https://host.invalid/a.git": "[refs/remotes/origin/*]",
		"https://host.invalid/x.git https://host.invalid/x.git": "[]",
		"odd https://host.invalid/c.git":                        "[]",
		"":                                                      "[]",
	} {
		if got := fmt.Sprint(trackingRefs(repo.Config, strings.Fields(args))); got != want {
			t.Errorf("%q: %s, want %s", args, got, want)
		}
	}
}
