package account

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

// check is an entry of the table: what of the guidance is held against an account.
type check struct {
	// guidance is the entry's ID, title what is looked at. An entry may have several
	// checks, each with a title of its own.
	guidance, title string
	look            func(*exam) verdictOf
}

// checks is the table, in the order in which reports have it.
var checks = []check{
	{"ROOT-03", "Access keys of the root user", rootKeys},
	{"ROOT-04", "Signing certificates of the root user", rootCertificates},
	{"ROOT-05", "Programs that run as the root user", rootPrograms},
	{"ROOT-06", "Second factor of the root user", rootMFA},
	{"ROOT-06", "Kind of the root user's second factor", rootMFAKind},
	{"ROOT-07", "How long passwords of IAM users are valid", passwordAge},
	{"ROOT-08", "Administrators other than the root user", otherAdministrators},
	{"ROOT-09", "Administrator rights held all the time", standingAdministrators},
	{"ROOT-10", "Administrators who don't work as such", idleAdministrators},
	{"ROOT-11", "Central management of root access", centralRoot},
	{"ROOT-12", "Use of the root user", rootUse},
	{"ROOT-14", "Everyday work as the root user", rootEveryday},
	{"CRED-02", "Users that several people may share", sharedUsers},
	{"CRED-03", "Keys that AWS found published", quarantined},
	{"KEY-02", "Access by keys that don't end", longTermKeys},
	{"KEY-08", "Access keys of administrators", administratorKeys},
	{"KEY-13", "Age of access keys", oldKeys},
	{"KEY-13", "Users with two active access keys", twoKeys},
	{"KEY-14", "Access keys that aren't used", unusedKeys},
	{"KEY-14", "Passwords and users that aren't used", unusedUsers},
	{"KEY-15", "Passwords without a second factor", passwordsWithoutMFA},
}

// Examine holds an account against the guidance, in the order of the table. now is
// the time of the run; what has a time of its own in the snapshot is held against
// that. An error says that the program's own guidance is broken.
func Examine(s *Snapshot, l Limits, now time.Time) ([]finding.Check, error) {
	guidance, err := rules.LoadGuidance()
	if err != nil {
		return nil, err
	}
	x := newExam(s, l, now)
	var out []finding.Check
	for _, c := range checks {
		entry := guidance.Entry(c.guidance)
		severity, err := finding.ParseSeverity(entry.Severity)
		if err != nil {
			return nil, err
		}
		v := c.look(x)
		slices.Sort(v.resources)
		out = append(out, finding.Check{
			Guidance: entry.ID, Title: c.title, Status: v.status, Severity: cmp.Or(v.severity, severity),
			Evidence: v.evidence, Resources: slices.Compact(v.resources), Missing: v.missing, Steps: v.steps,
		})
	}
	return out, nil
}

// verdictOf is what a check came to.
type verdictOf struct {
	status finding.CheckStatus
	// severity is set where what was found is worse or better than the guidance's
	// entry has it.
	severity  finding.Severity
	evidence  string
	resources []string
	missing   string
	steps     []string
}

func pass(format string, args ...any) verdictOf {
	return verdictOf{status: finding.Pass, evidence: fmt.Sprintf(format, args...)}
}

func notApplicable(format string, args ...any) verdictOf {
	return verdictOf{status: finding.NotApplicable, evidence: fmt.Sprintf(format, args...)}
}

func fail(resources, steps []string, format string, args ...any) verdictOf {
	return verdictOf{status: finding.Fail, evidence: fmt.Sprintf(format, args...), resources: resources, steps: steps}
}

// as changes the severity.
func (v verdictOf) as(s finding.Severity) verdictOf {
	v.severity = s
	return v
}

// need is a part of a snapshot that a check needs, as it is asked for.
type need struct {
	missing string // what the snapshot says
	actions []string
	command string
}

