package files

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
	"lockaway/scanner/source/sourcetest"
)

// disks are the twins: every test of reading runs on both.
var disks = map[string]disk{"system": newDisk(), "portable": portable{}}

// subject plants contents in a folder and scans that, as ".", so that names are
// reported as they are planted.
func subject(d disk) sourcetest.Subject {
	return sourcetest.Subject{
		Kind: chunk.File,
		Source: func(tb testing.TB, contents map[string][]byte) source.Source {
			tb.Chdir(tb.TempDir())
			for name, data := range contents {
				plant(tb, name, data)
			}
			s := New(Options{})
			s.disk = d
			return s
		},
	}
}

func TestConformance(t *testing.T) {
	for name, d := range disks {
		t.Run(name, func(t *testing.T) { sourcetest.Test(t, subject(d)) })
	}
}

func BenchmarkFiles(b *testing.B) {
	for name, d := range disks {
		b.Run(name, func(b *testing.B) { sourcetest.Benchmark(b, subject(d)) })
	}
}

// plant writes a file and the folders above it. Runs of zeros become holes.
func plant(tb testing.TB, name string, data []byte) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		tb.Fatal(err)
	}
	f, err := os.Create(name)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	const page = 64 << 10
	for off := 0; off < len(data); off += page {
		b := data[off:min(off+page, len(data))]
		if len(b) == page && bytes.Count(b, []byte{0}) == page {
			continue
		}
		if _, err := f.WriteAt(b, int64(off)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := f.Truncate(int64(len(data))); err != nil {
		tb.Fatal(err)
	}
}
