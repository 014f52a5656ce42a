package report

import (
	"bufio"
	"cmp"
	"io"
	"strconv"
	"strings"

	"lockaway/scanner/finding"
)

// csvFormat is a table (RFC 4180: a header, fields in quotes, lines that end in CR LF),
// in UTF-8 without a byte order mark. A row is a finding, a check of an account, or
// something that could not be read: its first column says which.
//
// Spreadsheets take a field that begins with = + - @ for a formula, whatever stands
// around it. Such a field has an apostrophe before it, which they don't show (OWASP,
// "CSV Injection"). Fields are always in quotes: what is in one can't begin another.
type csvFormat struct{}

// csvColumns are the table's; rows have their values in this order.
var csvColumns = []string{
	"kind", "severity", "confidence", "rule", "title", "path", "start_line", "start_column", "end_line", "end_column",
	"source", "layers", "value", "fingerprint", "key_id", "account_id", "verification", "commit", "author", "date", "message",
	"paths", "refs", "at_tip", "places", "guidance", "status", "what", "allowed",
}

// csvNames is how many names a field lists.
const csvNames = 20

// Write writes the report.
func (csvFormat) Write(w io.Writer, r *Report, o Options) error {
	m := maskFor(r, o)
	out := bufio.NewWriter(w)
	row := func(fields map[string]string) {
		for i, c := range csvColumns {
			if i > 0 {
				out.WriteByte(',')
			}
			out.WriteString(csvField(fields[c]))
		}
		out.WriteString("\r\n")
	}
	out.WriteString(strings.Join(csvColumns, ",") + "\r\n")
	for _, f := range r.shown(o) {
		row(m.csvFinding(f))
	}
	for i := range r.Checks {
		c := &r.Checks[i]
		row(map[string]string{
			"kind": "check", "severity": c.Severity.String(), "rule": Visible(c.Guidance), "title": m.shownText(c.Title), "status": string(c.Status),
			"account_id": m.csvAccount(r.Scan.Account), "what": m.csvCheck(c), "guidance": Visible(c.Guidance),
		})
	}
	for i := range r.Scan.Problems {
		p := &r.Scan.Problems[i]
		weight := "not read"
		if p.Low {
			weight = "not read, low weight"
		}
		row(map[string]string{"kind": "problem", "path": m.shownName(p.Where), "status": weight, "what": strings.TrimSuffix(m.shownText(p.What)+"; "+m.shownText(p.Hint), "; ")})
	}
	if len(r.Scan.Problems) == 0 && r.unread() {
		row(map[string]string{"kind": "problem", "status": "not read", "what": notRead(&r.Scan)})
	}
	return out.Flush()
}

func (m *Mask) csvAccount(a *finding.Account) string {
	if a == nil {
		return ""
	}
	return m.shownText(a.ID)
}

func (m *Mask) csvCheck(c *finding.Check) string {
	s := m.shownText(c.Evidence)
	if c.Missing != "" {
		s += "; missing: " + m.shownText(c.Missing)
	}
	if len(c.Resources) > 0 {
		s += "; " + strings.Join(m.shownAll(c.Resources), ", ")
	}
	return s
}

// csvFinding returns a finding's row.
func (m *Mask) csvFinding(f *finding.Finding) map[string]string {
	row := map[string]string{
		"kind": "finding", "severity": f.Severity.String(), "confidence": f.Confidence.String(), "rule": Visible(f.Rule), "title": m.shownText(f.Title),
		"path": m.shownName(cmp.Or(f.Path, addressOf(&f.Place))), "start_line": digits(f.StartLine), "start_column": digits(f.StartColumn),
		"end_line": digits(f.EndLine), "end_column": digits(f.EndColumn), "source": string(f.Source), "value": m.valueShown(f),
		"fingerprint": f.Fingerprint, "what": strings.Join(m.What(f), "; "),
	}
	var layers, guidance []string
	for _, l := range f.Layers {
		layers = append(layers, m.shownName(l))
	}
	for _, g := range f.Guidance {
		guidance = append(guidance, Visible(g.ID))
	}
	row["layers"], row["guidance"] = strings.Join(layers, " > "), strings.Join(guidance, " ")
	if a := f.AWS; a != nil {
		row["key_id"], row["account_id"] = Visible(a.KeyID), Visible(a.AccountID)
	}
	if v := f.Verification; v != nil {
		row["verification"] = m.Asked(v)
	}
	if a := f.Allowed; a != nil {
		row["allowed"] = strings.TrimSuffix("by "+m.shownText(a.By)+": "+m.shownText(a.Reason), ": ")
	}
	if g := f.Git; g != nil {
		mail := ""
		if g.Email != "" {
			mail = " <" + Visible(m.Piece(g.Email)) + ">"
		}
		row["commit"], row["author"], row["message"] = g.Commit, strings.TrimSpace(Visible(m.Piece(g.Author))+mail), Visible(m.Piece(g.Message))
		row["date"] = jsonTime(g.Date)
		reach := f.Reach()
		row["paths"] = listed(reach.Paths, g.MorePaths, csvNames, m.shownName)
		row["refs"] = listed(byRank(reach.Refs), reach.MoreRefs, csvNames, m.shownName)
		if reach.Placed {
			row["at_tip"] = strconv.FormatBool(reach.AtTip != nil)
		}
	}
	if len(f.Places) > 0 {
		row["places"] = digits(len(f.Places))
	}
	return row
}

func digits(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// csvField returns a field in quotes, or nothing for an empty one. Nothing in it is a
// formula's beginning; the full-width forms are, to programs that normalise them.
func csvField(s string) string {
	if s == "" {
		return ""
	}
	for _, start := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(strings.TrimLeft(s, " "), start) {
			s = "'" + s
			break
		}
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
