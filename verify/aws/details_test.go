package aws

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
	"lockaway/testdata/fakeaws"
)

const (
	allPolicy  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	readPolicy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}`
)

func managed(name string) fakeaws.ManagedPolicy {
	return fakeaws.ManagedPolicy{Name: name, AWS: true, Document: allPolicy}
}

// made is an account with one user, worker, of two keys.
func made(t testing.TB) (*fakeaws.Account, string) {
	id, other := keyID(t, "AKIA", 1), keyID(t, "AKIA", 2)
	at := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	return &fakeaws.Account{
		ID: account, Partition: "aws", At: at,
		Root: fakeaws.RootUser{MFA: "virtual", Keys: []fakeaws.AccessKey{{ID: keyID(t, "AKIA", 9), Active: true, Created: at.AddDate(-9, 0, 0)}}},
		Users: []fakeaws.IAMUser{{Name: "worker", Path: "/machines/", Created: at.AddDate(-2, 0, 0), MFA: "worker",
			Keys: []fakeaws.AccessKey{
				{ID: id, Active: true, Created: at.AddDate(-1, 0, 0), Used: at, Service: "s3", Region: "sa-east-1"},
				{ID: other, Active: false, Created: at.AddDate(-2, 0, 0)},
			}}},
		Policies: []fakeaws.ManagedPolicy{
			managed("AdministratorAccess"), managed("ReadOnlyAccess"), managed("IAMFullAccess"), managed("AWSCompromisedKeyQuarantineV3"), managed("AWSCompromisedKeyQuarantineV9"),
			{Name: "own", Document: allPolicy, Older: []string{readPolicy}}, {Name: "reads", Document: readPolicy, Older: []string{allPolicy}},
			{Name: "AWSCompromisedKeyQuarantineV3", Document: readPolicy}, {Name: "AdministratorAccess", Document: readPolicy},
		},
	}, id
}

func TestUserWhoMaySeeAll(t *testing.T) {
	a, id := made(t)
	a.Users[0].Attached = []string{"ReadOnlyAccess"}
	s, v := fake(t, Options{})
	k := a.Found(s, id, secretOf("a"), "*")
	got := v.ask(t, pairOf(k))
	has(t, got, finding.Live, "another key, "+a.Users[0].Keys[1].ID+", which is inactive")
	if got.Identity != finding.IAMUser || got.User != "worker" || got.ARN != "arn:aws:iam::"+account+":user/machines/worker" {
		t.Errorf("%+v", got)
	}
	if !got.LastUsed.Equal(a.At) || got.Service != "s3" || got.Region != "sa-east-1" || !got.Created.Equal(a.At.AddDate(-1, 0, 0)) {
		t.Errorf("last used %v %s %s, created %v", got.LastUsed, got.Service, got.Region, got.Created)
	}
	if !is(got.MFA, true) || !is(got.Admin, false) || !is(got.Quarantined, false) || len(got.Refused) > 0 || !slices.Equal(got.OtherKeys, []string{a.Users[0].Keys[1].ID}) {
		t.Errorf("%+v", got)
	}
}

func is(b *bool, want bool) bool { return b != nil && *b == want }

// Nothing is guessed of what was refused, and each refusal is told once.
func TestUserWhoMaySeeNothing(t *testing.T) {
	a, id := made(t)
	s, v := fake(t, Options{})
	got := v.ask(t, pairOf(a.Found(s, id, secretOf("a"))))
	has(t, got, finding.Live)
	if !got.LastUsed.IsZero() || !got.Created.IsZero() || got.Service != "" || got.Admin != nil || got.MFA != nil || got.Quarantined != nil || got.OtherKeys != nil {
		t.Errorf("%+v", got)
	}
	want := []string{"iam:GetAccessKeyLastUsed", "iam:ListAccessKeys", "iam:GetUser", "iam:ListAttachedUserPolicies", "iam:ListUserPolicies", "iam:ListGroupsForUser", "iam:ListMFADevices"}
	if !slices.Equal(got.Refused, want) || len(got.Reasons) > 0 {
		t.Errorf("%q %q", got.Refused, got.Reasons)
	}
}

// Administrator rights: by which way, and when it is not known.
func TestRights(t *testing.T) {
	inline := func(doc string) []fakeaws.InlinePolicy {
		return []fakeaws.InlinePolicy{{Name: "a", Document: readPolicy}, {Name: "b", Document: doc}}
	}
	conditional := `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`
	not := func(actions ...string) []string { // all but some
		all := []string{"GetUser", "ListAttachedUserPolicies", "ListUserPolicies", "GetUserPolicy", "ListGroupsForUser", "ListAttachedGroupPolicies", "ListGroupPolicies", "GetGroupPolicy", "GetPolicy", "GetPolicyVersion"}
		var out []string
		for _, x := range all {
			if !slices.Contains(actions, x) {
				out = append(out, "iam:"+x)
			}
		}
		return out
	}
	yes, no := new(true), new(false)
	for name, c := range map[string]struct {
		change func(*fakeaws.Account, *fakeaws.IAMUser)
		may    []string
		admin  *bool
		quar   *bool
		words  string
	}{
		"nothing":    {func(*fakeaws.Account, *fakeaws.IAMUser) {}, not(), no, no, ""},
		"attached":   {func(a *fakeaws.Account, u *fakeaws.IAMUser) { u.Attached = []string{"AdministratorAccess"} }, not(), yes, no, ""},
		"all of IAM": {func(a *fakeaws.Account, u *fakeaws.IAMUser) { u.Attached = []string{"IAMFullAccess"} }, not(), yes, no, ""},
		"quarantined": {func(a *fakeaws.Account, u *fakeaws.IAMUser) {
			u.Attached = []string{"ReadOnlyAccess", "AWSCompromisedKeyQuarantineV9"}
		}, not(), no, yes, ""},
		"own policy":             {func(a *fakeaws.Account, u *fakeaws.IAMUser) { u.Attached = []string{"own"} }, not(), yes, no, ""},
		"own policy, unreadable": {func(a *fakeaws.Account, u *fakeaws.IAMUser) { u.Attached = []string{"own"} }, not("GetPolicy"), nil, no, ""},
		"version unreadable":     {func(a *fakeaws.Account, u *fakeaws.IAMUser) { u.Attached = []string{"own"} }, not("GetPolicyVersion"), nil, no, ""},
		"former version":         {func(a *fakeaws.Account, u *fakeaws.IAMUser) { u.Attached = []string{"reads"} }, not(), no, no, ""},
		"inline":                 {func(a *fakeaws.Account, u *fakeaws.IAMUser) { u.Inline = inline(allPolicy) }, not(), yes, no, ""},
		"inline, unreadable":     {func(a *fakeaws.Account, u *fakeaws.IAMUser) { u.Inline = inline(allPolicy) }, not("GetUserPolicy"), nil, no, ""},
		"under a condition":      {func(a *fakeaws.Account, u *fakeaws.IAMUser) { u.Inline = inline(conditional) }, not(), nil, no, "under a condition"},
		"broken":                 {func(a *fakeaws.Account, u *fakeaws.IAMUser) { u.Inline = inline("{") }, not(), nil, no, ""},
		"group": {func(a *fakeaws.Account, u *fakeaws.IAMUser) {
			u.Groups, a.Groups = []string{"g"}, []fakeaws.IAMGroup{{Name: "g", Attached: []string{"AdministratorAccess"}}}
		}, not(), yes, no, ""},
		"group, inline": {func(a *fakeaws.Account, u *fakeaws.IAMUser) {
			u.Groups, a.Groups = []string{"f", "g"}, []fakeaws.IAMGroup{{Name: "f"}, {Name: "g", Inline: inline(allPolicy)}}
		}, not(), yes, no, ""},
		"group, unreadable": {func(a *fakeaws.Account, u *fakeaws.IAMUser) {
			u.Groups, a.Groups = []string{"g"}, []fakeaws.IAMGroup{{Name: "g"}}
		}, not("ListGroupPolicies"), nil, no, ""},
		"groups unreadable":   {func(a *fakeaws.Account, u *fakeaws.IAMUser) {}, not("ListGroupsForUser"), nil, no, ""},
		"attached unreadable": {func(a *fakeaws.Account, u *fakeaws.IAMUser) { u.Inline = inline(allPolicy) }, not("ListAttachedUserPolicies"), yes, nil, ""},
		"boundary": {func(a *fakeaws.Account, u *fakeaws.IAMUser) {
			u.Attached, u.Boundary = []string{"AdministratorAccess"}, "reads"
		}, not(), nil, no, "permissions boundary"},
		"boundary that is none": {func(a *fakeaws.Account, u *fakeaws.IAMUser) {
			u.Inline, u.Boundary = inline(allPolicy), "ReadOnlyAccess"
		}, not(), nil, no, "permissions boundary"},
		"boundary of all": {func(a *fakeaws.Account, u *fakeaws.IAMUser) {
			u.Inline, u.Boundary = inline(allPolicy), "AdministratorAccess"
		}, not(), yes, no, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, id := made(t)
			c.change(a, &a.Users[0])
			s, v := fake(t, Options{})
			got := v.ask(t, pairOf(a.Found(s, id, secretOf("a"), c.may...)))
			has(t, got, finding.Live, c.words)
			if fmt.Sprint(flag(got.Admin), flag(got.Quarantined)) != fmt.Sprint(flag(c.admin), flag(c.quar)) {
				t.Errorf("admin %s, quarantined %s; want %s, %s; refused %q", flag(got.Admin), flag(got.Quarantined), flag(c.admin), flag(c.quar), got.Refused)
			}
		})
	}
}

func flag(b *bool) string {
	if b == nil {
		return "unknown"
	}
	return fmt.Sprint(*b)
}

// A policy of the account's own that is called like one of AWS's is none of AWS's.
func TestPoliciesThatAreCalledLikeAWSs(t *testing.T) {
	own := []string{"arn:aws:iam::" + account + ":policy/AdministratorAccess", "arn:aws:iam::" + account + ":policy/AWSCompromisedKeyQuarantineV3", "arn:aws:iam::" + account + ":policy/aws/policy/AdministratorAccess", "arn:aws:s3:::aws:policy/AdministratorAccess", "policy/AdministratorAccess", ""}
	for _, arn := range own {
		if got := byAWS(&arn); got != "" {
			t.Errorf("%s: %s", arn, got)
		}
	}
	for arn, want := range map[string]string{"arn:aws:iam::aws:policy/AdministratorAccess": "AdministratorAccess", "arn:aws-cn:iam::aws:policy/job-function/ViewOnlyAccess": "ViewOnlyAccess"} {
		if got := byAWS(&arn); got != want {
			t.Errorf("%s: %s", arn, got)
		}
	}
}

func TestRoot(t *testing.T) {
	for _, mfa := range []string{"virtual", ""} {
		a, _ := made(t)
		a.Root.MFA = mfa
		id := a.Root.Keys[0].ID
		s, v := fake(t, Options{})
		k := a.Found(s, id, secretOf("a"), "*")
		// What IAM says of a root user's key is not documented; if it tells, it is told.
		k.Owner.Answers["iam:GetAccessKeyLastUsed"] = func(r *fakeaws.Request) fakeaws.Answer {
			return fakeaws.Result(r, "<AccessKeyLastUsed><LastUsedDate>2026-11-25T09:00:00Z</LastUsedDate><ServiceName>s3</ServiceName><Region>sa-east-1</Region></AccessKeyLastUsed>")
		}
		got := v.ask(t, pairOf(k))
		has(t, got, finding.Live)
		if got.Identity != finding.Root || !is(got.Admin, true) || !is(got.MFA, mfa != "") || got.Quarantined != nil || len(got.Refused) > 0 {
			t.Errorf("%+v", got)
		}
		if got.Region != "sa-east-1" || got.Service != "s3" || got.LastUsed.Hour() != 9 || !got.Created.Equal(a.Root.Keys[0].Created) {
			t.Errorf("%+v", got)
		}
		if s.Count("iam:ListAttachedUserPolicies", "") > 0 {
			t.Error("a root user has no policies")
		}
	}
}

// If the summary is kept from it, the root user's devices tell.
func TestRootFactorByDevices(t *testing.T) {
	a, _ := made(t)
	s, v := fake(t, Options{})
	k := a.Found(s, a.Root.Keys[0].ID, secretOf("a"), "iam:ListMFADevices", "iam:ListAccessKeys")
	got := v.ask(t, pairOf(k))
	if !is(got.MFA, true) || !slices.Equal(got.Refused, []string{"iam:GetAccessKeyLastUsed", "iam:GetAccountSummary"}) {
		t.Errorf("%+v", got)
	}
}

func TestRole(t *testing.T) {
	a, _ := made(t)
	a.Roles = []fakeaws.IAMRole{
		{Name: "deploy", Attached: []string{"AdministratorAccess"}}, {Name: "reads", Attached: []string{"ReadOnlyAccess"}, Inline: []fakeaws.InlinePolicy{{Name: "x", Document: readPolicy}}},
		{Name: "bound", Attached: []string{"AdministratorAccess"}, Boundary: "reads"}, {Name: "inline", Inline: []fakeaws.InlinePolicy{{Name: "x", Document: allPolicy}}},
	}
	for role, admin := range map[string]string{"deploy": "true", "reads": "false", "bound": "unknown", "inline": "true"} {
		s, v := fake(t, Options{})
		k := a.Assumed(s, keyID(t, "ASIA", 1), secretOf("a"), tokenOf("t"), role, "i-0abc", "*")
		got := v.ask(t, pairOf(k))
		has(t, got, finding.Live)
		if got.Identity != finding.AssumedRole || flag(got.Admin) != admin || !got.LastUsed.IsZero() || got.MFA != nil || len(got.Refused) > 0 {
			t.Errorf("%s: %+v", role, got)
		}
		if admin == "true" && !strings.Contains(strings.Join(got.Reasons, " "), "fewer rights than its role") {
			t.Errorf("%q", got.Reasons)
		}
		for _, action := range []string{"iam:GetAccessKeyLastUsed", "iam:ListAccessKeys", "iam:GetUser"} {
			if s.Count(action, "") > 0 {
				t.Errorf("%s makes no sense for a role", action)
			}
		}
		holdsNot(t, got, k.Secret, k.Token)
	}
}

// The last use is that from before: what may be this run's own call is not told as one.
func TestLastUseOfThisRunItself(t *testing.T) {
	now := time.Now().UTC()
	for name, c := range map[string]struct {
		at           time.Time
		service      string
		told, remark bool
	}{
		"this call":             {now.Truncate(time.Minute), "sts", false, true},
		"this call, of IAM":     {now.Add(time.Second).Truncate(time.Minute), "iam", false, true},
		"the minute before":     {now.Add(-time.Minute).Truncate(time.Minute), "sts", true, false},
		"just now, by another":  {now.Truncate(time.Minute), "s3", true, false},
		"two hours ago, by STS": {now.Add(-2 * time.Hour), "sts", true, false},
		"never":                 {time.Time{}, "", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			a, id := made(t)
			u := &a.Users[0].Keys[0]
			u.Used, u.Service, u.Region = c.at, c.service, "us-east-1"
			s, v := fake(t, Options{})
			got := v.ask(t, pairOf(a.Found(s, id, secretOf("a"), "*")))
			if told := !got.LastUsed.IsZero(); told != c.told || (got.Region != "") != told || (got.Service != "") != told {
				t.Errorf("%v %s", got.LastUsed, got.Service)
			}
			if remark := strings.Contains(strings.Join(got.Reasons, " "), "this question itself"); remark != c.remark {
				t.Errorf("%q", got.Reasons)
			}
		})
	}
	// Right behind the question for the identity, before anything else.
	a, id := made(t)
	s, v := fake(t, Options{})
	v.ask(t, pairOf(a.Found(s, id, secretOf("a"), "*")))
	if r := s.Requests(); r[0].Action != "GetCallerIdentity" || r[1].Action != "GetAccessKeyLastUsed" {
		t.Errorf("%s, %s", r[0].Action, r[1].Action)
	}
}

// Faults on the way to the details leave what is known, and end the questions.
func TestFaultsInDetails(t *testing.T) {
	for name, c := range map[string]struct {
		answer fakeaws.Answer
		word   string
		calls  int // of IAM
	}{
		"throttled": {fakeaws.Throttled(), "iam:GetAccessKeyLastUsed: throttled", 2},
		"cut":       {fakeaws.Cut(""), "iam:GetAccessKeyLastUsed: the connection", 1},
		"page":      {fakeaws.Page(), "web page", 1},
		"nonsense":  {fakeaws.Answer{Body: "<x/>"}, "none of AWS's", 1},
		// An answer to this one call only: the others are asked as well. What IAM says of
		// sessions that a user made without a second factor.
		"code": {fakeaws.Error("InvalidClientTokenId", 403, "x"), "iam:GetAccessKeyLastUsed: AWS answered InvalidClientTokenId", 7},
	} {
		t.Run(name, func(t *testing.T) {
			s, v := fake(t, Options{})
			k := user(t, s)
			s.Before = func(r *fakeaws.Request) *fakeaws.Answer {
				if r.Service == "iam" {
					return &c.answer
				}
				return nil
			}
			got := v.ask(t, pairOf(k))
			has(t, got, finding.Live, c.word)
			iam := 0
			for _, r := range s.Requests() {
				if r.Service == "iam" {
					iam++
				}
			}
			if iam != c.calls || got.Identity != finding.IAMUser || got.Admin != nil || len(got.Refused) > 0 {
				t.Errorf("%d calls of IAM, %+v", iam, got)
			}
		})
	}
}

// A server that lists without end is not followed without end.
func TestListsAreBounded(t *testing.T) {
	a, id := made(t)
	s, v := fake(t, Options{})
	k := a.Found(s, id, secretOf("a"), "*")
	list := func(n int, one func(int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString("<member>" + one(i) + "</member>")
		}
		return b.String()
	}
	for action, inner := range map[string]string{
		"ListAttachedUserPolicies": "<AttachedPolicies>" + list(500, func(i int) string {
			return fmt.Sprintf("<PolicyArn>arn:aws:iam::%s:policy/p%d</PolicyArn>", account, i)
		}) + "</AttachedPolicies>",
		"ListUserPolicies":  "<PolicyNames>" + list(500, func(i int) string { return fmt.Sprint("p", i) }) + "</PolicyNames>",
		"ListGroupsForUser": "<Groups>" + list(500, func(i int) string { return fmt.Sprintf("<GroupName>g%d</GroupName>", i) }) + "</Groups>",
		"ListGroupPolicies": "<PolicyNames>" + list(500, func(i int) string { return fmt.Sprint("p", i) }) + "</PolicyNames>",
		"ListAccessKeys": "<AccessKeyMetadata>" + list(500, func(i int) string {
			other, _ := awskey.Encode("AKIA", account, uint64(1e9+i*7919))
			return "<AccessKeyId>" + other + "</AccessKeyId><Status>Active</Status>"
		}) + "</AccessKeyMetadata>",
	} {
		k.Owner.Answers["iam:"+action] = func(r *fakeaws.Request) fakeaws.Answer {
			return fakeaws.Result(r, inner+"<IsTruncated>true</IsTruncated><Marker>again</Marker>")
		}
	}
	got := v.ask(t, pairOf(k))
	has(t, got, finding.Live)
	if n := len(s.Requests()); n > 60 {
		t.Errorf("%d requests", n)
	}
	if got.Admin != nil || got.Quarantined != nil || len(got.OtherKeys) > 10 || len(got.Reasons) > 30 {
		t.Errorf("%d other keys, %d reasons, admin %s", len(got.OtherKeys), len(got.Reasons), flag(got.Admin))
	}
}
