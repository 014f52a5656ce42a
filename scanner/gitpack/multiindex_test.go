package gitpack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type madeChunk struct {
	name string
	data []byte
}

// madeMulti writes a multi-pack-index as gitformat-pack and gitformat-chunk describe
// it, entry i in pack i modulo the number of packs.
func madeMulti(entries []madeEntry, h Hash, packs ...string) []byte {
	names := strings.Join(packs, "\x00") + "\x00"
	var ids, offs, far []byte
	large := slices.ContainsFunc(entries, func(e madeEntry) bool { return e.off >= 1<<32 })
	for i, e := range entries {
		ids = append(ids, e.id...)
		offs = binary.BigEndian.AppendUint32(offs, uint32(i%len(packs)))
		off := uint32(e.off)
		if large && e.off >= 1<<31 {
			off = 1<<31 | uint32(len(far)/8)
			far = binary.BigEndian.AppendUint64(far, e.off)
		}
		offs = binary.BigEndian.AppendUint32(offs, off)
	}
	chunks := []madeChunk{{"OIDF", madeFanout(entries)}, {"XTRA", []byte("what a later git may add")}, {"OIDL", ids}, {"OOFF", offs}}
	if large {
		chunks = append(chunks, madeChunk{"LOFF", far})
	}
	chunks = append(chunks, madeChunk{"PNAM", append([]byte(names), make([]byte, -len(names)&3)...)})
	return closed(madeChunks(chunks, h, len(packs)), h)
}

func madeChunks(chunks []madeChunk, h Hash, packs int) []byte {
	out := append([]byte("MIDX\x01"), byte(h)+1, byte(len(chunks)), 0)
	out = binary.BigEndian.AppendUint32(out, uint32(packs))
	at := uint64(12 + 12*(len(chunks)+1))
	for _, c := range append(chunks, madeChunk{name: "\x00\x00\x00\x00"}) {
		out = binary.BigEndian.AppendUint64(append(out, c.name...), at)
		at += uint64(len(c.data))
	}
	for _, c := range chunks {
		out = append(out, c.data...)
	}
	return out
}

func TestMultiPackIndex(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	for _, h := range []Hash{SHA1, SHA256} {
		for _, n := range []int{0, 1, 500} {
			for _, most := range []uint64{1 << 31, 1 << 32, 1 << 40} {
				entries := madeEntries(rng, n, h, true)
				for i := range entries {
					entries[i].off = rng.Uint64N(most)
				}
				x, err := ParseMultiPackIndex(madeMulti(entries, h, "pack-1.idx", "pack-22.idx", "pack-333.pack"), h)
				if err != nil {
					t.Fatal(err)
				}
				if err := x.Verify(); err != nil {
					t.Error(err)
				}
				if want := []string{"pack-1.pack", "pack-22.pack", "pack-333.pack"}; !slices.Equal(x.Packs(), want) || x.Len() != n || x.Bases() != 0 {
					t.Fatalf("%q, %d", x.Packs(), x.Len())
				}
				for i, e := range entries {
					at, ok := x.Find(e.id)
					pack, off := x.At(i)
					if !ok || at != i || pack != i%3 || off != e.off || x.ID(i) != IDFrom(e.id) {
						t.Fatalf("object %d: found as %d, in %d at %d, not %d", i, at, pack, off, e.off)
					}
				}
			}
		}
	}
}

func TestMultiPackIndexDamaged(t *testing.T) {
	entries := madeEntries(rand.New(rand.NewPCG(23, 24)), 40, SHA1, true)
	entries[3].off = 1 << 35
	good := madeMulti(entries, SHA1, "pack-1.idx", "pack-2.idx")
	for n := range good {
		x, err := ParseMultiPackIndex(good[:n:n], SHA1)
		if err == nil {
			err = x.Verify()
		}
		if !errors.Is(err, ErrMultiPackIndex) {
			t.Fatalf("%d of %d bytes: %v", n, len(good), err)
		}
	}
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 0x81
		x, err := ParseMultiPackIndex(bad, SHA1)
		if err == nil {
			for i := range x.Len() {
				x.At(i)
				x.Find(x.Bytes(i))
			}
			err = x.Verify()
		}
		if !errors.Is(err, ErrMultiPackIndex) {
			t.Errorf("byte %d: %v", i, err)
		}
	}
	if _, err := ParseMultiPackIndex(good, SHA256); !errors.Is(err, ErrMultiPackIndex) {
		t.Errorf("the other object format: %v", err)
	}
}

