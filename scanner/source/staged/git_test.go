package staged

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// walk goes from one state of a repository to another at random, and compares each
// with git's own difference.
type walk struct {
	*sandbox
	r       *rand.Rand
	blobs   []string
	link    string   // a submodule's commit
	commits []string // that were made
	merge   []string // MERGE_HEAD
	steps   []string // what was done, for whoever has to find out
}

// names sort oddly around the slash, and need quoting.
var names = []string{
	"a", "a-", "a-b", "a.c", "a0", "ab", "A", "b", "b+", "b,", "z", "é", "x y", "tab\t", "\xff", "-n", ".x", "..y", "~", "line\nfeed", "\"q\"", "日本",
}

func newWalk(t *testing.T, seed uint64, args ...string) *walk {
	w := &walk{sandbox: newSandbox(t, args...), r: rand.New(rand.NewPCG(seed, 1))}
	for i := range 12 {
		w.blobs = append(w.blobs, strings.TrimSpace(w.feed(fmt.Sprintf("content %d\n", i), "hash-object", "-w", "--stdin")))
	}
	w.link = w.blobs[0][:len(w.blobs[0])-4] + "abcd"
	return w
}

func (w *walk) path() string {
	var parts []string
	for range 1 + w.r.IntN(3) {
		parts = append(parts, names[w.r.IntN(len(names))])
	}
	return strings.Join(parts, "/")
}

func (w *walk) some(list []string) string { return list[w.r.IntN(len(list))] }

// mutate puts entries into the index and takes others out.
func (w *walk) mutate() {
	var lines strings.Builder
	have := strings.Split(strings.TrimSuffix(w.git("ls-files", "-z"), "\x00"), "\x00")
	for range 1 + w.r.IntN(12) {
		path := w.path()
		if w.r.IntN(2) == 0 && have[0] != "" {
			path = w.some(have)
		}
		switch w.r.IntN(8) {
		case 0, 1:
			fmt.Fprintf(&lines, "0 %s\t%s\x00", strings.Repeat("0", len(w.link)), path)
		case 2:
			fmt.Fprintf(&lines, "160000 %s\t%s\x00", w.link, path)
		default:
			fmt.Fprintf(&lines, "%s %s\t%s\x00", w.some([]string{"100644", "100644", "100644", "100755", "120000"}), w.some(w.blobs), path)
		}
	}
	w.do(lines.String(), "update-index", "--replace", "-z", "--index-info")
}

// conflict leaves a path in several stages.
func (w *walk) conflict() {
	var lines strings.Builder
	path := w.path()
	fmt.Fprintf(&lines, "0 %s\t%s\x00", strings.Repeat("0", len(w.link)), path)
	for _, stage := range w.r.Perm(3)[:1+w.r.IntN(3)] {
		fmt.Fprintf(&lines, "100644 %s %d\t%s\x00", w.some(w.blobs), stage+1, path)
	}
	w.do(lines.String(), "update-index", "--replace", "-z", "--index-info")
}

func (w *walk) do(input string, args ...string) bool {
	w.steps = append(w.steps, fmt.Sprintf("git %q < %q", args, input))
	_, err := w.try(input, args...)
	return err == nil
}

// commitIndex commits the index as it is, as one of many merges or not; it fails for a
// conflict.
func (w *walk) commitIndex() {
	tree, err := w.try("", "write-tree")
	if err != nil {
		return
	}
	args := []string{"commit-tree", "-m", "x", strings.TrimSpace(tree)}
	for _, p := range w.commits {
		if w.r.IntN(4) == 0 {
			args = append(args, "-p", p)
		}
	}
	id := w.line(args...)
	w.commits = append(w.commits, id)
	switch w.r.IntN(6) {
	case 0:
	case 1:
		w.do("", "update-ref", "--no-deref", "HEAD", id)
	default:
		w.do("", "update-ref", "HEAD", id)
	}
}

func (w *walk) intend() {
	path := w.path()
	full := filepath.Join(w.dir, path)
	if os.MkdirAll(filepath.Dir(full), 0o755) != nil || os.WriteFile(full, []byte("later\n"), 0o644) != nil {
		return // a file where a folder should be
	}
	w.do("", "add", "-N", "--", path)
}

func (w *walk) merging() {
	w.merge = nil
	for _, c := range w.commits {
		if w.r.IntN(3) == 0 {
			w.merge = append(w.merge, c)
		}
	}
	path := filepath.Join(w.dir, ".git", "MERGE_HEAD")
	os.Remove(path)
	if len(w.merge) > 0 {
		if err := os.WriteFile(path, []byte(strings.Join(w.merge, "\n")+"\n"), 0o644); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *walk) step() {
	switch w.r.IntN(17) {
	case 0, 1, 2, 3, 4, 5:
		w.mutate()
	case 6:
		w.do("", "write-tree")
	case 7, 8, 9:
		w.commitIndex()
	case 10:
		w.intend()
	case 11:
		w.conflict()
	case 12:
		w.do("", "update-index", w.some([]string{"--index-version=2", "--index-version=3", "--index-version=4", "--split-index", "--no-split-index", "--force-write-index"}))
	case 13, 16:
		w.merging()
	case 14:
		if len(w.commits) > 0 {
			w.do("", w.some([]string{"read-tree", "read-tree", "reset"}), w.some(w.commits))
		}
	case 15:
		switch w.r.IntN(6) {
		case 0:
			w.do("", "repack", "-adq")
		case 1:
			w.do("", "pack-refs", "--all")
		case 2:
			w.do("", "symbolic-ref", "HEAD", "refs/heads/"+w.some([]string{"main", "other", "unborn"}))
		case 3:
			w.do("", "read-tree", "--empty")
		default:
			w.do("", "rm", "-rq", "--cached", "--ignore-unmatch", "--", names[w.r.IntN(len(names))])
		}
	}
}

// agree compares the state with git's, against every parent.
func (w *walk) agree() {
	w.t.Helper()
	if _, err := os.Stat(filepath.Join(w.dir, ".git", "MERGE_HEAD")); err != nil {
		w.merge = nil // git reset ends a merge
	}
	src := w.open()
	if n := len(src.added.Parents); n != 1+len(w.merge) {
		w.t.Fatalf("%d parents, want %d", n, 1+len(w.merge))
	}
	w.compare(src, 0)
	want, _ := told(w.byGit())
	for i, p := range w.merge {
		w.compare(src, i+1, p)
		files, _ := told(w.byGit(p))
		for path := range want {
			if _, ok := files[path]; !ok {
				delete(want, path)
			}
		}
	}
	var all []string
	for path := range want {
		all = append(all, path)
	}
	slices.Sort(all)
	if got := paths(src.files); !slices.Equal(got, all) {
		w.t.Errorf("scanned are %q, want %q", got, all)
	}
}

func TestRandomStatesAgainstGit(t *testing.T) {
	steps := 60
	if testing.Short() {
		steps = 15
	}
	for _, format := range []string{"sha1", "sha256"} {
		for seed := range uint64(4) {
			t.Run(fmt.Sprintf("%s %d", format, seed), func(t *testing.T) {
				t.Parallel()
				w := newWalk(t, seed, "--object-format="+format)
				for range steps {
					if w.step(); w.r.IntN(2) == 0 {
						w.step()
					}
					if w.agree(); t.Failed() {
						t.Fatalf("after\n%s", strings.Join(w.steps[max(len(w.steps)-12, 0):], "\n"))
					}
				}
			})
		}
	}
}
