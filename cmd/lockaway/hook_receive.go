package main

import (
	"context"
	"strings"
	"time"

	"lockaway/hooks"
)

// grace is how long a scan that has to end may take for it, before it is left alone.
const grace = 2 * time.Second

// hookReceive scans what a push brings that no ref of this repository reaches yet. The
// objects of a push under way lie in a folder of their own, which git's variables name.
// Whoever pushes has no say in it: the configuration is HEAD's, and nothing skips it.
func (a *app) hookReceive(h *hookRun) error {
	limit := h.timeLimit.Duration
	if limit == 0 {
		limit = defaultTimeLimit
	}
	ctx, cancel := context.WithTimeout(a.ctx, limit)
	defer cancel()
	whole := a.ctx
	a.ctx = ctx
	done := make(chan error, 1)
	go func() { done <- a.receive(h) }()
	select {
	case err := <-done:
		if ctx.Err() != nil && whole.Err() == nil && a.status != exitFound {
			return slow(limit)
		}
		return err
	case <-time.After(limit + grace):
		return slow(limit)
	}
}

func slow(limit time.Duration) error {
	return failf("push fewer commits at once; who runs this server can give it longer: lockaway hook install --time-limit",
		"the push is refused: it could not be scanned within %s", limit)
}

func (a *app) receive(h *hookRun) error {
	updates, err := a.received(h)
	if err != nil {
		return failf("git runs this hook itself; lockaway git --range scans commits", "%s", err)
	}
	p, err := a.openPushed()
	if err != nil {
		return err
	}
	defer p.objects.Close()
	for _, u := range updates {
		p.take(u)
	}
	if p.nothing() {
		return nil
	}
	p.leaveOutRefs(func(name string) bool { return name == "HEAD" || strings.HasPrefix(name, "refs/") })
	bare := *p.repo
	bare.WorkTree = "" // what lies in a work tree holds for nobody's push
	top := a.openTop(&bare)
	defer top.close()
	return a.scanPushed(h, p, top)
}

// received are the refs that the push changes: update is run for each with arguments.
func (a *app) received(h *hookRun) ([]hooks.RefUpdate, error) {
	if h.typ == hooks.PreReceive {
		return hooks.ReadReceive(h.input)
	}
	return hooks.ReadUpdate(h.args)
}
