package aws

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
	"lockaway/testdata/fakeaws"
	"lockaway/verify"
)

// files writes the operator's ~/.aws/config.
func files(t *testing.T, home, config string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, ".aws", "config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
}

// operating serves an account, and makes a verifier with a key of its in the
// environment.
func operating(t *testing.T, a *fakeaws.Account) (*fakeaws.Server, *Verifier, *fakeaws.Key) {
	t.Helper()
	emptyHome(t)
	s := fakeaws.New()
	t.Cleanup(s.Close)
	if a.Caller == "" {
		a.Caller = "arn:aws:iam::" + a.ID + ":user/operator"
	}
	k := a.Serve(s)
	a.ServeRights(s)
	t.Setenv("AWS_ACCESS_KEY_ID", k.ID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", k.Secret)
	return s, asking(t, s, Options{Operator: &Operator{Environment: true}}), k
}

func byID(id string) verify.Credential { return verify.Credential{KeyID: id} }

// known has a server know whose a key is, which can sign nothing there.
func known(s *fakeaws.Server, account string, ids ...string) {
	for _, id := range ids {
		s.Add(&fakeaws.Key{ID: id, Secret: "nobody knows", Owner: fakeaws.User(account, "x")})
	}
}

func TestByIDOfAUser(t *testing.T) {
	a, id := made(t)
	a.Users[0].Attached = []string{"AdministratorAccess", "AWSCompromisedKeyQuarantineV3"}
	off := a.Users[0].Keys[1].ID
	s, v, op := operating(t, a)
	known(s, account, id, off)
	if !v.ByID() {
		t.Fatal("it can't ask by an ID")
	}
	got := v.ask(t, byID(id))
	has(t, got, finding.Live)
	if got.Identity != finding.IAMUser || got.User != "worker" || got.AccountID != account || got.Partition != "aws" || got.Region != "sa-east-1" || !got.LastUsed.Equal(a.At) || !got.Created.Equal(a.At.AddDate(-1, 0, 0)) {
		t.Errorf("%+v", got)
	}
	if !is(got.Admin, true) || !is(got.Quarantined, true) || !is(got.MFA, true) || !slices.Equal(got.OtherKeys, []string{off}) {
		t.Errorf("%+v", got)
	}
	got = v.ask(t, byID(off))
	has(t, got, finding.Inactive, "IAM lists it as inactive")
	for _, r := range s.Requests() {
		if r.KeyID != op.ID {
			t.Errorf("%s was signed with a found key", r.Action)
		}
	}
	if n := s.Count("sts:GetCallerIdentity", ""); n != 1 {
		t.Errorf("the operator's own account was asked for %d times", n)
	}
}

func TestByIDElsewhere(t *testing.T) {
	a, _ := made(t)
	s, v, _ := operating(t, a)
	foreign, err := awskey.Encode("AKIA", "444455556666", 12345)
	if err != nil {
		t.Fatal(err)
	}
	temporary, old := keyID(t, "ASIA", 5), "AKIAJ"+strings.Repeat("QW", 7)+"Q"
	known(s, "444455556666", foreign, old)
	known(s, account, temporary)
	got := v.ask(t, byID(foreign))
	has(t, got, finding.Unknown, "account 444455556666, and your credentials are of account "+account)
	if got.AccountID != "444455556666" || got.Identity != "" {
		t.Errorf("%+v", got)
	}
	// An ID that doesn't tell its account: AWS does.
	if got = v.ask(t, byID(old)); got.AccountID != "444455556666" {
		t.Errorf("%+v", got)
	}
	has(t, v.ask(t, byID(temporary)), finding.Unknown, "no list of temporary ones")
	// A temporary key with its secret, but no token.
	c := byID(temporary)
	c.Secret = finding.NewSecret(secretOf("a"))
	has(t, v.ask(t, c), finding.Unknown, "without its session token", "no list of temporary ones")
	for _, r := range s.Requests() {
		if r.Service == "iam" {
			t.Errorf("%s was asked about a key that isn't the account's", r.Action)
		}
	}
	// One that AWS gives no account for.
	got = v.ask(t, byID(keyID(t, "AKIA", 1234)))
	has(t, got, finding.Unknown, "sts:GetAccessKeyInfo: AWS answered ValidationError", "by its ID alone")
}

func TestByIDRefused(t *testing.T) {
	a, id := made(t)
	s, v, op := operating(t, a)
	known(s, account, id)
	op.Owner.May = []string{"iam:GetAccessKeyLastUsed"}
	got := v.ask(t, byID(id))
	has(t, got, finding.Unknown, "by its ID alone", "whether the key is active could not be seen")
	want := []string{"sts:GetAccessKeyInfo", "iam:ListAccessKeys", "iam:GetUser", "iam:ListAttachedUserPolicies", "iam:ListUserPolicies", "iam:ListGroupsForUser", "iam:ListMFADevices"}
	if got.Identity != finding.IAMUser || got.User != "worker" || !slices.Equal(got.Refused, want) || got.AccountID != "" {
		t.Errorf("%+v", got)
	}
	op.Owner.May = []string{"sts:GetAccessKeyInfo", "iam:GetAccountSummary"}
	got = v.ask(t, byID(id))
	// It may be the root user's: IAM doesn't say whether a user has it.
	has(t, got, finding.Unknown, "it may be the root user's")
	if got.Identity != "" || got.Admin != nil || !slices.Contains(got.Refused, "iam:GetAccessKeyLastUsed") || !slices.Contains(got.Refused, "iam:GetCredentialReport") {
		t.Errorf("%+v", got)
	}
	op.Owner.May = []string{"sts:GetAccessKeyInfo"}
	v.operator.root = nil
	got = v.ask(t, byID(id))
	has(t, got, finding.Unknown, "whether it is the root user's could not be seen")
	if !slices.Contains(got.Refused, "iam:GetAccountSummary") {
		t.Errorf("%q", got.Refused)
	}
	again := v.ask(t, byID(keyID(t, "AKIA", 4)))
	if s.Count("iam:GetAccountSummary", "") != 2 || !slices.Contains(again.Refused, "iam:GetAccountSummary") {
		t.Errorf("the summary was asked for %d times; refused %q", s.Count("iam:GetAccountSummary", ""), again.Refused)
	}
}

// noUser has IAM say that no user has a key.
func noUser(s *fakeaws.Server) {
	s.Handle("iam:GetAccessKeyLastUsed", func(r *fakeaws.Request) fakeaws.Answer {
		return fakeaws.Error("NoSuchEntity", 404, "The Access Key with id x cannot be found")
	})
}

// No user's, and the root user has keys: the root user's, probably, as the report has it.
func TestByIDOfTheRootUser(t *testing.T) {
	at := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	key := func(n uint64, active bool) fakeaws.AccessKey {
		return fakeaws.AccessKey{ID: keyID(t, "AKIA", 90+n), Active: active, Created: at.AddDate(-5, 0, 0), Used: at.AddDate(0, 0, -3), Service: "ec2", Region: "sa-east-1"}
	}
	for name, c := range map[string]struct {
		keys  []fakeaws.AccessKey
		state finding.State
		words []string
		used  bool
	}{
		"one active":   {[]fakeaws.AccessKey{key(1, true)}, finding.Live, []string{"probably the root user's", "of 2026-11-20 08:30 UTC lists one active key"}, true},
		"two active":   {[]fakeaws.AccessKey{key(1, true), key(2, true)}, finding.Live, []string{"2 active keys"}, false},
		"one inactive": {[]fakeaws.AccessKey{key(1, false)}, finding.Inactive, []string{"one inactive key"}, true},
		"one of each":  {[]fakeaws.AccessKey{key(1, true), key(2, false)}, finding.Unknown, []string{"one active and one inactive"}, false},
		"none":         {nil, finding.Dead, []string{"no IAM user has it, and the root user has no access key: it was deleted"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := made(t)
			a.Root.Keys = c.keys
			s, v, _ := operating(t, a)
			noUser(s)
			id := key(1, true).ID
			known(s, account, id)
			got := v.ask(t, byID(id))
			has(t, got, c.state, c.words...)
			if want := c.state != finding.Dead; (got.Identity == finding.Root) != want || is(got.Admin, true) != want || (got.ARN == "arn:aws:iam::"+account+":root") != want {
				t.Errorf("%+v", got)
			}
			if got.LastUsed.IsZero() == c.used || c.used && (got.Service != "ec2" || got.Region != "sa-east-1") {
				t.Errorf("last used %v %s %s", got.LastUsed, got.Service, got.Region)
			}
		})
	}
}

// The report is made if there is none, and waited for, within bounds.
func TestReportIsMade(t *testing.T) {
	for name, c := range map[string]struct {
		ready int // after how many questions
		state finding.State
		word  string
		made  int
	}{
		"at once": {1, finding.Live, "probably", 1},
		"after 4": {4, finding.Live, "probably", 1},
		"never":   {1 << 20, finding.Unknown, "iam:GetCredentialReport: AWS answered ReportInProgress", 1},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := made(t)
			s, v, _ := operating(t, a)
			noUser(s)
			id := a.Root.Keys[0].ID
			known(s, account, id)
			asked := 0
			s.Handle("iam:GenerateCredentialReport", func(r *fakeaws.Request) fakeaws.Answer {
				return fakeaws.Result(r, "<State>STARTED</State>")
			})
			s.Handle("iam:GetCredentialReport", func(r *fakeaws.Request) fakeaws.Answer {
				if asked++; asked == 1 {
					return fakeaws.Error("ReportNotPresent", 410, "x")
				} else if asked <= c.ready {
					return fakeaws.Error("ReportInProgress", 404, "x")
				}
				return fakeaws.Result(r, fmt.Sprintf("<Content>%s</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-11-20T08:30:00Z</GeneratedTime>", base64Of(a.Report())))
			})
			got := v.ask(t, byID(id))
			has(t, got, c.state, c.word)
			if got.Identity != finding.Root || s.Count("iam:GenerateCredentialReport", "") != c.made || asked > maxPolls+2 {
				t.Errorf("%+v; made %d times, asked %d", got, s.Count("iam:GenerateCredentialReport", ""), asked)
			}
		})
	}
}

