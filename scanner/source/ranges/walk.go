package ranges

import (
	"container/heap"
	"context"
	"math"
)

// walker goes through the history, the latest commits first, as git does: from the
// commits that are wanted and from those that are known, whose history is left out,
// until only known ones are ahead.
//
// Where clocks were wrong, a known commit may lead to a wanted one only by way of a
// commit that calls itself older than all of them. So the walk goes on for some time
// (git goes five commits). What it misses beyond that is that a commit is known: it is
// scanned though it need not be. The other way round there is no such mistake.
type walker struct {
	g       *graph
	flags   []uint8
	touched []int32
	queue   queue
	wanted  int // commits ahead that are not known
	alive   int // commits behind that were wanted, and still are
	found   []int32
	beyond  int  // see below
	cut     bool // the history of known commits ends somewhere for want of parents
}

const (
	seen   = 1 << iota
	known  // left out
	queued // ahead
	walked // behind
)

// beyond is how many known commits are looked at, behind the last wanted one and older
// than all of them, for one that leads back to them.
const beyond = 1000

// run returns the commits that want reaches and not doesn't, as far as they are
// there, in no particular order.
func (w *walker) run(ctx context.Context, want, not []int32) []int32 {
	w.found, w.cut, w.wanted, w.alive = nil, false, 0, 0
	for _, n := range want {
		if w.flag(n)&seen == 0 {
			w.push(n, 0)
		}
	}
	for _, n := range not {
		w.leaveOut(n)
	}
	left, oldest := w.beyond, int64(math.MaxInt64)
	for i := 0; len(w.queue) > 0; i++ {
		if i%1024 == 0 && ctx.Err() != nil {
			break
		}
		if w.wanted > 0 || w.queue[0].when >= oldest {
			left = w.beyond
		} else if left--; left <= 0 {
			break
		}
		if w.wanted == 0 && w.alive == 0 {
			break
		}
		n := heap.Pop(&w.queue).(ahead).n
		if w.flag(n)&known == 0 {
			oldest = min(oldest, w.g.commits[n].when)
		}
		w.step(n)
	}
	return w.finish()
}

// step goes from a commit to its parents.
func (w *walker) step(n int32) {
	f := w.flag(n)
	w.set(n, f&^queued|walked)
	if f&known == 0 {
		w.wanted--
		w.alive++
		w.found = append(w.found, n)
	}
	for i := range w.g.parentsOf(n) {
		p := w.g.parentsOf(n)[i] // reading others moves them
		switch {
		case f&known != 0:
			w.leaveOut(p)
			w.cut = w.cut || !w.g.read(p)
		case w.flag(p)&seen == 0:
			w.push(p, 0)
		}
	}
}

// push puts a commit ahead, if it is there.
func (w *walker) push(n int32, f uint8) {
	if !w.g.read(n) {
		w.set(n, seen|f)
		return
	}
	w.set(n, seen|queued|f)
	if f&known == 0 {
		w.wanted++
	}
	heap.Push(&w.queue, ahead{w.g.commits[n].when, n})
}

// leaveOut marks a commit as known, and what is behind it.
func (w *walker) leaveOut(n int32) {
	for stack := []int32{n}; len(stack) > 0; {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		f := w.flag(n)
		switch {
		case f&known != 0:
			continue
		case f&seen == 0:
			w.push(n, known)
			continue
		case f&queued != 0:
			w.wanted--
		case f&walked != 0:
			w.alive--
			stack = append(stack, w.g.parentsOf(n)...)
		}
		w.set(n, f|known)
	}
}

func (w *walker) flag(n int32) uint8 {
	if int(n) < len(w.flags) {
		return w.flags[n]
	}
	return 0
}

func (w *walker) set(n int32, f uint8) {
	if int(n) >= len(w.flags) {
		w.flags = append(w.flags, make([]uint8, len(w.g.commits)-len(w.flags))...)
	}
	if w.flags[n] == 0 {
		w.touched = append(w.touched, n)
	}
	w.flags[n] = f
}

// finish returns what was found, and makes ready for the next walk.
func (w *walker) finish() []int32 {
	out := w.found[:0]
	for _, n := range w.found {
		if w.flags[n]&known == 0 {
			out = append(out, n)
		}
	}
	for _, n := range w.touched {
		w.flags[n] = 0
	}
	w.touched, w.queue = w.touched[:0], w.queue[:0]
	return out
}

// ahead is a commit that is to be looked at.
type ahead struct {
	when int64
	n    int32
}

// queue is a heap of them, the latest first.
type queue []ahead

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].when > q[j].when }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(ahead)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
