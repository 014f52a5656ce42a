package stdin_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
	"lockaway/scanner/source/sourcetest"
	"lockaway/scanner/source/stdin"
)

var subject = sourcetest.Subject{
	Kind: chunk.Stdin,
	Name: stdin.Path,
	Source: func(_ testing.TB, contents map[string][]byte) source.Source {
		return stdin.New(bytes.NewReader(contents[stdin.Path]))
	},
	Broken: func(_ testing.TB, data []byte) source.Source {
		return stdin.New(io.MultiReader(bytes.NewReader(data), iotest.ErrReader(errors.New("the line is dead"))))
	},
}

func TestConformance(t *testing.T) { sourcetest.Test(t, subject) }

func BenchmarkStdin(b *testing.B) { sourcetest.Benchmark(b, subject) }

// closer ends the context once its content was closed.
type closer struct {
	source.Sink
	closed chan struct{}
}

func (c closer) Chunk(k *chunk.Chunk) {
	if k.Last {
		close(c.closed)
	}
}

// TestCancelWhileWaiting ends the context while a read waits for a writer that
// will never write again.
func TestCancelWhileWaiting(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		w.Write([]byte("the first half"))
		cancel()
	}()
	sink := closer{closed: make(chan struct{})}
	if err := stdin.New(r).Run(ctx, []source.Sink{sink}); !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v", err)
	}
	select {
	case <-sink.closed:
	default:
		t.Log("nothing was begun: the end came first")
	}
}
