package gitpack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// madeEntry is an object of an index made for a test.
type madeEntry struct {
	id  []byte
	off uint64
}

// madeEntries makes n entries with evenly spread ids, or with ids that share all but
// a few bits, in order of their ids.
func madeEntries(rng *rand.Rand, n int, h Hash, even bool) []madeEntry {
	seen := map[string]bool{}
	var out []madeEntry
	for len(out) < n {
		id := make([]byte, h.Size())
		for i := range id {
			if even || rng.IntN(12) == 0 {
				id[i] = byte(rng.Uint32())
			}
		}
		if !seen[string(id)] {
			seen[string(id)] = true
			out = append(out, madeEntry{id, uint64(rng.Uint32N(1 << 31))})
		}
	}
	slices.SortFunc(out, func(a, b madeEntry) int { return bytes.Compare(a.id, b.id) })
	return out
}

func madeFanout(entries []madeEntry) []byte {
	var out []byte
	for b := range 256 {
		n := 0
		for _, e := range entries {
			if int(e.id[0]) <= b {
				n++
			}
		}
		out = binary.BigEndian.AppendUint32(out, uint32(n))
	}
	return out
}

// madeIndex writes an index as gitformat-pack describes it.
func madeIndex(entries []madeEntry, h Hash, version int) []byte {
	var out, crcs, offs, far []byte
	if version == 2 {
		out = append(out, "\377tOc\x00\x00\x00\x02"...)
	}
	out = append(out, madeFanout(entries)...)
	for _, e := range entries {
		if version == 1 {
			out = binary.BigEndian.AppendUint32(out, uint32(e.off))
		}
		out = append(out, e.id...)
		crcs = binary.BigEndian.AppendUint32(crcs, 0xdeadbeef)
		off := uint32(e.off)
		if e.off >= 1<<31 {
			off = 1<<31 | uint32(len(far)/8)
			far = binary.BigEndian.AppendUint64(far, e.off)
		}
		offs = binary.BigEndian.AppendUint32(offs, off)
	}
	if version == 2 {
		out = slices.Concat(out, crcs, offs, far)
	}
	out = append(out, bytes.Repeat([]byte("k"), h.Size())...) // the pack's checksum
	return closed(out, h)
}

// closed appends the checksum of data.
func closed(data []byte, h Hash) []byte {
	sum := h.new()
	sum.Write(data)
	return sum.Sum(data)
}

func TestPackIndex(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, h := range []Hash{SHA1, SHA256} {
		for _, version := range []int{1, 2} {
			for _, n := range []int{0, 1, 2, 3, 100, 3000} {
				for _, even := range []bool{true, false} {
					entries := madeEntries(rng, n, h, even)
					if version == 2 {
						for i := range entries {
							if rng.IntN(5) == 0 {
								entries[i].off = 1<<31 + rng.Uint64N(1<<40)
							}
						}
					} else if n > 0 {
						entries[0].off = 1<<32 - 1
					}
					checkIndex(t, rng, entries, h, version)
				}
			}
		}
	}
}

func checkIndex(t *testing.T, rng *rand.Rand, entries []madeEntry, h Hash, version int) {
	t.Helper()
	x, err := ParsePackIndex(madeIndex(entries, h, version), h)
	if err != nil {
		t.Fatalf("%v version %d, %d objects: %v", h, version, len(entries), err)
	}
	if err := x.Verify(); err != nil {
		t.Errorf("%v version %d, %d objects: %v", h, version, len(entries), err)
	}
	if x.Len() != len(entries) || !bytes.Equal(x.PackChecksum(), bytes.Repeat([]byte("k"), h.Size())) {
		t.Errorf("%d objects, pack %x", x.Len(), x.PackChecksum())
	}
	for i, e := range entries {
		if !bytes.Equal(x.Bytes(i), e.id) || x.ID(i) != IDFrom(e.id) || x.Offset(i) != e.off {
			t.Fatalf("object %d: %x at %d, not %x at %d", i, x.Bytes(i), x.Offset(i), e.id, e.off)
		}
		if at, ok := x.Find(e.id); !ok || at != i {
			t.Fatalf("object %d found as %d, %t", i, at, ok)
		}
		near := slices.Clone(e.id) // differs in one bit
		near[rng.IntN(len(near))] ^= 1 << rng.IntN(8)
		_, want := slices.BinarySearchFunc(entries, near, func(e madeEntry, id []byte) int { return bytes.Compare(e.id, id) })
		if _, ok := x.Find(near); ok != want {
			t.Fatalf("%x found: %t", near, ok)
		}
	}
	for _, id := range [][]byte{nil, {0}, make([]byte, 64), make([]byte, 20), make([]byte, 32), bytes.Repeat([]byte{255}, h.Size())} {
		_, want := slices.BinarySearchFunc(entries, id, func(e madeEntry, id []byte) int { return bytes.Compare(e.id, id) })
		if _, ok := x.Find(id); ok != want {
			t.Fatalf("%x found: %t", id, ok)
		}
	}
}

