package ranges

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
	"lockaway/scanner/source/sourcetest"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 3)) }

// subject is what the contract's tests are told of: files of one kind. What else comes
// of a commit is kept from them.
func subject() sourcetest.Subject {
	return sourcetest.Subject{
		Kind: chunk.Blob,
		Source: func(tb testing.TB, contents map[string][]byte) source.Source {
			r := newRepo(tb)
			var stream strings.Builder
			fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter C <c@example.com> 1 +0000\ndata 1\nm\n")
			for i, name := range slices.Sorted(maps.Keys(contents)) {
				if i%100 == 99 {
					fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter C <c@example.com> %d +0000\ndata 1\nm\n", i)
				}
				fmt.Fprintf(&stream, "M 100644 inline %s\ndata %d\n%s\n", name, len(contents[name]), contents[name])
			}
			if _, err := r.run(stream.String(), "fast-import", "--quiet"); err != nil {
				tb.Fatal(err)
			}
			s, err := Open(Options{Repo: r.open(), Ranges: []string{"main"}, Count: count})
			if err != nil {
				tb.Fatal(err)
			}
			tb.Cleanup(s.Close)
			return filesOnly{s}
		},
	}
}

func TestContract(t *testing.T) { sourcetest.Test(t, subject()) }

func BenchmarkRanges(b *testing.B) { sourcetest.Benchmark(b, subject()) }

// filesOnly passes on the files.
type filesOnly struct{ *Source }

func (f filesOnly) Run(ctx context.Context, sinks []source.Sink) error {
	all := make([]source.Sink, len(sinks))
	for i, s := range sinks {
		all[i] = blobSink{s}
	}
	return f.Source.Run(ctx, all)
}

type blobSink struct{ source.Sink }

func (b blobSink) Chunk(c *chunk.Chunk) {
	if c.Content.Kind == chunk.Blob {
		b.Sink.Chunk(c)
	}
}
