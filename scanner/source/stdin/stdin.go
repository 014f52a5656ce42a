// Package stdin is the source that reads one stream, standard input as a rule, as
// one content.
//
// The room knows nothing of files and of what its chunks are searched for.
package stdin

import (
	"context"
	"io"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
)

// Path is what standard input is called in reports.
const Path = "-"

// Source reads a stream.
type Source struct{ r io.Reader }

// New returns the source that reads r to its end.
func New(r io.Reader) *Source { return &Source{r} }

// Run reads the stream into the first sink. A read error is a Problem. When the
// context ends while a read waits for bytes, Run returns and leaves the reader
// behind in that read.
func (s *Source) Run(ctx context.Context, sinks []source.Sink) error {
	content := &chunk.Content{Kind: chunk.Stdin, Path: Path}
	err := source.NewFeeder().Feed(ctx, sinks[0], content, source.Interruptible(ctx, s.r))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		sinks[0].Problem(source.Problem{Where: Path, What: source.Describe(err)})
	}
	return nil
}
