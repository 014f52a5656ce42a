package account

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lockaway/testdata/fakeaws"
)

// JSON that is damaged, wrong or made to hurt: nothing is taken of it, and the line is
// named.
func TestDamagedJSON(t *testing.T) {
	const summary = `{"SummaryMap": {"Users": 1}}`
	user := func(more string) string {
		return `{"UserDetailList": [{"UserName": "x", "Arn": "arn:aws:iam::111122223333:user/x"` + more + `}], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}`
	}
	deep := strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000)
	for name, test := range map[string]struct{ content, want string }{
		"cut off":             {"{\n\"UserDetailList\": [\n{\"UserName\": \"x\"", "! f: is damaged: line 3: the JSON is cut off"},
		"cut off in a list":   {"{\n\"UserDetailList\": [\n\n", "! f: is damaged: line 4: the JSON is cut off"},
		"no JSON":             {"{\n\"AccessKeyMetadata\": [\nwhat]}", "! f: is damaged: line 3: this is no JSON: invalid character 'w' looking for beginning of value"},
		"garbage behind":      {`{"MFADevices": []} x`, "! f: is damaged: line 1: this is no JSON: invalid character 'x' looking for beginning of value"},
		"a number for a name": {"{\n\"AccessKeyMetadata\": [{\n\"AccessKeyId\": 5}]}", "! f: is damaged: line 3: AccessKeyId has the wrong kind of value: number"},
		"no list":             {`{"AccessKeyMetadata": {}}`, "! f: is damaged: line 1: it is no list"},
		"null":                {`{"PasswordPolicy": null}`, "! f: is damaged: line 1: it is null"},
		"no status":           {`{"AccessKeyMetadata": [{"AccessKeyId": "x"}]}`, `! f: is damaged: line 1: "" is no status`},
		"no time":             {`{"AccessKeyMetadata": [{"AccessKeyId": "x", "Status": "Active", "CreateDate": "yesterday"}]}`, `! f: is damaged: line 1: "yesterday" is no time`},
		"huge number":         {`{"PasswordPolicy": {"MaxPasswordAge": 1e400}}`, "! f: is damaged: line 1: MaxPasswordAge has the wrong kind of value: number 1e400"},
		"huge count":          {`{"SummaryMap": {"Users": 99999999999}}`, `! f: is damaged: line 1: Users: "99999999999" is no number of things`},
		"less than none":      {`{"SummaryMap": {"AccountMFAEnabled": -1}}`, `! f: is damaged: line 1: AccountMFAEnabled: "-1" is no number of things`},
		"huge time":           {`{"AccessKeyMetadata": [{"AccessKeyId": "x", "Status": "Active", "CreateDate": 1e300}]}`, `! f: is damaged: line 1: "1e300" is no time`},
		"negative policy":     {`{"PasswordPolicy": {"MaxPasswordAge": -5}}`, "! f: is damaged: line 1: the password policy has a negative number"},
		"twice":               {`{"SummaryMap": {"Users": 1}, "SummaryMap": {"Users": 2}}`, "! f: is damaged: line 1: SummaryMap stands there twice"},
		"deep":                {`{"MFADevices": ` + deep + `}`, "! f: is damaged: line 1: it is no list"},
		"deep elsewhere":      {`{"MFADevices": [], "x": ` + deep + `}`, "! f: is damaged: line 1: this is no JSON: invalid character '{' exceeded max depth"},
		"deep arrays":         {strings.Repeat("[", 90_000) + `"MFADevices"`, "! f: is damaged: line 1: arrays stand in each other more than 4 deep"},
		"deep, another's":     {strings.Repeat("[", 90_000), "- f: is damaged: line 1: arrays stand in each other more than 4 deep"},
		"a long string":       {`{"MFADevices": [{"SerialNumber": "` + strings.Repeat("x", 40<<20) + `"}]}`, "! f: is damaged: line 1: an entry is longer than 32 MiB"},
		"many tags":           {user(`, "Tags": [` + strings.Repeat("{},", 1000) + "{}]"), "! f: is damaged: line 1: there are too many tags"},
		"no ARN":              {strings.Replace(user(""), "aws:iam", "aws:ec2", 1), `! f: is damaged: line 1: "arn:aws:ec2::111122223333:user/x" is no ARN of a user`},
		"no account":          {strings.Replace(user(""), "111122223333", "", 1), `! f: is damaged: line 1: "arn:aws:iam:::user/x" is no ARN of a user`},
		"a terminal's words":  {strings.Replace(user(""), `"x"`, `"\u001b[2J"`, 1), `! f: is damaged: line 1: "\x1b[2J" is no name or ARN of a user`},
		"no name":             {`{"UserDetailList": [{}]}`, `! f: is damaged: line 1: "" is no name or ARN of a user`},
		"UTF-16, cut off":     {utf16Of(summary, false) + "x", "! f: is damaged: the UTF-16 text is cut off"},
		"broken base64":       {`{"Content": "dXNlcixhcm4s!", "ReportFormat": "text/csv"}`, "! f: is damaged: the base64 text of the report is broken"},
		"no report":           {`{"Content": "aGVsbG8=", "ReportFormat": "text/csv"}`, "! f: the credential report is damaged: line 1: the report lacks the column user"},
		"base64 of half":      {"dXNlcixhcm4sdXNlcl9j", "! f: the credential report is damaged: line 1: the report lacks the column user_creation_time"},
		"one of many":         {`{"SummaryMap": {"Users": 7}} {"MFADevices": [{}]}`, `! f: is damaged: line 1: "" is no name or ARN of a device`},
		"an INI file":         {"[default]\nregion = eu-west-1\n", "- f: tells nothing of an AWS account"},
		"another's JSON":      {"{\"a\": 1,\n}", "- f: is damaged: line 2: this is no JSON: invalid character '}' looking for beginning of object key string"},
		"words":               {`["MFADevices", 1, null, true]`, "- f: tells nothing of an AWS account"},
		"some of another's":   {`{"MFADevices": []} {"x": 1}`, "- f: some of its documents tell nothing of an AWS account"},
		"binary":              {"\x7fELF\x00\x01", "- f: tells nothing of an AWS account"},
		"10 MB in a line":     {strings.Repeat("user,", 2<<20), "- f: tells nothing of an AWS account"},
	} {
		dir := put(t, map[string]string{"f": test.content, "s": summary})
		s, problems, err := FromDir(dir)
		if err != nil || s.Summary.Value["Users"] != 1 || s.Details.Known || s.Report.Known {
			t.Fatalf("%s: %v %+v", name, err, s)
		}
		if got := told(dir, problems); !slices.Equal(got, []string{test.want}) {
			t.Errorf("%s: %.300q", name, got)
		}
	}
}

