package finding

import (
	"maps"
	"slices"
)

// Reach says what still leads to a value in a repository: to any of its places.
type Reach struct {
	// Placed tells that it was looked for: see Git.
	Placed bool
	// AtTip is the first place that the state which a ref points to has; nil if none is
	// such a one.
	AtTip *Place
	// Reachable tells whether any ref reaches any place, Refs which do, sorted.
	Reachable bool
	Refs      []string
	MoreRefs  int // how many are not named, at least
	// Paths are those of all places, the first place's first.
	Paths []string
}

// Reach joins what the places say.
func (f *Finding) Reach() Reach {
	places := f.Places
	if len(places) == 0 {
		places = []Place{f.Place}
	}
	var r Reach
	refs, paths := map[string]bool{}, map[string]bool{}
	var last []string
	for i := range places {
		g := places[i].Git
		if g == nil {
			continue
		}
		r.Placed = r.Placed || g.Placed
		r.Reachable = r.Reachable || g.Reachable
		r.MoreRefs = max(r.MoreRefs, g.MoreRefs)
		if g.AtTip && r.AtTip == nil {
			r.AtTip = &places[i]
		}
		if !slices.Equal(g.Refs, last) { // which they mostly are, and may be thousands
			for _, ref := range g.Refs {
				refs[ref] = true
			}
			last = g.Refs
		}
		for _, p := range g.Paths {
			if !paths[p] {
				paths[p] = true
				r.Paths = append(r.Paths, p)
			}
		}
	}
	r.Refs = slices.Sorted(maps.Keys(refs))
	return r
}
