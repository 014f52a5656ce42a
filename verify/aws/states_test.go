package aws

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/finding"
	"lockaway/testdata/fakeaws"
	"lockaway/verify"
)

func TestDead(t *testing.T) {
	s, v := fake(t, Options{})
	k := user(t, s)
	k.Inactive = true
	got := v.ask(t, pairOf(k))
	has(t, got, finding.Dead, "unknown to aws: inactive or deleted", "not tried: aws-cn, aws-us-gov, aws-eusc (--partition NAME tries one)")
	if got.Identity != "" || got.AccountID != "" || got.ARN != "" || got.Asked.IsZero() {
		t.Errorf("%+v", got)
	}
	if n := s.Count("", ""); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestEndedSession(t *testing.T) {
	s, v := fake(t, Options{})
	k := &fakeaws.Key{ID: keyID(t, "ASIA", 1), Secret: secretOf("a"), Token: tokenOf("t"), Ended: true, Owner: fakeaws.Session(account, "r", "s")}
	s.Add(k)
	has(t, v.ask(t, pairOf(k)), finding.Dead, "session of this temporary key has ended")
	other := pairOf(k)
	other.Token = finding.NewSecret(tokenOf("u"))
	has(t, v.ask(t, other), finding.Dead, "the token isn't its own")
	// Both names of the code.
	s.Before = func(*fakeaws.Request) *fakeaws.Answer {
		return new(fakeaws.Error("ExpiredTokenException", 400, "over"))
	}
	has(t, v.ask(t, pairOf(k)), finding.Dead, "has ended")
}

// A secret that isn't the key's: once more after a wait, then told as such. The second
// secret of one ID comes no sooner than AWS has forgotten the first.
func TestWrongSecret(t *testing.T) {
	s, v := fake(t, Options{})
	w := &waits{}
	now := time.Unix(1e9, 0)
	v.wait, v.o.Now = w.wait, func() time.Time { return now }
	k := user(t, s)
	wrong := pairOf(k)
	wrong.Secret = finding.NewSecret(secretOf("b"))
	got := v.ask(t, wrong)
	has(t, got, finding.Unknown, "the key ID is active in aws, and the secret beside it isn't its own")
	if n := s.Count("sts:GetCallerIdentity", k.ID); n != 2 || !slices.Equal(w.all, []time.Duration{again}) {
		t.Errorf("asked %d times, waits %v", n, w.all)
	}
	if got.AccountID != "" || got.Identity != "" {
		t.Errorf("%+v", got)
	}
	holdsNot(t, got, secretOf("b"), secretOf("a"))
	now = now.Add(2 * time.Second)
	has(t, v.ask(t, pairOf(k)), finding.Live)
	if want := []time.Duration{again, quirk - 2*time.Second}; !slices.Equal(w.all, want) {
		t.Errorf("waits %v, not %v", w.all, want)
	}
}

// The quirk: a right signature is called wrong once.
func TestWrongOnlyOnce(t *testing.T) {
	s, v := fake(t, Options{})
	k := user(t, s)
	n := 0
	s.Before = func(r *fakeaws.Request) *fakeaws.Answer {
		if n++; n == 1 {
			return new(fakeaws.Error("SignatureDoesNotMatch", 403, "The request signature we calculated does not match"))
		}
		return nil
	}
	has(t, v.ask(t, pairOf(k)), finding.Live)
}

func TestClock(t *testing.T) {
	s, v := fake(t, Options{})
	k := user(t, s)
	for off, words := range map[time.Duration]string{40 * time.Minute: "clock of this machine", -40 * time.Minute: "clock of this machine"} {
		s.Now = func() time.Time { return time.Now().Add(off) }
		got := v.ask(t, pairOf(k))
		has(t, got, finding.Unknown, words)
	}
	s.Now = nil
	if n := s.Count("", ""); n != 2 {
		t.Errorf("%d requests: a wrong clock is no reason to ask again", n)
	}
	for _, code := range []string{"RequestExpired", "RequestTimeTooSkewed"} {
		s.Before = func(*fakeaws.Request) *fakeaws.Answer { return new(fakeaws.Error(code, 400, "Request has expired.")) }
		has(t, v.ask(t, pairOf(k)), finding.Unknown, "clock of this machine", code)
	}
	// How far it is off is told by the server's own.
	for server, words := range map[time.Duration]string{-3 * time.Hour: "some 180 minutes ahead", 72 * time.Hour: "some 3 days behind", 0: "clock of this machine is off ("} {
		s.Before = func(*fakeaws.Request) *fakeaws.Answer {
			a := fakeaws.Error("SignatureDoesNotMatch", 403, "Signature expired: x is now earlier than y")
			a.Header = map[string]string{"Date": time.Now().Add(server).UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")}
			return &a
		}
		has(t, v.ask(t, pairOf(k)), finding.Unknown, words)
	}
}

// Whatever is no verdict on the key leaves it unknown, with the reason, and severity
// and account untouched.
func TestNoVerdict(t *testing.T) {
	html := fakeaws.Page()
	busy := html
	busy.Status = 503
	for name, c := range map[string]struct {
		answer fakeaws.Answer
		word   string
		asked  int
	}{
		"throttled":                {fakeaws.Throttled(), "throttled (Throttling)", 2},
		"throttled, exception":     {fakeaws.Error("ThrottlingException", 400, ""), "throttled", 2},
		"429 in words":             {fakeaws.Answer{Status: 429, Type: "text/plain", Body: "slow down"}, "throttled (status 429)", 2},
		"fault":                    {fakeaws.Error("InternalFailure", 500, "x"), "InternalFailure", 2},
		"503 page":                 {busy, "status 503", 2},
		"502 empty":                {fakeaws.Answer{Status: 502}, "status 502", 2},
		"other code, 500":          {fakeaws.Error("SomethingNew", 500, "x"), "SomethingNew", 2},
		"other code":               {fakeaws.Error("RegionDisabledException", 403, "x"), "AWS answered RegionDisabledException", 1},
		"refused":                  {fakeaws.Error("AccessDenied", 403, "User: arn:aws:iam::111122223333:user/x is not authorized because of a VPC endpoint policy"), "may well live", 1},
		"incomplete signature":     {fakeaws.Error("IncompleteSignature", 400, "x"), "IncompleteSignature", 1},
		"empty":                    {fakeaws.Answer{}, "none of AWS's", 1},
		"sign-in page":             {html, "web page", 1},
		"sign-in page, 403":        {fakeaws.Answer{Status: 403, Type: "text/html", Body: html.Body}, "web page", 1},
		"JSON":                     {fakeaws.Answer{Type: "application/json", Body: `{"ok": true}`}, "none of AWS's", 1},
		"JSON error":               {fakeaws.Answer{Status: 403, Type: "application/json", Body: `{"__type":"InvalidClientTokenId"}`}, "can't be read", 1},
		"other action":             {fakeaws.Answer{Body: "<GetSessionTokenResponse><GetSessionTokenResult><Credentials/></GetSessionTokenResult></GetSessionTokenResponse>"}, "none of AWS's", 1},
		"empty result":             {fakeaws.Answer{Body: "<GetCallerIdentityResponse><GetCallerIdentityResult></GetCallerIdentityResult></GetCallerIdentityResponse>"}, "names nobody", 1},
		"no account":               {fakeaws.Answer{Body: "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:root</Arn><UserId>111122223333</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>"}, "names nobody", 1},
		"another account":          {fakeaws.Answer{Body: "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::444455556666:root</Arn><UserId>444455556666</UserId><Account>444455556666</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"}, "contradicts the key", 1},
		"a right answer in a page": {fakeaws.Answer{Type: "text/html", Body: "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:root</Arn><UserId>111122223333</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"}, "web page", 1},
		"half of it":               {fakeaws.Answer{Body: "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:root</Arn>"}, "none of AWS's", 1},
		"broken error":             {fakeaws.Answer{Status: 403, Body: "<ErrorResponse><Error><Code>InvalidClientTokenId</Co"}, "can't be read", 1},
		"no code":                  {fakeaws.Answer{Status: 403, Body: "<ErrorResponse><Error></Error></ErrorResponse>"}, "can't be read", 1},
		"code that is none":        {fakeaws.Error("<b>\x07 x", 403, "x"), "can't be read", 1},
		"cut at once":              {fakeaws.Cut(""), "was cut", 1},
		"cut in the midst":         {fakeaws.Cut("<GetCallerIdentityResponse>"), "was cut", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s, v := fake(t, Options{})
			s.Before = func(*fakeaws.Request) *fakeaws.Answer { return &c.answer }
			k := user(t, s)
			got := v.ask(t, pairOf(k))
			has(t, got, finding.Unknown, c.word)
			if got.AccountID != "" || got.ARN != "" || got.Identity != "" || got.Admin != nil {
				t.Errorf("somebody's account: %+v", got)
			}
			if n := s.Count("", ""); n < c.asked || n > c.asked {
				t.Errorf("asked %d times, not %d", n, c.asked)
			}
			holdsNot(t, got, k.Secret)
		})
	}
}

func TestBusyOnlyOnce(t *testing.T) {
	s, v := fake(t, Options{})
	k := user(t, s)
	n := 0
	s.Before = func(r *fakeaws.Request) *fakeaws.Answer {
		if n++; n == 1 {
			return new(fakeaws.Throttled())
		}
		return nil
	}
	has(t, v.ask(t, pairOf(k)), finding.Live)
}

// What can't sign is not sent.
func TestNothingToSignWith(t *testing.T) {
	s, v := fake(t, Options{})
	has(t, v.ask(t, verify.Credential{KeyID: keyID(t, "ASIA", 1), Secret: finding.NewSecret(secretOf("a"))}), finding.Unknown, "without its session token")
	has(t, v.ask(t, verify.Credential{KeyID: keyID(t, "AKIA", 1)}), finding.NotCalled, "alone")
	has(t, v.ask(t, verify.Credential{KeyID: "nonsense", Secret: finding.NewSecret(secretOf("a"))}), finding.NotCalled, "no access key ID")
	if n := s.Count("", ""); n > 0 || v.Requests() != 0 {
		t.Errorf("%d requests", n)
	}
}

// Each partition that the user chose is asked in turn, those that the text names first;
// no other is, whatever the text names.
func TestPartitions(t *testing.T) {
	for name, c := range map[string]struct {
		chosen, hints []string
		of            string
		regions       string
		state         finding.State
		words         []string
	}{
		"aws alone":            {nil, nil, "aws", "us-east-1", finding.Live, nil},
		"text names another":   {nil, []string{"aws-cn"}, "aws-cn", "us-east-1", finding.Dead, []string{"the text around it names aws-cn, which was not tried (--partition aws-cn tries it)", "not tried: aws-us-gov, aws-eusc"}},
		"chosen":               {[]string{"aws-cn", "aws-us-gov"}, nil, "aws-us-gov", "us-east-1 cn-north-1 us-gov-west-1", finding.Live, nil},
		"chosen and named":     {[]string{"aws-cn", "aws-us-gov"}, []string{"aws-us-gov"}, "aws-us-gov", "us-gov-west-1", finding.Live, nil},
		"named, but elsewhere": {[]string{"aws-cn"}, []string{"aws-cn"}, "aws", "cn-north-1 us-east-1", finding.Live, nil},
		"nowhere":              {[]string{"aws-cn"}, nil, "aws-us-gov", "us-east-1 cn-north-1", finding.Dead, []string{"unknown to aws, aws-cn: inactive or deleted", "not tried: aws-us-gov, aws-eusc"}},
		"twice chosen":         {[]string{"aws", "aws-cn", "aws-cn"}, nil, "aws-eusc", "us-east-1 cn-north-1", finding.Dead, nil},
		"nonsense named":       {nil, []string{"aws-mars", "unknown"}, "aws", "us-east-1", finding.Live, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, v := fake(t, Options{Partitions: c.chosen})
			k := user(t, s)
			k.Owner.Partition = c.of
			k.Owner.ARN = strings.Replace(k.Owner.ARN, "arn:aws:", "arn:"+c.of+":", 1)
			cred := pairOf(k)
			cred.Partitions = c.hints
			got := v.ask(t, cred)
			has(t, got, c.state, c.words...)
			if got.State == finding.Live && got.Partition != c.of {
				t.Errorf("partition %s", got.Partition)
			}
			var regions []string
			for _, r := range s.Requests() {
				if r.Action == "GetCallerIdentity" {
					regions = append(regions, r.Region)
				}
			}
			if strings.Join(regions, " ") != c.regions {
				t.Errorf("asked in %v, not %s", regions, c.regions)
			}
		})
	}
}

