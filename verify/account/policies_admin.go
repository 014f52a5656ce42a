package account

import (
	"cmp"
	"slices"
	"strings"
)

// Administrator is an identity of an account that may do everything in it, or can
// give itself that right.
type Administrator struct {
	User      bool // else a role
	Name, ARN string
	// Ways are how it comes to that right, what it has outright first.
	Ways []Way
	// Quarantined says that AWS has attached its quarantine policy: a measure
	// against use of a leaked key, which takes nothing back.
	Quarantined bool
	// SSO says of a role that IAM Identity Center made it, Service that nobody but
	// services of AWS may assume it.
	SSO, Service bool
	// Outside are the other accounts whose identities may assume the role, Anyone
	// says that every account's may, without a condition.
	Outside []string
	Anyone  bool
}

// Way is one way to administrator rights.
type Way struct {
	// How says it in words: "policy AdministratorAccess of the group admins".
	How string
	// Group, Policy and PolicyARN are where it comes from, if from one: the group that
	// the user is in, the policy's name, and its ARN if it is a managed one.
	Group, Policy, PolicyARN string
	// Role is the name of the role that is assumed, if that is the way.
	Role string
	// Direct says that the right is held outright; else one or more calls lead there.
	Direct bool
	// Conditional says that it hangs on a condition that wasn't looked into.
	Conditional bool
}

// Conditional says that every way hangs on a condition.
func (a *Administrator) Conditional() bool {
	return !slices.ContainsFunc(a.Ways, func(w Way) bool { return !w.Conditional })
}

// Direct says that the right is held outright, by one of the ways.
func (a *Administrator) Direct() bool {
	return slices.ContainsFunc(a.Ways, func(w Way) bool { return w.Direct })
}

// How says the first way in words.
func (a *Administrator) How() string {
	w := a.Ways[0]
	if w.Conditional {
		return w.How + " (with a condition)"
	}
	return w.How
}

// held is a policy that an identity has.
type held struct {
	name  string
	arn   string // of a managed policy
	group string // the group that it comes by, if by one
	doc   *document
}

func (h *held) where() string {
	kind := "policy "
	if h.arn == "" {
		kind = "inline policy "
	}
	if h.group != "" {
		return kind + h.name + " of the group " + h.group
	}
	return kind + h.name
}

// identity is a user or role with what it may do.
type identity struct {
	user      bool
	name, arn string
	path      string
	groups    []string // ARNs
	policies  []held
	// boundary bounds what the policies allow; nil without one. A boundary that
	// isn't known has no doc.
	boundary *held
	trust    *document // of a role
	admin    *Administrator

	some map[string]bool // whether some policy allows an action somewhere, as asked so far
}

// docs are the documents of an identity's policies. AWS's quarantine is left out: it
// is a measure for a while, and the rights come back with its end.
func (id *identity) docs() []*document {
	var out []*document
	for i := range id.policies {
		if h := &id.policies[i]; h.doc != nil && !quarantine(h.name) {
			out = append(out, h.doc)
		}
	}
	return out
}

// may tells whether an identity may make a call.
func (id *identity) may(action, resource string) verdict {
	c := id.call(action, resource)
	if !id.anywhere(c.action) {
		return no
	}
	return min(allows(id.docs(), c), id.bounded(c))
}

func (id *identity) call(action, resource string) call {
	c := call{action: strings.ToLower(action), resource: resource}
	if id.user {
		c.user = id.name
	}
	return c
}

// anywhere tells whether one of the policies allows an action on some resource. Most
// identities may do little: this spares looking at what they might do it on.
func (id *identity) anywhere(action string) bool {
	if can, asked := id.some[action]; asked {
		return can
	}
	can := false
	for _, d := range id.docs() {
		can = can || slices.ContainsFunc(d.statements, func(s statement) bool {
			return !s.deny && matchesAny(s.actions, action) != s.notActions
		})
	}
	if id.some == nil {
		id.some = map[string]bool{}
	}
	id.some[action] = can
	return can
}

// bounded is what an identity's boundary says of a call.
func (id *identity) bounded(c call) verdict {
	switch {
	case id.boundary == nil:
		return yes
	case id.boundary.doc == nil:
		return perhaps
	}
	return allows([]*document{id.boundary.doc}, c)
}

// unheardOf is an action that no service has: only a policy for all actions allows
// it. It and the ARN beside it stand for everything.
const (
	unheardOf  = "lockaway:everything"
	everywhere = "arn:aws:lockaway:nowhere:000000000000:anything"
)

// everything tells whether an identity may do everything, or everything but a few
// things that it can give itself: what is denied in IAM can't be taken back.
func (id *identity) everything() verdict {
	all := id.may(unheardOf, everywhere)
	if all == no {
		return no
	}
	rights := no
	for _, action := range changingRights {
		rights = max(rights, id.may(action, id.arn))
	}
	return min(all, rights)
}

// changingRights are calls of which an administrator has one at least.
var changingRights = []string{"iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:CreatePolicyVersion", "iam:PutRolePolicy"}

// quarantine tells whether a policy is one of those that AWS attaches to users
// whose key leaked. Later versions have another number.
func quarantine(policy string) bool { return strings.HasPrefix(policy, "AWSCompromisedKeyQuarantine") }

