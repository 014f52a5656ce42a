package report

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"
)

// gitlabFormat is GitLab's secret detection report, version 15.0.7 of its schema
// (gitlab-org/security-products/security-report-schemas): the newest that servers of
// the last years all take, since they refuse reports of versions they don't know.
//
// A commit is asked for of each finding. One in a file, whose commit nobody told, has
// the zeros that GitLab's own analyzer writes where it runs without git.
type gitlabFormat struct{}

const (
	gitlabVersion  = "15.0.7"
	gitlabNoCommit = "0000000"
	// gitlabFindings is how many are told, the worst; gitlabMessages how many problems,
	// gitlabPlaces how many further places of one.
	gitlabFindings, gitlabMessages, gitlabPlaces = 25_000, 1000, 20
	// gitlabName, gitlabSolution and gitlabText are the schema's limits, in characters.
	gitlabName, gitlabSolution, gitlabText = 255, 7000, 1 << 20
	// gitlabTime is a time of UTC, without a zone.
	gitlabTime = "2006-01-02T15:04:05"
)

// The report's objects.
type (
	gitlabScan struct {
		Analyzer  gitlabTool      `json:"analyzer"`
		Scanner   gitlabTool      `json:"scanner"`
		Type      string          `json:"type"`
		StartTime string          `json:"start_time"`
		EndTime   string          `json:"end_time"`
		Status    string          `json:"status"`
		Messages  []gitlabMessage `json:"messages,omitempty"`
	}
	gitlabTool struct {
		ID      string       `json:"id"`
		Name    string       `json:"name"`
		Version string       `json:"version"`
		Vendor  gitlabVendor `json:"vendor"`
	}
	gitlabVendor struct {
		Name string `json:"name"`
	}
	gitlabMessage struct {
		Level string `json:"level"`
		Value string `json:"value"`
	}
	gitlabFinding struct {
		ID          string                  `json:"id"`
		Name        string                  `json:"name"`
		Description string                  `json:"description"`
		Severity    string                  `json:"severity"`
		Solution    string                  `json:"solution,omitempty"`
		Identifiers []gitlabIdentifier      `json:"identifiers"`
		Location    gitlabLocation          `json:"location"`
		Details     map[string]gitlabDetail `json:"details,omitempty"`
		Raw         string                  `json:"raw_source_code_extract,omitempty"`
	}
	gitlabIdentifier struct {
		Type  string `json:"type"`
		Name  string `json:"name"`
		URL   string `json:"url,omitempty"`
		Value string `json:"value"`
	}
	gitlabLocation struct {
		File      string       `json:"file"`
		Commit    gitlabCommit `json:"commit"`
		StartLine int          `json:"start_line"`
		EndLine   int          `json:"end_line"`
	}
	gitlabCommit struct {
		Author  string `json:"author,omitempty"`
		Date    string `json:"date,omitempty"`
		Message string `json:"message,omitempty"`
		SHA     string `json:"sha"`
	}
	// gitlabDetail is a named field: a text, or a list of them.
	gitlabDetail struct {
		Name  string         `json:"name,omitempty"` // not in a list
		Type  string         `json:"type"`
		Value string         `json:"value,omitempty"`
		Items []gitlabDetail `json:"items,omitempty"`
	}
)

// Write writes the report.
func (gitlabFormat) Write(w io.Writer, r *Report, o Options) error {
	m := maskFor(r, o)
	kept, left := worst(m.entries(r, o), gitlabFindings)
	scan, err := encode(m.gitlabScan(r, o, left), "  ")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "{\n  \"version\": %q,\n  \"scan\": %s,\n  \"vulnerabilities\": [", gitlabVersion, scan); err != nil {
		return err
	}
	before, end := "\n    ", "]\n}\n"
	ids := ordinals{}
	for _, e := range kept {
		b, err := encode(m.gitlabFinding(e, ids, o), "    ")
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", before, b); err != nil {
			return err
		}
		before, end = ",\n    ", "\n  ]\n}\n"
	}
	_, err = io.WriteString(w, end)
	return err
}

// gitlabScan tells how the scan went.
func (m *Mask) gitlabScan(r *Report, o Options, left int) gitlabScan {
	s := &r.Scan
	tool := gitlabTool{"lockaway", "lockaway", cmp.Or(o.Version, "unknown"), gitlabVendor{"lockaway"}}
	began := s.Began
	if began.IsZero() {
		began = time.Unix(0, 0) // a time is asked for
	}
	out := gitlabScan{
		Analyzer: tool, Scanner: tool, Type: "secret_detection", Status: "success",
		StartTime: began.UTC().Format(gitlabTime), EndTime: began.Add(s.Elapsed).UTC().Format(gitlabTime),
	}
	say := func(level, text string) { out.Messages = append(out.Messages, gitlabMessage{level, text}) }
	if r.failed() {
		out.Status = "failure"
	}
	for weight, text := range m.troubles(r, gitlabMessages) {
		say([...]string{unread: "fatal", normal: "warn", low: "info"}[weight], text)
	}
	if left > 0 {
		say("warn", fmt.Sprintf("%s more findings are left out, the least severe", grouped(int64(left))))
	}
	return out
}

