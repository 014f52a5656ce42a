package account

import (
	"slices"
	"strings"
	"testing"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// keyID makes up a key ID of an account.
func keyID(t testing.TB, prefix, account string, n uint64) string {
	t.Helper()
	id, err := awskey.Encode(prefix, account, n*7919+5)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// leaked is a finding of a key ID, as a report that is read back has it.
func leaked(id string) *finding.Finding {
	f := &finding.Finding{Rule: "aws-access-key", Severity: finding.High, Value: finding.NewSecret(id)}
	f.Path = "app/config.ini"
	f.Parts = []finding.Part{{Kind: "key-id", Value: f.Value}, {Kind: "secret", Value: finding.NewSecret("beside it")}}
	if k, ok := awskey.Parse(id); ok {
		f.AWS = &finding.AWS{KeyID: id, AccountID: k.Account, Example: k.Example}
	}
	return f
}

// leaky is an account with keys: ann's, an administrator's, the root user's.
func leaky(t testing.TB) (s *Snapshot, annKey, bobKey, rootKey string) {
	s = clean()
	annKey, bobKey, rootKey = keyID(t, "AKIA", s.ID, 1), keyID(t, "AKIA", s.ID, 2), keyID(t, "AKIA", s.ID, 3)
	ann(s).Keys[0] = RowKey{Active: true, Rotated: before(100), Used: before(4), Region: "sa-east-1", Service: "s3"}
	addGroup(s, "admins", administratorAccess)
	add(s, Row{User: "bob", Password: Off, MFA: Off, Keys: [2]RowKey{{Rotated: before(300)}, {Active: true, Rotated: before(9)}}}, "admins")
	s.Keys = Part[map[string][]Key]{Known: true, Source: "keys.json", Time: before(1), Value: map[string][]Key{
		"ann": {{ID: annKey, User: "ann", Active: true, Created: before(100)}},
		"bob": {{ID: bobKey, User: "bob", Created: before(300)}, {ID: keyID(t, "AKIA", s.ID, 4), User: "bob", Active: true, Created: before(9)}},
	}}
	return s, annKey, bobKey, rootKey
}

func join(t *testing.T, s *Snapshot, ids ...string) []*finding.Finding {
	t.Helper()
	var fs []*finding.Finding
	for _, id := range ids {
		fs = append(fs, leaked(id))
	}
	return Join(s, fs, testNow).Findings
}

func isTrue(b *bool) bool  { return b != nil && *b }
func isFalse(b *bool) bool { return b != nil && !*b }

func TestJoinListed(t *testing.T) {
	s, annKey, bobKey, rootKey := leaky(t)
	got := join(t, s, annKey, bobKey)
	if len(got) != 2 {
		t.Fatalf("%d findings", len(got))
	}
	v := got[0].Verification
	if v.State != finding.Live || v.Identity != finding.IAMUser || v.User != "ann" || v.ARN != "arn:aws:iam::111122223333:user/ann" || v.AccountID != s.ID ||
		!v.LastUsed.Equal(before(4)) || v.Region != "sa-east-1" || v.Service != "s3" || !v.Created.Equal(before(100)) ||
		!isFalse(v.Admin) || !isFalse(v.Quarantined) || !isTrue(v.MFA) || len(v.OtherKeys) > 0 || got[0].Severity != finding.High {
		t.Errorf("ann: %s %+v", got[0].Severity, v)
	}
	if r := v.Reasons; len(r) != 1 || r[0] != "active by the list of access keys, keys.json, as of 2026-11-24" {
		t.Errorf("ann: %q", r)
	}
	v = got[1].Verification
	if v.State != finding.Inactive || v.User != "bob" || !isTrue(v.Admin) || !isFalse(v.MFA) || !slices.Equal(v.OtherKeys, []string{keyID(t, "AKIA", s.ID, 4)}) ||
		!v.LastUsed.IsZero() || got[1].Severity != finding.Medium || !strings.Contains(strings.Join(v.Reasons, "; "), "never used") || !strings.Contains(strings.Join(v.Reasons, "; "), "policy AdministratorAccess of the group admins") {
		t.Errorf("bob: %s %+v", got[1].Severity, v)
	}
	// The root user's, whose list somebody saved as root.
	root(s).Keys[0] = usedKey(2000, 1)
	s.Summary.Value[summaryKeys] = 1
	s.Keys.Value[RootUser] = []Key{{ID: rootKey, User: RootUser, Active: true, Created: before(2000)}}
	v = join(t, s, rootKey)[0].Verification
	if v.State != finding.Live || v.Identity != finding.Root || v.ARN != "arn:aws:iam::111122223333:root" || !isTrue(v.Admin) || !isTrue(v.MFA) || v.Region != "eu-west-1" {
		t.Errorf("root: %+v", v)
	}
	// Of an administrator, active.
	s.Keys.Value["bob"][0].Active, s.Report.Value[2].Keys[0].Active = true, true
	if f := join(t, s, bobKey)[0]; f.Severity != finding.Critical {
		t.Errorf("an active key of an administrator is %s", f.Severity)
	}
}

func TestJoinUnlisted(t *testing.T) {
	other := func(s *Snapshot) string { return keyID(t, "AKIA", s.ID, 9) }
	for _, test := range []struct {
		name   string
		change func(*Snapshot)
		id     func(*Snapshot) string
		state  finding.State
		reason string
	}{
		{"deleted", func(*Snapshot) {}, other, finding.Dead, "nor has the root user any: it was deleted"},
		{"root's, or deleted", func(s *Snapshot) { s.Summary.Value[summaryKeys] = 1; root(s).Keys[0] = usedKey(9, 9) }, other, finding.Unknown, "it is the root user's, or deleted"},
		{"root's, or deleted, by the summary", func(s *Snapshot) { s.Summary.Value[summaryKeys] = 1 }, other, finding.Unknown, "it is the root user's, or deleted"},
		{"root's listed", func(s *Snapshot) {
			s.Summary.Value[summaryKeys] = 1
			root(s).Keys[0] = usedKey(9, 9)
			s.Keys.Value[RootUser] = []Key{{ID: keyID(t, "AKIA", s.ID, 3), User: RootUser, Active: true, Created: before(9)}}
		}, other, finding.Dead, "neither a user of the account nor the root user has it"},
		{"a user's list is missing", func(s *Snapshot) { delete(s.Keys.Value, "bob") }, other, finding.NotCalled, "`aws iam list-access-keys --user-name USER`"},
		{"no lists, and none needed", func(s *Snapshot) {
			missing(&s.Keys)
			for i := range s.Report.Value {
				s.Report.Value[i].Keys = [2]RowKey{}
			}
		}, other, finding.Dead, "it was deleted"},
		{"more keys than the report has", func(s *Snapshot) {
			missing(&s.Keys)
			for i := range s.Report.Value {
				s.Report.Value[i].Keys, s.Report.Value[i].More = [2]RowKey{}, "1 more access key"
			}
		}, other, finding.NotCalled, "by the ID itself"},
		{"no lists", func(s *Snapshot) { missing(&s.Keys) }, other, finding.NotCalled, "of account 111122223333, by the ID itself"},
		{"no lists, and what it would take", func(s *Snapshot) { s.Keys = Part[map[string][]Key]{Missing: "iam:ListAccessKeys"} }, other, finding.NotCalled, "would tell: iam:ListAccessKeys"},
		{"last use alone", func(s *Snapshot) {
			missing(&s.Keys)
			s.LastUsed = Part[map[string]Use]{Known: true, Value: map[string]Use{other(s): {User: "bob", Time: before(2), Service: "iam"}}}
		}, other, finding.Unknown, "its user is known by its last use"},
		{"old layout", func(*Snapshot) {}, func(*Snapshot) string { return "AKIA" + "J" + strings.Repeat("QWERTYUIOP", 2)[:15] }, finding.NotCalled, "it may be of another account"},
		{"temporary", func(*Snapshot) {}, func(s *Snapshot) string { return keyID(t, "ASIA", s.ID, 9) }, finding.NotCalled, "temporary keys stand in no list"},
		{"no summary and no report", func(s *Snapshot) { missing(&s.Summary); missing(&s.Report) }, other, finding.Unknown, "the account summary would tell"},
	} {
		s, _, _, _ := leaky(t)
		test.change(s)
		fs := join(t, s, test.id(s))
		if len(fs) != 1 {
			t.Errorf("%s: %d findings", test.name, len(fs))
			continue
		}
		v := fs[0].Verification
		if v.State != test.state || !strings.Contains(strings.Join(v.Reasons, "; "), test.reason) {
			t.Errorf("%s: %s: %q", test.name, v.State, v.Reasons)
		}
		if test.name == "last use alone" && (v.User != "bob" || !isTrue(v.Admin) || v.Service != "iam") {
			t.Errorf("%s: %+v", test.name, v)
		}
		want := finding.High
		switch {
		case v.State == finding.Dead:
			want = finding.Low
		case strings.Contains(test.reason, "root user's, or deleted"):
			want = finding.Critical
		}
		if fs[0].Severity != want {
			t.Errorf("%s: severity %s", test.name, fs[0].Severity)
		}
	}
}

// What AWS refused is told with each key that it would have told more of.
func TestJoinRefused(t *testing.T) {
	s, annKey, _, _ := leaky(t)
	s.LastUsed.Missing = "iam:GetAccessKeyLastUsed"
	if v := join(t, s, annKey)[0].Verification; v.State != finding.Live || !slices.Equal(v.Refused, []string{"iam:GetAccessKeyLastUsed"}) {
		t.Errorf("%+v", v)
	}
	s.Keys = Part[map[string][]Key]{Missing: "iam:ListAccessKeys for ann, bob"}
	if v := join(t, s, annKey)[0].Verification; v.State != finding.NotCalled || !slices.Equal(v.Refused, []string{"iam:ListAccessKeys"}) {
		t.Errorf("%+v", v)
	}
	s.LastUsed = Part[map[string]Use]{Known: true, Partial: true, Missing: "iam:GetAccessKeyLastUsed for another", Value: map[string]Use{annKey: {User: "ann"}}}
	if v := join(t, s, annKey)[0].Verification; !slices.Equal(v.Refused, []string{"iam:ListAccessKeys"}) {
		t.Errorf("%+v", v)
	}
}

// What is of other accounts, or no access key, is left out and counted.
func TestJoinLeavesOut(t *testing.T) {
	s, annKey, _, _ := leaky(t)
	fs := []*finding.Finding{leaked(annKey), leaked(keyID(t, "AKIA", "444455556666", 1)), leaked("AKIAIOSFODNN7EXAMPLE"), leaked("AROA" + strings.Repeat("ABCDEFGH", 2)), {Rule: "private-key"}}
	got := Join(s, fs, testNow)
	if len(got.Findings) != 1 || got.Elsewhere != 1 || got.Other != 3 || fs[1].Verification != nil || fs[4].Verification != nil {
		t.Errorf("%+v", got)
	}
	if ids := LeakedIDs(append(fs, fs...), s.ID); !slices.Equal(ids, []string{annKey}) {
		t.Errorf("asked of: %q", ids)
	}
	if ids := LeakedIDs(fs, ""); len(ids) != 2 {
		t.Errorf("asked of: %q", ids)
	}
}

// A list that holds the key holds, whatever the ID says of its account.
func TestJoinTheListHolds(t *testing.T) {
	s, _, _, _ := leaky(t)
	id := keyID(t, "AKIA", "444455556666", 1)
	s.Keys.Value["ann"] = []Key{{ID: id, User: "ann", Active: true, Created: before(100)}}
	if got := join(t, s, id); len(got) != 1 || got[0].Verification.State != finding.Live || got[0].Verification.AccountID != s.ID {
		t.Errorf("%+v", got)
	}
}
