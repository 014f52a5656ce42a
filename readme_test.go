package lockaway_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The documents at the root make claims about the program and the Makefile. The
// tests of this file hold them to it, by the program that a user has: it is built,
// and called as a user calls it.

// documents are the files whose claims are looked at.
var documents = []string{"README.md", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md"}

// document returns a document's text.
func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var fence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// blocks returns a document's fenced blocks of a language.
func blocks(t *testing.T, name, language string) []string {
	t.Helper()
	var out []string
	for _, m := range fence.FindAllStringSubmatch(document(t, name), -1) {
		if m[1] == language {
			out = append(out, m[2])
		}
	}
	return out
}

var span = regexp.MustCompile("`([^`\n]+)`")

// commands returns the command lines of a document: those in its shell blocks, and
// those in its sentences, which begin with a program's name.
func commands(t *testing.T, name string) (all []string) {
	t.Helper()
	for _, b := range blocks(t, name, "sh") {
		all = append(all, strings.Split(strings.TrimSpace(b), "\n")...)
	}
	prose := fence.ReplaceAllString(document(t, name), "")
	for _, m := range span.FindAllStringSubmatch(prose, -1) {
		if word, _, more := strings.Cut(m[1], " "); more && slices.Contains([]string{"lockaway", "bin/lockaway", "make", "git"}, word) {
			all = append(all, m[1])
		}
	}
	return all
}

// ours returns the arguments of a command line's call of lockaway, if it has one.
func ours(line string) ([]string, bool) {
	for part := range strings.SplitSeq(line, "|") {
		words := strings.Fields(part)
		if len(words) > 0 && filepath.Base(words[0]) == "lockaway" {
			return words[1:], true
		}
	}
	return nil, false
}

// built is the folder that program makes; empty as long as it was not asked for.
var built string

// program builds lockaway once, and returns its path. Beside it stands the folder
// demo, as `make demo` makes it, and what else the documents' commands name.
var program = sync.OnceValues(func() (bin string, err error) {
	if built, err = os.MkdirTemp("", "lockaway-readme-"); err != nil {
		return "", err
	}
	work := filepath.Join(built, "work")
	if bin = filepath.Join(built, "lockaway"); runtime.GOOS == "windows" {
		bin += ".exe"
	}
	for _, args := range [][]string{
		{"build", "-o", bin, "./cmd/lockaway"},
		{"run", "-tags", "dev", "./testdata/demo", filepath.Join(work, "demo")},
	} {
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	status := m.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	os.Exit(status)
}

// call runs lockaway in a folder, or where the demo is if dir is empty, and returns
// what it wrote and its exit status.
func call(t *testing.T, dir string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, args...)
	cmd.Dir = dir
	if dir == "" {
		cmd.Dir = filepath.Join(built, "work")
	}
	var out, says bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &says
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), says.String(), cmd.ProcessState.ExitCode()
}

var target = regexp.MustCompile(`(?m)^([a-z]+):`)

// targets are the Makefile's.
func targets(t *testing.T) []string {
	var out []string
	for _, m := range target.FindAllStringSubmatch(document(t, "Makefile"), -1) {
		out = append(out, m[1])
	}
	return out
}

func TestFirstTwoCommands(t *testing.T) {
	all := commands(t, "README.md")
	if len(all) < 2 || all[0] != "make demo" || all[1] != "make test" {
		t.Fatalf("README begins with the commands %q, not with make demo and make test", all[:min(2, len(all))])
	}
	ci := document(t, filepath.Join(".ci", "run"))
	if !strings.HasSuffix(ci, "\nexec "+all[1]+"\n") {
		t.Errorf(".ci/run doesn't end in README's test command %q:\n%s", all[1], ci)
	}
}

func TestMakeTargetsExist(t *testing.T) {
	there := targets(t)
	if len(there) < 8 {
		t.Fatalf("only %q read from the Makefile", there)
	}
	n := 0
	for _, name := range documents {
		for _, line := range commands(t, name) {
			words := strings.Fields(line)
			if words[0] != "make" {
				continue
			}
			n++
			for _, w := range words[1:] {
				if !strings.Contains(w, "=") && !slices.Contains(there, w) {
					t.Errorf("%s: %q: the Makefile has no target %s", name, line, w)
				}
			}
		}
	}
	if n < 5 {
		t.Errorf("only %d make commands found", n)
	}
}

var link = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)

func TestLinksLeadSomewhere(t *testing.T) {
	for _, name := range documents {
		text := document(t, name)
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.FromSlash(m[1])); err != nil {
				t.Errorf("%s: %s: %v", name, m[0], err)
			}
		}
		for _, m := range regexp.MustCompile(`\]\(#([a-z-]+)\)`).FindAllStringSubmatch(text, -1) {
			heading := regexp.MustCompile(`(?mi)^#+ ` + strings.ReplaceAll(m[1], "-", "[ -]") + `$`)
			if !heading.MatchString(text) {
				t.Errorf("%s: no heading for the link to #%s", name, m[1])
			}
		}
	}
}

// helps returns the help of every command, by the words that call it.
func helps(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	section := regexp.MustCompile(`(?s)\nCOMMANDS\n(.*?)\n\n`)
	var visit func(path []string)
	visit = func(path []string) {
		text, _, status := call(t, "", append(slices.Clone(path), "--help")...)
		if status != 0 {
			t.Fatalf("lockaway %s --help: status %d", strings.Join(path, " "), status)
		}
		out[strings.Join(path, " ")] = text
		if m := section.FindStringSubmatch(text); m != nil {
			for line := range strings.SplitSeq(m[1], "\n") {
				if strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, "   ") {
					visit(append(slices.Clone(path), strings.Fields(line)[0]))
				}
			}
		}
	}
	visit(nil)
	if len(out) < 8 {
		t.Fatalf("only %d commands found in the help", len(out))
	}
	return out
}

// hasFlag tells whether a help text lists a flag, written with its dashes.
func hasFlag(help, flag string) bool {
	return regexp.MustCompile(`(?m)^ +(-\w, )?` + regexp.QuoteMeta(flag) + `([ ,]|$)`).MatchString(help)
}

func TestCommandsAndFlagsExist(t *testing.T) {
	all := helps(t)
	for _, name := range documents {
		for _, line := range commands(t, name) {
			args, ok := ours(line)
			if !ok || len(args) == 0 || args[0] == "help" {
				continue
			}
			path := ""
			for _, a := range args {
				next := strings.TrimPrefix(path+" "+a, " ")
				if _, ok := all[next]; !ok {
					break
				}
				path = next
			}
			if path == "" {
				t.Errorf("%s: %q: lockaway has no command %q", name, line, args[0])
				continue
			}
			for _, a := range args {
				flag, _, _ := strings.Cut(a, "=")
				if len(flag) > 1 && flag[0] == '-' && !hasFlag(all[path], flag) {
					t.Errorf("%s: %q: lockaway %s has no flag %s", name, line, path, flag)
				}
			}
		}
		// Flags that stand alone in a sentence.
		for _, m := range regexp.MustCompile("`(--?[a-z][a-z-]*)[ =`]").FindAllStringSubmatch(document(t, name), -1) {
			if !slices.ContainsFunc(slices.Collect(maps.Values(all)), func(help string) bool { return hasFlag(help, m[1]) }) {
				t.Errorf("%s: no command has a flag %s", name, m[1])
			}
		}
	}
	for path := range all {
		if path != "" && !strings.Contains(document(t, "README.md"), "lockaway "+path) {
			t.Errorf("README.md says nothing of lockaway %s", path)
		}
	}
}
