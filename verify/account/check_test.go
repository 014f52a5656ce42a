package account

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

// The moment of the tests: the report is two hours older.
var (
	testNow  = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	testThen = testNow.Add(-2 * time.Hour)
)

// before is a time some days before the report's.
func before(days int) time.Time { return testThen.AddDate(0, 0, -days) }

const ssoRole = "AWSReservedSSO_AdministratorAccess_0123456789abcdef"

// clean is an account with which all is well: no keys, people by IAM Identity Center
// but one, who has a password and a second factor.
func clean() *Snapshot {
	s := &Snapshot{ID: "111122223333", Partition: "aws"}
	s.Report = Part[[]Row]{Known: true, Time: testThen, Value: []Row{
		{User: RootUser, ARN: "arn:aws:iam::111122223333:root", Created: before(3000), Password: NotKnown, PasswordUsed: before(700), MFA: On},
		{User: "ann", ARN: "arn:aws:iam::111122223333:user/ann", Created: before(800), Password: On, PasswordUsed: before(3), PasswordChanged: before(50), MFA: On},
	}}
	s.Summary = Part[map[string]int]{Known: true, Value: map[string]int{summaryKeys: 0, summaryCertificates: 0, summaryMFA: 1, summaryPassword: 1, "Users": 1}}
	s.Details = Part[Details]{Known: true, Value: Details{
		Users: []User{{Name: "ann", ARN: "arn:aws:iam::111122223333:user/ann", Path: "/", Created: before(800), Attached: []Attached{{"ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"}}}},
		Roles: []Role{{
			Name: ssoRole, ARN: "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/" + ssoRole, Path: "/aws-reserved/sso.amazonaws.com/",
			Trust:    `{"Statement":{"Effect":"Allow","Action":"sts:AssumeRoleWithSAML","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/AWSSSO_0"}}}`,
			Attached: []Attached{{administratorAccess, "arn:aws:iam::aws:policy/AdministratorAccess"}}, Used: before(1),
		}},
	}}
	s.PasswordPolicy = Part[*PasswordPolicy]{Known: true, Value: &PasswordPolicy{MinimumLength: 16, Symbols: true, MaxAge: 60, ReusePrevention: 10, UsersMayChange: true}}
	s.VirtualMFA = Part[[]Device]{Known: true, Value: []Device{{Serial: "arn:aws:iam::111122223333:mfa/ann", User: "ann"}}}
	s.Organization = Part[Organization]{Known: true, Value: Organization{ID: "o-0123456789", RootCredentials: true, RootSessions: true}}
	return s
}

// root and ann are the rows of clean.
func root(s *Snapshot) *Row { return &s.Report.Value[0] }
func ann(s *Snapshot) *Row  { return &s.Report.Value[1] }

// attach gives ann a policy of AWS's.
func attach(s *Snapshot, policy string) {
	u := &s.Details.Value.Users[0]
	u.Attached = append(u.Attached, Attached{policy, "arn:aws:iam::aws:policy/" + policy})
}

// add adds a user to the report and the details.
func add(s *Snapshot, row Row, groups ...string) {
	row.ARN = "arn:aws:iam::111122223333:user/" + row.User
	if row.Created.IsZero() {
		row.Created = before(400)
	}
	s.Report.Value = append(s.Report.Value, row)
	s.Details.Value.Users = append(s.Details.Value.Users, User{Name: row.User, ARN: row.ARN, Path: "/", Groups: groups})
}

func usedKey(made, used int) RowKey {
	return RowKey{Active: true, Rotated: before(made), Used: before(used), Region: "eu-west-1", Service: "s3"}
}

// missing makes a part unknown.
func missing[T any](p *Part[T]) { *p = Part[T]{} }

