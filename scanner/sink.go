package scanner

import (
	"context"
	"fmt"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/source"
)

// sink is one worker: it matches and filters what a source's goroutine reads, and
// gathers what comes of it. Only that goroutine touches it until the merge.
type sink struct {
	ctx     context.Context
	o       *Options
	all     *gathered
	matcher Matcher

	files   int
	blobs   int
	commits int
	bytes   int64
	skipped int
	allowed int
	foreign int // of these, by another tool's marker
	hidden  int

	interrupted bool // something was left out because the run ended early

	// Of the content that is being read:
	content *chunk.Content
	mine    []*finding.Finding      // findings kept
	spared  int                     // how many of them are allowed
	values  map[string]bool         // their fingerprints, once there are many
	others  map[finding.Secret]bool // values of findings that are not kept
	untold  bool                    // there are values that no report knows of
	tired   bool                    // there are rules that were not tried to the end
	flooded bool                    // there are findings that were not kept
	closed  bool                    // nothing more of it is scanned
	end     int64                   // up to where its bytes are counted
}

// gathered is what all workers of a run gather.
type gathered struct {
	findings ledger[*finding.Finding]
	spared   ledger[*finding.Finding] // allowed ones
	others   ledger[finding.Secret]   // values of findings that go no further
	problems ledger[finding.Problem]
}

func newGathered() *gathered {
	g := &gathered{}
	g.findings.limit, g.findings.compare = MaxListed, worse
	g.spared.limit, g.spared.compare = MaxListed, worse
	g.others.limit, g.others.compare, g.others.once = 2*MaxListed, compareSecrets, true
	g.problems.limit, g.problems.compare = MaxProblems, compareProblems
	return g
}

// Chunk implements source.Sink.
func (s *sink) Chunk(c *chunk.Chunk) {
	if c.First {
		s.begin(c.Content)
	}
	if s.ctx.Err() != nil {
		s.closed, s.interrupted = true, true // the run's own problem tells it
	}
	if !s.closed {
		s.match(c)
	}
	if s.closed {
		return
	}
	// A hole that the source passed by is scanned too: its zeros hold nothing.
	end := c.Offset + int64(c.To)
	s.bytes += end - s.end
	s.o.Progress.Bytes.Add(end - s.end)
	s.end = end
	if c.Last {
		s.count(c.Content)
		s.finish()
	}
}

// begin makes ready for the next content.
func (s *sink) begin(c *chunk.Content) {
	s.finish()
	s.content = c
	s.spared, s.untold, s.tired, s.flooded, s.closed, s.end = 0, false, false, false, false, 0
	clear(s.others)
	s.values = nil
}

// finish ends a content. Where not all of its values are known, the text around
// those that are must not be shown: it may hold the others.
func (s *sink) finish() {
	if s.content == nil {
		return
	}
	if s.untold || s.tired || s.flooded || s.closed {
		for _, f := range s.mine {
			f.Around.Veiled = true
		}
	}
	if s.tired {
		s.Problem(source.Problem{
			Where: s.content.Path, What: "not all rules of the configuration were tried to the end: they take too long on it",
			Hint: "a rule with a longer literal, or a shorter span, costs less",
		})
	}
	if s.flooded {
		what := fmt.Sprintf("more than %d findings: the rest is not listed", MaxFindings)
		if s.closed {
			what = fmt.Sprintf("more than %d different values: the rest is not scanned", MaxValues)
		}
		s.Problem(source.Problem{Where: s.content.Path, What: what})
	}
	s.content = nil
	clear(s.mine)
	s.mine = s.mine[:0]
}

// count counts a content that was scanned to its end.
func (s *sink) count(c *chunk.Content) {
	switch c.Kind {
	case chunk.Blob:
		s.blobs++
	case chunk.CommitMessage:
		s.commits++
	case chunk.CommitAuthor, chunk.Tag, chunk.PathName, chunk.RefName:
		return // with their commits, or no file
	default:
		s.files++
	}
	s.o.Progress.Files.Add(1)
}

