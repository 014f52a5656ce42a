package filter

import (
	"testing"

	"lockaway/scanner/finding"
)

func TestBaseline(t *testing.T) {
	v := finding.NewSecret("a value that is known")
	other := finding.NewSecret("judged, not accepted")
	b := NewBaseline([]finding.Known{
		{Fingerprint: v.Fingerprint(), Reason: "old", From: "b.json:4"},
		{Fingerprint: other.Fingerprint(), Reason: "real", Reported: true, From: "b.json:5"},
	})
	at := func(v finding.Secret, path, rule string) *finding.Finding {
		return &finding.Finding{Rule: rule, Value: v, Fingerprint: v.Fingerprint(), Place: finding.Place{Path: path}}
	}
	// Neither place nor rule counts.
	for _, f := range []*finding.Finding{at(v, "a", "x"), at(v, "b/c", "y")} {
		if a, ok := b.Judge(f); !ok || a.By != "b.json:4" || a.Reason != "old" {
			t.Errorf("%s: %v %v", f.Path, a, ok)
		}
	}
	for _, f := range []*finding.Finding{at(other, "a", "x"), at(finding.NewSecret("new"), "a", "x"), at(finding.NewSecret(""), "a", "x")} {
		if a, ok := b.Judge(f); ok {
			t.Errorf("%s is allowed: %v", f.Value.Reveal(), a)
		}
	}
	// What was linked to another value is judged by the fingerprint it got.
	f := at(finding.NewSecret("derived"), "a", "x")
	f.Fingerprint = v.Fingerprint()
	if _, ok := b.Judge(f); !ok {
		t.Error("a derived value is not known")
	}
	// A fingerprint is no secret, unless it is only a part of one.
	f = at(finding.NewSecret(v.Fingerprint()), ".lockaway.baseline.json", "x")
	if _, ok := b.Judge(f); !ok {
		t.Error("a fingerprint is reported")
	}
	f.Parts = []finding.Part{{Kind: "secret", Value: f.Value}}
	if _, ok := b.Judge(f); ok {
		t.Error("a pair is taken for a fingerprint")
	}
	if _, ok := NewBaseline(nil).Judge(at(v, "a", "x")); ok {
		t.Error("an empty baseline allows")
	}
}
