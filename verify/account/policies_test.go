package account

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func doc(t testing.TB, text string) *document {
	t.Helper()
	d, err := parsePolicy(text)
	if err != nil {
		t.Fatalf("%s\nof %s", err, text)
	}
	return d
}

func TestParsePolicyForms(t *testing.T) {
	for name, text := range map[string]string{
		"lists":      `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:GetUser"],"Resource":["*"]}]}`,
		"alone":      `{"Statement":{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}}`,
		"blanks":     " \n{\"Statement\" : {\"Effect\":\"Allow\" ,\"Action\"\t:\"IAM:getuser\",\"Resource\":\"*\"}}\n",
		"encoded":    `%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22iam%3AGet%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D`,
		"other case": `{"statement":{"effect":"Allow","ACTION":"iam:GetUser","resource":"*"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			d := doc(t, text)
			if v := allows([]*document{d}, call{action: "iam:getuser", resource: "arn:x"}); v != yes {
				t.Errorf("got %v", v)
			}
			if v := allows([]*document{d}, call{action: "iam:putuserpolicy", resource: "arn:x"}); v != no {
				t.Errorf("another action: %v", v)
			}
		})
	}
}

// What isn't understood is an error, never an empty policy that allows nothing.
func TestParsePolicyRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"empty":           ``,
		"no JSON":         `Action: *`,
		"cut":             `{"Statement":[{"Effect":"Allow"`,
		"a number":        `{"Statement":{"Effect":"Allow","Action":7,"Resource":"*"}}`,
		"no effect":       `{"Statement":{"Action":"*","Resource":"*"}}`,
		"effect in lower": `{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}`,
		"both actions":    `{"Statement":{"Effect":"Allow","Action":"*","NotAction":"iam:*","Resource":"*"}}`,
		"both resources":  `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","NotResource":"x"}}`,
		"principal":       `{"Statement":{"Effect":"Allow","Action":"*","Principal":"me"}}`,
		"broken encoding": `%7B%2`,
		"long":            `{"Statement":[],"Id":"` + strings.Repeat("x", maxDocument) + `"}`,
		"deep":            strings.Repeat(`{"Statement":[`, 20000),
	} {
		if d, err := parsePolicy(text); err == nil {
			t.Errorf("%s: taken as %+v", name, d)
		}
	}
}

func TestAllows(t *testing.T) {
	const user, other = "arn:aws:iam::111122223333:user/ann", "arn:aws:iam::111122223333:user/bob"
	for _, test := range []struct {
		name   string
		docs   []string
		action string
		on     string
		want   verdict
	}{
		{"nothing", nil, "iam:GetUser", user, no},
		{"star", []string{`{"Effect":"Allow","Action":"*","Resource":"*"}`}, "s3:GetObject", "arn:aws:s3:::b/k", yes},
		{"service star", []string{`{"Effect":"Allow","Action":"iam:*","Resource":"*"}`}, "iam:GetUser", user, yes},
		{"other service", []string{`{"Effect":"Allow","Action":"iam:*","Resource":"*"}`}, "s3:GetObject", "arn:aws:s3:::b/k", no},
		{"question mark", []string{`{"Effect":"Allow","Action":"iam:?utUserPolicy","Resource":"*"}`}, "iam:PutUserPolicy", user, yes},
		{"one user alone", []string{`{"Effect":"Allow","Action":"iam:*","Resource":"` + other + `"}`}, "iam:PutUserPolicy", user, no},
		{"itself", []string{`{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::*:user/${aws:username}"}`}, "iam:PutUserPolicy", user, yes},
		{"itself, not another", []string{`{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::*:user/${aws:username}"}`}, "iam:PutUserPolicy", other, no},
		{"a variable", []string{`{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::*:user/${aws:PrincipalTag/team}"}`}, "iam:PutUserPolicy", user, perhaps},
		{"all but", []string{`{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}`}, "s3:GetObject", "x", yes},
		{"but these", []string{`{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}`}, "iam:PutUserPolicy", user, no},
		{"not this resource", []string{`{"Effect":"Allow","Action":"iam:*","NotResource":"` + other + `"}`}, "iam:PutUserPolicy", user, yes},
		{"that resource", []string{`{"Effect":"Allow","Action":"iam:*","NotResource":"` + other + `"}`}, "iam:PutUserPolicy", other, no},
		{"a condition", []string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`}, "iam:PutUserPolicy", user, perhaps},
		{"denied", []string{`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Deny","Action":"iam:Put*","Resource":"*"}`}, "iam:PutUserPolicy", user, no},
		{"denied elsewhere", []string{`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Deny","Action":"iam:Put*","Resource":"` + other + `"}`}, "iam:PutUserPolicy", user, yes},
		{"denied on a condition", []string{`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}`}, "iam:PutUserPolicy", user, perhaps},
		{"all but denied", []string{`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}`}, "iam:PutUserPolicy", user, yes},
		{"no resource at all", []string{`{"Effect":"Allow","Action":"*"}`}, "iam:PutUserPolicy", user, no},
	} {
		var docs []*document
		for _, d := range test.docs {
			docs = append(docs, doc(t, `{"Statement":`+d+`}`))
		}
		got := allows(docs, call{action: strings.ToLower(test.action), resource: test.on, user: "ann"})
		if got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestWildcard holds the matcher against regular expressions.
func TestWildcard(t *testing.T) {
	var words []string
	for _, a := range []string{"", "a", "b", "*", "?"} {
		for _, b := range []string{"", "a", "b", "*", "?"} {
			for _, c := range []string{"", "a", "b", "*", "?"} {
				words = append(words, a+b+c, a+b+c+"ab", "a"+a+b+c)
			}
		}
	}
	for _, p := range words {
		for _, s := range words {
			if strings.ContainsAny(s, "*?") {
				continue
			}
			if got, want := wildcard(p, s), slowly(p, s); got != want {
				t.Fatalf("wildcard(%q, %q) = %v", p, s, got)
			}
		}
	}
}

func slowly(pattern, s string) bool {
	re := regexp.QuoteMeta(pattern)
	re = strings.NewReplacer(`\*`, `(?s:.*)`, `\?`, `(?s:.)`).Replace(re)
	return regexp.MustCompile(`^` + re + `$`).MatchString(s)
}

// A pattern made to take long is done at once: more than this many comparisons
// would not end within the test's time.
func TestWildcardHostile(t *testing.T) {
	for range 100 {
		if wildcard(strings.Repeat("a*", 100_000)+"b", strings.Repeat("a", 20_000)) {
			t.Fatal("matched")
		}
	}
}

// the makes an identity of an account that is made up in a few words.
func user(t testing.TB, name string, policies ...string) *identity {
	id := &identity{user: true, name: name, arn: "arn:aws:iam::111122223333:user/" + name}
	return id.with(t, policies...)
}

func role(t testing.TB, name, trust string, policies ...string) *identity {
	id := &identity{name: name, arn: "arn:aws:iam::111122223333:role/" + name, trust: doc(t, `{"Statement":`+trust+`}`)}
	return id.with(t, policies...)
}

func (id *identity) with(t testing.TB, policies ...string) *identity {
	for i, p := range policies {
		if text, ok := known[p]; ok {
			id.policies = append(id.policies, held{name: p, arn: "arn:aws:iam::aws:policy/" + p, doc: doc(t, text)})
			continue
		}
		id.policies = append(id.policies, held{name: "p" + string(rune('0'+i)), doc: doc(t, `{"Statement":`+p+`}`)})
	}
	return id
}

func (id *identity) within(t testing.TB, boundary string) *identity {
	id.boundary = &held{name: "boundary"}
	if boundary != "" {
		id.boundary.doc = doc(t, `{"Statement":`+boundary+`}`)
	}
	return id
}

const (
	all         = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	allIAM      = `{"Effect":"Allow","Action":"iam:*","Resource":"*"}`
	toAccount   = `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:root"}}`
	toEC2       = `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}`
	mfaAlone    = `{"Effect":"Deny","NotAction":"sts:GetSessionToken","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}`
	assumeAdmin = `{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/admin"}`
)

// Worked out by hand: who is an administrator, and how.
func TestAdministrators(t *testing.T) {
	for _, test := range []struct {
		name string
		ids  []*identity
		want []string // name: how
	}{
		{"nobody", []*identity{user(t, "ann"), user(t, "bob", "ReadOnlyAccess"), user(t, "eve", `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)}, nil},
		{"attached", []*identity{user(t, "ann", "AdministratorAccess")}, []string{"ann: policy AdministratorAccess"}},
		{"inline", []*identity{user(t, "ann", all)}, []string{"ann: inline policy p0 (Action * on Resource *)"}},
		{"power user", []*identity{user(t, "ann", "PowerUserAccess")}, nil},
		{"power user by NotAction with a way back", []*identity{user(t, "ann", `{"Effect":"Allow","NotAction":"organizations:*","Resource":"*"}`)},
			[]string{"ann: inline policy p0 (all actions but organizations:*)"}},
		{"iam alone", []*identity{user(t, "ann", "IAMFullAccess")},
			[]string{"ann: may call iam:AttachUserPolicy on what its own rights come from by policy IAMFullAccess"}},
		{"all but iam denied", []*identity{user(t, "ann", all, `{"Effect":"Deny","Action":"iam:*","Resource":"*"}`)}, nil},
		{"a condition", []*identity{user(t, "ann", all, mfaAlone)}, []string{"ann: inline policy p0 (Action * on Resource *) (with a condition)"}},
		{"boundary", []*identity{user(t, "ann", all).within(t, `{"Effect":"Allow","Action":["s3:*","iam:*"],"NotResource":"arn:aws:iam::111122223333:user/ann"}`)}, nil},
		{"boundary for all", []*identity{user(t, "ann", all).within(t, all)}, []string{"ann: inline policy p0 (Action * on Resource *)"}},
		{"boundary unknown", []*identity{user(t, "ann", all).within(t, "")}, []string{"ann: inline policy p0 (Action * on Resource *) (with a condition)"}},
		{"iam within a boundary of iam takes it off", []*identity{user(t, "ann", allIAM).within(t, allIAM)},
			[]string{"ann: may call iam:AttachUserPolicy on what its own rights come from by inline policy p0"}},
		{"iam within a narrow boundary", []*identity{user(t, "ann", allIAM).within(t, `{"Effect":"Allow","Action":"iam:Put*","Resource":"*"}`)}, nil},
		{"rotates its own keys", []*identity{user(t, "ann", `{"Effect":"Allow","Action":["iam:*AccessKey*","iam:ChangePassword"],"Resource":"arn:aws:iam::*:user/${aws:username}"}`), user(t, "bob", "AdministratorAccess")},
			[]string{"bob: policy AdministratorAccess"}},
		{"rotates everybody's keys", []*identity{user(t, "ann", `{"Effect":"Allow","Action":"iam:*AccessKey*","Resource":"*"}`), user(t, "bob", "AdministratorAccess")},
			[]string{"ann: may call iam:CreateAccessKey for the user bob", "bob: policy AdministratorAccess"}},
		{"its own password, by name", []*identity{user(t, "ann", `{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"arn:aws:iam::111122223333:user/ann"}`)},
			[]string{"ann: may call iam:PutUserPolicy on what its own rights come from by inline policy p0"}},
		{"another's rights", []*identity{user(t, "ann", `{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"arn:aws:iam::111122223333:user/bob"}`), user(t, "bob")}, nil},
		{"role by account, allowed", []*identity{user(t, "ann", assumeAdmin), user(t, "bob"), role(t, "admin", toAccount, "AdministratorAccess")},
			[]string{"ann: may assume the role admin", "admin: policy AdministratorAccess"}},
		{"role by name, no policy needed", []*identity{user(t, "ann"), user(t, "bob", assumeAdmin),
			role(t, "admin", `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"}}`, all)},
			[]string{"ann: may assume the role admin", "admin: inline policy p0 (Action * on Resource *)"}},
		{"role with a second factor", []*identity{user(t, "ann", assumeAdmin),
			role(t, "admin", `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"},"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`, "AdministratorAccess")},
			[]string{"ann: may assume the role admin (with a condition)", "admin: policy AdministratorAccess"}},
		{"role, but denied", []*identity{user(t, "ann", all2(assumeAdmin), `{"Effect":"Deny","Action":"sts:*","Resource":"*"}`), role(t, "admin", toAccount, "AdministratorAccess")},
			[]string{"admin: policy AdministratorAccess"}},
		{"role of another account", []*identity{user(t, "ann", assumeAdmin), role(t, "admin", `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::444455556666:root"}}`, "AdministratorAccess")},
			[]string{"admin: policy AdministratorAccess"}},
		{"chain of two", []*identity{user(t, "ann", `{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/step"}`), role(t, "step", toAccount, assumeAdmin), role(t, "admin", toAccount, "AdministratorAccess")},
			[]string{"ann: may assume the role step", "admin: policy AdministratorAccess", "step: may assume the role admin"}},
		{"pass role", []*identity{user(t, "ann", `{"Effect":"Allow","Action":["iam:PassRole","ec2:RunInstances"],"Resource":"*"}`), role(t, "admin", toEC2, "AdministratorAccess")},
			[]string{"ann: may hand the role admin to ec2:RunInstances by iam:PassRole", "admin: policy AdministratorAccess"}},
		{"pass role to who isn't trusted", []*identity{user(t, "ann", `{"Effect":"Allow","Action":["iam:PassRole","lambda:CreateFunction"],"Resource":"*"}`), role(t, "admin", toEC2, "AdministratorAccess")},
			[]string{"admin: policy AdministratorAccess"}},
		{"rewrites who is trusted", []*identity{user(t, "ann", `{"Effect":"Allow","Action":"iam:UpdateAssumeRolePolicy","Resource":"*"}`), role(t, "admin", toEC2, "AdministratorAccess")},
			[]string{"ann: may let itself assume the role admin by iam:UpdateAssumeRolePolicy", "admin: policy AdministratorAccess"}},
		{"its own policy, of the account", []*identity{ownPolicy(t)}, []string{"ann: may call iam:CreatePolicyVersion on what its own rights come from by policy mine"}},
		{"role that rewrites itself", []*identity{role(t, "builder", toEC2, `{"Effect":"Allow","Action":"iam:PutRolePolicy","Resource":"arn:aws:iam::*:role/*"}`)},
			[]string{"builder: may call iam:PutRolePolicy on what its own rights come from by inline policy p0"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := &estate{account: "111122223333", ids: test.ids}
			var got []string
			for _, a := range e.administrators() {
				got = append(got, a.Name+": "+a.How())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func all2(p string) string { return "[" + p + "]" }

func ownPolicy(t *testing.T) *identity {
	id := user(t, "ann")
	id.policies = []held{{name: "mine", arn: "arn:aws:iam::111122223333:policy/mine",
		doc: doc(t, `{"Statement":{"Effect":"Allow","Action":"iam:CreatePolicyVersion","Resource":"arn:aws:iam::111122223333:policy/*"}}`)}}
	return id
}

func TestAdministratorsByGroup(t *testing.T) {
	admins := group{name: "admins", arn: "arn:aws:iam::111122223333:group/admins"}
	admins.policies = []held{{name: administratorAccess, arn: "arn:aws:iam::aws:policy/AdministratorAccess", group: "admins", doc: doc(t, known[administratorAccess])}}
	ann := user(t, "ann")
	ann.groups, ann.policies = []string{admins.arn}, admins.policies
	bob := user(t, "bob", `{"Effect":"Allow","Action":"iam:AddUserToGroup","Resource":"arn:aws:iam::*:group/admins"}`)
	eve := user(t, "eve", `{"Effect":"Allow","Action":"iam:AddUserToGroup","Resource":"arn:aws:iam::*:group/readers"}`)
	e := &estate{account: "111122223333", ids: []*identity{ann, bob, eve}, groups: []group{admins}}
	got := e.administrators()
	if len(got) != 2 || got[0].How() != "policy AdministratorAccess of the group admins" || got[0].Ways[0].Group != "admins" || !got[0].Direct() ||
		got[1].How() != "may add itself to the group admins" || got[1].Direct() {
		t.Errorf("got %+v", got)
	}
}

func TestAdministratorsTold(t *testing.T) {
	anyone := role(t, "open", `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}`, all)
	external := role(t, "partner", `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["444455556666","arn:aws:iam::999999999999:role/x","AIDAQWERTY"]}}`, all)
	guarded := role(t, "guarded", `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"},"Condition":{"StringEquals":{"sts:ExternalId":"x"}}}`, all)
	machine := role(t, "machine", toEC2, all)
	sso := role(t, "AWSReservedSSO_Admin_0123456789abcdef", `{"Effect":"Allow","Action":"sts:AssumeRoleWithSAML","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/AWSSSO_x"}}`, "AdministratorAccess")
	leaked := user(t, "leaked", "AdministratorAccess", `{"Effect":"Deny","Action":"*","Resource":"*"}`)
	leaked.policies[1].name = "AWSCompromisedKeyQuarantineV3"
	e := &estate{account: "111122223333", ids: []*identity{anyone, external, guarded, machine, sso, leaked}}
	by := map[string]*Administrator{}
	for _, a := range e.administrators() {
		by[a.Name] = a
	}
	if len(by) != 6 {
		t.Fatalf("%d administrators", len(by))
	}
	for name, want := range map[string][4]bool{ // anyone, SSO, service, quarantined
		"open": {true}, "partner": {}, "guarded": {}, "machine": {false, false, true}, sso.name: {false, true}, "leaked": {false, false, false, true},
	} {
		a := by[name]
		if got := [4]bool{a.Anyone, a.SSO, a.Service, a.Quarantined}; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if got := by["partner"].Outside; !slices.Equal(got, []string{"444455556666", "999999999999"}) {
		t.Errorf("outside: %v", got)
	}
}

// Many identities that may do little, beside some that may do much: the work stays
// near linear. The test has no clock; it would not end if it weren't.
func TestManyIdentities(t *testing.T) {
	e := &estate{account: "111122223333"}
	for i := range 5000 {
		e.ids = append(e.ids, user(t, "u"+strings.Repeat("x", i%7)+string(rune('a'+i%26)), `{"Effect":"Allow","Action":["s3:Get*","ec2:Describe*"],"Resource":"*"}`))
	}
	for range 1000 {
		e.ids = append(e.ids, role(t, "admin", toEC2, "AdministratorAccess"))
	}
	if n := len(e.administrators()); n != 1000 {
		t.Errorf("%d administrators", n)
	}
}

func FuzzPolicy(f *testing.F) {
	for _, s := range []string{all, allIAM, toAccount, toEC2, mfaAlone, assumeAdmin} {
		f.Add(`{"Statement":` + s + `}`)
		f.Add(`{"Statement":[` + s + `,` + all + `]}`)
	}
	f.Add("%7B%22Statement%22%3A%5B%5D%7D")
	f.Add(`{"Statement":{"Effect":"Allow","Action":"iam:*","Resource":"arn:${aws:username}${x${*}","Condition":{"a":{"b":[1,true,{}]}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parsePolicy(text)
		if err != nil {
			if d != nil {
				t.Fatal("an error and a document")
			}
			return
		}
		id := &identity{user: true, name: "ann", arn: "arn:aws:iam::111122223333:user/ann", policies: []held{{name: "p", doc: d}}}
		r := &identity{name: "r", arn: "arn:aws:iam::111122223333:role/r", policies: []held{{name: "p", doc: d}}, trust: d}
		e := &estate{account: "111122223333", ids: []*identity{id, r}}
		for _, a := range e.administrators() {
			if len(a.Ways) == 0 || a.How() == "" {
				t.Fatalf("no way: %+v", a)
			}
		}
		// A deny of everything leaves nobody anything outright.
		deny := held{name: "d", doc: doc(t, `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`)}
		id = &identity{user: true, name: "ann", arn: id.arn, policies: []held{{name: "p", doc: d}, deny}}
		if len(id.own()) > 0 {
			t.Fatalf("%s allows over a deny", text)
		}
		if json.Valid([]byte(text)) && len(d.statements) == 0 && id.may("iam:GetUser", "*") != no {
			t.Fatal("nothing allows something")
		}
	})
}

func FuzzWildcard(f *testing.F) {
	f.Add("iam:*User?olicy", "iam:putuserpolicy")
	f.Add("***", "")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if len(pattern) > 200 || len(s) > 200 || strings.ContainsFunc(pattern+s, func(r rune) bool { return r >= 0x80 }) {
			return // a regular expression counts characters, not bytes
		}
		if wildcard(pattern, s) != slowly(pattern, s) {
			t.Fatalf("wildcard(%q, %q) = %v", pattern, s, !slowly(pattern, s))
		}
	})
}

// Where one policy allows all but IAM and another IAM, the other makes the
// administrator: it is what is to be taken.
func TestTogether(t *testing.T) {
	ann := user(t, "ann", "PowerUserAccess", allIAM)
	e := &estate{account: "111122223333", ids: []*identity{ann}}
	got := e.administrators()
	if len(got) != 1 || got[0].How() != "policy PowerUserAccess (all actions but iam:*, organizations:*, account:*) and IAM by inline policy p1" || !got[0].Direct() || got[0].Ways[0].Policy != "p1" {
		t.Errorf("got %+v", got[0])
	}
}
