//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"lockaway/scanner/rulecheck"
)

// asSomebody returns a command that runs the program in a folder as a user whom
// modes bind: the super-user may read everything.
func asSomebody(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	if os.Geteuid() != 0 {
		cmd := exec.Command("lockaway", args...)
		cmd.Dir = dir
		return cmd
	}
	// The test's own program lies where nobody else may look.
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "lockaway")
	in, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(program, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.Copy(out, in); err == nil {
		err = out.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{dir, filepath.Dir(program)} {
		for ; strings.HasPrefix(p, os.TempDir()) && p != os.TempDir(); p = filepath.Dir(p) {
			if err := os.Chmod(p, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	const nobody = 65534
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "HOME=/nowhere")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return cmd
}

// What may not be read is named, on standard error and in the report; the rest is
// scanned; and the exit status is 2, or 1 with findings.
func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	key, err := rulecheck.Expand("aws_secret_access_key = {{secret}}\n", 3)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"open/a.txt": "x\n", "shut/b.txt": key, "open/c.txt": key} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"shut", "open/c.txt"} {
		p := filepath.Join(dir, name)
		if err := os.Chmod(p, 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(p, 0o755) })
	}
	scan := func(args ...string) (stdout, stderr string, status int) {
		cmd := asSomebody(t, dir, append([]string{"scan", "."}, args...)...)
		var out, said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &said
		if err := cmd.Run(); cmd.ProcessState == nil {
			t.Skipf("the program can't be run as somebody else: %v", err)
		}
		var errors []string
		for line := range strings.Lines(said.String()) {
			if !strings.HasPrefix(line, "lockaway: hint: ") {
				errors = append(errors, line)
			}
		}
		return out.String(), strings.Join(errors, ""), cmd.ProcessState.ExitCode()
	}
	const want = "lockaway: error: open/c.txt: permission denied\nlockaway: error: shut: permission denied\n"
	out, said, status := scan()
	if status != 2 || said != want || !strings.Contains(out, "no findings in what could be read: 1 file") || !strings.Contains(out, "incomplete: 2 things could not be read") {
		t.Errorf("status %d\n%s%s", status, said, out)
	}
	out, said, status = scan("-r", "json")
	var doc struct {
		Scan struct {
			Complete bool
			Files    int
			Problems []struct{ Where, What, Weight string }
		}
		Findings []any
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("%v in %s%s", err, said, out)
	}
	if s := doc.Scan; status != 2 || s.Complete || s.Files != 1 || len(s.Problems) != 2 || s.Problems[0].Where != "open/c.txt" || s.Problems[1].Where != "shut" {
		t.Errorf("status %d: %s", status, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "open/d.env"), []byte(key), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, said, status = scan(); status != 1 || said != want || !strings.Contains(out, "1 finding") {
		t.Errorf("status %d\n%s%s", status, said, out)
	}
	if _, said, status = scan("-r", "json=shut/r.json"); status != 1 && status != 2 || !strings.Contains(said, `can't write the report file "shut/r.json"`) || !strings.Contains(said, "permission denied") {
		t.Errorf("a report in a shut folder: status %d: %s", status, said)
	}
}
