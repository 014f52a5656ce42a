package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"lockaway/rules"
)

// Every entry of the guidance can be asked for, by an ID that is written down here
// and not taken from it, and reads as a page of its own.
func TestExplainEveryEntry(t *testing.T) {
	guidance, err := rules.LoadGuidance()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, group := range []struct {
		prefix string
		n      int
	}{{"ROOT", 14}, {"CRED", 3}, {"KEY", 15}, {"MOB", 1}, {"GEN", 1}} {
		for i := 1; i <= group.n; i++ {
			id := fmt.Sprintf("%s-%02d", group.prefix, i)
			e := guidance.Entry(strings.ToLower(id))
			if e == nil {
				t.Errorf("%s is not there", id)
				continue
			}
			n++
			text := entryText(e, false)
			at := 0
			for _, part := range []string{id + "  ", "\nseverity  ", "\nwhat the source says\n  ", "\nwhen it applies\n  To ", "\nwhat to do\n  1. ", "\nsource\n  "} {
				next := strings.Index(text[at:], part)
				if next < 0 {
					t.Errorf("%s lacks %q behind what comes before:\n%s", id, part, text)
					break
				}
				at += next
			}
			for line := range strings.Lines(text) {
				if utf8.RuneCountInString(line) > 81 && !strings.ContainsAny(line, "`/") || strings.TrimRight(line, "\n ")+"\n" != line {
					t.Errorf("%s: %q", id, line)
				}
			}
		}
	}
	if n != len(guidance.Entries()) {
		t.Errorf("%d of %d entries were looked at", n, len(guidance.Entries()))
	}
}

// FILE:LINE is taken apart at the last number; with a column behind it where no
// file is named so, and drive letters stay with their path.
func TestFileLine(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"a.env", "b:7", "c", "c:1", "d:x"} {
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Skipf("no such names here: %v", err)
		}
	}
	for what, want := range map[string]string{
		"a.env:3":              "a.env 3",
		"a.env:3:14":           "a.env 3",
		"./a.env:3:14":         "./a.env 3",
		"b:7:2":                "b:7 2",
		"b:7:2:5":              "b:7 2",
		"c:1:2":                "c:1 2", // the file c:1 is there
		"c:4:2":                "c 4",
		"d:x:9":                "d:x 9",
		"gone:3:4":             "gone:3 4",
		`C:\src\x.env:12`:      `C:\src\x.env 12`,
		`\\host\share\x:1`:     `\\host\share\x 1`,
		"a\nb:1":               "a\nb 1",
		"a.env:0":              "a.env 0",
		"a.env:00012345678901": "a.env 00012345678901",
		"a.env":                "", "a.env:": "", "a.env:x": "", "a.env:-1": "", ":3": "", "": "", "KEY-09": "", "aws-access-key": "",
	} {
		path, line, ok := fileLine(what)
		if got := strings.TrimSpace(path + " " + line); got != want || ok != (want != "") {
			t.Errorf("%q: %q, want %q", what, got, want)
		}
	}
}

// FuzzExplainLine explains lines of files that hold anything: nothing crashes, no
// control character comes through, and what is masked stays so.
func FuzzExplainLine(f *testing.F) {
	f.Add("aws_secret_access_key = x\n\x1b]0;t\x07\x00\xff\n", 2)
	f.Add("key\r\nid\r\n\r\n", 3)
	f.Add(strings.Repeat("z", 70_000)+"\n-----BEGIN "+"RSA PRIVATE KEY-----\n", 1)
	f.Add("\u202e\u2028ghp_\n", 1)
	f.Fuzz(func(t *testing.T, text string, line int) {
		name := filepath.Join(t.TempDir(), "f.env")
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		flags, fs := newFlags(), pflag.NewFlagSet("", pflag.ContinueOnError)
		flags.addAll(fs)
		a := &app{ctx: t.Context(), ui: &ui{err: &strings.Builder{}}, env: func(string) string { return "" }, out: os.Stdout}
		s, err := a.setup(fs, flags, name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.explainLine(s, name, line)
		lines := strings.Count(text, "\n")
		if !strings.HasSuffix(text, "\n") && text != "" {
			lines++
		}
		if (err == nil) != (line >= 1 && line <= lines) && line >= 1 {
			t.Fatalf("line %d of %d: %v", line, lines, err)
		}
		for _, r := range got {
			if r != '\n' && (r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u202e' || r == '\u2028') {
				t.Fatalf("%q in %q", r, got)
			}
		}
		if err == nil && !strings.Contains(got, "considered on line") {
			t.Fatalf("%q", got)
		}
	})
}
