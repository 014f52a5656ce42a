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
	matcher Matcher

	findings []*finding.Finding
	problems []finding.Problem
	files    int
	blobs    int
	commits  int
	bytes    int64
	skipped  int
	allowed  int
	hidden   int
	others   map[finding.Secret]bool

	interrupted bool // something was left out because the run ended early

	// Of the content that is being read:
	found  int   // findings kept
	spared int   // likewise, allowed
	beside int   // values of findings that are not
	closed bool  // nothing more of it is scanned
	end    int64 // up to where its bytes are counted
}

// Chunk implements source.Sink.
func (s *sink) Chunk(c *chunk.Chunk) {
	if c.First {
		s.found, s.spared, s.beside, s.closed, s.end = 0, 0, 0, false, 0
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
	}
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
	s.matcher.Match(c, func(f *finding.Finding) { s.judge(c, f) })
}

// judge sends a finding through the filters and keeps it or counts it. What was
// allowed is kept too until the merge: it may be linked to what was not.
func (s *sink) judge(c *chunk.Chunk, f *finding.Finding) {
	hidden := s.o.Place == nil && s.o.hides(f)
	switch {
	case f.Allowed != nil:
		s.allowed++
		if s.spared++; hidden || s.spared > MaxFindings {
			s.aside(c, f)
			return
		}
	case hidden:
		s.hidden++
		s.aside(c, f)
		return
	default:
		if s.found++; s.found > MaxFindings {
			if s.found == MaxFindings+1 {
				s.Problem(source.Problem{Where: c.Content.Path, What: fmt.Sprintf("more than %d findings: the rest is not listed", MaxFindings)})
			}
			return
		}
		s.o.Progress.Findings.Add(1)
	}
	s.findings = append(s.findings, f)
}

// aside keeps the values of a finding that goes no further.
func (s *sink) aside(c *chunk.Chunk, f *finding.Finding) {
	if s.others == nil {
		s.others = map[finding.Secret]bool{}
	}
	if s.others[f.Value] && len(f.Parts) == 0 {
		return
	}
	if s.beside++; s.beside > MaxFindings {
		if s.beside == MaxFindings+1 {
			s.Problem(source.Problem{Where: c.Content.Path, Low: true, What: fmt.Sprintf("more than %d values that are not shown: the rest is not masked where it stands beside others", MaxFindings)})
		}
		return
	}
	s.others[f.Value] = true
	for _, p := range f.Parts {
		s.others[p.Value] = true
	}
}

// Problem implements source.Sink.
func (s *sink) Problem(p source.Problem) {
	s.problems = append(s.problems, finding.Problem(p))
}

// Skip implements source.Sink.
func (s *sink) Skip(n int) { s.skipped += n }