func TestPackIndexDamaged(t *testing.T) {
	entries := madeEntries(rand.New(rand.NewPCG(5, 6)), 50, SHA1, true)
	entries[7].off = 1 << 33
	for _, version := range []int{1, 2} {
		if version == 1 {
			entries[7].off = 7
		}
		good := madeIndex(entries, SHA1, version)
		for n := range good {
			if _, err := ParsePackIndex(good[:n:n], SHA1); !errors.Is(err, ErrPackIndex) {
				t.Fatalf("version %d, %d of %d bytes: %v", version, n, len(good), err)
			}
		}
		if _, err := ParsePackIndex(good, SHA256); !errors.Is(err, ErrPackIndex) {
			t.Errorf("version %d of the other object format: %v", version, err)
		}
		// A flipped bit is an error now or when all is looked at.
		for i := range good {
			bad := slices.Clone(good)
			bad[i] ^= 0x80
			x, err := ParsePackIndex(bad, SHA1)
			if err == nil {
				err = x.Verify()
			}
			if !errors.Is(err, ErrPackIndex) {
				t.Errorf("version %d, byte %d: %v", version, i, err)
			}
		}
	}
}

// TestPackIndexLies has a right checksum over tables that make no sense.
func TestPackIndexLies(t *testing.T) {
	entries := madeEntries(rand.New(rand.NewPCG(7, 8)), 50, SHA1, true)
	entries[9].off = 1 << 33
	lie := func(change func(b []byte)) *PackIndex {
		b := madeIndex(entries, SHA1, 2)
		b = b[:len(b)-20]
		change(b)
		x, err := ParsePackIndex(closed(b, SHA1), SHA1)
		if err != nil {
			return nil
		}
		if err := x.Verify(); !errors.Is(err, ErrPackIndex) {
			t.Errorf("a lie passes: %v", err)
		}
		return x
	}
	ids := indexHeader + fanoutSize
	offs := ids + 50*24
	x := lie(func(b []byte) { binary.BigEndian.PutUint32(b[offs+4*9:], 1<<31|1) })
	if x == nil || x.Offset(9) != NoOffset {
		t.Error("an offset beyond its table is not told")
	}
	lie(func(b []byte) { copy(b[ids:], b[ids+20:ids+40]) }) // the same id twice
	lie(func(b []byte) { b[ids]++ })
	x = lie(func(b []byte) { binary.BigEndian.PutUint32(b[indexHeader+4*255:], 1<<32-1) })
	if x != nil {
		t.Error("four thousand million objects in a small file")
	}
	x = lie(func(b []byte) { binary.BigEndian.PutUint32(b[indexHeader+4*100:], 49) })
	if x != nil {
		t.Error("a fan-out that descends")
	}
}

func FuzzPackIndex(f *testing.F) {
	rng := rand.New(rand.NewPCG(9, 10))
	for _, h := range []Hash{SHA1, SHA256} {
		entries := madeEntries(rng, 5, h, false)
		f.Add(madeIndex(entries, h, 1), h == SHA256)
		entries[2].off = 1 << 40
		f.Add(madeIndex(entries, h, 2), h == SHA256)
	}
	f.Fuzz(func(t *testing.T, data []byte, long bool) {
		h := SHA1
		if long {
			h = SHA256
		}
		x, err := ParsePackIndex(data, h)
		if err != nil {
			if !errors.Is(err, ErrPackIndex) {
				t.Error(err)
			}
			return
		}
		if x.Len()*h.Size() > len(data) {
			t.Errorf("%d objects in %d bytes", x.Len(), len(data))
		}
		sound := x.Verify() == nil
		for i := range x.Len() {
			x.Offset(i)
			if at, ok := x.Find(x.Bytes(i)); sound && (!ok || at != i) {
				t.Errorf("object %d found as %d, %t", i, at, ok)
			}
		}
		x.PackChecksum()
	})
}

// BenchmarkFind looks up all objects of the index named by GITPACK_IDX, or of one
// with 1,000,000 made-up ids.
func BenchmarkFind(b *testing.B) {
	data, h := benchmarkIndex(b)
	x, err := ParsePackIndex(data, h)
	if err != nil {
		b.Fatal(err)
	}
	perm := rand.New(rand.NewPCG(1, 1)).Perm(x.Len())
	b.ResetTimer()
	for i := range b.N {
		n := perm[i%len(perm)]
		if at, ok := x.Find(x.Bytes(n)); !ok || at != n {
			b.Fatal("lost")
		}
	}
}

func benchmarkIndex(b *testing.B) ([]byte, Hash) {
	if path := os.Getenv("GITPACK_IDX"); path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		if strings.Contains(path, "sha256") {
			return data, SHA256
		}
		return data, SHA1
	}
	const n = 1_000_000
	rng := rand.New(rand.NewPCG(1, 1))
	firsts := make([]uint64, n)
	for i := range firsts {
		firsts[i] = rng.Uint64()
	}
	slices.Sort(firsts)
	entries := make([]madeEntry, n)
	for i, first := range firsts {
		entries[i] = madeEntry{binary.BigEndian.AppendUint64(make([]byte, 0, 20), first)[:20], uint64(i)}
	}
	fan := make([]byte, 0, fanoutSize)
	i := 0
	for b := range 256 {
		for i < n && int(entries[i].id[0]) <= b {
			i++
		}
		fan = binary.BigEndian.AppendUint32(fan, uint32(i))
	}
	out := append([]byte("\377tOc\x00\x00\x00\x02"), fan...)
	for _, e := range entries {
		out = append(out, e.id...)
	}
	out = append(out, make([]byte, n*4)...)
	for _, e := range entries {
		out = binary.BigEndian.AppendUint32(out, uint32(e.off))
	}
	return append(out, make([]byte, 40)...), SHA1
}
