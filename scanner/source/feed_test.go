package source_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
	"lockaway/scanner/source/sourcetest"
)

// feeding is the least source there is: a feeder and a reader.
type feeding struct{ r io.Reader }

const name = "content"

func (f feeding) Run(ctx context.Context, sinks []source.Sink) error {
	err := source.NewFeeder().Feed(ctx, sinks[0], &chunk.Content{Kind: chunk.File, Path: name}, f.r)
	if err != nil && ctx.Err() == nil {
		sinks[0].Problem(source.Problem{Where: name, What: source.Describe(err)})
	}
	return ctx.Err()
}

func TestConformance(t *testing.T) {
	readers := map[string]func([]byte) io.Reader{
		"plain":           func(b []byte) io.Reader { return bytes.NewReader(b) },
		"end with data":   func(b []byte) io.Reader { return iotest.DataErrReader(bytes.NewReader(b)) },
		"half of each":    func(b []byte) io.Reader { return iotest.HalfReader(bytes.NewReader(b)) },
		"with empty ones": func(b []byte) io.Reader { return &odd{data: b, step: 70001, empty: 3} },
		"holes":           func(b []byte) io.Reader { return &holes{odd{data: b, step: 1 << 30}} },
	}
	for title, reader := range readers {
		t.Run(title, func(t *testing.T) {
			sourcetest.Test(t, sourcetest.Subject{
				Kind: chunk.File, Name: name,
				Source: func(_ testing.TB, contents map[string][]byte) source.Source {
					return feeding{reader(contents[name])}
				},
				Broken: func(_ testing.TB, data []byte) source.Source {
					return feeding{io.MultiReader(reader(data), iotest.ErrReader(errors.New("the disk is gone")))}
				},
			})
		})
	}
}

// odd reads at most step bytes at a time, and before each nothing, some times.
type odd struct {
	data        []byte
	pos, step   int
	empty, left int
}

func (o *odd) Read(b []byte) (int, error) {
	if o.pos == len(o.data) {
		return 0, io.EOF
	}
	if o.left < o.empty {
		o.left++
		return 0, nil
	}
	o.left = 0
	n := copy(b[:min(len(b), o.step)], o.data[o.pos:])
	o.pos += n
	return n, nil
}

// holes knows of every zero byte.
type holes struct{ odd }

func (h *holes) SkipHole(keep int64) int64 {
	rest := h.data[h.pos:]
	n := int64(len(rest) - len(bytes.TrimLeft(rest, "\x00")))
	if n <= keep {
		return 0
	}
	h.pos += int(n - keep)
	return n - keep
}

// heard keeps copies of chunks.
type heard struct{ chunks []*chunk.Chunk }

func (h *heard) Chunk(c *chunk.Chunk) {
	k := *c
	k.Data, k.Head = slices.Clone(c.Data), slices.Clone(c.Head)
	h.chunks = append(h.chunks, &k)
}
func (h *heard) Problem(source.Problem) {}
func (h *heard) Skip(int)               {}

// cuts are where a feeder cuts: told in its comment, worked out here.
func cuts(size int) []int {
	var at []int
	for start := 0; size-start > source.Window; start += chunk.PieceSize {
		at = append(at, start+chunk.PieceSize+chunk.Reach)
	}
	return at
}

