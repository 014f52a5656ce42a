package report

import (
	"fmt"
	"io"
	"strings"

	"lockaway/scanner/finding"
)

// markdownFormat is GitHub Flavored Markdown, for a comment on a pull request or merge
// request, a job's summary, a ticket: what was found in tables, the worst first, and
// what to do about each kind folded away below. GitHub takes 65,536 characters of a
// comment: what is beyond that is counted.
//
// Names and texts of unknown origin stand in code spans, in which they can be no link,
// no mention of a person, no HTML.
type markdownFormat struct{}

const (
	// markdownMost is how long the whole is at most, in bytes, which are no fewer than
	// characters; markdownSteps is what of it the part behind the tables may take.
	markdownMost, markdownSteps = 65_000, 20_000
	// markdownCell is how long a cell's text is at most, in characters.
	markdownCell = 200
)

// Write writes the report.
func (markdownFormat) Write(w io.Writer, r *Report, o Options) error {
	m := maskFor(r, o)
	entries := worstEntries(m.entries(r, o))
	head, tail := m.markdownHead(r, entries), m.markdownTail(r)
	steps := markdownDo(entries)
	room := markdownMost - len(head) - len(tail) - len(steps)
	_, err := io.WriteString(w, head+m.markdownTable(entries, room)+steps+tail)
	return err
}

// markdownHead returns the title and what could not be read.
func (m *Mask) markdownHead(r *Report, entries []*entry) string {
	var b strings.Builder
	n, bySeverity := 0, [finding.Critical + 1]int{}
	for _, e := range entries {
		if e.finding == nil || e.finding.Allowed == nil {
			bySeverity[e.severity]++
			n++
		}
	}
	what := "finding"
	if r.Scan.Account != nil {
		what = "entry of the guidance not met"
	}
	switch {
	case n == 0 && r.failed():
		b.WriteString("### lockaway: nothing found in what could be read\n")
	case n == 0:
		b.WriteString("### lockaway: nothing found\n")
	default:
		if what == "finding" || n == 1 {
			what = count(n, what)
		} else {
			what = fmt.Sprintf("%d entries of the guidance not met", n)
		}
		var counts []string
		for s := finding.Critical; s >= finding.Info; s-- {
			if bySeverity[s] > 0 {
				counts = append(counts, fmt.Sprintf("%d %s", bySeverity[s], s))
			}
		}
		fmt.Fprintf(&b, "### lockaway: %s (%s)\n", what, strings.Join(counts, ", "))
	}
	if !r.unread() && len(r.Scan.Problems) == 0 {
		return b.String()
	}
	fmt.Fprintf(&b, "\n**%s**\n\n", strings.ToUpper(notRead(&r.Scan)[:1])+notRead(&r.Scan)[1:])
	for i := range r.Scan.Problems {
		if i == maxProblems {
			fmt.Fprintf(&b, "- … %s more\n", grouped(int64(len(r.Scan.Problems)-i)))
			break
		}
		fmt.Fprintf(&b, "- %s\n", mdCode(cut(m.problemText(&r.Scan.Problems[i]), 2*markdownCell)))
	}
	return b.String()
}

// markdownTable returns the table of entries, no longer than room bytes.
func (m *Mask) markdownTable(entries []*entry, room int) string {
	if len(entries) == 0 {
		return ""
	}
	const head = "\n| severity | what | where | value |\n| --- | --- | --- | --- |\n"
	more := func(n int) string {
		return fmt.Sprintf("\n… and %s more, no worse than these: another report has all.\n", grouped(int64(n)))
	}
	var b strings.Builder
	b.WriteString(head)
	for i, e := range entries {
		row := m.markdownRow(e)
		if b.Len()+len(row)+len(more(len(entries))) > room {
			b.WriteString(more(len(entries) - i))
			break
		}
		b.WriteString(row)
	}
	return b.String()
}

// markdownRow returns an entry's row.
func (m *Mask) markdownRow(e *entry) string {
	code := func(s string) string { return mdCodeCell(cut(s, markdownCell)) }
	where, value, what := e.address, "", mdTextCell(cut(e.title, markdownCell))
	if e.check != nil {
		where, value = e.rule, string(e.check.Status)
		what = mdTextCell(e.title) + ": " + code(m.shownText(e.check.Evidence))
	} else {
		f := e.finding
		where, value = m.Where(&f.Place), m.valueShown(f)
		if v := f.Verification; v != nil {
			what += ", " + code(m.Asked(v))
		}
		for _, d := range e.details {
			if d.Label == "commit" || d.Label == "refs" || d.Label == "allowed" {
				what += "<br>" + d.Label + " " + code(d.Text)
			}
		}
	}
	return fmt.Sprintf("| %s | %s | %s | %s |\n", e.severity, what, code(where), code(value))
}

// markdownDo returns what to do about each rule's findings, folded: the steps of the
// worst, and the guidance.
func markdownDo(entries []*entry) string {
	var b strings.Builder
	of, order := map[string][]*entry{}, []string{}
	for _, e := range entries {
		if len(e.steps) == 0 {
			continue
		}
		if of[e.rule] == nil {
			order = append(order, e.rule)
		}
		of[e.rule] = append(of[e.rule], e)
	}
	for i, rule := range order {
		es := of[rule]
		var one strings.Builder
		fmt.Fprintf(&one, "\n<details>\n<summary>What to do: %s</summary>\n\n", htmlText(es[0].title))
		for i, s := range genericSteps(es[0]) {
			fmt.Fprintf(&one, "%d. %s\n", i+1, mdSteps(s))
		}
		for i, g := range ruleGuidance(es) {
			if i == 0 {
				one.WriteString("\nWhat the guidance asks:\n\n")
			}
			fmt.Fprintf(&one, "- **%s: %s.** %s\n", mdText(g.ID), mdText(g.Title), mdSteps(g.Advice))
		}
		one.WriteString("\n</details>\n")
		if b.Len()+one.Len() > markdownSteps {
			fmt.Fprintf(&b, "\nWhat to do about %s is told by `lockaway explain`.\n", count(len(order)-i, "more kind"))
			break
		}
		b.WriteString(one.String())
	}
	return b.String()
}

// htmlText escapes a text for HTML, and what Markdown would find in it.
func htmlText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "`", "&#96;", "*", "&#42;", "_", "&#95;", "[", "&#91;", "@", "&#64;<!-- -->").Replace(s)
}

// markdownTail sums the scan up.
func (m *Mask) markdownTail(r *Report) string {
	s := &r.Scan
	if s.Account != nil {
		of := "account"
		if s.Account.ID != "" {
			of += " " + mdCode(m.shownText(s.Account.ID))
		}
		return fmt.Sprintf("\n%s of the AWS %s.\n", count(len(r.Checks), "check"), of)
	}
	out := "\nScanned: " + strings.ReplaceAll(scanned(s), "<", `\<`) + "."
	if left := leftOut(s); left != "" {
		out += " " + strings.ToUpper(left[:1]) + left[1:] + "."
	}
	return out + "\n"
}
