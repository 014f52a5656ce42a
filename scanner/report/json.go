package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"unicode/utf8"

	"lockaway/scanner/finding"
)

// Format1 names the shape of the JSON report; it changes only when a reader of
// the old one would go wrong. testdata/schemas/report.schema.json describes it.
const Format1 = "lockaway/1"

// jsonFormat writes one document; jsonlFormat one finding a line, and then one
// line that sums up the scan.
type (
	jsonFormat  struct{}
	jsonlFormat struct{}
)

// The JSON report's objects, fields in the order they are written.
type (
	jsonTool struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Rules   int    `json:"rules"`
	}
	jsonScan struct {
		Kind     string        `json:"kind"`
		Target   string        `json:"target"`
		Complete bool          `json:"complete"`
		Files    int           `json:"files"`
		Skipped  int           `json:"skipped"`
		Blobs    *int          `json:"blobs,omitempty"` // of a repository, as are commits
		Commits  *int          `json:"commits,omitempty"`
		Bytes    int64         `json:"bytes"`
		Seconds  float64       `json:"seconds"`
		Allowed  int           `json:"allowed"`
		Foreign  int           `json:"allowed_by_markers,omitempty"`
		Hidden   int           `json:"hidden"`
		NotLive  int           `json:"hidden_not_live,omitempty"`
		Unsure   int           `json:"hidden_unsure,omitempty"`
		Problems []jsonProblem `json:"problems"`
		Account  *jsonAccount  `json:"account,omitempty"`
	}
	jsonProblem struct {
		Where  string `json:"where"`
		What   string `json:"what"`
		Hint   string `json:"hint,omitempty"`
		Weight string `json:"weight"`
	}
	jsonFinding struct {
		Rule        string         `json:"rule"`
		Title       string         `json:"title"`
		Confidence  string         `json:"confidence"`
		Severity    string         `json:"severity"`
		Path        string         `json:"path"`
		PathBase64  string         `json:"path_base64,omitempty"`
		StartLine   int            `json:"start_line"`
		EndLine     int            `json:"end_line"`
		StartColumn int            `json:"start_column"`
		EndColumn   int            `json:"end_column"`
		Layers      []string       `json:"layers,omitempty"`
		Source      string         `json:"source"`
		Secret      string         `json:"secret,omitempty"`
		Masked      string         `json:"masked"`
		Length      int            `json:"length"`
		Fingerprint string         `json:"fingerprint"`
		Expires     string         `json:"expires,omitempty"` // in RFC 3339
		Parts       []jsonPart     `json:"parts,omitempty"`
		AWS         *jsonAWS       `json:"aws,omitempty"`
		Git         *jsonGit       `json:"git,omitempty"`
		Places      []jsonPlace    `json:"places,omitempty"`
		Why         []string       `json:"why,omitempty"`
		Guidance    []jsonGuidance `json:"guidance,omitempty"`
		Steps       []string       `json:"steps,omitempty"`

		Verification *jsonVerification `json:"verification,omitempty"`
		Allowed      *jsonAllowed      `json:"allowed,omitempty"`
	}
	jsonPart struct {
		Kind      string `json:"kind"`
		Masked    string `json:"masked"`
		Secret    string `json:"secret,omitempty"`
		StartLine int    `json:"start_line"`
	}
	jsonAWS struct {
		KeyID     string `json:"key_id,omitempty"`
		AccountID string `json:"account_id"`
		Partition string `json:"partition"`
		Example   bool   `json:"example"`
		Canary    bool   `json:"canary"`
	}
	jsonGuidance struct {
		ID     string `json:"id"`
		Title  string `json:"title"`
		Advice string `json:"advice"`
	}
	jsonAllowed struct {
		By     string `json:"by"`
		Reason string `json:"reason,omitempty"`
	}
)

// Write writes the report as one indented document. Findings are encoded one by
// one: a report of a hundred thousand needs no second copy of itself.
func (jsonFormat) Write(w io.Writer, r *Report, o Options) error {
	m := maskFor(r, o)
	tool, err := encode(jsonTool{"lockaway", o.Version, r.Scan.Rules}, "  ")
	if err != nil {
		return err
	}
	scan, err := encode(m.scan(&r.Scan), "  ")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "{\n  \"format\": %q,\n  \"tool\": %s,\n  \"scan\": %s,\n  \"findings\": [", Format1, tool, scan); err != nil {
		return err
	}
	before, end := "\n    ", "]"
	for _, f := range r.shown(o) {
		b, err := encode(m.finding(f, o), "    ")
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", before, b); err != nil {
			return err
		}
		before, end = ",\n    ", "\n  ]"
	}
	if r.Scan.Account != nil {
		b, err := encode(m.checks(r.Checks), "  ")
		if err != nil {
			return err
		}
		end += ",\n  \"checks\": " + string(b)
	}
	_, err = io.WriteString(w, end+"\n}\n")
	return err
}

// Write writes one finding a line, then of an account one check a line, then the
// line of the scan.
func (jsonlFormat) Write(w io.Writer, r *Report, o Options) error {
	m := maskFor(r, o)
	line := func(v any) error {
		b, err := encode(v, "")
		if err != nil {
			return err
		}
		_, err = w.Write(append(b, '\n'))
		return err
	}
	for _, f := range r.shown(o) {
		if err := line(m.finding(f, o)); err != nil {
			return err
		}
	}
	for _, c := range m.checks(r.Checks) {
		if err := line(struct {
			Check jsonCheck `json:"check"`
		}{c}); err != nil {
			return err
		}
	}
	return line(struct {
		Scan jsonScan `json:"scan"`
	}{m.scan(&r.Scan)})
}

