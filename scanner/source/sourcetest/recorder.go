package sourcetest

import (
	"bytes"
	"sync"
	"sync/atomic"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
)

// recorder holds every chunk against the contract and the contents.
type recorder struct {
	tb      testing.TB
	kind    chunk.Kind
	want    map[string][]byte
	onChunk func()

	mu              sync.Mutex
	all             []*sink
	chunks          int
	done            map[string]int64 // how far each content came that is closed
	problems        []source.Problem
	lastOwnsNothing bool
}

// sink is one worker's.
type sink struct {
	rec  *recorder
	busy atomic.Bool
	open *chunk.Content // begun and not closed
	next int64          // the first byte that no chunk has owned
}

func newRecorder(tb testing.TB, kind chunk.Kind, want map[string][]byte) *recorder {
	return &recorder{tb: tb, kind: kind, want: want, done: map[string]int64{}}
}

func (r *recorder) sinks(n int) []source.Sink {
	out := make([]source.Sink, n)
	for i := range out {
		s := &sink{rec: r}
		r.all = append(r.all, s)
		out[i] = s
	}
	return out
}

// closed checks that every content that was begun is closed.
func (r *recorder) closed(tb testing.TB) {
	for _, s := range r.all {
		if s.open != nil {
			tb.Errorf("%q was begun and never closed", s.open.Path)
		}
	}
}

// complete checks that all contents came, to their last byte.
func (r *recorder) complete(tb testing.TB, problems int) {
	tb.Helper()
	r.closed(tb)
	for name, data := range r.want {
		if n, ok := r.done[name]; !ok || n != int64(len(data)) {
			tb.Errorf("%q: %d of %d bytes came (closed: %v)", name, n, len(data), ok)
		}
	}
	if len(r.problems) != problems {
		tb.Errorf("problems: %+v, want %d", r.problems, problems)
	}
}

// one notes that the sink is in use, and fails if it was already.
func (s *sink) one() (leave func()) {
	if !s.busy.CompareAndSwap(false, true) {
		s.rec.tb.Errorf("one sink is used twice at a time")
	}
	s.rec.mu.Lock()
	return func() {
		s.rec.mu.Unlock()
		s.busy.Store(false)
	}
}

// Problem implements source.Sink.
func (s *sink) Problem(p source.Problem) {
	defer s.one()()
	s.rec.problems = append(s.rec.problems, p)
}

// Skip implements source.Sink.
func (s *sink) Skip(n int) {
	defer s.one()()
	s.rec.tb.Errorf("%d skipped, though nothing asks for it", n)
}

// Chunk implements source.Sink.
func (s *sink) Chunk(c *chunk.Chunk) {
	defer s.one()()
	r := s.rec
	r.chunks++
	if r.onChunk != nil {
		r.onChunk()
	}
	name := c.Content.Path
	data, known := r.want[name]
	switch {
	case !known || c.Content.Kind != r.kind:
		r.tb.Errorf("unknown content %q of kind %q", name, c.Content.Kind)
		return
	case c.First && s.open != nil:
		r.tb.Errorf("%q begins while %q is open", name, s.open.Path)
	case !c.First && s.open != c.Content:
		r.tb.Errorf("%q goes on, but wasn't the last on this sink", name)
	}
	if c.First {
		if _, twice := r.done[name]; twice {
			r.tb.Errorf("%q came twice", name)
		}
		s.open, s.next = c.Content, 0
	}
	s.place(c, data)
	s.next = c.Offset + int64(c.To)
	if c.Last {
		r.done[name] = s.next
		r.lastOwnsNothing = c.From == c.To && !c.First
		s.open = nil
	}
}

// place checks what the chunk owns and shows. All of it must be as chunk.Cut
// would have it.
func (s *sink) place(c *chunk.Chunk, data []byte) {
	tb, name := s.rec.tb, c.Content.Path
	from, to := c.Offset+int64(c.From), c.Offset+int64(c.To)
	if c.From > c.To || from < s.next || to > int64(len(data)) {
		tb.Errorf("%q: a chunk owns [%d, %d) behind %d, of %d bytes", name, from, to, s.next, len(data))
		return
	}
	if len(c.Data) > source.Window {
		tb.Errorf("%q: a chunk of %d bytes", name, len(c.Data))
	}
	if hole := data[s.next:from]; bytes.Count(hole, []byte{0}) < len(hole) {
		tb.Errorf("%q: [%d, %d) is owned by no chunk and holds more than zeros", name, s.next, from)
	}
	if !bytes.Equal(c.Head, data[:min(len(data), chunk.HeadSize)]) {
		tb.Errorf("%q: the head of the chunk at %d isn't the content's", name, from)
	}
	if n := bytes.Count(data[:c.Offset], []byte{'\n'}); n != c.Line {
		tb.Errorf("%q: Line of the chunk at %d is %d, want %d", name, from, c.Line, n)
	}
	if n := c.Offset - 1 - int64(bytes.LastIndexByte(data[:c.Offset], '\n')); n != c.Column {
		tb.Errorf("%q: Column of the chunk at %d is %d, want %d", name, from, c.Column, n)
	}
	if c.From == c.To && !c.First {
		return // closes what broke off, and shows nothing
	}
	var cuts []int
	if !c.First {
		cuts = append(cuts, int(from))
	}
	i := len(cuts)
	if !c.Last && int(to) < len(data) {
		cuts = append(cuts, int(to))
	}
	want := chunk.Cut(c.Content, data, cuts...)[i]
	if c.Offset != want.Offset || c.From != want.From || c.To != want.To || !bytes.Equal(c.Data, want.Data) {
		tb.Errorf("%q: the chunk that owns [%d, %d) shows [%d, %d), want [%d, %d)", name, from, to,
			c.Offset, c.Offset+int64(len(c.Data)), want.Offset, want.Offset+int64(len(want.Data)))
	}
}
