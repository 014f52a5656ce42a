package filter

import "lockaway/scanner/finding"

// Baseline allows what is known already, by the fingerprints that a baseline lists.
type Baseline struct {
	known map[string]*finding.Known
}

// NewBaseline takes a baseline's entries. The last of several for one fingerprint
// holds.
func NewBaseline(entries []finding.Known) *Baseline {
	b := &Baseline{known: make(map[string]*finding.Known, len(entries))}
	for i := range entries {
		b.known[entries[i].Fingerprint] = &entries[i]
	}
	return b
}

// Judge says whether the baseline allows the finding, and why it is in it. What was
// only judged, and not accepted, is not allowed.
//
// A value that is itself one of the fingerprints is no secret, wherever it stands: in
// the baseline, in a copy of it, in an allow entry.
func (b *Baseline) Judge(f *finding.Finding) (finding.Allowed, bool) {
	if k := b.known[f.Fingerprint]; k != nil && !k.Reported {
		return finding.Allowed{By: k.From, Reason: k.Reason}, true
	}
	if k := b.known[f.Value.Reveal()]; k != nil && len(f.Parts) == 0 {
		return finding.Allowed{By: k.From, Reason: "it is a fingerprint of the baseline"}, true
	}
	return finding.Allowed{}, false
}
