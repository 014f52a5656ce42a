package report

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

// A report of many findings ends with what they are, the worst first; one of few
// doesn't repeat itself.
func TestOverview(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	rep := &Report{Scan: finding.Scan{Kind: "tree", Complete: true, Files: 300}}
	add := func(n int, path, title string, sev finding.Severity, account, guidance string) {
		for i := range n {
			f := around("r", fmt.Sprintf("%s/%03d", path, i), 3, random(r, 40), "")
			f.Title, f.Severity = title, sev
			if account != "" {
				f.AWS = &finding.AWS{AccountID: account, Partition: "unknown"}
			}
			f.Guidance = []finding.Guidance{{ID: guidance, Title: "A title that is told once"}}
			rep.Findings = append(rep.Findings, f)
		}
	}
	add(150, "a", "AWS access key with its secret", finding.Critical, "111122223333", "KEY-09")
	add(40, "b", "Private key", finding.High, "", "KEY-09")
	add(1, "c", "AWS access key, likely the root user's", finding.Critical, "444455556666", "ROOT-03")
	add(9, "d", "SMTP password, derived from the secret of X at ", finding.High, "unknown", "KEY-09")
	for i, f := range rep.Findings {
		if strings.HasPrefix(f.Title, "SMTP") {
			f.Title += fmt.Sprint("x:", i) // each its own, and one kind
		}
	}
	rep.Findings[1].Fingerprint = rep.Findings[0].Fingerprint
	rep.Findings[2].Allowed = &finding.Allowed{By: "x"}
	got := written(t, "text", rep, Options{})
	want := `what was found, the worst first
  critical    1  AWS access key, likely the root user's, c/000:3
  critical  149  AWS access key with its secret, first at a/000:3
  high       40  Private key, first at b/000:3
  high        9  SMTP password, first at d/000:3
  198 different credentials; of accounts 111122223333 (149 findings), 444455556666 (1 finding)

199 findings (150 critical, 49 high) in 300 files`
	if !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got[max(len(got)-900, 0):], want)
	}
	if n := strings.Count(got, "A title that is told once"); n != 2 {
		t.Errorf("titles of two entries are told %d times", n)
	}
	rep.Findings = rep.Findings[:overviewFrom-1+1] // one of them is allowed
	if got := written(t, "text", rep, Options{}); strings.Contains(got, "worst first") {
		t.Errorf("five findings have an overview:\n%s", got)
	}
}

// No report is long because of the overview, and none of its lines is too wide.
func TestOverviewIsShort(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 11))
	rep := &Report{Scan: finding.Scan{Kind: "tree", Complete: true}}
	for i := range 300 {
		f := around("r", fmt.Sprintf("%s\x1b[31m/%d", strings.Repeat("long/", i%20), i), 3, random(r, 40), "")
		f.Title, f.AWS = fmt.Sprintf("Kind %d of many kinds of credentials", i%100), &finding.AWS{AccountID: fmt.Sprintf("%012d", i%50)}
		rep.Findings = append(rep.Findings, f)
	}
	got := written(t, "text", rep, Options{Width: 70})
	_, overview, found := strings.Cut(got, "what was found, the worst first\n")
	if lines := strings.Split(overview, "\n"); !found || len(lines) > 45 || !strings.Contains(overview, "… and 88 more kinds") || !strings.Contains(overview, "and 44 more") {
		t.Errorf("%d lines:\n%s", len(lines), overview)
	}
	for line := range strings.SplitSeq(overview, "\n") {
		if columns(line) > 70 && !strings.Contains(line, "long/long/long") || strings.ContainsRune(line, '\x1b') {
			t.Errorf("%d columns: %q", columns(line), line)
		}
	}
}
