package filter

import "lockaway/scanner/finding"

// Level is the lowest confidence and severity that are shown.
type Level struct {
	Confidence finding.Confidence
	Severity   finding.Severity
}

// Hides says whether a finding is below the level.
func (l Level) Hides(f *finding.Finding) bool {
	return f.Confidence < l.Confidence || f.Severity < l.Severity
}
