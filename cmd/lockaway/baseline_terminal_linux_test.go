package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"lockaway/scanner/config"
	"lockaway/scanner/finding"
	"lockaway/scanner/rulecheck"
)

// audit runs an audit on a terminal. Each key is typed once it is asked for.
func audit(t *testing.T, dir string, keys ...string) (said string) {
	t.Helper()
	term := openTerminal(t, 200)
	cmd := exec.Command("lockaway", "baseline", "audit", "--by", "Ada")
	cmd.Dir, cmd.Env = dir, environment()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = term.slave, term.slave, term.slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	term.started()
	for _, k := range keys {
		said += term.wait(`real\? y n s q, e explains: `)
		if _, err := term.master.WriteString(k); err != nil {
			t.Fatal(err)
		}
	}
	said += term.rest()
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return said
}

// Answers are saved one by one, an audit goes on where the last one ended, and no value is
// shown.
func TestAuditOnTerminal(t *testing.T) {
	text, named, err := rulecheck.ExpandNamed("[a]\naws_access_key_id = {{a=key-id}}\naws_secret_access_key = {{as=secret}}\n\n\n[b]\naws_access_key_id = {{b=key-id}}\naws_secret_access_key = {{bs=secret}}\n\n\n[c]\naws_access_key_id = {{c=key-id}}\naws_secret_access_key = {{cs=secret}}\n", 7)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"k.ini", "copy.ini"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	marks := func() map[string]finding.Known {
		out := map[string]finding.Known{}
		b, err := config.LoadBaseline(filepath.Join(dir, config.BaselineName), false)
		if err != nil {
			return out
		}
		for _, e := range b.Entries {
			out[e.Fingerprint] = e
		}
		return out
	}
	print := func(secret string) string { return finding.NewSecret(named[secret]).Fingerprint() }
	holds := func(said string, texts ...string) {
		t.Helper()
		for _, want := range texts {
			if !strings.Contains(said, want) {
				t.Errorf("%q isn't said:\n%s", want, said)
			}
		}
		for _, secret := range []string{"as", "bs", "cs"} {
			if strings.Contains(said, named[secret]) {
				t.Errorf("a secret is shown:\n%s", said)
			}
		}
	}

	// The first is real; then the second is looked at, and left.
	said := audit(t, dir, "y", "x", "e", "\x03")
	holds(said, "1 of 3", "copy.ini:2", "real, saved", "2 of 3", "aws_secret_access_key = ", "it stands in 2 places", "nothing is saved until", "what to do", "quit",
		"1 finding judged, 2 still to be judged", "1 real (1 still reported), 0 false, 0 fixed, 0 not judged")
	if m := marks(); len(m) != 1 || m[print("as")].Mark != finding.Real || !m[print("as")].Reported || m[print("as")].By != "Ada" {
		t.Fatalf("%+v", m)
	}
	// It goes on with the second: skipped, and the third is false.
	said = audit(t, dir, "s", "N")
	holds(said, "1 of 2", "copy.ini:7", "skipped", "2 of 2", "copy.ini:12", "false, saved")
	if m := marks(); len(m) != 2 || m[print("cs")].Mark != finding.False || m[print("cs")].Reported {
		t.Fatalf("%+v", m)
	}
	// What is false is allowed, what is real and was not accepted is reported.
	scan := func() string {
		cmd := exec.Command("lockaway", "scan", ".")
		cmd.Dir, cmd.Env = dir, environment()
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	if out := scan(); !strings.Contains(out, "4 findings") || !strings.Contains(out, "2 allowed") {
		t.Error(out)
	}
	// What is accepted stays accepted when it is judged real, and so does what was judged.
	write := exec.Command("lockaway", "baseline", "write", "--reason", "accepted")
	write.Dir, write.Env = dir, environment()
	if out, err := write.CombinedOutput(); err != nil || !strings.Contains(string(out), "3 entries, 2 new") {
		t.Fatalf("%v %s", err, out)
	}
	said = audit(t, dir, "y")
	holds(said, "1 of 1", "in the baseline: accepted", "2 real (0 still reported), 1 false, 0 fixed, 0 not judged")
	if m := marks()[print("bs")]; m.Mark != finding.Real || m.Reported || m.Reason != "accepted" {
		t.Errorf("%+v", m)
	}
	if out := scan(); !strings.Contains(out, "6 allowed") {
		t.Error(out)
	}
	holds(audit(t, dir), "0 findings judged, 0 still to be judged")
	// Without a terminal there is nobody to ask.
	cmd := exec.Command("lockaway", "baseline", "audit")
	cmd.Dir, cmd.Env = dir, environment()
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "are no terminal\nlockaway: hint: run it in a terminal") {
		t.Errorf("%v %s", err, out)
	}
}