// FuzzFeed compares a feeder with chunk.Cut, whatever the reader does.
func FuzzFeed(f *testing.F) {
	f.Add(uint32(0), uint32(1), uint8(0), uint32(0), uint32(0))
	f.Add(uint32(source.Window), uint32(4096), uint8(0), uint32(0), uint32(0))
	f.Add(uint32(source.Window+1), uint32(1<<30), uint8(2), uint32(7), uint32(99))
	f.Add(uint32(3*chunk.PieceSize), uint32(99999), uint8(99), uint32(chunk.PieceSize), uint32(chunk.PieceSize))
	f.Fuzz(func(t *testing.T, size, step uint32, empty uint8, hole, holeSize uint32) {
		data := make([]byte, size%(4<<20))
		r := rand.New(rand.NewPCG(uint64(size), 5))
		for i := 0; i < len(data); i += 1 + r.IntN(60) {
			data[i] = '\n'
		}
		for i := range data {
			data[i] += byte(i%251) / 8
		}
		at := int(hole) % (len(data) + 1)
		clear(data[at:min(len(data), at+int(holeSize%(4<<20)))])
		reader := odd{data: data, step: 1 + int(step%(2<<20)), empty: int(empty % 100)}
		if int(step) < len(data)/10_000 {
			reader.step = len(data)/10_000 + 1 // else it takes forever
		}
		content := &chunk.Content{Kind: chunk.File, Path: name}

		var plain heard
		if err := source.NewFeeder().Feed(t.Context(), &plain, content, &reader); err != nil {
			t.Fatal(err)
		}
		want := chunk.Cut(content, data, cuts(len(data))...)
		if len(plain.chunks) != len(want) {
			t.Fatalf("%d chunks, want %d", len(plain.chunks), len(want))
		}
		for i, c := range plain.chunks {
			w := want[i]
			if c.Offset != w.Offset || c.Line != w.Line || c.From != w.From || c.To != w.To || c.First != w.First ||
				c.Last != w.Last || !bytes.Equal(c.Data, w.Data) || !bytes.Equal(c.Head, w.Head) {
				t.Fatalf("chunk %d differs from that of chunk.Cut", i)
			}
		}
		reader.pos = 0
		checkHoles(t, content, data, &holes{reader})
	})
}

// checkHoles feeds a reader that knows its holes: every chunk is as chunk.Cut
// makes it, and what no chunk owns is zero, as is Reach on either side.
func checkHoles(t *testing.T, content *chunk.Content, data []byte, r *holes) {
	var h heard
	if err := source.NewFeeder().Feed(t.Context(), &h, content, r); err != nil {
		t.Fatal(err)
	}
	next := 0
	for i, c := range h.chunks {
		from, to := int(c.Offset)+c.From, int(c.Offset)+c.To
		var at []int
		if i > 0 {
			at = append(at, from)
		}
		if i < len(h.chunks)-1 {
			at = append(at, to)
		}
		w := chunk.Cut(content, data, at...)[min(i, 1)]
		if c.Offset != w.Offset || c.Line != w.Line || c.From != w.From || c.To != w.To || !bytes.Equal(c.Data, w.Data) {
			t.Fatalf("chunk %d, which owns [%d, %d), differs from that of chunk.Cut", i, from, to)
		}
		if from > next {
			around := data[next-chunk.Reach : from+chunk.Reach]
			if bytes.Count(around, []byte{0}) != len(around) {
				t.Fatalf("[%d, %d) is passed by, but it or what is around holds more than zeros", next, from)
			}
		}
		next = to
	}
	if next != len(data) || !h.chunks[len(h.chunks)-1].Last {
		t.Fatalf("ended at %d of %d", next, len(data))
	}
}

// TestHolesArePassedBy holds the feeder to its purpose: of a long hole, hardly
// anything is handed over.
func TestHolesArePassedBy(t *testing.T) {
	data := append(make([]byte, 40<<20), "the end"...)
	var h heard
	if err := source.NewFeeder().Feed(t.Context(), &h, &chunk.Content{}, &holes{odd{data: data, step: 1 << 30}}); err != nil {
		t.Fatal(err)
	}
	owned := 0
	for _, c := range h.chunks {
		owned += c.To - c.From
	}
	if owned > 2*source.Window {
		t.Errorf("%d bytes of a file of %d were handed over", owned, len(data))
	}
}

func TestReadersThatMisbehave(t *testing.T) {
	stuck := &odd{data: []byte("never"), step: 1, empty: 1 << 30}
	err := source.NewFeeder().Feed(t.Context(), &heard{}, &chunk.Content{}, stuck)
	if !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that gives nothing for ever: %v", err)
	}
	if err := source.NewFeeder().Feed(t.Context(), &heard{}, &chunk.Content{}, liar{}); err == nil {
		t.Error("a reader that says it gave more than there is room for passes")
	}
}

type liar struct{}

func (liar) Read(b []byte) (int, error) { return len(b) + 1, nil }
