package filter

import (
	"regexp"
	"strings"
	"testing"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

func set() []*rules.Rule {
	re := regexp.MustCompile
	return []*rules.Rule{
		{ID: "key", Title: "Key", Confidence: "medium", Severity: "medium"},
		{ID: "key-root", Title: "Root key", Of: "key", Path: re(`(^|/)rootkey\.csv$`), Word: re(`(?i)root`), Confidence: "high", Severity: "critical"},
		{ID: "key-csv", Title: "Key in a table", Of: "key", Path: re(`\.csv$`), Confidence: "low", Severity: "low"},
		{ID: "key-word", Title: "Named key", Of: "key", Word: re(`signing`), Confidence: "high", Severity: "high"},
		{ID: "key-twice", Title: "Twice", Of: "key-word", Word: re(`signing`), Confidence: "low", Severity: "info"},
		{ID: "key-always", Title: "Asks for nothing", Of: "key", Confidence: "low", Severity: "info"},
		{ID: "other", Title: "Other", Confidence: "medium", Severity: "medium"},
	}
}

func TestRefine(t *testing.T) {
	for _, c := range []struct {
		rule, path, before, lines, after string
		want                             string
	}{
		{"key", "a/rootkey.csv", "", "root: x", "", "key-root"},
		{"key", "a/rootkey.csv", "", "x", "", "key-csv"}, // without the word
		{"key", "a/b.csv", "root", "x", "", "key-csv"},   // without the path
		{"key", "a/b.txt", "signing key:", "x", "", "key-word"},
		{"key", "a/b.txt", "", "x", "# signing", "key-word"},
		{"key", "a/b.txt", "", "signing: x", "", "key-word"},
		{"key", "a/b.csv", "", "signing: x", "", "key-csv"}, // the first in order
		{"key", "a/b.txt", "", "x", "", "key"},
		{"key", "", "", "x", "", "key"},
		{"other", "a/rootkey.csv", "root", "signing", "", "other"},
	} {
		f := &finding.Finding{Rule: c.rule, Title: "Key", Confidence: finding.MediumConfidence, Severity: finding.Medium}
		f.Path, f.Around = c.path, finding.Around{Before: c.before, Lines: c.lines, After: c.after}
		changed := NewRefine(set()).Apply(f)
		if f.Rule != c.want || changed != (c.rule != c.want) {
			t.Errorf("%+v: %s (%v)", c, f.Rule, changed)
		}
		if changed != (len(f.Why) == 1) || changed && !strings.HasSuffix(f.Why[0], c.want) {
			t.Errorf("%+v: why %q", c, f.Why)
		}
	}
}

func TestRefineKeepsTheMatchsJudgement(t *testing.T) {
	const low, medium, high = finding.LowConfidence, finding.MediumConfidence, finding.HighConfidence
	for _, c := range []struct {
		path, line string
		c          finding.Confidence
		s          finding.Severity
		wantC      finding.Confidence
		wantS      finding.Severity
	}{
		{"rootkey.csv", "root", medium, finding.Medium, high, finding.Critical}, // as usual
		{"rootkey.csv", "root", low, finding.Info, low, finding.Info},           // an example stays one
		{"rootkey.csv", "root", low, finding.Medium, low, finding.Critical},     // unsure, but of whom
		{"rootkey.csv", "root", medium, finding.Low, high, finding.Low},         // encrypted
		{"b.csv", "", medium, finding.Medium, low, finding.Low},                 // the rule lowers
		{"b.csv", "", high, finding.High, high, finding.High},                   // what was proved stays
	} {
		f := &finding.Finding{Rule: "key", Confidence: c.c, Severity: c.s}
		f.Path, f.Around.Lines = c.path, c.line
		NewRefine(set()).Apply(f)
		if f.Confidence != c.wantC || f.Severity != c.wantS {
			t.Errorf("%+v: %v, %v", c, f.Confidence, f.Severity)
		}
	}
}
