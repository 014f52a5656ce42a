package match

import (
	"bytes"
	"slices"

	"lockaway/scanner/layers"
)

// unwrap scans what is wrapped in a text as texts of their own. Encodings that
// have a form of their own are looked for everywhere; escapes, which every text
// is full of, only around what the prefilter hit.
func (w *Worker) unwrap(t *text, s *scratch, depth int) {
	in := layers.Text{Data: t.data, From: t.from, To: t.to, Offset: t.off}
	inner := func(seg *layers.Segment) { w.inner(t, seg, depth) }
	layers.Base64(in, &s.buf, inner)
	if !t.noZero && bytes.IndexByte(t.data, 0) >= 0 {
		w.loud = w.loud || t.up == nil // what makes it UTF-16 may stand far from what is decoded
		layers.UTF16(in, &s.buf, inner)
	}
	w.visible(t, s)
	if len(s.at) > 0 {
		layers.Percent(in, s.at, &s.buf, inner)
		layers.JSON(in, s.at, &s.buf, inner)
	}
}

// visible gathers where the prefilter hits, also beside what is looked through: a
// header that names a table's columns may stand there, and all is escaped with it.
func (w *Worker) visible(t *text, s *scratch) {
	lo, hi := 0, len(t.data)
	if t.up == nil {
		lo, hi = t.from-w.chunk.From, t.to+len(w.chunk.Data)-w.chunk.To
	}
	s.at, s.more = s.at[:0], w.hits(s.more[:0], t.data, lo, t.from)
	for _, h := range s.more {
		s.at = append(s.at, int(h.Off))
	}
	for _, h := range s.hits {
		s.at = append(s.at, int(h.Off))
	}
	s.more = w.hits(s.more[:0], t.data, t.to, hi)
	for _, h := range s.more {
		s.at = append(s.at, int(h.Off))
	}
}

// inner scans a segment. Of a block, only anchors among its own bytes are tried:
// blocks overlap threefold, and blocks within blocks once more at each depth.
func (w *Worker) inner(t *text, seg *layers.Segment, depth int) {
	in := &text{
		data: seg.Data, from: seg.From, to: seg.To, head: seg.Data[:min(len(seg.Data), headSize)],
		up: t, seg: seg, layers: append(slices.Clip(slices.Clone(t.layers)), seg.Layer), cache: &excerpt{},
	}
	in.id = textID{start: w.chunk.Offset + int64(t.root(seg.Start)), layer: t.id.layer + "/" + seg.Layer}
	w.scan(in, depth+1)
}
