package account

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lockaway/testdata/fakeaws"
)

// detailsOf is the authorization details' document of an account, changed.
func detailsOf(a *fakeaws.Account, change func(map[string]any)) string {
	var doc map[string]any
	if err := json.Unmarshal(a.Files()["authorization-details.json"], &doc); err != nil {
		panic(err)
	}
	change(doc)
	b, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return string(b)
}

var detailLists = []string{"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"}

// only leaves some lists of a document as they are, and empties the rest, as --filter
// does.
func only(names ...string) func(map[string]any) {
	return func(doc map[string]any) {
		for _, l := range detailLists {
			if !slices.Contains(names, l) {
				doc[l] = []any{}
			}
		}
	}
}

// page cuts the entries of a document, counted through all lists.
func page(from, to int, more map[string]any) func(map[string]any) {
	return func(doc map[string]any) {
		at := 0
		for _, l := range detailLists {
			list := doc[l].([]any)
			doc[l] = list[min(max(from-at, 0), len(list)):min(max(to-at, 0), len(list))]
			at += len(list)
		}
		for k, v := range more {
			doc[k] = v
		}
	}
}

// Pages and what filters let through come to the same as the whole.
func TestPages(t *testing.T) {
	a := fakeaws.Typical()
	whole, _ := read(t, map[string]string{"d": detailsOf(a, func(map[string]any) {})})
	more, last := map[string]any{"IsTruncated": true, "Marker": "x"}, map[string]any{"IsTruncated": false}
	first, second, third := detailsOf(a, page(0, 7, more)), detailsOf(a, page(7, 9, more)), detailsOf(a, page(9, 99, last))
	for name, files := range map[string]map[string]string{
		"pages":            {"1": first, "2": second, "3": third},
		"pages, turned":    {"3": first, "1": second, "2": third},
		"pages in a file":  {"all": first + "\n" + second + third},
		"pages in a list":  {"all": "[" + first + ",\n[" + second + "]," + third + "]"},
		"NextToken":        {"1": detailsOf(a, page(0, 5, map[string]any{"NextToken": "eyJ"})), "2": detailsOf(a, page(5, 99, nil))},
		"filters":          {"u": detailsOf(a, only("UserDetailList")), "g": detailsOf(a, only("GroupDetailList")), "r": detailsOf(a, only("RoleDetailList")), "p": detailsOf(a, only("Policies"))},
		"twice":            {"1": detailsOf(a, func(map[string]any) {}), "2": detailsOf(a, func(map[string]any) {})},
		"and a later part": {"1+a": detailsOf(a, func(map[string]any) {}), "2+b": detailsOf(a, only("RoleDetailList"))},
		"other case":       {"d": strings.ReplaceAll(detailsOf(a, func(map[string]any) {}), `"UserId"`, `"Userid"`)},
	} {
		s, problems := read(t, files)
		if len(problems) > 0 || s.Details.Partial {
			t.Errorf("%s: %v, %q", name, problems, s.Details.Missing)
		}
		got, _ := json.Marshal(s.Details.Value)
		want, _ := json.Marshal(whole.Details.Value)
		if string(got) != string(want) {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
		}
	}
}