// rewriting are the calls by which an identity gives itself any right, with what
// they are made on. Source: IAM User Guide, "Permissions management" actions of the
// service authorization reference for IAM, those that change a policy in force.
var rewriting = []struct {
	action string
	user   bool // of users, else of roles
	on     func(*identity) []string
}{
	{"iam:AttachUserPolicy", true, itself},
	{"iam:PutUserPolicy", true, itself},
	{"iam:AttachGroupPolicy", true, itsGroups},
	{"iam:PutGroupPolicy", true, itsGroups},
	{"iam:CreatePolicyVersion", true, itsPolicies},
	{"iam:AttachRolePolicy", false, itself},
	{"iam:PutRolePolicy", false, itself},
	{"iam:CreatePolicyVersion", false, itsPolicies},
}

func itself(id *identity) []string    { return []string{id.arn} }
func itsGroups(id *identity) []string { return id.groups }

// itsPolicies are those of its managed policies that are the account's own.
func itsPolicies(id *identity) []string {
	var out []string
	for _, h := range id.policies {
		if h.arn != "" && !strings.Contains(h.arn, ":iam::aws:policy/") {
			out = append(out, h.arn)
		}
	}
	return out
}

// unbound tells whether no boundary keeps an identity from everything: there is
// none, or it allows everything, or the identity may take it off.
func (id *identity) unbound() verdict {
	if id.boundary == nil {
		return yes
	}
	free := id.bounded(call{action: unheardOf, resource: everywhere})
	off := "iam:DeleteRolePermissionsBoundary"
	if id.user {
		off = "iam:DeleteUserPermissionsBoundary"
	}
	return max(free, id.may(off, id.arn))
}

// own finds the ways that need nobody else.
func (id *identity) own() []Way {
	var out []Way
	if v := id.everything(); v != no {
		out = append(out, id.outright(v)...)
	}
	if len(out) > 0 {
		return out
	}
	free := id.unbound()
	for _, r := range rewriting {
		if r.user != id.user {
			continue
		}
		best := no
		for _, on := range r.on(id) {
			best = max(best, id.may(r.action, on))
		}
		if best = min(best, free); best != no {
			h := id.granting(r.action, r.on(id))
			out = append(out, Way{
				How:   "may call " + r.action + " on what its own rights come from by " + h.where(),
				Group: h.group, Policy: h.name, PolicyARN: h.arn, Conditional: best == perhaps,
			})
		}
	}
	return out
}

// outright names the policies that allow everything.
func (id *identity) outright(v verdict) []Way {
	var out, parts []Way
	for i := range id.policies {
		h := &id.policies[i]
		if h.doc == nil || quarantine(h.name) {
			continue
		}
		one := identity{user: id.user, name: id.name, arn: id.arn, policies: []held{*h}}
		all := one.may(unheardOf, everywhere)
		if all == no {
			continue
		}
		w := Way{How: h.where(), Group: h.group, Policy: h.name, PolicyARN: h.arn, Direct: true, Conditional: min(all, v) == perhaps}
		if h.name != administratorAccess {
			w.How += " (" + h.doc.reach() + ")"
		}
		if alone := one.everything(); alone != no {
			w.Conditional = min(alone, v) == perhaps
			out = append(out, w)
			continue
		}
		parts = append(parts, w)
	}
	if len(out) == 0 && len(parts) > 0 {
		return []Way{id.together(parts[0])}
	}
	slices.SortStableFunc(out, func(a, b Way) int { return cmp.Compare(btoi(a.Conditional), btoi(b.Conditional)) })
	return out
}

// together is the way where one policy allows all but IAM, and another allows that:
// it is the other that makes an administrator.
func (id *identity) together(all Way) Way {
	for _, action := range changingRights {
		if id.may(action, id.arn) == no {
			continue
		}
		h := id.granting(action, []string{id.arn})
		return Way{How: all.How + " and IAM by " + h.where(), Group: h.group, Policy: h.name, PolicyARN: h.arn, Direct: true, Conditional: all.Conditional}
	}
	return all
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// reach says in words by which form a document allows everything.
func (d *document) reach() string {
	for _, s := range d.statements {
		if !s.deny && s.says(call{action: unheardOf, resource: everywhere}) != no {
			switch {
			case s.notActions && len(s.actions) > 0:
				return "all actions but " + few(s.actions, 3)
			case s.notResources:
				return "all actions on all resources but some"
			}
			break
		}
	}
	return "Action * on Resource *"
}

// granting is the first of the policies that allows an action on one of the
// resources.
func (id *identity) granting(action string, on []string) *held {
	for i := range id.policies {
		h := &id.policies[i]
		if h.doc == nil {
			continue
		}
		one := identity{user: id.user, name: id.name, policies: []held{*h}}
		for _, r := range on {
			if one.may(action, r) != no {
				return h
			}
		}
	}
	return &held{name: "of its policies together"}
}

// administratorAccess is AWS's policy for administrators, and known are AWS's
// policies whose meaning for this is fixed by their documentation ("AWS managed
// policies for job functions"), for reports in which their text isn't given.
const administratorAccess = "AdministratorAccess"

var known = map[string]string{
	administratorAccess: `{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`,
	"IAMFullAccess":     `{"Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}}`,
	"PowerUserAccess":   `{"Statement": {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"}}`,
	"ReadOnlyAccess":    `{"Statement": []}`,
	"ViewOnlyAccess":    `{"Statement": []}`,
	"SecurityAudit":     `{"Statement": []}`,
}
