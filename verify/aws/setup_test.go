package aws

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
	"lockaway/testdata/fakeaws"
	"lockaway/verify"
)

// account is AWS's documentation's.
const account = "111122223333"

// keyID makes a key ID of the account at run time; n tells it from others.
func keyID(t testing.TB, prefix string, n uint64) string {
	t.Helper()
	id, err := awskey.Encode(prefix, account, 0x2b992ddfa232+n*7919)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// secretOf makes a secret of 40 characters at run time, tokenOf a session token.
func secretOf(seed string) string { return strings.Repeat(seed+"/Zq9+kW3", 40)[:40] }
func tokenOf(seed string) string  { return strings.Repeat(seed+"IQoJt0ken/", 60) }

func pairOf(k *fakeaws.Key) verify.Credential {
	return verify.Credential{KeyID: k.ID, Secret: finding.NewSecret(k.Secret), Token: finding.NewSecret(k.Token)}
}

// waits are those of a verifier whose clock stands still.
type waits struct {
	mu  sync.Mutex
	all []time.Duration
}

func (w *waits) wait(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	w.all = append(w.all, d)
	w.mu.Unlock()
	return ctx.Err()
}

// fake starts a server, and a verifier that asks it without ever waiting.
func fake(t testing.TB, o Options) (*fakeaws.Server, *Verifier) {
	t.Helper()
	s := fakeaws.New()
	t.Cleanup(s.Close)
	return s, asking(t, s, o)
}

// asking makes a verifier that asks a server.
func asking(t testing.TB, s *fakeaws.Server, o Options) *Verifier {
	t.Helper()
	o.Endpoint, o.Rate = s.URL, -1
	v, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	v.wait = (&waits{}).wait
	return v
}

// user adds a user's key to a server.
func user(t testing.TB, s *fakeaws.Server, may ...string) *fakeaws.Key {
	t.Helper()
	k := &fakeaws.Key{ID: keyID(t, "AKIA", 1), Secret: secretOf("a"), Owner: fakeaws.User(account, "worker", may...)}
	s.Add(k)
	return k
}

// ask asks with a limit far above what any answer here takes, so that a fault of the
// code's ends a test instead of hanging it.
func (v *Verifier) ask(t testing.TB, c verify.Credential) finding.Verification {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	got := v.Verify(ctx, c)
	if ctx.Err() != nil {
		t.Error("asking did not end by itself")
	}
	return got
}

func has(t testing.TB, v finding.Verification, state finding.State, words ...string) {
	t.Helper()
	if v.State != state {
		t.Errorf("%s, not %s: %q", v.State, state, v.Reasons)
	}
	all := strings.Join(v.Reasons, "; ")
	for _, w := range words {
		if !strings.Contains(all, w) {
			t.Errorf("no reason says %q: %q", w, v.Reasons)
		}
	}
}

// holdsNot fails if anything that is told of a verification holds one of the values.
func holdsNot(t testing.TB, v finding.Verification, values ...string) {
	t.Helper()
	text := fmt.Sprintf("%#v %+v", v, v)
	for _, b := range []*bool{v.Admin, v.MFA, v.Quarantined} {
		text += fmt.Sprint(b != nil && *b)
	}
	for _, value := range values {
		if value != "" && strings.Contains(text, value) {
			t.Errorf("the verification holds %q", value)
		}
	}
}

// emptyHome gives the test a home and a temporary folder of its own, without any
// setting of AWS's, and fails if something in there holds one of the values when it ends.
func emptyHome(t *testing.T, values ...string) string {
	t.Helper()
	home, tmp := t.TempDir(), t.TempDir()
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	// The SDK looks up the home once a process.
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(home, ".aws", "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(home, ".aws", "credentials"))
	t.Cleanup(func() {
		for _, dir := range []string{home, tmp} {
			_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				data, _ := os.ReadFile(path)
				for _, v := range values {
					if strings.Contains(string(data), v) {
						t.Errorf("%s holds a secret", path)
					}
				}
				return nil
			})
		}
	})
	return home
}
