package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lockaway/scanner/rulecheck"
)

// endless is a repository whose scan takes longer than anybody waits: with what
// stands in its config, if anything, and a hook of a terabyte that takes no room.
func endless(t *testing.T, config string) (repo, secret string) {
	t.Helper()
	repo = t.TempDir()
	cmd := exec.Command("git", "init", "-q", repo)
	cmd.Env = environment("GIT_CONFIG_NOSYSTEM=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("there is no git: %v\n%s", err, out)
	}
	text, named, err := rulecheck.ExpandNamed(config, 9)
	if err != nil {
		t.Fatal(err)
	}
	git := filepath.Join(repo, ".git")
	f, err := os.OpenFile(filepath.Join(git, "config"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(text)
		f.Close()
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(git, "zz"), nil, 0o644)
	}
	if err == nil {
		err = os.Truncate(filepath.Join(git, "zz"), 1<<40)
	}
	if err != nil {
		t.Fatal(err)
	}
	return repo, named["s"]
}

// Ctrl-C ends the scan of a repository at once, with what was found until then. The
// report is whole, and says that the scan was not.
func TestRepositoryScanInterrupted(t *testing.T) {
	for _, c := range []struct {
		name, config string
		status       int
		args         []string
	}{
		{"something was found", "[remote \"x\"]\n\turl = https://{{key-id}}:{{s=secret}}@host.invalid/aws_secret_access_key={{s}}\n", 1, nil},
		{"nothing was found", "", 2, nil},
		{"and it shall not matter", "[x]\n\taws_secret_access_key = {{s=secret}}\n", 2, []string{"--exit-zero"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			repo, secret := endless(t, c.config)
			report, text := filepath.Join(t.TempDir(), "r.json"), filepath.Join(t.TempDir(), "r.txt")
			term := openTerminal(t, 80)
			cmd := exec.Command("lockaway", append([]string{"git", repo, "-r", "json=" + report, "-r", "text=" + text}, c.args...)...)
			cmd.Env, cmd.Stderr = environment(), term.slave
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			term.started()
			term.wait(`scanning: \d+ (files|objects), [\d.]+ .?B`)
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			said := term.rest()
			_ = cmd.Wait() // the status says it
			if got := cmd.ProcessState.ExitCode(); got != c.status {
				t.Errorf("exit status %d, not %d\n%q", got, c.status, said)
			}
			if !strings.Contains(said, "lockaway: error: "+repo+": interrupted before everything was scanned\r\n") || strings.Contains(said, "goroutine") {
				t.Errorf("%q", said)
			}
			data, err := os.ReadFile(report)
			if err != nil {
				t.Fatal(err)
			}
			var doc struct {
				Scan struct {
					Complete bool
					Problems []struct{ What string }
				}
				Findings []struct{ Path, Source string }
			}
			if err := json.Unmarshal(data, &doc); err != nil {
				t.Fatal(err)
			}
			if doc.Scan.Complete || len(doc.Scan.Problems) != 1 {
				t.Errorf("%+v", doc.Scan)
			}
			if found := len(doc.Findings) > 0; found != (secret != "") {
				t.Errorf("%d findings, %q", len(doc.Findings), secret)
			}
			for _, f := range doc.Findings {
				if f.Source != "config" || !strings.HasSuffix(f.Path, ".git/config") {
					t.Errorf("%+v", f)
				}
			}
			all, err := os.ReadFile(text)
			if err != nil || !strings.Contains(string(all), "incomplete: 1 thing could not be read\n") || secret != "" && strings.Contains(string(all)+string(data), secret) {
				t.Errorf("%v:\n%s", err, all)
			}
		})
	}
}
