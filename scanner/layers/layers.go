// Package layers takes wrappings off: what stands in a text as base64, percent
// encoding, string escapes or UTF-16 is handed on as the text that it holds,
// with the way back to where each byte came from. One file holds one encoding.
//
// A wrapping is taken off alike however the content was cut into chunks. Every
// decision looks no farther than chunk.Reach from the bytes it is about, and
// what may be longer than can be seen is taken in blocks of a grid that is fixed
// to the content, not to the chunk: see blocks.go.
//
// What is wrapped more than once is the caller's to hand in again, and how often
// is the caller's to bound. The room knows nothing of rules, secrets or files.
package layers

import (
	"sort"

	"lockaway/scanner/chunk"
)

// Text is bytes that are looked into.
type Text struct {
	// Data are the visible bytes. Around the owned ones chunk.Reach bytes are
	// visible, or all there are.
	Data []byte
	// From and To bound the owned bytes: Data[From:To].
	From, To int
	// Offset is where Data[0] stands, in bytes from the start of the content; for
	// what was unwrapped, from the start of the segment.
	Offset int64
}

// Of returns what of a chunk the layers look at.
func Of(c *chunk.Chunk) Text {
	return Text{Data: c.Data, From: c.From, To: c.To, Offset: c.Offset}
}

// Segment is a stretch of a text with a wrapping taken off. It is valid until
// the function it is handed to returns.
type Segment struct {
	// Layer is the wrapping's name in reports.
	Layer string
	// Start and End bound the stretch in Text.Data.
	Start, End int
	// Data are the decoded bytes.
	Data []byte
	// From and To bound the decoded bytes that are the segment's own. The rest of
	// a block is there to be looked at, and another block's own: a find belongs
	// to the segment that owns its first byte. What is no block owns all.
	From, To int

	knots []knot
	quads bool // a knot's in counts characters of base64
	skip  int  // characters before the first decoded one
}

// knot says where the decoded bytes from in onwards came from: from out, and
// step further with each byte.
type knot struct{ in, out, step int }

// Outer returns where decoded byte i came from, in Text.Data: its first byte,
// if it came from several. Outer(len(Data)) is End. It doesn't descend.
func (s *Segment) Outer(i int) int {
	if i >= len(s.Data) || len(s.knots) == 0 {
		return s.End
	}
	if s.quads {
		i = s.skip + i*4/3
	}
	n := sort.Search(len(s.knots), func(n int) bool { return s.knots[n].in > i }) - 1
	k := s.knots[max(n, 0)]
	return k.out + (i-k.in)*k.step
}

// Buffer is what unwrapping needs to work in. One is good for one call at a
// time: who unwraps a segment while it is being handed over needs another.
type Buffer struct {
	seg   Segment
	out   []byte
	knots []knot
	chars []byte
	lines []line
}

// begin empties the buffer for text that begins at start; each of its bytes
// comes from step bytes.
func (b *Buffer) begin(start, step int) {
	b.out, b.knots = b.out[:0], append(b.knots[:0], knot{0, start, step})
}

// decoded appends bytes that all came from the wrapped bytes [from, to). What
// follows goes on from there, in steps.
func (b *Buffer) decoded(from, to, step int, bytes ...byte) {
	k := knot{len(b.out), from, 0}
	if last := &b.knots[len(b.knots)-1]; last.in == k.in {
		*last = k
	} else {
		b.knots = append(b.knots, k)
	}
	b.out = append(b.out, bytes...)
	b.knots = append(b.knots, knot{len(b.out), to, step})
}

// emit hands over b.out and b.knots as the decoded part p.
func (b *Buffer) emit(layer string, p part, emit func(*Segment)) {
	s := &b.seg
	*s = Segment{Layer: layer, End: p.end, Data: b.out, knots: b.knots}
	s.Start = s.Outer(0)
	s.own(p)
	emit(s)
}

// own works out which decoded bytes came from the part's own ones.
func (s *Segment) own(p part) {
	s.From, s.To = 0, len(s.Data)
	if p.whole {
		return
	}
	s.From = sort.Search(len(s.Data), func(i int) bool { return s.Outer(i) >= p.from })
	s.To = sort.Search(len(s.Data), func(i int) bool { return s.Outer(i) >= p.to })
}
