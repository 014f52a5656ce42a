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
	// last says that nothing more comes of this key.
	last bool
}

func newCollector(r *run, ctx context.Context) *collector {
	c := &collector{r: r, ctx: ctx}
	for _, a := range r.order {
		c.all += len(a.questions)
	}
	// Room for all of them: whoever comes too late ends without anybody to take it.
	c.work, c.answers = make(chan *asking, len(r.order)), make(chan answered, c.all+len(r.order))
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
	got.q.answer = &got.v
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
		return fmt.Sprintf("the time limit of %v", c.r.o.Total)
	}
	return "it was interrupted"
}

// one asks all that is to be asked of one key.
func (c *collector) one(a *asking) {
	defer func() { c.answers <- answered{last: true} }()
	live, secrets, byID := false, 0, (*question)(nil)
	for _, q := range a.questions {
		if !q.c.Pair() {
			byID = q
			continue
		}
		var v finding.Verification
		switch why := c.r.idle(q); {
		case why != "":
			continue
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
	// An ID whose secret told all there is need not be asked about by itself.
	if byID != nil && !live && c.r.idle(byID) == "" {
		c.answers <- answered{q: byID, v: c.verify(byID)}
	}
}

// verify asks about one credential. A verifier that panics has no answer; what it said
// may hold what it was asked about, so it is not repeated.
func (c *collector) verify(q *question) (v finding.Verification) {
	if c.ctx.Err() != nil {
		return notCalled("not asked: " + c.ended() + " came first")
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
