package report

import (
	"strings"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// What is live comes first, a root user's before all; then the worst, the surest; what
// is allowed last. Equals keep their order.
func TestWorstEntries(t *testing.T) {
	add := func(path string, s finding.Severity, c finding.Confidence, change func(*finding.Finding)) *finding.Finding {
		f := around("x", path, 1, "0123456789", "")
		f.Severity, f.Confidence = s, c
		if change != nil {
			change(f)
		}
		return f
	}
	live := func(id finding.Identity) func(*finding.Finding) {
		return func(f *finding.Finding) { f.Verification = &finding.Verification{State: finding.Live, Identity: id} }
	}
	r := &Report{Findings: []*finding.Finding{
		add("low", finding.Low, finding.HighConfidence, nil),
		add("allowed", finding.Critical, finding.HighConfidence, func(f *finding.Finding) { f.Allowed = &finding.Allowed{By: "x"} }),
		add("unsure", finding.High, finding.LowConfidence, nil), add("sure", finding.High, finding.HighConfidence, nil), add("sure2", finding.High, finding.HighConfidence, nil),
		add("critical", finding.Critical, finding.HighConfidence, nil), add("user", finding.Critical, finding.HighConfidence, live(finding.IAMUser)), add("root", finding.Critical, finding.MediumConfidence, live(finding.Root)),
	}}
	all := (*Mask)(nil).entries(r, Options{ShowAllowed: true})
	var got []string
	for _, e := range worstEntries(all) {
		got = append(got, e.address)
	}
	if s := strings.Join(got, " "); s != "root user critical sure sure2 unsure low allowed" {
		t.Error(s)
	}
	kept, left := worst(all, 3)
	if len(kept) != 3 || left != 5 || kept[0].address != "root" {
		t.Errorf("%d kept, %d left", len(kept), left)
	}
	if kept, left = worst(all, 8); left != 0 || kept[0].address != "low" {
		t.Error("all are kept, in another order")
	}
}

// Everything that a finding may stand in has an address, one of its own.
func TestAddressOf(t *testing.T) {
	g := &finding.Git{Object: strings.Repeat("0a", 20), Commit: strings.Repeat("1b", 20)}
	for want, at := range map[string]finding.Place{
		"a/b":            {Path: "a/b", Source: chunk.File},
		"r/.git/config":  {Path: "r/.git/config", Source: chunk.Config},
		"standard-input": {Path: "-", Source: chunk.Stdin},
		"command-line":   {Source: chunk.Argument},
		".git/objects/0a/" + strings.Repeat("0a", 19): {Source: chunk.CommitMessage, Git: g},
		"c":       {Path: "c", Source: chunk.Blob, Git: g},
		"unknown": {Source: chunk.Blob},
		"tags/v1": {Path: "tags/v1", Source: chunk.Tag},
	} {
		if got := addressOf(&at); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// A report is incomplete by what weighs, or by a check that could not tell.
func TestFailed(t *testing.T) {
	weighs, low := finding.Problem{What: "x"}, finding.Problem{What: "x", Low: true}
	unsure, fails := finding.Check{Status: finding.CouldNotTell}, finding.Check{Status: finding.Fail}
	for name, c := range map[string]struct {
		r              Report
		unread, failed bool
	}{
		"complete":       {Report{Scan: finding.Scan{Complete: true}}, false, false},
		"nothing said":   {Report{}, true, true},
		"low alone":      {Report{Scan: finding.Scan{Problems: []finding.Problem{low}}}, false, false},
		"one weighs":     {Report{Scan: finding.Scan{Problems: []finding.Problem{low, weighs}}}, true, true},
		"a check":        {Report{Checks: []finding.Check{fails, unsure}}, false, true},
		"a check, a low": {Report{Scan: finding.Scan{Problems: []finding.Problem{low}}, Checks: []finding.Check{unsure}}, false, true},
		"a check fails":  {Report{Scan: finding.Scan{Complete: true}, Checks: []finding.Check{fails}}, false, false},
	} {
		if c.r.unread() != c.unread || c.r.failed() != c.failed {
			t.Errorf("%s: unread %v, failed %v", name, c.r.unread(), c.r.failed())
		}
	}
}
