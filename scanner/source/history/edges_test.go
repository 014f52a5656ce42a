package history

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// However trees are like each other, each has the edges that it was added with.
func TestTreesKeepTheirEdges(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var list treeList
	var want [][]edge
	taken := int64(0)
	room := func(n int64) bool { taken += n; return true }
	now := []edge{}
	for n := range 30_000 {
		switch k := r.IntN(10); {
		case k == 0:
			now = nil // another folder's
			for range r.IntN(40) {
				now = append(now, edge{r.Uint32(), int32(r.IntN(1000))})
			}
		case k == 1 && len(now) > 0:
			at := r.IntN(len(now))
			now = slices.Delete(now, at, at+1+r.IntN(len(now)-at))
		case k < 5:
			now = slices.Insert(now, r.IntN(len(now)+1), edge{r.Uint32(), int32(n)})
		case k < 9 && len(now) > 0:
			now[r.IntN(len(now))].child = r.Uint32N(4) // the same again, too
		}
		list.add(uint32(n), now, room)
		want = append(want, slices.Clone(now))
	}
	for i, w := range want {
		if got := list.edges(int32(i), nil); !slices.Equal(got, w) {
			t.Fatalf("tree %d: %v, want %v", i, got, w)
		}
	}
	if all := int64(list.count * edgeBytes); taken < all || taken > all+edgeBlock*edgeBytes {
		t.Errorf("%d bytes taken for %d", taken, all)
	}
}

// A tree of many versions takes what they differ by; one that there is no room for has
// no edges, and those behind it have theirs.
func TestTreesTakeWhatTheyDifferBy(t *testing.T) {
	var list treeList
	big := make([]edge, 100_000)
	for i := range big {
		big[i] = edge{uint32(i), int32(i)}
	}
	left := int64(20 << 20)
	room := func(n int64) bool {
		if left -= n; left < 0 {
			left += n
			return false
		}
		return true
	}
	for n := range 100 { // 80 MB, were each kept whole
		big[n*1000].child = 7
		list.add(uint32(n), big, room)
	}
	if left < 0 || len(list.edges(99, nil)) != len(big) {
		t.Errorf("%d edges, and %d bytes left", len(list.edges(99, nil)), left)
	}
	left = 0
	for i := range big {
		big[i].child += 10
	}
	list.add(100, big, room)
	left = 1 << 30
	list.add(101, big[:50], room)
	if got := list.edges(100, nil); len(got) != 0 {
		t.Errorf("%d edges without room", len(got))
	}
	if got := list.edges(101, nil); !slices.Equal(got, big[:50]) {
		t.Errorf("%d edges behind it", len(got))
	}
	if got := list.edges(99, nil); len(got) != len(big) || got[99_000].child != 7 || got[99_001].child != 99_001 {
		t.Errorf("what was there before is another: %d", len(got))
	}
}
