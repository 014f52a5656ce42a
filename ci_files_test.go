package lockaway_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"lockaway/hooks/ci"
	"lockaway/scanner/rulecheck"
)

// tree reads a document as YAML: strictly, a key given twice is an error.
func tree(t *testing.T, name, text string) map[string]any {
	t.Helper()
	var out map[string]any
	d := yaml.NewDecoder(bytes.NewReader([]byte(text)))
	if err := d.Decode(&out); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

// at goes down a tree by keys and, in lists, by indexes.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for i, p := range path {
		switch p := p.(type) {
		case string:
			v = v.(map[string]any)[p]
		case int:
			v = v.([]any)[p]
		}
		if v == nil {
			t.Fatalf("nothing at %v", path[:i+1])
		}
	}
	return v
}

// Every template can be read by what it is for, and asks for the whole history where the
// system would clone less.
func TestTemplatesAreYAML(t *testing.T) {
	for _, c := range []struct {
		name string
		path []any
		want any
	}{
		{"github", []any{"jobs", "lockaway", "steps", 0, "with", "fetch-depth"}, 0},
		{"github", []any{"jobs", "lockaway", "steps", 1, "run"}, "lockaway ci"},
		{"gitlab", []any{"lockaway", "variables", "GIT_DEPTH"}, "0"},
		{"gitlab", []any{"lockaway", "artifacts", "reports", "secret_detection"}, "gl-secret-detection-report.json"},
		{"gitlab", []any{"lockaway", "artifacts", "reports", "codequality"}, "gl-code-quality-report.json"},
		{"bitbucket", []any{"clone", "depth"}, "full"},
		{"bitbucket", []any{"pipelines", "pull-requests", "**", 0, "step", "script", 0}, "lockaway ci"},
		{"azure", []any{"steps", 0, "fetchDepth"}, 0},
		{"circleci", []any{"jobs", "lockaway", "steps", 0, "checkout", "method"}, "full"},
		{"buildkite", []any{"steps", 0, "command"}, "lockaway ci"},
		{"drone", []any{"steps", 0, "commands", 0}, "lockaway ci"},
		{"woodpecker", []any{"clone", 0, "settings", "depth"}, 0},
		{"woodpecker", []any{"clone", 0, "settings", "partial"}, false},
		{"travis", []any{"git", "depth"}, false},
		{"codebuild", []any{"phases", "build", "commands", 0}, "lockaway ci"},
		{"codebuild", []any{"reports", "lockaway", "file-format"}, "JUNITXML"},
		{"cloudbuild", []any{"steps", 1, "automapSubstitutions"}, true},
	} {
		if got := at(t, tree(t, c.name, ci.Template(c.name)), c.path...); got != c.want {
			t.Errorf("%s: %v is %v, not %v", c.name, c.path, got, c.want)
		}
	}
	for _, name := range ci.Templates() {
		if name != "jenkins" {
			tree(t, name, ci.Template(name))
		}
	}
}

// README shows two of them as they are.
func TestTemplatesInReadme(t *testing.T) {
	shown := blocks(t, "README.md", "yaml")
	for _, name := range []string{"github", "gitlab"} {
		if !slices.Contains(shown, ci.Template(name)) {
			t.Errorf("README doesn't show the template of %s as it is", name)
		}
	}
	for _, name := range ci.Templates() {
		if name != "github" && name != "gitlab" && !strings.Contains(document(t, "README.md"), "`"+name+"`") {
			t.Errorf("README doesn't name the template %s", name)
		}
	}
}

// The action names the shell of each script, as composite actions must, and no script
// holds an expression: what an input says would be run.
func TestAction(t *testing.T) {
	action := tree(t, "action.yml", document(t, "action.yml"))
	if at(t, action, "runs", "using") != "composite" {
		t.Error("it isn't composite")
	}
	inputs, scripts := at(t, action, "inputs").(map[string]any), 0
	for i, step := range at(t, action, "runs", "steps").([]any) {
		step := step.(map[string]any)
		run, ok := step["run"].(string)
		if !ok {
			continue
		}
		scripts++
		if step["shell"] != "bash" || strings.Contains(run, "${{") {
			t.Errorf("step %d: %v", i, step)
		}
	}
	if scripts != 2 {
		t.Errorf("%d scripts", scripts)
	}
	for name := range inputs {
		if !strings.Contains(document(t, "action.yml"), "inputs."+name) {
			t.Errorf("the input %s is used nowhere", name)
		}
	}
}

// The action's scan, as a runner starts it: a clean repository passes, a planted key
// doesn't, and both leave a summary and a report for code scanning. An input that looks
// like shell stays an argument.
func TestActionScans(t *testing.T) {
	for _, tool := range []string{"bash", "git"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s: %v", tool, err)
		}
	}
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	leak, _, err := rulecheck.ExpandNamed("AWS_ACCESS_KEY_ID={{key-id}}\nAWS_SECRET_ACCESS_KEY={{a=secret}}\n", 1)
	if err != nil {
		t.Fatal(err)
	}
	var script string
	for _, step := range at(t, tree(t, "action.yml", document(t, "action.yml")), "runs", "steps").([]any) {
		if step := step.(map[string]any); step["name"] == "scan" {
			script = step["run"].(string)
		}
	}
	for _, c := range []struct {
		name, text, args string
		status           int
	}{
		{"clean", "nothing\n", "--strict", 0},
		{"leak", leak, "--min-confidence\nlow\n", 1},
		{"hostile", "nothing\n", "--report=json=$(touch ran).json", 0},
	} {
		dir, temp := t.TempDir(), t.TempDir()
		write(t, dir, "a.env", c.text)
		commitAll(t, dir)
		program, err := os.ReadFile(bin)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(temp, "lockaway"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(temp, "lockaway", "lockaway"), program, 0o755); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("bash", "-eo", "pipefail", "-c", script)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GITHUB_ACTIONS=true", "GITHUB_EVENT_NAME=schedule", "RUNNER_TEMP="+temp,
			"GITHUB_STEP_SUMMARY="+filepath.Join(temp, "shown.md"), "SARIF=out.sarif", "CONFIG_FROM=", "ARGS="+c.args)
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != c.status {
			t.Errorf("%s: status %d, not %d: %s", c.name, got, c.status, out)
		}
		for _, name := range []string{filepath.Join(dir, "out.sarif"), filepath.Join(temp, "shown.md")} {
			if info, err := os.Stat(name); err != nil || info.Size() == 0 {
				t.Errorf("%s: no %s: %v", c.name, name, err)
			}
		}
		if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
			t.Errorf("%s: an input was run", c.name)
		}
	}
}

// commitAll makes a folder a repository with one commit.
func commitAll(t *testing.T, dir string) {
	t.Helper()
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"-c", "user.name=J", "-c", "user.email=j@host.invalid", "commit", "-q", "-m", "a"}} {
		git := exec.Command("git", args...)
		git.Dir = dir
		if out, err := git.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
}
