package history

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source/changes"
)

// tip is where something points into the history.
type tip struct {
	name   string // as reported: "refs/heads/main", "stash@{1}"
	id     gitpack.ID
	branch bool // a ref, not an entry of a reflog
}

// placer works out where objects are.
type placer struct {
	store   *gitpack.Store
	w       *whole
	names   []string
	tips    []tip // in order: see compare
	staged  map[uint32]*staged
	object  []int32            // the tips' objects, with tags followed; missing
	through map[uint32][]int32 // the tips that lead through a tag
	order   []int32            // commits, parents first
	things  []uint32           // what is to be placed, sorted
	first   []int32            // the commit that brought each in; missing
	better  []bool             // that commit is reachable
	reach   []bool             // commits that a ref or reflog reaches
	paths   []pathList
	excess  int // steps beyond freeSteps that were gone: see fresh
	room    *room
	bring   []uint64 // scratch: see refsOf
}

// run places things, each by its number in the store.
func (p *placer) run(ctx context.Context) {
	slices.SortStableFunc(p.tips, func(a, b tip) int { return a.compare(&b) })
	p.follow()
	p.topological()
	p.reach = p.reachable()
	p.first, p.better = make([]int32, len(p.things)), make([]bool, len(p.things))
	p.paths = make([]pathList, len(p.things))
	for i := range p.first {
		p.first[i] = missing
	}
	for i, c := range p.order {
		if i%1024 == 0 && ctx.Err() != nil {
			return
		}
		p.brings(c, func(l located) { p.found(l, c) })
	}
}

// set is the set of a commit's tree.
func (p *placer) set(c int32) int32 {
	if t := p.w.commits[c].tree; t != missing {
		return max(p.w.sig[t], 0)
	}
	return 0
}

func (p *placer) parents(c int32) []int32 {
	rec := p.w.commits[c]
	var out []int32
	for _, n := range p.w.parents[rec.from : rec.from+int(rec.count)] {
		if at := p.w.at[n]; at != missing {
			out = append(out, at)
		}
	}
	return out
}

// brings calls f with what commit c has, at paths that none of its parents has it
// at.
func (p *placer) brings(c int32, f func(located)) {
	s := p.set(c)
	if s == 0 {
		return
	}
	var olds []int32
	for _, b := range p.parents(c) {
		if old := p.set(b); old == s {
			return
		} else if old > 0 && !slices.Contains(olds, old) {
			olds = append(olds, old)
		}
	}
	d := fresh{sets: &p.w.sets, names: p.names, found: f, most: maxSteps}
	if p.excess > maxExcess {
		d.most = freeSteps
	}
	d.below(s, olds, "")
	p.excess += max(min(d.steps, d.most)-freeSteps, 0)
	if d.steps > d.most {
		p.room.cut.Store(true)
	}
}

// found notes that commit c brings a thing in at a path. The first one counts that
// a ref still reaches; by their dates, since branches have no other order.
func (p *placer) found(l located, c int32) {
	i, ok := slices.BinarySearch(p.things, l.what)
	if !ok {
		return
	}
	old := p.first[i]
	before := old == missing || p.reach[c] && !p.better[i] ||
		p.reach[c] == p.better[i] && p.earlier(c, old)
	if before && old != c {
		p.paths[i].first(l.path, p.room)
		p.first[i], p.better[i] = c, p.reach[c]
		return
	}
	p.paths[i].add(l.path, p.room)
}

func (p *placer) earlier(a, b int32) bool {
	x, y := p.w.commits[a], p.w.commits[b]
	return cmp.Or(cmp.Compare(x.when, y.when), bytes.Compare(p.idOf(x.number), p.idOf(y.number))) < 0
}

func (p *placer) idOf(number uint32) []byte { return p.store.IDOf(int(number)).Bytes() }

// maxFollowed is how many tags are followed for all tips together: refs may each lead
// into a chain of tags that tag each other.
const maxFollowed = 1 << 22

// follow finds the tips' objects, through tags that point to tags.
func (p *placer) follow() {
	p.object, p.through = make([]int32, len(p.tips)), map[uint32][]int32{}
	left := maxFollowed
	for i, t := range p.tips {
		p.object[i] = missing
		id := t.id
		for range len(p.w.tags) + 1 { // more is a circle
			n, ok := p.store.Number(id.Bytes())
			if !ok {
				break
			}
			target, isTag := p.w.tags[uint32(n)]
			if !isTag {
				p.object[i] = int32(n)
				break
			}
			if left--; left < 0 {
				p.room.cut.Store(true)
				break
			}
			p.through[uint32(n)] = append(p.through[uint32(n)], int32(i))
			id = target
		}
	}
}

