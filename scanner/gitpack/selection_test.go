package gitpack

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// A walk over some of a pack's objects hands over those and no others, whatever they
// are made of; and so does the next one, over others.
func TestSelectedObjects(t *testing.T) {
	g := newRealGit(t, SHA1)
	rng := rand.New(rand.NewPCG(4, 4))
	g.fill(rng, 30)
	g.run(nil, "repack", "-adfq", "--depth=50")
	want := g.allObjects()
	s := OpenObjects([]string{g.path(".git/objects")}, SHA1) // its packs are numbered when need be
	defer s.Close()
	p := s.Packs[0]
	f, err := p.Families(2)
	if err != nil {
		t.Fatal(err)
	}
	spans := 0
	for _, part := range []float64{0, 0.01, 0.3, 0.9, 1} {
		var entries []int
		chosen := map[string]bool{}
		for e := range p.Len() {
			if rng.Float64() < part {
				entries = append(entries, e)
				chosen[p.ID(e).String()] = true
			}
		}
		got := &gathered{t: t, objects: map[string]string{}}
		f.Walk(context.Background(), Walk{
			Visitors: []Visitor{&gatherer{got, true}, &gatherer{got, true}}, Only: f.Select(entries),
			Kinds: [8]bool{Commit: true, Tree: true, Blob: true, Tag: true}, Memory: 64 << 20, LargeFrom: 5000,
		})
		if len(got.objects) != len(entries) || len(got.damaged) > 0 {
			t.Errorf("%d objects of %d, damaged %q", len(got.objects), len(entries), got.damaged)
		}
		for id, is := range got.objects {
			if !chosen[id] || want[id] != is {
				t.Errorf("%s: chosen %v, %d bytes", id, chosen[id], len(is))
			}
		}
		spans += got.spans
	}
	if spans == 0 {
		t.Error("nothing came as a variant")
	}

	// Deltas that are made of each other are no family's.
	copyAll := append(appendSize(appendSize(nil, 5), 5), 0x90, 5)
	folder, ids := rawPack(t, [][]byte{
		rawEntry(Blob, 5, nil, []byte("hello")),
		rawEntry(RefDelta, len(copyAll), append([]byte{2}, make([]byte, 19)...), copyAll),
		rawEntry(RefDelta, len(copyAll), append([]byte{1}, make([]byte, 19)...), copyAll),
	})
	loop := OpenObjects([]string{folder}, SHA1)
	defer loop.Close()
	if f, err = loop.Packs[0].Families(1); err != nil {
		t.Fatal(err)
	}
	got := &gathered{t: t, objects: map[string]string{}}
	f.Walk(context.Background(), Walk{
		Visitors: []Visitor{&gatherer{got, true}}, Only: f.Select([]int{0, 1, 2}), Kinds: [8]bool{Blob: true}, Memory: 1 << 20, LargeFrom: 1 << 20,
	})
	if len(got.objects) != 1 || got.objects[ids[0].String()] != "blob hello" {
		t.Errorf("%q, damaged %q", got.objects, slices.Sorted(slices.Values(got.damaged)))
	}
}
