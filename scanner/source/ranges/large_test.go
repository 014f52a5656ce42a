package ranges

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lockaway/scanner/chunk"
)

// Large files are read in pieces, or whole where they are made of others: loose, packed,
// and as a delta.
func TestLargeFiles(t *testing.T) {
	r := newRepo(t)
	line := bytes.Repeat([]byte("a line of some large file\n"), 1+largeFrom/26)
	r.commit("large", "a", string(line)+"KEY1\n")
	r.commit("larger", "a", "KEY2\n"+string(line)+"KEY1\n")
	want := "KEY1 KEY2"
	for _, how := range []string{"loose", "packed"} {
		if how == "packed" {
			r.git("repack", "-adq")
		}
		src, rec := scan(t, Options{Repo: r.open(), Ranges: []string{"HEAD"}}, 2)
		for c, data := range rec.contents {
			if c.Kind == chunk.Blob && len(data) < largeFrom {
				t.Errorf("%s: %d bytes came", how, len(data))
			}
		}
		if got := values(place(t, src, rec)); got != want || len(rec.problems) > 0 {
			t.Errorf("%s: %q, %+v", how, got, rec.problems)
		}
	}
	if n := strings.Count(r.git("verify-pack", "-v", ".git/objects/pack/"+packName(t, r)), "chain length = 1"); n == 0 {
		t.Error("no delta: the test tells nothing of them")
	}
	src, rec := scan(t, Options{Repo: r.open(), Ranges: []string{"HEAD~1..HEAD"}}, 1)
	if got := values(place(t, src, rec)); got != "KEY2" {
		t.Errorf("the second one alone: %q", got)
	}
	// With less memory, the one that is a delta is not read, and is named.
	_, rec = scan(t, Options{Repo: r.open(), Ranges: []string{"HEAD"}, Memory: largeFrom}, 1)
	checkProblems(t, "little memory", rec, []string{"normal a: too large for the memory"})
}

func packName(t *testing.T, r *repo) string {
	t.Helper()
	packs, err := filepath.Glob(filepath.Join(r.dir, ".git/objects/pack/*.idx"))
	if err != nil || len(packs) != 1 {
		t.Fatal(packs, err)
	}
	return filepath.Base(packs[0])
}

// keepLFS puts a file where Git LFS keeps it, and returns its pointer.
func keepLFS(t *testing.T, r *repo, text string, keep bool) string {
	t.Helper()
	oid := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
	if keep {
		dir := filepath.Join(r.dir, ".git/lfs/objects", oid[:2], oid[2:4])
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, oid), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf("version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n", oid, len(text))
}

// What a pointer of Git LFS stands for is read in its place, and compared with what the
// one before stood for; if it isn't there it is named.
func TestLFS(t *testing.T) {
	r := newRepo(t)
	r.commit("base", "a", keepLFS(t, r, "KEY1\n", true))
	r.commit("more", "a", keepLFS(t, r, "KEY1\nKEY2\n", true), "b", keepLFS(t, r, "KEY3\n", false))
	src, rec := scan(t, Options{Repo: r.open(), Ranges: []string{"HEAD~1..HEAD"}}, 1)
	if got := values(place(t, src, rec)); got != "KEY2" {
		t.Error(got)
	}
	checkProblems(t, "lfs", rec, []string{"normal b: the file that this Git LFS pointer stands for is not here"})
}