// Policies' documents are kept as JSON, whichever way they are written; what is none is
// left to whoever reads it.
func TestPolicyTexts(t *testing.T) {
	for in, want := range map[string]string{
		`{ "Statement" : [ ] }`:               `{"Statement":[]}`,
		`"{ \"Statement\": [ ] }"`:            `{"Statement":[]}`,
		`"%7B%22Statement%22%3A%20%5B%5D%7D"`: `{"Statement":[]}`,
		`"%7b%22Sid%22%3A%22a+b%22%7d"`:       `{"Sid":"a+b"}`,
		`"%7B%22Statement%22%3A%zz"`:          `%7B%22Statement%22%3A%zz`,
		`"nonsense"`:                          `nonsense`,
		`null`:                                ``,
		``:                                    ``,
		`"\u007b\"Statement\":\"<&\u003e\"\u007d"`: `{"Statement":"<&>"}`,
	} {
		if got := policyText([]byte(in)); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}

// Nothing but plain files is opened: a pipe would wait for ever, a link may lead
// anywhere.
func TestWhatIsNoPlainFile(t *testing.T) {
	dir := put(t, map[string]string{"s": `{"SummaryMap": {"Users": 1}}`, ".git/config": "x", "d1/d2/d3/d4/d5/d6/d7/d8/d9/x": "deep", "other": "x"})
	special := []string{}
	if err := os.Symlink(filepath.Join(put(t, map[string]string{"r": string(fakeaws.Clean().Report())}), "r"), filepath.Join(dir, "link")); err == nil {
		special = append(special, "- link: is a link or no plain file, and was not opened")
	}
	if err := os.Symlink(dir, filepath.Join(dir, "loop")); err == nil {
		special = append(special, "- loop: is a link or no plain file, and was not opened")
	}
	if makePipe(filepath.Join(dir, "pipe")) {
		special = append(special, "- pipe: is a link or no plain file, and was not opened")
	}
	s, problems, err := FromDir(dir)
	want := append(special, "! d1/d2/d3/d4/d5/d6/d7/d8/d9: is deeper than 8 folders and was not read",
		"- .git: tells nothing of an AWS account", "- other: tells nothing of an AWS account")
	slices.Sort(want)
	if got := told(dir, problems); err != nil || s.Report.Known || !slices.Equal(got, want) {
		t.Errorf("%v\ngot  %q\nwant %q", err, got, want)
	}
}

// A hundred strays are not a hundred messages.
func TestManyStrays(t *testing.T) {
	files := map[string]string{"s": `{"SummaryMap": {"Users": 1}}`}
	for i := range 100 {
		files[fmt.Sprintf("f%03d", i)] = "x"
	}
	dir := put(t, files)
	_, problems, err := FromDir(dir)
	got := told(dir, problems)
	if err != nil || len(got) != maxStrays+1 || !slices.Contains(got, "- : 80 more files tell nothing of an AWS account") {
		t.Errorf("%v %q", err, got)
	}
}

// A list that is longer than any account's is refused before it fills memory.
func TestLongLists(t *testing.T) {
	dir := put(t, map[string]string{"s": `{"SummaryMap": {"Users": 1}}`, "d": `{"MFADevices": [` + strings.Repeat(`{"SerialNumber":"1"},`, maxList+1) + `{"SerialNumber":"1"}]}`})
	_, problems, err := FromDir(dir)
	if got := told(dir, problems); err != nil || !slices.Equal(got, []string{"! d: is damaged: line 1: a list has more than 100000 entries"}) {
		t.Errorf("%v %q", err, got)
	}
}

// Of large files nothing is read but the beginning.
func TestLargeFiles(t *testing.T) {
	dir := put(t, map[string]string{"s": `{"SummaryMap": {"Users": 1}}`, "disk.img": "", "d.json": `{"UserDetailList": [`})
	for _, name := range []string{"disk.img", "d.json"} {
		if err := os.Truncate(filepath.Join(dir, name), maxFile+1); err != nil { // with a hole
			t.Skip("no room for a large file here: ", err)
		}
	}
	_, problems, err := FromDir(dir)
	if got := told(dir, problems); err != nil || !slices.Equal(got, []string{"! d.json: can't be read: it is larger than 256 MiB", "- disk.img: tells nothing of an AWS account"}) {
		t.Errorf("%v %q", err, got)
	}
}
