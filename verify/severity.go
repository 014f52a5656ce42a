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
// An SMTP password sends mail, whoever's key it was made of: high. An ID alone opens
// nothing, so it is raised, to high, only where its key is the root user's, who should
// have none.
func Severity(f *finding.Finding, v *finding.Verification) finding.Severity {
	switch v.State {
	case finding.Live:
		opens := opensWith(f)
		switch root, all := v.Identity == finding.Root, is(v.Admin) || is(v.Quarantined); {
		case opens == aKey && (root || all):
			return finding.Critical
		case opens == nothing && !root:
			return f.Severity
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

// opening is what a finding holds of a key.
type opening int

const (
	nothing opening = iota // its ID, or its session token
	mail                   // an SMTP password made of its secret
	aKey                   // its secret
)

// opensWith tells what a finding holds of a key.
func opensWith(f *finding.Finding) opening {
	for _, p := range f.Parts {
		switch {
		case p.Kind != "secret":
		case smtp(f, p.Value):
			return mail
		default:
			return aKey
		}
	}
	return nothing
}
