package hooks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// lay writes files below a new folder.
func lay(t *testing.T, files map[string]string) string {
	t.Helper()
	top := t.TempDir()
	for name, text := range files {
		path := filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return top
}

func TestFindManager(t *testing.T) {
	for file, want := range map[string]string{
		".husky/pre-commit": "husky", ".husky/_/h": "husky",
		"lefthook.yml": "lefthook", ".lefthook.toml": "lefthook", ".config/lefthook.yaml": "lefthook",
		".pre-commit-config.yaml": "pre-commit", ".overcommit.yml": "overcommit",
		"docs/lefthook.yml": "", ".pre-commit-hooks.yaml": "", "README": "",
	} {
		top := lay(t, map[string]string{file: "x\n"})
		got := ""
		if m := FindManager(top, filepath.Join(top, ".git", "hooks")); m != nil {
			got = m.Name
		}
		if got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
	// A package in a folder of a larger repository may have husky; git's folder tells.
	top := lay(t, map[string]string{"web/.husky/pre-commit": "npm test\n"})
	if m := FindManager(top, filepath.Join(top, "web", ".husky", "_")); m == nil || m.path(PreCommit) != filepath.Join(top, "web", ".husky", PreCommit) {
		t.Errorf("%+v", m)
	}
	if m := FindManager("", "/srv/git/x.git/hooks"); m != nil {
		t.Errorf("a bare repository: %+v", m)
	}
}

// plan is the one addition for pre-commit to a file.
func plan(t *testing.T, name, text string) (Addition, string) {
	t.Helper()
	top := lay(t, map[string]string{name: text})
	m := FindManager(top, filepath.Join(top, ".git", "hooks"))
	if m == nil {
		t.Fatalf("no manager by %s", name)
	}
	list, err := m.Plan([]string{PreCommit})
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	return list[0], string(list[0].Whole)
}

func TestAdditions(t *testing.T) {
	const entry = "    lockaway:\n      run: lockaway hook run pre-commit\n"
	const hook = "- repo: local\n  hooks:\n    - id: lockaway\n"
	for _, test := range []struct{ name, text, want string }{
		{"lefthook.yml", "", "pre-commit:\n  commands:\n" + entry},
		{"lefthook.yml", "pre-commit:\n  parallel: true\n", "pre-commit:\n  parallel: true\n  commands:\n" + entry},
		{"lefthook.yml", "pre-commit: # ours\n    commands:\n        lint:\n            run: x\n", "            run: x\n        lockaway:\n          run: lockaway hook run pre-commit\n"},
		{"lefthook.yml", "\"pre-commit\":\r\n  jobs:\r\n  - run: x\r\n", "  - run: x\r\n  - name: lockaway\r\n    run: lockaway hook run pre-commit\r\n"},
		{"lefthook.yml", "---\npre-commit:\n  commands:\n    lint:\n      run: x", "      run: x\n" + entry},
		{"lefthook.yml", "pre-commit:\n", ""}, // nothing tells how it is indented
		{"lefthook.yml", "pre-commit:\n  commands: {}\n", ""},
		{"lefthook.yml", "pre-commit: &same\n  commands:\n    a:\n      run: x\n", ""},
		{"lefthook.yml", "a: 1\n---\nb: 2\n", ""},
		{"lefthook.yml", "{pre-commit: {}}\n", ""},
		{"lefthook.yml", "pre-commit:\n\tcommands:\n", ""},
		{"lefthook.toml", "[pre-commit]\n", ""},
		{".pre-commit-config.yaml", "repos:\n- repo: meta\n  hooks: []\n", "  hooks: []\n" + hook},
		{".pre-commit-config.yaml", "repos:\n  - repo: meta\n    hooks:\n    - id: x\n\n\nci: {}\n", "    - id: x\n  - repo: local\n    hooks:\n      - id: lockaway\n"},
		{".pre-commit-config.yaml", "repos: []\n", ""},
		{".pre-commit-config.yaml", "repos:\n", ""},
		{".pre-commit-config.yaml", "- repo: meta\n  hooks: []\n", ""}, // as it was before the framework's version 1
		{".overcommit.yml", "PreCommit:\n    RuboCop:\n        enabled: true\nCommitMsg:\n  X:\n    enabled: true\n", "        enabled: true\n    Lockaway:\n      enabled: true\n"},
		{".overcommit.yml", "PreCommit: {}\n", ""},
	} {
		a, got := plan(t, test.name, test.text)
		switch {
		case test.want == "" && (a.Whole != nil || a.Why == "" || a.Text == ""):
			t.Errorf("%s, %q: %q, %q", test.name, test.text, got, a.Why)
		case !strings.Contains(got, test.want):
			t.Errorf("%s, %q: %q, want %q", test.name, test.text, got, test.want)
		}
	}
}

// Behind a line that ends the script nothing would be run.
func TestHuskyEnds(t *testing.T) {
	for text, want := range map[string]string{
		"npm test":                   "npm test\nlockaway hook run pre-commit \"$@\"\n",
		"a\nexit 0\n":                "a\nlockaway hook run pre-commit \"$@\"\nexit 0\n",
		"a\nexec npm test \"$@\"":    "a\nlockaway hook run pre-commit \"$@\"\nexec npm test \"$@\"\n",
		"if a; then\n  exit 1\nfi\n": "if a; then\n  exit 1\nfi\nlockaway hook run pre-commit \"$@\"\n",
	} {
		if _, got := plan(t, ".husky/pre-commit", text); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// Whatever a file holds: what is written is the file with lines put in, none is lost or
// changed; and then nothing is left to be done.
func FuzzPlan(f *testing.F) {
	f.Add("pre-commit:\n  commands:\n    lint:\n      run: x\n", uint8(0))
	f.Add("repos:\n- repo: local\n  hooks:\n  - id: x\n", uint8(1))
	f.Add("PreCommit:\n  X:\n    enabled: true\n", uint8(2))
	f.Add("npm test\nexit 0\n", uint8(3))
	f.Add("pre-commit:\r\n  jobs:\r\n    - run: |\r\n        a: b\r\n", uint8(0))
	names := []string{"lefthook.yml", ".pre-commit-config.yaml", ".overcommit.yml", ".husky/pre-commit"}
	f.Fuzz(func(t *testing.T, text string, which uint8) {
		name := names[int(which)%len(names)]
		a, got := plan(t, name, text)
		if a.Whole == nil {
			if a.Why == "" && !a.There {
				t.Error("neither written nor said why not")
			}
			return
		}
		at := 0
		lines := strings.SplitAfter(text, "\n")
		for _, line := range strings.SplitAfter(got, "\n") {
			if at < len(lines) && strings.TrimRight(line, "\r\n") == strings.TrimRight(lines[at], "\r\n") {
				at++
			}
		}
		for at < len(lines) && lines[at] == "" {
			at++
		}
		if at < len(lines) {
			t.Errorf("%q became %q: line %d is gone", text, got, at+1)
		}
		if again, _ := plan(t, name, got); !again.There {
			t.Errorf("%q became %q, in which it is not seen", text, got)
		}
	})
}
