package files

import (
	"context"
	"path/filepath"
	"runtime"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
)

// meter counts what it is given, and looks at none of it.
type meter struct {
	files, skipped int
	bytes          int64
	problems       []source.Problem
}

func (m *meter) Chunk(c *chunk.Chunk) {
	if c.Last {
		m.files++
		m.bytes += c.Offset + int64(c.To)
	}
}
func (m *meter) Problem(p source.Problem) { m.problems = append(m.problems, p) }
func (m *meter) Skip(n int)               { m.skipped += n }

func run(tb testing.TB, s *Source, workers int) (total meter) {
	tb.Helper()
	meters := make([]meter, workers)
	sinks := make([]source.Sink, workers)
	for i := range meters {
		sinks[i] = &meters[i]
	}
	if err := s.Run(context.Background(), sinks); err != nil {
		tb.Fatal(err)
	}
	for _, m := range meters {
		total.files += m.files
		total.bytes += m.bytes
		total.skipped += m.skipped
		total.problems = append(total.problems, m.problems...)
	}
	return total
}

// BenchmarkTree walks and reads Go's own sources.
func BenchmarkTree(b *testing.B) {
	for _, d := range []struct {
		name string
		disk disk
		git  bool
	}{{"system", newDisk(), false}, {"gitignore", newDisk(), true}, {"portable", portable{}, false}} {
		b.Run(d.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s := New(Options{Paths: []string{filepath.Join(runtime.GOROOT(), "src")}, Gitignore: d.git})
				s.disk = d.disk
				m := run(b, s, runtime.GOMAXPROCS(0))
				if m.files == 0 || len(m.problems) > 0 {
					b.Fatalf("%+v", m)
				}
				b.SetBytes(m.bytes)
				b.ReportMetric(float64(m.files), "files")
			}
		})
	}
}
