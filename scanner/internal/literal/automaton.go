package literal

const (
	// hitFlag marks, in the table, the way into a state that has outs.
	hitFlag = 1 << 31
	// maxDepth is how many bytes of a literal the automaton knows. More would
	// save comparisons that are rare already, and cost table that should stay in
	// the processor's nearest cache.
	maxDepth = 8
	// maxCells bounds the table: 1 MiB of four-byte cells. Sets that ask for more
	// are known by fewer bytes each, and so compared more often.
	maxCells = 1 << 18
	// minDepth is given even to the largest set.
	minDepth = 3
)

// out is a literal that may stand where a state was reached: its first seen
// bytes have just been read.
type out struct{ lit, seen int32 }

// automaton is an Aho-Corasick automaton as a table. A state is the index of
// its row's first cell, the root is 0.
type automaton struct {
	next  []uint32
	class [256]uint8 // a byte's column
	shift uint       // a row has 1<<shift cells
	depth int        // the longest beginning that is known, in bytes
	// outAt[n]:outAt[n+1] bounds the outs of the n-th state in outList, the
	// longest beginnings first, each length by ascending number.
	outAt   []int32
	outList []out
}

func (a *automaton) outs(state uint32) []out {
	n := state >> a.shift
	return a.outList[a.outAt[n]:a.outAt[n+1]]
}

// build makes the automaton of the literals' beginnings, as long ones as fit.
func build(lits []Literal) automaton {
	var a automaton
	for depth := maxDepth; ; depth-- {
		classes := a.classify(lits, depth)
		t := plant(lits, depth)
		for a.shift = 0; 1<<a.shift < classes; a.shift++ {
		}
		if len(t.nodes)<<a.shift <= maxCells || depth == minDepth {
			a.fill(t)
			return a
		}
	}
}

// classify gives each byte that occurs in a beginning a column of its own, and
// all others column 0. Upper and lower case share one. It returns the number of
// columns, 231 at most.
func (a *automaton) classify(lits []Literal, depth int) int {
	a.class = [256]uint8{}
	n := 1
	for _, l := range lits {
		for i := range min(len(l.Bytes), depth) {
			b := fold(l.Bytes[i])
			if a.class[b] == 0 {
				a.class[b] = uint8(n)
				n++
			}
		}
	}
	for b := 'A'; b <= 'Z'; b++ {
		a.class[b] = a.class[fold(byte(b))]
	}
	return n
}

// node is a state while the trie grows.
type node struct {
	kids  []edge
	outs  []out
	fail  int // the state of the longest proper suffix
	depth int
}

type edge struct {
	b  byte
	to int
}

// trie holds its nodes breadth first once it is walked: see fill.
type trie struct{ nodes []node }

func (n *node) kid(b byte) (int, bool) {
	for _, e := range n.kids {
		if e.b == b {
			return e.to, true
		}
	}
	return 0, false
}

// plant makes the trie of the literals' first depth bytes.
func plant(lits []Literal, depth int) *trie {
	t := &trie{nodes: make([]node, 1)}
	for i, l := range lits {
		at := 0
		for j := range min(len(l.Bytes), depth) {
			b := fold(l.Bytes[j])
			to, ok := t.nodes[at].kid(b)
			if !ok {
				to = len(t.nodes)
				t.nodes = append(t.nodes, node{depth: j + 1})
				t.nodes[at].kids = append(t.nodes[at].kids, edge{b, to})
			}
			at = to
		}
		if at != 0 {
			n := &t.nodes[at]
			n.outs = append(n.outs, out{int32(i), int32(n.depth)})
		}
	}
	return t
}

// fill writes the trie out as a table: a state's row is that of its longest
// proper suffix, which is shallower and so already written, with its own kids
// laid over it.
func (a *automaton) fill(t *trie) {
	a.next = make([]uint32, len(t.nodes)<<a.shift)
	a.outAt = make([]int32, len(t.nodes)+1)
	row := func(n int) []uint32 { return a.next[n<<a.shift:][:1<<a.shift] }
	for queue := []int{0}; len(queue) > 0; queue = queue[1:] {
		n := queue[0]
		node := &t.nodes[n]
		a.depth = max(a.depth, node.depth)
		if n != 0 {
			copy(row(n), row(node.fail))
			node.outs = append(node.outs, t.nodes[node.fail].outs...)
		}
		for _, e := range node.kids {
			if n != 0 {
				t.nodes[e.to].fail = int(row(node.fail)[a.class[e.b]]) >> a.shift
			}
			row(n)[a.class[e.b]] = uint32(e.to) << a.shift
			queue = append(queue, e.to)
		}
	}
	for n := range t.nodes {
		a.outList = append(a.outList, t.nodes[n].outs...)
		a.outAt[n+1] = int32(len(a.outList))
	}
	for i, to := range a.next {
		if n := to >> a.shift; a.outAt[n] != a.outAt[n+1] {
			a.next[i] = to | hitFlag
		}
	}
}
