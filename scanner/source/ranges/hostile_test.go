package ranges

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// put writes a loose object under any id: nobody holds it against its hash.
func (r *repo) put(id, kind, data string) string {
	r.t.Helper()
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	fmt.Fprintf(z, "%s %d\x00%s", kind, len(data), data)
	z.Close()
	path := filepath.Join(r.dir, ".git", "objects", id[:2], id[2:])
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o666); err != nil {
		r.t.Fatal(err)
	}
	return id
}

// made is an id that is nothing's hash.
func made(n int) string { return fmt.Sprintf("%040x", 0xabcdef0000+n) }

func commitText(tree string, parents ...string) string {
	out := "tree " + tree + "\n"
	for _, p := range parents {
		out += "parent " + p + "\n"
	}
	return out + "author A <a@example.com> 1 +0000\ncommitter A <a@example.com> 1 +0000\n\nm\n"
}

func treeLine(mode, name, id string) string {
	raw, err := gitpack.ParseID(id)
	if err != nil {
		panic(err)
	}
	return mode + " " + name + "\x00" + string(raw.Bytes())
}

// Commits that are their own ancestors, which an index can make believe, are walked once
// each, and so are trees that hold themselves.
func TestLoops(t *testing.T) {
	r := newRepo(t)
	blob := r.put(made(1), "blob", "KEY1\n")
	tree := r.put(made(2), "tree", treeLine("100644", "f", blob)+treeLine("40000", "self", made(2)))
	r.put(made(3), "commit", commitText(tree, made(4)))
	r.put(made(4), "commit", commitText(r.put(made(5), "tree", ""), made(3), made(3), made(4)))
	for _, text := range []string{made(3), made(4), made(3) + "..." + made(4), made(3) + " ^" + made(4)} {
		src, rec := scan(t, Options{Repo: r.open(), Ranges: []string{text}}, 2)
		place(t, src, rec)
		messages := 0
		for c := range rec.contents {
			if c.Kind == chunk.CommitMessage {
				messages++
			}
		}
		if want := map[bool]int{true: 2, false: 0}[len(text) == 40]; messages != want {
			t.Errorf("%s: %d commits, want %d", text, messages, want)
		}
		if len(text) == 40 && len(rec.problems) == 0 {
			t.Errorf("%s: the tree has an end", text)
		}
	}
}

// A commit of more parents than people merge is not read, and is named; so is what is
// made to look like a commit.
func TestStrangeCommits(t *testing.T) {
	r := newRepo(t)
	base := r.commit("base", "a", "KEY1\n")
	tree := r.git("rev-parse", "HEAD^{tree}")
	many := r.put(made(1), "commit", commitText(tree, strings.Fields(strings.Repeat(base+" ", maxParents+1))...))
	if _, err := Open(Options{Repo: r.open(), Ranges: []string{many}}); err == nil || !strings.Contains(err.Error(), "parents") {
		t.Errorf("many parents: %v", err)
	}
	child := r.put(made(2), "commit", commitText(tree, many))
	src, rec := scan(t, Options{Repo: r.open(), Ranges: []string{child}}, 1)
	if got := values(place(t, src, rec)); got != "KEY1" {
		t.Error(got)
	}
	checkProblems(t, "child", rec, []string{"normal commit " + child + ": the history ends here, for its parent " + many + " can't be read: it has"})

	for n, text := range []string{"", "tree\n", "nothing", "tree " + made(99) + "\n\n", "parent " + base + "\n\nKEY2", commitText(made(99)), commitText(base), commitText(r.git("rev-parse", "HEAD:a"))} {
		id := r.put(made(10+n), "commit", text)
		_, rec := scan(t, Options{Repo: r.open(), Commits: []string{id}}, 1)
		if len(rec.problems) == 0 {
			t.Errorf("%q: no problem", text)
		}
	}
}

// A small repository of trees that hold each other has more files than there is room
// for: what is listed is scanned, and the rest is named.
func TestManyFiles(t *testing.T) {
	r := newRepo(t)
	level := r.put(made(1), "tree", treeLine("100644", "f", r.put(made(2), "blob", "KEY1\n")))
	for n := range 4 {
		var lines strings.Builder
		for i := range 10 {
			lines.WriteString(treeLine("40000", fmt.Sprint(i), level))
		}
		level = r.put(made(10+n), "tree", lines.String())
	}
	r.put(made(3), "commit", commitText(level))
	s, err := Open(Options{Repo: r.open(), Ranges: []string{made(3)}, Count: count})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.picked = s.asked.pick(t.Context(), time.Time{})
	rec := &record{contents: map[chunk.Content]string{}}
	run := newRun(t.Context(), s, 2)
	run.most = 100 // so that it is compared again, alone
	run.work([]source.Sink{&recorder{record: rec}, &recorder{record: rec}})
	files := 0
	for c := range rec.contents {
		if c.Kind == chunk.Blob {
			files++
		}
	}
	if files != 10_000 || len(rec.problems) > 0 || len(rec.twice) > 0 {
		t.Errorf("%d files, %+v, %d twice", files, rec.problems, len(rec.twice))
	}
}

// An ended run ends soon, wherever it is, and tells nothing else.
func TestEnded(t *testing.T) {
	r := newRepo(t)
	randomHistory(r, newRand(9), 100)
	repo := r.open()
	for stop := range 40 {
		s, err := Open(Options{Repo: repo, Ranges: []string{"c99"}, Count: count})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		rec := &record{contents: map[chunk.Content]string{}}
		var left atomic.Int64
		left.Store(int64(stop))
		all := []source.Sink{&stopping{recorder{record: rec}, &left, cancel}, &stopping{recorder{record: rec}, &left, cancel}}
		err = s.Run(ctx, all)
		if stop == 0 {
			if err != nil {
				t.Error(err)
			}
		} else if !errors.Is(err, context.Canceled) {
			t.Errorf("stopped at %d: %v", stop, err)
		}
		if len(rec.problems) > 0 {
			t.Errorf("stopped at %d: %+v", stop, rec.problems)
		}
		s.Close()
		cancel()
	}
}

// stopping ends the run with one of its contents.
type stopping struct {
	recorder
	left   *atomic.Int64
	cancel func()
}

func (s *stopping) Chunk(c *chunk.Chunk) {
	if s.left.Add(-1) == 0 {
		s.cancel()
	}
	s.recorder.Chunk(c)
}
