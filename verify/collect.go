package verify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lockaway/scanner/finding"
)

// collector hands questions to goroutines and takes their answers in. It alone writes
// answers down, so that a verifier that comes too late changes nothing any more.
type collector struct {
	r       *run
	ctx     context.Context
	work    chan *asking
	answers chan answered
	all     int
	done    int
}

type answered struct {
	q *question
	v finding.Verification
	// skipped says that it need not be asked, last that nothing more comes of this key.
	skipped, last bool
}

func newCollector(r *run, ctx context.Context) *collector {
	c := &collector{r: r, ctx: ctx}
	room := len(r.order)
	for _, a := range r.order {
		room += len(a.questions)
		for _, q := range a.questions {
			if r.idle(q) == "" {
				c.all++
			}
		}
	}
	// Room for all that may come: whoever comes too late ends without anybody to take it.
	c.work, c.answers = make(chan *asking, len(r.order)), make(chan answered, room)
	for _, a := range r.order {
		c.work <- a
	}
	close(c.work)
	return c
}

// collect runs until every question is answered, or time is up.
func (c *collector) collect(workers int) {
	for range min(workers, len(c.r.order)) {
		go func() {
			for a := range c.work {
				c.one(a)
			}
		}()
	}
	var late <-chan time.Time
	ended := c.ctx.Done()
	for left := len(c.r.order); left > 0; {
		select {
		case got := <-c.answers:
			if got.last {
				left--
				continue
			}
			c.take(got)
		case <-ended:
			ended = nil
			timer := time.NewTimer(grace)
			defer timer.Stop()
			late = timer.C
		case <-late:
			c.giveUp()
			return
		}
	}
}

func (c *collector) take(got answered) {
	if !got.skipped {
		got.q.answer = &got.v
	}
	if !got.v.Asked.IsZero() {
		c.r.asked++
	}
	if c.done++; c.r.o.Progress != nil {
		c.r.o.Progress(c.done, c.all)
	}
}

// giveUp answers what is left, of which some may be on their way.
func (c *collector) giveUp() {
	for _, a := range c.r.order {
		for _, q := range a.questions {
			if q.answer == nil && c.r.idle(q) == "" {
				v := finding.Verification{State: finding.Unknown, Reasons: []string{"no answer came before " + c.ended()}}
				q.answer = &v
			}
		}
	}
}

// ended says what ended the run.
func (c *collector) ended() string {
	if errors.Is(c.ctx.Err(), context.DeadlineExceeded) {
		return fmt.Sprintf("the time limit of %v was over", c.r.o.Total)
	}
	return "it was interrupted"
}

// one asks all that is to be asked of one key: with its secret first, for that tells
// most, and by its ID only where no secret of it lives.
func (c *collector) one(a *asking) {
	defer func() { c.answers <- answered{last: true} }()
	live, secrets := false, 0
	for _, q := range a.questions {
		if !q.c.Signs() {
			continue
		}
		var v finding.Verification
		switch {
		case live:
			v = notCalled("the secret of this key ID is another one, which was found too")
		case secrets == maxSecrets:
			v = notCalled(whyManySecrets)
		default:
			secrets++
			v = c.verify(q)
		}
		live = live || v.State == finding.Live
		c.answers <- answered{q: q, v: v}
	}
	for _, q := range a.questions {
		switch {
		case q.c.Signs() || c.r.idle(q) != "":
		case live:
			c.answers <- answered{q: q, skipped: true}
		default:
			c.answers <- answered{q: q, v: c.verify(q)}
		}
	}
}

// verify asks about one credential. A verifier that panics has no answer; what it said
// may hold what it was asked about, so it is not repeated.
func (c *collector) verify(q *question) (v finding.Verification) {
	if c.ctx.Err() != nil {
		return notCalled("not asked: " + c.ended())
	}
	asked := c.r.o.Now()
	defer func() {
		if recover() != nil {
			v = finding.Verification{State: finding.Unknown, Asked: asked, Reasons: []string{"asking failed by a fault of lockaway's own"}}
		}
		if v.Asked.IsZero() && v.State != finding.NotCalled && v.State != "" {
			v.Asked = asked
		}
	}()
	return c.r.o.Verifier.Verify(c.ctx, q.c)
}
