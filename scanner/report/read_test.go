package report

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf16"

	"lockaway/scanner/finding"
)

// TestReadWrites holds that every golden report, read and written again, is the same
// to the byte.
func TestReadWrites(t *testing.T) {
	paths, err := filepath.Glob("testdata/golden/*.json*")
	if err != nil || len(paths) < 3 {
		t.Fatal(paths, err)
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		again(t, p, string(b), Options{ShowAllowed: true, Version: "v1.2.3"})
	}
	for _, format := range []string{"json", "jsonl"} {
		for _, o := range []Options{{}, {ShowAllowed: true, Version: "v2"}, {ShowAllowed: true, ShowSecrets: true}} {
			for name, r := range map[string]*Report{"sample": sample(), "repository": repository(), "many": many(30), "none": {Scan: finding.Scan{Kind: "stdin", Target: "-", Complete: true}}} {
				again(t, name+" "+format, written(t, format, r, o), o)
			}
		}
	}
}

func again(t *testing.T, name, text string, o Options) {
	t.Helper()
	r, err := Read(strings.NewReader(text))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	format := "json"
	if !strings.HasPrefix(text, "{\n") {
		format = "jsonl"
	}
	if got := written(t, format, r, o); got != text {
		at := 0
		for at < min(len(got), len(text)) && got[at] == text[at] {
			at++
		}
		from := max(at-200, 0)
		t.Errorf("%s: written again it differs:\n%s\nwanted:\n%s", name, got[from:min(at+200, len(got))], text[from:min(at+200, len(text))])
	}
}

// TestReadFindings holds what was read against what was written.
func TestReadFindings(t *testing.T) {
	for _, r := range []*Report{sample(), repository()} {
		for _, show := range []bool{false, true} {
			got, err := Read(strings.NewReader(written(t, "json", r, Options{ShowAllowed: true, ShowSecrets: show})))
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Findings) != len(r.Findings) || len(got.Scan.Problems) != len(r.Scan.Problems) || (got.Scan.Elapsed-r.Scan.Elapsed).Abs() > time.Millisecond/2 || got.Scan.Rules != r.Scan.Rules {
				t.Fatalf("%d findings, %+v", len(got.Findings), got.Scan)
			}
			for i, f := range got.Findings {
				sameFinding(t, f, r.Findings[i], show)
			}
		}
	}
}

func sameFinding(t *testing.T, got, want *finding.Finding, shown bool) {
	t.Helper()
	whole := shown || identifies(want)
	switch {
	case got.Value.Known() != whole,
		whole && got.Value.Reveal() != want.Value.Reveal(),
		got.Value.Masked() != strings.ToValidUTF8(want.Value.Masked(), "") && !whole,
		got.Value.Len() != want.Value.Len(),
		got.Fingerprint != want.Fingerprint, got.Rule != want.Rule, got.Severity != want.Severity, got.Confidence != want.Confidence:
		t.Errorf("%s: %v %d %+v", want.Path, got.Value, got.Value.Len(), got)
	case got.Source != want.Source, got.StartLine != want.StartLine, got.EndLine != want.EndLine,
		got.StartColumn != want.StartColumn, got.EndColumn != want.EndColumn, len(got.Places) != len(want.Places):
		t.Errorf("%s: at %+v", want.Path, got.Place)
	}
	if strings.ToValidUTF8(want.Path, "") == want.Path && got.Path != want.Path {
		t.Errorf("path %q, not %q", got.Path, want.Path)
	}
	for i, p := range got.Parts {
		if w := want.Parts[i]; p.Kind != w.Kind || p.Line != w.Line || p.Value.Known() != (shown || p.Kind == "key-id") || p.Value.Masked() != w.Value.Masked() {
			t.Errorf("%s: part %+v", want.Path, p)
		}
	}
}

