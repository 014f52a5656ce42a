package match

import (
	"bytes"
	"strings"

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
	w.turn()
	defer func() { w.chunk = nil }()
	for i := 0; i < len(changed) && !w.loud; {
		lo, hi := widen(c.Data, changed[i])
		for i++; i < len(changed) && changed[i].From-windowReach <= hi; i++ {
			_, hi = widen(c.Data, changed[i])
		}
		w.glance(c, lo, hi)
	}
	w.pending = w.pending[:0] // of what was found, Match will tell all
	return !w.loud
}

// glance looks through data[lo:hi]. A quiet content has no zero byte, so that UTF-16
// can begin only where a change brings one in; and it is looked no farther back than
// base64 may reach.
func (w *Worker) glance(c *chunk.Chunk, lo, hi int) {
	if bytes.IndexByte(c.Data[lo:hi], 0) >= 0 {
		w.loud = true
		return
	}
	base, end := sever(c.Data, lo), min(hi+chunk.Reach, len(c.Data))
	t := &text{
		data: c.Data[base:end], from: lo - base, to: hi - base, off: c.Offset + int64(base),
		head: c.Head, cache: &w.rootCtx, noZero: true,
	}
	w.scan(t, 0)
}

// wrapLine is the shortest line of base64 that goes on in the next one: see package
// layers, wrapped.go.
const wrapLine = 60

// sever returns where, at lo or before, it is certain that no run of base64 goes on
// from the bytes before: at the beginning of a line that does not follow one of
// base64. It looks chunk.Reach back at most, as far as any chunk shows.
func sever(data []byte, lo int) int {
	far := max(lo-chunk.Reach, 0)
	for at := lo; at > far; {
		if data[at-1] != '\n' {
			return far
		}
		end := at - 1
		for end > far && strings.IndexByte("\r=\\", data[end-1]) >= 0 {
			end--
		}
		start := end
		for start > far && base64Byte[data[start-1]] {
			start--
		}
		if end-start < wrapLine {
			return at
		}
		if at = bytes.LastIndexByte(data[:start], '\n') + 1; at <= far {
			return far
		}
	}
	return far
}

var base64Byte = func() (t byteSet) {
	for c := range 256 {
		t[c] = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("+/-_", byte(c)) >= 0
	}
	return t
}()

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
