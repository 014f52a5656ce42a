package filter

import (
	"testing"
	"time"

	"lockaway/scanner/finding"
)

// here makes a finding of value v that stands in lines.
func here(before, lines, v string) *finding.Finding {
	f := &finding.Finding{Rule: "some-rule", Confidence: finding.HighConfidence, Severity: finding.High, Value: finding.NewSecret(v)}
	f.Fingerprint = f.Value.Fingerprint()
	f.Path, f.StartLine, f.EndLine = "a.txt", 2, 2
	f.Around = finding.Around{Before: before, Lines: lines}
	return f
}

func TestExpireAtItsVerySecond(t *testing.T) {
	end := time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 2*3600))
	for _, c := range []struct {
		now  time.Time
		want bool
	}{
		{end.Add(-time.Nanosecond), false},
		{end, true},
		{end.UTC(), true},
		{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), true},
		{time.Date(2026, 3, 1, 9, 59, 59, 0, time.UTC), false},
	} {
		f := here("", "", "v")
		f.Expires = end
		if got := Expire(f, c.now); got != c.want {
			t.Errorf("at %v: expired %v, want %v", c.now, got, c.want)
		}
		if c.want && (f.Severity != finding.Info || len(f.Why) != 1 || f.Why[0] != "expired on 2026-03-01 10:00 UTC") {
			t.Errorf("at %v: severity %v, why %q", c.now, f.Severity, f.Why)
		}
		if !c.want && (f.Severity != finding.High || f.Why != nil) {
			t.Errorf("at %v: changed to %v, %q", c.now, f.Severity, f.Why)
		}
	}
	f := here("", "", "v")
	if Expire(f, end.AddDate(1000, 0, 0)) {
		t.Error("a value without an end expired")
	}
}

func TestExpireLeavesTheKey(t *testing.T) {
	end := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name     string
		aws      *finding.AWS
		severity finding.Severity // before
		want     finding.Severity
	}{
		{"long-term key", &finding.AWS{KeyID: "AKIA…", AccountID: "111122223333"}, finding.Medium, finding.Low},
		{"long-term key of the older kind", &finding.AWS{KeyID: "AKIA…", AccountID: "unknown"}, finding.Medium, finding.Low},
		{"temporary key", &finding.AWS{KeyID: "ASIA…", AccountID: "111122223333"}, finding.Medium, finding.Info},
		{"documentation key", &finding.AWS{KeyID: "AKIAIOSFODNN7EXAMPLE", Example: true}, finding.Info, finding.Info},
		{"hidden before", &finding.AWS{KeyID: "AKIA…"}, finding.Info, finding.Info},
		{"no key", nil, finding.High, finding.Info},
	} {
		f := here("", "", "v")
		f.Expires, f.AWS, f.Severity = end, c.aws, c.severity
		if !Expire(f, end) || f.Severity != c.want {
			t.Errorf("%s: severity %v, want %v", c.name, f.Severity, c.want)
		}
	}
}
