//go:build unix

package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPipes writes into a FIFO, which stays one, and into pipes by their number.
func TestPipes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	got := make(chan string)
	go func() {
		b, err := os.ReadFile(path)
		got <- fmt.Sprint(string(b), err)
	}()
	if err := Creatable(path); err != nil {
		t.Fatal(err)
	}
	if err := put(path, true, "through"); err != nil {
		t.Fatal(err)
	}
	if s := <-got; s != "through<nil>" {
		t.Errorf("read %q", s)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Error("the FIFO was replaced")
	}

	name, r, w := pipe(t)
	if err := put(name, false, "by number"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if b, _ := io.ReadAll(r); string(b) != "by number" {
		t.Errorf("read %q", b)
	}
	name, r, _ = pipe(t)
	f, err := Create(context.Background(), name, false)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Discard()
	r.Close()
	if io.WriteString(f, "x"); !errors.Is(f.Commit(), syscall.EPIPE) {
		t.Error("a closed pipe takes a report")
	}
}

// TestPipeWithoutReader holds that a pipe which nobody reads holds nobody up.
func TestPipeWithoutReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skipf("no FIFO can be made here: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := Create(ctx, path, false)
		done <- err
	}()
	cancel()
	if err := <-done; err == nil || !strings.Contains(err.Error(), "nobody reads it") {
		t.Errorf("%v", err)
	}
}

// pipe returns a pipe and the name of its writing end.
func pipe(t *testing.T) (name string, r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	name = fmt.Sprintf("/dev/fd/%d", w.Fd())
	if _, err := os.Stat(name); err != nil {
		t.Skipf("this system has no %s", name)
	}
	return name, r, w
}

// TestOpenFiles holds that a regular file behind a descriptor is added to, not
// replaced, by any of its names.
func TestOpenFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	io.WriteString(f, "before ")
	before, _ := f.Stat()
	name := fmt.Sprintf("/dev/fd/%d", f.Fd())
	if _, err := os.Stat(name); err != nil {
		t.Skipf("this system has no %s", name)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(name, link); err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{name, fmt.Sprintf("/dev/../dev/fd/%d", f.Fd()), link} {
		if err := put(n, false, "report "); err != nil {
			t.Fatalf("%s: %v", n, err)
		}
	}
	after, _ := os.Stat(path)
	if got := read(t, path); got != "before report report report " || !os.SameFile(before, after) {
		t.Errorf("the file holds %q", got)
	}

	stdout := os.Stdout
	os.Stdout = f
	defer func() { os.Stdout = stdout }()
	if _, err := f.Seek(0, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if err := put("/dev/stdout", false, "one "); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, "two"); err != nil {
		t.Fatalf("standard output was closed: %v", err)
	}
	if got := read(t, path); got != "before report report report one two" {
		t.Errorf("the file holds %q", got)
	}
}
