package report

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"lockaway/scanner/finding"
)

func TestLookup(t *testing.T) {
	for _, n := range everyName() {
		if f, err := Lookup(n); err != nil || f == nil {
			t.Errorf("%s: %v", n, err)
		}
	}
	for in, near := range map[string]string{
		"jsn": "json", "JSON": "json", "josnl": "jsonl", "txt": "text", "test": "text", "xml": "html", "": "", "zzzzzzzzzz": "", strings.Repeat("json", 1000): "",
	} {
		_, err := Lookup(in)
		var u *UnknownFormat
		if !errors.As(err, &u) || u.Nearest != near || near != "" && u.Hint() != "did you mean "+near+"?" || near == "" && u.Hint() != "" {
			t.Errorf("%q: %v, nearest %q", in, err, u.Nearest)
		}
		if !strings.Contains(err.Error(), "text, json, jsonl") {
			t.Errorf("%q: %v does not name the formats", in, err)
		}
	}
}

// TestOrder holds that formats write findings in the order they get them, which is
// finding.Compare's, each once.
func TestOrder(t *testing.T) {
	r := sample()
	if !slices.IsSortedFunc(r.Findings, finding.Compare) {
		t.Fatal("the sample is not sorted")
	}
	var doc struct{ Findings []struct{ Path string } }
	if err := json.Unmarshal([]byte(written(t, "json", r, Options{ShowAllowed: true})), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Findings) != len(r.Findings) {
		t.Fatalf("%d findings of %d", len(doc.Findings), len(r.Findings))
	}
	text, at := written(t, "text", r, Options{ShowAllowed: true}), -1
	for i, f := range r.Findings {
		if doc.Findings[i].Path != jsonString(f.Path) {
			t.Errorf("finding %d is %q, not %q", i, doc.Findings[i].Path, f.Path)
		}
		next := strings.Index(text, VisibleName(f.Path)+"\n")
		if next <= at {
			t.Errorf("%q is not in its place", f.Path)
		}
		at = next
	}
}

// TestAllowedLeftOut holds that what is allowed is shown only when asked for.
func TestAllowedLeftOut(t *testing.T) {
	for _, name := range everyName() {
		without, with := written(t, name, sample(), Options{}), written(t, name, sample(), Options{ShowAllowed: true})
		if strings.Contains(without, "revoked in March") || !strings.Contains(with, "revoked in March") {
			t.Errorf("%s: without\n%s\nwith\n%s", name, without, with)
		}
	}
}

// TestWriterFails holds that a format tells what its writer says.
func TestWriterFails(t *testing.T) {
	full := errors.New("full")
	for _, name := range everyName() {
		f, _ := Lookup(name)
		length := int64(len(written(t, name, many(30), Options{})))
		for _, n := range []int64{0, min(100, length/2), length - 1} {
			if err := f.Write(&failing{n, full}, many(30), Options{}); !errors.Is(err, full) {
				t.Errorf("%s after %d bytes: %v", name, n, err)
			}
		}
		if err := f.Write(iotest.TruncateWriter(&strings.Builder{}, 10), sample(), Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// failing takes some bytes and then fails.
type failing struct {
	left int64
	err  error
}

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= int64(len(p)); f.left < 0 {
		return 0, f.err
	}
	return len(p), nil
}
