package aws

import (
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
	"lockaway/testdata/fakeaws"
)

// Each kind of caller, through the whole way from the signature to the answer.
func TestIdentities(t *testing.T) {
	sso := "AWSReservedSSO_Power_User_0123456789abcdef"
	for name, c := range map[string]struct {
		owner     *fakeaws.Principal
		temporary bool
		want      finding.Verification
	}{
		"root": {fakeaws.Root(account), false, finding.Verification{Identity: finding.Root, ARN: "arn:aws:iam::" + account + ":root"}},
		// GetSessionToken's credentials keep the ARN of whoever asked for them.
		"session of root": {fakeaws.Root(account), true, finding.Verification{Identity: finding.Root, ARN: "arn:aws:iam::" + account + ":root"}},
		"user":            {fakeaws.User(account, "ann"), false, finding.Verification{Identity: finding.IAMUser, User: "ann", ARN: "arn:aws:iam::" + account + ":user/ann"}},
		"user in a path":  {fakeaws.User(account, "a/b/ann+x=1,@"), false, finding.Verification{Identity: finding.IAMUser, User: "ann+x=1,@", ARN: "arn:aws:iam::" + account + ":user/a/b/ann+x=1,@"}},
		"session of user": {fakeaws.User(account, "ann"), true, finding.Verification{Identity: finding.IAMUser, User: "ann", ARN: "arn:aws:iam::" + account + ":user/ann"}},
		"role":            {fakeaws.Session(account, "deploy", "i-0abc"), true, finding.Verification{Identity: finding.AssumedRole, User: "i-0abc", ARN: "arn:aws:sts::" + account + ":assumed-role/deploy/i-0abc"}},
		"SSO role":        {fakeaws.Session(account, sso, "ann@example.com"), true, finding.Verification{Identity: finding.AssumedRole, User: "ann@example.com", SSORole: "Power_User", ARN: "arn:aws:sts::" + account + ":assumed-role/" + sso + "/ann@example.com"}},
		"federated":       {fakeaws.Federated(account, "bob"), true, finding.Verification{Identity: finding.FederatedUser, User: "bob", ARN: "arn:aws:sts::" + account + ":federated-user/bob"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, v := fake(t, Options{})
			k := &fakeaws.Key{ID: keyID(t, "AKIA", 1), Secret: secretOf("a"), Owner: c.owner}
			if c.temporary {
				k.ID, k.Token = keyID(t, "ASIA", 1), tokenOf("t")
			}
			k.Owner.May = nil
			s.Add(k)
			got := v.ask(t, pairOf(k))
			w := c.want
			has(t, got, finding.Live)
			if got.Identity != w.Identity || got.User != w.User || got.ARN != w.ARN || got.SSORole != w.SSORole || got.AccountID != account || got.Partition != "aws" {
				t.Errorf("%+v", got)
			}
			if got.Asked.IsZero() || len(got.Reasons) > 0 {
				t.Errorf("asked %v, %q", got.Asked, got.Reasons)
			}
			holdsNot(t, got, k.Secret, k.Token)
		})
	}
}

func strp(s string) *string { return &s }

// Answers that don't hold together are nobody's account.
func TestAnswersThatDontFit(t *testing.T) {
	k, _ := awskey.Parse(keyID(t, "AKIA", 1))
	old, _ := awskey.Parse("AKIAJ" + strings.Repeat("Q", 15)) // tells no account
	root := "arn:aws:iam::" + account + ":root"
	for _, c := range []struct {
		arn, account, id string
		k                awskey.Key
		fits             bool
	}{
		{root, account, account, k, true},
		{root, account, account, old, true},
		{"arn:aws-us-gov:iam::222222222222:root", "222222222222", "222222222222", k, true}, // what IDs of other partitions tell is not known
		{"", "", "", k, false},
		{root, "", account, k, false},
		{root, account, "", k, false},
		{"", account, account, k, false},
		{root, "444455556666", account, k, false},
		{"arn:aws:iam::444455556666:root", "444455556666", "444455556666", k, false}, // the ID says another account
		{"arn:aws:iam::444455556666:root", "444455556666", "444455556666", old, true},
		{"arn:aws:iam::11112222333:root", "11112222333", account, old, false},
		{"arn:aws:iam::1111222233333:root", "1111222233333", account, old, false},
		{"arn:aws:ec2::" + account + ":root", account, account, k, false},
		{"arn:aws:iam:us-east-1:" + account + ":root", account, account, k, false},
		{"arn:evil:iam::" + account + ":root", account, account, k, false},
		{"arn:aws-:iam::" + account + ":", account, account, k, false},
		{"arn:aws-UPPER:iam::" + account + ":root", account, account, k, false},
		{root + "\x1b[2J", account, account, k, false},
		{root + " x", account, account, k, false},
		{"arn:aws:iam::" + account + ":user/" + strings.Repeat("x", 2000), account, "AIDA", k, false},
		{"<html>", account, account, k, false},
		{"arn:aws:iam::" + account + ":user/пётр", account, "AIDA", k, false},
	} {
		w, f := identity(&sts.GetCallerIdentityOutput{Arn: strp(c.arn), Account: strp(c.account), UserId: strp(c.id)}, partition{"aws", "us-east-1"}, c.k, &trace{})
		if (f == nil) != c.fits {
			t.Errorf("%q %q %q: %+v %+v", c.arn, c.account, c.id, w, f)
		}
		if f != nil && (f.reason == "" || f.kind != silent) {
			t.Errorf("%+v", f)
		}
	}
}

