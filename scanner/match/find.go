package match

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

const (
	// joinReach is how far apart, in bytes, the parts of a credential may stand.
	joinReach = 8 << 10
	// aroundReach is how much text around a find is kept for those who judge and
	// print it, in bytes on either side.
	aroundReach = 1 << 10
)

// find is one thing that a rule found.
type find struct {
	*plan
	start, end      int64 // in the content, wrapping included
	line, column    int
	endLine, endCol int
	text            textID
	tstart, tend    int64 // in the text it stands in
	layers          []string
	value           string
	pieces          []finding.Secret // what the value is written in, if in several strings
	name            string           // as written; empty where none is known
	stem            string           // of the name; see stem
	kind            bool             // the name says what the value is
	named           bool             // found behind one of the rule's names
	confidence      finding.Confidence
	severity        finding.Severity
	why             []string
	expires         time.Time
	realRule        string // another rule that it is of
	before          string // what stands before it in its text
	near            string // what stands around it in its text
	outer           string // what stands around it in the content
	outerAt         int64  // where outer begins
	above           string // the line before the one in which it begins
	inner, outward  mark   // what stands between it and others, in its text and in the content; see survey
}

// keep makes a find of data[s:e] and lets it wait.
func (w *Worker) keep(t *text, p *plan, s, e int, name []byte, j judged) {
	rs, re := t.root(s), t.root(e)
	f := &find{
		plan: p, text: t.id, layers: t.layers, name: string(name),
		start: w.chunk.Offset + int64(rs), end: w.chunk.Offset + int64(re),
		tstart: t.off + int64(s), tend: t.off + int64(e),
		confidence: j.confidence, severity: j.severity, why: j.why, expires: j.expires, realRule: j.rule, named: j.named, pieces: j.pieces,
	}
	if j.layer != "" {
		f.layers = append(slices.Clip(slices.Clone(t.layers)), j.layer)
	}
	f.value = string(t.data[s:e])
	if j.value != nil {
		f.value = string(j.value)
	}
	if !w.said(f) {
		w.wait(t, f, s, e, rs, re)
	}
	if plans := w.engine.near[p.ID]; plans != nil {
		w.around(t, p.ID, plans, s, e)
		if t.up != nil {
			w.around(t.bottom(), p.ID, plans, rs, re)
		}
	}
}

// said tells whether a find says again what one that waits says, which settling
// would prefer. Escapes leave most of a text as it is: whatever stands there is
// found in it at every depth and in every order of taking them off.
func (w *Worker) said(f *find) bool {
	at := place{f.index, f.start, f.end}
	if o := w.waiting[at]; o != nil && o.value == f.value && compareFinds(o, f) <= 0 && !better(f, o) {
		return true
	}
	w.waiting[at] = f
	return false
}

// place is where a plan's find stands in the content.
type place struct {
	plan       int
	start, end int64
}

// wait fills in what surrounds the find that data[s:e] is, and lets it wait.
func (w *Worker) wait(t *text, f *find, s, e, rs, re int) {
	f.stem, f.kind = whose(t, s)
	f.line, f.column = w.lines.at(rs)
	f.endLine, f.endCol = w.lines.at(re)
	reach := aroundReach
	if f.Part != rules.NoPart {
		reach = joinReach
	}
	f.before, _ = t.around(s-reach, s)
	f.near, _ = t.around(s-aroundReach, e+aroundReach)
	f.outer, f.outerAt = t.bottom().around(rs-reach, re+aroundReach)
	f.above = lineAbove(t.bottom().data, rs-f.column+1, rs)
	w.pending = append(w.pending, f)
	if w.Trace != nil {
		w.Trace(Step{Rule: f.ID, Line: f.line, Column: f.column, What: "has the form, and the checks of the rule accept it"})
	}
}

// lineStart is how far before a place its line may begin, in bytes.
const lineStart = 16 << 10

// lineAbove returns the line before that in which data[i] stands and which begins
// at data[begin]; "" where there is none, where it is longer than lineMax, and where
// it is too far to be seen.
func lineAbove(data []byte, begin, i int) string {
	end := begin - 1
	if end < max(i-lineStart, 0) {
		return ""
	}
	lo := max(end-lineMax-1, 0)
	begin = lo + bytes.LastIndexByte(data[lo:end], '\n') + 1
	if begin == lo && lo > 0 {
		return ""
	}
	return string(bytes.TrimSuffix(data[begin:end], []byte{'\r'}))
}

// compareFinds orders finds by where they stand, those that hold others first.
func compareFinds(a, b *find) int {
	switch {
	case a.start != b.start:
		return int(min(max(a.start-b.start, -1), 1))
	case a.end != b.end:
		return int(min(max(b.end-a.end, -1), 1))
	case len(a.layers) != len(b.layers):
		return len(a.layers) - len(b.layers)
	case a.index != b.index:
		return a.index - b.index
	case a.named != b.named && a.named:
		return -1
	case a.named != b.named:
		return 1
	}
	return cmp.Or(slices.Compare(a.layers, b.layers), cmp.Compare(b.confidence, a.confidence), cmp.Compare(a.name, b.name))
}