// What is missing of authorization details is seen, as far as it can be.
func TestPartialDetails(t *testing.T) {
	a := fakeaws.Typical()
	f := a.Files()
	report, summary := string(f["credential-report.csv"]), string(f["account-summary.json"])
	const command = "`aws iam get-account-authorization-details`"
	for name, test := range map[string]struct {
		files   map[string]string
		missing string
		low     bool
	}{
		"the last page is missing": {map[string]string{"d": detailsOf(a, page(0, 7, map[string]any{"IsTruncated": true, "Marker": "x"}))}, "the other pages of " + command, false},
		"NextToken":                {map[string]string{"d": detailsOf(a, page(0, 7, map[string]any{"NextToken": "eyJ"}))}, "the other pages of " + command, false},
		"users alone":              {map[string]string{"d": detailsOf(a, only("UserDetailList"))}, "the output of " + command + " with roles", false},
		"roles alone":              {map[string]string{"d": detailsOf(a, only("RoleDetailList"))}, "the output of " + command + " with users, groups and policies", false},
		"no groups, by the summary": {map[string]string{"d": detailsOf(a, only("UserDetailList", "RoleDetailList", "Policies")), "s": summary},
			"the output of " + command + " with the 2 groups that the account summary counts", false},
		"no users, by the report": {map[string]string{"d": detailsOf(a, only("RoleDetailList", "Policies")), "r": report},
			"the output of " + command + " with the users alice, bob, ci and 3 more", false},
		"no users, by their list": {map[string]string{"d": detailsOf(a, only("RoleDetailList", "Policies")), "u": `{"Users": [{"UserName": "zoe", "Arn": "arn:aws:iam::444455556666:user/zoe", "Path": "/", "UserId": "x"}]}`},
			"the output of " + command + " with the users zoe", false},
	} {
		dir := put(t, test.files)
		s, problems, err := FromDir(dir)
		if err != nil || !s.Details.Known || !s.Details.Partial || s.Details.Missing != test.missing {
			t.Errorf("%s: %v, %q", name, err, s.Details.Missing)
		}
		if len(problems) != 1 || problems[0].Low != test.low {
			t.Errorf("%s: %q", name, told(dir, problems))
		}
	}
	// A user who went before the details were saved is nobody to miss, by the summary.
	s, problems := read(t, map[string]string{"d": detailsOf(a, func(map[string]any) {}), "s": summary, "r": report + "\n" + strings.Replace(lineOf(report, "alice"), "alice", "gone", 2)})
	if s.Details.Partial || len(problems) > 0 {
		t.Errorf("%q %v", s.Details.Missing, problems)
	}
	// A report that lacks users is seen by the summary.
	s, problems = read(t, map[string]string{"s": summary, "r": strings.Replace(report, lineOf(report, "reports")+"\n", "", 1)})
	if !s.Report.Partial || s.Report.Missing != "a credential report of all 6 users" || len(problems) != 1 {
		t.Errorf("%+v %v", s.Report, problems)
	}
}

func lineOf(report, user string) string {
	for l := range strings.SplitSeq(report, "\n") {
		if strings.HasPrefix(l, user+",") {
			return l
		}
	}
	panic("no line of " + user)
}

