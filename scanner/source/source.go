// Package source says what a source of content is, and how it may be called.
//
// A source reads something (folders and files, standard input) and hands what it
// reads to sinks, one for each worker:
//
//   - The number of sinks is the number of goroutines that the source may use for
//     reading. A sink is used by one goroutine at a time; different sinks are used
//     at the same time.
//   - All chunks of one content go to one sink, in ascending order, from the one
//     marked First to the one marked Last, without another content's between.
//   - A chunk and its bytes are the source's again when Chunk returns; its Content
//     is the same for all chunks of a content, and is never changed.
//   - A long run of zero bytes (a sparse file's hole) may be passed by: the next
//     chunk of the content stands farther on than the one before ends, with its
//     Offset and Line right. Reach zero bytes on either side of what is passed by
//     are owned as ever. A content's size is therefore Offset+To of its Last chunk,
//     not the sum of what its chunks own.
//   - What can't be read is told through Problem and the source goes on; an error
//     is returned only when nothing of what was asked for can be done.
//   - A content that breaks off while it is read (it vanished, the disk failed)
//     is a Problem, and is closed by a Last chunk that owns nothing.
//   - When the context ends, the source returns soon, with the context's error.
//     What was begun is closed.
//
// The room knows nothing of rules and findings.
package source

import (
	"context"

	"lockaway/scanner/chunk"
)

// Problem is something that was asked for and could not be read.
type Problem struct {
	// Where names the thing: a path as reported.
	Where string
	// What says what is wrong, in lower case, without a period.
	What string
	// Hint names a next step, if one is known.
	Hint string
	// Low marks what nobody could expect to be read.
	Low bool
}

// Sink takes what one worker of a source reads.
type Sink interface {
	// Chunk takes the next chunk. See the package comment for the order.
	Chunk(c *chunk.Chunk)
	// Problem takes what could not be read.
	Problem(p Problem)
	// Skip counts files that ignore files leave out. A folder that is left out
	// is not looked into and counts as one.
	Skip(n int)
}

// Comparer is a sink that spares a source handing over what is much like something
// that was scanned before: the versions of a file.
type Comparer interface {
	Sink
	// Quiet tells of the content that was handed over last, by chunks or by Same,
	// that Same may be asked about contents which are made of it.
	Quiet() bool
	// Same takes a whole content that is like a quiet one but for the given ranges
	// (see match.Worker.Same). If it returns true the content is scanned and
	// counted; if not, it is to be handed over by chunks.
	Same(c *chunk.Chunk, changed []chunk.Range) bool
}

// Source hands content to sinks.
type Source interface {
	// Run reads everything. See the package comment for the contract.
	Run(ctx context.Context, sinks []Sink) error
}
