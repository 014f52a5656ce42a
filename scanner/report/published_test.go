package report

import (
	"os"
	"path/filepath"
	"testing"
)

// published are the schemas that others publish for what we write, by format. The
// repository has none of them: ours, in testdata/schemas, say what we use of them.
var published = map[string]string{
	"sarif": "sarif-schema-2.1.0.json", // OASIS: docs.oasis-open.org/sarif/sarif/v2.1.0/errata01

}

// TestPublishedSchemas holds reports against the schemas as they are published, where
// the variable names a folder that has them.
func TestPublishedSchemas(t *testing.T) {
	const variable = "LOCKAWAY_SCHEMAS"
	dir := os.Getenv(variable)
	if dir == "" {
		t.Skip(variable + " names no folder with the published schemas")
	}
	for format, file := range published {
		if _, err := Lookup(format); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, file)
		if _, err := os.Stat(path); err != nil {
			t.Logf("%s: %v", format, err)
			continue
		}
		s := compiled(t, path, "")
		for name, r := range samples() {
			for _, o := range []Options{{}, {ShowSecrets: true}, {ShowAllowed: true, Version: "v1"}} {
				if text := written(t, format, r, o); s.Validate(parsed(t, text)) != nil {
					t.Errorf("%s, %s: %v\n%s", format, name, s.Validate(parsed(t, text)), text)
				}
			}
		}
	}
}
