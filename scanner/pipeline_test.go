package scanner_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lockaway/scanner"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/source"
)

// tree is a source of made-up contents, spread over the sinks in whatever order
// the goroutines get to them.
type tree struct {
	contents map[string]string
	problems []source.Problem
	skip     int
	cut      int // bytes a chunk owns; 0 for whole contents
	err      error
	begin    func(path string) // called before a content is given
}

func (t *tree) Run(ctx context.Context, sinks []source.Sink) error {
	if t.err != nil {
		return t.err
	}
	paths := make(chan string)
	var wg sync.WaitGroup
	for _, s := range sinks {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for p := range paths {
				if t.begin != nil {
					t.begin(p)
				}
				t.give(s, p)
			}
		}()
	}
	for p := range t.contents {
		if ctx.Err() == nil {
			paths <- p
		}
	}
	close(paths)
	wg.Wait()
	for i, p := range t.problems {
		sinks[i%len(sinks)].Problem(p)
	}
	sinks[0].Skip(t.skip)
	return ctx.Err()
}

func (t *tree) give(s source.Sink, path string) {
	c := &chunk.Content{Kind: chunk.File, Path: path}
	var cuts []int
	for at := t.cut; t.cut > 0 && at < len(t.contents[path]); at += t.cut {
		cuts = append(cuts, at)
	}
	for _, ch := range chunk.Cut(c, []byte(t.contents[path]), cuts...) {
		ch.Data = bytes.Clone(ch.Data)
		s.Chunk(ch)
		clear(ch.Data) // they are the source's again
	}
}

// letters finds each upper-case letter that a chunk owns. "!" makes it fail as a
// broken stage would, "?" with a value that must not be told.
type letters struct{ broken bool }

func (m *letters) Match(c *chunk.Chunk, yield func(*finding.Finding)) {
	if m.broken {
		panic("used again after a failure")
	}
	for i := c.From; i < c.To; i++ {
		switch b := c.Data[i]; {
		case b == '!':
			m.broken = true
			var none []byte
			_ = none[i]
		case b == '?':
			m.broken = true
			panic("the secret is hunter2")
		case 'A' <= b && b <= 'Z':
			v := finding.NewSecret(string(b))
			at := int(c.Offset) + i + 1
			yield(&finding.Finding{
				Rule: "letter", Value: v, Fingerprint: v.Fingerprint(), Severity: finding.High,
				Place: finding.Place{Path: c.Content.Path, StartLine: 1, EndLine: 1, StartColumn: at, EndColumn: at + 1},
			})
		}
	}
}

func options(t *tree) scanner.Options {
	return scanner.Options{
		Kind: "tree", Target: "here", Source: t,
		Matcher: func() scanner.Matcher { return &letters{} },
	}
}

func run(t *testing.T, o scanner.Options) *scanner.Result {
	t.Helper()
	r, err := scanner.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func show(r *scanner.Result) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s:%d %s\n", f.Path, f.StartColumn, f.Value.Reveal())
	}
	return b.String()
}

func TestCountsAndOrder(t *testing.T) {
	src := &tree{
		contents: map[string]string{"b": "xYz", "a": "..Q", "empty": ""}, skip: 4,
		problems: []source.Problem{{Where: "z", What: "gone"}, {Where: "c", What: "shut", Hint: "open it", Low: true}},
	}
	o := options(src)
	o.Rules, o.Progress = 7, &scanner.Progress{}
	r := run(t, o)
	if got := show(r); got != "a:3 Q\nb:2 Y\n" {
		t.Errorf("findings:\n%s", got)
	}
	if r.Scan.Began.IsZero() {
		t.Error("nothing tells when it began")
	}
	r.Scan.Began, r.Scan.Elapsed = time.Time{}, 0
	want := finding.Scan{
		Kind: "tree", Target: "here", Files: 3, Bytes: 6, Skipped: 4, Rules: 7,
		Problems: []finding.Problem{{Where: "c", What: "shut", Hint: "open it", Low: true}, {Where: "z", What: "gone"}},
	}
	if !reflect.DeepEqual(r.Scan, want) {
		t.Errorf("summary\n%+v, want\n%+v", r.Scan, want)
	}
	p := o.Progress
	if p.Files.Load() != 3 || p.Bytes.Load() != 6 || p.Findings.Load() != 2 {
		t.Errorf("progress: %d files, %d bytes, %d findings", p.Files.Load(), p.Bytes.Load(), p.Findings.Load())
	}
}