// Of two states of the account the later is taken.
func TestOlderDetails(t *testing.T) {
	a := fakeaws.Typical()
	old := detailsOf(a, func(map[string]any) {})
	a.Users = a.Users[:5]
	a.Policies[4].Document = `{"Statement":[]}`
	dir := put(t, map[string]string{"2+a": detailsOf(a, func(map[string]any) {}), "1+b": old})
	s, problems, err := FromDir(dir)
	if err != nil || len(s.Details.Value.Users) != 5 || s.Details.Partial {
		t.Errorf("%v %+v", err, s.Details)
	}
	if p, _ := policyNamed(s, "app-data"); p.Document != `{"Statement":[]}` {
		t.Errorf("%+v", p)
	}
	want := []string{
		"- b: the list of users in it, of 2026-11-20 13:00:00 UTC, is not taken: a has a later one, of 2026-11-20 14:00:00 UTC",
		"- b: the policy app-data in it, of 2026-11-20 13:00:00 UTC, is not taken: a has a later one, of 2026-11-20 14:00:00 UTC",
	}
	if got := told(dir, problems); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func policyNamed(s *Snapshot, name string) (ManagedPolicy, bool) {
	i := slices.IndexFunc(s.Details.Value.Policies, func(p ManagedPolicy) bool { return p.Name == name })
	if i < 0 {
		return ManagedPolicy{}, false
	}
	return s.Details.Value.Policies[i], true
}

// keysJSON is a list of access keys; user is left out for the root user's.
func keysJSON(user string, ids ...string) string {
	var list []string
	for i, id := range ids {
		status := "Active"
		if i > 0 {
			status = "Inactive"
		}
		name := fmt.Sprintf(`"UserName": %q, `, user)
		if user == "" {
			name = ""
		}
		list = append(list, fmt.Sprintf(`{%s"AccessKeyId": %q, "Status": %q, "CreateDate": "2026-01-02T03:04:05+00:00"}`, name, id, status))
	}
	return `{"AccessKeyMetadata": [` + strings.Join(list, ", ") + `]}`
}

func TestKeysOfManyFiles(t *testing.T) {
	report := string(fakeaws.Typical().Report()) // bob, ci, intern and reports have keys
	const a, b, c, d = "AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE", "KEY-3", "KEY-4"
	all := []string{keysJSON("bob", a), keysJSON("ci", b, c), keysJSON("intern", d), keysJSON("reports", "KEY-5", "KEY-6")}
	for name, test := range map[string]struct {
		files   map[string]string
		missing string
		users   int
		told    []string
	}{
		"a file each":            {map[string]string{"k/1.json": all[0], "k/2.json": all[1], "k/deep/3.json": all[2], "4.json": all[3], "r": report}, "", 4, nil},
		"one file":               {map[string]string{"k": strings.Join(all, ""), "r": report}, "", 4, nil},
		"a list":                 {map[string]string{"k": "[" + strings.Join(all, ",") + "]", "r": report}, "", 4, nil},
		"one is missing":         {map[string]string{"k": all[0] + all[1] + all[2], "r": report}, "the output of `aws iam list-access-keys --user-name USER` for reports", 3, nil},
		"nothing says who":       {map[string]string{"k": all[0]}, "the output of `aws iam list-access-keys` for each user, and a list of the users", 1, nil},
		"empty ones":             {map[string]string{"k": strings.Join(all, "") + `{"AccessKeyMetadata": []}`, "r": report}, "", 4, nil},
		"empty, and one missing": {map[string]string{"k": all[0] + all[1] + all[2] + `{"AccessKeyMetadata": []}`, "r": report}, "the output of `aws iam list-access-keys --user-name USER` for reports", 3, []string{"- : 1 saved list of access keys is empty, and so don't say of which user"}},
		"the root user's":        {map[string]string{"k": strings.Join(all, "") + keysJSON("", "KEY-7"), "r": report}, "", 5, nil},
		"an older one":           {map[string]string{"2+k": strings.Join(all, ""), "1+old": keysJSON("bob", "KEY-0", a), "r": report}, "", 4, []string{"- old: the list of access keys of bob in it, of 2026-11-20 13:00:00 UTC, is not taken: k has a later one, of 2026-11-20 14:00:00 UTC"}},
	} {
		dir := put(t, test.files)
		s, problems, err := FromDir(dir)
		if err != nil || !s.Keys.Known || s.Keys.Partial != (test.missing != "") || s.Keys.Missing != test.missing || len(s.Keys.Value) != test.users {
			t.Errorf("%s: %v, %+v", name, err, s.Keys)
			continue
		}
		if got := told(dir, problems); !slices.Equal(got, test.told) {
			t.Errorf("%s: %q", name, got)
		}
		if k := s.Keys.Value["bob"]; len(k) != 1 || k[0] != (Key{ID: a, User: "bob", Active: true, Created: day("2026-01-02T03:04:05Z")}) {
			t.Errorf("%s: %+v", name, k)
		}
		if name == "the root user's" && s.Keys.Value[RootUser][0] != (Key{ID: "KEY-7", User: RootUser, Active: true, Created: day("2026-01-02T03:04:05Z")}) {
			t.Errorf("%+v", s.Keys.Value)
		}
	}
	dir := put(t, map[string]string{"k": keysJSON("bob", a, a) + keysJSON("ci", b) + keysJSON("zoe", a, c)})
	s, problems, err := FromDir(dir)
	if got := told(dir, problems); err != nil || len(s.Keys.Value["bob"]) != 1 || len(s.Keys.Value["zoe"]) != 1 || !slices.Equal(got, []string{
		"! : the key " + a + " is listed as one of bob and of zoe; the first is taken",
		"! k: has " + a + " in its list of access keys of bob twice, in two ways; the first is taken",
	}) {
		t.Errorf("%v %q %+v", err, got, s.Keys)
	}
	s, _ = read(t, map[string]string{"r": string(fakeaws.Clean().Report())})
	if s.Keys.Partial || !s.Keys.Known || len(s.Keys.Value) != 0 || s.Keys.Source != "the credential report" || !s.LastUsed.Known {
		t.Errorf("nobody has keys: %+v", s.Keys)
	}
	s, _ = read(t, map[string]string{"r": report})
	if s.Keys.Known || s.Keys.Missing != "the output of `aws iam list-access-keys`" {
		t.Errorf("%+v", s.Keys)
	}
}

// The AWS CLI's answer about a last use doesn't say of which key it is.
func TestLastUses(t *testing.T) {
	const a, b, c = "AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE", "KEY-3"
	use := func(user string) string {
		return fmt.Sprintf(`{"UserName": %q, "AccessKeyLastUsed": {"LastUsedDate": "2026-11-01T00:00:00+00:00", "ServiceName": "s3", "Region": "eu-west-1"}}`, user)
	}
	keys := keysJSON("bob", a) + keysJSON("ci", b, c)
	want := Use{User: "ci", Time: day("2026-11-01T00:00:00Z"), Service: "s3", Region: "eu-west-1"}
	s, problems := read(t, map[string]string{"k": keys, "u": use("bob")})
	if s.LastUsed.Value[a].Service != "s3" || len(problems) > 0 || !s.LastUsed.Partial || s.LastUsed.Missing != "the output of `aws iam get-access-key-last-used --access-key-id ID` for "+b+", "+c {
		t.Errorf("the only key: %+v %v", s.LastUsed, problems)
	}
	s, problems = read(t, map[string]string{"k": keys, "used-" + b + ".json": use("ci")})
	if s.LastUsed.Value[b] != want || len(problems) > 0 {
		t.Errorf("by the file's name: %+v %v", s.LastUsed, problems)
	}
	s, problems = read(t, map[string]string{"k": keys, "u": strings.Replace(use("ci"), "{", `{"AccessKeyId": "`+c+`", `, 1)})
	if s.LastUsed.Value[c] != want || len(problems) > 0 {
		t.Errorf("by a member: %+v %v", s.LastUsed, problems)
	}
	dir := put(t, map[string]string{"k": keys, "u": use("ci"), a + ".json": use("ci")})
	s, problems, err := FromDir(dir)
	if got := told(dir, problems); err != nil || len(s.LastUsed.Value) != 0 || !slices.Equal(got, []string{
		"! " + a + ".json: tells that " + a + " is a key of ci, but k lists it as one of bob",
		"- u: tells a last use, but not of which key",
	}) {
		t.Errorf("%v %q %+v", err, got, s.LastUsed)
	}
	never := `{"UserName": "bob", "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}}`
	if s, _ = read(t, map[string]string{"k": keys, "u": never}); s.LastUsed.Value[a] != (Use{User: "bob"}) {
		t.Errorf("%+v", s.LastUsed)
	}
}

// The devices of --assignment-status Unassigned say nothing of those in use.
func TestVirtualDevices(t *testing.T) {
	const spare, used = `{"VirtualMFADevices": [{"SerialNumber": "arn:aws:iam::444455556666:mfa/x"}]}`,
		`{"VirtualMFADevices": [{"SerialNumber": "arn:aws:iam::444455556666:mfa/root-account-mfa-device", "EnableDate": "2026-01-02T03:04:05Z", "User": {"Arn": "arn:aws:iam::444455556666:root"}}]}`
	s, problems := read(t, map[string]string{"s": spare, "u": used})
	if v := s.VirtualMFA; v.Partial || len(v.Value) != 1 || v.Value[0].User != RootUser || len(problems) > 0 || s.ID != "444455556666" {
		t.Errorf("%+v %v", v, problems)
	}
	s, problems = read(t, map[string]string{"s": spare})
	if v := s.VirtualMFA; !v.Known || !v.Partial || len(v.Value) != 0 || len(problems) != 1 {
		t.Errorf("%+v %v", v, problems)
	}
	s, _ = read(t, map[string]string{"s": `{"VirtualMFADevices": []}`, "a": string(fakeaws.Clean().Report())})
	if v := s.VirtualMFA; !v.Known || v.Partial || v.Value == nil && len(v.Value) != 0 {
		t.Errorf("%+v", v)
	}
	// The device that was replaced is not there any more.
	s, problems = read(t, map[string]string{"2+new": `{"VirtualMFADevices": []}`, "1+old": used})
	if v := s.VirtualMFA; v.Partial || len(v.Value) != 0 || len(problems) != 1 || !problems[0].Low {
		t.Errorf("%+v %v", v, problems)
	}
	s, problems = read(t, map[string]string{"p": strings.Replace(used, "{", `{"IsTruncated": true, "Marker": "m", `, 1)})
	if v := s.VirtualMFA; !v.Partial || v.Missing != "the other pages of `aws iam list-virtual-mfa-devices`" || len(problems) != 1 {
		t.Errorf("%+v %v", v, problems)
	}
}

// Devices, certificates, features, aliases as they are saved.
func TestOtherParts(t *testing.T) {
	s, problems := read(t, map[string]string{
		"devices": `{"MFADevices": [{"UserName": "ann", "SerialNumber": "arn:aws:iam::111122223333:u2f/user/ann/key", "EnableDate": 1767323045}]}`,
		"certs":   `{"Certificates": [{"UserName": "ann", "Status": "Inactive", "CertificateBody": "x", "CertificateId": "ABC", "UploadDate": "2026-01-02T03:04:05Z"}]}`,
		"org":     `{"OrganizationId": "o-a1b2c3d4e5", "EnabledFeatures": ["RootSessions"]}`,
		"alias":   `{"AccountAliases": ["example"]}`,
		"caller":  `{"UserId": "AIDA", "Account": "111122223333", "Arn": "arn:aws-cn:iam::111122223333:user/ann"}`,
		"state":   `{"State": "COMPLETE"}`,
	})
	if d := s.MFA.Value["ann"]; len(d) != 1 || !d[0].Enabled.Equal(day("2026-01-02T03:04:05Z")) {
		t.Errorf("%+v", s.MFA)
	}
	if c := s.Certificates.Value["ann"]; len(c) != 1 || c[0] != (Certificate{"ABC", "ann", false, day("2026-01-02T03:04:05Z")}) {
		t.Errorf("%+v", s.Certificates)
	}
	if o := s.Organization.Value; o != (Organization{ID: "o-a1b2c3d4e5", RootSessions: true}) {
		t.Errorf("%+v", o)
	}
	if s.Alias != "example" || s.ID != "111122223333" || s.Partition != "aws-cn" || s.Caller != "" || len(problems) > 0 {
		t.Errorf("%+v %v", s, problems)
	}
	// Lists of the same name in other services' answers are none.
	for _, other := range []string{
		`{"Certificates": [{"certificateArn": "arn:aws:iot:eu-west-1:111122223333:cert/0", "status": "ACTIVE"}]}`,
		`{"Users": [{"UserName": "x", "UserId": "y", "IdentityStoreId": "d-1"}]}`,
		`{"Group": {"GroupName": "g"}, "Users": [{"UserName": "x", "UserId": "y", "Path": "/", "Arn": "arn:aws:iam::111122223333:user/x"}]}`,
	} {
		dir := put(t, map[string]string{"other.json": other, "s.json": `{"SummaryMap": {"Users": 1}}`})
		_, problems, err := FromDir(dir)
		if got := told(dir, problems); err != nil || !slices.Equal(got, []string{"- other.json: tells nothing of an AWS account"}) {
			t.Errorf("%v %q", err, got)
		}
	}
}
