//go:build unix

package config

import (
	"syscall"
	"testing"
)

// A pipe without a writer would hold up whoever opens it.
func TestPipesAndDevicesAreNotOpened(t *testing.T) {
	tree(t, "repo/.git/")
	if err := syscall.Mkfifo("repo/"+Name, 0o666); err != nil {
		t.Skipf("no pipe can be made here: %v", err)
	}
	path, err := Find("repo")
	if err != nil || path != "repo/"+Name {
		t.Fatalf("found %q, %v", path, err)
	}
	for _, path := range []string{path, "/dev/zero"} {
		for _, trusted := range []bool{false, true} {
			if path == "/dev/zero" && !trusted {
				continue
			}
			if _, err := Load(path, Options{Trusted: trusted}); err == nil || err.Error() != path+": is not a regular file" {
				t.Errorf("%s: %v", path, err)
			}
		}
		if _, err := ReadFile(path); err == nil || err.Error() != "is not a regular file" {
			t.Errorf("%s as a pack: %v", path, err)
		}
	}
}
