package filter

import (
	"testing"

	"lockaway/scanner/finding"
)

func TestLevelHidesWhatIsBelowEither(t *testing.T) {
	l := Level{finding.MediumConfidence, finding.Low}
	for _, c := range []struct {
		c     finding.Confidence
		s     finding.Severity
		hides bool
	}{
		{finding.MediumConfidence, finding.Low, false},
		{finding.HighConfidence, finding.Critical, false},
		{finding.LowConfidence, finding.Critical, true},
		{finding.HighConfidence, finding.Info, true},
		{finding.LowConfidence, finding.Info, true},
	} {
		if got := l.Hides(&finding.Finding{Confidence: c.c, Severity: c.s}); got != c.hides {
			t.Errorf("%v, %v: %v, want %v", c.c, c.s, got, c.hides)
		}
	}
	if (Level{}).Hides(&finding.Finding{Confidence: finding.LowConfidence}) {
		t.Error("no level hides something")
	}
}
