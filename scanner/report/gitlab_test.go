package report

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/finding"
)

func TestGoldenGitLab(t *testing.T) {
	o := Options{Version: "v1.2.3"}
	timed := sample()
	timed.Scan.Began = time.Date(2026, 5, 6, 23, 59, 59, 900_000_000, time.FixedZone("", -3600))
	golden(t, "gitlab/secrets.json", written(t, "gitlab-secrets", timed, o))
	golden(t, "gitlab/repository.json", written(t, "gitlab-secrets", repository(), o))
	golden(t, "gitlab/quality.json", written(t, "gitlab-quality", sample(), Options{ShowAllowed: true}))
	golden(t, "gitlab/checks.json", written(t, "gitlab-quality", checked(), o))
}

func TestGitLabKeepsToTheSchemas(t *testing.T) {
	for _, format := range []string{"gitlab-secrets", "gitlab-quality"} {
		s := schemaFile(t, format+".schema.json", "")
		for name, r := range samples() {
			for _, o := range []Options{{}, {ShowSecrets: true}, {ShowAllowed: true, Version: "v1"}} {
				if text := written(t, format, r, o); s.Validate(parsed(t, text)) != nil {
					t.Errorf("%s, %s: %v\n%s", format, name, s.Validate(parsed(t, text)), text)
				}
			}
		}
		good := written(t, format, sample(), Options{})
		for _, change := range [][2]string{
			{`"severity": "`, `"severity": "x`}, {`"description": "`, `"description": "", "x": "`}, {`"sha": "0`, `"sha": "`}, {`T00:00:00"`, `T00:00:00Z"`}, {`"begin": 2`, `"begin": 0`},
		} {
			if bad := strings.Replace(good, change[0], change[1], 1); bad != good && s.Validate(parsed(t, bad)) == nil {
				t.Errorf("%s: %s is taken", format, change[1])
			}
		}
	}
}

// A scan that left something out doesn't look like one that went well.
func TestGitLabIncomplete(t *testing.T) {
	gone, locked := finding.Problem{Where: "a", What: "gone"}, finding.Problem{Where: "b", What: "is encrypted", Low: true}
	for _, c := range []struct {
		scan   finding.Scan
		status string
		levels string
		issues int
	}{
		{finding.Scan{Complete: true}, "success", "", 0}, {finding.Scan{Problems: []finding.Problem{locked}}, "success", "info", 1},
		{finding.Scan{Problems: []finding.Problem{gone, locked}}, "failure", "fatal warn info", 2}, {finding.Scan{}, "failure", "fatal", 1},
		{finding.Scan{Problems: slices.Repeat([]finding.Problem{gone}, gitlabMessages+5)}, "failure", "fatal " + strings.Repeat("warn ", gitlabMessages) + "warn", qualityProblems + 1},
	} {
		r := &Report{Scan: c.scan}
		var doc struct{ Scan gitlabScan }
		if err := json.Unmarshal([]byte(written(t, "gitlab-secrets", r, Options{})), &doc); err != nil {
			t.Fatal(err)
		}
		var levels []string
		for _, m := range doc.Scan.Messages {
			levels = append(levels, m.Level)
		}
		if doc.Scan.Status != c.status || strings.Join(levels, " ") != c.levels {
			t.Errorf("%d problems: %s, %q", len(c.scan.Problems), doc.Scan.Status, levels)
		}
		var issues []qualityIssue
		if err := json.Unmarshal([]byte(written(t, "gitlab-quality", r, Options{})), &issues); err != nil || len(issues) != c.issues {
			t.Errorf("%d problems: %d issues, %v", len(c.scan.Problems), len(issues), err)
		}
	}
}

// Ids and fingerprints name one finding each, and keep when its line moves, whatever
// else is found.
func TestGitLabIDs(t *testing.T) {
	ids := func(r *Report) (out []string) {
		var doc struct{ Vulnerabilities []gitlabFinding }
		if err := json.Unmarshal([]byte(written(t, "gitlab-secrets", r, Options{})), &doc); err != nil {
			t.Fatal(err)
		}
		var issues []qualityIssue
		if err := json.Unmarshal([]byte(written(t, "gitlab-quality", r, Options{})), &issues); err != nil {
			t.Fatal(err)
		}
		for i, v := range doc.Vulnerabilities {
			out = append(out, v.ID+" "+issues[i].Fingerprint)
		}
		return out
	}
	const v = "0123456789abcdef"
	report := func(lines ...int) *Report {
		r := &Report{Scan: finding.Scan{Complete: true}}
		for _, l := range lines {
			r.Findings = append(r.Findings, around("x", "f", l, v, v), around("x", "g", l, v, v), around("y", "f", l, v, v), around("x", "f", l, v+"0", v+"0"))
		}
		return r
	}
	one, moved, twice := ids(report(3)), ids(report(77)), ids(report(3, 9))
	all := append(slices.Clone(one), twice[4:]...)
	slices.Sort(all)
	if len(slices.Compact(all)) != 8 {
		t.Errorf("not unique: %q", all)
	}
	if !slices.Equal(one, moved) || !slices.Equal(one, twice[:4]) {
		t.Errorf("%q, moved %q, twice %q", one, moved, twice)
	}
}

// The values are in no field unless they were asked for.
func TestGitLabSecrets(t *testing.T) {
	if s := written(t, "gitlab-secrets", sample(), Options{}); strings.Contains(s, docSecret) || strings.Contains(s, "raw_source") {
		t.Error("a value is shown")
	}
	if s := written(t, "gitlab-secrets", sample(), Options{ShowSecrets: true}); strings.Count(s, `"raw_source_code_extract": "`+docSecret+`"`) != 2 {
		t.Error("values are not shown")
	}
}
