package files

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"lockaway/scanner/chunk"
)

// TestDeeperThanAPath makes folders in folders until no system call takes their
// path any more.
func TestDeeperThanAPath(t *testing.T) {
	top := t.TempDir()
	t.Chdir(top)
	part := strings.Repeat("d", 200)
	at, err := unix.Open(".", unix.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	const depth = 60
	for range depth {
		if err := unix.Mkdirat(at, part, 0o755); err != nil {
			t.Fatal(err)
		}
		next, err := unix.Openat(at, part, unix.O_RDONLY, 0)
		unix.Close(at)
		if at = next; err != nil {
			t.Fatal(err)
		}
	}
	fd, err := unix.Openat(at, "deep", unix.O_CREAT|unix.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	unix.Close(fd)
	unix.Close(at)
	for _, without := range []bool{false, true} {
		noOpenat2.Store(without)
		r := newResult()
		if err := r.scan(t.Context(), New(Options{}), 2); err != nil {
			t.Fatal(err)
		}
		r.expect(t, []string{strings.Repeat(part+"/", depth) + "deep"}, 0)
	}
	noOpenat2.Store(false)
	// Package os can't go there. It must say so.
	s, r := New(Options{}), newResult()
	s.disk = portable{}
	if err := r.scan(t.Context(), s, 2); err != nil {
		t.Fatal(err)
	}
	if len(r.contents) != 0 || len(r.problems) != 1 {
		t.Errorf("package os: read %d, problems %v", len(r.contents), r.problems)
	}
}

// TestFoldersThatBecomeLinks puts a link out of the tree where a folder was, above
// another one that is to be opened.
func TestFoldersThatBecomeLinks(t *testing.T) {
	outside := t.TempDir()
	plant(t, outside+"/in/stolen", nil)
	for _, without := range []bool{false, true} {
		layout(t, "a/in/x")
		tree, err := kernel{}.open(".")
		if err != nil {
			t.Fatal(err)
		}
		defer tree.close()
		if err := os.Rename("a", "b"); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(outside, "a"); err != nil {
			t.Fatal(err)
		}
		noOpenat2.Store(without)
		for _, rel := range []string{"a", "a/in", "../" + strings.TrimPrefix(outside, "/")} {
			if without && strings.HasPrefix(rel, "..") {
				continue // only names that were listed come here; openat2 holds besides
			}
			if f, err := tree.folder(rel); err == nil {
				t.Errorf("%q led out of the tree (without openat2: %v)", rel, without)
				f.close()
			}
		}
	}
	noOpenat2.Store(false)
}

// TestSystemsOwnFiles reads what has no size, or another than it says.
func TestSystemsOwnFiles(t *testing.T) {
	for _, p := range []string{"/proc/filesystems", "/proc/self/mountinfo", "/sys/kernel/mm/transparent_hugepage/enabled"} {
		want, err := os.ReadFile(p)
		if err != nil {
			t.Logf("not here: %v", err)
			continue
		}
		r := scan(t, Options{Paths: []string{p}})
		if len(r.problems) > 0 || len(r.contents[p]) < len(want)/2 {
			t.Errorf("%s: %d bytes of about %d, problems %v", p, len(r.contents[p]), len(want), r.problems)
		}
	}
}

// TestKindByStat: file systems that don't say in the listing what an entry is.
func TestKindByStat(t *testing.T) {
	layout(t, "file", "folder/", "link -> file")
	fd, err := unix.Open(".", unix.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	for name, want := range map[string]kind{"file": regular, "folder": folderKind, "link": other, "gone": regular} {
		if got := kernelFolder(fd).kind([]byte(name), unix.DT_UNKNOWN); got != want {
			t.Errorf("%s: kind %d, want %d", name, got, want)
		}
	}
}

// TestLargeSparseFile reads a file of 6 GB that holds two words.
func TestLargeSparseFile(t *testing.T) {
	layout(t)
	const size = 6 << 30
	f, err := os.Create("image")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for off, text := range map[int64]string{2 << 30: "\nfirst\n", size - 7: "second\n"} {
		if _, err := f.WriteAt([]byte(text), off); err != nil {
			t.Skipf("no such large files here: %v", err)
		}
	}
	if off, err := unix.Seek(int(f.Fd()), 0, unix.SEEK_DATA); err != nil || off < 1<<30 {
		t.Skipf("this file system doesn't tell its holes (first data at %d, %v)", off, err)
	}
	r, end, lines, owned := newResult(), int64(0), map[string]int{}, 0
	r.onChunk = func(c *chunk.Chunk) {
		own := string(c.Data[c.From:c.To])
		owned += len(own)
		for _, word := range []string{"first", "second"} {
			if i := strings.Index(own, word); i >= 0 {
				lines[word] = c.Line + strings.Count(string(c.Data[:c.From+i]), "\n")
			}
		}
		end = c.Offset + int64(c.To)
	}
	if err := r.scan(t.Context(), New(Options{}), 1); err != nil {
		t.Fatal(err)
	}
	r.expect(t, []string{"image"}, 0)
	if end != size || lines["first"] != 1 || lines["second"] != 2 {
		t.Errorf("ended at %d, lines %v", end, lines)
	}
	if owned > 20<<20 {
		t.Errorf("%d bytes of it were handed over", owned)
	}
}
