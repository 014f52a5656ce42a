package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// hostileRun is what came of a scan of a hostile repository.
type hostileRun struct {
	status int
	said   string // on standard error
	peak   int64  // of memory, in bytes; 0 where the system doesn't tell
	report struct {
		Scan struct {
			Complete bool
			Blobs    int
			Commits  int
			Problems []struct{ Where, What, Weight string }
		}
		Findings []struct {
			Secret string
			Path   string
			Parts  []struct{ Secret string }
			Git    struct{ Refs []string }
		}
	}
}

// hostileTime is when a scan counts as one that never ends.
const hostileTime, neverEnds = 3 * time.Minute, 99

// peakMain is a program that runs another one, and writes how much memory that took
// into a file. What a process was before it became a program counts for its memory, on
// Linux: so it must not be the test, which may be large, that begins it.
func peakMain() {
	ctx, cancel := context.WithTimeout(context.Background(), hostileTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[2], os.Args[3:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	_ = cmd.Run() // the status says it
	switch {
	case ctx.Err() != nil:
		os.Exit(neverEnds)
	case cmd.ProcessState == nil:
		os.Exit(neverEnds + 1)
	}
	if err := os.WriteFile(os.Args[1], fmt.Append(nil, peakBytes(cmd.ProcessState)), 0o644); err != nil {
		os.Exit(neverEnds + 1)
	}
	os.Exit(cmd.ProcessState.ExitCode())
}

// scan runs the program in the repository. It must end by itself, and not by a crash.
func (r *hostileRepo) scan(args ...string) *hostileRun {
	r.t.Helper()
	return r.scanWith(exec.Command, args...)
}

func (r *hostileRepo) scanWith(command func(string, ...string) *exec.Cmd, args ...string) *hostileRun {
	r.t.Helper()
	peak := filepath.Join(r.t.TempDir(), "peak")
	cmd := command("peak", append([]string{peak, "lockaway"}, append(args, "-r", "json", "--show-secrets")...)...)
	cmd.Dir = r.dir
	if cmd.Env == nil {
		cmd.Env = hostileEnv()
	}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	_ = cmd.Run() // the status says it
	run := &hostileRun{status: cmd.ProcessState.ExitCode(), said: said.String()}
	if text, err := os.ReadFile(peak); err == nil {
		run.peak, _ = strconv.ParseInt(string(text), 10, 64)
	}
	switch {
	case run.status == neverEnds:
		r.t.Fatalf("lockaway %s: no end\n%s", strings.Join(args, " "), begins(run.said))
	case run.status < 0 || run.status > 2 || strings.Contains(run.said, "goroutine "):
		r.t.Fatalf("lockaway %s: status %d\n%s", strings.Join(args, " "), run.status, begins(run.said))
	}
	if out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), &run.report); err != nil {
			r.t.Fatalf("%v\n%s", err, begins(out.String()))
		}
	}
	return run
}

// hostileEnv is the environment without what git tells its hooks.
func hostileEnv() []string {
	return slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "GIT_") })
}

func begins(s string) string { return s[:min(len(s), 1500)] }

// refs are those that reach the place where a report found a value.
func (h *hostileRun) refs(value string) []string {
	for _, f := range h.report.Findings {
		for _, p := range f.Parts {
			if f.Secret == value || p.Secret == value {
				return f.Git.Refs
			}
		}
	}
	return nil
}

// found tells whether a report has a value.
func (h *hostileRun) found(value string) bool {
	for _, f := range h.report.Findings {
		if f.Secret == value {
			return true
		}
		for _, p := range f.Parts {
			if p.Secret == value {
				return true
			}
		}
	}
	return false
}

// names tells whether a problem of the scan, or the error that ended it, matches.
func (h *hostileRun) names(pattern string) bool {
	text := h.said
	for _, p := range h.report.Scan.Problems { // of many, standard error names some
		text += p.Where + ": " + p.What + "\n"
	}
	return regexp.MustCompile(pattern).MatchString(text)
}

// hostileCase is what a hostile repository must lead to.
type hostileCase struct {
	name  string
	write func(r *hostileRepo)
	// history and commits are what `git` and `git --all` name, and staged what
	// `scan --staged` does; "-" where there is nothing to be named.
	history, commits, staged string
	// lost tells that `git --all` can't find the sound file.
	lost bool
	// after, if not nil, looks at what `git` reported.
	after func(*hostileRepo, *hostileRun)
	// peak is what memory may take besides what any scan takes, in MiB.
	peak int64
}

// anyScan is more than what a scan of next to nothing takes, with the test's own
// program around it, in MiB.
const anyScan = 150

// run scans a repository in all the ways that there are. Each must end, within its
// memory, find what is sound, and name what could not be read.
func (c *hostileCase) run(t *testing.T) {
	r := newHostileRepo(t)
	r.sound()
	c.write(r)
	for _, scan := range []struct {
		want string
		args []string
	}{
		{c.history, []string{"git"}},
		{c.history, []string{"git", "--threads", "1", "--exit-zero", "--max-memory", "64MiB"}},
		{c.commits, []string{"git", "--all"}},
		{c.staged, []string{"scan", "--staged"}},
	} {
		if scan.want == "" {
			continue
		}
		run := r.scan(scan.args...)
		call := strings.Join(scan.args, " ")
		if scan.want == "-" && run.said != "" || scan.want != "-" && !run.names(scan.want) {
			t.Errorf("%s: it says\n%s, not %q", call, begins(run.said), scan.want)
		}
		if want := scan.args[0] == "git" && !(c.lost && slices.Contains(scan.args, "--all")); run.found(r.key) != want {
			t.Errorf("%s: what is sound is found: %v", call, !want)
		}
		if want := c.status(run, scan.args); run.status != want {
			t.Errorf("%s: status %d, not %d\n%s", call, run.status, want, begins(run.said))
		}
		if c.after != nil && len(scan.args) == 1 {
			c.after(r, run)
		}
		if most := (anyScan + c.peak) << 20; run.peak > most {
			t.Errorf("%s: %d MiB of memory", call, run.peak>>20)
		}
	}
}

// status is what the exit status has to be: what was found counts, then what could
// not be scanned.
func (c *hostileCase) status(run *hostileRun, args []string) int {
	heavy := run.status == 2 && run.report.Scan.Problems == nil // an error that ended it
	for _, p := range run.report.Scan.Problems {
		heavy = heavy || p.Weight != "low"
	}
	found, spared := len(run.report.Findings) > 0, slices.Contains(args, "--exit-zero")
	switch {
	case found && !spared:
		return 1
	case heavy, found && !run.report.Scan.Complete:
		return 2
	}
	return 0
}