// Values that are not UTF-8 come back by their fingerprint, and what was altered in
// the report is no value.
func TestReadValues(t *testing.T) {
	for _, v := range []string{"\xff\xfe\x00\\n\n\u202e0123456789", `a\b\\c`, "plain-value-0123456789", `\x41bcdefgh`} {
		f := around("x", "f", 1, v, "")
		text := written(t, "json", &Report{Scan: finding.Scan{Kind: "tree"}, Findings: []*finding.Finding{f}}, Options{ShowSecrets: true})
		r, err := Read(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Findings[0].Value; got.Reveal() != v {
			t.Errorf("%q comes back as %q", v, got.Reveal())
		}
		altered := strings.Replace(text, `"secret": "`, `"secret": "x`, 1)
		if r, err = Read(strings.NewReader(altered)); err != nil || r.Findings[0].Value.Known() {
			t.Errorf("%q: an altered value is taken: %v", v, err)
		}
	}
}

// TestReadWrapped reads reports as shells, editors and other programs leave them.
func TestReadWrapped(t *testing.T) {
	text := written(t, "json", sample(), Options{ShowAllowed: true})
	lines := written(t, "jsonl", sample(), Options{ShowAllowed: true})
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	io.WriteString(w, "\ufeff"+text)
	w.Close()
	for name, s := range map[string]string{
		"plain": text, "gzip and a mark": z.String(), "mark": "\ufeff" + text, "lines with a mark": "\ufeff" + lines,
		"little": inUnits(text, 0, true), "big": inUnits(text, 1, true), "little without a mark": inUnits(text, 0, false),
		"big without a mark": inUnits(text, 1, false), "lines in UTF-16": inUnits(lines, 0, true),
		"carriage returns": strings.ReplaceAll(text, "\n", "\r\n"), "lines and carriage returns": strings.ReplaceAll(lines, "\n", "\r\n"),
		"blank before": "\n \t" + text, "unknown fields": strings.Replace(strings.Replace(text, `"rule":`, `"new": {"a": [1, {}]}, "rule":`, 1), `"tool":`, `"news": [[]], "tool":`, 1),
		"findings first": reordered(t, text), "unknown source": strings.Replace(text, `"source": "file"`, `"source": "cloud"`, 1),
		"lines with blank ones": strings.ReplaceAll(lines, "\n", "\n\n"), "no end of line": strings.TrimSpace(lines),
	} {
		for _, r := range []io.Reader{strings.NewReader(s), iotest.OneByteReader(strings.NewReader(s)), iotest.DataErrReader(strings.NewReader(s))} {
			got, err := Read(r)
			if err != nil || len(got.Findings) != len(sample().Findings) || got.Scan.Files != sample().Scan.Files {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// inUnits returns a text in UTF-16, the low byte first or second.
func inUnits(s string, low int, mark bool) string {
	units := utf16.Encode([]rune(s))
	if mark {
		units = slices.Insert(units, 0, 0xfeff)
	}
	var b []byte
	for _, u := range units {
		pair := [2]byte{}
		pair[low], pair[1-low] = byte(u), byte(u>>8)
		b = append(b, pair[:]...)
	}
	return string(b)
}

// reordered puts the findings in front, as programs do that sort keys.
func reordered(t *testing.T, text string) string {
	t.Helper()
	head, findings, ok := strings.Cut(text, `  "findings": `)
	if !ok {
		t.Fatal("no findings")
	}
	findings = strings.TrimSuffix(findings, "\n}\n")
	return "{\"findings\": " + findings + "," + strings.TrimPrefix(strings.TrimSuffix(head, ",\n"), "{") + "}"
}

// TestUnreadable holds that what is no report is told as what it is, with what to do.
func TestUnreadable(t *testing.T) {
	text := written(t, "json", sample(), Options{})
	lines := written(t, "jsonl", sample(), Options{})
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	io.WriteString(w, text)
	w.Close()
	broken := []byte(z.String())
	broken[len(broken)-5] ^= 1
	change := func(old, new string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("%q isn't there", old)
		}
		return strings.Replace(text, old, new, 1)
	}
	lastLine := lines[strings.LastIndex(strings.TrimSpace(lines), "\n")+1:]
	for name, c := range map[string]struct{ text, what string }{
		"nothing":                 {"", "is empty"},
		"blanks":                  {" \n", "is empty"},
		"a mark alone":            {"\ufeff", "is empty"},
		"text":                    {written(t, "text", sample(), Options{}), "is no JSON report"},
		"sarif":                   {`{"$schema": "x", "version": "2.1.0", "runs": []}`, "is a SARIF report"},
		"a list":                  {`[{"RuleID": "x"}]`, "is a JSON list"},
		"another tool's lines":    {"{\"Source\": {}, \"Raw\": 1}\n{}\n", "no report of lockaway"},
		"another tool's findings": {`{"tool": "x", "findings": {"a": 1}}`, "no report of lockaway"},
		"another tool's tool":     {`{"tool": [{"x": {}}], "findings": [{"a": 1}]}`, "no report of lockaway"},
		"another format":          {change(Format1, "x/1"), "no report of lockaway"},
		"a newer one":             {change(Format1, "lockaway/7"), `"lockaway/7"`},
		"an image":                {"\x89PNG\r\n\x1a\n\x00\x00", "neither JSON nor"},
		"zstd":                    {"\x28\xb5\x2f\xfd\x04", "neither JSON nor"},
		"zip":                     {"PK\x03\x04\x00\x00", "neither JSON nor"},
		"cut":                     {text[:len(text)/2], "ends in the middle (finding 2)"},
		"cut at the end":          {text[:len(text)-2], "ends in the middle"},
		"cut head":                {text[:40], "ends in the middle"},
		"cut lines":               {strings.TrimSuffix(lines, lastLine), "ends in the middle"},
		"cut gzip":                {z.String()[:z.Len()/2], "ends in the middle"},
		"damaged gzip":            {string(broken), "gzip, and damaged"},
		"gzip's head":             {"\x1f\x8b\x08", "gzip, and damaged"},
		"two":                     {text + text, "behind its end"},
		"two of lines":            {lines + lines, "behind its end"},
		"damaged":                 {change(`"rule":`, `"rule"`), "is damaged in finding 1"},
		"damaged line":            {strings.Replace(lines, "\n{", "\n{{", 1), "is damaged in line 2"},
		"a wrong type":            {change(`"start_line": 2`, `"start_line": "x"`), `"start_line" can't be a string`},
		"severity":                {change(`"severity": "critical"`, `"severity": "grave"`), `finding 1: unknown severity "grave"`},
		"fingerprint":             {change(`"fingerprint": "`, `"fingerprint": "X`), "is no fingerprint"},
		"path":                    {change(`"path_base64": "`, `"path_base64": "*`), "no base64"},
		"weight":                  {change(`"weight": "low"`, `"weight": "x"`), `the weight "x"`},
		"no scan":                 {change(`"scan":`, `"scam":`), `has no "scan"`},
		"no findings":             {change(`"findings":`, `"found":`), `has no "findings"`},
		"seconds":                 {change(`"seconds": 0.153`, `"seconds": 1e300`), "seconds"},
		"nested":                  {`{"format": "lockaway/1", "x": ` + strings.Repeat("[", 20_000), "damaged"},
		"a string":                {`{"format": "lockaway/1", "scan": "x"}`, "is damaged in its scan"},
	} {
		_, err := Read(strings.NewReader(c.text))
		var u *Unreadable
		if !errors.As(err, &u) || !strings.Contains(u.Error(), c.what) || u.Hint() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Read(iotest.ErrReader(io.ErrClosedPipe)); err != io.ErrClosedPipe {
		t.Errorf("the reader's error is %v", err)
	}
	if _, err := Read(io.MultiReader(strings.NewReader(text[:900]), iotest.ErrReader(io.ErrClosedPipe))); err != io.ErrClosedPipe {
		t.Errorf("the reader's error is %v", err)
	}
}

// endless is JSON that never ends.
type endless struct{ piece string }

func (e endless) Read(b []byte) (int, error) {
	n := 0
	for n == 0 || n+len(e.piece) <= len(b) {
		n += copy(b[n:], e.piece)
	}
	return n, nil
}

// TestReadBounded reads what has no end.
func TestReadBounded(t *testing.T) {
	few := limits{whole: 1 << 20, piece: 64 << 10, objects: 100, findings: 10}
	for name, c := range map[string]struct{ head, piece, want string }{
		"a string": {`{"format": "lockaway/1", "x": "`, "x", "a piece of more than 65.5 kB"},
		"a list":   {`{"format": "lockaway/1", "x": [`, "1,1,", "a piece of more than"},
		"blanks":   {`{"format": "lockaway/1", `, "\n", "a piece of more than"},
		"a key":    {`{"`, "k", "a piece of more than"},
		"fields":   {`{"format": "lockaway/1"`, `,"x":"yyyyyyyyyyyyyyyy"`, "has more than 1.0 MB"},
	} {
		_, err := readWithin(io.MultiReader(strings.NewReader(c.head), endless{c.piece}), few)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	text := written(t, "json", many(10), Options{})
	if _, err := readWithin(strings.NewReader(text), few); err != nil {
		t.Errorf("ten findings: %v", err)
	}
	if _, err := readWithin(strings.NewReader(written(t, "json", many(11), Options{})), few); err == nil || !strings.Contains(err.Error(), "more than 10 findings") {
		t.Errorf("eleven findings: %v", err)
	}
	parts := strings.Replace(text, `"masked":`, `"parts": [`+strings.Repeat("{},", 99)+`{}], "masked":`, 1)
	if _, err := readWithin(strings.NewReader(parts), few); err == nil || !strings.Contains(err.Error(), "finding 1: it has more than 100 parts") {
		t.Errorf("a finding of a hundred parts: %v", err)
	}
}

// TestReadBackText holds that a value that is not known is shown as the report had it.
func TestReadBackText(t *testing.T) {
	r, err := Read(strings.NewReader(written(t, "json", sample(), Options{})))
	if err != nil {
		t.Fatal(err)
	}
	text := written(t, "text", r, Options{})
	if !strings.Contains(text, "value     wJal…EKEY\n") || strings.Count(text, "value ") != 3 {
		t.Errorf("%s", text)
	}
}

// FuzzRead reads anything: what can be read is written so that it can be read again,
// with the same result.
func FuzzRead(f *testing.F) {
	for _, r := range []*Report{sample(), repository()} {
		r.Findings = r.Findings[:1] // what is small is shrunk in no time
		f.Add([]byte(written(f, "json", r, Options{ShowAllowed: true})))
		f.Add([]byte(written(f, "jsonl", r, Options{ShowAllowed: true, ShowSecrets: true})))
	}
	f.Add([]byte("\ufeff{\"scan\": {\"kind\": \"tree\"}}"))
	f.Add([]byte(inUnits(`{"scan": {"kind": "tree"}}`, 0, true)))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		o := Options{ShowAllowed: true, ShowSecrets: true}
		first := written(t, "json", r, o)
		back, err := Read(strings.NewReader(first))
		if err != nil {
			t.Fatalf("%v in\n%s", err, first)
		}
		if second := written(t, "json", back, o); second != first {
			t.Fatalf("first\n%s\nthen\n%s", first, second)
		}
		written(t, "text", r, Options{})
	})
}
