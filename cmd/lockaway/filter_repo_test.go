package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"lockaway/scanner/finding"
	"lockaway/scanner/report"
	"lockaway/scanner/rulecheck"
)

// history makes a repository, file by file.
type historyMaker struct {
	t    *testing.T
	dir  string
	seed uint64
	all  map[string][]string // the values planted, by what they were planted in
}

func newHistory(t *testing.T) *historyMaker {
	t.Helper()
	for _, program := range []string{"git", "git-filter-repo"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s isn't installed; Debian's package of that name has it", program)
		}
	}
	h := &historyMaker{t: t, dir: filepath.Join(t.TempDir(), "repo"), all: map[string][]string{}}
	h.git("", "init", "-q", "-b", "main", h.dir)
	return h
}

// command runs a program in a folder. It may exit with one of the statuses.
func (h *historyMaker) command(dir string, statuses []int, name string, args ...string) (stdout, stderr string) {
	h.t.Helper()
	cmd := exec.Command(name, args...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "HOME="+filepath.Dir(h.dir),
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=core.autocrlf", "GIT_CONFIG_VALUE_0=false", "GIT_AUTHOR_NAME=J", "GIT_AUTHOR_EMAIL=j@host.invalid", "GIT_COMMITTER_NAME=J", "GIT_COMMITTER_EMAIL=j@host.invalid")
	err := cmd.Run()
	status := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		status = exit.ExitCode()
	} else if err != nil {
		h.t.Fatal(err)
	}
	if !slices.Contains(statuses, status) {
		h.t.Fatalf("%s %q exits with %d:\n%s%s", name, args, status, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

func (h *historyMaker) git(dir string, args ...string) string {
	h.t.Helper()
	out, _ := h.command(dir, []int{0}, "git", args...)
	return out
}

// values fills in a template, and notes its values, those between braces.
func (h *historyMaker) values(name, template string) string {
	h.t.Helper()
	h.seed++
	text, named, err := rulecheck.ExpandNamed(template, h.seed)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, v := range named {
		h.all[name] = append(h.all[name], v)
	}
	return text
}

// file writes a file with the text that change makes of a template.
func (h *historyMaker) file(name, template string, change func(string) string) {
	h.t.Helper()
	text := h.values(name, template)
	if change != nil {
		text = change(text)
	}
	path := filepath.Join(h.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		h.t.Fatal(err)
	}
}

func (h *historyMaker) commit(message string) {
	h.git(h.dir, "add", "-A")
	h.git(h.dir, "commit", "-q", "--allow-empty", "-m", message)
}

// found scans a repository for everything, and returns what was found by fingerprint.
func (h *historyMaker) found(dir string, args ...string) (fs map[string]*finding.Finding, told string) {
	h.t.Helper()
	out, told := h.command(dir, []int{0, 1}, "lockaway", append([]string{"git", "--min-confidence", "low", "--min-severity", "info", "--show-secrets", "-r", "json"}, args...)...)
	r, err := report.Read(strings.NewReader(out))
	if err != nil {
		h.t.Fatal(err)
	}
	fs = map[string]*finding.Finding{}
	for _, f := range r.Findings {
		fs[f.Fingerprint] = f
	}
	return fs, told
}

// rewritten has git filter-repo rewrite a fresh clone, by the commands that are told,
// and returns what is found before and afterwards, and what lockaway said.
func (h *historyMaker) rewritten() (before, after map[string]*finding.Finding, told, clone string) {
	h.t.Helper()
	folder := filepath.Dir(h.dir)
	before, told = h.found(h.dir, "--replacements", "../replacements.txt")
	clone = filepath.Join(folder, "clean.git")
	h.git(folder, "clone", "-q", "--mirror", "--no-local", "repo", "clean.git")
	_, command, ok := strings.Cut(told, "cd clean.git && git ")
	command, _, _ = strings.Cut(command, "\n")
	if args := strings.Fields(command); !ok || len(args) != 5 {
		h.t.Fatalf("no command for filter-repo is told:\n%s", told)
	} else {
		h.git(clone, append(args, "--quiet")...)
	}
	after, _ = h.found(clone)
	return before, after, told, clone
}

// arrowRule is a rule whose values hold what separates an expression of filter-repo's
// from its replacement.
const arrowRule = `[[rule]]
id = "acme-token"
title = "Acme token"
literals = ["acme==>"]
pattern = 'acme==>[a-z0-9]{20}'
examples = ["acme==>{{lower 20}}"]
counter_examples = ["acme==>x"]
`

const pairOf = "AWS_ACCESS_KEY_ID={{i=key-id}}\nAWS_SECRET_ACCESS_KEY={{s=secret}}\n"

// The encodings that a text may be in.
var encodings = []struct {
	name string
	do   func(string) string
}{
	{"base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
	{"base64url", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }},
	{"wrapped", func(s string) string { return wrapped(s, 76, "\n") }},
	{"wrapped-crlf", func(s string) string { return wrapped(s, 64, "\r\n") }},
	{"percent", func(s string) string { return percent(s, "%%%02X") }},
	{"percent-lower", func(s string) string { return percent(s, "%%%02x") }},
	{"json", func(s string) string {
		b, _ := json.Marshal(s)
		return strings.ReplaceAll(string(b), "/", `\/`)
	}},
	{"unicode", func(s string) string {
		var b strings.Builder
		for i, r := range s {
			if i%3 == 0 {
				fmt.Fprintf(&b, `\u%04X`, r)
			} else {
				b.WriteRune(r)
			}
		}
		return `"` + strings.ReplaceAll(b.String(), "\n", `\n`) + `"`
	}},
	{"hex", func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			fmt.Fprintf(&b, `\x%02x`, s[i])
		}
		return "'" + b.String() + "'"
	}},
	{"crlf", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }},
}

