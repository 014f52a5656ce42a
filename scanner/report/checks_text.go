package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"lockaway/scanner/finding"
)

const (
	// maxResources and maxCheckSteps are how many a check shows.
	maxResources  = 8
	maxCheckSteps = 6
)

// checks writes what was held against an account: what fails and what could not be
// told, the worst first, with what to do; then in a line each the others.
func (p *textPrinter) checks(r *Report) {
	if r.Scan.Account == nil {
		return
	}
	p.line("%s", p.o.style(bold, p.accountName(r.Scan.Account)))
	for _, c := range worstChecks(r.Checks) {
		if c.Status == finding.Fail || c.Status == finding.CouldNotTell {
			p.check(c)
			continue
		}
		p.passed(c)
	}
	if len(r.Checks) > 0 {
		p.line("")
	}
}

// worstChecks orders checks by status and severity; those that are alike keep theirs.
func worstChecks(list []finding.Check) []finding.Check {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b finding.Check) int {
		bySeverity := 0
		if a.Status == finding.Fail || a.Status == finding.CouldNotTell {
			bySeverity = -cmp.Compare(a.Severity, b.Severity)
		}
		return cmp.Or(cmp.Compare(a.Status.Rank(), b.Status.Rank()), bySeverity)
	})
	return out
}

func (p *textPrinter) accountName(a *finding.Account) string {
	name := "AWS account " + cmp.Or(Visible(a.ID), "of unknown number")
	if a.Alias != "" {
		name += ", " + p.name(a.Alias)
	}
	if a.Partition != "" && a.Partition != "aws" {
		name += ", partition " + Visible(a.Partition)
	}
	if !a.AsOf.IsZero() {
		name += ", as of " + a.AsOf.UTC().Format("2006-01-02 15:04 UTC")
	}
	return name
}

// check writes a check that asks for something.
func (p *textPrinter) check(c finding.Check) {
	o := p.o
	what := o.style(severityStyle(c.Severity), c.Severity.String())
	if c.Status == finding.CouldNotTell {
		what = o.style(yellow, "could not tell") + "  " + what
	}
	p.line("  %s  %s  %s", o.style(blue, c.Guidance), what, o.style(bold, p.text(c.Title)))
	p.detail("why", p.text(c.Evidence))
	p.detail("missing", p.text(c.Missing))
	if c.Status == finding.Fail {
		p.detail("which", p.resources(c))
	}
	var lines []string
	for i, s := range c.Steps[:min(len(c.Steps), maxCheckSteps)] {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, p.text(s)))
	}
	if more := len(c.Steps) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("… %d more: `--report json` has them", more))
	}
	p.detail("do", lines...)
	p.line("")
}

// resources lists what a check is about.
func (p *textPrinter) resources(c finding.Check) string {
	var names []string
	for _, r := range c.Resources[:min(len(c.Resources), maxResources)] {
		names = append(names, p.name(r))
	}
	if more := len(c.Resources) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("… %s more", grouped(int64(more))))
	}
	return strings.Join(names, ", ")
}

// passed writes a check that asks for nothing.
func (p *textPrinter) passed(c finding.Check) {
	word := "pass"
	if c.Status == finding.NotApplicable {
		word = "n/a "
	}
	head := fmt.Sprintf("  %s  %s  ", p.o.style(blue, fmt.Sprintf("%-7s", c.Guidance)), p.o.style(dim, word))
	const indent = 2 + 7 + 2 + 4 + 2
	for _, l := range p.wrapped(p.text(c.Title+": "+c.Evidence), indent) {
		p.line("%s%s", head, l)
		head = strings.Repeat(" ", indent)
	}
}

// checksSummary writes the line on the whole of an account's checks.
func (p *textPrinter) checksSummary(r *Report) {
	var bySeverity [finding.Critical + 1]int
	by := map[finding.CheckStatus]int{}
	for _, c := range r.Checks {
		by[c.Status]++
		if c.Status == finding.Fail {
			bySeverity[c.Severity]++
		}
	}
	var parts []string
	if n := by[finding.Fail]; n > 0 {
		var counts []string
		for s := finding.Critical; s >= finding.Info; s-- {
			if k := bySeverity[s]; k > 0 {
				counts = append(counts, p.o.style(severityStyle(s), fmt.Sprintf("%d %s", k, s)))
			}
		}
		parts = append(parts, p.o.style(bold, count(n, "check")+" failed")+" ("+strings.Join(counts, ", ")+")")
	}
	for _, x := range []struct {
		s    finding.CheckStatus
		what string
	}{{finding.CouldNotTell, "could not be told"}, {finding.Pass, "passed"}, {finding.NotApplicable, "not applicable"}} {
		if n := by[x.s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, x.what))
		}
	}
	if n := len(r.Findings); n > 0 {
		parts = append([]string{p.o.style(bold, count(n, "leaked key")+" of a report looked up")}, parts...)
	}
	if len(parts) == 0 {
		parts = []string{"no checks"}
	}
	p.line("%s; %s", strings.Join(parts, "; "), took(r.Scan.Elapsed.Round(time.Millisecond)))
	if r.Scan.Hidden > 0 {
		p.line("%s hidden, below the severity asked for", grouped(int64(r.Scan.Hidden)))
	}
	if len(r.Scan.Problems) > 0 { // a check that could not tell has said what it lacks
		p.problems(&r.Scan)
	}
}
