package report

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// put writes a report file, as commands do.
func put(path string, private bool, text string) error {
	f, err := Create(context.Background(), path, private)
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := io.WriteString(f, text); err != nil {
		return err
	}
	return f.Commit()
}

// listing returns the names in a folder, joined.
func listing(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCreate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.json")
	for _, text := range []string{"one", "two two", "", strings.Repeat("x", 1<<20)} {
		if err := Creatable(path); err != nil {
			t.Fatal(err)
		}
		if err := put(path, false, text); err != nil {
			t.Fatal(err)
		}
		if read(t, path) != text || listing(t, dir) != "r.json" {
			t.Fatalf("%d bytes of %d, beside %s", len(read(t, path)), len(text), listing(t, dir))
		}
	}
}

// TestUnfinished holds that the old file stays until the new one is whole.
func TestUnfinished(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.json")
	if err := put(path, false, "old"); err != nil {
		t.Fatal(err)
	}
	f, err := Create(context.Background(), path, false)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, strings.Repeat("new", 1<<18))
	if read(t, path) != "old" {
		t.Error("the old file is changed too early")
	}
	f.Discard()
	f.Discard()
	if read(t, path) != "old" || listing(t, dir) != "r.json" {
		t.Errorf("left: %s", listing(t, dir))
	}
	if err := f.Commit(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("committed after it was given up: %v", err)
	}
	// A name as long as names can be leaves no room for another's beside it.
	if err := put(filepath.Join(dir, strings.Repeat("n", 255)), false, "x"); err != nil {
		t.Error(err)
	}
}

func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes on this system")
	}
	for _, c := range []struct {
		private  bool
		old, now fs.FileMode // old of 0: no such file before
	}{
		{true, 0, 0o600}, {true, 0o644, 0o600}, {false, 0o640, 0o640}, {false, 0o600, 0o600}, {false, 0o666, 0o666},
	} {
		path := filepath.Join(t.TempDir(), "r")
		if c.old != 0 {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.old); err != nil {
				t.Fatal(err)
			}
		}
		if err := put(path, c.private, "x"); err != nil {
			t.Fatal(err)
		}
		if info, _ := os.Stat(path); info.Mode().Perm() != c.now {
			t.Errorf("private %v over %v: %v", c.private, c.old, info.Mode())
		}
	}
	// A new file has what the umask leaves, as any file made here has.
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plain"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := put(filepath.Join(dir, "r"), false, "x"); err != nil {
		t.Fatal(err)
	}
	a, _ := os.Stat(filepath.Join(dir, "plain"))
	b, _ := os.Stat(filepath.Join(dir, "r"))
	if a.Mode() != b.Mode() {
		t.Errorf("%v, where others are %v", b.Mode(), a.Mode())
	}
}

func TestLinks(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{"real/deep", "links"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, name string) string {
		path := filepath.Join(dir, name)
		if err := os.Symlink(to, path); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
		return path
	}
	if err := os.WriteFile(filepath.Join(dir, "real/there"), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	link("../real/deep", "links/folder")
	for path, target := range map[string]string{
		link("../real/there", "links/a"):                    "real/there",
		link("a", "links/twice"):                            "real/there",
		link("../real/dangling", "links/b"):                 "real/dangling",
		link(filepath.Join(dir, "real/abs"), "links/c"):     "real/abs",
		link("folder/../up", "links/d"):                     "real/up",
		filepath.Join(dir, "links") + "/folder/../straight": "real/straight",
	} {
		if err := put(path, false, path); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if got := read(t, filepath.Join(dir, target)); got != path {
			t.Errorf("%s: %s holds %q", path, target, got)
		}
		if info, err := os.Lstat(path); target != "real/straight" && (err != nil || info.Mode()&fs.ModeSymlink == 0) {
			t.Errorf("%s is a link no more", path)
		}
	}
	if err := put(link("loop", "links/loop"), false, "x"); err == nil || !strings.Contains(err.Error(), "symbolic links") {
		t.Errorf("loop: %v", err)
	}
	if got := listing(t, filepath.Join(dir, "real")); got != "abs dangling deep straight there up" {
		t.Errorf("real: %s", got)
	}
}

func TestCreateErrors(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{"", "no name"}, {dir, "is a folder"}, {dir + "/", "names a folder"},
		{filepath.Join(dir, "none", "r.json"), "there is no folder"}, {filepath.Join(dir, "file", "r.json"), "not a "},
		{filepath.Join(dir, strings.Repeat("n", 300)), "too long"},
		{filepath.Join(dir, "none\x1b[2J", "r"), `none\x1b[2J`},
	} {
		for name, err := range map[string]error{"Create": put(c.path, false, "x"), "Creatable": Creatable(c.path)} {
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\x1b") || strings.Contains(err.Error(), ".tmp") {
				t.Errorf("%s %q: %v", name, c.path, err)
			}
		}
	}
	if got := listing(t, dir); got != "file" {
		t.Errorf("left behind: %s", got)
	}
	// A folder that comes into being meanwhile is not replaced.
	path := filepath.Join(dir, "late")
	f, err := Create(context.Background(), path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Discard()
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err == nil {
		t.Error("a folder was replaced")
	}
	if got := listing(t, dir); got != "file late" {
		t.Errorf("left behind: %s", got)
	}
}

// TestDevices holds that what is no regular file stays what it is.
func TestDevices(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("this system has no /dev/full")
	}
	if err := put("/dev/full", false, "x"); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), `"/dev/full": no space left`) {
		t.Errorf("/dev/full: %v", err)
	}
	if err := put("/dev/full", false, strings.Repeat("x", 1<<20)); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("/dev/full, much: %v", err)
	}
	if err := put("/dev/null", false, "x"); err != nil {
		t.Errorf("/dev/null: %v", err)
	}
	for _, dev := range []string{"/dev/full", "/dev/null"} {
		if info, err := os.Stat(dev); err != nil || info.Mode()&fs.ModeCharDevice == 0 {
			t.Fatalf("%s is no device any more", dev)
		}
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("/dev/null", link); err != nil {
		t.Fatal(err)
	}
	if err := put(link, false, "x"); err != nil {
		t.Errorf("link to a device: %v", err)
	}
	if to, _ := os.Readlink(link); to != "/dev/null" {
		t.Errorf("the link is gone")
	}
}
