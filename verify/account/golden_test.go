package account_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/rules/awskey"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/report"
	"lockaway/testdata/fakeaws"
	"lockaway/verify/account"
	"lockaway/verify/aws"
)

var update = flag.Bool("update", false, "write the golden files anew")

// saved is what the made-up account's files say.
func saved(t *testing.T, a *fakeaws.Account) *account.Snapshot {
	t.Helper()
	dir := t.TempDir()
	if err := a.Save(dir); err != nil {
		t.Fatal(err)
	}
	s, problems, err := account.FromDir(dir)
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return s
}

// keys are the account's keys by the names that they have in golden files, which must
// hold nothing that looks alive.
func keys(a *fakeaws.Account) map[string]string {
	out := map[string]string{}
	add := func(owner string, list []fakeaws.AccessKey) {
		for i, k := range list {
			out[k.ID] = fmt.Sprintf("KEY-%d-OF-%s", i+1, strings.ToUpper(owner))
		}
	}
	add("root", a.Root.Keys)
	for _, u := range a.Users {
		add(u.Name, u.Keys)
	}
	return out
}

// deleted is a key of the account that no user has any more.
func deleted(t *testing.T, a *fakeaws.Account) string {
	id, err := awskey.Encode("AKIA", a.ID, 99)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// examined is the report of an account of which all keys, and one more, leaked.
func examined(t *testing.T, a *fakeaws.Account, s *account.Snapshot) *report.Report {
	t.Helper()
	now := fakeaws.At.Add(time.Hour)
	checks, err := account.Examine(s, account.DefaultLimits(), now)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{deleted(t, a)}
	for id := range keys(a) {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var leaks []*finding.Finding
	for i, id := range ids {
		k, _ := awskey.Parse(id)
		leaks = append(leaks, &finding.Finding{
			Rule: "aws-access-key", Title: "AWS access key ID", Confidence: finding.HighConfidence, Severity: finding.High,
			Place: finding.Place{Path: "app.ini", Source: chunk.File, StartLine: i + 1, EndLine: i + 1, StartColumn: 1, EndColumn: 21},
			Value: finding.NewSecret(id), Fingerprint: fmt.Sprintf("%020d", i+1), AWS: &finding.AWS{KeyID: id, AccountID: k.Account, Partition: "aws"},
			Parts: []finding.Part{{Kind: "key-id", Value: finding.NewSecret(id), Line: i + 1}},
		})
		if i%2 == 0 { // with its secret, or the ID alone, which opens nothing
			f := leaks[i]
			f.Title, f.Parts = "AWS access key with its secret", append(f.Parts, finding.Part{Kind: "secret", Value: finding.NewSecret("made up"), Line: i + 1})
		}
	}
	return &report.Report{
		Scan:   finding.Scan{Kind: "account", Target: "saved", Account: s.Describe(now)},
		Checks: checks, Findings: account.Join(s, leaks, now).Findings,
	}
}

func written(t *testing.T, a *fakeaws.Account, doc *report.Report, format string) string {
	t.Helper()
	f, err := report.Lookup(format)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, doc, report.Options{Version: "v1.2.3"}); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(b.String(), deleted(t, a), "KEY-THAT-IS-GONE")
	for id, name := range keys(a) {
		text = strings.ReplaceAll(text, id, name)
	}
	if i := strings.Index(text, "AKIA"); i >= 0 {
		t.Errorf("a key without a name: %.30s", text[i:])
	}
	return text
}

// TestGoldenAccounts holds the reports of the made-up accounts to what they were when
// somebody last read them.
func TestGoldenAccounts(t *testing.T) {
	for name, a := range fakeaws.Accounts() {
		doc := examined(t, a, saved(t, a))
		for format, ext := range map[string]string{"text": "txt", "json": "json"} {
			got := written(t, a, doc, format)
			path := filepath.Join("testdata", "golden", name+"."+ext)
			if *update {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs (-update writes it anew); got:\n%s", path, got)
			}
		}
	}
}

// What the made-up accounts come to, worked out by hand of their definitions: the
// checks that fail, with their severities; the others pass or don't apply.
func TestAccountsByHand(t *testing.T) {
	for name, want := range map[string][]string{
		"clean": nil,
		"typical": {
			"critical Passwords without a second factor", // bob is an administrator
			"high Access keys of administrators",         // bob's
			"low Kind of the root user's second factor",
			"medium Access by keys that don't end",             // bob's, ci's, intern's, reports' two
			"medium Access keys that aren't used",              // intern's never, reports' second for 61 days
			"medium Administrator rights held all the time",    // alice, bob
			"medium Age of access keys",                        // ci's of 420 days, intern's of 600
			"medium How long passwords of IAM users are valid", // the policy has no age
			"medium Passwords and users that aren't used",      // intern's for 210 days
			"medium Users that several people may share",       // ci, dev-team
			"medium Users with two active access keys",         // reports, since 60 days
		},
		"awful": {
			"critical Access keys of the root user",
			"critical Administrator rights held all the time", // the role open is open to all
			"critical Keys that AWS found published",          // leaked
			"critical Passwords without a second factor",      // admin
			"critical Programs that run as the root user",     // its first key, today
			"critical Second factor of the root user",
			"critical Signing certificates of the root user",
			"high Access keys of administrators",
			"high Use of the root user",
			"high Users that several people may share", // admin, shared: administrators
			"medium Access by keys that don't end",
			"medium Access keys that aren't used",          // backup's, never
			"medium Administrators who don't work as such", // backup, left-2021
			"medium Age of access keys",
			"medium How long passwords of IAM users are valid",
			"medium Passwords and users that aren't used", // left-2021's
			"medium Users with two active access keys",    // admin, since 3000 days
		},
	} {
		a := fakeaws.Accounts()[name]
		var got []string
		for _, c := range examined(t, a, saved(t, a)).Checks {
			switch c.Status {
			case finding.Fail:
				got = append(got, c.Severity.String()+" "+c.Title)
			case finding.CouldNotTell:
				t.Errorf("%s: %s could not be told: %s", name, c.Title, c.Missing)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// asked is what AWS says of the made-up account to who may ask all but what is refused.
func asked(t *testing.T, a *fakeaws.Account, leaked []string) (*account.Snapshot, *fakeaws.Server) {
	t.Helper()
	server := fakeaws.New()
	t.Cleanup(server.Close)
	key := a.Serve(server)
	for _, name := range []string{"AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "HTTP_PROXY", "HTTPS_PROXY"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AWS_ACCESS_KEY_ID", key.ID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", key.Secret)
	s, problems, err := account.Read(context.Background(), account.Options{
		AWS:    aws.Options{Operator: &aws.Operator{Environment: true}, Endpoint: server.URL, Rate: -1, Now: func() time.Time { return fakeaws.At }},
		KeyIDs: leaked,
	})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return s, server
}

// TestLiveAsSaved holds that asking AWS comes to what its answers, saved before, come
// to; the keys that leaked are never used.
func TestLiveAsSaved(t *testing.T) {
	for name, a := range fakeaws.Accounts() {
		var leaked []string
		for id := range keys(a) {
			leaked = append(leaked, id)
		}
		leaked = append(leaked, deleted(t, a))
		live, server := asked(t, a, leaked)
		fromFiles, fromAWS := examined(t, a, saved(t, a)), examined(t, a, live)
		if !reflect.DeepEqual(fromFiles.Checks, fromAWS.Checks) {
			t.Errorf("%s: the checks differ:\n%s\n%s", name, written(t, a, fromFiles, "text"), written(t, a, fromAWS, "text"))
		}
		if *fromFiles.Scan.Account != *fromAWS.Scan.Account {
			t.Errorf("%s: %+v and %+v", name, fromFiles.Scan.Account, fromAWS.Scan.Account)
		}
		for i, f := range fromFiles.Findings {
			v, w := *f.Verification, *fromAWS.Findings[i].Verification
			v.Reasons, w.Reasons, v.Asked, w.Asked = nil, nil, time.Time{}, time.Time{} // of where and when it was read
			if !reflect.DeepEqual(v, w) || f.Severity != fromAWS.Findings[i].Severity {
				t.Errorf("%s: %s: %+v and %+v", name, f.AWS.KeyID, v, w)
			}
		}
		for _, r := range server.Requests() {
			if slices.Contains(leaked, r.KeyID) {
				t.Errorf("%s: %s was called with a leaked key", name, r.Action)
			}
		}
	}
}

// What is refused can't be told, and says by which permission; the rest is as before.
func TestLiveRefused(t *testing.T) {
	for action, titles := range map[string][]string{
		"GetAccountPasswordPolicy":       {"How long passwords of IAM users are valid"},
		"ListVirtualMFADevices":          {"Kind of the root user's second factor"},
		"ListOrganizationsFeatures":      {"Central management of root access"},
		"GetAccountAuthorizationDetails": {"Administrators other than the root user", "Administrator rights held all the time", "Administrators who don't work as such", "Keys that AWS found published", "Access keys of administrators"},
		"GetCredentialReport":            {"Use of the root user", "Everyday work as the root user", "Passwords and users that aren't used", "Passwords without a second factor"},
	} {
		a := fakeaws.Typical()
		whole := examined(t, a, saved(t, a)).Checks
		a.Refused = []string{action}
		s, _ := asked(t, a, nil)
		for i, c := range examined(t, a, s).Checks {
			switch told := slices.Contains(titles, c.Title); {
			case told && (c.Status != finding.CouldNotTell || !strings.Contains(c.Missing, "iam:"+action) || !strings.Contains(c.Steps[0], "Let "+a.Caller+" call ")):
				t.Errorf("%s: %+v", action, c)
			case !told && c.Status != whole[i].Status && action != "GetCredentialReport":
				t.Errorf("%s: %s is %s, was %s: %s", action, c.Title, c.Status, whole[i].Status, c.Evidence)
			}
		}
	}
}
