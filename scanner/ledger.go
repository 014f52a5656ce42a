package scanner

import (
	"slices"
	"sync"
	"sync/atomic"
)

// ledger keeps the first entries of all that is handed to it, in an order that
// compare alone decides: what it keeps does not depend on who came first. So
// memory stays bounded, whatever there is, and the result stays the same for any
// number of workers. It may be used by all of them at once.
type ledger[T any] struct {
	limit   int
	compare func(a, b T) int
	once    bool // entries that are equal are one

	mu      sync.Mutex
	kept    []T
	dropped int
	last    atomic.Pointer[T] // what comes behind it is not kept
}

// add hands an entry over.
func (l *ledger[T]) add(v T) {
	if last := l.last.Load(); last != nil && l.compare(v, *last) > 0 {
		l.mu.Lock()
		l.dropped++
		l.mu.Unlock()
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kept = append(l.kept, v); len(l.kept) > l.limit+l.limit/4 {
		l.prune()
	}
}

// prune leaves no more than limit entries, sorted. Between two of them a quarter
// as many come in, so that sorting stays cheap.
func (l *ledger[T]) prune() {
	slices.SortStableFunc(l.kept, l.compare)
	if l.once {
		l.kept = slices.CompactFunc(l.kept, func(a, b T) bool { return l.compare(a, b) == 0 })
	}
	if len(l.kept) <= l.limit {
		return
	}
	l.dropped += len(l.kept) - l.limit
	l.kept = slices.Delete(l.kept, l.limit, len(l.kept))
	last := l.kept[l.limit-1]
	l.last.Store(&last)
}

// list returns what was kept, sorted, and how many entries were not. The count is
// exact unless equal entries are one: then it says no more than that there were.
func (l *ledger[T]) list() (kept []T, dropped int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.prune()
	return l.kept, l.dropped
}