// A pair that AWS doesn't take, of the operator's own account: IAM tells inactive from
// deleted.
func TestDeadPairOfOwnAccount(t *testing.T) {
	a, id := made(t)
	off := a.Users[0].Keys[1].ID
	s, v, op := operating(t, a)
	a.Found(s, off, secretOf("b"))
	pair := verify.Credential{KeyID: off, Secret: finding.NewSecret(secretOf("b"))}
	got := v.ask(t, pair)
	has(t, got, finding.Inactive, "unknown to aws", "IAM lists it as inactive")
	if got.Identity != finding.IAMUser || got.User != "worker" || got.AccountID != account || strings.Contains(strings.Join(got.Reasons, " "), "or deleted") {
		t.Errorf("%+v", got)
	}
	// Deleted: no user has it, and it isn't the root user's as that has none.
	a.Root.Keys = nil
	noUser(s)
	gone := verify.Credential{KeyID: keyID(t, "AKIA", 55), Secret: finding.NewSecret(secretOf("c"))}
	known(s, account, gone.KeyID)
	s.Key(gone.KeyID).Inactive = true
	has(t, v.ask(t, gone), finding.Dead, "it was deleted")
	// Without the rights to see that: as without the operator.
	op.Owner.May = nil
	has(t, v.ask(t, pair), finding.Dead, "inactive or deleted")
	// A live pair needs no operator.
	before := s.Count("", op.ID)
	k := a.Found(s, id, secretOf("a"))
	has(t, v.ask(t, pairOf(k)), finding.Live)
	if s.Count("", op.ID) != before {
		t.Error("the operator's credentials were used for a key that speaks for itself")
	}
}

