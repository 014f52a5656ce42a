package history

import (
	"maps"
	"slices"

	"lockaway/scanner/gitpack"
)

// graph is how the objects hang together, as one worker has seen it. Objects go by
// their numbers in the store; a name that is looked for like a blob has a number
// behind them (Source.nameObject).
type graph struct {
	loud    []gitpack.ID // blobs that were not quiet
	commits []commit
	parents []uint32 // the commits', one behind the other
	tags    []tagged
	trees   []treeRun
	edges   []edge
	holds   []hold
}

type commit struct {
	number uint32
	tree   int32 // missing
	from   int   // its first parent in parents
	when   int64 // committed, in seconds since 1970
	count  int32 // of its parents
}

type tagged struct {
	tag    uint32
	target gitpack.ID
}

// treeRun is a tree; its edges are those from from up to the next run's.
type treeRun struct {
	number uint32
	from   uint32
}

// edge leads from a tree to one that it holds.
type edge struct {
	child uint32
	name  int32
}

// hold says that a tree holds what is to be placed.
type hold struct {
	tree, what uint32
	name       int32
	link       bool // as a symbolic link
}

func (g *graph) begin(tree uint32) {
	g.trees = append(g.trees, treeRun{number: tree, from: uint32(len(g.edges))})
}

// addCommit notes a commit. Parents that the repository lacks are noted as missing,
// but for those that a shallow clone is known to lack.
func (g *graph) addCommit(v *visitor, n int, c *gitpack.CommitObject) {
	rec := commit{number: uint32(n), tree: missing, from: len(g.parents)}
	if id, ok := gitpack.ParseIdent(c.Committer); ok {
		rec.when = id.Time
	}
	if t, ok := v.store.Number(c.Tree.Bytes()); ok {
		rec.tree = int32(t)
	} else if !c.Tree.IsZero() {
		v.miss(c.Tree, "tree of a commit")
	}
	shallow := v.s.isShallow(n)
	for _, p := range c.Parents {
		if at, ok := v.store.Number(p.Bytes()); ok {
			g.parents = append(g.parents, uint32(at))
			rec.count++
		} else if !shallow {
			v.miss(p, "commit")
		}
	}
	g.commits = append(g.commits, rec)
}

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
	direct  map[uint32][]int32 // the names that an object has in any tree
}

// merge joins the workers' graphs, as far as it is wanted.
func merge(size int, graphs []*graph, wanted func(uint32) bool) *whole {
	w := &whole{size: size, at: make([]int32, size), tags: map[uint32]gitpack.ID{}, links: map[uint32]bool{}, direct: map[uint32][]int32{}}
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
			if !slices.Contains(w.direct[h.what], h.name) {
				w.direct[h.what] = append(w.direct[h.what], h.name)
			}
		}
	}
	w.sign(graphs)
	return w
}

// sign works out for every tree what of the things to be placed is below it. Trees
// are gone through children first, without recursion: a tree may be as deep as a
// hostile repository likes, and one that holds itself is passed by.
func (w *whole) sign(graphs []*graph) {
	type place struct{ graph, run int32 }
	where := make([]place, w.size)
	for gi, g := range graphs {
		for i, t := range g.trees {
			where[t.number] = place{int32(gi) + 1, int32(i)}
		}
	}
	held := map[uint32][]hold{}
	for _, g := range graphs {
		for _, h := range g.holds {
			held[h.tree] = append(held[h.tree], h)
		}
	}
	const unknown, open = -2, -1
	w.sig = make([]int32, w.size)
	for i := range w.sig {
		w.sig[i] = unknown
	}
	children := func(n uint32) []edge {
		p := where[n]
		if p.graph == 0 {
			return nil
		}
		g := graphs[p.graph-1]
		end := len(g.edges)
		if int(p.run)+1 < len(g.trees) {
			end = int(g.trees[p.run+1].from)
		}
		return g.edges[g.trees[p.run].from:end]
	}
	var stack []uint32
	for _, g := range graphs {
		for _, t := range g.trees {
			stack = append(stack[:0], t.number)
			for len(stack) > 0 {
				n := stack[len(stack)-1]
				if w.sig[n] == unknown {
					w.sig[n] = open
					for _, e := range children(n) {
						if w.sig[e.child] == unknown {
							stack = append(stack, e.child)
						}
					}
					continue
				}
				stack = stack[:len(stack)-1]
				if w.sig[n] == open {
					w.sig[n] = w.sets.of(held[n], children(n), w.sig)
				}
			}
		}
	}
}

func sortedIDs(m map[gitpack.ID]string) []gitpack.ID {
	return slices.SortedFunc(maps.Keys(m), gitpack.ID.Compare)
}
