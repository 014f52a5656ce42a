package account

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"lockaway/scanner/finding"
	"lockaway/testdata/fakeaws"
)

// put writes files into a folder, each as of a time so many hours after fakeaws.At
// that its name begins with ("2+name"), else as of At.
func put(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		at := fakeaws.At
		if hours, rest, ok := strings.Cut(name, "+"); ok && len(hours) == 1 {
			name = rest
			at = at.Add(time.Duration(hours[0]-'0') * time.Hour)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// read reads a folder that is to be one account's.
func read(t *testing.T, files map[string]string) (*Snapshot, []finding.Problem) {
	t.Helper()
	s, problems, err := FromDir(put(t, files))
	if err != nil {
		t.Fatalf("%v\n%v", err, problems)
	}
	return s, problems
}

// told writes problems down for comparison: "! name: what" for one of normal weight,
// "- name: what" for one of low.
func told(dir string, problems []finding.Problem) []string {
	var out []string
	for _, p := range problems {
		mark := "! "
		if p.Low {
			mark = "- "
		}
		where := strings.TrimPrefix(strings.TrimPrefix(p.Where, filepath.ToSlash(dir)), "/")
		out = append(out, mark+where+": "+p.What)
	}
	slices.Sort(out)
	return out
}

func day(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

// A folder as it is saved is read without a word.
func TestSavedAccounts(t *testing.T) {
	for name, a := range fakeaws.Accounts() {
		dir := t.TempDir()
		if err := a.Save(dir); err != nil {
			t.Fatal(err)
		}
		s, problems, err := FromDir(dir)
		if err != nil || len(problems) > 0 {
			t.Fatalf("%s: %v, %v", name, err, problems)
		}
		if s.ID != a.ID || s.Partition != "aws" || s.Alias != a.Alias || s.Caller != "" {
			t.Errorf("%s: %q %q %q %q", name, s.ID, s.Partition, s.Alias, s.Caller)
		}
		known := []bool{s.Report.Known, s.Summary.Known, s.Details.Known, s.PasswordPolicy.Known, s.VirtualMFA.Known, s.Organization.Known}
		partial := []bool{s.Report.Partial, s.Summary.Partial, s.Details.Partial, s.PasswordPolicy.Partial, s.VirtualMFA.Partial, s.Organization.Partial, s.Keys.Partial, s.LastUsed.Partial}
		if slices.Contains(known, false) || slices.Contains(partial, true) {
			t.Errorf("%s: known %v, partial %v", name, known, partial)
		}
		if s.Report.Source != "credential-report.csv" || !s.Report.Time.Equal(fakeaws.At) || s.Details.Source != "authorization-details.json" {
			t.Errorf("%s: %q of %v, %q", name, s.Report.Source, s.Report.Time, s.Details.Source)
		}
		if got := len(s.Report.Value); got != len(a.Users)+1 || !s.Report.Value[0].Root() {
			t.Errorf("%s: %d rows", name, got)
		}
	}
}

// What the typical account's files say, by hand.
func TestTypicalAccount(t *testing.T) {
	dir := t.TempDir()
	a := fakeaws.Typical()
	if err := a.Save(dir); err != nil {
		t.Fatal(err)
	}
	s, _, err := FromDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	ci := s.Report.Value[3]
	want := Row{
		User: "ci", ARN: "arn:aws:iam::444455556666:user/machines/ci", Created: day("2023-08-08T10:37:00Z"), Password: Off, MFA: Off,
		Keys: [2]RowKey{
			{Active: true, Rotated: day("2025-09-26T10:37:00Z"), Used: day("2026-11-20T10:37:00Z"), Region: "eu-west-1", Service: "s3"},
			{Active: false, Rotated: day("2023-08-08T10:37:00Z"), Used: day("2025-09-16T10:37:00Z"), Region: "eu-west-1", Service: "s3"},
		},
	}
	if ci != want {
		t.Errorf("got  %+v\nwant %+v", ci, want)
	}
	root := s.Report.Value[0]
	if root.Password != NotKnown || root.MFA != On || !root.PasswordUsed.Equal(day("2026-05-04T10:37:00Z")) || !root.PasswordChanged.IsZero() || root.Keys[0].Active {
		t.Errorf("root: %+v", root)
	}
	if intern := s.Report.Value[5]; intern.User != "intern" || !intern.Keys[0].Active || !intern.Keys[0].Used.IsZero() || intern.Keys[0].Region != "" {
		t.Errorf("%+v", intern)
	}
	if p := *s.PasswordPolicy.Value; p != (PasswordPolicy{MinimumLength: 8, Numbers: true, Lower: true, UsersMayChange: true}) {
		t.Errorf("%+v", p)
	}
	if v := s.VirtualMFA.Value; len(v) != 2 || v[0].User != "alice" || v[1].User != RootUser || v[1].Serial != "arn:aws:iam::444455556666:mfa/root-account-mfa-device" {
		t.Errorf("%+v", v)
	}
	if !s.Organization.Value.Member {
		t.Errorf("%+v", s.Organization)
	}
	if s.Summary.Value["AccountMFAEnabled"] != 1 || s.Summary.Value["Users"] != 6 || s.Summary.Value["Policies"] != 2 {
		t.Errorf("%v", s.Summary.Value)
	}
	ciUser := s.Details.Value.Users[2]
	if ciUser.Name != "ci" || ciUser.Path != "/machines/" || !slices.Equal(ciUser.Groups, []string{"developers"}) || ciUser.Tags["purpose"] != "deploy" {
		t.Errorf("%+v", ciUser)
	}
	web := s.Details.Value.Roles[2]
	if web.Name != "app-web" || web.Boundary != "arn:aws:iam::444455556666:policy/limits" || web.Attached[0] != (Attached{"app-data", "arn:aws:iam::444455556666:policy/app-data"}) ||
		web.UsedRegion != "eu-west-1" || web.Trust != `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}` {
		t.Errorf("%+v", web)
	}
	data := s.Details.Value.Policies[slices.IndexFunc(s.Details.Value.Policies, func(p ManagedPolicy) bool { return p.Name == "app-data" })]
	if !strings.Contains(data.Document, "example-data") { // the default version, not one of the others
		t.Errorf("%+v", data)
	}
	keys := s.Keys.Value
	if len(keys) != 4 || len(keys["reports"]) != 2 || keys["ci"][1].Active == keys["ci"][0].Active || keys["bob"][0].User != "bob" {
		t.Errorf("%+v", keys)
	}
	if use := s.LastUsed.Value[keys["bob"][0].ID]; use.User != "bob" || use.Service != "ec2" || !use.Time.Equal(day("2026-11-20T10:37:00Z")) {
		t.Errorf("%+v", use)
	}
	if use := s.LastUsed.Value[keys["intern"][0].ID]; use != (Use{User: "intern"}) {
		t.Errorf("%+v", use)
	}
}

func utf16Of(s string, big bool) string {
	b := []byte{0xff, 0xfe}
	if big {
		b = []byte{0xfe, 0xff}
	}
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

// The report is the same, however it was saved.
func TestFormsOfTheReport(t *testing.T) {
	a := fakeaws.Awful()
	plain := string(a.Report())
	want, _ := read(t, map[string]string{"r": plain})
	lines := strings.Split(strings.TrimSpace(plain), "\n")
	quoted := make([]string, len(lines))
	for i, l := range lines {
		quoted[i] = `"` + strings.ReplaceAll(l, ",", `","`) + `"`
	}
	reordered := make([]string, len(lines))
	for i, l := range lines {
		f := strings.Split(l, ",")
		reordered[i] = strings.Join(append(f[5:], f[:5]...), ",")
	}
	reordered[0] = "user_note," + reordered[0] // a header begins with "user" all the same
	for i := 1; i < len(lines); i++ {
		reordered[i] = "x," + reordered[i]
	}
	wrapped := string(a.WrappedReport())
	for name, content := range map[string]string{
		"BOM":                 "\ufeff" + plain,
		"CRLF":                strings.ReplaceAll(plain, "\n", "\r\n"),
		"blank lines":         strings.ReplaceAll(plain, "\n", "\n\n") + "\n \n",
		"no newline":          strings.TrimSpace(plain),
		"quotes":              strings.Join(quoted, "\n"),
		"semicolons":          strings.ReplaceAll(plain, ",", ";"),
		"tabs":                strings.ReplaceAll(plain, ",", "\t"),
		"capitals":            strings.NewReplacer("true", "TRUE", "false", "FALSE", "no_information", "No_Information").Replace(plain),
		"UTF-16":              utf16Of(strings.ReplaceAll(plain, "\n", "\r\n"), false),
		"UTF-16, big end":     utf16Of(plain, true),
		"UTF-16, no mark":     utf16Of(plain, false)[2:],
		"big end, no mark":    utf16Of(plain, true)[2:],
		"wrapped":             wrapped,
		"wrapped, PowerShell": utf16Of(strings.ReplaceAll(wrapped, "\n", "\r\n"), false),
		"base64":              base64.StdEncoding.EncodeToString(a.Report()) + "\n",
		"base64, quoted":      `"` + base64.StdEncoding.EncodeToString(a.Report()) + `"`,
		"Z":                   strings.ReplaceAll(plain, "+00:00", "Z"),
		"more columns":        strings.Replace(strings.ReplaceAll(plain, "\n", ",\n"), "cert_2_last_rotated,", "cert_2_last_rotated,additional_credentials_info", 1),
		"other order":         strings.Join(reordered, "\n"),
		"root last":           strings.Join(append([]string{lines[0]}, append(slices.Clone(lines[2:]), lines[1])...), "\n"),
	} {
		got, problems := read(t, map[string]string{"r": content})
		if !reflect.DeepEqual(got.Report.Value, want.Report.Value) || len(problems) > 0 || got.ID != a.ID {
			t.Errorf("%s: %v\n%+v", name, problems, got.Report.Value)
		}
	}
}

// A report that can't be read whole tells nothing: what isn't understood might be the
// one key that is in use.
func TestDamagedReports(t *testing.T) {
	plain := string(fakeaws.Awful().Report())
	lines := strings.Split(strings.TrimSpace(plain), "\n")
	edit := func(n int, old, new string) string {
		l := slices.Clone(lines)
		if !strings.Contains(l[n], old) {
			t.Fatalf("no %q in %q", old, l[n])
		}
		l[n] = strings.Replace(l[n], old, new, 1)
		return strings.Join(l, "\n")
	}
	const summary = `{"SummaryMap": {"AccountMFAEnabled": 0}}`
	for want, content := range map[string]string{
		"line 4: it has 11 fields where the header has 22: the report is cut off or mixed up":                strings.Join(append(slices.Clone(lines[:3]), strings.Join(strings.SplitN(lines[3], ",", 12)[:11], ",")), "\n"),
		"line 1: the report lacks the column access_key_2_active":                                            strings.Replace(plain, "access_key_2_active", "acess_key_2_active", 1),
		"line 1: the column mfa_active stands there twice":                                                   edit(0, "password_enabled", "mfa_active,password_enabled"),
		`line 3: password_enabled: "yes" is no yes or no`:                                                    edit(2, ",true,", ",yes,"),
		`line 3: access_key_1_active: "N/A" is no yes or no`:                                                 edit(2, ",false,true,2016", ",false,N/A,2016"),
		`line 3: access_key_1_last_rotated: "16.03.2016 10:37" is no time such as 2026-01-31T12:00:00+00:00`: edit(2, "false,true,2016-03-17T10:37:00+00:00", "false,true,16.03.2016 10:37"),
		`line 7: the user "admin" stands in the report twice`:                                                edit(6, "shared,", "admin,"),
		`line 3: "arn:aws:s3:::admin" is no ARN of a user`:                                                   edit(2, "arn:aws:iam::999999999999:user/admin", "arn:aws:s3:::admin"),
		`line 3: user: "ad\x1b[2Jmin" is no name`:                                                            edit(2, "admin,", "ad\x1b[2Jmin,"),
		"line 3: is longer than 64 KiB":                                                                      edit(2, "admin", strings.Repeat("a", 70<<10)),
		"line 3: the quotes don't close":                                                                     edit(2, "admin", `"admin`),
		"line 1: the report has no rows":                                                                     lines[0] + "\n",
		"the report isn't UTF-8":                                                                             edit(2, "admin", "adm\xe9n"),
	} {
		dir := put(t, map[string]string{"report.csv": content, "summary.json": summary})
		s, problems, err := FromDir(dir)
		if err != nil || s.Report.Known || s.Report.Missing != "the output of `aws iam get-credential-report`" {
			t.Errorf("%s: %v, %+v", want, err, s)
		}
		if got := told(dir, problems); !slices.Equal(got, []string{"! report.csv: the credential report is damaged: " + want}) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

// The report has no time of its own where it is CSV: it is as old as its file, and no
// older than what it tells.
func TestAgeOfTheReport(t *testing.T) {
	a := fakeaws.Clean()
	s, _ := read(t, map[string]string{"3+r.csv": string(a.Report())})
	if !s.Report.Time.Equal(fakeaws.At.Add(3 * time.Hour)) {
		t.Errorf("%v", s.Report.Time)
	}
	s, _ = read(t, map[string]string{"3+r.json": string(a.WrappedReport())})
	if !s.Report.Time.Equal(fakeaws.At) {
		t.Errorf("%v", s.Report.Time)
	}
	dir := put(t, map[string]string{"r.csv": string(a.Report())})
	old := fakeaws.At.AddDate(-1, 0, 0)
	if err := os.Chtimes(filepath.Join(dir, "r.csv"), old, old); err != nil {
		t.Fatal(err)
	}
	s, _, err := FromDir(dir)
	if want := day("2026-11-17T10:37:00Z"); err != nil || !s.Report.Time.Equal(want) { // ann's last sign-in
		t.Errorf("%v, %v", s.Report.Time, err)
	}
}

// Two of a kind: the later is taken, and that is told.
func TestTwice(t *testing.T) {
	one, other := `{"SummaryMap": {"AccountMFAEnabled": 1}}`, `{"SummaryMap": {"AccountMFAEnabled": 0}}`
	for _, test := range []struct {
		name  string
		files map[string]string
		want  int
		told  []string
	}{
		{"the same", map[string]string{"a.json": one, "b.json": one}, 1, nil},
		{"later", map[string]string{"2+a.json": one, "1+b.json": other}, 1,
			[]string{"- b.json: the account summary in it, of 2026-11-20 13:00:00 UTC, is not taken: a.json has a later one, of 2026-11-20 14:00:00 UTC"}},
		{"neither later", map[string]string{"a.json": one, "b.json": other}, 0,
			[]string{"! a.json: contradicts b.json: both tell the account summary, differently, and neither is later; that one is taken"}},
	} {
		dir := put(t, test.files)
		s, problems, err := FromDir(dir)
		if err != nil || s.Summary.Value["AccountMFAEnabled"] != test.want || !slices.Equal(told(dir, problems), test.told) {
			t.Errorf("%s: %v, %v, %q", test.name, err, s.Summary, told(dir, problems))
		}
	}
	// A report by its own time, not by that of its file.
	a := fakeaws.Clean()
	newer := string(a.WrappedReport())
	a.At = a.At.AddDate(0, 0, -9)
	a.Root.MFA = ""
	dir := put(t, map[string]string{"1+new.json": newer, "2+old.json": string(a.WrappedReport())})
	s, problems, err := FromDir(dir)
	if err != nil || s.Report.Value[0].MFA != On || s.Report.Source != "new.json" || len(problems) != 1 || !problems[0].Low {
		t.Errorf("%v %+v %v", err, s.Report, problems)
	}
}

// What the AWS CLI says instead of an answer is one.
func TestAnswersThatAreErrors(t *testing.T) {
	say := func(code, operation string) string {
		return "\r\nAn error occurred (" + code + ") when calling the " + operation + " operation: words\r\n"
	}
	s, problems := read(t, map[string]string{
		"a": say("NoSuchEntity", "GetAccountPasswordPolicy"),
		"b": utf16Of(say("OrganizationNotFoundException", "ListOrganizationsFeatures"), false),
		"c": say("AccessDenied", "GetAccountSummary"),
		"d": strings.ReplaceAll(say("AccessDenied", "ListVirtualMFADevices"), " ", " \r\n"),
	})
	if !s.PasswordPolicy.Known || s.PasswordPolicy.Value != nil || !s.Organization.Value.None || len(problems) > 0 {
		t.Errorf("%+v %+v %v", s.PasswordPolicy, s.Organization, problems)
	}
	if s.Summary.Known || s.Summary.Missing != "iam:GetAccountSummary" || s.VirtualMFA.Missing != "iam:ListVirtualMFADevices" {
		t.Errorf("%+v %+v", s.Summary, s.VirtualMFA)
	}
	for code, want := range map[string]Organization{
		"AccountNotManagementOrDelegatedAdministratorException": {Member: true}, "AccountNotManagementOrDelegatedAdministrator": {Member: true},
		"ServiceAccessNotEnabledException": {NoTrust: true}, "OrganizationNotInAllFeaturesMode": {BillingOnly: true},
	} {
		if s, _ := read(t, map[string]string{"a": say(code, "ListOrganizationsFeatures")}); s.Organization.Value != want || !s.Organization.Known {
			t.Errorf("%s: %+v", code, s.Organization)
		}
	}
	dir := put(t, map[string]string{"a": say("ExpiredToken", "GetAccountSummary"), "b": `{"SummaryMap":{"Users":1}}`, "c": say("NoSuchEntity", "GetUser"), "d": ""})
	_, problems, err := FromDir(dir)
	if want := []string{
		"! a: holds no answer but an error of the AWS CLI: ExpiredToken for GetAccountSummary",
		"! c: holds no answer but an error of the AWS CLI: NoSuchEntity for GetUser",
		"! d: is empty: the command that was to write it failed, it seems",
	}; err != nil || !slices.Equal(told(dir, problems), want) {
		t.Errorf("%v %q", err, told(dir, problems))
	}
}

// An account's folder that isn't one.
func TestFoldersThatAreNone(t *testing.T) {
	for _, test := range []struct {
		files map[string]string
		want  string
	}{
		{nil, "there are no files in %q"},
		{map[string]string{"notes.txt": "hello", "package.json": `{"name": "x"}`}, "%q holds nothing that tells of an AWS account"},
		{map[string]string{"broken.json": `{"SummaryMap": {"Users`}, "%q holds nothing that tells of an AWS account"},
		{map[string]string{"a.csv": string(fakeaws.Clean().Report()), "b.csv": string(fakeaws.Awful().Report())}, "files of two accounts in %s: a.csv is of 111122223333, b.csv of 999999999999"},
		{map[string]string{"a.csv": string(fakeaws.Clean().Report()), "keys.json": string(fakeaws.Typical().Files()["access-keys-bob.json"])}, "files of two accounts in %s: a.csv is of 111122223333, keys.json of 444455556666"},
		{map[string]string{"a.json": string(fakeaws.Clean().Files()["authorization-details.json"]), "b.json": string(fakeaws.Typical().Files()["authorization-details.json"])}, "files of two accounts in %s: a.json is of 111122223333, b.json of 444455556666"},
		{map[string]string{"a.csv": strings.Replace(string(fakeaws.Clean().Report()), "111122223333:user", "444455556666:user", 1)}, "a.csv in %s tells of two accounts, 111122223333 and 444455556666"},
	} {
		dir := put(t, test.files)
		s, _, err := FromDir(dir)
		if want := fmt.Sprintf(test.want, dir); err == nil || err.Error() != want || s != nil {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	_, _, err := FromDir(filepath.Join(t.TempDir(), "none"))
	h, ok := err.(interface{ Hint() string })
	if !ok || !strings.Contains(h.Hint(), "get-account-summary") || !strings.HasPrefix(err.Error(), "there is no folder ") {
		t.Errorf("%v", err)
	}
}

// A single file will do.
func TestOneFile(t *testing.T) {
	dir := put(t, map[string]string{"r.csv": string(fakeaws.Clean().Report()), "other": "x"})
	s, problems, err := FromDir(filepath.Join(dir, "r.csv"))
	if err != nil || !s.Report.Known || len(problems) > 0 {
		t.Errorf("%v %v", err, problems)
	}
}
