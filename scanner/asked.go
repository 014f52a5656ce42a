package scanner

import (
	"context"
	"slices"

	"lockaway/scanner/finding"
)

// ask runs Options.Verify, and judges the findings anew by what it told. Whatever goes
// wrong there, no finding is lost.
func (r *Result) ask(ctx context.Context, o *Options) {
	if o.Verify == nil {
		return
	}
	before := make(map[*finding.Finding]finding.Severity, len(r.Findings))
	for _, f := range r.Findings {
		before[f] = f.Severity
	}
	interrupted := ctx.Err() != nil
	r.guard(o.Target, "not all keys were asked about", func() { o.Verify(ctx, r.Findings) })
	if ctx.Err() != nil && !interrupted {
		r.Scan.Problems = append(r.Scan.Problems, finding.Problem{
			Where: o.Target, What: "interrupted before all keys were asked about",
		})
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f *finding.Finding) bool {
		switch {
		case f.Allowed != nil:
			return false
		case f.Severity < before[f] && o.Again != nil && o.Again.Judge(f) == Hide:
		case o.OnlyLive && !live(f):
			r.Scan.NotLive++
			if !over(f) {
				r.Scan.Unsure++
			}
		default:
			return false
		}
		r.Scan.Hidden++
		r.aside(f)
		r.Unshown = append(r.Unshown, f)
		return true
	})
}

// live tells whether a finding's credential was said to work.
func live(f *finding.Finding) bool {
	return f.Verification != nil && f.Verification.State == finding.Live
}

// over tells whether a finding's credential was said not to work. Nothing else but
// such an answer is one: what nobody was asked about may work.
func over(f *finding.Finding) bool {
	v := f.Verification
	return v != nil && (v.State == finding.Dead || v.State == finding.Inactive)
}
