package verify

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// clock is a time that stands still until somebody sleeps.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) sleep(_ context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return nil
}

// No window of a second holds more than was allowed, whatever came before: after a
// pause, too, there is no burst.
func TestLimiterNeverBursts(t *testing.T) {
	c := &clock{now: time.Unix(1e9, 0)}
	l := NewLimiter(5)
	l.now, l.sleep = c.time, c.sleep
	var at []time.Time
	for i := range 60 {
		if i == 30 {
			c.now = c.now.Add(time.Minute)
		}
		if err := l.Wait(context.Background()); err != nil {
			t.Fatal(err)
		}
		at = append(at, c.now)
	}
	for i := range at[:55] {
		if at[i+5].Sub(at[i]) < time.Second {
			t.Errorf("6 within %v", at[i+5].Sub(at[i]))
		}
	}
	if first := at[29].Sub(at[0]); first > 29*(time.Second/5+jitter) {
		t.Errorf("30 took %v", first)
	}
}

func TestLimiterSharesTurns(t *testing.T) {
	c := &clock{now: time.Unix(1e9, 0)}
	l := NewLimiter(5)
	var mu sync.Mutex
	var waits []time.Duration
	l.now = c.time
	l.sleep = func(_ context.Context, d time.Duration) error {
		mu.Lock()
		waits = append(waits, d)
		mu.Unlock()
		return nil
	}
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { _ = l.Wait(context.Background()) })
	}
	wg.Wait()
	// Time stands still: the ten have to wait for turns that are all different.
	seen := map[time.Duration]bool{}
	for _, w := range waits {
		seen[w] = true
	}
	if len(waits) != 9 || len(seen) != 9 {
		t.Errorf("%v", waits)
	}
}

func TestLimiterEndsWithItsContext(t *testing.T) {
	l := NewLimiter(0.0001)
	if err := l.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(time.Millisecond, cancel)
	if err := l.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for range 1000 {
		if err := NewLimiter(-1).Wait(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if err := (&Limiter{}).Wait(context.Background()); err != nil {
		t.Error(err)
	}
}