// The number of threads, the order in which contents come, and the way they are
// cut change nothing in what comes out.
func TestDeterminism(t *testing.T) {
	contents := map[string]string{}
	for i := range 300 {
		contents[fmt.Sprintf("d%d/f%d", i%7, i)] = strings.Repeat("x", i%50) + "A" + strings.Repeat("y", i%31) + "BB"
	}
	contents["d3/broken"] = "A!B"
	want := ""
	for _, threads := range []int{1, 2, 3, 16} {
		for _, cut := range []int{0, 1, 13} {
			o := options(&tree{contents: contents, cut: cut})
			o.Threads = threads
			r := run(t, o)
			got := fmt.Sprintf("%s%d problem, files: %d", show(r), len(r.Scan.Problems), r.Scan.Files)
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("threads %d, cut %d:\n%s\nwant\n%s", threads, cut, got, want)
			}
		}
	}
	if !strings.HasSuffix(want, "\n1 problem, files: 300") || strings.Count(want, "\n") != 901 {
		t.Errorf("%d findings …%s", strings.Count(want, "\n"), want[len(want)-30:])
	}
}

// A stage that fails on a content ends that content's scan alone; the worker goes
// on with a fresh matcher; what the failure held is not told.
func TestFailureInAStage(t *testing.T) {
	contents := map[string]string{"bad": "A!", "worse": "?", "good": "G"}
	for i := range 20 {
		contents[fmt.Sprint("more", i)] = "M"
	}
	o := options(&tree{contents: contents})
	o.Threads = 1
	r := run(t, o)
	if n := len(r.Findings); n != 22 { // one of "bad", before it failed
		t.Errorf("%d findings, want 22", n)
	}
	if r.Scan.Complete || len(r.Scan.Problems) != 2 || r.Scan.Files != 21 {
		t.Errorf("summary %+v", r.Scan)
	}
	for i, want := range []string{"bad: not scanned to its end: internal error (runtime error: index out of range [1] with length 0)", "worse: not scanned to its end: internal error"} {
		if p := r.Scan.Problems[i]; p.Where+": "+p.What != want || p.Low {
			t.Errorf("problem %+v, want %q", p, want)
		}
	}
}

func TestFailureInALaterStage(t *testing.T) {
	o := options(&tree{contents: map[string]string{"a": "A"}})
	after := false
	o.Stages = []func([]*finding.Finding){
		func([]*finding.Finding) { panic("hunter2") },
		func(fs []*finding.Finding) { after = len(fs) == 1 },
	}
	r := run(t, o)
	if len(r.Findings) != 1 || r.Scan.Complete || !after || strings.Contains(fmt.Sprint(r.Scan.Problems), "hunter2") {
		t.Errorf("findings %d, later stage ran %v, summary %+v", len(r.Findings), after, r.Scan)
	}
}

// An interrupted run returns soon, with what it found, and doesn't call itself
// complete; what was only seen after the end isn't counted as scanned.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	contents := map[string]string{}
	for i := range 1000 {
		contents[fmt.Sprint(i)] = "A"
	}
	var once sync.Once
	o := options(&tree{contents: contents, begin: func(string) { once.Do(cancel) }})
	o.Threads = 2
	r, err := scanner.Run(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Scan.Complete || len(r.Scan.Problems) != 1 || r.Scan.Problems[0].What != "interrupted before everything was scanned" {
		t.Errorf("summary %+v", r.Scan)
	}
	if r.Scan.Files > 10 || len(r.Findings) != r.Scan.Files {
		t.Errorf("%d files and %d findings after an early end", r.Scan.Files, len(r.Findings))
	}
}

// A run whose context ends when all is done was not interrupted.
func TestLateCancelIsNoInterruption(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	o := options(&tree{contents: map[string]string{"a": "A"}})
	o.Stages = []func([]*finding.Finding){func([]*finding.Finding) { cancel() }}
	r, err := scanner.Run(ctx, o)
	if err != nil || !r.Scan.Complete {
		t.Errorf("%v, %+v", err, r)
	}
}

