package source_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
)

// shapesOf notes what chunks a sink gets.
type shapesOf struct {
	seed maphash.Seed
	list []string
}

func (s *shapesOf) Chunk(c *chunk.Chunk) {
	s.list = append(s.list, fmt.Sprintf("%d+%d [%d,%d) line %d column %d head %d first %v last %v %x", c.Offset, len(c.Data), c.From, c.To,
		c.Line, c.Column, len(c.Head), c.First, c.Last, maphash.Bytes(s.seed, c.Data)))
}
func (s *shapesOf) Problem(source.Problem) {}
func (s *shapesOf) Skip(int)               {}

// What is in memory is cut as what is read.
func TestHandCutsAsAFeederDoes(t *testing.T) {
	page := bytes.Repeat([]byte("a line\nand one that is longer\n\n"), 1<<17)
	copy(page[700_000:2_000_000], bytes.Repeat([]byte("x"), 1_300_000)) // a line longer than a window
	for _, size := range []int{0, 1, chunk.HeadSize, source.Window - 1, source.Window, source.Window + 1, 2*source.Window + 5, 3*chunk.PieceSize + 2*chunk.Reach, len(page)} {
		c := &chunk.Content{Kind: chunk.Blob}
		fed, handed := &shapesOf{seed: maphash.MakeSeed()}, &shapesOf{}
		handed.seed = fed.seed
		if err := source.NewFeeder().Feed(context.Background(), fed, c, bytes.NewReader(page[:size])); err != nil {
			t.Fatal(err)
		}
		source.Hand(handed, c, page[:size])
		if fmt.Sprint(fed.list) != fmt.Sprint(handed.list) {
			t.Errorf("%d bytes:\nfed    %q\nhanded %q", size, fed.list, handed.list)
		}
	}
}
