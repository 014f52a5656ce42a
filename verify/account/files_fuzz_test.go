package account

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"lockaway/testdata/fakeaws"
)

// Whatever stands in two files of a folder: nothing panics, what is known has a source
// and is an account's, what is partial or absent says what is missing, and the
// encoding changes nothing.
func FuzzFiles(f *testing.F) {
	for _, a := range fakeaws.Accounts() {
		report := string(a.Report())
		for _, content := range a.Files() {
			f.Add(report, string(content))
		}
		f.Add(string(a.WrappedReport()), detailsOf(a, page(0, 3, map[string]any{"IsTruncated": true})))
	}
	f.Add("user,arn,password_enabled", "\xff\xfe{\x00}\x00")
	f.Add(`{"AccessKeyLastUsed": {}, "UserName": "x"}`, keysJSON("x", "KEY")+keysJSON("", "KEY"))
	f.Add("\nAn error occurred (NoSuchEntity) when calling the GetAccountPasswordPolicy operation: x", `[[{"Users": []}]]`)
	f.Fuzz(func(t *testing.T, one, other string) {
		got := fuzzed(t, one, other)
		if got == nil || !utf8.ValidString(one) || strings.HasPrefix(one, "\ufeff") {
			return
		}
		if again := fuzzed(t, utf16Of(one, false), other); !reflect.DeepEqual(got, again) {
			t.Errorf("in UTF-16:\n%+v\n%+v", got, again)
		}
	})
}

func fuzzed(t *testing.T, one, other string) *Snapshot {
	g := &gathered{dir: "folder"}
	g.take("one", fakeaws.At, []byte(one))
	g.take("other", fakeaws.At, []byte(other))
	g.tellStrays()
	s, err := g.snapshot()
	if err != nil {
		return nil
	}
	if s.ID != "" && !isAccount(s.ID) {
		t.Errorf("account %q", s.ID)
	}
	for _, row := range s.Report.Value {
		if !isName(row.User) || accountOf(row.ARN) != s.ID {
			t.Errorf("row %+v of account %s", row, s.ID)
		}
	}
	for _, u := range s.Details.Value.Users {
		if !isName(u.Name) || accountOf(u.ARN) != s.ID {
			t.Errorf("user %+v of account %s", u, s.ID)
		}
	}
	checkPart(t, s.Report)
	checkPart(t, s.Summary)
	checkPart(t, s.Details)
	checkPart(t, s.PasswordPolicy)
	checkPart(t, s.VirtualMFA)
	checkPart(t, s.Organization)
	checkPart(t, s.MFA)
	checkPart(t, s.Keys)
	checkPart(t, s.LastUsed)
	checkPart(t, s.Certificates)
	for _, p := range g.problems {
		if p.What == "" || !strings.HasPrefix(p.Where, "folder") {
			t.Errorf("%+v", p)
		}
	}
	return s
}

func checkPart[T any](t *testing.T, p Part[T]) {
	if p.Known && !p.Partial && p.Missing != "" || (!p.Known || p.Partial) && p.Missing == "" {
		t.Errorf("known %v, partial %v, missing %q", p.Known, p.Partial, p.Missing)
	}
	if p.Partial && !p.Known {
		t.Error("a part that is not known is partial")
	}
	if v := reflect.ValueOf(p.Value); !p.Known && v.IsValid() && !v.IsZero() {
		t.Errorf("a part that is not known has the value %+v", p.Value)
	}
}
