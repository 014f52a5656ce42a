package gitpack

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// realGit is a repository made by git itself, for holding our readers against it.
type realGit struct{ *sandbox }

func newRealGit(t *testing.T, h Hash) *realGit {
	t.Helper()
	return &realGit{newSandbox(t).initRepo("--object-format=" + h.String())}
}

func (g *realGit) run(stdin []byte, args ...string) []byte {
	g.t.Helper()
	return []byte(g.feed(string(stdin), args...))
}

// fill commits n versions of a few files, each edited a little.
func (g *realGit) fill(rng *rand.Rand, n int) {
	lines := make([]string, 400)
	line := func() string { return fmt.Sprintf("line %d of some text, %x\n", rng.IntN(50), rng.Uint64()) }
	for i := range lines {
		lines[i] = line()
	}
	noise := make([]byte, 70_000) // stored, not deflated
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	for v := range n {
		lines[rng.IntN(len(lines))] = line()
		from := rng.IntN(len(lines) - 10)
		lines = append(lines[:from], lines[from+rng.IntN(3):]...)
		copy(noise[rng.IntN(len(noise)-10):], "new bytes")
		g.write("a/text", strings.Join(lines, ""))
		g.write("b/noise", string(noise))
		g.write(fmt.Sprintf("c/%d", v), strings.Repeat("x", v*100))
		g.run(nil, "add", "-A")
		g.run(nil, "commit", "-q", "-m", fmt.Sprintf("version %d", v))
	}
	g.run(nil, "tag", "-a", "-m", "a tag", "v1")
}

// files returns the paths below .git that fit a pattern.
func (g *realGit) files(pattern string) []string {
	g.t.Helper()
	paths, err := filepath.Glob(filepath.Join(g.dir, ".git", pattern))
	if err != nil || len(paths) == 0 {
		g.t.Fatalf("%s: nothing there (%v)", pattern, err)
	}
	return paths
}

func (g *realGit) read(path string) []byte {
	g.t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		g.t.Fatal(err)
	}
	return data
}

// realObject is an object as git says it is.
type realObject struct {
	kind string
	data []byte
}

// objects returns all objects of the repository, by id.
func (g *realGit) objects() map[string]realObject {
	g.t.Helper()
	out := map[string]realObject{}
	for rest := g.run(nil, "cat-file", "--batch-all-objects", "--batch"); len(rest) > 0; {
		head, body, _ := bytes.Cut(rest, []byte("\n"))
		f := strings.Fields(string(head))
		n, err := strconv.Atoi(f[2])
		if err != nil {
			g.t.Fatal(err)
		}
		out[f[0]] = realObject{f[1], body[:n]}
		rest = body[n+1:]
	}
	return out
}

// TestPackIndexOfGit holds indexes of both versions against git show-index.
func TestPackIndexOfGit(t *testing.T) {
	for _, h := range []Hash{SHA1, SHA256} {
		g := newRealGit(t, h)
		g.fill(rand.New(rand.NewPCG(1, 1)), 10)
		g.run(nil, "repack", "-adfq")
		pack := g.files("objects/pack/*.pack")[0]
		// The last makes each offset from 64 bytes on a far one.
		for _, version := range []string{"1", "2", "2,0x40"} {
			path := filepath.Join(t.TempDir(), "x.idx")
			g.run(nil, "index-pack", "--index-version="+version, "-o", path, pack)
			data := g.read(path)
			x, err := ParsePackIndex(data, h)
			if err != nil {
				t.Fatalf("%v, version %s: %v", h, version, err)
			}
			if err := x.Verify(); err != nil {
				t.Errorf("%v, version %s: %v", h, version, err)
			}
			lines := strings.Split(strings.TrimSpace(string(g.run(data, "show-index", "--object-format="+h.String()))), "\n")
			if x.Len() != len(lines) {
				t.Fatalf("%d objects, git says %d", x.Len(), len(lines))
			}
			for i, line := range lines {
				f := strings.Fields(line)
				if f[0] != fmt.Sprint(x.Offset(i)) || f[1] != x.ID(i).String() {
					t.Errorf("object %d: %s at %d, git says %s", i, x.ID(i), x.Offset(i), line)
				}
			}
			end := g.read(pack)
			if !bytes.Equal(x.PackChecksum(), end[len(end)-h.Size():]) {
				t.Error("the pack's checksum is another")
			}
		}
	}
}

// TestPackOfGit inflates all entries of packs that git made and applies the deltas
// among them.
func TestPackOfGit(t *testing.T) {
	for _, h := range []Hash{SHA1, SHA256} {
		g := newRealGit(t, h)
		g.fill(rand.New(rand.NewPCG(2, 2)), 12)
		for _, level := range []string{"0", "1", "6", "9"} {
			g.run(nil, "-c", "pack.compression="+level, "repack", "-adfFq", "--depth=50", "--window=50")
			if deltas := g.checkPack(h); deltas < 10 {
				t.Errorf("%v, level %s: %d deltas only", h, level, deltas)
			}
		}
	}
}

func (g *realGit) checkPack(h Hash) (deltas int) {
	g.t.Helper()
	t, pack, objects := g.t, g.read(g.files("objects/pack/*.pack")[0]), g.objects()
	x, err := ParsePackIndex(g.read(g.files("objects/pack/*.idx")[0]), h)
	if err != nil {
		t.Fatal(err)
	}
	inf := NewInflater()
	var plain plainInflater
	// Lines of verify-pack: id kind size size-in-pack offset [depth base-id].
	for line := range strings.Lines(string(g.run(nil, "verify-pack", "-v", g.files("objects/pack/*.idx")[0]))) {
		f := strings.Fields(line)
		if len(f) != 5 && len(f) != 7 || len(f[0]) != 2*h.Size() {
			continue
		}
		id, _ := hex.DecodeString(f[0])
		i, ok := x.Find(id)
		if !ok || fmt.Sprint(x.Offset(i)) != f[4] {
			t.Fatalf("%s: found %t", line, ok)
		}
		size, _ := strconv.Atoi(f[2])
		packed, _ := strconv.Atoi(f[3])
		entry := pack[x.Offset(i):][:packed]
		from := 1 // the kind and size, then what the base is
		for entry[from-1]&0x80 != 0 {
			from++
		}
		if len(f) == 7 {
			for from++; entry[from-1]&0x80 != 0; from++ {
			}
		}
		data := make([]byte, size)
		used, err := inf.Inflate(data, entry[from:])
		if err != nil || used != len(entry)-from {
			t.Fatalf("%s: %d of %d bytes used, %v", line, used, len(entry)-from, err)
		}
		again := make([]byte, size)
		if used, err = plain.Inflate(again, pack[int(x.Offset(i))+from:]); err != nil || used != len(entry)-from || !bytes.Equal(again, data) {
			t.Fatalf("%s: the plain twin: %v", line, err)
		}
		if len(f) == 7 {
			deltas++
			checkDelta(t, nil, objects[f[6]].data, data)
			if data, _, err = ApplyDelta(nil, objects[f[6]].data, data, nil); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(data, objects[f[0]].data) {
			t.Errorf("%s: other bytes than git's", line)
		}
		if _, err := inf.Inflate(make([]byte, size+1), entry[from:]); !errors.Is(err, ErrInflateSize) {
			t.Errorf("%s: one byte more was expected: %v", line, err)
		}
	}
	return deltas
}
