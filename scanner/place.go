package scanner

import (
	"cmp"
	"context"
	"slices"

	"lockaway/scanner/finding"
	"lockaway/scanner/source"
)

// place has the source say where the findings stand, judges them there, and, if
// asked to, makes one finding of each value.
func (r *Result) place(ctx context.Context, o *Options) {
	found := r.Findings
	r.Findings = nil
	slices.SortStableFunc(found, finding.Compare) // so that Place gets them alike each time
	kept := found
	r.together(o.Target, func([]*finding.Finding) {
		var problems []source.Problem
		kept, problems = o.Place(ctx, found)
		for _, p := range problems {
			r.Scan.Problems = append(r.Scan.Problems, finding.Problem(p))
		}
	})
	r.leftOut(found, kept)
	found = kept
	slices.SortStableFunc(found, byTime)
	merged := map[string]*finding.Finding{}
	for _, f := range found {
		f, hidden := o.judgePaths(f)
		switch {
		case hidden && f.Allowed == nil:
			r.Scan.Hidden++
			r.aside(f)
			continue
		case f.Allowed != nil:
			r.Scan.Allowed++
			if f.Allowed.Foreign {
				r.Scan.Foreign++
			}
		}
		if !o.Merge {
			r.Findings = append(r.Findings, f)
			continue
		}
		key := f.Fingerprint
		if f.Allowed != nil {
			key += " allowed"
		}
		if first := merged[key]; first != nil {
			join(first, f)
			r.aside(f)
			continue
		}
		f.Places = []finding.Place{f.Place}
		merged[key] = f
		r.Findings = append(r.Findings, f)
	}
}

// leftOut keeps the values of what the source took out: they are shown no more than
// others, and may stand beside them.
func (r *Result) leftOut(found, kept []*finding.Finding) {
	if len(found) == len(kept) {
		return
	}
	still := make(map[*finding.Finding]bool, len(kept))
	for _, f := range kept {
		still[f] = true
	}
	for _, f := range found {
		if !still[f] {
			r.aside(f)
		}
	}
}

// aside keeps the values of a finding that is not shown on its own.
func (r *Result) aside(f *finding.Finding) {
	r.Others = append(r.Others, f.Value)
	for _, p := range f.Parts {
		r.Others = append(r.Others, p.Value)
	}
}

// byTime orders findings by the commits that brought them in; those that no commit
// has come last. Those of one time, as a rebase makes them, stay as Place gave them.
func byTime(a, b *finding.Finding) int { return cmp.Compare(whenIn(a), whenIn(b)) }

func whenIn(f *finding.Finding) int64 {
	if f.Git == nil || f.Git.Commit == "" {
		return 1<<63 - 1
	}
	return f.Git.Date.Unix()
}

// judgePaths asks the filters about a finding at each path of its object, until
// one keeps it: what one path allows, or makes harmless, doesn't hold for the other.
func (o *Options) judgePaths(f *finding.Finding) (judged *finding.Finding, hidden bool) {
	paths := []string{f.Path}
	if f.Git != nil && len(f.Git.Paths) > 1 {
		paths = f.Git.Paths
	}
	for _, p := range paths {
		at := *f
		at.Path, at.Why = p, slices.Clone(f.Why)
		judged, hidden = &at, o.hides(&at)
		if !hidden && judged.Allowed == nil {
			break
		}
	}
	return judged, hidden
}

// join adds a place of the same value. The severest place says how bad it is, and
// why; the first one where it stands.
func join(first, f *finding.Finding) {
	at := f.Place
	at.Around = finding.Around{} // judged by now, and of a size
	first.Places = append(first.Places, at)
	if cmp.Or(cmp.Compare(f.Severity, first.Severity), cmp.Compare(f.Confidence, first.Confidence)) <= 0 {
		return
	}
	first.Rule, first.Title, first.Why = f.Rule, f.Title, f.Why
	first.Severity, first.Confidence = f.Severity, f.Confidence
	if first.AWS == nil {
		first.AWS = f.AWS
	}
}
