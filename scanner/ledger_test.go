package scanner

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// Whatever the order and however many workers, a ledger keeps what sorting all of
// it would put first, and never holds much more.
func TestLedger(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		limit, n, once := 1+r.IntN(50), r.IntN(2000), seed%2 == 0
		all := make([]int, n)
		for i := range all {
			all[i] = r.IntN(1 + r.IntN(3000))
		}
		l := &ledger[int]{limit: limit, compare: cmp.Compare[int], once: once}
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := w; i < n; i += 4 {
					l.add(all[i])
				}
			})
		}
		wg.Wait()
		if len(l.kept) > limit+limit/4+1 {
			t.Errorf("holds %d for %d", len(l.kept), limit)
		}
		got, dropped := l.list()
		slices.Sort(all)
		if once {
			all = slices.Compact(all)
		}
		want := all[:min(limit, len(all))]
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: kept %v, want %v", seed, got, want)
		}
		if rest := len(all) - len(want); !once && dropped != rest || once && (dropped > 0) != (rest > 0) {
			t.Errorf("seed %d: %d dropped, want %d", seed, dropped, rest)
		}
	}
}
