package report

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"lockaway/scanner/finding"
)

func TestGoldenJSON(t *testing.T) {
	o := Options{Version: "v1.2.3", ShowAllowed: true}
	golden(t, "report.json", written(t, "json", sample(), o))
	golden(t, "report.jsonl", written(t, "jsonl", sample(), o))
}

// TestNothingFound holds that nothing is still a report that programs can read.
func TestNothingFound(t *testing.T) {
	r := &Report{Scan: finding.Scan{Kind: "tree", Target: ".", Complete: true}}
	if s := written(t, "json", r, Options{}); !strings.Contains(s, `"findings": []`) || !strings.Contains(s, `"problems": []`) || !json.Valid([]byte(s)) {
		t.Errorf("json:\n%s", s)
	}
	s := written(t, "jsonl", r, Options{})
	var line map[string]any
	if err := json.Unmarshal([]byte(s), &line); err != nil || strings.Count(s, "\n") != 1 || !slices.Equal(slices.Collect(maps.Keys(line)), []string{"scan"}) {
		t.Errorf("jsonl: %v\n%s", err, s)
	}
}

// TestSchema holds real reports against the published schema, in which a field
// that it doesn't name is an error.
func TestSchema(t *testing.T) {
	document, line := schema(t, ""), schema(t, "#/$defs/line")
	for _, o := range []Options{{}, {ShowSecrets: true}, {ShowAllowed: true, Version: "v1"}} {
		for name, r := range map[string]*Report{"sample": sample(), "verification": verifications(), "many": many(20), "none": {Scan: finding.Scan{Kind: "stdin", Target: "-"}}} {
			if err := document.Validate(parsed(t, written(t, "json", r, o))); err != nil {
				t.Errorf("%s %+v: %v", name, o, err)
			}
			for l := range strings.Lines(written(t, "jsonl", r, o)) {
				if err := line.Validate(parsed(t, l)); err != nil {
					t.Errorf("%s %+v: %v\n%s", name, o, err, l)
				}
			}
		}
	}
	// The schema can say no.
	good := written(t, "json", sample(), Options{})
	for _, change := range [][2]string{
		{`"format": "lockaway/1"`, `"format": "lockaway/2"`}, {`"weight": "low"`, `"weight": "none"`},
		{`"rule":`, `"rulle":`}, {`"complete": false`, `"complete": null`}, {`"start_line": 2`, `"start_line": 0`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good || document.Validate(parsed(t, bad)) == nil {
			t.Errorf("%s is taken", change[1])
		}
	}
}

func schema(t *testing.T, fragment string) *jsonschema.Schema {
	t.Helper()
	return schemaFile(t, "report.schema.json", fragment)
}

// schemaFile compiles a schema of testdata/schemas.
func schemaFile(t *testing.T, name, fragment string) *jsonschema.Schema {
	t.Helper()
	return compiled(t, filepath.Join("..", "..", "testdata", "schemas", name), fragment)
}

func compiled(t *testing.T, path, fragment string) *jsonschema.Schema {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", parsed(t, string(b))); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json" + fragment)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func parsed(t testing.TB, s string) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(s))
	if err != nil {
		t.Fatalf("%v in\n%s", err, s)
	}
	return v
}

// TestPaths holds that names survive: those of UTF-8 as they are, others by their
// bytes in base64, with a text beside them that no other name has.
func TestPaths(t *testing.T) {
	names := []string{"a b/ü.txt", "esc\x1b[31m.txt", "new\nline", `back\slash`, `a\xff`, "a\xff", "a\xfe", "\u202e.txt", "\u009b2J", "<&>'\".txt", "tag\U000e0041"}
	shown := map[string]string{}
	for _, n := range names {
		s := written(t, "json", &Report{Findings: []*finding.Finding{around("x", n, 1, "0123456789", "")}}, Options{})
		for i := range len(s) {
			if s[i] < ' ' && s[i] != '\n' || s[i] == 0x7f {
				t.Errorf("%q: raw control character", n)
			}
		}
		if strings.ContainsAny(s, "\u202e\u009b\U000e0041") {
			t.Errorf("%q: raw character that a terminal obeys or hides", n)
		}
		var doc struct {
			Findings []struct {
				Path string
				B64  *string `json:"path_base64"`
			}
		}
		if err := json.Unmarshal([]byte(s), &doc); err != nil {
			t.Fatal(err)
		}
		f := doc.Findings[0]
		back := f.Path
		if f.B64 != nil {
			b, _ := base64.StdEncoding.DecodeString(*f.B64)
			back = string(b)
		}
		if back != n || (f.B64 == nil) != utf8.ValidString(n) {
			t.Errorf("%q comes back as %q", n, back)
		}
		text := written(t, "text", &Report{Findings: []*finding.Finding{around("x", n, 1, "0123456789", "")}}, Options{})
		if other, ok := shown[text]; ok {
			t.Errorf("%q and %q look the same", other, n)
		}
		shown[text] = n
	}
}

// TestSecretsOnlyWhenAsked reads the fields that hold values.
func TestSecretsOnlyWhenAsked(t *testing.T) {
	masked := written(t, "json", sample(), Options{ShowAllowed: true})
	if strings.Contains(masked, `"secret":`) || strings.Contains(masked, docSecret) {
		t.Errorf("a value without --show-secrets:\n%s", masked)
	}
	if !strings.Contains(masked, `"key_id": "`+docID+`"`) || !strings.Contains(masked, "--access-key-id "+docID) {
		t.Errorf("key IDs are not shown whole:\n%s", masked)
	}
	shown := written(t, "json", sample(), Options{ShowSecrets: true})
	if strings.Count(shown, `"secret": "`+docSecret+`"`) != 4 {
		t.Errorf("values are not shown:\n%s", shown)
	}
}
