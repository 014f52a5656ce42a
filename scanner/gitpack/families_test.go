package gitpack

import (
	"bytes"
	"context"
	"crypto/sha1"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// gathered is what a walk handed over, by all workers together.
type gathered struct {
	t       *testing.T
	mu      sync.Mutex
	objects map[string]string // by id: "kind bytes"
	damaged []string
	spans   int
}

// gatherer is one worker of it, which wants each delta as what it changes, and holds
// the ranges against what it was given before.
type gatherer struct {
	*gathered
	quiet bool
}

func (g *gatherer) Object(o *Object, data []byte, changed []Range) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	id := o.ID().String()
	if _, ok := g.objects[id]; ok {
		g.t.Errorf("%s comes twice", id)
	}
	g.objects[id] = o.Kind.String() + " " + string(data)
	if changed != nil {
		g.spans++
	}
	for _, r := range changed {
		if r.From > r.To || r.To > len(data) {
			g.t.Errorf("%s of %d bytes differs at %v", id, len(data), changed)
		}
	}
	return g.quiet
}

func (g *gatherer) Large(o *Object, size int64, r io.Reader) {
	data, err := io.ReadAll(r)
	if err != nil || int64(len(data)) != size {
		g.Damaged(o, 0, err)
		return
	}
	g.Object(o, data, nil)
}

func (g *gatherer) Damaged(o *Object, others int, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.damaged = append(g.damaged, fmt.Sprintf("%s and %d: %v", o.ID(), others, err))
}

// gather walks all packs of a store.
func gather(t *testing.T, s *Store, workers int, quiet bool, w Walk) *gathered {
	t.Helper()
	g := &gathered{t: t, objects: map[string]string{}}
	for i := range workers {
		w.Visitors = append(w.Visitors, &gatherer{g, quiet || i%2 == 1})
	}
	if w.Kinds == [8]bool{} {
		w.Kinds = [8]bool{Commit: true, Tree: true, Blob: true, Tag: true}
	}
	for _, p := range s.Packs {
		f, err := p.Families(workers)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Damages() {
			g.damaged = append(g.damaged, fmt.Sprintf("%s and %d: %v", p.ID(d.Entry), d.Others, d.Err))
		}
		f.Walk(context.Background(), w)
		for _, e := range f.Unreached() {
			g.damaged = append(g.damaged, "unreached "+p.ID(e).String())
		}
	}
	return g
}

// allObjects is what git says that the repository holds: "kind bytes" by id.
func (g *realGit) allObjects() map[string]string {
	g.t.Helper()
	out := map[string]string{}
	rest := g.run(nil, "cat-file", "--batch-all-objects", "--batch")
	for len(rest) > 0 {
		head, body, _ := bytes.Cut(rest, []byte{'\n'})
		var id, kind string
		var size int
		if _, err := fmt.Sscan(string(head), &id, &kind, &size); err != nil {
			g.t.Fatalf("cat-file says %q", head)
		}
		out[id] = kind + " " + string(body[:size])
		rest = body[size+1:]
	}
	return out
}

// Every object of a pack comes once, as git has it, however many workers there are,
// and whether it is held in memory or not.
func TestFamiliesAgainstGit(t *testing.T) {
	for _, h := range []Hash{SHA1, SHA256} {
		g := newRealGit(t, h)
		g.fill(rand.New(rand.NewPCG(1, 1)), 30)
		want := g.allObjects()
		for _, depth := range []string{"0", "3", "50"} {
			g.run(nil, "repack", "-adfq", "--depth="+depth)
			s := OpenStore([]string{g.path(".git/objects")}, h)
			for _, workers := range []int{1, 3} {
				for _, large := range []uint64{0, 2000, 1 << 40} {
					got := gather(t, s, workers, true, Walk{Memory: 64 << 20, LargeFrom: large})
					if !maps.Equal(got.objects, want) || len(got.damaged) > 0 {
						t.Errorf("%v, depth %s, %d workers, large from %d: %d objects of %d, damaged %q", h, depth, workers, large, len(got.objects), len(want), got.damaged)
					}
					if depth == "50" && got.spans == 0 {
						t.Error("nothing came as a variant")
					}
				}
			}
			s.Close()
		}
	}
}

// Objects are the same read one by one, packed, loose and in both, and from an
// alternate.
func TestObjectsOneByOne(t *testing.T) {
	g := newRealGit(t, SHA1)
	rng := rand.New(rand.NewPCG(2, 2))
	g.fill(rng, 20)
	g.run(nil, "repack", "-adfq", "--depth=50")
	for range 2 {
		g.run(nil, "repack", "-q") // a second pack, and then loose ones
		g.run(nil, "tag", "-d", "v1")
		g.fill(rng, 5)
	}
	want := g.allObjects()
	for _, folders := range [][]string{{g.path(".git/objects")}, {t.TempDir(), g.path(".git/objects")}} {
		s := OpenStore(folders, SHA1)
		seen := map[int]string{}
		for id, is := range want {
			oid, _ := ParseID(id)
			kind, data, err := s.Object(oid)
			if err != nil || kind.String()+" "+string(data) != is {
				t.Fatalf("%s: %v, %d bytes, %v", id, kind, len(data), err)
			}
			n, ok := s.Number(oid.Bytes())
			if !ok || n < 0 || n >= s.Len() || s.IDOf(n) != oid || seen[n] != "" {
				t.Fatalf("%s: number %d (%v), which is %s", id, n, ok, s.IDOf(n))
			}
			seen[n] = id
		}
		none := IDFrom(bytes.Repeat([]byte{7}, 20))
		if _, _, err := s.Object(none); err == nil {
			t.Error("an object that isn't there is read")
		}
		if _, ok := s.Number(none.Bytes()); ok {
			t.Error("an object that isn't there has a number")
		}
		s.Close()
	}
}

