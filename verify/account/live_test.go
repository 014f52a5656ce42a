package account

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/finding"
	"lockaway/testdata/fakeaws"
	"lockaway/verify/aws"
)

// live starts AWS with an account, and returns what it takes to read that by the
// environment's credentials. Waiting takes no time.
func live(t *testing.T, a *fakeaws.Account) (*fakeaws.Server, Options) {
	t.Helper()
	server := fakeaws.New()
	t.Cleanup(server.Close)
	key := a.Serve(server)
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "AWS_") || strings.HasSuffix(strings.ToUpper(name), "_PROXY") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("AWS_ACCESS_KEY_ID", key.ID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", key.Secret)
	t.Setenv("HOME", t.TempDir())
	return server, Options{
		AWS:  aws.Options{Operator: &aws.Operator{Environment: true}, Endpoint: server.URL, Rate: -1, Now: func() time.Time { return fakeaws.At }},
		wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
}

func readLive(t *testing.T, o Options) (*Snapshot, []finding.Problem) {
	t.Helper()
	s, problems, err := Read(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s, problems
}

// bare takes away what is not the account's: where it was read, and when.
func bare(s *Snapshot) *Snapshot {
	c := *s
	c.Caller = ""
	strip(&c.Report)
	strip(&c.Summary)
	strip(&c.Details)
	strip(&c.PasswordPolicy)
	strip(&c.VirtualMFA)
	strip(&c.MFA)
	strip(&c.Keys)
	strip(&c.LastUsed)
	strip(&c.Certificates)
	strip(&c.Organization)
	return &c
}

func strip[T any](p *Part[T]) { p.Source, p.Time, p.Missing = "", time.Time{}, "" }

// The same account comes to the same, saved or asked; also page by page.
func TestLiveIsAsSaved(t *testing.T) {
	for name, a := range fakeaws.Accounts() {
		dir := t.TempDir()
		if err := a.Save(dir); err != nil {
			t.Fatal(err)
		}
		saved, _, err := FromDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{0, 1, 3} {
			a.Page = size
			_, o := live(t, a)
			s, problems := readLive(t, o)
			if len(problems) > 0 {
				t.Errorf("%s: %v", name, problems)
			}
			if s.Caller != a.Caller || !s.Report.Time.Equal(fakeaws.At) || s.Report.Source != "iam:GetCredentialReport" {
				t.Errorf("%s: %s, %+v", name, s.Caller, s.Report.Time)
			}
			got, want := bare(s), bare(saved)
			got.MFA, got.Certificates = want.MFA, want.Certificates // not asked for
			for i := range reflect.TypeFor[Snapshot]().NumField() {
				g, w := reflect.ValueOf(*got).Field(i).Interface(), reflect.ValueOf(*want).Field(i).Interface()
				if !same(g, w) {
					t.Errorf("%s, pages of %d: %s\nlive  %+v\nsaved %+v", name, size, reflect.TypeFor[Snapshot]().Field(i).Name, g, w)
				}
			}
		}
	}
}

// same takes an empty list for none.
func same(a, b any) bool {
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	if va.Kind() == reflect.Struct {
		for i := range va.NumField() {
			if !va.Type().Field(i).IsExported() {
				return reflect.DeepEqual(a, b)
			}
			if !same(va.Field(i).Interface(), vb.Field(i).Interface()) {
				return false
			}
		}
		return true
	}
	if (va.Kind() == reflect.Map || va.Kind() == reflect.Slice) && va.Len() == 0 && vb.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a, b)
}

// actions of the requests that a server saw, each once.
func actions(s *fakeaws.Server) []string {
	set := map[string]bool{}
	for _, r := range s.Requests() {
		set[r.Service+":"+r.Action] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// Each permission that is refused takes its own part away, and no other, without a
// problem of the run.
func TestRefusals(t *testing.T) {
	known := func(s *Snapshot) map[string]bool {
		return map[string]bool{
			"report": s.Report.Known, "summary": s.Summary.Known, "details": s.Details.Known, "passwords": s.PasswordPolicy.Known, "virtual": s.VirtualMFA.Known,
			"organization": s.Organization.Known, "keys": s.Keys.Known, "uses": s.LastUsed.Known,
		}
	}
	for action, test := range map[string]struct {
		lacks   string
		missing func(*Snapshot) string
	}{
		"GetCredentialReport":            {"report", func(s *Snapshot) string { return s.Report.Missing }},
		"GetAccountSummary":              {"summary", func(s *Snapshot) string { return s.Summary.Missing }},
		"GetAccountAuthorizationDetails": {"details", func(s *Snapshot) string { return s.Details.Missing }},
		"GetAccountPasswordPolicy":       {"passwords", func(s *Snapshot) string { return s.PasswordPolicy.Missing }},
		"ListVirtualMFADevices":          {"virtual", func(s *Snapshot) string { return s.VirtualMFA.Missing }},
		"ListOrganizationsFeatures":      {"organization", func(s *Snapshot) string { return s.Organization.Missing }},
		"ListAccessKeys":                 {"keys", func(s *Snapshot) string { return s.Keys.Missing }},
		"GetAccessKeyLastUsed":           {"uses", func(s *Snapshot) string { return s.LastUsed.Missing }},
		"GenerateCredentialReport":       {"", nil}, // there is one
		"ListAccountAliases":             {"", nil},
	} {
		a := fakeaws.Typical()
		a.Refused = []string{action}
		_, o := live(t, a)
		s, problems := readLive(t, o)
		for part, is := range known(s) {
			if is == (part == test.lacks) && part != "uses" {
				t.Errorf("without %s: %s is known: %v", action, part, is)
			}
		}
		if test.missing != nil && test.missing(s) != "iam:"+action || len(problems) > 0 {
			t.Errorf("without %s: %v", action, problems)
		}
	}
	// With nothing allowed, all that is known is whose account it is.
	a := fakeaws.Typical()
	server, o := live(t, a)
	server.Key(os.Getenv("AWS_ACCESS_KEY_ID")).Owner.May = nil
	s, problems := readLive(t, o)
	for part, is := range known(s) {
		if is && part != "keys" && part != "uses" {
			t.Errorf("nothing is allowed, and %s is known", part)
		}
	}
	if s.ID != a.ID || s.Report.Missing != "iam:GetCredentialReport" || s.Keys.Missing != "iam:ListUsers" || !s.Keys.Partial || len(problems) > 0 {
		t.Errorf("%+v %v", s, problems)
	}
}

// Without details and report the users are listed, and their keys asked for.
func TestUsersAreListed(t *testing.T) {
	a := fakeaws.Typical()
	a.Refused = []string{"GetAccountAuthorizationDetails", "GetCredentialReport"}
	a.Page = 2
	server, o := live(t, a)
	s, problems := readLive(t, o)
	if len(s.Keys.Value) != 6 || s.Keys.Partial || len(s.Keys.Value["ci"]) != 2 || len(problems) > 0 || len(s.LastUsed.Value) != 6 {
		t.Errorf("%+v %+v %v", s.Keys, s.LastUsed, problems)
	}
	if n := server.Count("iam:ListUsers", ""); n != 3 {
		t.Errorf("%d pages of users", n)
	}
}

// The root user lists its own keys, too.
func TestRootReads(t *testing.T) {
	a := fakeaws.Awful()
	a.Caller = a.RootARN()
	_, o := live(t, a)
	s, problems := readLive(t, o)
	keys := s.Keys.Value[RootUser]
	if len(keys) != 2 || keys[0].User != RootUser || keys[0].ID != a.Root.Keys[0].ID || len(problems) > 0 {
		t.Errorf("%+v %v", keys, problems)
	}
}

// Only the leaked keys of this account are asked about, and before others.
func TestLeakedKeysFirst(t *testing.T) {
	a := fakeaws.Typical()
	server, o := live(t, a)
	leaked := a.Users[5].Keys[1].ID
	o.KeyIDs = []string{fakeaws.Awful().Users[0].Keys[0].ID, leaked, "ASIA" + leaked[4:], "nonsense"}
	s, problems := readLive(t, o)
	var asked []string
	for _, r := range server.Requests() {
		if r.Action == "GetAccessKeyLastUsed" {
			asked = append(asked, r.Form.Get("AccessKeyId"))
		}
	}
	if len(asked) != 6 || asked[0] != leaked || s.LastUsed.Value[leaked].User != "reports" || len(problems) > 0 {
		t.Errorf("%q %v", asked, problems)
	}
	// A leaked key that the account doesn't know is no problem.
	a.Users[5].Keys = a.Users[5].Keys[:1]
	_, o = live(t, a)
	o.KeyIDs = []string{leaked}
	s, problems = readLive(t, o)
	if _, known := s.LastUsed.Value[leaked]; known || !s.LastUsed.Partial || s.LastUsed.Missing != "iam:GetAccessKeyLastUsed for "+leaked || len(problems) > 0 {
		t.Errorf("%+v %v", s.LastUsed, problems)
	}
}

// Policy allows the calls that are made, and none besides.
func TestPolicyIsWhatIsCalled(t *testing.T) {
	called := map[string]bool{}
	for _, refused := range [][]string{nil, {"GetAccountAuthorizationDetails", "GetCredentialReport"}} {
		a := fakeaws.Typical()
		a.Refused = refused
		server, o := live(t, a)
		readLive(t, o)
		for _, action := range actions(server) {
			called[action] = true
		}
	}
	delete(called, "sts:GetCallerIdentity") // takes no permission
	want := slices.Sorted(maps.Keys(called))
	doc, err := parsePolicy(Policy())
	if err != nil || len(doc.statements) != 1 || doc.statements[0].deny || !slices.Equal(doc.statements[0].resources, []string{"*"}) {
		t.Fatalf("%v %+v", err, doc)
	}
	var lower []string
	for _, w := range want {
		lower = append(lower, strings.ToLower(w))
	}
	if got := doc.statements[0].actions; !slices.Equal(got, lower) {
		t.Errorf("the policy has %q, called were %q", got, lower)
	}
	for _, w := range want {
		if !strings.Contains(Policy(), `"`+w+`"`) {
			t.Errorf("%s isn't written as AWS does", w)
		}
	}
}

// The report that AWS is still making is waited for; not for ever.
func TestReportIsMade(t *testing.T) {
	for name, test := range map[string]struct {
		codes []string // of GetCredentialReport, one after the other; the last for all that follow
		calls int      // of it
		ok    bool
		made  int // calls of GenerateCredentialReport
		note  string
	}{
		"at once":      {[]string{""}, 1, true, 1, ""},
		"in progress":  {[]string{"ReportInProgress", "ReportInProgress", ""}, 3, true, 1, ""},
		"not there":    {[]string{"ReportNotPresent", ""}, 2, true, 2, ""},
		"out of date":  {[]string{"ReportExpired", "ReportInProgress", ""}, 3, true, 2, ""},
		"never":        {[]string{"ReportInProgress"}, polls + 1, false, 1, "iam:GetCredentialReport (AWS didn't make the report within 1m30s)"},
		"never at all": {[]string{"ReportNotPresent"}, polls + 1, false, polls + 1, "iam:GetCredentialReport (AWS didn't make the report within 1m30s)"},
		"refused":      {[]string{"AccessDenied"}, 1, false, 1, "iam:GetCredentialReport"},
	} {
		server, o := live(t, fakeaws.Clean())
		n := 0
		server.Before = func(r *fakeaws.Request) *fakeaws.Answer {
			if r.Action != "GetCredentialReport" {
				return nil
			}
			code := test.codes[min(n, len(test.codes)-1)]
			if n++; code == "" {
				return nil
			}
			return new(fakeaws.Error(code, 404, "words"))
		}
		s, problems := readLive(t, o)
		if s.Report.Known != test.ok || s.Report.Missing != test.note || n != test.calls || server.Count("iam:GenerateCredentialReport", "") != test.made {
			t.Errorf("%s: known %v, missing %q, %d calls, %d made", name, s.Report.Known, s.Report.Missing, n, server.Count("iam:GenerateCredentialReport", ""))
		}
		if (len(problems) > 0) != strings.Contains(test.note, "(") {
			t.Errorf("%s: %v", name, problems)
		}
	}
	// Whoever may not have it made is told so, if there is none.
	a := fakeaws.Clean()
	a.Refused = []string{"GenerateCredentialReport"}
	server, o := live(t, a)
	server.Before = func(r *fakeaws.Request) *fakeaws.Answer {
		if r.Action == "GetCredentialReport" {
			return new(fakeaws.Error("ReportNotPresent", 410, "words"))
		}
		return nil
	}
	if s, problems := readLive(t, o); s.Report.Missing != "iam:GenerateCredentialReport" || len(problems) > 0 {
		t.Errorf("%+v %v", s.Report, problems)
	}
}

// AWS that has too much to do is asked again, some times; what it never answers is
// missing, with the reason.
func TestFaults(t *testing.T) {
	throttled := fakeaws.Error("Throttling", 400, "Rate exceeded")
	broken := fakeaws.Answer{Status: 500, Body: "oops"}
	html := fakeaws.Answer{Type: "text/html", Body: "<html>sign in</html>"}
	for name, test := range map[string]struct {
		answer  fakeaws.Answer
		times   int // how often it comes
		calls   int
		ok      bool
		missing string
	}{
		"throttled thrice":   {throttled, 3, 4, true, ""},
		"throttled for good": {throttled, 99, 4, false, "iam:GetAccountSummary (throttled (Throttling))"},
		"a fault":            {broken, 99, 4, false, "iam:GetAccountSummary (a fault of the server's (status 500))"},
		"a sign-in page":     {html, 99, 2, false, "iam:GetAccountSummary (a web page came instead of an answer: perhaps the network asks for a sign-in)"},
		"once a page":        {html, 1, 2, true, ""},
	} {
		server, o := live(t, fakeaws.Clean())
		n := 0
		server.Before = func(r *fakeaws.Request) *fakeaws.Answer {
			if r.Action != "GetAccountSummary" {
				return nil
			}
			if n++; n > test.times {
				return nil
			}
			return &test.answer
		}
		s, problems := readLive(t, o)
		if s.Summary.Known != test.ok || s.Summary.Missing != test.missing || n != test.calls || !s.Details.Known {
			t.Errorf("%s: %+v, %d calls", name, s.Summary, n)
		}
		if (len(problems) > 0) == test.ok {
			t.Errorf("%s: %v", name, problems)
		}
	}
}

// A page that doesn't come leaves the rest; whoever turns in circles is left.
func TestPagesThatFail(t *testing.T) {
	for name, answer := range map[string]func(r *fakeaws.Request) *fakeaws.Answer{
		"refused": func(r *fakeaws.Request) *fakeaws.Answer { return new(fakeaws.Error("AccessDenied", 403, "words")) },
		"faults":  func(r *fakeaws.Request) *fakeaws.Answer { return new(fakeaws.Error("ServiceFailure", 500, "words")) },
		"circles": func(r *fakeaws.Request) *fakeaws.Answer {
			return new(fakeaws.Result(r, "<UserDetailList/><IsTruncated>true</IsTruncated><Marker>page/2</Marker>"))
		},
	} {
		a := fakeaws.Typical()
		a.Page = 2
		server, o := live(t, a)
		server.Before = func(r *fakeaws.Request) *fakeaws.Answer {
			if r.Action == "GetAccountAuthorizationDetails" && r.Form.Get("Marker") == "page/4" {
				return answer(r)
			}
			return nil
		}
		s, problems := readLive(t, o)
		if d := s.Details; !d.Known || !d.Partial || len(d.Value.Users) != 4 || !strings.HasPrefix(d.Missing, "iam:GetAccountAuthorizationDetails") {
			t.Errorf("%s: %+v", name, d)
		}
		if (len(problems) > 0) == (name == "refused") || len(s.Keys.Value) != 4 || s.Keys.Partial {
			t.Errorf("%s: %v %+v", name, problems, s.Keys)
		}
	}
}

// Credentials that aren't any good, and servers that aren't AWS, are an error at once.
func TestNoWayIn(t *testing.T) {
	identity := func(inner string) func(*fakeaws.Request) *fakeaws.Answer {
		return func(r *fakeaws.Request) *fakeaws.Answer {
			if r.Action == "GetCallerIdentity" {
				return new(fakeaws.Result(r, inner))
			}
			return nil
		}
	}
	for name, test := range map[string]struct {
		before func(*fakeaws.Request) *fakeaws.Answer
		want   string
		hint   bool
	}{
		"dead": {func(*fakeaws.Request) *fakeaws.Answer {
			return new(fakeaws.Error("InvalidClientTokenId", 403, "words"))
		}, "AWS doesn't take your credentials: AWS answered InvalidClientTokenId", true},
		"over":    {func(*fakeaws.Request) *fakeaws.Answer { return new(fakeaws.Error("ExpiredToken", 403, "words")) }, "AWS doesn't take your credentials: AWS answered ExpiredToken", true},
		"fault":   {func(*fakeaws.Request) *fakeaws.Answer { return new(fakeaws.Error("ServiceUnavailable", 503, "words")) }, "AWS can't be asked: AWS has too much to do (ServiceUnavailable)", false},
		"a page":  {func(*fakeaws.Request) *fakeaws.Answer { return &fakeaws.Answer{Type: "text/html", Body: "<html/>"} }, "AWS can't be asked: a web page came instead of an answer: perhaps the network asks for a sign-in", true},
		"nobody":  {identity("<Arn></Arn>"), "what answers isn't AWS: it names no caller", false},
		"two":     {identity("<Arn>arn:aws:iam::111122223333:user/x</Arn><Account>444455556666</Account>"), "what answers isn't AWS: it names no caller", false},
		"another": {identity("<Arn>arn:aws:iam::444455556666:user/x</Arn><Account>444455556666</Account>"), "what answers isn't AWS: the caller is of account 444455556666, and its answers tell of account 111122223333", false},
		"an echo": {identity("<Arn>arn:aws:iam::111122223333:user/" + strings.Repeat("made/up+", 5) + "</Arn><Account>111122223333</Account>"), "what answers isn't AWS: its answers hold your own secret key", false},
		"elsewhere": {func(*fakeaws.Request) *fakeaws.Answer {
			return &fakeaws.Answer{Status: 307, Header: map[string]string{"Location": "http://127.0.0.1:1/"}}
		}, "sent us elsewhere (status 307), where a key is not sent", true},
	} {
		server, o := live(t, fakeaws.Clean())
		server.Before = test.before
		s, problems, err := Read(context.Background(), o)
		if err == nil || !strings.Contains(err.Error(), test.want) || s != nil || problems != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var h interface{ Hint() string }
		if errors.As(err, &h) != test.hint {
			t.Errorf("%s: hint", name)
		}
	}
}

// A session that ends on the way ends the questions; what is known by then stays.
func TestSessionEnds(t *testing.T) {
	server, o := live(t, fakeaws.Typical())
	server.Before = func(r *fakeaws.Request) *fakeaws.Answer {
		if n := server.Count("iam:GetAccountAuthorizationDetails", ""); n > 0 {
			return new(fakeaws.Error("ExpiredToken", 403, "words"))
		}
		return nil
	}
	s, problems := readLive(t, o)
	if !s.Summary.Known || s.Details.Known || s.Report.Known || server.Count("iam:GetAccountAuthorizationDetails", "") != 1 || server.Count("iam:GetCredentialReport", "") != 0 {
		t.Errorf("%+v", s)
	}
	if len(problems) != 1 || problems[0].What != "not all of it was read: AWS answered ExpiredToken" || problems[0].Where != "account 444455556666" {
		t.Errorf("%v", problems)
	}
}

// A run that is ended ends, with what it has.
func TestReadIsEnded(t *testing.T) {
	server, o := live(t, fakeaws.Typical())
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	server.Before = func(r *fakeaws.Request) *fakeaws.Answer {
		if r.Action == "ListAccessKeys" {
			cancel()
		}
		return nil
	}
	s, problems, err := Read(ctx, o)
	if err != nil || !s.Details.Known || s.Keys.Known || !strings.Contains(s.Keys.Missing, "interrupted") || len(problems) != 1 {
		t.Errorf("%v %+v %v", err, s, problems)
	}
	if n := server.Count("iam:ListAccessKeys", ""); n != 1 {
		t.Errorf("%d calls after the end", n-1)
	}
}

// What a hostile server writes into its answers isn't taken for an account.
func TestHostileAnswers(t *testing.T) {
	for action, inner := range map[string]string{
		"GetAccountSummary":              "<SummaryMap><entry><key>AccountMFAEnabled</key><value>-1</value></entry></SummaryMap>",
		"GetAccountPasswordPolicy":       "<PasswordPolicy><MaxPasswordAge>-9</MaxPasswordAge></PasswordPolicy>",
		"GetAccountAuthorizationDetails": "<UserDetailList><member><UserName>a&#27;[2Jb</UserName><Arn>arn:aws:iam::444455556666:user/x</Arn></member></UserDetailList>",
		"ListVirtualMFADevices":          "<VirtualMFADevices><member><SerialNumber></SerialNumber></member></VirtualMFADevices>",
		"ListOrganizationsFeatures":      "<OrganizationId></OrganizationId>",
		"GetCredentialReport":            "<Content>bm9uc2Vuc2U=</Content>",
		"ListAccessKeys":                 "<AccessKeyMetadata><member><UserName>another</UserName><AccessKeyId>x</AccessKeyId><Status>Active</Status></member></AccessKeyMetadata>",
	} {
		server, o := live(t, fakeaws.Typical())
		server.Before = func(r *fakeaws.Request) *fakeaws.Answer {
			if r.Action == action {
				return new(fakeaws.Result(r, inner))
			}
			return nil
		}
		s, problems := readLive(t, o)
		known := 0
		for _, is := range []bool{s.Report.Known, s.Summary.Known, s.Details.Known, s.PasswordPolicy.Known, s.VirtualMFA.Known, s.Organization.Known, s.Keys.Known} {
			if is {
				known++
			}
		}
		if known != 6 || len(problems) == 0 || !strings.Contains(problems[0].What, "none of AWS's") {
			t.Errorf("%s: %d parts known, %v", action, known, problems)
		}
	}
}

// Nobody is called without credentials.
func TestNoCredentials(t *testing.T) {
	server, o := live(t, fakeaws.Clean())
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	if _, _, err := Read(context.Background(), o); err == nil || len(server.Requests()) != 0 {
		t.Errorf("%v, %d requests", err, len(server.Requests()))
	}
	o.AWS.Operator = &aws.Operator{Profile: "none"}
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	_, _, err := Read(context.Background(), o)
	if h, ok := err.(interface{ Hint() string }); !ok || h.Hint() == "" || len(server.Requests()) != 0 {
		t.Errorf("%v, %d requests", err, len(server.Requests()))
	}
	o.AWS.Operator, o.AWS.Endpoint = &aws.Operator{Environment: true}, "http://aws.example.com"
	if _, _, err := Read(context.Background(), o); err == nil || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("%v", err)
	}
}