// gitlabFinding returns an entry's object.
func (m *Mask) gitlabFinding(e *entry, ids ordinals, o Options) gitlabFinding {
	severity := e.severity.String()
	out := gitlabFinding{
		ID:          uuid("gitlab", ids.next(e)),
		Name:        cut(cmp.Or(e.title, e.rule), gitlabName),
		Description: cut(mdText(e.summary)+".", gitlabText),
		Severity:    strings.ToUpper(severity[:1]) + severity[1:],
		Identifiers: []gitlabIdentifier{{Type: "lockaway_rule", Name: "lockaway rule " + e.rule, Value: e.rule}},
		Location: gitlabLocation{
			File: m.relative(e.address), StartLine: e.startLine, EndLine: e.endLine, Commit: gitlabCommit{SHA: gitlabNoCommit},
		},
		Details: m.gitlabDetails(e),
	}
	var steps []string
	for i, s := range e.steps {
		steps = append(steps, fmt.Sprintf("%d. %s", i+1, s))
	}
	out.Solution = cut(strings.Join(steps, "\n"), gitlabSolution)
	f := e.finding
	if f == nil {
		return out
	}
	out.Identifiers = append(out.Identifiers, gitlabIdentifier{"cwe", "CWE-798", "https://cwe.mitre.org/data/definitions/798.html", "798"})
	if o.ShowSecrets {
		out.Raw = jsonString(f.Value.Reveal())
	}
	if g := f.Git; g != nil {
		c := &out.Location.Commit
		c.Author, c.Message, c.SHA = Visible(m.Piece(g.Author)), Visible(m.Piece(g.Message)), cmp.Or(g.Commit, g.Object, gitlabNoCommit)
		c.Date = jsonTime(g.Date)
	}
	return out
}

// gitlabDetails returns what else is known of an entry, as named fields.
func (m *Mask) gitlabDetails(e *entry) map[string]gitlabDetail {
	out := map[string]gitlabDetail{"confidence": {Name: "Confidence", Type: "text", Value: e.confidence().String()}}
	add := func(key, name, value string) {
		if value != "" {
			out[key] = gitlabDetail{Name: name, Type: "text", Value: value}
		}
	}
	var more []string
	for _, d := range e.details {
		more = append(more, d.Label+": "+d.Text)
	}
	add("more", "More", strings.Join(more, "\n"))
	var guidance []gitlabDetail
	for _, g := range e.guidance {
		guidance = append(guidance, gitlabDetail{Type: "text", Value: g.ID + ": " + g.Title})
	}
	if guidance != nil {
		out["guidance"] = gitlabDetail{Name: "Guidance", Type: "list", Items: guidance}
	}
	f := e.finding
	if f == nil {
		add("status", "Status", string(e.check.Status))
		return out
	}
	add("fingerprint", "Fingerprint", f.Fingerprint)
	add("value", "Value", Visible(m.value(f.Value, identifies(f))))
	if f.AWS != nil && f.AWS.KeyID != "" {
		add("key_id", "Key ID", Visible(f.AWS.KeyID))
	}
	var places []gitlabDetail
	for i := range f.Places[min(1, len(f.Places)):] {
		if i == gitlabPlaces {
			break
		}
		places = append(places, gitlabDetail{Type: "text", Value: m.Where(&f.Places[i+1])})
	}
	if places != nil {
		out["places"] = gitlabDetail{Name: "Other places", Type: "list", Items: places}
	}
	return out
}

// relative returns an address as a path below the root of the repository, fit to be
// shown.
func (m *Mask) relative(address string) string {
	return strings.TrimPrefix(m.shownName(address), "./")
}

// ordinals count entries that are alike but for their lines.
type ordinals map[string]int

// next names an entry by what it is and where it stands, whatever its line: lines move.
// Those that are alike are counted.
func (n ordinals) next(e *entry) string {
	key := strings.Join([]string{e.rule, e.fingerprint(), e.address}, "\x00")
	if f := e.finding; f != nil {
		key = strings.Join(append([]string{key, string(f.Source)}, f.Layers...), "\x00")
	}
	n[key]++
	return fmt.Sprintf("%s\x00%d", key, n[key])
}

// uuid makes a name into a UUID, version 8 of RFC 9562: one of our own making.
func uuid(kind, name string) string {
	h := sha256.Sum256([]byte("lockaway/" + kind + "\x00" + name))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}
