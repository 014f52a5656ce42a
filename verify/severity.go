package verify

import (
	"lockaway/scanner/finding"
)

// Severity is how bad a finding is after its verification.
//
// A live key is critical where it is the root user's, where its owner has administrator
// rights, and where AWS has attached its quarantine policy: then it was seen in public.
// Any other live key is at least high. An answer that a key lives never lowers what a
// rule said before, so that live stands above unknown. What is switched off is medium
// at most, for one call switches it on again; what AWS doesn't know is low. Without a
// verdict all stays as it was.
//
// An ID alone opens nothing, so its key raises it only where it is the root user's,
// which should have none.
func Severity(f *finding.Finding, v *finding.Verification) finding.Severity {
	alone := !holdsSecret(f)
	switch v.State {
	case finding.Live:
		switch {
		case alone && v.Identity == finding.Root:
			return max(f.Severity, finding.High)
		case alone:
			return f.Severity
		case v.Identity == finding.Root, is(v.Admin), is(v.Quarantined):
			return finding.Critical
		}
		return max(f.Severity, finding.High)
	case finding.Inactive:
		return min(f.Severity, finding.Medium)
	case finding.Dead:
		return min(f.Severity, finding.Low)
	}
	return f.Severity
}

func is(b *bool) bool { return b != nil && *b }

// holdsSecret tells whether a finding holds what a key signs with, or something made
// of it.
func holdsSecret(f *finding.Finding) bool {
	for _, p := range f.Parts {
		if p.Kind == "secret" {
			return true
		}
	}
	return false
}