func TestOperatorsCredentialsDontWork(t *testing.T) {
	a, id := made(t)
	s, v, op := operating(t, a)
	known(s, account, id)
	op.Inactive = true
	got := v.ask(t, byID(id))
	has(t, got, finding.Unknown, "your own credentials: AWS doesn't take them (InvalidClientTokenId)")
	v.ask(t, byID(keyID(t, "AKIA", 3)))
	if n := len(s.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// Where there are none, the error says so and what would do; nothing is asked.
func TestNoCredentials(t *testing.T) {
	var metadata atomic.Int64
	instance := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { metadata.Add(1) }))
	defer instance.Close()
	environment := Operator{Environment: true}
	for name, c := range map[string]struct {
		env        map[string]string
		config     string
		op         Operator
		what, hint string
	}{
		"nothing":              {nil, "", environment, "the environment holds no credentials", "--with-profile NAME"},
		"half":                 {map[string]string{"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}, "", environment, "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY isn't", ""},
		"other half":           {map[string]string{"AWS_SECRET_ACCESS_KEY": secretOf("x")}, "", environment, "AWS_SECRET_ACCESS_KEY is set, and AWS_ACCESS_KEY_ID isn't", ""},
		"profile of env":       {map[string]string{"AWS_PROFILE": "nobody"}, "[profile a]\n", environment, `there is no profile "nobody"`, "list-profiles"},
		"no files":             {nil, "", Operator{Profile: "work"}, `there is no profile "work"`, "aws configure list-profiles"},
		"no such profile":      {nil, "[profile a]\nregion = x\n", Operator{Profile: "work"}, `there is no profile "work"`, ""},
		"empty profile":        {nil, "[profile work]\nregion = eu-west-1\n", Operator{Profile: "work"}, `the credentials of profile "work" could not be had`, "aws sts get-caller-identity --profile work"},
		"env is not a profile": {map[string]string{"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": secretOf("x")}, "[profile work]\n", Operator{Profile: "work"}, `the credentials of profile "work" could not be had`, ""},
		"half a profile":       {nil, "[profile work]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n", Operator{Profile: "work"}, `"work"`, ""},
		"role without source":  {nil, "[profile work]\nrole_arn = arn:aws:iam::111122223333:role/r\n", Operator{Profile: "work"}, `"work"`, ""},
		"role, source missing": {nil, "[profile work]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = gone\n", Operator{Profile: "work"}, "those of a role", "source_profile"},
		"second factor":        {nil, "[profile work]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = s\nmfa_serial = x\n[profile s]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = " + secretOf("x") + "\n", Operator{Profile: "work"}, "second factor", "--with-environment"},
		"sign-in over":         {nil, "[profile work]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = r\n[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://d-0.awsapps.com/start\n", Operator{Profile: "work"}, `"work"`, ""},
		"program that fails":   {nil, "[profile work]\ncredential_process = false\n", Operator{Profile: "work"}, `"work"`, ""},
		"odd name":             {nil, "", Operator{Profile: "a b; rm"}, `there is no profile "a b; rm"`, "list-profiles"},
		"no token file":        {map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent", "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/r"}, "", environment, "the credentials of the environment could not be had", "--with-profile NAME"},
	} {
		t.Run(name, func(t *testing.T) {
			home := emptyHome(t)
			os.Unsetenv("AWS_EC2_METADATA_DISABLED")
			t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", instance.URL)
			if c.config != "" {
				files(t, home, c.config)
			}
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			_, err := New(t.Context(), Options{Operator: &c.op, Endpoint: "http://127.0.0.1:1", Rate: -1})
			if err == nil || !strings.Contains(err.Error(), c.what) {
				t.Fatalf("%v", err)
			}
			hinted, ok := err.(interface{ Hint() string })
			if !ok || !strings.Contains(hinted.Hint(), c.hint) {
				t.Errorf("hint %q", hinted.Hint())
			}
			if text := err.Error() + hinted.Hint(); strings.Contains(text, secretOf("x")) || strings.Contains(text, home) || strings.Contains(hinted.Hint(), "; rm") {
				t.Errorf("%s", text)
			}
		})
	}
	if n := metadata.Load(); n > 0 {
		t.Errorf("the instance's metadata was asked for %d times", n)
	}
}

// A profile's keys go to the endpoint that was given, whatever files and variables say;
// so does the question for a role's.
func TestProfiles(t *testing.T) {
	a, id := made(t)
	s, other := fakeaws.New(), fakeaws.New()
	defer s.Close()
	defer other.Close()
	a.Caller = "arn:aws:iam::" + account + ":user/operator"
	k := a.Serve(s)
	known(s, account, id)
	assumed := &fakeaws.Key{ID: keyID(t, "ASIA", 8), Secret: secretOf("r"), Token: tokenOf("r"), Owner: fakeaws.Session(account, "audit", "x", "*")}
	s.Add(assumed)
	s.Handle("sts:AssumeRole", func(r *fakeaws.Request) fakeaws.Answer {
		return fakeaws.Result(r, fmt.Sprintf("<Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey><SessionToken>%s</SessionToken><Expiration>%s</Expiration></Credentials>", assumed.ID, assumed.Secret, assumed.Token, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)))
	})
	home := emptyHome(t, assumed.Secret)
	files(t, home, fmt.Sprintf("[profile work]\naws_access_key_id = %s\naws_secret_access_key = %s\nendpoint_url = %[3]s\nregion = eu-west-1\n[profile role]\nrole_arn = arn:aws:iam::%[4]s:role/audit\nsource_profile = work\nendpoint_url = %[3]s\n", k.ID, k.Secret, other.URL, account))
	t.Setenv("AWS_ENDPOINT_URL", other.URL)
	t.Setenv("AWS_ENDPOINT_URL_STS", other.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", keyID(t, "AKIA", 66))
	t.Setenv("AWS_SECRET_ACCESS_KEY", secretOf("e"))
	for profile, signer := range map[string]string{"work": k.ID, "role": assumed.ID} {
		v := asking(t, s, Options{Operator: &Operator{Profile: profile}})
		got := v.ask(t, byID(id))
		has(t, got, finding.Live)
		if s.Count("iam:GetAccessKeyLastUsed", signer) != 1 {
			t.Errorf("%s: IAM was not asked with the profile's key", profile)
		}
		holdsNot(t, got, k.Secret, assumed.Secret, assumed.Token)
	}
	t.Setenv("AWS_PROFILE", "work")
	os.Unsetenv("AWS_ACCESS_KEY_ID")
	os.Unsetenv("AWS_SECRET_ACCESS_KEY")
	has(t, asking(t, s, Options{Operator: &Operator{Environment: true}}).ask(t, byID(id)), finding.Live)
	if len(other.Requests()) > 0 {
		t.Error("the operator's credentials went elsewhere")
	}
	if s.Count("", keyID(t, "AKIA", 66)) > 0 {
		t.Error("the environment's key was used for a profile")
	}
	if _, set := os.LookupEnv(ignoreEndpoints); set {
		t.Error("a variable was left behind")
	}
}

// The metadata of an instance is asked for where the profile says so.
func TestInstanceMetadata(t *testing.T) {
	var metadata atomic.Int64
	instance := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		metadata.Add(1)
		w.WriteHeader(http.StatusNotFound)
	}))
	defer instance.Close()
	home := emptyHome(t)
	os.Unsetenv("AWS_EC2_METADATA_DISABLED")
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", instance.URL)
	files(t, home, "[profile work]\nrole_arn = arn:aws:iam::111122223333:role/r\ncredential_source = Ec2InstanceMetadata\n")
	if _, err := New(t.Context(), Options{Operator: &Operator{Profile: "work"}, Endpoint: "http://127.0.0.1:1", Rate: -1}); err == nil {
		t.Error("credentials out of nowhere")
	}
	if metadata.Load() == 0 {
		t.Error("the profile was not heeded")
	}
}