func wrapped(s string, n int, end string) string {
	s = base64.StdEncoding.EncodeToString([]byte(s))
	var b strings.Builder
	for len(s) > n {
		b.WriteString(s[:n] + end)
		s = s[n:]
	}
	return b.String() + s + end
}

func percent(s, form string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < '0' || c > '9' && c < 'A' || c > 'Z' && c < 'a' || c > 'z' {
			fmt.Fprintf(&b, form, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func joined(s string) string {
	_, s, _ = strings.Cut(s, "=")
	s = strings.TrimSpace(s)
	return "aws_secret_access_key = ('" + s[:9] + "' +\n    '" + s[9:23] + "'\n    + '" + s[23:] + "')\n"
}

// What filter-repo makes of the file of values, in every form in which a value may
// stand: nothing that was found is found again but what was said to stay.
func TestFilterRepo(t *testing.T) {
	h := newHistory(t)
	h.file("old.env", pairOf, nil)
	h.file("token.txt", "use {{g=github-token}}\n", nil)
	h.commit("first")
	h.git(h.dir, "rm", "-q", "old.env")
	for _, e := range encodings {
		h.file(e.name+"/env", pairOf, e.do)
		h.file(e.name+"/value.yml", "aws_secret_access_key: {{s=secret}}\n", func(s string) string {
			name, value, _ := strings.Cut(s, ": ")
			return name + ": " + e.do(strings.TrimSpace(value)) + "\n"
		})
		h.file(e.name+"/url", "https://host.invalid/?token={{g=github-token}}", e.do)
		h.file(e.name+"/key.pem", "{{k=pem rsa}}\n", e.do)
	}
	h.file("joined.py", "x={{s=secret}}\n", joined)
	h.file("indented.yml", "{{k=pem rsa}}\n", func(s string) string { return "key: |\n  " + strings.ReplaceAll(s, "\n", "\n  ") + "\n" })
	h.file("utf16.txt", pairOf, func(s string) string { return "\xff\xfe" + little(s) })
	h.file("binary.db", pairOf, func(s string) string { return "SQLite\x00\x01" + s })
	h.file("late.bin", pairOf, func(s string) string { return strings.Repeat("text and more\n", 1000) + s + "\x00\x01" })
	if err := os.WriteFile(filepath.Join(h.dir, ".lockaway.toml"), []byte(arrowRule), 0o644); err != nil {
		t.Fatal(err)
	}
	h.file("arrow", "acme: {{t=lower 20}}\n", func(s string) string { return strings.Replace(s, ": ", ": acme==>", 1) })
	h.file(h.values("a name", "keys/{{g=github-token}}.txt"), "nothing\n", nil)
	h.commit(h.values("message", "deploy\n\nwith {{s=github-token}}\n"))
	h.commit(h.values("message in base64", "x: ") + encodings[0].do(h.values("message in base64", "token: {{g=github-token}} and so on")))
	h.git(h.dir, "commit", "-q", "--allow-empty", "-m", "x", "--author", h.values("author", "{{g=github-token}} <j@host.invalid>"))
	h.git(h.dir, "tag", "-a", "-m", h.values("tag", "release with {{g=github-token}}"), "v1")
	h.git(h.dir, "notes", "add", "-m", h.values("note", "see {{g=github-token}}"))
	if err := os.Symlink(h.values("link", "/srv/{{g=github-token}}"), filepath.Join(h.dir, "link")); err != nil {
		t.Logf("no symbolic link: %v", err)
	}
	h.commit("last")

	before, after, told, clone := h.rewritten()
	if len(before) < 45 {
		t.Errorf("only %d values are found", len(before))
	}
	stays := []string{"utf16.txt", "binary.db", "a name", "author"}
	for print, f := range after {
		if !slices.ContainsFunc(stays, func(name string) bool { return slices.Contains(h.all[name], f.Value.Reveal()) }) {
			t.Errorf("%s in %s of %s is found afterwards: %v", f.Rule, f.Layers, f.Path, before[print] != nil)
		}
	}
	for _, name := range stays {
		if !slices.ContainsFunc(h.all[name], func(v string) bool { return after[finding.NewSecret(v).Fingerprint()] != nil }) {
			t.Errorf("what stands in %s is said to stay, and is gone", name)
		}
	}
	for _, want := range []string{"replaces nothing in commits' headers, ", "names of files, binary files (", "rotation comes first", "git push --force --mirror origin", "git remote add origin URL", "hint: last: rm "} {
		if !strings.Contains(told, want) {
			t.Errorf("%q isn't told:\n%s", want, told)
		}
	}
	// No object holds a value in plain, found or not.
	objects := h.git(clone, "cat-file", "--batch-all-objects", "--batch", "--buffer")
	for name, values := range h.all {
		for _, v := range values {
			if !slices.Contains(stays, name) && strings.Contains(objects, v) {
				t.Errorf("%s: a value is left", name)
			}
		}
	}
	if strings.Contains(told, h.all["token.txt"][0]) {
		t.Error("a value is told")
	}
}

func little(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteString(string([]byte{byte(u), byte(u >> 8)}))
	}
	return b.String()
}

// Encodings in one another, as deep as values are found in them.
func TestFilterRepoNested(t *testing.T) {
	h := newHistory(t)
	r := rand.New(rand.NewPCG(51, 52))
	for i := range 150 {
		name := fmt.Sprintf("%d", i)
		template := []string{pairOf, "token: {{g=github-token}} and more\n", "{{k=pem rsa}}\n", "aws_secret_access_key = '{{s=secret}}'\n"}[r.IntN(4)]
		h.file(name, template, func(s string) string {
			for range 1 + r.IntN(3) {
				e := encodings[r.IntN(len(encodings))]
				name += " " + e.name
				s = "data: " + e.do(s) + "\n"
			}
			return s
		})
	}
	h.commit("x")
	before, after, _, _ := h.rewritten()
	if len(before) < 60 {
		t.Errorf("only %d values are found", len(before))
	}
	for print, f := range after {
		t.Errorf("%s of %s in %s is found afterwards: %v", f.Rule, f.Path, f.Layers, before[print] != nil)
	}
}
