package account

import (
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

func TestKeyChecks(t *testing.T) {
	nothing := func(*Snapshot) {}
	noReport := func(s *Snapshot) { missing(&s.Report) }
	noDetails := func(s *Snapshot) { missing(&s.Details) }
	const (
		long    = "Access by keys that don't end"
		admins  = "Access keys of administrators"
		old     = "Age of access keys"
		two     = "Users with two active access keys"
		unused  = "Access keys that aren't used"
		report  = "iam:GenerateCredentialReport, iam:GetCredentialReport"
		details = "iam:GetAccountAuthorizationDetails"
	)
	with := func(keys ...RowKey) func(*Snapshot) {
		return func(s *Snapshot) { copy(ann(s).Keys[:], keys) }
	}
	// listed tells ann's keys by the list of keys alone, with their uses.
	listed := func(known bool, keys ...Key) func(*Snapshot) {
		return func(s *Snapshot) {
			noReport(s)
			s.Keys = Part[map[string][]Key]{Known: true, Value: map[string][]Key{"ann": keys}}
			if known {
				s.LastUsed = Part[map[string]Use]{Known: true, Value: map[string]Use{}}
				for _, k := range keys {
					s.LastUsed.Value[k.ID] = Use{User: "ann", Time: before(46), Region: "us-east-1", Service: "ec2"}
				}
			}
		}
	}
	doc := Key{ID: "AKIAIOSFODNN7EXAMPLE", User: "ann", Active: true, Created: before(91)}
	inactive := RowKey{Rotated: before(400), Used: before(300)}
	adminWith := func(keys ...RowKey) func(*Snapshot) {
		return func(s *Snapshot) { with(keys...)(s); attach(s, administratorAccess) }
	}
	const annKey = "ann: access key 1"
	for _, o := range []outcome{
		{title: long, name: "none", change: nothing, status: finding.Pass},
		{title: long, name: "inactive", change: with(inactive), status: finding.Pass},
		{title: long, name: "a person's", change: with(usedKey(10, 1)), status: finding.Fail, severity: finding.Medium, evidence: "1 access key of 1 IAM user open the account until somebody revokes them; people, who also have a password: ann", resources: []string{annKey}, step: "`aws configure sso`"},
		{title: long, name: "a program's", change: func(s *Snapshot) { add(s, Row{User: "worker", Password: Off, Keys: [2]RowKey{usedKey(10, 1)}}) }, status: finding.Fail, severity: finding.Medium, evidence: "programs, or people without a password: worker", resources: []string{"worker: access key 1"}, step: "KEY-03"},
		{title: long, name: "mail's", change: func(s *Snapshot) {
			add(s, Row{User: "ses-smtp-user.20200101-120000", Password: Off, Keys: [2]RowKey{usedKey(10, 1)}})
		}, status: finding.Fail, severity: finding.Low, evidence: "for mail by SMTP", resources: []string{"ses-smtp-user.20200101-120000: access key 1"}},
		{title: long, name: "by the list", change: listed(false, doc), status: finding.Fail, severity: finding.Medium, resources: []string{"AKIAIOSFODNN7EXAMPLE"}},
		{title: long, name: "none by the list", change: listed(false), status: finding.Pass},
		{title: long, name: "unknown", change: noReport, status: finding.CouldNotTell, missing: report},
		{title: long, name: "a report of some", change: func(s *Snapshot) { s.Report.Partial, s.Report.Missing = true, "a credential report of all 9 users" }, status: finding.CouldNotTell, missing: "a credential report of all 9 users"},
		{title: long, name: "more than the report has room for", change: func(s *Snapshot) { with(inactive)(s); ann(s).More = "1 more access key" }, status: finding.CouldNotTell, missing: report},
		{title: long, name: "a list of some", change: func(s *Snapshot) { listed(false)(s); s.Keys.Partial = true }, status: finding.CouldNotTell, missing: report},

		{title: admins, name: "no keys", change: nothing, status: finding.Pass},
		{title: admins, name: "others' keys", change: with(usedKey(10, 1)), status: finding.Pass, evidence: "none of the 1 active access key belongs to an administrator"},
		{title: admins, name: "an administrator's", change: adminWith(usedKey(10, 1), inactive), status: finding.Fail, severity: finding.High, evidence: "1 active access key of administrators: ann (1 key; policy AdministratorAccess)", resources: []string{"ann", annKey},
			step: "`aws iam update-access-key --user-name ann --status Inactive --access-key-id ID`"},
		{title: admins, name: "by a condition", change: func(s *Snapshot) {
			with(usedKey(10, 1))(s)
			s.Details.Value.Users[0].Inline = []Inline{{"mfa", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}`}}
		}, status: finding.Fail, severity: finding.Medium, evidence: "(with a condition)", resources: []string{"ann", annKey}},
		{title: admins, name: "who may assume", change: func(s *Snapshot) {
			with(usedKey(10, 1))(s)
			addRole(s, "admin", trustOf(`{"AWS":"arn:aws:iam::111122223333:user/ann"}`), administratorAccess)
		}, status: finding.Fail, severity: finding.High, evidence: "may assume the role admin", resources: []string{"ann", annKey}},
		{title: admins, name: "rights unknown", change: func(s *Snapshot) { with(usedKey(10, 1))(s); noDetails(s) }, status: finding.CouldNotTell, missing: details},
		{title: admins, name: "policy unknown", change: func(s *Snapshot) {
			with(usedKey(10, 1))(s)
			s.Details.Value.Users[0].Inline = []Inline{{"odd", `{"Statement":7}`}}
		}, status: finding.CouldNotTell, evidence: "inline policy odd", missing: details},
		{title: admins, name: "unknown", change: func(s *Snapshot) { noReport(s); noDetails(s) }, status: finding.CouldNotTell, missing: report + ", " + details},

		{title: old, name: "no keys", change: nothing, status: finding.Pass},
		{title: old, name: "at the limit", change: with(usedKey(90, 1)), status: finding.Pass, evidence: "none of the 1 active access key is older than 90 days"},
		{title: old, name: "beyond it", change: with(usedKey(91, 1)), status: finding.Fail, severity: finding.Medium, evidence: "access key 1 of ann (made on 2026-08-26, 91 days ago)", resources: []string{"ann", annKey}, step: "`aws iam create-access-key --user-name ann`"},
		{title: old, name: "inactive", change: with(inactive), status: finding.Pass},
		{title: old, name: "by the list", change: listed(false, doc), status: finding.Fail, severity: finding.Medium, evidence: "AKIAIOSFODNN7EXAMPLE of ann (", resources: []string{"AKIAIOSFODNN7EXAMPLE", "ann"},
			step: "`aws iam update-access-key --user-name ann --status Inactive --access-key-id AKIAIOSFODNN7EXAMPLE`"},
		{title: old, name: "unknown", change: noReport, status: finding.CouldNotTell, missing: report},

		{title: two, name: "none", change: nothing, status: finding.Pass},
		{title: two, name: "one active", change: with(usedKey(90, 1), inactive), status: finding.Pass},
		{title: two, name: "two", change: with(usedKey(90, 1), usedKey(14, 1)), status: finding.Fail, severity: finding.Medium, evidence: "1 IAM user has two active access keys for more than 14 days: ann (since 2026-11-11, 14 days ago)", resources: []string{"ann", annKey, "ann: access key 2"}},
		{title: two, name: "being replaced", change: with(usedKey(90, 1), usedKey(13, 1)), status: finding.Pass, evidence: "ann has two active keys, the second made within 14 days: being replaced"},
		{title: two, name: "unknown", change: noReport, status: finding.CouldNotTell, missing: report},

		{title: unused, name: "no keys", change: nothing, status: finding.Pass},
		{title: unused, name: "used", change: with(usedKey(400, 44)), status: finding.Pass},
		{title: unused, name: "not used for long", change: with(usedKey(400, 45)), status: finding.Fail, severity: finding.Medium, evidence: "access key 1 of ann (last used on 2026-10-11, 45 days ago in eu-west-1 (s3))", resources: []string{"ann", annKey}, step: "delete-access-key --user-name ann"},
		{title: unused, name: "never used", change: with(RowKey{Active: true, Rotated: before(45)}), status: finding.Fail, severity: finding.Medium, evidence: "never used since 2026-10-11", resources: []string{"ann", annKey}},
		{title: unused, name: "new", change: with(RowKey{Active: true, Rotated: before(44)}), status: finding.Pass},
		{title: unused, name: "a third key", change: func(s *Snapshot) {
			with(usedKey(400, 1), usedKey(300, 2))(s)
			ann(s).More = "1 more access key"
			s.Keys = Part[map[string][]Key]{Known: true, Value: map[string][]Key{"ann": {{ID: "one", User: "ann", Active: true, Created: before(400)}, {ID: "two", User: "ann", Active: true, Created: before(300)}, {ID: "three", User: "ann", Active: true, Created: before(200)}}}}
			s.LastUsed = Part[map[string]Use]{Known: true, Value: map[string]Use{"three": {User: "ann", Time: before(60)}}}
		}, status: finding.Fail, severity: finding.Medium, evidence: "1 active access key not used for 45 days: three of ann (last used on", resources: []string{"ann", "three"}},
		{title: unused, name: "by the list", change: listed(true, doc), status: finding.Fail, severity: finding.Medium, evidence: "46 days ago in us-east-1 (ec2)", resources: []string{"AKIAIOSFODNN7EXAMPLE", "ann"}},
		{title: unused, name: "by the list, use unknown", change: listed(false, doc), status: finding.CouldNotTell, evidence: "nothing tells when 1 active access key was last used", missing: report},
		{title: unused, name: "unknown", change: noReport, status: finding.CouldNotTell, missing: report},
	} {
		t.Run(o.title+"/"+o.name, o.test)
	}
}

func TestUserChecks(t *testing.T) {
	nothing := func(*Snapshot) {}
	noReport := func(s *Snapshot) { missing(&s.Report) }
	const (
		age    = "How long passwords of IAM users are valid"
		shared = "Users that several people may share"
		unused = "Passwords and users that aren't used"
		mfa    = "Passwords without a second factor"
		report = "iam:GenerateCredentialReport, iam:GetCredentialReport"
	)
	policy := func(p *PasswordPolicy) func(*Snapshot) {
		return func(s *Snapshot) { s.PasswordPolicy.Value = p }
	}
	user := func(row Row) func(*Snapshot) { return func(s *Snapshot) { add(s, row) } }
	for _, o := range []outcome{
		{title: age, name: "60", change: nothing, status: finding.Pass, evidence: "valid for 60 days by the account's password policy"},
		{title: age, name: "90", change: policy(&PasswordPolicy{MaxAge: 90}), status: finding.Pass, evidence: "60 stricter"},
		{title: age, name: "91", change: policy(&PasswordPolicy{MaxAge: 91, MinimumLength: 8, Symbols: true, Numbers: true, Uppercase: true, Lower: true, ReusePrevention: 5}), status: finding.Fail, severity: finding.Low, evidence: "91 days",
			step: "`aws iam update-account-password-policy --max-password-age 90 --minimum-password-length 14 --password-reuse-prevention 5 --require-symbols --require-numbers --require-uppercase-characters --require-lowercase-characters --allow-users-to-change-password`"},
		{title: age, name: "no end", change: policy(&PasswordPolicy{MinimumLength: 20}), status: finding.Fail, severity: finding.Medium, evidence: "never end (at least 20 characters)", step: "--minimum-password-length 20 --password-reuse-prevention 24 --allow"},
		{title: age, name: "none", change: policy(nil), status: finding.Fail, severity: finding.Medium, evidence: "no password policy of its own", step: "NIST SP 800-63B"},
		{title: age, name: "no passwords", change: func(s *Snapshot) { ann(s).Password = Off }, status: finding.NotApplicable},
		{title: age, name: "unknown", change: func(s *Snapshot) { missing(&s.PasswordPolicy) }, status: finding.CouldNotTell, missing: "iam:GetAccountPasswordPolicy"},

		{title: shared, name: "none", change: nothing, status: finding.Pass},
		{title: shared, name: "one", change: user(Row{User: "Admin", Password: On, MFA: On, PasswordUsed: before(1), Keys: [2]RowKey{usedKey(10, 1), usedKey(10, 1)}}), status: finding.Fail, severity: finding.Medium,
			evidence: "1 user has a name of neither a person nor one program, so that several people may share it (the account itself doesn't tell): Admin (a password, 2 active keys)", resources: []string{"Admin"}, step: "AttributeKey=Username,AttributeValue=Admin"},
		{title: shared, name: "no way in", change: user(Row{User: "admin", Password: Off}), status: finding.Pass},
		{title: shared, name: "an administrator", change: func(s *Snapshot) {
			addGroup(s, "g", administratorAccess)
			add(s, Row{User: "ops-team", Password: On, MFA: On, PasswordUsed: before(1)}, "g")
		}, status: finding.Fail, severity: finding.High, evidence: "ops-team (a password, administrator rights)", resources: []string{"ops-team"}},
		{title: shared, name: "by the details alone", change: func(s *Snapshot) { add(s, Row{User: "ci"}); noReport(s) }, status: finding.Fail, severity: finding.Medium, evidence: "doesn't tell): ci", resources: []string{"ci"}},
		{title: shared, name: "some users", change: func(s *Snapshot) { s.Report.Partial = true; missing(&s.Details) }, status: finding.CouldNotTell, missing: report},
		{title: shared, name: "unknown", change: func(s *Snapshot) { noReport(s); missing(&s.Details) }, status: finding.CouldNotTell, missing: report},

		{title: unused, name: "none", change: nothing, status: finding.Pass},
		{title: unused, name: "a password", change: user(Row{User: "bob", Password: On, MFA: On, PasswordUsed: before(45)}), status: finding.Fail, severity: finding.Medium, evidence: "1 password not used for 45 days: bob (2026-10-11, 45 days ago)", resources: []string{"bob"}, step: "`aws iam delete-login-profile --user-name bob`"},
		{title: unused, name: "a password in use", change: user(Row{User: "bob", Password: On, MFA: On, PasswordUsed: before(44)}), status: finding.Pass},
		{title: unused, name: "never used", change: user(Row{User: "bob", Password: On, MFA: On, PasswordChanged: before(400)}), status: finding.Fail, severity: finding.Medium, evidence: "bob (never used)", resources: []string{"bob"}},
		{title: unused, name: "a new password", change: user(Row{User: "bob", Password: On, MFA: On, PasswordChanged: before(2)}), status: finding.Pass},
		{title: unused, name: "no way in", change: user(Row{User: "left", Password: Off, Keys: [2]RowKey{{Rotated: before(900)}}}), status: finding.Fail, severity: finding.Low, evidence: "1 user with neither password nor active key: left", resources: []string{"left"}, step: "`aws iam delete-user --user-name left`"},
		{title: unused, name: "a new user", change: user(Row{User: "new", Created: before(2)}), status: finding.Pass},
		{title: unused, name: "some users", change: func(s *Snapshot) { s.Report.Partial = true }, status: finding.CouldNotTell, missing: report},
		{title: unused, name: "unknown", change: noReport, status: finding.CouldNotTell, missing: report},

		{title: mfa, name: "all", change: nothing, status: finding.Pass, evidence: "the one IAM user with a password has a second factor"},
		{title: mfa, name: "no passwords", change: func(s *Snapshot) { ann(s).Password = Off }, status: finding.NotApplicable},
		{title: mfa, name: "one without", change: user(Row{User: "bob", Password: On, MFA: Off, PasswordUsed: before(1)}), status: finding.Fail, severity: finding.High, evidence: "1 of 2 IAM users with a password has no second factor: bob", resources: []string{"bob"}, step: "`aws iam enable-mfa-device --user-name bob"},
		{title: mfa, name: "an administrator", change: func(s *Snapshot) { ann(s).MFA = Off; attach(s, administratorAccess) }, status: finding.Fail, severity: finding.Critical, evidence: "ann (an administrator: policy AdministratorAccess)", resources: []string{"ann"}},
		{title: mfa, name: "some users", change: func(s *Snapshot) { s.Report.Partial = true }, status: finding.CouldNotTell, missing: report},
		{title: mfa, name: "unknown", change: noReport, status: finding.CouldNotTell, missing: report},
	} {
		t.Run(o.title+"/"+o.name, o.test)
	}
	l := DefaultLimits()
	l.PasswordMaxAge = 0
	for _, c := range examine(t, clean(), l) {
		if c.Title == age && (c.Status != finding.NotApplicable || !strings.Contains(c.Evidence, "NIST")) {
			t.Errorf("without an age: %+v", c)
		}
	}
}

// Names that several may stand behind, and names of one person or one program.
func TestSharedNames(t *testing.T) {
	l := DefaultLimits()
	for _, n := range []string{"admin", "Admin", "admin2", "admin-01", "aws-admin", "admin_user", "Administrator", "shared", "shared-billing", "Billing_Shared", "x-shared-y", "team-payments", "payments.team",
		"ci", "CI", "ci-prod", "github-actions", "jenkins", "deploy", "aws-deploy-user", "dev", "developers", "root", "user", "iam-user", "test1", "terraform", "everyone"} {
		if !l.looksShared(n) {
			t.Errorf("%s is not told of (%q)", n, plainName(n))
		}
	}
	for _, n := range []string{"ann", "ann.admin", "ann-dev", "admin-ann", "ann@example.com", "steamer", "deploy-billing-api", "billing-api", "ci-billing", "devon", "rootes", "jenkinson", "grouper", "user-ann", "AdminAnn", "builderson", "", "-", "42"} {
		if l.looksShared(n) {
			t.Errorf("%s is told of (%q)", n, plainName(n))
		}
	}
	l.SharedNames = []string{"Build-*"}
	if !l.looksShared("build-7x") || l.looksShared("admin") {
		t.Error("patterns of one's own don't hold")
	}
}

// The report's keys get the IDs of the list: by the time, by the state, never by
// guessing.
func TestKeysOf(t *testing.T) {
	id := func(n int) string { return "AKIA" + strings.Repeat("EXAMPLE", 2) + string(rune('0'+n)) + "X" }
	for _, test := range []struct {
		name string
		row  [2]RowKey
		list []Key
		want []string
	}{
		{"none", [2]RowKey{}, nil, nil},
		{"by time", [2]RowKey{{Active: true, Rotated: before(9)}, {Active: true, Rotated: before(5)}}, []Key{{ID: id(1), Active: true, Created: before(5)}, {ID: id(2), Active: true, Created: before(9)}}, []string{id(2), id(1)}},
		{"by state", [2]RowKey{{Rotated: before(9)}, {Active: true, Rotated: before(5)}}, []Key{{ID: id(1), Active: true, Created: before(50)}, {ID: id(2), Created: before(90)}}, []string{id(2), id(1)}},
		{"not by guessing", [2]RowKey{{Active: true, Rotated: before(9)}, {Active: true, Rotated: before(5)}}, []Key{{ID: id(1), Active: true, Created: before(50)}, {ID: id(2), Active: true, Created: before(90)}}, []string{"u: access key 1", "u: access key 2"}},
		{"one by time, the other by state", [2]RowKey{{Active: true, Rotated: before(9)}, {Active: true, Rotated: before(5)}}, []Key{{ID: id(1), Active: true, Created: before(9)}, {ID: id(2), Active: true, Created: before(90)}}, []string{id(1), id(2)}},
		{"second slot alone", [2]RowKey{1: {Active: true, Rotated: before(5)}}, nil, []string{"u: access key 2"}},
	} {
		x := &exam{s: &Snapshot{Keys: Part[map[string][]Key]{Known: true, Value: map[string][]Key{"u": test.list}}}}
		if got := keyNames(x.keysOf("u", &Row{User: "u", Keys: test.row})); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}

// Names are one word of a shell, whatever a saved file makes of them.
func TestWord(t *testing.T) {
	for in, want := range map[string]string{
		"ann": "ann", "a.b@c+d=e,f_g-h": "a.b@c+d=e,f_g-h", "": "''", "-x": "'-x'", "a b": "'a b'", "a'; rm -rf /; '": `'a'\''; rm -rf /; '\'''`, "$(id)": "'$(id)'", "ü": "'ü'",
		"arn:aws:iam::111122223333:role/x": "arn:aws:iam::111122223333:role/x",
	} {
		if got := word(in); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
}
