package account

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxRounds bounds how many steps from one identity to the next are followed. Each
// round finds those one step further; real chains are short.
const maxRounds = 10

// estate is all identities of an account, and what was found out about them.
type estate struct {
	account string
	ids     []*identity
	groups  []group
	// unread are policies that some identity has and whose text isn't known or can't
	// be understood, by name.
	unread map[string]bool
}

// group is a group of users.
type group struct {
	name, arn string
	policies  []held
}

// administrators finds every identity with administrator rights, first those that
// have them by themselves, then those that can get at one that has.
func (e *estate) administrators() []*Administrator {
	for _, id := range e.ids {
		if ways := id.own(); len(ways) > 0 {
			id.become(ways)
		}
	}
	for range maxRounds {
		var next []func()
		reach := e.reach()
		for _, id := range e.ids {
			if id.admin != nil {
				continue
			}
			if ways := reach.of(id); len(ways) > 0 {
				next = append(next, func() { id.become(ways) })
			}
		}
		if len(next) == 0 {
			break
		}
		for _, do := range next {
			do()
		}
	}
	var out []*Administrator
	for _, id := range e.ids {
		if id.admin != nil {
			e.describe(id)
			out = append(out, id.admin)
		}
	}
	slices.SortFunc(out, func(a, b *Administrator) int {
		return cmp.Or(-cmp.Compare(btoi(a.User), btoi(b.User)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ARN, b.ARN))
	})
	return out
}

func (id *identity) become(ways []Way) {
	slices.SortStableFunc(ways, func(a, b Way) int { return cmp.Compare(btoi(a.Conditional), btoi(b.Conditional)) })
	id.admin = &Administrator{User: id.user, Name: id.name, ARN: id.arn, Ways: ways}
}

// describe says what else is to be known of an administrator.
func (e *estate) describe(id *identity) {
	a := id.admin
	a.SSO = reservedSSO(id.name, id.path)
	for _, h := range id.policies {
		a.Quarantined = a.Quarantined || quarantine(h.name)
	}
	if id.trust == nil {
		return
	}
	people, services := false, false
	for _, s := range id.trust.statements {
		if s.deny {
			continue
		}
		p := s.principals
		services = services || len(p.service) > 0
		people = people || p.any || p.but || len(p.aws)+len(p.federated) > 0
		a.Anyone = a.Anyone || (p.any || p.but) && len(s.conditions) == 0
		for _, who := range p.aws {
			if acct := accountOf(who); acct != "" && acct != e.account && !slices.Contains(a.Outside, acct) {
				a.Outside = append(a.Outside, acct)
			}
		}
	}
	a.Service = services && !people
	slices.Sort(a.Outside)
}

// reservedSSO tells whether IAM Identity Center made a role, serviceLinked whether a
// service of AWS did, for itself. Source: IAM User Guide, "Reserved paths".
func reservedSSO(name, path string) bool {
	return strings.HasPrefix(name, "AWSReservedSSO_") || strings.HasPrefix(path, "/aws-reserved/sso.amazonaws.com/")
}

func serviceLinked(path string) bool { return strings.HasPrefix(path, "/aws-service-role/") }

// accountOf reads the account of a principal: an ARN, or twelve digits alone. It is
// "" for neither: a deleted identity's ID, for one.
func accountOf(principal string) string {
	acct := principal
	if f := strings.SplitN(principal, ":", 6); len(f) == 6 && f[0] == "arn" {
		acct = f[4]
	}
	if len(acct) != 12 || strings.Trim(acct, "0123456789") != "" {
		return ""
	}
	return acct
}

// reachable is what leads on to administrator rights, as known so far.
type reachable struct {
	account string
	users   []*identity // administrators
	roles   []*identity // administrators
	// open are those of the roles that identities of accounts may assume, not services
	// or an identity provider alone. Identity Center's roles trust the latter.
	open   []*identity
	groups []group // those with administrator rights
}

func (e *estate) reach() *reachable {
	r := &reachable{account: e.account}
	for _, id := range e.ids {
		switch {
		case id.admin == nil:
		case !id.user:
			r.roles = append(r.roles, id)
			if id.trust.forAccounts() && !serviceLinked(id.path) && !reservedSSO(id.name, id.path) {
				r.open = append(r.open, id)
			}
		default:
			r.users = append(r.users, id)
		}
	}
	for _, g := range e.groups {
		if ways := g.member().own(); len(ways) > 0 {
			r.groups = append(r.groups, g)
		}
	}
	return r
}

// member is a made-up user who has what a group gives, and nothing else.
func (g group) member() *identity {
	before, _, _ := strings.Cut(g.arn, ":group/")
	return &identity{
		user: true, name: "lockaway-nobody", arn: before + ":user/lockaway-nobody",
		groups: []string{g.arn}, policies: g.policies,
	}
}

// taking are the calls by which an identity gets at the credentials of a user.
var taking = []string{"iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"}

