package main

import (
	"bytes"
	"os"
	"path/filepath"

	"lockaway/hooks/ci"
	"lockaway/scanner"
	"lockaway/scanner/report"
)

// ciReports asks for what the CI shows where nobody asked for other reports, and returns
// the file for a summary, if there is one.
func (a *app) ciReports(plan *ci.Plan, f *flags) (summary string, err error) {
	if len(f.reports) > 0 {
		return "", nil
	}
	for _, r := range plan.Reports {
		if r.File == "" && f.quiet {
			continue
		}
		format, err := report.Lookup(r.Format)
		if err != nil {
			return "", err
		}
		if dir := filepath.Dir(r.File); dir != "." {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return "", failf("--report writes to where you choose", "can't make the folder %q for the report: %s", dir, reason(err))
			}
		}
		f.reports = append(f.reports, reportSpec{r.Format, format, r.File})
	}
	return plan.Summary, nil
}

// writeSummary appends a Markdown report to a summary, which may hold what the same step
// wrote before. The format keeps well below the MiB that GitHub takes of a step.
func (a *app) writeSummary(path string, r *scanner.Result, f *flags) error {
	if path == "" {
		return nil
	}
	format, err := report.Lookup("markdown")
	if err != nil {
		return err
	}
	var text bytes.Buffer
	doc := &report.Report{Scan: r.Scan, Findings: r.Findings, Others: r.Others}
	if err := format.Write(&text, doc, report.Options{ShowSecrets: f.showSecrets, ShowAllowed: f.showAllowed, Version: versionText()}); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return writing("the step's summary", err)
	}
	_, err = file.Write(text.Bytes())
	if closed := file.Close(); err == nil {
		err = closed
	}
	return writing("the step's summary", err)
}