// comparer is what a matcher can do besides: see source.Comparer.
type comparer interface {
	Quiet() bool
	Same(c *chunk.Chunk, changed []chunk.Range) bool
}

// Quiet implements source.Comparer. A content that was not scanned to its end is
// not quiet.
func (s *sink) Quiet() bool {
	m, ok := s.matcher.(comparer)
	return ok && !s.closed && m.Quiet()
}

// Same implements source.Comparer.
func (s *sink) Same(c *chunk.Chunk, changed []chunk.Range) (same bool) {
	m, ok := s.matcher.(comparer)
	if !ok || s.ctx.Err() != nil {
		return false
	}
	defer func() {
		if p := recover(); p != nil {
			s.matcher, same = nil, false // it will fail again, and tell it then
		}
	}()
	if !m.Same(c, changed) {
		return false
	}
	s.closed = false
	s.bytes += int64(len(c.Data))
	s.o.Progress.Bytes.Add(int64(len(c.Data)))
	s.count(c.Content)
	return true
}

// match scans a chunk. Whatever a content makes a stage do, it ends that
// content's scan alone, and is told.
func (s *sink) match(c *chunk.Chunk) {
	defer func() {
		if p := recover(); p != nil {
			s.matcher = nil // its state can't be trusted any more
			s.closed = true
			s.Problem(source.Problem{Where: c.Content.Path, What: "not scanned to its end: " + failure(p)})
		}
	}()
	if s.matcher == nil {
		s.matcher = s.o.Matcher()
	}
	s.matcher.Match(c, s.judge)
	if m, ok := s.matcher.(interface{ GaveUp() bool }); ok && m.GaveUp() {
		s.tired = true
	}
	if s.flooded && len(s.values) >= MaxValues {
		s.closed = true
	}
}

// judge sends a finding through the filters and keeps it or counts it. What was
// allowed is kept too until the merge: it may be linked to what was not.
func (s *sink) judge(f *finding.Finding) {
	if len(s.mine)-s.spared >= MaxFindings && !s.fresh(f) {
		s.flooded = true
		return
	}
	hidden := s.o.Place == nil && s.o.hides(f)
	to := &s.all.findings
	switch {
	case f.Allowed != nil:
		s.allowed++
		if f.Allowed.Foreign {
			s.foreign++
		}
		if hidden || s.spared >= MaxFindings {
			s.aside(f)
			return
		}
		s.spared++
		to = &s.all.spared
	case hidden:
		s.hidden++
		s.aside(f)
		return
	default:
		s.o.Progress.Findings.Add(1)
	}
	s.mine = append(s.mine, f)
	to.add(f)
}

// fresh tells whether a finding of a content that has many already is of a value
// that was not found there before: the one secret at the end of a log that names
// its key on every line. There is an end to that, too.
func (s *sink) fresh(f *finding.Finding) bool {
	if s.values == nil {
		s.values = make(map[string]bool, MaxValues)
		for _, f := range s.mine {
			s.values[f.Fingerprint] = true
		}
	}
	if s.values[f.Fingerprint] || len(s.values) >= MaxValues {
		return false
	}
	s.values[f.Fingerprint] = true
	return true
}

// aside keeps the values of a finding that goes no further.
func (s *sink) aside(f *finding.Finding) {
	s.other(f.Value)
	for _, p := range f.Parts {
		s.other(p.Value)
	}
}

func (s *sink) other(v finding.Secret) {
	switch {
	case s.others[v]:
	case len(s.others) >= MaxFindings:
		s.untold = true
	default:
		if s.others == nil {
			s.others = map[finding.Secret]bool{}
		}
		s.others[v] = true
		s.all.others.add(v)
	}
}

// Problem implements source.Sink.
func (s *sink) Problem(p source.Problem) {
	s.all.problems.add(finding.Problem(p))
}

// Skip implements source.Sink.
func (s *sink) Skip(n int) { s.skipped += n }
