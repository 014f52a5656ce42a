package files

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestEverythingBelow(t *testing.T) {
	layout(t, "a", "b/c", "b/.hidden", ".config/x", "empty: ", "b/d/e/f/g", "none/", ".gitignore: a", ".lockawayignore.bak",
		".git/config", "b/.git/objects/x", "sub/.git: gitdir: ../.git/modules/sub", "sub/h", "git/.gitx/i")
	r := scan(t, Options{})
	r.expect(t, []string{"a", "b/c", "b/.hidden", ".config/x", "empty", "b/d/e/f/g", ".gitignore", ".lockawayignore.bak",
		"sub/.git", "sub/h", "git/.gitx/i"}, 0)
	if r.contents["b/d/e/f/g"] != "g" || r.contents["empty"] != "" {
		t.Errorf("contents: %q", r.contents)
	}
}

// TestNamesOfPaths: what is reported is what was given, made clean, and the path
// below it.
func TestNamesOfPaths(t *testing.T) {
	layout(t, "x/a/f", "x/y/g", "z/h")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		paths []string
		want  []string
	}{
		{nil, []string{"x/a/f", "x/y/g", "z/h"}},
		{[]string{"."}, []string{"x/a/f", "x/y/g", "z/h"}},
		{[]string{"./"}, []string{"x/a/f", "x/y/g", "z/h"}},
		{[]string{"x/a/"}, []string{"x/a/f"}},
		{[]string{"./x//a/../a"}, []string{"x/a/f"}},
		{[]string{"../" + filepath.Base(here) + "/z"}, []string{"../" + filepath.Base(here) + "/z/h"}},
		{[]string{here + "/z"}, []string{filepath.ToSlash(here) + "/z/h"}},
		{[]string{"./x/a/f"}, []string{"x/a/f"}},
		// Each once, under the name that came first or covers it.
		{[]string{"x/a", "./x/a", here + "/x/a"}, []string{"x/a/f"}},
		{[]string{here + "/x/a", "x/a"}, []string{filepath.ToSlash(here) + "/x/a/f"}},
		{[]string{"x/a/f", "x/a/f", "x/a/../a/f"}, []string{"x/a/f"}},
		{[]string{"x/a", "x"}, []string{"x/a/f", "x/y/g"}},
		{[]string{"x", "x/y/g", "z/h"}, []string{"x/a/f", "x/y/g", "z/h"}},
		{[]string{"x/a", "x/y"}, []string{"x/a/f", "x/y/g"}},
	} {
		scan(t, Options{Paths: c.paths}).expect(t, c.want, 0)
	}
}

func TestPathsThatAreNothing(t *testing.T) {
	layout(t, "a", "void -> nowhere", "round -> round")
	r := scan(t, Options{Paths: []string{"gone", "a", "", "a/b", "gone", "void", "round", "/dev/null", "nul\x00"}})
	r.expect(t, []string{"a"}, 0,
		"gone: no such file or folder", "a/b: no such file or folder", "void: no such file or folder",
		": an empty path names no file or folder", "round: too many levels of symbolic links",
		"/dev/null: it is a device, not a file or folder", "nul\x00: invalid argument")
}

func TestLinks(t *testing.T) {
	outside := t.TempDir()
	plant(t, filepath.Join(outside, "out"), []byte("out"))
	layout(t, "in/a", "file -> in/a", "folder -> in", "in/up -> ..", "self -> self", "void -> nowhere",
		"away -> "+outside, "away.txt -> "+filepath.Join(outside, "out"), "in/.git/x", "hooks -> in/.git")
	// Not followed, whether they lead out, in, round or nowhere; and no problem.
	scan(t, Options{}).expect(t, []string{"in/a"}, 0)
	// A PATH that is a link was asked for.
	scan(t, Options{Paths: []string{"away", "file"}}).expect(t, []string{"away/out", "file"}, 0)
	scan(t, Options{Paths: []string{"away.txt"}}).expect(t, []string{"away.txt"}, 0)
	scan(t, Options{Paths: []string{"away/out"}}).expect(t, []string{"away/out"}, 0)
	// One that leads into what is read anyway isn't read twice.
	scan(t, Options{Paths: []string{"folder", ".", "file"}}).expect(t, []string{"in/a"}, 0)
	scan(t, Options{Paths: []string{"folder", "in"}}).expect(t, []string{"folder/a"}, 0)
	// What lies in a .git folder isn't read on the way, so it is not covered.
	scan(t, Options{Paths: []string{".", "in/.git"}}).expect(t, []string{"in/a", "in/.git/x"}, 0)
	scan(t, Options{Paths: []string{".", "hooks"}}).expect(t, []string{"in/a", "hooks/x"}, 0)
}

func TestNamesOfAnyBytes(t *testing.T) {
	names := []string{"line\nfeed", "esc\x1b[31m", "latin\xff", "tab\t", `back\slash`, " ", "-r", "日本", "quote\"'", "a:b", "*", strings.Repeat("n", 255)}
	layout(t)
	var want []string
	for _, n := range names {
		for _, p := range []string{n, "in " + n[:min(len(n), 250)] + "/" + n} {
			if os.MkdirAll(filepath.Dir(p), 0o755) != nil || os.WriteFile(p, nil, 0o644) != nil {
				t.Logf("the file system won't have %q", p)
				continue
			}
			want = append(want, p)
		}
	}
	if len(want) < 5 {
		t.Fatalf("only %q could be made", want)
	}
	scan(t, Options{}).expect(t, want, 0)
}

// TestManyFilesInAFolder goes through everything that splits a folder: several
// listings, batches, and folders between the files.
func TestManyFilesInAFolder(t *testing.T) {
	layout(t)
	var want []string
	for i := range 6000 {
		name := "many/" + strings.Repeat("x", i%60) + "-" + strconv.Itoa(i)
		if i%50 == 0 {
			name += "/below"
		}
		plant(t, name, nil)
		want = append(want, name)
	}
	scan(t, Options{}).expect(t, want, 0)
}
