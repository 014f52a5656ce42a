package gitpack

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// Abbreviations of all lengths name what the list of all objects says, packed, loose
// and in both places at once.
func TestObjectsAbbrev(t *testing.T) {
	s := newSandbox(t).initRepo()
	for i := range 300 {
		s.write(fmt.Sprintf("f%d", i), fmt.Sprint(i*i))
	}
	s.git("add", "-A")
	s.git("commit", "-q", "-m", "packed")
	s.git("repack", "-adq")
	for i := range 300 {
		s.write(fmt.Sprintf("g%d", i), fmt.Sprint(-i-1))
	}
	s.git("add", "-A")
	s.git("commit", "-q", "-m", "loose")
	r := s.open(".", Env{})
	o := OpenObjects(r.ObjectDirs, r.Hash)
	defer o.Close()
	all := s.store().ids
	for _, id := range all {
		for _, n := range []int{4, 5, 6, 7, 40} {
			want := 0
			for _, other := range all {
				if strings.HasPrefix(other, id[:n]) {
					want++
				}
			}
			got, err := o.Abbrev(id[:n])
			if err != nil || len(got) != min(want, 2) || !strings.HasPrefix(got[0].String(), id[:n]) || len(got) == 2 && got[0] == got[1] {
				t.Fatalf("%s: %v, %v; there are %d", id[:n], got, err, want)
			}
		}
	}
	for _, bad := range []string{"", "abc", "xyzw", strings.Repeat("a", 41)} {
		if got, err := o.Abbrev(bad); err == nil {
			t.Errorf("%q: %v", bad, got)
		}
	}
}

// Readers that share packs read what the first one reads, at the same time.
func TestObjectsShare(t *testing.T) {
	s := newSandbox(t).initRepo()
	for i := range 50 {
		s.commit("file", strings.Repeat("line\n", 200)+fmt.Sprint(i))
	}
	s.git("repack", "-adq", "--depth=50")
	s.commit("file", "loose")
	r, want := s.open(".", Env{}), s.store()
	first := OpenObjects(r.ObjectDirs, r.Hash)
	defer first.Close()
	var group sync.WaitGroup
	for _, o := range []*Objects{first, first.Share(), first.Share()} {
		group.Go(func() {
			for id, obj := range want.objects {
				kind, data, err := o.Object(id)
				if err != nil || kind != obj.kind || string(data) != string(obj.data) {
					t.Errorf("%s: %s, %d bytes, %v", id, kind, len(data), err)
				}
			}
		})
	}
	group.Wait()
}
