package ranges

import (
	"cmp"
	"slices"
)

// order puts commits into an order in which parents come before their children;
// otherwise by their dates, so that it is the same each time.
func (g *graph) order(picked []int32) []int32 {
	const out, unseen, open, done = 0, 1, 2, 3
	state := make([]byte, len(g.commits))
	for _, n := range picked {
		state[n] = unseen
	}
	slices.SortFunc(picked, func(a, b int32) int {
		x, y := &g.commits[a], &g.commits[b]
		return cmp.Or(cmp.Compare(x.when, y.when), x.id.Compare(y.id))
	})
	ordered := make([]int32, 0, len(picked))
	var stack []int32
	for _, n := range picked {
		stack = append(stack, n)
		for len(stack) > 0 {
			n := stack[len(stack)-1]
			switch state[n] {
			case unseen:
				state[n] = open
				for _, p := range g.parentsOf(n) {
					if state[p] == unseen {
						stack = append(stack, p)
					}
				}
				continue
			case open:
				state[n] = done
				ordered = append(ordered, n)
			}
			stack = stack[:len(stack)-1]
		}
	}
	return ordered
}
