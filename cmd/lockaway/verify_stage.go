package main

import (
	"context"
	"fmt"

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
	k.tell(verify.Findings(ctx, fs, k.o), fs)
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
	without, why := map[string]bool{}, ""
	for _, f := range fs {
		if v := f.Verification; v != nil && v.State == finding.Unknown && !v.Asked.IsZero() {
			without[f.Fingerprint] = true
			if why == "" && len(v.Reasons) > 0 {
				why = v.Reasons[0]
			}
		}
	}
	if n := len(without); n > 0 && why != "" {
		k.a.ui.warn(fmt.Sprintf("asked about %s without a verdict: %s", counted(n, "key"), report.NewMask(fs).Text(why)),
			"the report has the reason of each, and `lockaway verify REPORT` asks again; they count as found")
	}
}

// operator tells whether the operator's own credentials may be used.
func (k *asking) operator() bool { return k.profile != "" || k.environment }
