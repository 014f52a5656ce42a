package report

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/finding"
)

// asked is when the made-up verifications were made.
var asked = time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)

// verifications is a report with one finding of each answer.
func verifications() *Report {
	yes, no := true, false
	r := rand.New(rand.NewPCG(11, 12))
	rep := &Report{Scan: finding.Scan{Kind: "tree", Target: ".", Complete: true, Files: 9, Bytes: 900, Hidden: 6, NotLive: 5, Unsure: 2}}
	for i, v := range []*finding.Verification{
		{State: finding.Live, Identity: finding.Root, ARN: "arn:aws:iam::111122223333:root", AccountID: "111122223333", Partition: "aws",
			LastUsed: asked.Add(-2*time.Hour - time.Minute), Service: "s3", Region: "sa-east-1", MFA: &no, Created: asked.AddDate(-3, 0, 0)},
		{State: finding.Live, Identity: finding.IAMUser, ARN: "arn:aws:iam::111122223333:user/ci", User: "ci", AccountID: "111122223333", Partition: "aws",
			Admin: &yes, Quarantined: &yes, MFA: &yes, Created: asked.AddDate(0, 0, -30), OtherKeys: []string{"AKIAI44QH8DHBEXAMPLE"}, Refused: []string{"iam:GetUser", "iam:ListMFADevices"}},
		{State: finding.Live, Identity: finding.AssumedRole, ARN: "arn:aws-cn:sts::111122223333:assumed-role/deploy/i-0123", User: "i-0123", AccountID: "111122223333", Partition: "aws-cn", Admin: &no},
		{State: finding.Live, Identity: finding.AssumedRole, ARN: "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admins_0123456789abcdef/jo", User: "jo", SSORole: "Admins", AccountID: "111122223333", Partition: "aws"},
		{State: finding.Live, Identity: finding.FederatedUser, ARN: "arn:aws:sts::111122223333:federated-user/bo", User: "bo", AccountID: "111122223333", Partition: "aws"},
		{State: finding.Inactive, Identity: finding.IAMUser, User: "old", AccountID: "111122223333", Partition: "aws", Reasons: []string{"switched off, by the list of access keys"}},
		{State: finding.Dead, Reasons: []string{"unknown to AWS: switched off or deleted", "not asked in aws-cn: `--partition aws-cn` does"}},
		{State: finding.Unknown, Identity: finding.UnknownIdentity, Reasons: []string{"a", "b", "c", "d", "e"}},
		{State: finding.NotCalled, Reasons: []string{"a canary, laid out as an alarm"}},
	} {
		v.Asked = asked
		value := random(r, 40)
		f := around("aws-access-key", "f"+string(rune('a'+i)), 1, value, "key = "+value)
		f.Title, f.Verification = "AWS access key with its secret", v
		if v.State == finding.Live {
			f.Severity = finding.Critical
		}
		rep.Findings = append(rep.Findings, f)
	}
	return rep
}

func TestGoldenVerification(t *testing.T) {
	o := Options{Version: "v1.2.3"}
	golden(t, "verification.json", written(t, "json", verifications(), o))
	golden(t, "verification.jsonl", written(t, "jsonl", verifications(), o))
	golden(t, "verification.txt", written(t, "text", verifications(), o))
	golden(t, "verification_narrow.txt", strings.ReplaceAll(written(t, "text", verifications(), Options{Width: 72, Color: true}), "\x1b", `\e`))
}

// A server may answer with what it was sent: no value stands in what is told of an
// answer, in whichever field it came.
func TestVerificationMasked(t *testing.T) {
	v := random(rand.New(rand.NewPCG(13, 14)), 40)
	f := around("aws-access-key", "f", 1, v, v)
	f.Verification = &finding.Verification{
		State: finding.Live, Identity: finding.IAMUser, ARN: "arn:" + v, User: v, AccountID: v, Partition: v, Service: v, Region: "x" + v,
		LastUsed: asked, SSORole: v, OtherKeys: []string{v}, Refused: []string{v}, Reasons: []string{"because " + v},
	}
	for _, role := range []finding.Identity{finding.IAMUser, finding.Root, finding.AssumedRole, finding.FederatedUser} {
		f.Verification.Identity = role
		f.Verification.ARN = "arn:aws:sts::1:assumed-role/" + v + "/" + v
		for _, name := range everyName() {
			if s := written(t, name, &Report{Findings: []*finding.Finding{f}}, Options{}); strings.Contains(s, v) {
				t.Errorf("%s, %s: a value in\n%s", name, role, s)
			}
			if s := written(t, name, &Report{Findings: []*finding.Finding{f}}, Options{ShowSecrets: true}); !strings.Contains(s, v) && name != "template:summary" { // which has none
				t.Errorf("%s: no value with ShowSecrets", name)
			}
		}
	}
	f.Verification = &finding.Verification{State: finding.Live, Identity: finding.IAMUser, User: "a\x1b[31m\u202eb", ARN: "\x07", Reasons: []string{"\x1b]0;x\x07"}, SSORole: "\n"}
	for _, name := range everyName() {
		if s := written(t, name, &Report{Findings: []*finding.Finding{f}}, Options{}); strings.ContainsAny(s, "\x1b\x07\u202e") {
			t.Errorf("%s: what a terminal obeys in\n%s", name, s)
		}
	}
}

// An answer about a credential that stands in many places is told in full once.
func TestVerificationToldOnce(t *testing.T) {
	r := verifications()
	first := r.Findings[1]
	again := *first
	again.Path = "fbb"
	r.Findings = append(r.Findings[:2:2], append([]*finding.Finding{&again}, r.Findings[2:]...)...)
	s := written(t, "text", r, Options{})
	if strings.Count(s, "IAM user ci of account 111122223333") != 2 || strings.Count(s, "refused: iam:GetUser") != 1 {
		t.Errorf("told too often, or too seldom:\n%s", s)
	}
	if !strings.Contains(s, "asked AWS: 5 live (1 of root users), 1 inactive, 1 dead, 1 unknown, 1 not called\n") {
		t.Errorf("the sum is wrong:\n%s", s)
	}
}

func TestAgo(t *testing.T) {
	for before, want := range map[time.Duration]string{
		0: "a moment ago", 119 * time.Second: "a moment ago", 2 * time.Minute: "2 minutes ago", 119 * time.Minute: "119 minutes ago",
		2 * time.Hour: "2 hours ago", 48*time.Hour - 1: "47 hours ago", 48 * time.Hour: "2 days ago", 100*24*time.Hour - 1: "99 days ago",
		100 * 24 * time.Hour: "on 2026-01-26", -time.Hour: "on 2026-05-06",
	} {
		if got := ago(asked.Add(-before), asked); got != want {
			t.Errorf("%v: %s, not %s", before, got, want)
		}
	}
	if got := ago(asked, time.Time{}); got != "on 2026-05-06" {
		t.Errorf("of no known time: %s", got)
	}
}

func TestReadVerificationRefuses(t *testing.T) {
	good := written(t, "json", verifications(), Options{})
	if _, err := Read(strings.NewReader(good)); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`"state": "live"`, `"state": "alive"`}, {`"state": "dead"`, `"state": null`}, {`"identity": "root"`, `"identity": "king"`},
		{`"asked": "2026-05-06T07:08:09Z"`, `"asked": "today"`}, {`"admin": true`, `"admin": "yes"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s isn't there", change[0])
		}
		if _, err := Read(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), "is damaged in finding") {
			t.Errorf("%s: %v", change[1], err)
		}
	}
}
