package main

import (
	"context"
	"fmt"
	"time"

	"lockaway/scanner"
	"lockaway/scanner/finding"
	"lockaway/scanner/report"
	"lockaway/verify"
)

// asker asks AWS about findings, and tells who watches.
type asker struct {
	a *app
	s *setup
	o verify.Options
}

// newAsker makes ready to ask AWS: what is wrong with the address or the operator's
// profile is told now, before a long scan.
func (a *app) newAsker(s *setup, p *scanner.Progress) (*asker, error) {
	o, err := s.verifying(a.ctx)
	if err != nil {
		return nil, err
	}
	k := &asker{a: a, s: s, o: o}
	k.o.Before = k.announce
	k.o.Progress = func(done, all int) {
		p.Asked.Store(int64(done))
		p.ToAsk.Store(int64(all))
	}
	return k, nil
}

// verified completes the options of a scan: what it finds is asked about, if --verify
// says so.
func (a *app) verified(s *setup, o *scanner.Options, j *judging) error {
	if !s.asking.verify {
		return nil
	}
	k, err := a.newAsker(s, o.Progress)
	if err != nil {
		return err
	}
	o.Verify, o.Again, o.OnlyLive = k.ask, &j.level, s.asking.onlyLive
	return nil
}

// ask asks about findings, each credential once.
func (k *asker) ask(ctx context.Context, fs []*finding.Finding) {
	if len(fs) == 0 {
		return
	}
	began := time.Now()
	sum := verify.Findings(ctx, fs, k.o)
	k.tell(sum, fs)
	if left := sum.Pairs + sum.IDs - sum.Asked; left > 0 && time.Since(began) >= k.o.Total {
		k.a.ui.warn(fmt.Sprintf("%s not asked about: the time for all of them, %v, was up", counted(left, "key"), k.o.Total),
			"`lockaway verify REPORT` asks again; [verify] total_seconds in a file named with --config gives more time")
	}
}

// announce says what will be called and what that leaves behind, before it is done.
func (k *asker) announce(p verify.Plan) {
	where := "AWS"
	if k.s.asking.endpoint != "" {
		where = string(k.s.asking.endpoint)
	}
	if p.Pairs > 0 {
		k.a.ui.note(fmt.Sprintf("asking %s about %s, signed with the keys themselves: sts:GetCallerIdentity, then what each may see of itself in IAM; its owner finds that in CloudTrail, and the key counts as used",
			where, counted(p.Pairs, "key")))
	}
	if p.IDs > 0 {
		k.a.ui.note(fmt.Sprintf("asking %s about %s with your own credentials: sts:GetAccessKeyInfo, and in your account what IAM knows of the key", where, counted(p.IDs, "key ID")))
	}
	if p.CanariesCalled > 0 {
		k.a.ui.warn(fmt.Sprintf("calling %s of canary accounts, as --call-canaries says: that alerts whoever laid them out", counted(p.CanariesCalled, "key")), "")
	}
}

// tell says what was left out, and that some calls gave no verdict.
func (k *asker) tell(sum verify.Summary, fs []*finding.Finding) {
	if n := sum.Canaries; n > 0 {
		k.a.ui.warn(fmt.Sprintf("%s of canary accounts not called: that would alert whoever laid them out", counted(n, "key")), "")
	}
	without, why, answered := map[string]bool{}, "", false
	for _, f := range fs {
		v := f.Verification
		if v == nil || v.Asked.IsZero() {
			continue
		}
		if v.State != finding.Unknown {
			answered = true
			continue
		}
		without[f.Fingerprint] = true
		if why == "" && len(v.Reasons) > 0 {
			why = v.Reasons[0]
		}
	}
	if len(without) == 0 || why == "" {
		return
	}
	hint := "`lockaway verify REPORT` asks again; until then they count as found, and the report has the reason of each"
	if !answered {
		hint = "is the network there, and the proxy that HTTPS_PROXY names? " + hint
	}
	k.a.ui.warn(fmt.Sprintf("asked about %s without a verdict: %s", counted(len(without), "key"), report.NewMask(fs).Text(why)), hint)
}

// operator tells whether the operator's own credentials may be used.
func (k *asking) operator() bool { return k.profile != "" || k.environment }
