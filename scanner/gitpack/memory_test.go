package gitpack

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// largeVersions makes a repository of versions of a file of some megabytes, in a pack of
// deltas: a chain of them, and some that are made of the same one.
func largeVersions(t *testing.T) *realGit {
	g := newRealGit(t, SHA1)
	rng := rand.New(rand.NewPCG(6, 6))
	file := make([]byte, 3<<20)
	for i := range file {
		file[i] = byte(rng.Uint32())
	}
	for n := range 8 {
		copy(file[rng.IntN(len(file)-100):], fmt.Sprintf("version %d", n))
		file = append(file, "one byte more, and so on"...)
		if err := os.WriteFile(filepath.Join(g.path("."), "large"), file, 0o644); err != nil {
			t.Fatal(err)
		}
		g.run(nil, "add", "large")
		g.run(nil, "commit", "-q", "-m", "x")
	}
	g.fill(rng, 5)
	g.run(nil, "repack", "-adfq", "--depth=4", "--window=10")
	return g
}

// What memory lasts for does not depend on how many workers there are; and a version
// that nothing is made of needs none beside its base.
func TestMemoryOfLargeVersions(t *testing.T) {
	g := largeVersions(t)
	want := g.allObjects()
	large := 0
	for _, is := range want {
		if len(is) > 3<<20 {
			large++
		}
	}
	s := OpenStore([]string{g.path(".git/objects")}, SHA1)
	defer s.Close()
	held := map[int64]int{} // large versions that came, by the memory in MiB
	for _, memory := range []int64{1, 4, 5, 6, 8, 10, 14, 64} {
		var first map[string]string
		var told []string
		for _, workers := range []int{1, 2, 7} {
			got := gather(t, s, workers, true, Walk{Memory: memory << 20, LargeFrom: 1 << 20})
			for id, is := range got.objects {
				if want[id] != is {
					t.Errorf("%d MiB, %d workers: %s is another", memory, workers, id)
				}
			}
			for _, d := range got.damaged {
				if !strings.Contains(d, ErrTooLarge.Error()) {
					t.Errorf("%d MiB, %d workers: %s", memory, workers, d)
				}
			}
			slices.Sort(got.damaged)
			if first == nil {
				first, told = got.objects, got.damaged
			} else if !maps.Equal(first, got.objects) || !slices.Equal(told, got.damaged) {
				t.Errorf("%d MiB, %d workers: %d objects and %q, not %d and %q", memory, workers, len(got.objects), got.damaged, len(first), told)
			}
		}
		for id, is := range first {
			if len(is) > 3<<20 && want[id] != "" {
				held[memory]++
			}
		}
	}
	// Of three quarters of the memory, one version fits with 5 MiB, and those that
	// nothing is made of come, too; two with 10; three, as a base waits, with 14.
	if held[1] != 0 || held[5] == 0 || held[10] <= held[5] || held[14] != large || held[64] != large {
		t.Errorf("of %d large versions, by memory: %v", large, held)
	}
}

// An end in the midst of large versions leaves nobody waiting.
func TestMemoryIsGivenBack(t *testing.T) {
	g := largeVersions(t)
	s := OpenStore([]string{g.path(".git/objects")}, SHA1)
	defer s.Close()
	for stop := range 12 {
		f, err := s.Packs[0].Families(2)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		got := &gathered{t: t, objects: map[string]string{}}
		w := Walk{Kinds: [8]bool{Blob: true}, Memory: 10 << 20, LargeFrom: 1 << 40}
		for range 4 {
			w.Visitors = append(w.Visitors, &stopper{gatherer{got, true}, stop, cancel})
		}
		f.Walk(ctx, w)
		cancel()
	}
}

// stopper ends the walk when so many objects have come.
type stopper struct {
	gatherer
	after  int
	cancel func()
}

func (s *stopper) Object(o *Object, data []byte, changed []Range) bool {
	s.gatherer.Object(o, data, changed)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.objects) > s.after {
		s.cancel()
	}
	return true
}
