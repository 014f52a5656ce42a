package main

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lockaway/scanner/rulecheck"
	"lockaway/testdata/fakeaws"
)

// Who watches is told what will be called before it is, and how far it came; a first
// Ctrl-C ends it, with what is known by then.
func TestAskingOnTerminal(t *testing.T) {
	aws := fakeaws.New()
	defer aws.Close()
	text, named, err := rulecheck.ExpandNamed("[a]\naws_access_key_id = {{a=key-id AKIA 111122223333}}\naws_secret_access_key = {{as=secret}}\n\n[b]\naws_access_key_id = {{b=key-id AKIA 222233334444}}\naws_secret_access_key = {{bs=secret}}\n", 5)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "k.ini")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	aws.Add(&fakeaws.Key{ID: named["a"], Secret: named["as"], Owner: fakeaws.User("111122223333", "ci")})
	// The second key's answer never comes.
	aws.Interpose(func(r *fakeaws.Request) *fakeaws.Answer {
		if r.KeyID == named["a"] {
			return nil
		}
		return &fakeaws.Answer{Raw: func(_ http.ResponseWriter, h *http.Request) { <-h.Context().Done() }}
	})
	term := openTerminal(t, 200)
	cmd := exec.Command("lockaway", "scan", "--verify", "--aws-endpoint", aws.URL, file)
	var out bytes.Buffer
	cmd.Env, cmd.Stderr, cmd.Stdout = environment(), term.slave, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	term.started()
	term.wait(`lockaway: note: asking ` + aws.URL + ` about 2 keys, signed with the keys themselves: sts:GetCallerIdentity, [^\n]*CloudTrail[^\n]*\n`)
	term.wait(`asking AWS: 1 of 2 keys, \d+ s`)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	said := term.rest()
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("status %d, %v: %q", cmd.ProcessState.ExitCode(), err, said)
	}
	for _, want := range []string{"live · IAM user ci of account 111122223333", "asked     unknown", "interrupted before all keys were asked about"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not told:\n%s", want, out.String())
		}
	}
	if !strings.Contains(said, "lockaway: error: "+file+": interrupted before all keys were asked about\r\n") {
		t.Errorf("it isn't told: %q", said)
	}
	for _, secret := range []string{named["as"], named["bs"]} {
		if strings.Contains(out.String()+said, secret) {
			t.Error("a secret is shown")
		}
	}
	// Where nobody watches, what is about to be done is not told.
	var err2 bytes.Buffer
	aws.Interpose(nil)
	quiet := exec.Command("lockaway", "scan", "--verify", "--aws-endpoint", aws.URL, file)
	quiet.Env, quiet.Stderr = environment(), &err2
	if err := quiet.Run(); quiet.ProcessState.ExitCode() != 1 || err2.Len() > 0 {
		t.Errorf("%v: %q", err, err2.String())
	}
}