// starting are the calls that hand a role to a service, which then runs what the
// caller gives it, with the service that the role must trust. Each goes with
// iam:PassRole. Source: service authorization reference, actions that depend on
// iam:PassRole; the commonest.
var starting = []struct{ action, service string }{
	{"ec2:RunInstances", "ec2.amazonaws.com"},
	{"lambda:CreateFunction", "lambda.amazonaws.com"},
	{"cloudformation:CreateStack", "cloudformation.amazonaws.com"},
	{"ecs:RunTask", "ecs-tasks.amazonaws.com"},
	{"codebuild:CreateProject", "codebuild.amazonaws.com"},
	{"glue:CreateJob", "glue.amazonaws.com"},
	{"sagemaker:CreateNotebookInstance", "sagemaker.amazonaws.com"},
}

// of finds the ways of an identity that lead over another. One of each sort is
// enough to be told.
func (r *reachable) of(id *identity) []Way {
	var out []Way
	add := func(v verdict, format string, args ...any) bool {
		if v != no {
			out = append(out, Way{How: fmt.Sprintf(format, args...), Conditional: v == perhaps})
		}
		return v != no
	}
	for _, role := range r.open {
		if role != id && add(min(r.assume(id, role), role.sure()), "may assume the role %s", role.name) {
			out[0].Role = role.name
			break
		}
	}
	r.overUsers(id, add)
	if id.user {
		for _, g := range r.groups {
			if add(id.may("iam:AddUserToGroup", g.arn), "may add itself to the group %s", g.name) {
				break
			}
		}
	}
	r.overRoles(id, add)
	return out
}

// sure is how sure it is that an administrator is one.
func (id *identity) sure() verdict {
	if id.admin.Conditional() {
		return perhaps
	}
	return yes
}

type adder func(v verdict, format string, args ...any) bool

func (r *reachable) overUsers(id *identity, add adder) {
	for _, u := range r.users {
		for _, action := range taking {
			if u != id && add(min(id.may(action, u.arn), u.sure()), "may call %s for the user %s", action, u.name) {
				return
			}
		}
	}
}

func (r *reachable) overRoles(id *identity, add adder) {
	for _, role := range r.roles {
		if !id.anywhere("iam:updateassumerolepolicy") {
			break
		}
		if add(min(id.may("iam:UpdateAssumeRolePolicy", role.arn), role.sure()), "may let itself assume the role %s by iam:UpdateAssumeRolePolicy", role.name) {
			break
		}
	}
	if !id.anywhere("iam:passrole") {
		return
	}
	for _, role := range r.roles {
		pass := id.may("iam:PassRole", role.arn)
		if pass == no {
			continue
		}
		for _, s := range starting {
			v := min(pass, role.trustsService(s.service), id.may(s.action, everywhere), role.sure())
			if add(v, "may hand the role %s to %s by iam:PassRole", role.name, s.action) {
				return
			}
		}
	}
}

// assume tells whether an identity may assume a role: by a trust policy that names
// it, or that leaves it to the account and a policy of its own that allows it. The
// role's session has the role's rights alone, so its boundary is in its own admin.
func (r *reachable) assume(id, role *identity) verdict {
	best, limit := no, yes
	for i := range role.trust.statements {
		s := &role.trust.statements[i]
		if matchesAny(s.actions, "sts:assumerole") == s.notActions {
			continue
		}
		v := s.trusts(id, role, r.account)
		if v == yes && len(s.conditions) > 0 {
			v = perhaps
		}
		if s.deny {
			limit = min(limit, yes-v)
			continue
		}
		best = max(best, v)
	}
	if best == no {
		return no
	}
	return min(best, limit, yes-id.denied("sts:AssumeRole", role.arn))
}

// forAccounts tells whether a trust policy speaks of identities of accounts.
func (d *document) forAccounts() bool {
	return d != nil && slices.ContainsFunc(d.statements, func(s statement) bool {
		return !s.deny && (s.principals.any || s.principals.but || len(s.principals.aws) > 0)
	})
}

// trusts tells whether a statement of a trust policy speaks of an identity. Where it
// speaks of the whole account, the identity's own policies decide.
func (s *statement) trusts(id, role *identity, account string) verdict {
	p := s.principals
	named, whole := false, p.any
	for _, who := range p.aws {
		switch {
		case who == id.arn:
			named = true
		case who == account || strings.HasSuffix(who, ":iam::"+account+":root"):
			whole = true
		}
	}
	if s.deny || p.but {
		if (named || whole) != p.but {
			return yes
		}
		return no
	}
	switch {
	case named:
		return yes
	case whole:
		return id.may("sts:AssumeRole", role.arn)
	}
	return no
}

// denied tells whether the identity's own policies forbid a call outright.
func (id *identity) denied(action, resource string) verdict {
	c, worst := id.call(action, resource), no
	for _, d := range id.docs() {
		for i := range d.statements {
			if s := &d.statements[i]; s.deny {
				worst = max(worst, s.says(c))
			}
		}
	}
	return worst
}

// trustsService tells whether a service may assume a role.
func (id *identity) trustsService(service string) verdict {
	if id.trust == nil {
		return no
	}
	for _, s := range id.trust.statements {
		if !s.deny && (s.principals.any || slices.Contains(s.principals.service, service)) {
			return yes
		}
	}
	return no
}

// few lists some things, and how many more there are. What has commas itself has them
// in brackets.
func few(things []string, n int) string {
	if len(things) <= n {
		return strings.Join(things, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(things[:n], ", "), len(things)-n)
}
