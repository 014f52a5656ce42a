package match

import (
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/internal/literal"
	"lockaway/scanner/layers"
)

// maxDepth is how many wrappings are seen through, one inside the other. What
// people do stays at two (base64 of a file with escapes); more serves only those
// who want the scan to be slow.
const maxDepth = 3

// Worker looks through chunks, one at a time. It keeps buffers and what is
// pending of the current content; each goroutine needs its own.
type Worker struct {
	engine *Engine
	// Trace, if set, is told what is considered and what comes of it. It is not
	// called for what the prefilter passes by.
	Trace func(Step)

	plain   bool // see Reference
	loud    bool // see Quiet
	effort  effort
	depth   [maxDepth + 1]scratch
	chunk   *chunk.Chunk
	lines   lineCounter
	rootCtx excerpt
	pending []*find
	waiting map[place]*find // those of pending that this chunk has given
	group   group
	yield   func(*finding.Finding)
}

// scratch are the buffers of one depth.
type scratch struct {
	hits []literal.Hit
	more []literal.Hit // beside what is looked through
	at   []int
	buf  layers.Buffer
}

// Step is one thing that was considered.
type Step struct {
	Rule         string
	Line, Column int    // where, from 1
	What         string // what came of it, and why
	Rejected     bool
}

// Worker makes a worker.
func (e *Engine) Worker() *Worker { return &Worker{engine: e} }

// Match looks through the next chunk of a content and yields the findings that
// are complete with it; with the content's last chunk all that are left. The
// findings come without guidance, in no promised order.
func (w *Worker) Match(c *chunk.Chunk, yield func(*finding.Finding)) {
	if c.First {
		w.pending, w.group, w.loud = w.pending[:0], group{}, false
		w.effort = effort{left: effortBase}
	}
	w.effort.left += int64(c.To-c.From) * effortByte
	w.chunk, w.yield = c, yield
	w.turn()
	if c.From < c.To {
		t := &text{data: c.Data, from: c.From, to: c.To, off: c.Offset, head: c.Head, cache: &w.rootCtx}
		w.scan(t, 0)
	}
	w.settle()
	w.chunk, w.yield = nil, nil
}

// turn forgets what was kept of the chunk before.
func (w *Worker) turn() {
	w.lines.of(w.chunk)
	w.rootCtx = excerpt{}
	if w.waiting == nil || len(w.waiting) > maxWaiting {
		w.waiting = map[place]*find{}
	}
	clear(w.waiting)
}

// maxWaiting is up to how many finds a chunk may have for their table to be kept.
const maxWaiting = 1 << 12

// scan looks through one text and what is wrapped in it.
func (w *Worker) scan(t *text, depth int) {
	s := &w.depth[depth]
	s.hits = w.hits(s.hits[:0], t.data, t.from, t.to)
	for _, h := range s.hits {
		w.try(t, int(h.Off), w.engine.byLit[h.Lit])
	}
	w.columns(t)
	if depth < maxDepth {
		w.unwrap(t, s, depth)
	}
}

// hits appends where the rules' literals begin in data[from:to].
func (w *Worker) hits(dst []literal.Hit, data []byte, from, to int) []literal.Hit {
	if w.plain {
		return w.engine.everywhere(dst, data, from, to)
	}
	return w.engine.set.Find(dst, data, from, to)
}

// try tries what may begin at offset i.
func (w *Worker) try(t *text, i int, anchors []anchor) {
	if !w.owns(t, i) {
		return
	}
	for _, a := range anchors {
		w.loud = w.loud || a.plan.farReaching()
		if a.named {
			w.behind(t, a.plan, i)
		} else {
			w.confirm(t, a.plan, i)
		}
	}
}

// owns tells whether an anchor is this chunk's: a wrapped text may be seen by
// two chunks, and is scanned by both.
func (w *Worker) owns(t *text, i int) bool {
	if t.up == nil {
		return true
	}
	r := t.root(i)
	return r >= w.chunk.From && r < w.chunk.To
}

// reject tells a trace why a candidate was not taken.
func (w *Worker) reject(t *text, p *plan, i int, why string) {
	if w.Trace == nil {
		return
	}
	line, col := w.lines.at(t.root(i))
	w.Trace(Step{Rule: p.ID, Line: line, Column: col, What: why, Rejected: true})
}