// The ARN tells who it is; a unique ID of another kind is told as a doubt, and doesn't
// make a root user's key something lesser.
func TestDoubts(t *testing.T) {
	k, _ := awskey.Parse(keyID(t, "AKIA", 1))
	for _, c := range []struct {
		resource, id string
		want         finding.Identity
		doubts       int
	}{
		{"iam::" + account + ":root", "AIDAX", finding.Root, 1},
		{"iam::" + account + ":user/ann", "AIDAX", finding.IAMUser, 0},
		{"iam::" + account + ":user/ann", "AROAX", finding.IAMUser, 1},
		{"iam::" + account + ":user/", "AIDAX", finding.UnknownIdentity, 1},
		{"iam::" + account + ":user/a b", "AIDAX", "", 0},
		{"iam::" + account + ":group/ann", "AGPAX", finding.UnknownIdentity, 1},
		{"iam::" + account + ":rooted", account, finding.UnknownIdentity, 1},
		{"iam::" + account + ":root/x", account, finding.UnknownIdentity, 1},
		{"sts::" + account + ":root", account, finding.UnknownIdentity, 1},
		{"sts::" + account + ":assumed-role/r/s", "AROAX:s", finding.AssumedRole, 0},
		{"sts::" + account + ":assumed-role/r/s", "AROAX:t", finding.AssumedRole, 1},
		{"sts::" + account + ":assumed-role/r", "AROAX:s", finding.UnknownIdentity, 1},
		{"sts::" + account + ":assumed-role/r/s/t", "AROAX:t", finding.UnknownIdentity, 1},
		{"sts::" + account + ":federated-user/bob", account + ":bob", finding.FederatedUser, 0},
		{"sts::" + account + ":federated-user/bob", "bob", finding.FederatedUser, 1},
	} {
		w, f := identity(&sts.GetCallerIdentityOutput{Arn: sdk.String("arn:aws:" + c.resource), Account: strp(account), UserId: strp(c.id)}, partition{"aws", "us-east-1"}, k, &trace{})
		if c.want == "" {
			if f == nil {
				t.Errorf("%s: %+v", c.resource, w)
			}
			continue
		}
		if f != nil || w.kind != c.want || len(w.doubts) != c.doubts {
			t.Errorf("%s, %s: %+v %+v", c.resource, c.id, w, f)
		}
	}
}

func TestPermissionSet(t *testing.T) {
	for role, want := range map[string]string{
		"AWSReservedSSO_AdministratorAccess_0123456789abcdef": "AdministratorAccess",
		"AWSReservedSSO_a_b_c_0123456789abcdef":               "a_b_c",
		"AWSReservedSSO__0123456789abcdef":                    "",
		"AWSReservedSSO_x_0123456789abcde":                    "",
		"AWSReservedSSO_x_0123456789ABCDEF":                   "",
		"AWSReservedSSO_0123456789abcdef":                     "",
		"myAWSReservedSSO_x_0123456789abcdef":                 "",
		"deploy":                                              "",
	} {
		if got := permissionSet(role); got != want {
			t.Errorf("%s: %q", role, got)
		}
	}
}

// Whatever a server says of the caller, what is taken over is of a form that can be
// printed, and of one account.
func FuzzIdentity(f *testing.F) {
	f.Add("arn:aws:iam::111122223333:root", account, account)
	f.Add("arn:aws:iam::111122223333:user/a/b", account, "AIDAX")
	f.Add("arn:aws-us-gov:sts::111122223333:assumed-role/AWSReservedSSO_x_0123456789abcdef/s", account, "AROAX:s")
	f.Add("arn:aws:sts::111122223333:federated-user/b", account, account+":b")
	k, _ := awskey.Parse(keyID(f, "AKIA", 1))
	f.Fuzz(func(t *testing.T, arn, account, id string) {
		w, fail := identity(&sts.GetCallerIdentityOutput{Arn: &arn, Account: &account, UserId: &id}, partition{"aws", "us-east-1"}, k, &trace{})
		if (w == nil) == (fail == nil) {
			t.Fatal("both or neither")
		}
		if w == nil {
			return
		}
		for _, s := range []string{w.arn, w.account, w.partition} {
			if s == "" || strings.Trim(s, "\x7f \t\r\n") != s || strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) >= 0 {
				t.Fatalf("%q", s)
			}
		}
		if !strings.Contains(w.arn, ":"+w.account+":") || len(w.account) != 12 {
			t.Fatalf("%+v", w)
		}
		if w.kind == finding.Root && !strings.HasSuffix(w.arn, ":root") {
			t.Fatalf("%+v", w)
		}
	})
}
