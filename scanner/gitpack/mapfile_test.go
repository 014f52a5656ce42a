package gitpack

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

func TestMapFile(t *testing.T) {
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(1, 2))
	page := os.Getpagesize()
	for _, size := range []int{0, 1, page - 1, page, page + 1, 10*page + 7} {
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(rng.Uint32())
		}
		path := filepath.Join(dir, "f")
		if err := os.WriteFile(path, want, 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := mapFile(path)
		if err != nil {
			t.Fatal(err)
		}
		// Whatever is said of a range, in or out of bounds, the bytes stay.
		for range 50 {
			from := rng.IntN(size+2*page) - page
			to := rng.IntN(size+2*page) - page
			m.release(from, to)
			m.willNeed(from, to)
			m.sequential()
			if !bytes.Equal(m.data, want) {
				t.Fatalf("%d bytes: other bytes after release(%d, %d)", size, from, to)
			}
		}
		if err := m.close(); err != nil {
			t.Fatal(err)
		}
		if err := m.close(); err != nil || m.data != nil {
			t.Fatalf("closed twice: %v", err)
		}
	}
}

func TestMapFileThroughLink(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "to"), []byte("bytes"), 0o600)
	if err := os.Symlink("to", filepath.Join(dir, "from")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	m, err := mapFile(filepath.Join(dir, "from"))
	if err != nil || string(m.data) != "bytes" {
		t.Fatalf("%q, %v", m.data, err)
	}
	m.close()
}

func TestMapFileRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := mapFile(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if _, err := mapFile(dir); !errors.Is(err, ErrNotRegular) {
		t.Errorf("folder: %v", err)
	}
	if _, err := mapFile(os.DevNull); !errors.Is(err, ErrNotRegular) {
		t.Errorf("device: %v", err)
	}
}

// TestMapFileCutOff shows that a file that loses its end under the map is a panic
// that can be recovered from, as the type says.
func TestMapFileCutOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	page := os.Getpagesize()
	os.WriteFile(path, make([]byte, 8*page), 0o600)
	m, err := mapFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	if os.Truncate(path, int64(page)) != nil {
		t.Skip("this system keeps a mapped file from being cut off")
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	read := func(i int) (b byte, ok bool) {
		defer func() { ok = recover() == nil }()
		return m.data[i], true
	}
	if _, ok := read(page - 1); !ok {
		t.Error("what is left can't be read")
	}
	if b, ok := read(4 * page); ok && b != 0 {
		t.Error("what is gone was read")
	}
}