func TestNothingCouldBeDone(t *testing.T) {
	want := errors.New("no such thing")
	o := options(&tree{err: want})
	if r, err := scanner.Run(context.Background(), o); r != nil || err != want {
		t.Errorf("%v, %v", r, err)
	}
}

func TestFilters(t *testing.T) {
	on := func(s string, v scanner.Verdict) scanner.Filter {
		return scanner.Filter{Name: s, Judge: func(f *finding.Finding) scanner.Verdict {
			if strings.Contains(s, f.Value.Reveal()) {
				return v
			}
			return scanner.Keep
		}}
	}
	var mu sync.Mutex
	var seen []string
	watch := scanner.Filter{Judge: func(f *finding.Finding) scanner.Verdict {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, f.Value.Reveal())
		return scanner.Keep
	}}
	for _, test := range []struct {
		showAllowed     bool
		want            string
		allowed, hidden int
	}{
		{false, "a:1 K\n", 2, 1},
		{true, "a:1 K\na:2 A\n", 2, 1}, // B is allowed but below the level as well
	} {
		seen = nil
		o := options(&tree{contents: map[string]string{"a": "KABH"}})
		o.Filters = []scanner.Filter{on("AB", scanner.Allow), on("BH", scanner.Hide), watch}
		o.ShowAllowed = test.showAllowed
		r := run(t, o)
		var others string
		for _, v := range r.Others {
			others += v.Reveal()
		}
		if want := map[bool]string{false: "ABH", true: "BH"}[test.showAllowed]; others != want {
			t.Errorf("values put aside: %s, want %s", others, want)
		}
		if got := show(r); got != test.want || r.Scan.Allowed != test.allowed || r.Scan.Hidden != test.hidden || !r.Scan.Complete {
			t.Errorf("shown %q, summary %+v", got, r.Scan)
		}
		if slices.Sort(seen); strings.Join(seen, "") != "ABHK" {
			t.Errorf("the last filter saw %v", seen)
		}
	}
}

// sparse gives one content with a hole between its two chunks.
type sparse struct{}

func (sparse) Run(_ context.Context, sinks []source.Sink) error {
	c := &chunk.Content{Kind: chunk.File, Path: "sparse"}
	data := make([]byte, 100)
	sinks[0].Chunk(&chunk.Chunk{Content: c, Data: data, To: 90, First: true})
	sinks[0].Chunk(&chunk.Chunk{Content: c, Data: data, Offset: 1 << 33, From: 10, To: 100, Last: true})
	return nil
}

func TestBytesOfAHoleCount(t *testing.T) {
	o := options(nil)
	o.Source = sparse{}
	if r := run(t, o); r.Scan.Bytes != 1<<33+100 || r.Scan.Files != 1 {
		t.Errorf("%+v", r.Scan)
	}
}

// A value that is derived from an allowed one is allowed with it, by the
// fingerprint that both have then.
func TestRelinked(t *testing.T) {
	a := finding.NewSecret("A").Fingerprint()
	byFingerprint := scanner.Filter{Name: "entries", Judge: func(f *finding.Finding) scanner.Verdict {
		if f.Fingerprint == a {
			return scanner.Allow
		}
		return scanner.Keep
	}}
	o := options(&tree{contents: map[string]string{"x": "AD", "y": "K"}})
	o.Filters = []scanner.Filter{byFingerprint}
	o.Relinked = &byFingerprint
	o.Link = func(fs []*finding.Finding) {
		for _, f := range fs {
			if f.Value.Reveal() == "D" {
				f.Fingerprint = a
			}
		}
	}
	r := run(t, o)
	if got := show(r); got != "y:1 K\n" || r.Scan.Allowed != 2 || len(r.Others) != 2 {
		t.Errorf("shown %q, %d values aside, summary %+v", got, len(r.Others), r.Scan)
	}
	o.ShowAllowed = true
	r = run(t, o)
	if got := show(r); got != "x:1 A\nx:2 D\ny:1 K\n" || r.Findings[1].Allowed == nil || r.Findings[1].Allowed.By != "entries" {
		t.Errorf("shown %q, %+v", got, r.Findings[1].Allowed)
	}
}
