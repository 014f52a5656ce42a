package main

import (
	"lockaway/scanner"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// maxCounted is how many findings are looked at in a file as it was. What is beyond
// counts as not there; so many are not listed of a file as it is, either.
const maxCounted = 2 * scanner.MaxValues

// count counts the values in a file's bytes, by fingerprint: see changes.Counter. One
// goroutine may call it at a time.
func (s *setup) count(path string, data []byte) map[string]int {
	if s.counting == nil {
		make, err := s.matcher(nil)
		if err != nil {
			return nil // told by the scan itself
		}
		s.counting = make()
	}
	f := &finder{matcher: s.counting}
	source.Hand(f, &chunk.Content{Kind: chunk.Index, Path: path}, data)
	return changes.Count(f.found)
}

// finder is a sink that only finds.
type finder struct {
	matcher scanner.Matcher
	found   []*finding.Finding
}

// Chunk implements source.Sink.
func (f *finder) Chunk(c *chunk.Chunk) {
	f.matcher.Match(c, func(it *finding.Finding) {
		if len(f.found) < maxCounted {
			f.found = append(f.found, it)
		}
	})
}

// Problem and Skip implement source.Sink.
func (f *finder) Problem(source.Problem) {}
func (f *finder) Skip(int)               {}