func examine(t *testing.T, s *Snapshot, l Limits) []finding.Check {
	t.Helper()
	got, err := Examine(s, l, testNow)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Each entry that can be audited has a check, and no other has one. Titles and
// entries are told apart.
func TestTableOfChecks(t *testing.T) {
	c, err := rules.LoadGuidance()
	if err != nil {
		t.Fatal(err)
	}
	var has, titles []string
	for _, k := range checks {
		has, titles = append(has, k.guidance), append(titles, k.title)
		if e := c.Entry(k.guidance); e == nil || !e.Audit {
			t.Errorf("%s can't be audited", k.guidance)
		}
	}
	for _, e := range c.Entries() {
		if e.Audit && !slices.Contains(has, e.ID) {
			t.Errorf("%s has no check", e.ID)
		}
	}
	slices.Sort(titles)
	if n := len(slices.Compact(titles)); n != len(checks) {
		t.Errorf("%d titles for %d checks", n, len(checks))
	}
}

func TestCleanAccount(t *testing.T) {
	for _, c := range examine(t, clean(), DefaultLimits()) {
		want := finding.Pass
		if c.Guidance == "ROOT-10" {
			want = finding.NotApplicable // no administrator is an IAM user
		}
		if c.Status != want || c.Evidence == "" || c.Missing != "" || len(c.Steps) > 0 || len(c.Resources) > 0 {
			t.Errorf("%+v", c)
		}
	}
}

// Of nothing, nothing is told but what is missing, and how to get it.
func TestNothingKnown(t *testing.T) {
	for _, caller := range []string{"", "arn:aws:iam::111122223333:user/auditor"} {
		for _, c := range examine(t, &Snapshot{Caller: caller}, DefaultLimits()) {
			if c.Status != finding.CouldNotTell || !strings.HasPrefix(c.Missing, "iam:") || len(c.Steps) == 0 {
				t.Errorf("%+v", c)
				continue
			}
			if want := map[bool]string{true: "Save it beside the other files: `aws iam ", false: "Let " + caller + " call iam:"}[caller == ""]; !strings.HasPrefix(c.Steps[0], want) {
				t.Errorf("%s: %q", c.Title, c.Steps)
			}
		}
	}
}

// quotedCommands are those of a step that are to be copied.
var quotedCommands = regexp.MustCompile("`[^`]*`")

// outcome is what one check is to come to for an account that is clean but for one
// thing.
type outcome struct {
	title, name string
	change      func(*Snapshot)
	status      finding.CheckStatus
	severity    finding.Severity // for Fail
	evidence    string           // a part of it
	// resources are all of them, missing the whole of it, step a part of one.
	resources []string
	missing   string
	step      string
}

func (o outcome) test(t *testing.T) {
	s := clean()
	o.change(s)
	list := examine(t, s, DefaultLimits())
	i := slices.IndexFunc(list, func(c finding.Check) bool { return c.Title == o.title })
	if i < 0 {
		t.Fatalf("no check %q", o.title)
	}
	c := list[i]
	if c.Status != o.status || !strings.Contains(c.Evidence, o.evidence) || c.Missing != o.missing {
		t.Errorf("got %s: %s\nmissing %q", c.Status, c.Evidence, c.Missing)
	}
	if o.status == finding.Fail && (c.Severity != o.severity || !slices.Equal(c.Resources, o.resources)) {
		t.Errorf("%s, %q", c.Severity, c.Resources)
	}
	if o.step != "" && !slices.ContainsFunc(c.Steps, func(s string) bool { return strings.Contains(s, o.step) }) {
		t.Errorf("no step %q in\n%s", o.step, strings.Join(c.Steps, "\n"))
	}
	if (len(c.Steps) > 0) != (o.status == finding.Fail || o.status == finding.CouldNotTell) {
		t.Errorf("%d steps", len(c.Steps))
	}
	for _, step := range c.Steps {
		if strings.Count(step, "`")%2 != 0 || strings.HasSuffix(step, ".") {
			t.Errorf("step %q", step)
		}
		bare := quotedCommands.ReplaceAllString(step, "")
		if strings.Contains(bare, "aws iam") || strings.Contains(bare, "--user-name") {
			t.Errorf("a command that isn't set off: %q", step)
		}
	}
}
