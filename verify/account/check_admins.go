package account

import (
	"fmt"
	"slices"
	"strings"

	"lockaway/scanner/finding"
)

// unread says which policies weren't understood, to be put behind a statement; empty
// for none.
func (x *exam) unread() string {
	var names []string
	for n := range x.estate.unread {
		names = append(names, n)
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return fmt.Sprintf("; not known is what these allow: %s", few(names, 5))
}

// blind tells whether "nobody" might be wrong: identities or policies are missing.
func (x *exam) blind() bool { return x.s.Details.Partial || len(x.estate.unread) > 0 }

// described lists administrators with how they get there.
func described(admins []*Administrator) string {
	var out []string
	for _, a := range admins {
		out = append(out, fmt.Sprintf("%s (%s)", a.Name, a.How()))
	}
	return few(out, 6)
}

func otherAdministrators(x *exam) verdictOf {
	if x.estate == nil {
		return x.cannotTell("nothing tells whether anyone but the root user administers the account", x.details())
	}
	var users, roles, sso []string
	for _, a := range x.admins {
		switch {
		case !a.Direct() || a.Service || serviceLinked(pathOf(a.ARN)):
		case a.User:
			users = append(users, a.Name)
		case a.SSO:
			sso = append(sso, a.Name)
		default:
			roles = append(roles, a.Name)
		}
	}
	var found []string
	for _, kind := range []struct {
		what  string
		names []string
	}{{"role of IAM Identity Center", sso}, {"role", roles}, {"IAM user", users}} {
		if n := len(kind.names); n > 0 {
			what := count(n, kind.what)
			if n > 1 && strings.HasPrefix(kind.what, "role of") {
				what = fmt.Sprintf("%d roles of IAM Identity Center", n)
			}
			found = append(found, fmt.Sprintf("%s (%s)", what, few(kind.names, 4)))
		}
	}
	switch {
	case len(found) > 0:
		return pass("others than the root user have administrator rights: %s", strings.Join(found, ", "))
	case x.blind():
		return x.cannotTell("no administrator but the root user was found, but not all identities and policies are known"+x.unread(), x.details())
	}
	return fail([]string{RootUser}, []string{
		"Make administrators in IAM Identity Center: assign people, or a group of them, a permission set with AdministratorAccess (https://docs.aws.amazon.com/singlesignon/latest/userguide/getting-started.html)",
		"Where that can't be, a group of IAM users as the guidance has it: `aws iam create-group --group-name admins`, `aws iam attach-group-policy --group-name admins --policy-arn arn:" + x.partition() + ":iam::aws:policy/AdministratorAccess`, each member with a second factor",
		"Sign in with it once and check that it can do the daily work; then put the root user's credentials away",
	}, "nobody but the root user has administrator rights")
}

// standing are the ways of an administrator that hold at all times: assuming a role
// for a task is what the guidance asks for.
func standing(a *Administrator) *Administrator {
	out := *a
	out.Ways = slices.DeleteFunc(slices.Clone(a.Ways), func(w Way) bool { return w.Role != "" })
	return &out
}

func standingAdministrators(x *exam) verdictOf {
	if x.estate == nil {
		return x.cannotTell("nothing tells who has administrator rights", x.details())
	}
	var users, open, machines, partners []*Administrator
	for _, a := range x.admins {
		switch s := standing(a); {
		case a.User && len(s.Ways) > 0:
			users = append(users, s)
		case a.User:
		case a.Anyone:
			open = append(open, a)
		case a.Service && !serviceLinked(pathOf(a.ARN)):
			machines = append(machines, a)
		case len(a.Outside) > 0:
			partners = append(partners, a)
		}
	}
	var said, resources, steps []string
	add := func(list []*Administrator, format string, more ...any) {
		if len(list) == 0 {
			return
		}
		said = append(said, fmt.Sprintf(format, append([]any{described(list)}, more...)...))
		for _, a := range list {
			if a.User {
				resources = append(resources, a.Name)
				continue
			}
			resources = append(resources, a.ARN)
		}
	}
	add(open, "every AWS account may assume these roles with administrator rights: %s")
	add(users, "IAM users have administrator rights all the time: %s")
	add(machines, "roles of services have them, and so has every program that runs with one: %s")
	if len(said) == 0 {
		if x.blind() && len(partners) == 0 {
			return x.cannotTell("nobody was found with administrator rights all the time, but not all identities and policies are known"+x.unread(), x.details())
		}
		return pass("no IAM user and no service has administrator rights all the time%s", outside(partners))
	}
	steps = append(steps, spelled(open, func(a *Administrator) string {
		return fmt.Sprintf("Now: say who may assume the role %s: `aws iam update-assume-role-policy --role-name %s --policy-document file://trust.json`", a.Name, word(a.Name))
	})...)
	steps = append(steps, "Make a role for the administrator's tasks that people assume with a second factor, or a permission set in IAM Identity Center")
	steps = append(steps, spelled(users, takeRights)...)
	if len(users)+len(machines) > 0 {
		arn := append(slices.Clone(users), machines...)[0].ARN
		steps = append(steps, "Give each only what it uses: `aws iam generate-service-last-accessed-details --arn "+word(arn)+"` tells; IAM Access Analyzer drafts policies from it")
	}
	v := fail(resources, steps, "%s%s%s", strings.Join(said, "; "), outside(partners), x.unread())
	if len(open) > 0 {
		return v.as(finding.Critical)
	}
	return v
}

// outside says which roles other accounts may assume.
func outside(partners []*Administrator) string {
	var out []string
	for _, a := range partners {
		out = append(out, fmt.Sprintf("%s (%s)", a.Name, few(a.Outside, 3)))
	}
	if len(out) == 0 {
		return ""
	}
	return "; other accounts may assume roles with administrator rights, is that meant? " + few(out, 4)
}

// pathOf is the path in a role's ARN.
func pathOf(arn string) string {
	_, rest, _ := strings.Cut(arn, ":role")
	return rest[:strings.LastIndexByte(rest, '/')+1]
}

// takeRights is the step that takes a user's rights away, by their first way.
func takeRights(a *Administrator) string {
	w := a.Ways[0]
	switch {
	case w.Group != "":
		return fmt.Sprintf("Take %s out of the group %s: `aws iam remove-user-from-group --group-name %s --user-name %s`", a.Name, w.Group, word(w.Group), word(a.Name))
	case w.PolicyARN != "":
		return fmt.Sprintf("Take the policy from %s: `aws iam detach-user-policy --user-name %s --policy-arn %s`", a.Name, word(a.Name), word(w.PolicyARN))
	case w.Policy != "":
		return fmt.Sprintf("Narrow or delete the policy of %s: `aws iam delete-user-policy --user-name %s --policy-name %s`", a.Name, word(a.Name), word(w.Policy))
	}
	return fmt.Sprintf("See what %s may do, and take from it what leads there (%s): `aws iam list-attached-user-policies --user-name %s`, `aws iam list-user-policies --user-name %s`", a.Name, w.How, word(a.Name), word(a.Name))
}

func idleAdministrators(x *exam) verdictOf {
	switch {
	case x.estate == nil && !x.s.Report.Known:
		return x.cannotTell("nothing tells who has administrator rights, and who uses them", x.details(), x.report())
	case x.estate == nil:
		return x.cannotTell("nothing tells who has administrator rights", x.details())
	}
	var admins, idle []*person
	for _, p := range x.people {
		if p.admin == nil {
			continue
		}
		admins = append(admins, p)
		if p.row != nil && x.rested(p) {
			idle = append(idle, p)
		}
	}
	switch {
	case len(admins) == 0 && x.blind():
		return x.cannotTell("no IAM user was found with administrator rights, but not all identities and policies are known"+x.unread(), x.details())
	case len(admins) == 0:
		return notApplicable("no IAM user has administrator rights; review the assignments in IAM Identity Center, if that is where they are")
	case !x.s.Report.Known, len(idle) == 0 && slices.ContainsFunc(admins, func(p *person) bool { return p.row == nil }):
		return x.cannotTell(fmt.Sprintf("%s administrator rights (%s), but nothing tells who uses them", usersHave(len(admins)), names(admins)), x.report())
	case len(idle) == 0:
		return pass("%s administrator rights, and all were used within %d days; do they all still need them? %s", usersHave(len(admins)), x.l.Unused, names(admins))
	}
	var told, resources []string
	for _, p := range idle {
		seen := "never used"
		if t := p.lastSeen(); !t.IsZero() {
			seen = "last used on " + x.ago(t)
		}
		told = append(told, fmt.Sprintf("%s (%s; %s)", p.name, p.admin.How(), seen))
		resources = append(resources, p.name)
	}
	steps := append([]string{"Ask whether they still administer; who moved to other work, or left, doesn't"}, spelled(idle, func(p *person) string { return takeRights(p.admin) })...)
	steps = append(steps, "Put the review into the calendar; `lockaway account` shows the administrators at any time")
	return fail(resources, steps, "of %s with administrator rights, %d did nothing for %d days: %s", count(len(admins), "IAM user"), len(idle), x.l.Unused, few(told, 5))
}

func usersHave(n int) string {
	if n == 1 {
		return "1 IAM user has"
	}
	return fmt.Sprintf("%d IAM users have", n)
}

// rested tells whether a user hasn't been used for long, and is no new one.
func (x *exam) rested(p *person) bool {
	last := p.lastSeen()
	if last.IsZero() {
		last = p.created
	}
	return x.days(last) >= x.l.Unused
}

func names(people []*person) string {
	var out []string
	for _, p := range people {
		out = append(out, p.name)
	}
	return few(out, 6)
}

func quarantined(x *exam) verdictOf {
	if !x.s.Details.Known {
		return x.cannotTell("nothing tells which policies AWS has attached to users", x.details())
	}
	var told, resources []string
	var first []string
	for _, u := range x.s.Details.Value.Users {
		for _, a := range u.Attached {
			if name := policyName(a); quarantine(name) {
				told = append(told, fmt.Sprintf("%s (%s)", u.Name, name))
				resources = append(resources, u.Name)
				first = append(first, u.Name)
				break
			}
		}
	}
	if len(told) == 0 {
		if x.s.Details.Partial {
			return x.cannotTell("no user was found with AWS's quarantine policy, but not all users are known", x.details())
		}
		return pass("AWS has quarantined no user")
	}
	steps := []string{"Answer AWS's support case: support center of the account; leave the quarantine policy attached until it says so"}
	steps = append(steps, spelled(first, func(u string) string {
		return fmt.Sprintf("Replace the keys of %s, with the rights of another administrator: `aws iam list-access-keys --user-name %s`, then `aws iam update-access-key --user-name %s --status Inactive --access-key-id ID`", u, word(u), word(u))
	})...)
	steps = append(steps,
		"Look in CloudTrail for what the keys did: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=ID`, in each region; new users, roles, keys, instances",
		"Find where they were published, and scan it: `lockaway git` on the repository")
	return fail(resources, steps, "AWS has found a key of %s in public and attached its quarantine policy: %s; the policy limits what the key can do, the key still works",
		map[bool]string{true: "this user", false: "these users"}[len(told) == 1], few(told, 5)).as(finding.Critical)
}
