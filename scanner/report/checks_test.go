package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/finding"
)

// checked is the report of an account with a check of each sort.
func checked() *Report {
	return &Report{
		Scan: finding.Scan{
			Kind: "account", Target: "saved", Files: 7, Elapsed: 12 * time.Millisecond, Hidden: 1,
			Account:  &finding.Account{ID: "111122223333", Partition: "aws-us-gov", Alias: "made\x1b-up", AsOf: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)},
			Problems: []finding.Problem{{Where: "saved/notes.txt", What: "is nothing that is known", Low: true}},
		},
		Checks: []finding.Check{
			{Guidance: "ROOT-03", Title: "Access keys of the root user", Status: finding.Pass, Severity: finding.Critical, Evidence: "the root user has no access keys"},
			{Guidance: "ROOT-06", Title: "Second factor of the root user", Status: finding.CouldNotTell, Severity: finding.Critical,
				Evidence: "nothing tells whether it has one", Missing: "iam:GetAccountSummary", Steps: []string{"Save it: `aws iam get-account-summary > summary.json`"}},
			{Guidance: "ROOT-11", Title: "Central root access", Status: finding.NotApplicable, Severity: finding.Info, Evidence: "this is a member account"},
			{Guidance: "KEY-14", Title: "Unused keys", Status: finding.Fail, Severity: finding.Medium, Evidence: "9 keys were not used for 45 days",
				Resources: []string{"ann", "bob", "c\x1b[2J", "dan", "eve", "fay", "gus", "hal", "ida"},
				Steps:     []string{"1st", "2nd", "3rd", "4th", "5th", "6th", "7th"}},
			{Guidance: "ROOT-12", Title: "Use of the root user", Status: finding.Fail, Severity: finding.High, Evidence: "its password was used 3 days ago",
				Resources: []string{"<root_account>"}, Steps: []string{"Write down why"}},
		},
	}
}

func TestGoldenChecks(t *testing.T) {
	o := Options{Version: "v1.2.3"}
	golden(t, "checks.json", written(t, "json", checked(), o))
	golden(t, "checks.jsonl", written(t, "jsonl", checked(), o))
	golden(t, "checks.txt", written(t, "text", checked(), Options{}))
	golden(t, "checks_narrow.txt", strings.ReplaceAll(written(t, "text", checked(), Options{Width: 60, Color: true}), "\x1b", `\e`))
}

func TestChecksKeepToTheSchema(t *testing.T) {
	document, line := schema(t, ""), schema(t, "#/$defs/line")
	bare := &Report{Scan: finding.Scan{Kind: "account", Account: &finding.Account{}}}
	for name, r := range map[string]*Report{"checked": checked(), "bare": bare} {
		text := written(t, "json", r, Options{})
		if err := document.Validate(parsed(t, text)); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
		for l := range strings.Lines(written(t, "jsonl", r, Options{})) {
			if err := line.Validate(parsed(t, l)); err != nil {
				t.Errorf("%s: %v\n%s", name, err, l)
			}
		}
	}
	good := written(t, "json", checked(), Options{})
	for _, change := range [][2]string{
		{`"kind": "account"`, `"kind": "tree"`}, {`"status": "pass"`, `"status": "passed"`}, {`"missing": "iam:GetAccountSummary"`, `"mising": ""`},
		{`"guidance": "ROOT-11"`, `"guidance": "root"`}, {`"checks"`, `"check"`}, {`"id": "111122223333"`, `"id": "1"`},
		{`"status": "could-not-tell"`, `"status": "fail"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good || document.Validate(parsed(t, bad)) == nil {
			t.Errorf("%s is taken", change[1])
		}
	}
	// A scan has no checks.
	if s := written(t, "json", sample(), Options{}); strings.Contains(s, `"checks"`) || strings.Contains(s, `"account":`) {
		t.Error("a scan's report has checks")
	}
}

func TestChecksReadBack(t *testing.T) {
	for _, r := range []*Report{checked(), {Scan: finding.Scan{Kind: "account", Account: &finding.Account{}}}} {
		for _, format := range []string{"json", "jsonl"} {
			again(t, format, written(t, format, r, Options{}), Options{})
		}
	}
	good := written(t, "json", checked(), Options{})
	for _, change := range [][2]string{{`"status": "pass"`, `"status": "passed"`}, {`"severity": "medium"`, `"severity": "awful"`}, {`"as_of": "2`, `"as_of": "x`}, {`"checks": [`, `"checks": [7, `}} {
		if _, err := Read(strings.NewReader(strings.Replace(good, change[0], change[1], 1))); err == nil {
			t.Errorf("%s is taken", change[1])
		}
	}
}

// The worst stand first; what is alike keeps the order of the table.
func TestChecksOrder(t *testing.T) {
	var list []finding.Check
	for _, status := range []finding.CheckStatus{finding.Pass, finding.NotApplicable, finding.CouldNotTell, finding.Fail} {
		for s := finding.Info; s <= finding.Critical; s++ {
			list = append(list, finding.Check{Guidance: string(status), Severity: s, Status: status, Title: "a"}, finding.Check{Guidance: string(status), Severity: s, Status: status, Title: "b"})
		}
	}
	before := slices.Clone(list)
	var got []string
	for _, c := range worstChecks(list) {
		got = append(got, string(c.Status)+" "+c.Severity.String()+" "+c.Title)
	}
	if got[0] != "fail critical a" || got[1] != "fail critical b" || got[9] != "fail info b" || got[10] != "could-not-tell critical a" ||
		got[20] != "not-applicable info a" || got[30] != "pass info a" || got[39] != "pass critical b" {
		t.Errorf("%q", got)
	}
	for i := range list {
		if list[i].Guidance != before[i].Guidance || list[i].Severity != before[i].Severity {
			t.Fatal("the report's own order was changed")
		}
	}
}
