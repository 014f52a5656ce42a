package aws

import (
	"context"
	"strings"
	"testing"
	"time"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
	"lockaway/testdata/fakeaws"
	"lockaway/verify"
)

// account is AWS's documentation's.
const account = "111122223333"

// keyID makes a key ID of the account at run time, tail apart from others.
func keyID(t testing.TB, prefix string, tail uint64) string {
	t.Helper()
	id, err := awskey.Encode(prefix, account, 0x2b992ddfa232+tail*7919)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// secretOf makes a secret of 40 characters at run time.
func secretOf(seed string) string {
	return strings.Repeat(seed+"/Zq9+", 40)[:40]
}

func pairOf(k *fakeaws.Key) verify.Credential {
	return verify.Credential{KeyID: k.ID, Secret: finding.NewSecret(k.Secret), Token: finding.NewSecret(k.Token)}
}

// fake starts a server, and a verifier that asks it without ever waiting.
func fake(t testing.TB, o Options) (*fakeaws.Server, *Verifier) {
	t.Helper()
	s := fakeaws.New()
	t.Cleanup(s.Close)
	return s, asking(t, s, o)
}

func asking(t testing.TB, s *fakeaws.Server, o Options) *Verifier {
	t.Helper()
	o.Endpoint, o.Rate = s.URL, -1
	v, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	v.wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return v
}

func TestUserLive(t *testing.T) {
	s, v := fake(t, Options{})
	k := &fakeaws.Key{ID: keyID(t, "AKIA", 1), Secret: secretOf("a"), Owner: fakeaws.User(account, "fresh")}
	s.Add(k)
	got := v.Verify(context.Background(), pairOf(k))
	t.Logf("%+v", got)
	if got.State != finding.Live {
		t.Error(got)
	}
	for _, r := range s.Requests() {
		t.Log(r.Service, r.Action, r.Region, r.Header.Get("User-Agent"))
	}
	bad := pairOf(k)
	bad.Secret = finding.NewSecret(secretOf("b"))
	t.Logf("%+v", v.Verify(context.Background(), bad))
	bad.KeyID = keyID(t, "AKIA", 2)
	t.Logf("%+v", v.Verify(context.Background(), bad))
}
