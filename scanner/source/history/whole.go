package history

import (
	"slices"

	"lockaway/scanner/gitpack"
)

// whole is the graph of all workers together, as far as something is to be placed.
type whole struct {
	size    int // numbers below it are objects or names
	commits []commit
	parents []uint32
	at      []int32 // a commit by its object's number; -1
	sets    sets
	sig     []int32 // of each tree, the set of what is below it: see sets
	tags    map[uint32]gitpack.ID
	links   map[uint32]bool    // what stands as a symbolic link, only so
	direct  map[uint32][]int32 // the names that an object has in any tree; see named
}

// merge joins the workers' graphs, as far as it is wanted.
func merge(size int, graphs []*graph, room *room, wanted func(uint32) bool) *whole {
	w := &whole{size: size, at: make([]int32, size), tags: map[uint32]gitpack.ID{}, links: map[uint32]bool{}, direct: map[uint32][]int32{}}
	w.sets.room = room
	for i := range w.at {
		w.at[i] = missing
	}
	for _, g := range graphs {
		shift := len(w.parents)
		w.parents = append(w.parents, g.parents...)
		for _, c := range g.commits {
			c.from += shift
			w.at[c.number] = int32(len(w.commits))
			w.commits = append(w.commits, c)
		}
		for _, t := range g.tags {
			w.tags[t.tag] = t.target
		}
		g.holds = slices.DeleteFunc(g.holds, func(h hold) bool { return !wanted(h.what) })
		for _, h := range g.holds {
			if old, ok := w.links[h.what]; !ok || old {
				w.links[h.what] = h.link
			}
			w.named(h.what, h.name)
		}
	}
	w.sign(graphs)
	return w
}

// named notes a name of an object. An object has few, which come again and again.
func (w *whole) named(what uint32, name int32) {
	names := w.direct[what]
	if n := len(names); n > 0 && names[n-1] == name {
		return
	}
	if len(names) == cap(names) {
		slices.Sort(names)
		names = slices.Compact(names)
		names = slices.Grow(names, len(names)+1)
	}
	w.direct[what] = append(names, name)
}

// sign works out for every tree what of the things to be placed is below it. Trees
// are gone through children first, without recursion: a tree may be as deep as a
// hostile repository likes, and one that holds itself is passed by.
func (w *whole) sign(graphs []*graph) {
	type place struct{ graph, run int32 }
	where := make([]place, w.size)
	held := map[uint32][]hold{}
	for gi, g := range graphs {
		for i := range g.trees.runs {
			where[g.trees.runs[i].number] = place{int32(gi) + 1, int32(i)}
		}
		for from, to := 0, 0; from < len(g.holds); from = to {
			tree := g.holds[from].tree
			for to = from; to < len(g.holds) && g.holds[to].tree == tree; {
				to++
			}
			held[tree] = g.holds[from:to:to]
		}
	}
	w.sig = make([]int32, w.size)
	for i := range w.sig {
		w.sig[i] = unsigned
	}
	list := func(n uint32) (*treeList, int32) {
		if p := where[n]; p.graph > 0 {
			return &graphs[p.graph-1].trees, p.run
		}
		return nil, 0
	}
	var edges []edge
	var stack []half
	for _, g := range graphs {
		for i := range g.trees.runs {
			stack = append(stack, half{n: g.trees.runs[i].number})
			for len(stack) > 0 {
				top := &stack[len(stack)-1]
				trees, run := list(top.n)
				if child, ok := w.unsigned(top, trees, run, &edges); ok {
					stack = append(stack, half{n: child})
					continue
				}
				if w.sig[top.n] == signing {
					edges = edges[:0]
					if trees != nil {
						edges = trees.edges(run, edges)
					}
					w.sig[top.n] = w.sets.of(held[top.n], edges, w.sig)
				}
				stack = stack[:len(stack)-1]
			}
		}
	}
}

// half is a tree of which some of what it holds has been looked at.
type half struct {
	n  uint32
	at int // how many edges
}

// What sig says of a tree before it is known what is below it.
const unsigned, signing = -2, -1

// unsigned looks for a tree that this one holds and that has to be signed before.
func (w *whole) unsigned(top *half, trees *treeList, run int32, scratch *[]edge) (child uint32, ok bool) {
	switch w.sig[top.n] {
	case unsigned:
		w.sig[top.n] = signing
	case signing:
	default:
		return 0, false // it came up elsewhere meanwhile
	}
	if trees == nil {
		return 0, false
	}
	for n := trees.runs[run].len(); top.at < n; {
		to := min(top.at+signStep, n)
		*scratch = trees.part(run, top.at, to, (*scratch)[:0])
		for _, e := range *scratch {
			if top.at++; w.sig[e.child] == unsigned {
				return e.child, true
			}
		}
	}
	return 0, false
}

// signStep is how many edges are read at a time.
const signStep = 64