// A partition that doesn't answer keeps a key from being called dead, and not from
// being found elsewhere.
func TestPartitionThatDoesNotAnswer(t *testing.T) {
	s, v := fake(t, Options{Partitions: []string{"aws-cn"}})
	k := user(t, s)
	k.Owner.Partition = "aws-us-gov"
	s.Before = func(r *fakeaws.Request) *fakeaws.Answer {
		if r.Region == "us-east-1" {
			return new(fakeaws.Cut(""))
		}
		return nil
	}
	has(t, v.ask(t, pairOf(k)), finding.Unknown, "was cut", "unknown to aws-cn")
	k.Owner.Partition = "aws-cn"
	has(t, v.ask(t, pairOf(k)), finding.Live)
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Partitions: []string{"aws-mars"}}, "unknown partition \"aws-mars\" (one of aws, aws-cn, aws-us-gov, aws-eusc, aws-iso"},
		{Options{Endpoint: "ftp://x"}, "https://"},
		{Options{Operator: &Operator{}}, "either a profile or the environment"},
		{Options{Operator: &Operator{Profile: "a", Environment: true}}, "either a profile or the environment"},
	} {
		if _, err := New(t.Context(), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
	if _, err := New(t.Context(), Options{Partitions: Partitions()}); err != nil {
		t.Error(err)
	}
}
