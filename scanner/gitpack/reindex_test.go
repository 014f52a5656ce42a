package gitpack

import (
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// Without its index, or with a damaged one, a pack gives all that it holds; with
// deltas that name their bases by offset, and by id.
func TestPacksWithoutIndex(t *testing.T) {
	for _, h := range []Hash{SHA1, SHA256} {
		g := newRealGit(t, h)
		g.fill(rand.New(rand.NewPCG(4, 4)), 20)
		want := g.allObjects()
		for _, byOffset := range []string{"true", "false"} {
			g.run(nil, "-c", "repack.useDeltaBaseOffset="+byOffset, "repack", "-adfq", "--depth=50")
			idx := g.files("objects/pack/*.idx")[0]
			whole, err := os.ReadFile(idx)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(idx, 0o644); err != nil {
				t.Fatal(err)
			}
			for name, harm := range map[string]func() error{
				"gone":    func() error { return os.Remove(idx) },
				"cut off": func() error { return os.WriteFile(idx, whole[:len(whole)/2], 0o644) },
				"altered": func() error {
					bad := []byte(string(whole))
					bad[len(bad)/2] ^= 1
					return os.WriteFile(idx, bad, 0o644)
				},
			} {
				if err := harm(); err != nil {
					t.Fatal(err)
				}
				s := OpenStore([]string{g.path(".git/objects")}, h)
				if len(s.Faults) != 1 || !errors.Is(s.Faults[0].Err, ErrReindexed) {
					t.Errorf("%s: faults %v", name, s.Faults)
				}
				got := gather(t, s, 2, true, Walk{Memory: 64 << 20, LargeFrom: 1 << 40})
				if !maps.Equal(got.objects, want) || len(got.damaged) > 0 {
					t.Errorf("%v, offsets %s, index %s: %d objects of %d, damaged %q", h, byOffset, name, len(got.objects), len(want), got.damaged)
				}
				s.Close()
				if err := os.WriteFile(idx, whole, 0o644); err != nil { // git needs it to repack
					t.Fatal(err)
				}
			}
		}
	}
}

// Of a pack that is cut off, what is in front of the cut is read, and the rest told.
func TestPackCutOff(t *testing.T) {
	g := newRealGit(t, SHA1)
	g.fill(rand.New(rand.NewPCG(5, 5)), 25)
	g.run(nil, "repack", "-adfq")
	want := g.allObjects()
	path := g.files("objects/pack/*.pack")[0]
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, whole[:len(whole)*3/4], 0o644); err != nil {
		t.Fatal(err)
	}
	s := OpenStore([]string{g.path(".git/objects")}, SHA1)
	defer s.Close()
	got := gather(t, s, 2, true, Walk{Memory: 64 << 20, LargeFrom: 1 << 40})
	if len(got.objects) == 0 || len(got.objects) >= len(want) {
		t.Errorf("%d objects of %d", len(got.objects), len(want))
	}
	for id, is := range got.objects {
		if want[id] != is {
			t.Errorf("%s is not what git had", id)
		}
	}
	if len(s.Faults) != 1 || !strings.Contains(s.Faults[0].Err.Error(), "could not be rebuilt") {
		t.Errorf("faults %v", s.Faults)
	}
}
