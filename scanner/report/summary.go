package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"lockaway/scanner/finding"
)

// summary writes what was scanned and what came of it: one line, one more where
// something was left out on purpose, and the problems, which come last because
// the end is what people read.
func (p *textPrinter) summary(r *Report) {
	s, o := &r.Scan, p.o
	var bySeverity [finding.Critical + 1]int
	total := 0
	for _, f := range r.Findings {
		if f.Allowed == nil {
			bySeverity[f.Severity]++
			total++
		}
	}
	left := leftOut(s)
	switch {
	case total > 0:
		var counts []string
		for sev := finding.Critical; sev >= finding.Info; sev-- {
			if n := bySeverity[sev]; n > 0 {
				counts = append(counts, o.style(severityStyle(sev), fmt.Sprintf("%s %s", grouped(int64(n)), sev)))
			}
		}
		p.line("%s (%s) in %s", o.style(bold, count(total, "finding")), strings.Join(counts, ", "), scanned(s))
	case s.Kind == "repository" && s.Complete && s.Blobs+s.Commits == 0:
		p.line("no findings; the repository holds no objects yet, %s of its git folder were scanned", count(s.Files, "file"))
	case s.Files == 0 && s.Kind != "stdin" && !inRepository(s.Kind):
		all := "0 files scanned"
		if left != "" {
			all += "; " + left
		}
		p.line("%s", o.style(bold, all))
		left = ""
	case !s.Complete:
		p.line("no findings in what could be read: %s", scanned(s))
	default:
		p.line("no findings in %s", scanned(s))
	}
	if left != "" {
		p.line("%s", left)
	}
	p.verified(r)
	p.problems(s)
}

// problems writes what could not be read.
func (p *textPrinter) problems(s *finding.Scan) {
	if s.Complete {
		return
	}
	what := "not everything could be read"
	if n := len(s.Problems); n > 0 {
		what = count(n, "thing") + " could not be read"
	}
	p.line("%s", p.o.style(yellow, "incomplete: "+what))
	for i, problem := range s.Problems {
		if i == maxProblems {
			p.line("  … %s more", grouped(int64(len(s.Problems)-i)))
			return
		}
		p.line("  %s: %s", p.name(problem.Where), p.text(problem.What))
	}
}

// scanned says how much was scanned, and how long it took.
func scanned(s *finding.Scan) string {
	what := count(s.Files, "file")
	switch {
	case s.Kind == "stdin":
		what = "standard input"
	case s.Kind == "keys":
		return "what was named"
	case inRepository(s.Kind):
		what = count(s.Blobs, "blob") + " and " + count(s.Commits, "commit")
	}
	return fmt.Sprintf("%s, %s, %s", what, size(s.Bytes), took(s.Elapsed))
}

// leftOut says what was not looked at or is not shown, and why.
func leftOut(s *finding.Scan) string {
	var out []string
	for _, x := range []struct {
		n   int
		why string
	}{
		{s.Skipped, "skipped by ignore files"},
		{s.Allowed - s.Foreign, "allowed"},
		{s.Foreign, "allowed by other tools' markers"},
		{s.Hidden - s.NotLive, "hidden, below the confidence or severity asked for"},
		{s.NotLive - s.Unsure, "hidden, not live"},
		{s.Unsure, "hidden that may be live: nothing said that they aren't"},
	} {
		if x.n > 0 {
			out = append(out, grouped(int64(x.n))+" "+x.why)
		}
	}
	return strings.Join(out, "; ")
}

// count returns "1 file", "2 files".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return grouped(int64(n)) + " " + noun
}

// grouped writes a number with commas between its thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size writes a number of bytes in units of a thousand.
func size(n int64) string {
	if n < 1000 {
		return count(int(n), "byte")
	}
	x, unit := float64(n)/1000, 0
	for ; x >= 999.95 && unit < 3; unit++ {
		x /= 1000
	}
	return fmt.Sprintf("%.1f %s", x, [...]string{"kB", "MB", "GB", "TB"}[unit])
}

// took writes a duration as people read it.
func took(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return "<0.01 s"
	case d < time.Minute:
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	d = d.Round(time.Second)
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}
