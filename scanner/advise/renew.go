package advise

import (
	"cmp"
	"slices"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

// Renew fits the steps of findings, and the guidance that depends on whose they are, to
// what asking AWS told of them; it is for those that were read back from a report, of
// which the text around may not be known, so that Advise can't tell what other guidance
// fits: that is kept. Findings that have no answer are left as they are.
func (a *Advisor) Renew(fs []*finding.Finding) {
	for _, f := range fs {
		if f == nil || f.Verification == nil {
			continue
		}
		correct(f)
		if identified(f) {
			f.Guidance = a.renewed(f)
		}
		if s := newSubject(f); topics(s) != nil {
			f.Steps = a.steps(s)
		}
	}
}

// renewed is the guidance of a finding whose owner is known by now: of the entries that
// depend on that, those that fit; the others as they were.
func (a *Advisor) renewed(f *finding.Finding) []finding.Guidance {
	v := a.view(f, nil)
	depends := a.onOwner()
	var out []finding.Guidance
	for _, g := range f.Guidance {
		i, known := a.index[g.ID]
		if known && depends[i] {
			continue
		}
		if out = append(out, g); known {
			v.fit[i] = &rules.Condition{}
		}
	}
	for i := range a.entries {
		v.tried[i] = !depends[i]
	}
	for _, g := range a.guidance(v) {
		if depends[a.index[g.ID]] {
			out = append(out, g)
		}
	}
	// What this catalogue doesn't know stands behind the rest.
	at := func(g finding.Guidance) (rank, i int) {
		i, known := a.index[g.ID]
		if !known {
			i = len(a.entries)
			return 1 << 30, i
		}
		return a.entries[i].Rank, i
	}
	slices.SortStableFunc(out, func(x, y finding.Guidance) int {
		rx, ix := at(x)
		ry, iy := at(y)
		return cmp.Or(cmp.Compare(rx, ry), cmp.Compare(ix, iy))
	})
	return out
}

// onOwner tells of each entry whether it may depend on whose a finding is: those on the
// root user's credentials do, and those that fit with one of them, or unless one does.
func (a *Advisor) onOwner() []bool {
	on := make([]bool, len(a.entries))
	named := func(id string) bool { return on[a.index[id]] }
	for more := true; more; {
		more = false
		for i, e := range a.entries {
			if !on[i] && (e.Root || slices.ContainsFunc(e.When, func(c *rules.Condition) bool {
				return slices.ContainsFunc(c.With, named) || slices.ContainsFunc(c.Unless, named)
			})) {
				on[i], more = true, true
			}
		}
	}
	return on
}
