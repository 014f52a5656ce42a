package ranges

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// record is what all sinks of a run were given.
type record struct {
	mu       sync.Mutex
	contents map[chunk.Content]string
	twice    []chunk.Content
	problems []source.Problem
}

// recorder is one of its sinks. A value in these tests is the word KEY and a number.
type recorder struct {
	*record
	open  *chunk.Content
	data  []byte
	quiet bool
}

func (r *recorder) Chunk(c *chunk.Chunk) {
	if c.First {
		r.open, r.data = c.Content, nil
	}
	r.data = append(r.data, c.Data[c.From:c.To]...)
	if !c.Last {
		return
	}
	r.quiet = !secret.Match(r.data)
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.contents[*r.open]; ok {
		r.twice = append(r.twice, *r.open)
	}
	r.contents[*r.open] += string(r.data)
}

func (r *recorder) Problem(p source.Problem) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.problems = append(r.problems, p)
}

func (r *recorder) Skip(n int) { panic("nothing is skipped") }

// Quiet and Same implement source.Comparer.
func (r *recorder) Quiet() bool                           { return r.quiet }
func (r *recorder) Same(*chunk.Chunk, []chunk.Range) bool { return false }

var secret = regexp.MustCompile(`KEY\d+`)

// find finds the values in a text.
func find(c *chunk.Content, data []byte) []*finding.Finding {
	var out []*finding.Finding
	for _, at := range secret.FindAllIndex(data, -1) {
		v := finding.NewSecret(string(data[at[0]:at[1]]))
		begin := bytes.LastIndexByte(data[:at[0]], '\n') + 1
		f := &finding.Finding{Value: v, Fingerprint: v.Fingerprint(), Place: finding.Place{
			Path: c.Path, Source: c.Kind, StartLine: 1 + bytes.Count(data[:at[0]], []byte{'\n'}), StartColumn: 1 + at[0] - begin,
		}}
		line, _, _ := bytes.Cut(data[begin:], []byte{'\n'})
		f.Around.Lines = string(line)
		if c.Object != "" {
			f.Git = &finding.Git{Object: c.Object}
		}
		out = append(out, f)
	}
	return out
}

func count(path string, data []byte) map[string]int {
	return changes.Count(find(&chunk.Content{Path: path}, data))
}

// scan runs a source with some sinks.
func scan(t testing.TB, o Options, sinks int) (*Source, *record) {
	t.Helper()
	o.Count = count
	s, err := Open(o)
	if err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	t.Cleanup(s.Close)
	rec := &record{contents: map[chunk.Content]string{}}
	all := make([]source.Sink, sinks)
	for i := range all {
		all[i] = &recorder{record: rec}
	}
	if err := s.Run(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	// A pointer of Git LFS and its file are one content.
	rec.twice = slices.DeleteFunc(rec.twice, func(c chunk.Content) bool { return strings.Contains(rec.contents[c], "git-lfs") })
	if len(rec.twice) > 0 {
		t.Errorf("given twice: %+v", rec.twice)
	}
	return s, rec
}

// place places what stands in the contents, and returns it as lines: value, commit, kind,
// path and line.
func place(t testing.TB, s *Source, rec *record) []string {
	t.Helper()
	var fs []*finding.Finding
	for c, data := range rec.contents {
		fs = append(fs, find(&c, []byte(data))...)
	}
	slices.SortFunc(fs, finding.Compare)
	placed, problems := s.Place(t.Context(), fs)
	rec.problems = append(rec.problems, problems...)
	var out []string
	for _, f := range placed {
		if f.Git == nil {
			t.Errorf("%+v is nowhere", f)
			continue
		}
		out = append(out, fmt.Sprintf("%s %s %s %q:%d", f.Value.Reveal(), f.Git.Commit, f.Source, f.Path, f.StartLine))
	}
	slices.Sort(out)
	return out
}

// given is one content of a record.
type given struct {
	content chunk.Content
	data    string
}

// only is the one blob at a path.
func only(t testing.TB, rec *record, path string) given {
	t.Helper()
	var out []given
	for c, data := range rec.contents {
		if c.Path == path && c.Kind == chunk.Blob {
			out = append(out, given{c, data})
		}
	}
	if len(out) != 1 {
		t.Fatalf("%d contents at %q", len(out), path)
	}
	return out[0]
}

// ended is a context that has ended.
func ended(t testing.TB) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func mustTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}
