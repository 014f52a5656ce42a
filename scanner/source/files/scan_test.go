package files

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
)

// result is what a scan gave.
type result struct {
	mu       sync.Mutex
	contents map[string]string
	problems map[string]string // What by Where
	skipped  int
	onChunk  func(c *chunk.Chunk) // called before it is noted
}

// gather is a sink that keeps everything.
type gather struct{ r *result }

func (g gather) Chunk(c *chunk.Chunk) {
	g.r.mu.Lock()
	defer g.r.mu.Unlock()
	if g.r.onChunk != nil {
		g.r.onChunk(c)
	}
	if _, twice := g.r.contents[c.Content.Path]; twice && c.First {
		panic("read twice: " + c.Content.Path)
	}
	g.r.contents[c.Content.Path] += string(c.Data[c.From:c.To])
}

func (g gather) Problem(p source.Problem) {
	g.r.mu.Lock()
	defer g.r.mu.Unlock()
	g.r.problems[p.Where] = p.What
}

func (g gather) Skip(n int) {
	g.r.mu.Lock()
	defer g.r.mu.Unlock()
	g.r.skipped += n
}

func newResult() *result {
	return &result{contents: map[string]string{}, problems: map[string]string{}}
}

func (r *result) scan(ctx context.Context, s *Source, workers int) error {
	return s.Run(ctx, slices.Repeat([]source.Sink{gather{r}}, workers))
}

// paths are the contents' names, in order.
func (r *result) paths() []string { return slices.Sorted(maps.Keys(r.contents)) }

// scan runs the twins of the disk, which must agree, and returns what they gave.
func scan(t *testing.T, opt Options) *result {
	t.Helper()
	var first *result
	for name, d := range disks {
		s := New(opt)
		s.disk = d
		r := newResult()
		if err := r.scan(t.Context(), s, 3); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if first == nil {
			first = r
			continue
		}
		if !maps.Equal(r.contents, first.contents) || !maps.Equal(r.problems, first.problems) || r.skipped != first.skipped {
			t.Errorf("the disks differ:\n%q %v %d\n%q %v %d", r.paths(), r.problems, r.skipped,
				first.paths(), first.problems, first.skipped)
		}
	}
	return first
}

// layout makes a tree in a new folder and changes to it. Each line is one of
// "path" (a file that holds its own name), "path: text" (\n for line ends),
// "path/" (a folder), "path -> target" (a link).
func layout(t *testing.T, lines ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, line := range lines {
		if link, target, ok := strings.Cut(line, " -> "); ok {
			if err := os.Symlink(target, link); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if strings.HasSuffix(line, "/") {
			if err := os.MkdirAll(line, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		name, text, ok := strings.Cut(line, ": ")
		if !ok {
			text = filepath.Base(name)
		}
		plant(t, name, []byte(strings.ReplaceAll(text, `\n`, "\n")))
	}
}

// expect checks a result: the names read, what was skipped, and the Problems as
// "where: what".
func (r *result) expect(t *testing.T, paths []string, skipped int, problems ...string) {
	t.Helper()
	if got := r.paths(); !slices.Equal(got, slices.Sorted(slices.Values(paths))) {
		t.Errorf("read %q, want %q", got, paths)
	}
	if r.skipped != skipped {
		t.Errorf("%d skipped, want %d", r.skipped, skipped)
	}
	var got []string
	for where, what := range r.problems {
		got = append(got, fmt.Sprintf("%s: %s", where, what))
	}
	slices.Sort(got)
	slices.Sort(problems)
	if !slices.Equal(got, problems) {
		t.Errorf("problems %q, want %q", got, problems)
	}
}
