package account

import (
	"bytes"
	"regexp"
	"slices"
	"sync"
	"time"

	"lockaway/scanner/finding"
)

// gathered is what was read of a folder so far, before it is put together.
type gathered struct {
	dir      string
	files    int // read
	bytes    int // of them
	known    int // documents that tell something
	strays   []string
	problems []finding.Problem
	accounts []seenAccount

	reports  []sighting[[]Row]
	details  []sighting[Details]
	virtual  []sighting[[]Device] // those nobody uses have no User
	summary  []sighting[map[string]int]
	policy   []sighting[*PasswordPolicy]
	org      []sighting[Organization]
	aliases  []sighting[[]string]
	users    []sighting[[]User] // of list-users
	keys     map[string][]sighting[[]Key]
	devices  map[string][]sighting[[]Device]
	certs    map[string][]sighting[[]Certificate]
	uses     []sighting[keyUse]
	nobodys  int               // lists of keys that are empty, and so don't say whose
	refused  map[string]string // the file that tells of it, by "iam:GetAccountSummary"
	unwanted int               // documents of a file that tell nothing
}

// sighting is a value with the file that has it and the time it is of.
type sighting[T any] struct {
	value T
	name  string
	time  time.Time
	more  bool // it is a page, and more follow
}

// seenAccount is an account that a file is of.
type seenAccount struct{ partition, id, name string }

// keyUse is a last use; the AWS CLI's answer doesn't repeat the key's ID.
type keyUse struct {
	id  string // "" where neither the document nor its file's name has it
	use Use
}

// take takes in a file by what is in it.
func (g *gathered) take(name string, when time.Time, content []byte) {
	if !promising(content[:min(len(content), maxLine)]) {
		g.strays = append(g.strays, name)
		return
	}
	text, err := toUTF8(content)
	if err != nil {
		g.problem(name, "is damaged: "+err.Error(), "", false)
		return
	}
	head := bytes.TrimSpace(text[:min(len(text), maxLine)])
	switch {
	case len(head) == 0 && len(bytes.TrimSpace(text)) == 0:
		g.problem(name, "is empty: the command that was to write it failed, it seems", emptyHint, false)
	case isReport(text):
		g.report(name, when, stamp{}, text)
	case isReportBase64(text):
		plain, err := plainReport(text)
		if err != nil {
			g.problem(name, "is damaged: "+err.Error(), "", false)
			return
		}
		g.report(name, when, stamp{}, plain)
	case looksJSON(head):
		g.json(name, when, text)
	case g.cliError(name, when, head):
	default:
		g.strays = append(g.strays, name)
	}
}

// ours are members that documents of IAM have and hardly any other has.
var ours = []string{
	"SummaryMap", "UserDetailList", "GroupDetailList", "RoleDetailList", "PasswordPolicy", "VirtualMFADevices", "MFADevices",
	"AccessKeyMetadata", "AccessKeyLastUsed", "EnabledFeatures", "ReportFormat",
}

// json takes in a file of JSON documents. Where one is damaged none is taken.
func (g *gathered) json(name string, when time.Time, text []byte) {
	var docs []*said
	err := readDocuments(text, func(s *said) { docs = append(docs, s) })
	if err != nil {
		low := !slices.ContainsFunc(ours, func(m string) bool { return bytes.Contains(text, []byte(`"`+m+`"`)) })
		g.problem(name, "is damaged: "+err.Error(), "", low)
		return
	}
	told := 0
	for _, s := range docs {
		if g.document(name, when, s) {
			told++
		}
	}
	switch {
	case told == 0:
		g.strays = append(g.strays, name)
	case told < len(docs):
		g.problem(name, "some of its documents tell nothing of an AWS account", "", true)
	}
}

// report takes in a credential report. One that doesn't say when it was made is as
// old as its file, but no older than the latest time in it.
func (g *gathered) report(name string, when time.Time, made stamp, text []byte) {
	rows, newest, err := parseReport(text)
	if err != nil {
		g.problem(name, "the credential report is damaged: "+err.Error(), "get it anew: `aws iam get-credential-report`", false)
		return
	}
	if !made.IsZero() {
		when = made.Time
	}
	if when.Before(newest) {
		when = newest
	}
	for _, r := range rows {
		g.see(r.ARN, name)
	}
	g.known++
	g.reports = append(g.reports, sighting[[]Row]{rows, name, when, false})
}

// see notes which account an ARN is of.
func (g *gathered) see(arn, name string) {
	p, id, ok := splitARN(arn)
	if ok && !slices.ContainsFunc(g.accounts, func(a seenAccount) bool { return a.id == id }) {
		g.accounts = append(g.accounts, seenAccount{p, id, name})
	}
}

