package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"lockaway/scanner/config"
	"lockaway/scanner/rulecheck"
)

// Twenty runs that write one baseline at once, and twenty that drop from it what is gone,
// lose nothing of each other's and leave nothing behind.
func TestBaselineOfTwentyRuns(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	const runs = 20
	for i := range runs {
		text, _, err := rulecheck.ExpandNamed("AWS_ACCESS_KEY_ID={{key-id}}\nAWS_SECRET_ACCESS_KEY={{secret}}\n", uint64(i+1))
		if err != nil {
			t.Fatal(err)
		}
		sub := filepath.Join(dir, fmt.Sprint("d", i))
		if err := os.Mkdir(sub, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(sub, "k.env"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all := func(args func(i int) []string) {
		t.Helper()
		var wait sync.WaitGroup
		for i := range runs {
			wait.Go(func() {
				cmd := exec.Command("lockaway", args(i)...)
				cmd.Dir = dir
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%v: %s", err, out)
				}
			})
		}
		wait.Wait()
	}
	path := filepath.Join(dir, config.BaselineName)
	count := func() int {
		t.Helper()
		b, err := config.LoadBaseline(path, false)
		if err != nil {
			t.Fatal(err)
		}
		return len(b.Entries)
	}
	all(func(i int) []string { return []string{"baseline", "write", "--by", "Ada", fmt.Sprint("d", i)} })
	if n := count(); n != runs {
		t.Errorf("%d entries of %d", n, runs)
	}
	before, _ := os.ReadFile(path)
	all(func(i int) []string { return []string{"baseline", []string{"write", "update"}[i%2]} })
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("it changed though nothing did")
	}
	for i := range runs / 2 {
		if err := os.RemoveAll(filepath.Join(dir, fmt.Sprint("d", i))); err != nil {
			t.Fatal(err)
		}
	}
	all(func(int) []string { return []string{"baseline", "update"} })
	if n := count(); n != runs/2 {
		t.Errorf("%d entries, half of %d are there still", n, runs)
	}
	if names, _ := os.ReadDir(dir); len(names) != runs/2+2 {
		t.Errorf("left behind: %v", names)
	}
}
