package verify

import (
	"context"
	"sync"
	"time"
)

// Limiter spaces out what several goroutines do: at most so many a second, one after
// the other and never in a burst. The zero value limits nothing.
type Limiter struct {
	every time.Duration

	mu   sync.Mutex
	next time.Time // when the next may begin

	now   func() time.Time
	sleep func(context.Context, time.Duration) error
}

// jitter is added to each interval, so that no second that a server counts sees one
// more than what was promised because one was slow on its way and the next fast.
const jitter = 10 * time.Millisecond

// NewLimiter allows perSecond of them a second; none is limited if it is 0 or less.
func NewLimiter(perSecond float64) *Limiter {
	l := &Limiter{now: time.Now, sleep: Sleep}
	if perSecond > 0 {
		l.every = time.Duration(float64(time.Second)/perSecond) + jitter
	}
	return l
}

// Wait returns when the caller may go on, or with ctx's error when that ends first.
// Turns are given in the order of the calls.
func (l *Limiter) Wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil || l.every <= 0 {
		return err
	}
	l.mu.Lock()
	now := l.now()
	at := now
	if l.next.After(now) {
		at = l.next
	}
	l.next = at.Add(l.every)
	l.mu.Unlock()
	if wait := at.Sub(now); wait > 0 {
		return l.sleep(ctx, wait)
	}
	return nil
}

// Sleep waits for d, or returns ctx's error when that ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