// rawPack writes a pack with the given entries, and an index that gives them made-up
// ids.
func rawPack(t *testing.T, entries [][]byte) (folder string, ids []ID) {
	t.Helper()
	pack := append([]byte("PACK"), 0, 0, 0, 2, 0, 0, 0, byte(len(entries)))
	var offs []int
	for _, e := range entries {
		offs = append(offs, len(pack))
		pack = append(pack, e...)
	}
	pack = append(pack, make([]byte, 20)...)
	var idx bytes.Buffer
	idx.WriteString("\377tOc\x00\x00\x00\x02")
	for i := range 256 {
		n := min(i+1, len(entries))
		idx.Write([]byte{0, 0, 0, byte(n)})
	}
	for i := range entries {
		id := append([]byte{byte(i)}, make([]byte, 19)...)
		ids = append(ids, IDFrom(id))
		idx.Write(id)
	}
	idx.Write(make([]byte, 4*len(entries)))
	for _, o := range offs {
		idx.Write([]byte{byte(o >> 24), byte(o >> 16), byte(o >> 8), byte(o)})
	}
	idx.Write(make([]byte, 20)) // the pack's checksum
	sum := sha1.Sum(idx.Bytes())
	idx.Write(sum[:])
	folder = t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "pack"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"pack-1.pack": pack, "pack-1.idx": idx.Bytes()} {
		if err := os.WriteFile(filepath.Join(folder, "pack", name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder, ids
}

// rawEntry is an entry of a pack: its head, what names its base, and its bytes
// deflated.
func rawEntry(kind Kind, size int, base, data []byte) []byte {
	head := []byte{byte(kind)<<4 | byte(size&15)}
	for size >>= 4; size > 0; size >>= 7 {
		head[len(head)-1] |= 0x80
		head = append(head, byte(size&0x7f))
	}
	return slices.Concat(head, base, deflated(data, 6))
}

// A circle of deltas, one without a base, one that lies about its size, and one that
// makes far more than may be held: each is told, and what is sound comes.
func TestHostilePacks(t *testing.T) {
	ref := func(n int) []byte { return append([]byte{byte(n)}, make([]byte, 19)...) }
	copyAll := append(appendSize(appendSize(nil, 5), 5), 0x90, 5)
	bomb := appendSize(appendSize(nil, 1<<16), 1<<16*1000)
	for range 1000 {
		bomb = append(bomb, 0x80) // 64 KB from the beginning
	}
	big := make([]byte, 1<<16)
	folder, ids := rawPack(t, [][]byte{
		rawEntry(Blob, 5, nil, []byte("hello")),
		rawEntry(RefDelta, len(copyAll), ref(2), copyAll), // 1 and 2 are made of each other
		rawEntry(RefDelta, len(copyAll), ref(1), copyAll),
		rawEntry(RefDelta, len(copyAll), ref(99), copyAll), // of nothing that is there
		rawEntry(Blob, 1<<40, nil, []byte("not so large")),
		rawEntry(OfsDelta, len(copyAll), []byte{1}, copyAll), // of no entry
		rawEntry(Blob, len(big), nil, big),
		rawEntry(RefDelta, len(bomb), ref(6), bomb),
		rawEntry(RefDelta, len(copyAll), ref(0), copyAll),
		rawEntry(5, 5, nil, []byte("hello")), // of no kind
	})
	s := OpenStore([]string{folder}, SHA1)
	defer s.Close()
	if len(s.Packs) != 1 {
		t.Fatalf("not opened: %v", s.Faults)
	}
	got := gather(t, s, 2, true, Walk{Memory: 8 << 20, LargeFrom: 4 << 20})
	for i, want := range map[int]string{0: "blob hello", 6: "blob " + string(big), 8: "blob hello"} {
		if got.objects[ids[i].String()] != want {
			t.Errorf("object %d: %.50q", i, got.objects[ids[i].String()])
		}
	}
	if len(got.objects) != 3 {
		t.Errorf("%d objects", len(got.objects))
	}
	told := strings.Join(got.damaged, "\n")
	for _, i := range []int{1, 2, 3, 4, 5, 7, 9} {
		if !strings.Contains(told, ids[i].String()) {
			t.Errorf("object %d is not told:\n%s", i, told)
		}
	}
	for _, i := range []int{1, 2, 3, 4, 5, 9} {
		if _, _, err := s.Object(ids[i]); err == nil {
			t.Errorf("object %d can be read", i)
		}
	}
}

// A pack that is cut off while it is mapped is damage, not the end of the program.
func TestPackCutOffWhileMapped(t *testing.T) {
	g := newRealGit(t, SHA1)
	g.fill(rand.New(rand.NewPCG(3, 3)), 30)
	g.run(nil, "repack", "-adfq")
	s := OpenStore([]string{g.path(".git/objects")}, SHA1)
	defer s.Close()
	f, err := s.Packs[0].Families(1)
	if err != nil {
		t.Fatal(err)
	}
	path := g.files("objects/pack/*.pack")[0]
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 4096); err != nil {
		t.Fatal(err)
	}
	got := &gathered{t: t, objects: map[string]string{}}
	f.Walk(context.Background(), Walk{Visitors: []Visitor{&gatherer{got, true}}, Kinds: [8]bool{Commit: true, Blob: true, Tree: true, Tag: true}, Memory: 1 << 20, LargeFrom: 1 << 40})
	if len(got.damaged) == 0 {
		t.Error("nothing is told")
	}
}
