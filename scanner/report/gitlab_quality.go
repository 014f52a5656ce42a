package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"lockaway/scanner/finding"
)

// gitlabQualityFormat is GitLab's code quality report, a part of Code Climate's
// (docs.gitlab.com, "Code Quality", "Implement a custom tool"). It has findings alone:
// what could not be read is told as an issue, too, lest it looks as if all was.
type gitlabQualityFormat struct{}

type (
	qualityIssue struct {
		Description string          `json:"description"`
		CheckName   string          `json:"check_name"`
		Fingerprint string          `json:"fingerprint"`
		Severity    string          `json:"severity"`
		Location    qualityLocation `json:"location"`
	}
	qualityLocation struct {
		Path  string       `json:"path"`
		Lines qualityLines `json:"lines"`
	}
	qualityLines struct {
		Begin int `json:"begin"`
	}
)

// qualityProblems is how many problems are told.
const qualityProblems = 100

// Write writes the report.
func (gitlabQualityFormat) Write(w io.Writer, r *Report, o Options) error {
	m := maskFor(r, o)
	before, end := "[\n  ", "[]\n"
	issue := func(description, check, name, severity, path string, line int) error {
		b, err := encode(qualityIssue{description, check, strings.ReplaceAll(uuid("quality", name), "-", ""), severity, qualityLocation{path, qualityLines{line}}}, "  ")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s%s", before, b)
		before, end = ",\n  ", "\n]\n"
		return err
	}
	kept, left := worst(m.entries(r, o), gitlabFindings)
	names := ordinals{}
	for _, e := range kept {
		description := e.summary
		for _, d := range e.details {
			if d.Label == "allowed" {
				description += "; allowed " + d.Text
			}
		}
		if err := issue(description, e.rule, names.next(e), qualitySeverity(e.severity), m.relative(e.address), e.startLine); err != nil {
			return err
		}
	}
	if left > 0 {
		if err := issue(fmt.Sprintf("%s more findings are left out, the least severe", grouped(int64(left))), "lockaway-findings", "left out", "major", ".", 1); err != nil {
			return err
		}
	}
	same := map[string]int{}
	for i, p := range m.qualityProblems(r) {
		same[p.What]++
		severity := "major"
		if p.Low {
			severity = "info"
		}
		name := fmt.Sprintf("problem\x00%s\x00%d", p.What, same[p.What])
		if i == qualityProblems {
			name = "more problems"
		}
		if err := issue(p.What, "lockaway-incomplete", name, severity, cmp.Or(m.relative(p.Where), "."), 1); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, end)
	return err
}

// qualityProblems returns what could not be read, each told in a line.
func (m *Mask) qualityProblems(r *Report) []finding.Problem {
	all := r.Scan.Problems
	if len(all) == 0 && r.unread() {
		return []finding.Problem{{What: notRead(&r.Scan)}}
	}
	var out []finding.Problem
	for i := range all {
		if i == qualityProblems {
			return append(out, finding.Problem{What: fmt.Sprintf("%s more could not be read", grouped(int64(len(all)-i)))})
		}
		out = append(out, finding.Problem{Where: all[i].Where, What: "could not be read: " + m.problemText(&all[i]), Low: all[i].Low})
	}
	return out
}

// qualitySeverity is a severity in Code Climate's words.
func qualitySeverity(s finding.Severity) string {
	return [...]string{"info", "minor", "major", "critical", "blocker"}[s]
}
