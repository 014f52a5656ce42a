package aws

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lockaway/scanner/finding"
	"lockaway/testdata/fakeaws"
)

// What AWS_CA_BUNDLE says is trusted with the operator's own credentials, and with
// nothing that was found.
func TestBundle(t *testing.T) {
	home := emptyHome(t)
	s := fakeaws.NewTLS()
	t.Cleanup(s.Close)
	c, err := tls.Dial("tcp", strings.TrimPrefix(s.URL, "https://"), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.ConnectionState().PeerCertificates[0].Raw})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	a, id := made(t)
	a.Caller = "arn:aws:iam::" + a.ID + ":user/operator"
	k := a.Serve(s)
	a.ServeRights(s)
	known(s, account, id)
	files(t, home, "[profile plain]\naws_access_key_id = "+k.ID+"\naws_secret_access_key = "+k.Secret+"\n[profile set]\nca_bundle = "+file+"\naws_access_key_id = "+k.ID+"\naws_secret_access_key = "+k.Secret+"\n")

	o := Options{Operator: &Operator{Profile: "plain"}}
	has(t, asking(t, s, o).ask(t, byID(id)), finding.Unknown, "certificate")
	t.Setenv(caBundle, file)
	has(t, asking(t, s, o).ask(t, byID(id)), finding.Live)
	if os.Getenv(caBundle) != file {
		t.Error("the environment has changed")
	}
	before := len(s.Requests())
	has(t, asking(t, s, Options{}).ask(t, pairOf(k)), finding.Unknown, "certificate")
	if n := len(s.Requests()) - before; n != 0 {
		t.Errorf("%d requests with a found key", n)
	}

	for profile, want := range map[string]string{"set": "ca_bundle is not taken", "plain": "holds no certificates"} {
		t.Setenv(caBundle, map[string]string{"set": ""}[profile])
		if profile == "plain" {
			t.Setenv(caBundle, filepath.Join(home, "nothing.pem"))
		}
		_, err := New(context.Background(), Options{Endpoint: s.URL, Operator: &Operator{Profile: profile}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", profile, err)
		}
	}
}
