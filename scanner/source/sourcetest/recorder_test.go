package sourcetest

import (
	"fmt"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
)

// lenient notes errors instead of failing.
type lenient struct {
	testing.TB
	errors []string
}

func (l *lenient) Helper()                      {}
func (l *lenient) Errorf(f string, args ...any) { l.errors = append(l.errors, fmt.Sprintf(f, args...)) }

// TestRecorderObjects spoils one thing at a time in what would be right, and
// expects the recorder to say so.
func TestRecorderObjects(t *testing.T) {
	data := text(3 * chunk.PieceSize)
	content := &chunk.Content{Kind: chunk.File, Path: "a"}
	right := func() []*chunk.Chunk {
		return chunk.Cut(content, data, chunk.PieceSize, 2*chunk.PieceSize)
	}
	faults := map[string]func([]*chunk.Chunk) []*chunk.Chunk{
		"none":           func(c []*chunk.Chunk) []*chunk.Chunk { return c },
		"no first":       func(c []*chunk.Chunk) []*chunk.Chunk { c[0].First = false; return c },
		"no last":        func(c []*chunk.Chunk) []*chunk.Chunk { c[2].Last = false; return c },
		"first again":    func(c []*chunk.Chunk) []*chunk.Chunk { c[1].First = true; return c },
		"last too early": func(c []*chunk.Chunk) []*chunk.Chunk { c[1].Last = true; return c },
		"one missing":    func(c []*chunk.Chunk) []*chunk.Chunk { return append(c[:1], c[2]) },
		"wrong order":    func(c []*chunk.Chunk) []*chunk.Chunk { c[1], c[2] = c[2], c[1]; return c },
		"twice":          func(c []*chunk.Chunk) []*chunk.Chunk { return append(c, right()...) },
		"line":           func(c []*chunk.Chunk) []*chunk.Chunk { c[1].Line++; return c },
		"column":         func(c []*chunk.Chunk) []*chunk.Chunk { c[1].Column++; return c },
		"head":           func(c []*chunk.Chunk) []*chunk.Chunk { c[1].Head = c[1].Head[1:]; return c },
		"owned twice":    func(c []*chunk.Chunk) []*chunk.Chunk { c[1].From--; return c },
		"owned by none":  func(c []*chunk.Chunk) []*chunk.Chunk { c[1].From++; return c },
		"last byte":      func(c []*chunk.Chunk) []*chunk.Chunk { c[2].To--; return c },
		"reach":          func(c []*chunk.Chunk) []*chunk.Chunk { c[1].Data = c[1].Data[:len(c[1].Data)-1]; return c },
		"other bytes": func(c []*chunk.Chunk) []*chunk.Chunk {
			c[1].Data = append(c[1].Data[1:len(c[1].Data):len(c[1].Data)], 1)
			return c
		},
		"other kind":      func(c []*chunk.Chunk) []*chunk.Chunk { c[0].Content = &chunk.Content{Path: "a"}; return c },
		"content renewed": func(c []*chunk.Chunk) []*chunk.Chunk { k := *content; c[1].Content = &k; return c },
		"nothing":         func(c []*chunk.Chunk) []*chunk.Chunk { return nil },
	}
	for name, spoil := range faults {
		tb := &lenient{TB: t}
		rec := newRecorder(tb, chunk.File, map[string][]byte{"a": data})
		sink := rec.sinks(1)[0]
		for _, c := range spoil(right()) {
			sink.Chunk(c)
		}
		rec.complete(tb, 0)
		if objected := len(tb.errors) > 0; objected != (name != "none") {
			t.Errorf("%s: objections %q", name, tb.errors)
		}
	}
}

// TestRecorderObjectsToTwoAtOnce uses one sink from within itself, which is as
// good as from two goroutines.
func TestRecorderObjectsToTwoAtOnce(t *testing.T) {
	tb := &lenient{TB: t}
	rec := newRecorder(tb, chunk.File, nil)
	s := rec.sinks(1)[0].(*sink)
	s.busy.Store(true)
	s.Problem(source.Problem{})
	if len(tb.errors) != 1 {
		t.Errorf("objections: %q", tb.errors)
	}
}
