package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The manifest of the pre-commit framework, by what its documentation says of the fields
// (pre-commit.com, "Creating new hooks").
func TestManifest(t *testing.T) {
	path := filepath.Join("..", "..", ".pre-commit-hooks.yaml")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			text = append(text, line)
		}
	}
	items := strings.Split("\n"+strings.Join(text, ""), "\n- id: ")[1:]
	if len(items) != 2 {
		t.Fatalf("%d hooks", len(items))
	}
	for i, language := range []string{"golang", "system"} {
		for _, want := range []string{"entry: lockaway hook run pre-commit\n", "language: " + language + "\n",
			"types: []\n",                      // the default passes symbolic links by
			"types_or: [file, symlink]\n",      // and no submodules
			"always_run: true\n",               // what a range adds and takes away again leaves no file
			"require_serial: true\n", "name: ", // many at once would compete for the cores
		} {
			if !strings.Contains(items[i]+"\n", "\n  "+want) {
				t.Errorf("%s lacks %q", items[i], want)
			}
		}
		for _, not := range []string{"stages:", "pass_filenames:", "files:", "exclude:"} {
			if strings.Contains(items[i], not) {
				t.Errorf("%s has %q", items[i], not)
			}
		}
	}
	if _, err := exec.LookPath("pre-commit"); err != nil {
		t.Log("not validated, for the pre-commit framework is not on PATH")
		return
	}
	cmd := exec.Command("pre-commit", "validate-manifest", path)
	cmd.Env = append(os.Environ(), "PRE_COMMIT_HOME="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// go install ./... in a clone must leave one program, called lockaway: that is how the
// framework installs it (golang.py).
func TestOneProgramIsInstalled(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{if eq .Name \"main\"}}{{.ImportPath}}{{end}}", "../../...").Output()
	if err != nil {
		t.Skip("go list does not work here:", err)
	}
	if got := strings.Fields(string(out)); len(got) != 1 || got[0] != "lockaway/cmd/lockaway" {
		t.Errorf("main packages: %v", got)
	}
}
