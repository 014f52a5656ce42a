package report

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"lockaway/scanner/finding"
)

// junitFormat is the XML that CI systems show as test results: as junit-10.xsd of
// Jenkins' xUnit plugin describes it, and as GitLab's "Unit test reports" takes it. A
// finding is a test that failed, what could not be read one that did not run, and a
// scan that found nothing one that passed. GitLab drops tests of the same name: each
// has a name of its own.
type junitFormat struct{}

const (
	// junitCases is how many findings are told, the worst: GitLab takes 30 MB.
	junitCases = 15_000
	// junitProblems is how many problems are.
	junitProblems = 1000
	// junitText is how many bytes of text a test has, a step more or less; junitTexts
	// how many all have together, behind which only their messages are told.
	junitText, junitTexts = 1000, 10_000_000
	// junitName and junitMessage are how long these are, in characters.
	junitName, junitMessage = 300, 500
)

// junitCase is one test.
type junitCase struct {
	class, name string
	// verdict is the element that says how it went: "failure", "error", "skipped"; of
	// a test that passed empty.
	verdict, kind, message, text string
}

// Write writes the report.
func (junitFormat) Write(w io.Writer, r *Report, o Options) error {
	m := maskFor(r, o)
	cases := m.junitCases(r, o)
	n, names, used := map[string]int{}, map[string]bool{}, map[string]int{}
	for _, c := range cases {
		n[c.verdict]++
	}
	out := bufio.NewWriter(w)
	x := xmlText
	counts := fmt.Sprintf(`name="lockaway" tests="%d" failures="%d" errors="%d"`, len(cases), n["failure"], n["error"])
	seconds := strconv.FormatFloat(r.Scan.Elapsed.Seconds(), 'f', 3, 64)
	fmt.Fprintf(out, "%s<testsuites %s time=\"%s\">\n  <testsuite %s skipped=\"%d\" time=\"%s\"", xml.Header, counts, seconds, counts, n["skipped"], seconds)
	if !r.Scan.Began.IsZero() {
		fmt.Fprintf(out, ` timestamp="%s"`, r.Scan.Began.UTC().Format("2006-01-02T15:04:05"))
	}
	out.WriteString(">\n")
	texts := 0
	for _, c := range cases {
		c.name, c.message = cut(c.name, junitName), cut(c.message, junitMessage)
		if texts += len(c.text); texts > junitTexts {
			c.text = ""
		}
		for own := c.name; names[c.name]; { // the next that no test has
			used[own]++
			c.name = fmt.Sprintf("%s (%d)", own, used[own]+1)
		}
		names[c.name] = true
		fmt.Fprintf(out, `    <testcase classname="%s" name="%s" time="0"`, x(c.class), x(c.name))
		if c.verdict == "" {
			out.WriteString("/>\n")
			continue
		}
		fmt.Fprintf(out, ">\n      <%s type=\"%s\" message=\"%s\">%s</%s>\n    </testcase>\n", c.verdict, x(c.kind), x(c.message), strings.ReplaceAll(x(c.text), "&#xA;", "\n"), c.verdict)
	}
	out.WriteString("  </testsuite>\n</testsuites>\n")
	return out.Flush()
}

// junitCases returns the tests: the findings, the checks, the problems; one that
// passed where there is none.
func (m *Mask) junitCases(r *Report, o Options) []junitCase {
	var out []junitCase
	all := m.entries(r, o)
	kept, left := worst(all, junitCases)
	for _, e := range kept {
		out = append(out, m.junitCase(e))
	}
	if left > 0 {
		out = append(out, junitCase{"lockaway", "more findings", "failure", "findings", fmt.Sprintf("%s more findings are left out, the least severe", grouped(int64(left))), ""})
	}
	for i := range r.Checks {
		c := &r.Checks[i]
		test := junitCase{class: "lockaway." + c.Guidance, name: m.shownText(c.Title), kind: string(c.Status), message: m.shownText(c.Evidence)}
		switch c.Status {
		case finding.NotApplicable:
			test.verdict = "skipped"
		case finding.Pass:
		default:
			continue // told above
		}
		out = append(out, test)
	}
	for i := range r.Scan.Problems {
		if i == junitProblems {
			out = append(out, junitCase{"lockaway.scan", "more problems", "error", "problem", fmt.Sprintf("%s more could not be read", grouped(int64(len(r.Scan.Problems)-i))), ""})
			break
		}
		out = append(out, m.junitProblem(&r.Scan.Problems[i]))
	}
	switch {
	case len(r.Scan.Problems) == 0 && r.unread():
		out = append(out, junitCase{"lockaway.scan", "scan", "error", "problem", notRead(&r.Scan), ""})
	case len(out) == 0:
		out = append(out, junitCase{class: "lockaway.scan", name: "no findings"})
	}
	return out
}

// junitCase returns the test of an entry.
func (m *Mask) junitCase(e *entry) junitCase {
	c := junitCase{class: "lockaway." + e.rule, verdict: "failure", kind: e.severity.String(), message: e.summary}
	c.name = fmt.Sprintf("%s:%d:%d %s", m.shownName(e.address), e.startLine, e.startColumn, e.title)
	if e.check != nil {
		c.name = e.title
		if e.check.Status == finding.CouldNotTell {
			c.verdict, c.kind = "error", string(e.check.Status)
		}
	} else if e.finding.Allowed != nil {
		c.verdict = "skipped"
	}
	text := "\n"
	if e.finding != nil {
		text += fmt.Sprintf("%s confidence, fingerprint %s\n", e.confidence(), e.finding.Fingerprint)
	}
	for _, d := range e.details {
		text += d.Label + ": " + d.Text + "\n"
	}
	for i, s := range e.steps {
		line := fmt.Sprintf("%d. %s\n", i+1, s)
		if i > 0 && len(text)+len(line) > junitText {
			text += fmt.Sprintf("… %d more\n", len(e.steps)-i)
			break
		}
		text += line
	}
	c.text = text
	return c
}

// junitProblem returns the test of what could not be read.
func (m *Mask) junitProblem(p *finding.Problem) junitCase {
	c := junitCase{class: "lockaway.scan", name: "read " + m.shownName(p.Where), verdict: "error", kind: "problem", message: m.problemText(p)}
	if p.Low {
		c.verdict = "skipped"
	}
	return c
}