// document takes in what one call printed; false if it tells nothing.
func (g *gathered) document(name string, when time.Time, s *said) bool {
	if s.foreign != nil {
		return false
	}
	known := false
	tell := func(is bool, f func()) {
		if is {
			known = true
			g.known++
			f()
		}
	}
	tell(s.keys["Content"] && s.has("ReportFormat", "GeneratedTime"), func() { g.wrapped(name, when, s) })
	tell(s.has("UserDetailList", "GroupDetailList", "RoleDetailList"), func() { g.takeDetails(name, when, s) })
	tell(s.summary != nil, func() { g.summary = append(g.summary, sighting[map[string]int]{s.summary, name, when, false}) })
	tell(s.policy != nil, func() { g.policy = append(g.policy, sighting[*PasswordPolicy]{s.policy, name, when, false}) })
	tell(s.virtual != nil, func() {
		for _, d := range s.virtual {
			g.see(d.Serial, name)
		}
		g.virtual = append(g.virtual, sighting[[]Device]{s.virtual, name, when, s.truncated})
	})
	tell(s.devices != nil, func() {
		g.devices = byUser(g.devices, s.devices, func(d Device) string { return d.User }, name, when, s.truncated)
	})
	tell(s.accessKeys != nil, func() {
		if len(s.accessKeys) == 0 {
			g.nobodys++
		}
		g.keys = byUser(g.keys, s.accessKeys, func(k Key) string { return k.User }, name, when, s.truncated)
	})
	tell(s.certs != nil, func() {
		g.certs = byUser(g.certs, s.certs, func(c Certificate) string { return c.User }, name, when, s.truncated)
	})
	tell(s.features != nil && s.text["OrganizationId"] != "", func() {
		o := Organization{ID: s.text["OrganizationId"]}
		o.RootCredentials, o.RootSessions = slices.Contains(s.features, rootCredentialsManagement), slices.Contains(s.features, rootSessions)
		g.org = append(g.org, sighting[Organization]{o, name, when, false})
	})
	tell(s.plain != nil && !s.keys["Group"], func() { // get-group lists users as well
		for _, u := range s.plain {
			g.see(u.ARN, name)
		}
		g.users = append(g.users, sighting[[]User]{s.plain, name, when, s.truncated})
	})
	tell(s.aliases != nil, func() { g.aliases = append(g.aliases, sighting[[]string]{s.aliases, name, when, false}) })
	tell(s.use != nil, func() { g.takeUse(name, when, s) })
	tell(s.text["UserId"] != "" && s.text["Account"] != "" && s.text["Arn"] != "", func() { g.see(s.text["Arn"], name) })
	return known || s.keys["State"] && len(s.keys) <= 2 // generate-credential-report tells nothing, and is no stray
}

// Names of features of central root access. Source: IAM API reference,
// ListOrganizationsFeatures.
const (
	rootCredentialsManagement = "RootCredentialsManagement"
	rootSessions              = "RootSessions"
)

// wrapped takes in the JSON of get-credential-report.
func (g *gathered) wrapped(name string, when time.Time, s *said) {
	text := []byte(s.content)
	if !isReport(text) {
		plain, err := plainReport(text)
		if err != nil {
			g.problem(name, "is damaged: "+err.Error(), "", false)
			return
		}
		text = plain
	}
	var made stamp
	if s.when != nil {
		made = *s.when
	}
	g.report(name, when, made, text)
}

func (g *gathered) takeDetails(name string, when time.Time, s *said) {
	d := Details{Users: s.users, Groups: s.groups, Roles: s.roles, Policies: s.policies}
	for _, arn := range arns(d) {
		g.see(arn, name) // AWS's own policies have no account in theirs
	}
	g.details = append(g.details, sighting[Details]{d, name, when, s.truncated})
}

// arns are those of all that details have.
func arns(d Details) []string {
	var out []string
	for _, u := range d.Users {
		out = append(out, u.ARN)
	}
	for _, g := range d.Groups {
		out = append(out, g.ARN)
	}
	for _, r := range d.Roles {
		out = append(out, r.ARN)
	}
	for _, p := range d.Policies {
		out = append(out, p.ARN)
	}
	return out
}

// keyInName finds a key's ID in a file's name.
var keyInName = lazily(`(?:^|[^A-Z0-9])((?:AKIA|ASIA)[A-Z0-9]{16})(?:[^A-Z0-9]|$)`)

// lazily compiles a pattern when it is first asked for: most runs of the program have
// nothing to do with accounts.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

func (g *gathered) takeUse(name string, when time.Time, s *said) {
	k := keyUse{id: s.text["AccessKeyId"], use: s.use.lastUse(s.text["UserName"])}
	if m := keyInName().FindStringSubmatch(name); k.id == "" && m != nil {
		k.id = m[1]
	}
	g.uses = append(g.uses, sighting[keyUse]{k, name, when, false})
}

// byUser sorts the entries of one document by their users.
func byUser[T any](m map[string][]sighting[[]T], list []T, user func(T) string, name string, when time.Time, more bool) map[string][]sighting[[]T] {
	if m == nil {
		m = map[string][]sighting[[]T]{}
	}
	of := map[string][]T{}
	for _, e := range list {
		of[user(e)] = append(of[user(e)], e)
	}
	for u, entries := range of {
		m[u] = append(m[u], sighting[[]T]{entries, name, when, more})
	}
	return m
}