// topological puts the commits into an order, parents first.
func (p *placer) topological() {
	n := len(p.w.commits)
	const unseen, open, done = 0, 1, 2
	state := make([]byte, n)
	p.order = make([]int32, 0, n)
	var stack []int32
	for c := range n {
		stack = append(stack[:0], int32(c))
		for len(stack) > 0 {
			c := stack[len(stack)-1]
			if state[c] == unseen {
				state[c] = open
				for _, b := range p.parents(c) {
					if state[b] == unseen {
						stack = append(stack, b)
					}
				}
				continue
			}
			stack = stack[:len(stack)-1]
			if state[c] == open {
				state[c] = done
				p.order = append(p.order, c)
			}
		}
	}
}

// reachable tells which commits the tips reach.
func (p *placer) reachable() []bool {
	out := make([]bool, len(p.w.commits))
	for _, o := range p.object {
		if o != missing && p.w.at[o] != missing {
			out[p.w.at[o]] = true
		}
	}
	for _, c := range slices.Backward(p.order) {
		if out[c] {
			for _, b := range p.parents(c) {
				out[b] = true
			}
		}
	}
	return out
}

// refs returns for each of at most 64 things the tips that reach it, by their
// numbers, and whether a ref's own state has it.
func (p *placer) refs(things []int) (tips [][]int32, atTip []bool) {
	if p.bring == nil {
		p.bring = make([]uint64, len(p.w.commits))
	}
	clear(p.bring)
	tips, atTip = make([][]int32, len(things)), make([]bool, len(things))
	bit := map[uint32]int{}
	for k, i := range things {
		bit[p.things[i]] = k
	}
	masks := append(p.w.sets.masks(bit), 0)
	for _, c := range p.order {
		for _, b := range p.parents(c) {
			p.bring[c] |= p.bring[b]
		}
		if k, ok := bit[p.w.commits[c].number]; ok {
			p.bring[c] |= 1 << k
		}
		p.brings(c, func(l located) {
			if k, ok := bit[l.what]; ok {
				p.bring[c] |= 1 << k
			}
		})
	}
	for t, o := range p.object {
		if o == missing {
			continue
		}
		now64 := masks[p.setOf(o)]
		for k, i := range things {
			now := o == int32(p.things[i]) || now64>>k&1 == 1 || slices.Contains(p.through[p.things[i]], int32(t))
			reached := now
			if c := p.w.at[o]; c != missing {
				reached = reached || p.bring[c]>>k&1 == 1
			}
			if reached {
				tips[k] = append(tips[k], int32(t))
			}
			atTip[k] = atTip[k] || now && p.tips[t].branch
		}
	}
	return tips, atTip
}

// setOf is the set of the tree of a commit, or of a tree.
func (p *placer) setOf(object int32) int32 {
	if c := p.w.at[object]; c != missing {
		return p.set(c)
	}
	return max(p.w.sig[object], 0)
}

// describe fills in what the commit with a given number says of itself.
func (p *placer) describe(g *finding.Git, number uint32) {
	id := p.store.IDOf(int(number))
	g.Commit = id.String()
	if _, data, err := p.store.Object(id); err == nil { // else told already, by the worker that read it
		changes.DescribeCommit(g, data, p.store.Hash)
	}
}

// describeTag fills in what a tag says of itself.
func (p *placer) describeTag(g *finding.Git, number uint32) {
	if _, data, err := p.store.Object(p.store.IDOf(int(number))); err == nil { // else told already
		changes.DescribeTag(g, data, p.store.Hash)
	}
}

// sourceOf says what kind of content a placed object's is.
func sourceOf(kind chunk.Kind, link bool, refs []string) chunk.Kind {
	notes := len(refs) > 0
	for _, r := range refs {
		notes = notes && strings.HasPrefix(r, "refs/notes/")
	}
	switch {
	case kind == chunk.Blob && link:
		return chunk.Symlink
	case kind == chunk.Blob && notes:
		return chunk.Note
	}
	return kind
}
