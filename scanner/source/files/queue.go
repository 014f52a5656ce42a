package files

import (
	"sync"
	"sync/atomic"
)

// batchSize is how many files of a folder are handed on together: enough to make
// the queue's lock cheap, few enough that the last ones don't keep one worker
// while the others are done.
const batchSize = 32

// batch are files of one folder.
type batch struct {
	dir   *dir
	paths []string // as reported
}

// pending is a folder that is to be listed, or to be listed on (name is empty).
type pending struct {
	dir  *dir // the folder it lies in
	name string
}

// queue holds what is to be done, shared by all workers. Batches go first, then
// folders, the last found first, then PATHs: so few folders are open and few
// names held at a time, however large the tree.
type queue struct {
	mu      sync.Mutex
	wake    sync.Cond
	batches []batch
	folders []pending
	roots   []*root
	workers int
	idle    int
	stopped atomic.Bool
}

func newQueue(workers int, roots []*root) *queue {
	q := &queue{workers: workers, roots: roots}
	q.wake.L = &q.mu
	return q
}

// task is what take returns: one of the three.
type task struct {
	batch   batch
	pending pending
	root    *root
}

// take waits for something to do; false means that everything is done, or that
// the queue was stopped.
func (q *queue) take() (t task, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.stopped.Load() {
		switch {
		case len(q.batches) > 0:
			t.batch, q.batches = pop(q.batches)
		case len(q.folders) > 0:
			t.pending, q.folders = pop(q.folders)
		case len(q.roots) > 0:
			t.root, q.roots = q.roots[0], q.roots[1:]
		default:
			if q.idle++; q.idle == q.workers {
				q.stopped.Store(true)
				q.wake.Broadcast()
				return t, false
			}
			q.wake.Wait()
			q.idle--
			continue
		}
		return t, true
	}
	return t, false
}

// pop takes the last element and forgets it, for the collector.
func pop[T any](s []T) (T, []T) {
	var none T
	last := s[len(s)-1]
	s[len(s)-1] = none
	return last, s[:len(s)-1]
}

// put adds work and wakes those who wait. It returns how many batches wait now.
func (q *queue) put(batches []batch, folders []pending) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.batches = append(q.batches, batches...)
	q.folders = append(q.folders, folders...)
	for range min(q.idle, len(batches)+len(folders)) {
		q.wake.Signal()
	}
	return len(q.batches)
}

// stop makes take return false.
func (q *queue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopped.Store(true)
	q.wake.Broadcast()
}

// drop closes what is left open after a stop.
func (q *queue) drop() {
	for _, b := range q.batches {
		b.dir.done()
	}
	for _, p := range q.folders {
		if p.name == "" {
			p.dir.done()
		}
		p.dir.root.done()
	}
}
