package verify

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

const account = "111122223333" // AWS's documentation's

// ids are key IDs of the account, made at run time.
func id(t testing.TB, prefix string, n uint64) string {
	t.Helper()
	return idOf(t, prefix, account, n)
}

func idOf(t testing.TB, prefix, account string, n uint64) string {
	t.Helper()
	id, err := awskey.Encode(prefix, account, 0x2b992ddfa232+n*7919)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// secret is a value of 40 characters, built like a secret access key.
func secret(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return base64.StdEncoding.EncodeToString(sum[:])[:40]
}

func token(seed string) string { return strings.Repeat(seed+"Tok", 200) }

// found makes a finding of the parts that are given, at file:n.
func found(n int, id, secret, token string) *finding.Finding {
	f := &finding.Finding{Rule: "aws-access-key", Severity: finding.Critical, Confidence: finding.HighConfidence}
	f.Path, f.StartLine = "file", n
	if k, ok := awskey.Parse(id); ok {
		f.AWS = &finding.AWS{KeyID: id, AccountID: k.Account, Partition: "unknown", Example: k.Example, Canary: k.Canary}
		f.Parts = append(f.Parts, finding.Part{Kind: "key-id", Value: finding.NewSecret(id)})
		f.Value = finding.NewSecret(id)
	}
	for _, p := range []struct{ kind, value string }{{"secret", secret}, {"session-token", token}} {
		if p.value != "" {
			f.Parts = append(f.Parts, finding.Part{Kind: p.kind, Value: finding.NewSecret(p.value)})
			f.Value = finding.NewSecret(p.value)
		}
	}
	return f
}

// fake answers from a function and notes what it is asked.
type fake struct {
	answer func(context.Context, Credential) finding.Verification
	byID   bool

	mu    sync.Mutex
	asked []Credential
}

func (f *fake) Verify(ctx context.Context, c Credential) finding.Verification {
	f.mu.Lock()
	f.asked = append(f.asked, c)
	f.mu.Unlock()
	return f.answer(ctx, c)
}

func (f *fake) ByID() bool { return f.byID }

// says makes a verifier that always gives one state.
func says(s finding.State) *fake {
	return &fake{answer: func(context.Context, Credential) finding.Verification {
		return finding.Verification{State: s, Reasons: []string{"as told"}}
	}}
}

func reasons(f *finding.Finding) string { return strings.Join(f.Verification.Reasons, "; ") }

func TestOneQuestionACredential(t *testing.T) {
	v := says(finding.Live)
	a, b := id(t, "AKIA", 1), id(t, "AKIA", 2)
	var fs []*finding.Finding
	for i := range 40 {
		fs = append(fs, found(i, a, secret("a"), ""), found(i, b, secret("b"), ""))
	}
	other := &finding.Finding{Rule: "github-token", Severity: finding.High, Value: finding.NewSecret("x")}
	fs = append(fs, other)
	s := Findings(context.Background(), fs, Options{Verifier: v})
	if len(v.asked) != 2 || s.Live != 2 || s.Asked != 2 || s.Pairs != 2 || s.Dead+s.Unknown+s.NotCalled+s.Inactive != 0 {
		t.Errorf("asked %d, %+v", len(v.asked), s)
	}
	for _, f := range fs[:80] {
		if f.Verification == nil || f.Verification.State != finding.Live || f.Verification.Asked.IsZero() {
			t.Fatalf("%+v", f.Verification)
		}
	}
	fs[0].Verification.Reasons[0] = "changed"
	if reasons(fs[2]) != "as told" {
		t.Error("two findings share a verification")
	}
	if other.Verification != nil || other.Severity != finding.High {
		t.Error("a finding of another provider was touched")
	}
}

func TestNobodyIsAsked(t *testing.T) {
	long, temporary := id(t, "AKIA", 1), id(t, "ASIA", 1)
	smtp := awskey.SMTPPassword(secret("a"), "eu-west-1")
	masked := found(1, long, "", "")
	masked.Parts = append(masked.Parts, finding.Part{Kind: "secret", Value: finding.MaskedSecret("aaaa…aaaa", 40)})
	allowed := found(1, long, secret("a"), "")
	allowed.Allowed = &finding.Allowed{By: "allow entry", Reason: "r"}
	presigned := &finding.Finding{Rule: "aws-presigned-url", AWS: &finding.AWS{KeyID: long}, Value: finding.NewSecret("https://x/?X-Amz-Signature=0")}
	over := &finding.Finding{Rule: "aws-presigned-url", AWS: &finding.AWS{KeyID: long}, Expires: time.Unix(1, 0)}
	odd := found(1, long, secret("a")+"==", "")
	for name, c := range map[string]struct {
		f     *finding.Finding
		state finding.State
		why   string
	}{
		"ID alone":          {found(1, long, "", ""), finding.NotCalled, whyNoSecret},
		"temporary ID":      {found(1, temporary, "", ""), finding.NotCalled, whyNoSecret},
		"secret alone":      {found(1, "", secret("a"), ""), finding.NotCalled, whyNoID},
		"token alone":       {found(1, "", "", token("a")), finding.NotCalled, whyTokenAlone},
		"without its token": {found(1, temporary, secret("a"), ""), finding.Unknown, whyNoToken},
		"SMTP pair":         {found(1, long, smtp, ""), finding.NotCalled, whySMTP},
		"SMTP alone":        {found(1, "", smtp, ""), finding.NotCalled, whySMTPAlone},
		"documentation":     {found(1, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""), finding.NotCalled, whyExample},
		"its secret":        {found(1, long, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""), finding.NotCalled, whyExample},
		"placeholder":       {found(1, long, strings.Repeat("x", 40), ""), finding.NotCalled, whyExample},
		"canary":            {found(1, idOf(t, "AKIA", "534261010715", 1), secret("a"), ""), finding.NotCalled, whyCanary},
		"masked":            {masked, finding.NotCalled, whyMasked},
		"allowed":           {allowed, finding.NotCalled, "it is allowed (allow entry)"},
		"signed address":    {presigned, finding.NotCalled, whyKind},
		"ended":             {over, finding.NotCalled, "it ended on 1970-01-01 00:00 UTC, by what it says itself"},
		"Bedrock key":       {&finding.Finding{Rule: "aws-bedrock-api-key"}, finding.NotCalled, whyKind},
		"signing key":       {&finding.Finding{Rule: "aws-signing-private-key"}, finding.NotCalled, whyKind},
		"bearer token":      {found(1, "ABIA"+long[4:], secret("a"), ""), finding.NotCalled, whyPrefix},
		"no secret by form": {odd, finding.NotCalled, whyForm},
		"secret of 39":      {found(1, long, secret("a")[:39], ""), finding.NotCalled, whyForm},
	} {
		t.Run(name, func(t *testing.T) {
			v := says(finding.Live)
			c.f.Severity = finding.Medium
			told := false
			s := Findings(context.Background(), []*finding.Finding{c.f}, Options{Verifier: v, Before: func(Plan) { told = true }})
			if len(v.asked) > 0 || told {
				t.Errorf("asked: %v", v.asked)
			}
			if c.f.Verification.State != c.state || reasons(c.f) != c.why {
				t.Errorf("%s: %s", c.f.Verification.State, reasons(c.f))
			}
			if c.f.Severity != finding.Medium || !c.f.Verification.Asked.IsZero() {
				t.Errorf("%v %v", c.f.Severity, c.f.Verification.Asked)
			}
			if s.Asked != 0 || s.Live+s.Dead+s.Inactive != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestCanariesAreCalledOnlyWhenAsked(t *testing.T) {
	canary, plain := idOf(t, "AKIA", "534261010715", 1), id(t, "AKIA", 1)
	fs := func() []*finding.Finding {
		return []*finding.Finding{found(1, canary, secret("a"), ""), found(2, canary, secret("a"), ""), found(3, plain, secret("b"), "")}
	}
	v := says(finding.Dead)
	var plan Plan
	s := Findings(context.Background(), fs(), Options{Verifier: v, Before: func(p Plan) { plan = p }})
	if len(v.asked) != 1 || v.asked[0].KeyID != plain || plan != (Plan{Pairs: 1, Canaries: 1}) || s.NotCalled != 1 || s.Dead != 1 {
		t.Errorf("%v %+v %+v", v.asked, plan, s)
	}
	v = says(finding.Dead)
	Findings(context.Background(), fs(), Options{Verifier: v, CallCanaries: true, Before: func(p Plan) { plan = p }})
	if len(v.asked) != 2 || plan != (Plan{Pairs: 2, CanariesCalled: 1}) {
		t.Errorf("%v %+v", v.asked, plan)
	}
	got := One(context.Background(), Credential{KeyID: canary}, Options{Verifier: &fake{byID: true, answer: v.answer}})
	if got.State != finding.NotCalled || got.Reasons[0] != whyCanary {
		t.Errorf("%+v", got)
	}
}

func TestOne(t *testing.T) {
	long := id(t, "AKIA", 1)
	live := func(context.Context, Credential) finding.Verification {
		return finding.Verification{State: finding.Live, User: "ann"}
	}
	if v := One(context.Background(), Credential{KeyID: long}, Options{Verifier: &fake{byID: true, answer: live}}); v.State != finding.Live || v.User != "ann" {
		t.Errorf("%+v", v)
	}
	if v := One(context.Background(), Credential{KeyID: long}, Options{Verifier: &fake{answer: live}}); v.State != finding.NotCalled || v.Reasons[0] != whyNoSecret {
		t.Errorf("%+v", v)
	}
	if v := One(context.Background(), Credential{KeyID: "nonsense"}, Options{Verifier: &fake{byID: true, answer: live}}); v.State != finding.NotCalled {
		t.Errorf("%+v", v)
	}
}

// What stands in several places is answered by the place that has all of it.
func TestAnswersAreShared(t *testing.T) {
	long, temporary := id(t, "AKIA", 1), id(t, "ASIA", 1)
	smtp := awskey.SMTPPassword(secret("a"), "eu-west-1")
	v := says(finding.Live)
	fs := []*finding.Finding{
		found(1, long, "", ""), found(2, "", secret("a"), ""), found(3, long, smtp, ""), found(4, long, secret("a"), ""),
		found(5, temporary, secret("b"), ""), found(6, temporary, secret("b"), token("b")), found(7, "", secret("c"), ""),
	}
	for _, f := range fs {
		f.Severity = finding.Low
	}
	s := Findings(context.Background(), fs, Options{Verifier: v})
	if len(v.asked) != 2 {
		t.Fatalf("asked %d", len(v.asked))
	}
	want := []string{
		"asked with the secret that stands in file:4; as told",
		"asked with its key ID, which stands in file:4; as told",
		"asked with the secret that stands in file:4; as told", "as told",
		"asked with the session token that stands in file:6; as told", "as told", whyNoID,
	}
	severities := []finding.Severity{finding.Low, finding.High, finding.High, finding.High, finding.High, finding.High, finding.Low}
	for i, f := range fs {
		if reasons(f) != want[i] || f.Severity != severities[i] {
			t.Errorf("%d: %s %s, %s", i+1, f.Verification.State, reasons(f), f.Severity)
		}
	}
	if s.Live != 2 || s.NotCalled != 0 || s.Unknown != 0 {
		t.Errorf("%+v", s)
	}
}

// A pair that is dead says so of the ID, and of the secret, but one whose secret is
// wrong says nothing of the secret.
func TestDeadAndWrongAreShared(t *testing.T) {
	for _, c := range []struct {
		state      finding.State
		id, secret finding.State
	}{{finding.Dead, finding.Dead, finding.Dead}, {finding.Unknown, finding.Unknown, finding.NotCalled}, {finding.Inactive, finding.Inactive, finding.Inactive}} {
		fs := []*finding.Finding{found(1, id(t, "AKIA", 1), "", ""), found(2, "", secret("a"), ""), found(3, id(t, "AKIA", 1), secret("a"), "")}
		Findings(context.Background(), fs, Options{Verifier: says(c.state)})
		if fs[0].Verification.State != c.id || fs[1].Verification.State != c.secret {
			t.Errorf("%s: ID %s, secret %s", c.state, fs[0].Verification.State, fs[1].Verification.State)
		}
	}
}

// With the operator's credentials, an ID is asked about by itself only if no secret of
// it lives.
func TestByID(t *testing.T) {
	long := id(t, "AKIA", 1)
	for _, state := range []finding.State{finding.Live, finding.Dead} {
		v := says(state)
		v.byID = true
		done, all := 0, 0
		fs := []*finding.Finding{found(1, long, "", ""), found(2, long, secret("a"), ""), found(3, id(t, "ASIA", 2), secret("a"), "")}
		s := Findings(context.Background(), fs, Options{Verifier: v, Concurrency: 1, Progress: func(d, a int) { done, all = d, a }})
		want := 3
		if state == finding.Live {
			want = 2
		}
		if len(v.asked) != want || v.asked[0].Secret.Len() == 0 || s.Pairs != 1 || s.IDs != 2 || done != 3 || all != 3 {
			t.Errorf("%s: asked %d, %+v, %d of %d", state, len(v.asked), s, done, all)
		}
	}
}

// One ID with many secrets: one after the other, no more than some, none after the
// right one.
func TestManySecretsOfOneID(t *testing.T) {
	long := id(t, "AKIA", 1)
	fs := func() (out []*finding.Finding) {
		for i := range 20 {
			out = append(out, found(i, long, secret(fmt.Sprint(i)), ""))
		}
		return out
	}
	var mu sync.Mutex
	now, most := 0, 0
	v := &fake{answer: func(_ context.Context, c Credential) finding.Verification {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		defer func() { mu.Lock(); now--; mu.Unlock() }()
		if c.Secret.Reveal() == secret("1") {
			return finding.Verification{State: finding.Live}
		}
		return finding.Verification{State: finding.Unknown}
	}}
	found := fs()
	s := Findings(context.Background(), found, Options{Verifier: v})
	if len(v.asked) != 2 || most != 1 || s.Live != 1 || s.Unknown != 1 || s.NotCalled != 18 {
		t.Errorf("asked %d, %d at once, %+v", len(v.asked), most, s)
	}
	if !strings.Contains(reasons(found[5]), "another one") {
		t.Error(reasons(found[5]))
	}
	none := says(finding.Unknown)
	found = fs()
	if Findings(context.Background(), found, Options{Verifier: none}); len(none.asked) != maxSecrets || reasons(found[maxSecrets]) != whyManySecrets {
		t.Errorf("asked %d: %s", len(none.asked), reasons(found[maxSecrets]))
	}
}

// Whatever the verifier does, a run ends with its limit; what was answered by then stays.
func TestTotalLimit(t *testing.T) {
	forever := make(chan struct{})
	defer close(forever)
	for name, block := range map[string]func(context.Context){
		"that ends with its context": func(ctx context.Context) { <-ctx.Done() },
		"that never ends":            func(context.Context) { <-forever },
	} {
		t.Run(name, func(t *testing.T) {
			v := &fake{answer: func(ctx context.Context, c Credential) finding.Verification {
				if c.Secret.Reveal() != secret("0") {
					block(ctx)
				}
				return finding.Verification{State: finding.Live}
			}}
			if name == "that ends with its context" {
				answer := v.answer
				v.answer = func(ctx context.Context, c Credential) finding.Verification {
					got := answer(ctx, c)
					if ctx.Err() != nil {
						return finding.Verification{State: finding.Unknown, Reasons: []string{"cut off"}}
					}
					return got
				}
			}
			var fs []*finding.Finding
			for i := range 10 {
				fs = append(fs, found(i, id(t, "AKIA", uint64(i)), secret(fmt.Sprint(i)), ""))
			}
			s := Findings(context.Background(), fs, Options{Verifier: v, Concurrency: 2, Total: 30 * time.Millisecond})
			if fs[0].Verification.State != finding.Live || s.Live != 1 || s.Unknown+s.NotCalled != 9 {
				t.Errorf("%+v", s)
			}
			for _, f := range fs[1:] {
				if f.Severity != finding.Critical || len(f.Verification.Reasons) == 0 {
					t.Errorf("%v %+v", f.Severity, f.Verification)
				}
			}
			if last := fs[9].Verification; !strings.Contains(reasons(fs[9]), "time limit of 30ms") || last.State == finding.Dead {
				t.Errorf("%+v", last)
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	v := &fake{answer: func(ctx context.Context, _ Credential) finding.Verification {
		cancel()
		<-ctx.Done()
		return finding.Verification{State: finding.Unknown, Reasons: []string{"cut off"}}
	}}
	fs := []*finding.Finding{found(1, id(t, "AKIA", 1), secret("a"), ""), found(2, id(t, "AKIA", 2), secret("b"), "")}
	Findings(ctx, fs, Options{Verifier: v, Concurrency: 1})
	if reasons(fs[0]) != "cut off" || fs[1].Verification.State != finding.NotCalled || reasons(fs[1]) != "not asked: it was interrupted" {
		t.Errorf("%+v %+v", fs[0].Verification, fs[1].Verification)
	}
	// Nothing is asked once it is.
	v.asked = nil
	Findings(ctx, []*finding.Finding{found(1, id(t, "AKIA", 1), secret("a"), "")}, Options{Verifier: v})
	if len(v.asked) > 0 {
		t.Error("asked after the interrupt")
	}
}

// A verifier's panic may name what it was asked about.
func TestPanicIsNotRepeated(t *testing.T) {
	v := &fake{answer: func(_ context.Context, c Credential) finding.Verification { panic("bad " + c.Secret.Reveal()) }}
	f := found(1, id(t, "AKIA", 1), secret("a"), "")
	Findings(context.Background(), []*finding.Finding{f}, Options{Verifier: v})
	if f.Verification.State != finding.Unknown || strings.Contains(fmt.Sprintf("%+v", f.Verification), secret("a")) || f.Severity != finding.Critical {
		t.Errorf("%+v", f.Verification)
	}
}

func TestSeverity(t *testing.T) {
	yes, no := new(true), new(false)
	long := "AKIA" + strings.Repeat("Q", 16)
	smtp := awskey.SMTPPassword(secret("a"), "eu-west-1")
	pair, alone, mail := found(1, long, secret("a"), ""), found(1, long, "", ""), found(1, long, smtp, "")
	for _, c := range []struct {
		f         *finding.Finding
		was, want finding.Severity
		v         finding.Verification
	}{
		{pair, finding.Medium, finding.Critical, finding.Verification{State: finding.Live, Identity: finding.Root}},
		{pair, finding.Medium, finding.Critical, finding.Verification{State: finding.Live, Identity: finding.IAMUser, Admin: yes}},
		{pair, finding.Medium, finding.Critical, finding.Verification{State: finding.Live, Quarantined: yes, Admin: no}},
		{pair, finding.Medium, finding.High, finding.Verification{State: finding.Live, Admin: no, Quarantined: no}},
		{pair, finding.Medium, finding.High, finding.Verification{State: finding.Live}},
		{pair, finding.Critical, finding.Critical, finding.Verification{State: finding.Live, Admin: no}},
		{pair, finding.Critical, finding.Critical, finding.Verification{State: finding.Unknown}},
		{pair, finding.Low, finding.Low, finding.Verification{State: finding.NotCalled}},
		{pair, finding.Critical, finding.Medium, finding.Verification{State: finding.Inactive, Identity: finding.Root}},
		{pair, finding.Critical, finding.Low, finding.Verification{State: finding.Dead}},
		{pair, finding.Info, finding.Info, finding.Verification{State: finding.Dead}},
		{alone, finding.Low, finding.High, finding.Verification{State: finding.Live, Identity: finding.Root, Admin: yes}},
		{alone, finding.Low, finding.Low, finding.Verification{State: finding.Live, Admin: yes}},
		{mail, finding.Medium, finding.High, finding.Verification{State: finding.Live, Identity: finding.IAMUser, Admin: yes}},
	} {
		c.f.Severity = c.was
		if got := Severity(c.f, &c.v); got != c.want {
			t.Errorf("%+v, was %s: %s, not %s", c.v, c.was, got, c.want)
		}
	}
}

func TestHints(t *testing.T) {
	f := found(1, id(t, "AKIA", 1), secret("a"), "")
	f.Around.Lines, f.Around.Near = "region = cn-north-1", "host: sts.us-gov-west-1.amazonaws.com\n"
	v := says(finding.Live)
	Findings(context.Background(), []*finding.Finding{f}, Options{Verifier: v})
	if got := v.asked[0].Partitions; !slices.Equal(got, []string{"aws-cn", "aws-us-gov"}) {
		t.Error(got)
	}
}

func TestTokenOfALongTermKeyIsNotSent(t *testing.T) {
	v := says(finding.Live)
	Findings(context.Background(), []*finding.Finding{found(1, id(t, "AKIA", 1), secret("a"), token("a")), found(1, id(t, "ASIA", 1), secret("b"), token("b"))}, Options{Verifier: v, Concurrency: 1})
	if len(v.asked) != 2 || v.asked[0].Token.Len() != 0 || v.asked[1].Token.Reveal() != token("b") {
		t.Error("token of a long-term key, or none of a temporary one")
	}
}