// The parts, with the calls that give them and the commands whose output has them.
func (x *exam) report() need {
	return need{x.s.Report.Missing, []string{"iam:GenerateCredentialReport", "iam:GetCredentialReport"},
		"aws iam generate-credential-report; aws iam get-credential-report > credential-report.json"}
}
func (x *exam) summary() need {
	return need{x.s.Summary.Missing, []string{"iam:GetAccountSummary"}, "aws iam get-account-summary > account-summary.json"}
}
func (x *exam) details() need {
	return need{x.s.Details.Missing, []string{"iam:GetAccountAuthorizationDetails"},
		"aws iam get-account-authorization-details > authorization-details.json"}
}
func (x *exam) virtualMFA() need {
	return need{x.s.VirtualMFA.Missing, []string{"iam:ListVirtualMFADevices"}, "aws iam list-virtual-mfa-devices > virtual-mfa-devices.json"}
}
func (x *exam) passwordPolicy() need {
	return need{x.s.PasswordPolicy.Missing, []string{"iam:GetAccountPasswordPolicy"}, "aws iam get-account-password-policy > password-policy.json"}
}
func (x *exam) organization() need {
	return need{x.s.Organization.Missing, []string{"iam:ListOrganizationsFeatures"},
		"aws iam list-organizations-features > organizations-features.json"}
}

// cannotTell is the verdict where parts are missing.
func (x *exam) cannotTell(why string, needs ...need) verdictOf {
	v := verdictOf{status: finding.CouldNotTell, evidence: why}
	var missing, calls []string
	for _, n := range needs {
		missing = append(missing, cmp.Or(n.missing, strings.Join(n.actions, ", ")))
		calls = append(calls, n.actions...)
		if x.s.Caller == "" {
			v.steps = append(v.steps, "Save it beside the other files: `"+n.command+"`")
		}
	}
	v.missing = strings.Join(missing, ", ")
	if x.s.Caller != "" {
		v.steps = []string{"Let " + x.s.Caller + " call " + strings.Join(calls, ", ") + "; `lockaway account --policy` prints a policy for all that is asked"}
	}
	return v
}

// exam is what the checks share.
type exam struct {
	s   *Snapshot
	l   Limits
	now time.Time
	// then is the time that the credential report is of, else now.
	then   time.Time
	root   *Row // nil where the report isn't known, or lacks it
	people []*person
	admins []*Administrator
	byUser map[string]*Administrator
	estate *estate
}

func newExam(s *Snapshot, l Limits, now time.Time) *exam {
	x := &exam{s: s, l: l, now: now, then: now, byUser: map[string]*Administrator{}}
	if t := s.Report.Time; s.Report.Known && !t.IsZero() && t.Before(now) {
		x.then = t
	}
	if s.Details.Known {
		x.estate = newEstate(s)
		x.admins = x.estate.administrators()
		for _, a := range x.admins {
			if a.User {
				x.byUser[a.Name] = a
			}
		}
	}
	x.meet()
	return x
}

// partition is the one that ARNs in commands are of.
func (x *exam) partition() string { return cmp.Or(x.s.Partition, "aws") }

// days is how many whole days lie between a time and the report's.
func (x *exam) days(t time.Time) int { return int(x.then.Sub(t) / (24 * time.Hour)) }

// ago says when something was, and how long ago.
func (x *exam) ago(t time.Time) string {
	switch d := x.days(t); {
	case d < 0:
		return date(t)
	case d == 0:
		return date(t) + ", less than a day ago"
	case d == 1:
		return date(t) + ", 1 day ago"
	default:
		return fmt.Sprintf("%s, %d days ago", date(t), d)
	}
}

func date(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// count writes "1 key", "2 keys".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// word writes a name as one word of a POSIX shell. Names of IAM need no quotes, but
// a saved file may hold any.
func word(name string) string {
	plain := name != "" && name[0] != '-' && !strings.ContainsFunc(name, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("+=,.@_-:/", c))
	})
	if plain {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

// maxSpelled is how many commands of one sort are spelled out; the resources name the
// rest.
const maxSpelled = 3

// spelled makes a step of each of some names, and one more that says for how many
// others the same is to be done.
func spelled[T any](names []T, step func(T) string) []string {
	var out []string
	for _, n := range names[:min(len(names), maxSpelled)] {
		out = append(out, step(n))
	}
	switch more := len(names) - len(out); {
	case more == 1:
		out = append(out, "The same for the other one")
	case more > 1:
		out = append(out, fmt.Sprintf("The same for the other %d", more))
	}
	return out
}

// Describe says which account the checks are of, and of when.
func (s *Snapshot) Describe(now time.Time) *finding.Account {
	a := &finding.Account{ID: s.ID, Partition: s.Partition, Alias: s.Alias}
	switch {
	case s.Report.Known && !s.Report.Time.IsZero():
		a.AsOf = s.Report.Time.UTC()
	case s.Caller != "":
		a.AsOf = now.UTC()
	}
	return a
}