// A region of the operator's chooses the partition.
func TestOperatorsPartition(t *testing.T) {
	emptyHome(t)
	t.Setenv("AWS_ACCESS_KEY_ID", keyID(t, "AKIA", 66))
	t.Setenv("AWS_SECRET_ACCESS_KEY", secretOf("e"))
	for region, want := range map[string]string{"": "aws us-east-1", "eu-west-3": "aws us-east-1", "cn-northwest-1": "aws-cn cn-north-1", "us-gov-east-1": "aws-us-gov us-gov-west-1", "no-such-region-9": "aws us-east-1"} {
		t.Setenv("AWS_REGION", region)
		c, err := Connect(t.Context(), Options{Operator: &Operator{Environment: true}})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Partition + " " + c.Region; got != want || c.Requests() != 0 {
			t.Errorf("%s: %s", region, got)
		}
	}
}

func TestConnectIsInterrupted(t *testing.T) {
	home := emptyHome(t)
	s := fakeaws.New()
	defer s.Close()
	ctx, cancel := context.WithCancel(context.Background())
	s.Before = func(*fakeaws.Request) *fakeaws.Answer { cancel(); return new(fakeaws.Silent()) }
	files(t, home, "[profile role]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = s\n[profile s]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = "+secretOf("x")+"\n")
	_, err := New(ctx, Options{Operator: &Operator{Profile: "role"}, Endpoint: s.URL, Rate: -1, CallTimeout: time.Hour})
	if err == nil || !strings.Contains(err.Error(), "could not be had in time") || len(s.Requests()) != 1 {
		t.Errorf("%v, %d requests", err, len(s.Requests()))
	}
}
