package report

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

func TestGoldenCSV(t *testing.T) {
	golden(t, "report.csv", written(t, "csv", sample(), Options{ShowAllowed: true}))
	golden(t, "repository.csv", written(t, "csv", repository(), Options{}))
	golden(t, "checks.csv", written(t, "csv", checked(), Options{}))
}

// rows reads a table as others do.
func rows(t *testing.T, text string) []map[string]string {
	t.Helper()
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") || !strings.HasSuffix(text, "\r\n") {
		t.Fatalf("lines don't end in CR LF:\n%q", text)
	}
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	var out []map[string]string
	for _, fields := range all[1:] {
		row := map[string]string{}
		for i, f := range fields {
			row[all[0][i]] = f
		}
		out = append(out, row)
	}
	return out
}

// Whatever a name holds, a row is a row, and nothing is a formula.
func TestCSVHostile(t *testing.T) {
	for i, s := range []string{
		"=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "=cmd|'/C calc'!A0", `";=1`, `a,"=1`, "a\r\nb", "＝1", "''=1", "\ufeff=1", "'=1", `"`, ",", "é",
	} {
		r := everywhere("0123456789", s, s)
		r.Scan.Problems = []finding.Problem{{Where: s, What: s, Hint: s}}
		r.Checks = []finding.Check{{Guidance: "KEY-01", Title: s, Status: finding.Fail, Evidence: s, Resources: []string{s}, Missing: s}}
		text := written(t, "csv", r, Options{ShowAllowed: true, ShowSecrets: i%2 == 0})
		all := rows(t, text)
		if len(all) != len(r.Findings)+2 {
			t.Errorf("%q: %d rows:\n%s", s, len(all), text)
		}
		for _, row := range all {
			for name, f := range row {
				if strings.ContainsAny(f, "\r\n\t") || f != "" && strings.ContainsAny(strings.TrimLeft(f, " ")[:1], "=+-@") || strings.HasPrefix(f, "＝") {
					t.Errorf("%q: %s is %q", s, name, f)
				}
			}
		}
	}
}

func TestCSVRows(t *testing.T) {
	all := rows(t, written(t, "csv", sample(), Options{}))
	if r := all[0]; r["kind"] != "finding" || r["path"] != "deploy/prod.env" || r["start_line"] != "2" || r["value"] != "wJal…EKEY" || r["account_id"] != "123456789012" || r["guidance"] != "KEY-10 KEY-02 KEY-09 CRED-03" {
		t.Errorf("%v", r)
	}
	if r := all[len(all)-2]; r["kind"] != "problem" || r["status"] != "not read" || r["what"] != "permission denied; run as its owner" {
		t.Errorf("%v", r)
	}
	if all := rows(t, written(t, "csv", &Report{Scan: finding.Scan{Complete: true}}, Options{})); len(all) != 0 {
		t.Errorf("%v", all)
	}
	if all := rows(t, written(t, "csv", &Report{}, Options{})); len(all) != 1 || all[0]["kind"] != "problem" {
		t.Errorf("%v", all)
	}
	// No field of a row is without a column.
	for _, r := range samples() {
		for i := range r.Findings {
			for name := range NewMask(r.Findings).csvFinding(r.Findings[i]) {
				if !strings.Contains(fmt.Sprintf(" %s ", strings.Join(csvColumns, " ")), " "+name+" ") {
					t.Errorf("no column %s", name)
				}
			}
		}
	}
}
