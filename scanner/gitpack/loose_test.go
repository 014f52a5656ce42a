package gitpack

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// madeLoose deflates a loose object's head and bytes.
func madeLoose(head, body string, level int) []byte {
	var out bytes.Buffer
	w, err := zlib.NewWriterLevel(&out, level)
	if err != nil {
		panic(err)
	}
	io.WriteString(w, head)
	io.WriteString(w, body)
	w.Close()
	return out.Bytes()
}

// readLooseBothWays reads a loose object whole and as a stream, and holds one
// against the other.
func readLooseBothWays(t *testing.T, file []byte, limit int) (Kind, []byte, error) {
	t.Helper()
	kind, data, err := ParseLoose(NewInflater(), file, limit)
	if errors.Is(err, ErrLooseLimit) {
		return 0, nil, err
	}
	kind2, size, body, err2 := LooseReader(iotest.OneByteReader(bytes.NewReader(file)))
	var data2 []byte
	if err2 == nil {
		data2, err2 = io.ReadAll(io.LimitReader(body, int64(limit)+1))
	}
	if (err == nil) != (err2 == nil) {
		t.Fatalf("whole: %v, as a stream: %v", err, err2)
	}
	if err != nil {
		if !errors.Is(err, ErrLoose) || !errors.Is(err2, ErrLoose) {
			t.Fatalf("other errors: %v, %v", err, err2)
		}
		return 0, nil, err
	}
	if kind != kind2 || int(size) != len(data) || !bytes.Equal(data, data2) {
		t.Fatalf("%v %q; as a stream %v %d %q", kind, data, kind2, size, data2)
	}
	return kind, data, nil
}

func TestLoose(t *testing.T) {
	for _, size := range []int{0, 1, 9, 10, 30, 31, 32, 33, 255, 5000, 200_000} {
		for level := range 10 {
			want := strings.Repeat("some words, ", size/12+1)[:size]
			kind, data, err := readLooseBothWays(t, madeLoose("blob "+itoa(size)+"\x00", want, level), size)
			if err != nil || kind != Blob || string(data) != want {
				t.Fatalf("%d bytes, level %d: %v %v", size, level, kind, err)
			}
			if size > 0 {
				if _, _, err := ParseLoose(NewInflater(), madeLoose("tree "+itoa(size)+"\x00", want, level), size-1); !errors.Is(err, ErrLooseLimit) {
					t.Fatalf("over the limit: %v", err)
				}
			}
		}
	}
}

func itoa(n int) string { return string(appendDecimal(nil, n)) }

func appendDecimal(b []byte, n int) []byte {
	if n >= 10 {
		b = appendDecimal(b, n/10)
	}
	return append(b, byte('0'+n%10))
}

func TestLooseDamaged(t *testing.T) {
	for _, head := range []string{
		"", "\x00", "blob", "blob 5", "blob \x00", "blob  5\x00", " 5\x00", "blob -5\x00", "blob +5\x00", "blob 05\x00", "blob 5 \x00", "blob 5\n\x00",
		"Blob 5\x00", "blobs 5\x00", "kind 3 5\x00", "offset delta 5\x00", "blob 4\x00", "blob 6\x00", "blob 0\x00", "blob 0x5\x00",
		"blob 99999999999999999999\x00", "blob 9223372036854775807\x00", "blob 18446744073709551621\x00", "blob 4294967301\x00", "commit 1_000\x00",
		strings.Repeat("x", 100), strings.Repeat("blob ", 100),
	} {
		if _, _, err := readLooseBothWays(t, madeLoose(head, "bytes", 6), 1<<40); err == nil {
			t.Errorf("%q is taken", head)
		}
	}
	good := madeLoose("tag 300\x00", strings.Repeat("abc", 100), 9)
	if _, _, err := readLooseBothWays(t, append(slices.Clone(good), 0), 300); err == nil {
		t.Error("what follows the object is not seen")
	}
	for n := range good {
		if _, _, err := readLooseBothWays(t, good[:n:n], 300); !errors.Is(err, ErrInflateTruncated) {
			t.Errorf("%d of %d bytes: %v", n, len(good), err)
		}
	}
	rng := rand.New(rand.NewPCG(15, 16))
	for range 2000 {
		bad := slices.Clone(good)
		bad[rng.IntN(len(bad))] ^= 1 << rng.IntN(8)
		if _, data, err := readLooseBothWays(t, bad, 300); err == nil && string(data) != strings.Repeat("abc", 100) {
			t.Errorf("%x passes", bad)
		}
	}
}

// TestLooseReaderFails keeps the reader's own errors apart from damage.
func TestLooseReaderFails(t *testing.T) {
	noise := make([]byte, 30_000)
	rng := rand.New(rand.NewPCG(17, 18))
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	good := madeLoose("blob 30000\x00", string(noise), 6)
	fails := errors.New("the disk is gone")
	for _, n := range []int{0, 1, 10, 20_000, len(good)} {
		_, _, body, err := LooseReader(io.MultiReader(bytes.NewReader(good[:n]), iotest.ErrReader(fails)))
		if err == nil {
			_, err = io.ReadAll(body)
		}
		if !errors.Is(err, fails) || errors.Is(err, ErrLoose) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

func TestLooseOfGit(t *testing.T) {
	for _, h := range []Hash{SHA1, SHA256} {
		g := newRealGit(t, h)
		g.fill(rand.New(rand.NewPCG(3, 3)), 3)
		objects := g.objects()
		paths := g.files("objects/??/*")
		if len(paths) != len(objects) {
			t.Fatalf("%d files of %d objects", len(paths), len(objects))
		}
		for _, path := range paths {
			id := filepath.Base(filepath.Dir(path)) + filepath.Base(path)
			if _, err := hex.DecodeString(id); err != nil {
				continue
			}
			kind, data, err := readLooseBothWays(t, g.read(path), 1<<20)
			if want := objects[id]; err != nil || kind.String() != want.kind || !bytes.Equal(data, want.data) {
				t.Errorf("%s: %v, %v, %d bytes; git says %s, %d bytes", id, err, kind, len(data), want.kind, len(want.data))
			}
		}
	}
}

func FuzzLoose(f *testing.F) {
	for _, head := range []string{"blob 5\x00", "blob 6\x00", "tree 5\x00", "tag 05\x00"} {
		f.Add(madeLoose(head, "bytes", 6))
		f.Add(madeLoose(head, "bytes", 0))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		readLooseBothWays(t, file, 1<<20)
	})
}
