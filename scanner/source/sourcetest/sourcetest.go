// Package sourcetest holds what every source must pass: the contract of package
// source as tests, with contents of every size that cutting could get wrong. A
// new source is wired up in some twenty lines: see those of files and stdin.
//
// The room knows no source.
package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
)

// Subject is a source to be tested.
type Subject struct {
	// Kind is that of its contents.
	Kind chunk.Kind
	// Name is what it calls its content; empty if it gives several, with names of
	// the test's choice.
	Name string
	// Source returns a new source of these contents, by name.
	Source func(tb testing.TB, contents map[string][]byte) source.Source
	// Broken returns one whose only content gives data and then an error; nil if
	// that can't be arranged.
	Broken func(tb testing.TB, data []byte) source.Source
}

// Test runs all tests.
func Test(t *testing.T, s Subject) {
	t.Run("contents", func(t *testing.T) { s.contents(t) })
	t.Run("cancelled before", func(t *testing.T) { s.cancelledBefore(t) })
	t.Run("cancelled meanwhile", func(t *testing.T) { s.cancelledMeanwhile(t) })
	if s.Broken != nil {
		t.Run("broken off", func(t *testing.T) { s.brokenOff(t) })
	}
}

// sizes are on both sides of every border.
func sizes() []int {
	out := []int{0, 1, 2, 5000, 3*chunk.PieceSize + 12345}
	for _, n := range []int{
		chunk.HeadSize, chunk.Reach, chunk.PieceSize, chunk.PieceSize + chunk.Reach, source.Window,
		source.Window + chunk.Reach, chunk.PieceSize + source.Window, 2*chunk.PieceSize + source.Window,
	} {
		out = append(out, n-1, n, n+1)
	}
	return out
}

// page is what texts are cut from: lines of any length, so that every Line is its
// own.
var page = sync.OnceValue(func() []byte {
	r := rand.New(rand.NewPCG(3, 1))
	data := make([]byte, 5*chunk.PieceSize)
	for i := range data {
		if data[i] = byte(32 + r.IntN(95)); r.IntN(40) == 0 {
			data[i] = '\n'
		}
	}
	return data
})

// text returns n bytes, others for every n.
func text(n int) []byte { return page()[n%1009:][:n] }

// sparse returns contents with long runs of zero bytes: in front, between, at
// the end, and nothing else.
func sparse() [][]byte {
	const far = 3*chunk.PieceSize + 4321
	var out [][]byte
	for _, parts := range [][]int{{-far}, {-far, 100}, {100, -far}, {100, -far, 100}, {5000, -far, source.Window, -far, 1}} {
		var data []byte
		for _, n := range parts {
			if n < 0 {
				data = append(data, make([]byte, -n)...)
			} else {
				data = append(data, text(n)...)
			}
		}
		out = append(out, data)
	}
	return out
}

// worlds are the contents of runs: one each, or many at a time.
func (s *Subject) worlds() []map[string][]byte {
	all := map[string][]byte{}
	for _, n := range sizes() {
		all[fmt.Sprintf("size-%d", n)] = text(n)
	}
	for i, data := range sparse() {
		all[fmt.Sprintf("sparse-%d", i)] = data
	}
	if s.Name != "" {
		var out []map[string][]byte
		for _, data := range all {
			out = append(out, map[string][]byte{s.Name: data})
		}
		return out
	}
	for i := range 300 {
		all[fmt.Sprintf("small-%d", i)] = text(i)
	}
	return []map[string][]byte{all, {}}
}

func (s *Subject) contents(t *testing.T) {
	for _, world := range s.worlds() {
		for _, sinks := range []int{1, 3} {
			src := s.Source(t, world)
			rec := newRecorder(t, s.Kind, world)
			if err := src.Run(t.Context(), rec.sinks(sinks)); err != nil {
				t.Fatalf("Run: %v", err)
			}
			rec.complete(t, 0)
		}
	}
}

func (s *Subject) cancelledBefore(t *testing.T) {
	world := s.worlds()[0]
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	rec := newRecorder(t, s.Kind, world)
	if err := s.Source(t, world).Run(ctx, rec.sinks(2)); !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v, want the context's error", err)
	}
	if len(rec.problems) > 0 {
		t.Errorf("a cancelled run has problems: %v", rec.problems)
	}
}

// cancelledMeanwhile ends the context in the first chunk there is: what is begun
// must be closed, and hardly anything more begun.
func (s *Subject) cancelledMeanwhile(t *testing.T) {
	world := map[string][]byte{}
	for i := range 12 {
		name := s.Name
		if name == "" {
			name = fmt.Sprintf("large-%d", i)
		}
		world[name] = text(4*chunk.PieceSize + i)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rec := newRecorder(t, s.Kind, world)
	rec.onChunk = cancel
	const sinks = 2
	if err := s.Source(t, world).Run(ctx, rec.sinks(sinks)); !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v, want the context's error", err)
	}
	rec.closed(t)
	// The chunk that cancels; one that the same sink may have coming, and the
	// closing one; the same for each other sink.
	if rec.chunks > 3*sinks {
		t.Errorf("%d chunks though the first one ended the context", rec.chunks)
	}
	if len(rec.problems) > 0 {
		t.Errorf("a cancelled run has problems: %v", rec.problems)
	}
}

func (s *Subject) brokenOff(t *testing.T) {
	for _, n := range sizes() {
		data := text(n)
		world := map[string][]byte{s.Name: data}
		rec := newRecorder(t, s.Kind, world)
		if err := s.Broken(t, data).Run(t.Context(), rec.sinks(1)); err != nil {
			t.Fatalf("Run: %v", err)
		}
		if len(rec.problems) != 1 || rec.problems[0].Where == "" || rec.problems[0].What == "" {
			t.Errorf("size %d: problems %+v, want one that names it", n, rec.problems)
		}
		if n == 0 {
			if rec.chunks != 0 {
				t.Errorf("a content that never began has %d chunks", rec.chunks)
			}
			continue
		}
		rec.complete(t, 1)
		if !rec.lastOwnsNothing {
			t.Errorf("size %d: the last chunk owns bytes, though more was to come", n)
		}
	}
}

// Benchmark measures a source of many small contents, and of one large one.
func Benchmark(b *testing.B, s Subject) {
	small := map[string][]byte{}
	for i := range 1000 {
		small[fmt.Sprintf("folder-%d/small-%d", i%20, i)] = text(4000 + i)
	}
	name := s.Name
	if name == "" {
		name = "large"
	} else {
		small = map[string][]byte{name: text(4000)}
	}
	large := map[string][]byte{name: []byte(strings.Repeat(string(text(1<<20)), 64))}
	for title, world := range map[string]map[string][]byte{"small": small, "large": large} {
		b.Run(title, func(b *testing.B) {
			var total int64
			for _, data := range world {
				total += int64(len(data))
			}
			b.SetBytes(total)
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				src := s.Source(b, world)
				b.StartTimer()
				if err := src.Run(b.Context(), []source.Sink{idle{}, idle{}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// idle is a sink that does nothing.
type idle struct{}

func (idle) Chunk(*chunk.Chunk)     {}
func (idle) Problem(source.Problem) {}
func (idle) Skip(int)               {}
