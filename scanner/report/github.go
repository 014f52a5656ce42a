package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"lockaway/scanner/finding"
)

// githubFormat is the workflow commands of GitHub Actions that put annotations beside
// lines of a change (docs.github.com, "Workflow commands"). A step shows ten errors, ten
// warnings and ten notices: the worst are told, and how many are left out.
//
// What is written goes to the log of a job that obeys lines which begin with "::", so
// no text of unknown origin begins a line, or has line ends.
type githubFormat struct{}

// githubEach is how many annotations of one kind a step shows.
const githubEach = 10

// githubNote is one annotation.
type githubNote struct {
	kind, title, message string
	// path is empty where there is no file; then the lines don't count.
	path              string
	line, endLine     int
	column, endColumn int
}

// Write writes the report.
func (githubFormat) Write(w io.Writer, r *Report, o Options) error {
	m := maskFor(r, o)
	out := bufio.NewWriter(w)
	told, left := map[string]int{}, map[string]int{}
	most := map[string]int{"error": githubEach, "warning": githubEach, "notice": githubEach - 1} // one to say what is left out
	for _, n := range m.githubNotes(r, o) {
		if told[n.kind] == most[n.kind] {
			left[n.kind]++
			continue
		}
		told[n.kind]++
		out.WriteString(n.command())
	}
	var more []string
	for _, kind := range []string{"error", "warning", "notice"} {
		if left[kind] > 0 {
			more = append(more, count(left[kind], kind))
		}
	}
	if len(more) > 0 {
		n := githubNote{kind: "notice", title: "lockaway", message: "not shown here, since GitHub shows ten of each: " + strings.Join(more, ", ") + "; another report has all"}
		out.WriteString(n.command())
	}
	return out.Flush()
}

// githubNotes returns the annotations: what could not be read comes first, then the
// worst findings.
func (m *Mask) githubNotes(r *Report, o Options) []githubNote {
	var out []githubNote
	s := &r.Scan
	if r.unread() {
		text := notRead(s)
		if n := len(s.Problems); n > 0 {
			worst := s.Problems[max(slices.IndexFunc(s.Problems, func(p finding.Problem) bool { return !p.Low }), 0)]
			text += ", " + m.problemText(&worst)
			if n > 1 {
				text += ", and " + grouped(int64(n-1)) + " more"
			}
		}
		out = append(out, githubNote{kind: "error", title: "lockaway: incomplete", message: text})
	} else if len(s.Problems) > 0 {
		out = append(out, githubNote{kind: "notice", title: "lockaway: incomplete", message: notRead(s) + ", " + m.problemText(&s.Problems[0])})
	}
	for _, e := range worstEntries(m.entries(r, o)) {
		out = append(out, m.githubNote(e))
	}
	return out
}

// githubNote returns an entry's annotation.
func (m *Mask) githubNote(e *entry) githubNote {
	n := githubNote{title: e.title, message: e.summary, line: e.startLine, endLine: e.endLine, column: e.startColumn, endColumn: e.endColumn}
	switch sarifLevelOf(e.severity) {
	case "error":
		n.kind = "error"
	case "warning":
		n.kind = "warning"
	default:
		n.kind = "notice"
	}
	for _, d := range e.details {
		n.message += "\n" + d.Label + ": " + d.Text
	}
	for i, s := range e.steps[:min(len(e.steps), maxSteps)] {
		n.message += fmt.Sprintf("\n%d. %s", i+1, s)
	}
	if e.finding == nil {
		return n
	}
	n.path = m.relative(e.address)
	if e.finding.Allowed != nil {
		n.kind = "notice"
	}
	return n
}

// command returns an annotation as a line. Of several lines only the first has columns.
func (n githubNote) command() string {
	properties := ""
	if n.path != "" {
		properties = fmt.Sprintf("file=%s,line=%d,endLine=%d,", githubProperty(n.path), n.line, n.endLine)
		if n.line == n.endLine {
			properties += fmt.Sprintf("col=%d,endColumn=%d,", n.column, n.endColumn)
		}
	}
	return fmt.Sprintf("::%s %stitle=%s::%s\n", n.kind, properties, githubProperty(cmp.Or(n.title, "lockaway")), githubData(n.message))
}

// githubData and githubProperty escape as the toolkit's command.ts does.
func githubData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func githubProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
