package ranges

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// pickedOf are the ids of the commits that the options ask for, in their order.
func pickedOf(t testing.TB, o Options) ([]string, picked) {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	defer s.Close()
	p := s.asked.pick(t.Context(), o.Since)
	var out []string
	for _, n := range p.commits {
		out = append(out, s.asked.graph.commits[n].id.String())
	}
	return out, p
}

// Random ranges of random histories are what the definition says, and what git lists:
// with clocks that are right exactly, with clocks that are not as far as git is right
// itself, which looks no farther than five commits.
func TestRangesAgainstGit(t *testing.T) {
	for seed, skewed := range map[uint64]bool{1: false, 2: true, 3: true, 4: false, 5: true} {
		t.Run(fmt.Sprintf("%d skewed %v", seed, skewed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 1))
			r := newRepo(t)
			d := randomDAG(r, rnd, 250, skewed)
			if seed%2 == 0 {
				r.git("repack", "-adq")
			}
			repo := r.open()
			odd := 0
			for range 25 {
				a, b, c := rnd.IntN(len(d.ids)), rnd.IntN(len(d.ids)), rnd.IntN(len(d.ids))
				ra, rb, rc := d.reach(a), d.reach(b), d.reach(c)
				both := minus(ra, rb)
				maps.Copy(both, minus(rb, ra))
				for _, test := range []struct {
					text string
					want map[string]bool
				}{
					{fmt.Sprintf("c%d..c%d", a, b), minus(rb, ra)},
					{fmt.Sprintf("c%d...c%d", a, b), both},
					{fmt.Sprintf("c%d", a), ra},
					{fmt.Sprintf("c%d..c%d ^c%d", a, b, c), minus(minus(rb, ra), rc)},
					{fmt.Sprintf("c%d c%d ^c%d", a, b, c), minus(d.reach(a, b), rc)},
					{fmt.Sprintf("c%d...c%d ^c%d", a, b, c), minus(both, rc)},
				} {
					got, p := pickedOf(t, Options{Repo: repo, Ranges: []string{test.text}})
					if len(p.problems) > 0 {
						t.Errorf("%s: problems %+v", test.text, p.problems)
					}
					parentsFirst(t, d, got)
					slices.Sort(got)
					if !slices.Equal(got, sorted(test.want)) {
						t.Errorf("%s: %d commits, want %d", test.text, len(got), len(test.want))
					}
					git := r.lines(append([]string{"rev-list"}, strings.Fields(test.text)...)...)
					slices.Sort(git)
					if slices.Equal(got, git) {
						continue
					}
					odd++
					if !skewed || slices.ContainsFunc(got, func(id string) bool { return !slices.Contains(git, id) }) {
						t.Errorf("%s: %d commits, git lists %d", test.text, len(got), len(git))
					}
				}
			}
			t.Logf("git lists more %d times", odd)
		})
	}
}

// parentsFirst checks the order.
func parentsFirst(t testing.TB, d *dag, ids []string) {
	t.Helper()
	number := map[string]int{}
	for i, id := range d.ids {
		number[id] = i
	}
	at := map[string]int{}
	for i, id := range ids {
		if _, twice := at[id]; twice {
			t.Errorf("%s stands twice", id)
		}
		at[id] = i
	}
	for _, id := range ids {
		for _, p := range d.parents[number[id]] {
			if i, ok := at[d.ids[p]]; ok && i > at[id] {
				t.Errorf("%s stands before its parent", id)
			}
		}
	}
}

// Several ranges are joined, each by itself; what stands alone with a ^ is left out of
// all of them. Branches, all refs and a date take part.
func TestSeveralRanges(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 1))
	r := newRepo(t)
	d := randomDAG(r, rnd, 120, false)
	r.git("symbolic-ref", "HEAD", "refs/heads/c119")
	r.git("update-ref", "refs/remotes/origin/far", "c60")
	r.git("update-ref", "FETCH_HEAD", d.ids[3])
	repo := r.open()
	all := d.reach(slices.Collect(func(yield func(int) bool) {
		for i := range d.ids {
			if !yield(i) {
				return
			}
		}
	})...)
	union := minus(d.reach(100), d.reach(90))
	maps.Copy(union, minus(d.reach(80), d.reach(95)))
	withListed := maps.Clone(union)
	withListed[d.ids[2]], withListed[d.ids[119]] = true, true
	for name, test := range map[string]struct {
		o    Options
		want map[string]bool
	}{
		"two ranges":       {Options{Ranges: []string{"c90..c100", "c95..c80"}}, union},
		"and one left out": {Options{Ranges: []string{"c90..c100", "^c85", "c95..c80"}}, minus(union, d.reach(85))},
		"and a list":       {Options{Ranges: []string{"c90..c100", "c95..c80"}, Commits: []string{"c2", d.ids[119][:12], "HEAD"}}, withListed},
		"a list":           {Options{Commits: []string{"HEAD", "c5"}}, map[string]bool{d.ids[119]: true, d.ids[5]: true}},
		"an empty list":    {Options{Commits: []string{}}, nil},
		"branches":         {Options{Branches: []string{"c10", "origin/far", "refs/heads/c4"}}, d.reach(10, 60, 4)},
		"branch without":   {Options{Branches: []string{"c100"}, Ranges: []string{"^c90"}}, minus(d.reach(100), d.reach(90))},
		"all":              {Options{All: true}, all},
		"nothing said":     {Options{}, all},
		"all without":      {Options{All: true, Ranges: []string{"^c90 ^c91"}}, minus(all, d.reach(90, 91))},
		"only left out":    {Options{Ranges: []string{"^c90", "^c91"}}, minus(all, d.reach(90, 91))},
		"one left of HEAD": {Options{Ranges: []string{"c90.."}}, minus(d.reach(119), d.reach(90))},
		"empty":            {Options{Ranges: []string{"c9..c9"}}, nil},
	} {
		test.o.Repo = repo
		got, p := pickedOf(t, test.o)
		slices.Sort(got)
		if want := sorted(test.want); !slices.Equal(got, want) || len(p.problems) > 0 {
			t.Errorf("%s: %d commits, want %d; %+v", name, len(got), len(want), p.problems)
		}
	}
	if want := r.lines("rev-list", "--all"); len(want) != len(all) {
		t.Errorf("git lists %d of %d", len(want), len(all))
	}
}

// A walk that stops early where clocks are wrong may find more than there is, and never
// less: nothing that was asked for is left out.
func TestWalkNeverFindsLess(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 1))
	r := newRepo(t)
	d := randomDAG(r, rnd, 400, true)
	r.git("repack", "-adq")
	s, err := Open(Options{Repo: r.open(), Commits: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	g, more := s.asked.graph, 0
	number := func(i int) int32 {
		n, _, err := s.asked.commit(d.ids[i])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	w := &walker{g: g, beyond: 1}
	for range 300 {
		a, b := rnd.IntN(len(d.ids)), rnd.IntN(len(d.ids))
		found := map[string]bool{}
		for _, n := range w.run(t.Context(), []int32{number(b)}, []int32{number(a)}) {
			found[g.commits[n].id.String()] = true
		}
		want := minus(d.reach(b), d.reach(a))
		if lost := minus(want, found); len(lost) > 0 {
			t.Fatalf("%d..%d: %d commits are not found", a, b, len(lost))
		}
		more += len(found) - len(want)
	}
	if more == 0 {
		t.Error("the walk was never led astray: the test tells nothing")
	}
}
