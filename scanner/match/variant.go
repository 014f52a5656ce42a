package match

import (
	"bytes"

	"lockaway/scanner/chunk"
)

// windowReach is how far around a difference a variant is looked through, in
// bytes: farther than any anchor's candidate reaches, but for the anchors that
// make a content loud whether anything comes of them or not.
const windowReach = 1 << 10

// farReaching tells whether what stands at a rule's anchor may be decided by
// bytes more than windowReach away.
func (p *plan) farReaching() bool { return p.Span > windowReach || p.Extend != "" }

// Quiet tells of the content that was matched last, whole or as a variant, that
// nothing in it came as far as a rule's validators, and that no anchor in it
// reaches far: a variant of it holds nothing either, except by where it differs.
func (w *Worker) Quiet() bool { return !w.loud }

// Same tells whether a content, handed over as one chunk, holds nothing either. It
// is like a quiet one but for the given ranges, in ascending order; an empty range
// marks where bytes are gone, or stand beside others than before. Only what is
// around the ranges is looked at. With anything there that a rule's validators
// would have to judge the answer is no: the content must be matched then.
func (w *Worker) Same(c *chunk.Chunk, changed []chunk.Range) bool {
	if w.plain {
		return false
	}
	w.loud, w.chunk = false, c
	w.lines.of(c)
	w.rootCtx = excerpt{}
	defer func() { w.chunk = nil }()
	for i := 0; i < len(changed) && !w.loud; {
		lo, hi := widen(c.Data, changed[i])
		for i++; i < len(changed) && changed[i].From-windowReach <= hi; i++ {
			_, hi = widen(c.Data, changed[i])
		}
		t := &text{data: c.Data, from: lo, to: hi, off: c.Offset, head: c.Head, cache: &w.rootCtx}
		w.scan(t, 0)
	}
	w.pending = w.pending[:0] // of what was found, Match will tell all
	return !w.loud
}

// widen adds windowReach on either side of a range and what is left of the lines
// there, as far again: candidates are judged by their lines.
func widen(data []byte, r chunk.Range) (lo, hi int) {
	lo, hi = max(r.From-windowReach, 0), min(r.To+windowReach, len(data))
	far := max(lo-windowReach, 0)
	lo = far + bytes.LastIndexByte(data[far:lo], '\n') + 1
	near := data[hi:min(hi+windowReach, len(data))]
	if end := bytes.IndexByte(near, '\n'); end >= 0 {
		return lo, hi + end
	}
	return lo, hi + len(near)
}