// encode returns v as JSON, indented behind prefix unless that is empty, without
// a line feed at its end. Angle brackets stay readable; what a terminal or the
// log of a CI would obey or hide is escaped, which leaves the JSON's meaning as it is.
func encode(v any, prefix string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if prefix != "" {
		e.SetIndent(prefix, "  ")
	}
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return escapeJSON(bytes.TrimSuffix(b.Bytes(), []byte{'\n'})), nil
}

// escapeJSON writes the characters that hidden names as \u escapes. The encoder
// has done the C0 ones, and leaves others as they are in strings; outside of
// strings there are none but its own line feeds.
func escapeJSON(b []byte) []byte {
	hash := bytes.Contains(b, []byte("##"))
	if !hash && !bytes.ContainsFunc(b, func(r rune) bool { return r != '\n' && hidden(r) }) {
		return b
	}
	var out bytes.Buffer
	for i, r := range string(b) {
		switch {
		case hash && r == '#' && commands(string(b[i:min(len(b), i+24)])):
			out.WriteString(`\u0023`)
		case r == '\n' || !hidden(r):
			out.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&out, `\u%04x`, r)
		default: // a surrogate pair
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
	}
	return out.Bytes()
}

// scan returns the scan's object.
func (m *Mask) scan(s *finding.Scan) jsonScan {
	out := jsonScan{
		Kind: s.Kind, Target: m.json(s.Target), Complete: s.Complete,
		Files: s.Files, Skipped: s.Skipped, Bytes: s.Bytes,
		Seconds: math.Round(s.Elapsed.Seconds()*1000) / 1000,
		Allowed: s.Allowed, Foreign: s.Foreign, Hidden: s.Hidden, NotLive: s.NotLive, Unsure: s.Unsure, Problems: []jsonProblem{},
	}
	if inRepository(s.Kind) {
		out.Blobs, out.Commits = &s.Blobs, &s.Commits
	}
	out.Account = m.account(s.Account)
	for _, p := range s.Problems {
		weight := "normal"
		if p.Low {
			weight = "low"
		}
		out.Problems = append(out.Problems, jsonProblem{m.json(p.Where), m.json(p.What), m.json(p.Hint), weight})
	}
	return out
}

// finding returns a finding's object. What comes from a closed set of words
// (rule, levels, kinds, guidance's IDs, fingerprints) and key IDs, which are
// identifiers, are not masked: readers compare them.
func (m *Mask) finding(f *finding.Finding, o Options) jsonFinding {
	out := jsonFinding{
		Rule: f.Rule, Title: m.json(f.Title), Confidence: f.Confidence.String(), Severity: f.Severity.String(),
		Path: m.json(f.Path), StartLine: f.StartLine, EndLine: f.EndLine, StartColumn: f.StartColumn, EndColumn: f.EndColumn,
		Source: string(f.Source), Masked: m.value(f.Value, identifies(f)), Length: f.Value.Len(), Fingerprint: f.Fingerprint, Expires: jsonTime(f.Expires),
		Layers: m.jsonAll(f.Layers), Why: m.jsonAll(f.Why), Steps: m.jsonAll(f.Steps),
		PathBase64: m.pathBytes(f.Path), Git: m.git(&f.Place), Places: m.places(f),
		Verification: m.verification(f.Verification),
	}
	if o.ShowSecrets {
		out.Secret = jsonString(f.Value.Reveal())
	}
	for _, p := range f.Parts {
		part := jsonPart{Kind: p.Kind, Masked: m.value(p.Value, p.Kind == "key-id"), StartLine: p.Line}
		if o.ShowSecrets {
			part.Secret = jsonString(p.Value.Reveal())
		}
		out.Parts = append(out.Parts, part)
	}
	if a := f.AWS; a != nil {
		out.AWS = &jsonAWS{a.KeyID, a.AccountID, a.Partition, a.Example, a.Canary}
	}
	for _, g := range f.Guidance {
		out.Guidance = append(out.Guidance, jsonGuidance{g.ID, m.json(g.Title), m.json(g.Advice)})
	}
	if f.Allowed != nil {
		out.Allowed = &jsonAllowed{m.json(f.Allowed.By), m.json(f.Allowed.Reason)}
	}
	return out
}

// identifies tells whether a finding's value is no more than a key ID.
func identifies(f *finding.Finding) bool {
	return f.AWS != nil && f.AWS.KeyID != "" && f.AWS.KeyID == f.Value.Reveal()
}

// value returns a value's mask, or the value if it is an identifier: key IDs are
// shown whole everywhere.
func (m *Mask) value(v finding.Secret, identifier bool) string {
	if identifier {
		return jsonString(v.Reveal())
	}
	return jsonString(m.Value(v))
}

// json returns a free text as it stands in JSON: masked, and valid UTF-8.
func (m *Mask) json(s string) string { return jsonString(m.Text(s)) }

func (m *Mask) jsonAll(s []string) []string {
	var out []string
	for _, x := range s {
		out = append(out, m.json(x))
	}
	return out
}

// jsonString returns s as it is where it is UTF-8, else with its strange bytes
// as escapes, so that two different strings don't become one.
func jsonString(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return VisibleName(s)
}