// TestMultiPackIndexNames has names that paths must not be made of.
func TestMultiPackIndexNames(t *testing.T) {
	for _, name := range []string{"", ".idx", "pack-1", "../pack-1.idx", "a/b.idx", `a\b.idx`, "/pack.pack", "c:pack.idx", "pack.idx.idx.txt"} {
		if _, err := ParseMultiPackIndex(madeMulti(nil, SHA1, name), SHA1); !errors.Is(err, ErrMultiPackIndex) {
			t.Errorf("%q is taken", name)
		}
	}
}

func TestMultiPackIndexOfGit(t *testing.T) {
	for _, h := range []Hash{SHA1, SHA256} {
		g := newRealGit(t, h)
		rng := rand.New(rand.NewPCG(4, 4))
		for v := range 3 {
			g.write("file", strings.Repeat("text ", rng.IntN(1000)))
			g.run(nil, "add", "-A")
			g.run(nil, "commit", "-q", "-m", itoa(v))
			g.run(nil, "repack", "-dq") // what is new, into a pack of its own
		}
		g.run(nil, "multi-pack-index", "write")
		paths, err := MultiPackIndexPaths(filepath.Join(g.dir, ".git", "objects"), h)
		if err != nil || len(paths) != 1 {
			t.Fatalf("%q, %v", paths, err)
		}
		x, err := ParseMultiPackIndex(g.read(paths[0]), h)
		if err != nil {
			t.Fatal(err)
		}
		if err := x.Verify(); err != nil {
			t.Error(err)
		}
		if len(x.Packs()) != 3 || x.Len() != len(g.objects()) {
			t.Errorf("%d packs, %d objects", len(x.Packs()), x.Len())
		}
		for i := range x.Len() {
			pack, off := x.At(i)
			name := filepath.Join(g.dir, ".git/objects/pack", strings.TrimSuffix(x.Packs()[pack], ".pack")+".idx")
			one, err := ParsePackIndex(g.read(name), h)
			if err != nil {
				t.Fatal(err)
			}
			if at, ok := one.Find(x.Bytes(i)); !ok || one.Offset(at) != off {
				t.Errorf("object %s isn't at %d of %s", x.ID(i), off, name)
			}
		}
	}
}

func TestMultiPackIndexPaths(t *testing.T) {
	objects := t.TempDir()
	folder := filepath.Join(objects, "pack", "multi-pack-index.d")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	one, two := strings.Repeat("1a", 20), strings.Repeat("2b", 20)
	write := func(text string) ([]string, error) {
		if err := os.WriteFile(filepath.Join(folder, "multi-pack-index-chain"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return MultiPackIndexPaths(objects, SHA1)
	}
	all := filepath.Join(objects, "pack", "multi-pack-index")
	want := []string{all, filepath.Join(folder, "multi-pack-index-"+one+".midx"), filepath.Join(folder, "multi-pack-index-"+two+".midx")}
	if got, err := write(one + "\n" + two + "\n"); err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := write(""); err != nil || len(got) != 1 {
		t.Errorf("an empty chain: %q, %v", got, err)
	}
	for _, bad := range []string{"../../x\n", one[:38] + "\n", one + one[:24] + "\n", one + " \n", strings.Repeat(one+"\n", 300)} {
		if got, err := write(bad); !errors.Is(err, ErrMultiPackIndex) || !slices.Contains(got, all) {
			t.Errorf("%.50q: %q, %v", bad, got, err)
		}
	}
}

func FuzzMultiPackIndex(f *testing.F) {
	rng := rand.New(rand.NewPCG(25, 26))
	for _, h := range []Hash{SHA1, SHA256} {
		entries := madeEntries(rng, 5, h, false)
		f.Add(madeMulti(entries, h, "pack-1.idx"), h == SHA256)
		entries[2].off = 1 << 40
		f.Add(madeMulti(entries, h, "pack-1.idx", "pack-2.idx"), h == SHA256)
	}
	f.Fuzz(func(t *testing.T, data []byte, long bool) {
		h := SHA1
		if long {
			h = SHA256
		}
		x, err := ParseMultiPackIndex(data, h)
		if err != nil {
			if !errors.Is(err, ErrMultiPackIndex) {
				t.Error(err)
			}
			return
		}
		for _, name := range x.Packs() {
			if filepath.Base(name) != name || bytes.ContainsAny([]byte(name), "\x00/") {
				t.Errorf("a pack named %q", name)
			}
		}
		sound := x.Verify() == nil
		for i := range x.Len() {
			if pack, _ := x.At(i); pack >= len(x.Packs()) || sound && pack < 0 {
				t.Errorf("object %d in pack %d", i, pack)
			}
			if at, ok := x.Find(x.Bytes(i)); sound && (!ok || at != i) {
				t.Errorf("object %d found as %d, %t", i, at, ok)
			}
		}
	})
}
