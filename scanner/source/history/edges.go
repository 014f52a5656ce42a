package history

import "slices"

// treeList are the trees that one worker has seen, and which others each holds. A
// history has millions of them, most of which are like the one that was seen before,
// but for an entry or two: only what differs is kept.
type treeList struct {
	runs   []treeRun
	blocks [][]edge // of edgeBlock each
	count  int      // of the edges in the blocks
	last   []edge   // all of the tree that came last
}

// treeRun is a tree. Its edges are the first few of another one's, its own, and that
// one's last few.
type treeRun struct {
	number         uint32
	base           int32  // the other's place in the list; missing if it has none
	from, own      uint32 // its own edges
	before, behind uint32 // how many of the other's
	depth          uint8  // how many there are behind each other
}

// edge leads from a tree to one that it holds.
type edge struct {
	child uint32
	name  int32
}

const (
	edgeBlock = 1 << 15
	edgeBytes = 8 // that an edge takes
	// maxBases is how many trees are read for the edges of one.
	maxBases = 16
)

func (r *treeRun) len() int { return int(r.before + r.own + r.behind) }

// add adds a tree. room is asked for memory, in bytes; without it the tree has no
// edges.
func (t *treeList) add(number uint32, edges []edge, room func(int64) bool) {
	r := treeRun{number: number, base: missing, from: uint32(t.count)}
	if n := len(t.runs) - 1; n >= 0 && t.runs[n].depth < maxBases {
		most := min(len(edges), len(t.last))
		before, behind := 0, 0
		for before < most && edges[before] == t.last[before] {
			before++
		}
		for behind < most-before && edges[len(edges)-1-behind] == t.last[len(t.last)-1-behind] {
			behind++
		}
		if before+behind > 0 {
			r.base, r.depth, r.before, r.behind = int32(n), t.runs[n].depth+1, uint32(before), uint32(behind)
		}
	}
	own := edges[r.before : len(edges)-int(r.behind)]
	if !t.keep(own, room) {
		r, edges = treeRun{number: number, base: missing, from: uint32(t.count)}, nil
	} else {
		r.own = uint32(len(own))
	}
	t.runs = append(t.runs, r)
	t.last = append(t.last[:0], edges...)
}

// keep appends to the blocks, all or nothing.
func (t *treeList) keep(edges []edge, room func(int64) bool) bool {
	for len(t.blocks)*edgeBlock < t.count+len(edges) {
		if !room(edgeBlock * edgeBytes) {
			return false
		}
		t.blocks = append(t.blocks, make([]edge, edgeBlock))
	}
	for len(edges) > 0 {
		n := copy(t.blocks[t.count/edgeBlock][t.count%edgeBlock:], edges)
		edges = edges[n:]
		t.count += n
	}
	return true
}

// edges appends those of tree i of the list.
func (t *treeList) edges(i int32, out []edge) []edge {
	n := t.runs[i].len()
	return t.part(i, 0, n, slices.Grow(out, n))
}

// part appends edges from up to to of tree i.
func (t *treeList) part(i int32, from, to int, out []edge) []edge {
	r := &t.runs[i]
	own, behind := int(r.before), int(r.before+r.own)
	if from < own {
		out = t.part(r.base, from, min(to, own), out)
	}
	for at := max(from, own); at < min(to, behind); {
		k := int(r.from) + at - own
		block := t.blocks[k/edgeBlock][k%edgeBlock:]
		n := min(len(block), min(to, behind)-at)
		out = append(out, block[:n]...)
		at += n
	}
	if to > behind {
		shift := t.runs[r.base].len() - r.len()
		out = t.part(r.base, max(from, behind)+shift, to+shift, out)
	}
	return out
}
