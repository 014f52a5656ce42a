package report

import (
	"bytes"
	"encoding/json"
	"testing"

	"lockaway/scanner/finding"
)

func TestEmpty(t *testing.T) {
	r := &Report{Scan: finding.Scan{Kind: "tree", Target: ".", Complete: true}}
	var doc struct {
		Format   string
		Scan     map[string]any
		Findings []any
	}
	b := written(t, "json", r, Options{})
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Format != "lockaway/1" || doc.Findings == nil || len(doc.Findings) != 0 || doc.Scan["complete"] != true {
		t.Errorf("nothing found:\n%s", b)
	}
	if !bytes.Contains(b, []byte(`"findings": []`)) {
		t.Errorf("no empty list of findings:\n%s", b)
	}
	b = written(t, "jsonl", r, Options{})
	if n := bytes.Count(b, []byte("\n")); n != 1 || !bytes.HasPrefix(b, []byte(`{"scan":{`)) {
		t.Errorf("jsonl of nothing has %d lines:\n%s", n, b)
	}
}

// written returns the report in a format.
func written(t testing.TB, format string, r *Report, o Options) []byte {
	t.Helper()
	f, err := Lookup(format)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
