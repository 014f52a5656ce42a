package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// output runs a command line in this process and returns what it prints and its
// exit status.
func output(t *testing.T, args ...string) (string, int) {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	a := &app{ctx: t.Context(), in: os.Stdin, out: out, env: func(string) string { return "" }, ui: &ui{err: io.Discard}}
	status := a.run(args)
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text), status
}

// everyCommand calls do for each command that a person can run.
func everyCommand(do func(path []string, cmd *cobra.Command)) {
	var walk func(path []string, cmd *cobra.Command)
	walk = func(path []string, cmd *cobra.Command) {
		do(path, cmd)
		for _, c := range cmd.Commands() {
			if !c.Hidden {
				walk(append(slices.Clip(path), c.Name()), c)
			}
		}
	}
	a := &app{out: os.Stdout, ui: &ui{err: io.Discard}}
	walk(nil, a.root())
}

// What the shells' scripts ask the program for names every command, every flag
// with what it is for, and every word that a flag takes.
func TestCompletionsNameEverything(t *testing.T) {
	asked := 0
	everyCommand(func(path []string, cmd *cobra.Command) {
		complete := func(args ...string) []string {
			asked++
			text, status := output(t, append(append([]string{"__complete"}, path...), args...)...)
			if status != 0 {
				t.Errorf("%v %v: status %d", path, args, status)
			}
			return strings.Split(text, "\n")
		}
		begins := func(lines []string, with string) bool {
			return slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, with) })
		}
		names := complete("")
		for _, c := range cmd.Commands() {
			if !c.Hidden && !begins(names, c.Name()+"\t"+c.Short) {
				t.Errorf("%v: %s isn't completed: %q", path, c.Name(), names)
			}
		}
		flags := complete("--")
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !begins(flags, "--"+f.Name+"\t") && !begins(flags, "--"+f.Name+"=\t") {
				t.Errorf("%v: --%s isn't completed: %q", path, f.Name, flags)
			}
			words, ok := f.Value.(*choice)
			if !ok {
				return
			}
			values := complete("--"+f.Name, "")
			for _, w := range words.of {
				if !slices.Contains(values, w) {
					t.Errorf("%v: --%s %s isn't completed: %q", path, f.Name, w, values)
				}
			}
		})
	})
	if asked < 30 {
		t.Errorf("%d questions were asked", asked)
	}
}

// The scripts are what their shells take for scripts, where the shells are there.
func TestCompletionScripts(t *testing.T) {
	for _, c := range []struct {
		shell, check string
		args         []string
		ask          string // how the script asks the program
	}{
		{"bash", "bash", []string{"-n"}, "__complete "},
		{"zsh", "zsh", []string{"-n"}, "__complete "},
		{"fish", "fish", []string{"--no-execute"}, "__complete "},
		{"powershell", "pwsh", []string{"-NoProfile", "-Command", "$e=$null; [void][System.Management.Automation.Language.Parser]::ParseInput(($input|Out-String), [ref]$null, [ref]$e); exit $e.Count"}, "__complete"},
	} {
		t.Run(c.shell, func(t *testing.T) {
			text, status := output(t, "completion", c.shell)
			if status != 0 || !strings.Contains(text, "lockaway") || !strings.Contains(text, c.ask) {
				t.Fatalf("status %d, %d bytes", status, len(text))
			}
			shell, err := exec.LookPath(c.check)
			if err != nil {
				t.Skipf("%s isn't there to check the syntax; the script itself was made", c.check)
			}
			cmd := exec.Command(shell, c.args...)
			cmd.Stdin = strings.NewReader(text)
			if said, err := cmd.CombinedOutput(); err != nil || len(bytes.TrimSpace(said)) > 0 {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
}

// Each command has a help that says what it is for, how it exits and an example
// that runs, and says of each flag what it does, in lines that fit a terminal.
func TestEveryHelp(t *testing.T) {
	everyCommand(func(path []string, cmd *cobra.Command) {
		text, status := output(t, append(slices.Clone(path), "--help")...)
		if status != 0 {
			t.Errorf("%v: status %d", path, status)
		}
		at := 0
		for _, part := range []string{"\n\nUSAGE\n  lockaway", "\nFLAGS\n", "\nEXIT STATUS\n  0  ", "\n  2  ", "\nEXAMPLES\n  "} {
			i := strings.Index(text[at:], part)
			if i < 0 {
				t.Errorf("%v: the help lacks %q:\n%s", path, part, text)
				break
			}
			at += i + 1
		}
		for line := range strings.SplitSeq(text, "\n") {
			if len([]rune(line)) > 84 {
				t.Errorf("%v: a line of %d characters: %s", path, len([]rune(line)), line)
			}
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if len(f.Usage) < 8 || !strings.Contains(text, "--"+f.Name) {
				t.Errorf("%v: --%s says %q", path, f.Name, f.Usage)
			}
		})
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			if !strings.Contains(line, "lockaway") {
				t.Errorf("%v: no example: %q", path, line)
			}
		}
	})
}
