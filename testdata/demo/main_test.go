//go:build dev

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFill(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "demo")
	for range 2 { // the second time over an earlier demo
		if err := fill(folder); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(filepath.Join(folder, "home", ".aws", "credentials"))
	if err != nil || strings.Contains(string(data), "{{") || !strings.Contains(string(data), "AKIA") {
		t.Errorf("%v: %d bytes, not filled in", err, len(data))
	}
}

func TestFillLeavesOtherFoldersAlone(t *testing.T) {
	folder := t.TempDir()
	mine := filepath.Join(folder, "mine")
	if err := os.WriteFile(mine, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := fill(folder); err == nil {
		t.Error("a folder that holds something else was written to")
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
}
