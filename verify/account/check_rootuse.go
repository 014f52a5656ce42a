package account

import (
	"fmt"
	"strings"
	"time"

	"lockaway/scanner/finding"
)

// rootUses is when the root user was used, and by what, the latest first.
func (x *exam) rootUses() (last time.Time, told []string) {
	if x.root == nil {
		return last, nil
	}
	if last = x.root.PasswordUsed; !last.IsZero() {
		told = append(told, "its password on "+x.ago(last))
	}
	for _, k := range x.keysOf(RootUser, x.root) {
		if k.used.IsZero() {
			continue
		}
		name := k.id
		if name == "" {
			name = fmt.Sprintf("access key %d", k.number)
		}
		told = append(told, name+" on "+x.ago(k.used)+k.where())
		if k.used.After(last) {
			last = k.used
		}
	}
	return last, told
}

func rootUse(x *exam) verdictOf {
	if x.root == nil {
		return x.cannotTell("nothing tells when the root user was used", x.report())
	}
	last, told := x.rootUses()
	switch {
	case last.IsZero():
		return pass("no use of the root user is on record")
	case x.days(last) >= x.l.RootUsed:
		return pass("the root user was not used within %d days: %s", x.l.RootUsed, strings.Join(told, "; "))
	}
	return fail([]string{RootUser}, []string{
		"See what was done: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=root --max-results 50`, in us-east-1 for sign-ins and in each region for the rest",
		"Compare with the tasks that need the root user (https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html); do all else by a role",
		"If nobody knows of it, take it for a break-in: change the password, check devices, e-mail address, phone and alternate contacts",
		"Have each use of the root user reported: a rule of EventBridge on userIdentity.type = Root",
	}, "the root user was used within %d days: %s", x.l.RootUsed, strings.Join(told, "; "))
}

func rootEveryday(x *exam) verdictOf {
	if x.root == nil {
		return x.cannotTell("nothing tells when the root user was used", x.report())
	}
	last, _ := x.rootUses()
	if last.IsZero() || x.days(last) >= x.l.RootUsed {
		return pass("the root user was not used within %d days", x.l.RootUsed)
	}
	if x.estate == nil {
		return x.cannotTell("the root user was used, but nothing tells whether administrators work with other identities", x.details())
	}
	name, when := x.latestAdministrator()
	if !when.IsZero() && x.days(when) < x.l.RootUsed {
		return pass("the root user was used on %s, but administrators work with other identities: %s on %s", x.ago(last), name, x.ago(when))
	}
	if x.s.Details.Partial || len(x.estate.unread) > 0 && len(x.admins) == 0 {
		return x.cannotTell("the root user was used, and not all identities are known that might administer in its place", x.details())
	}
	other := "no other administrator was used in that time"
	if len(x.admins) == 0 {
		other = "there is no other administrator"
	}
	return fail([]string{RootUser}, []string{
		"Make administrators in IAM Identity Center, each with an identity of their own (https://docs.aws.amazon.com/singlesignon/latest/userguide/getting-started.html); a role to assume, or an IAM user as the guidance has it, where that can't be",
		"Do the daily work with them for a while",
		"Put the root user's password and second factor away, each in another place, for root's own tasks alone",
	}, "the root user was used on %s, and %s: it seems to do the everyday work", x.ago(last), other)
}

// latestAdministrator is the administrator that was used last, as far as that is
// known: users by the report, roles by IAM's own record.
func (x *exam) latestAdministrator() (name string, when time.Time) {
	for _, p := range x.people {
		if t := p.lastSeen(); p.admin != nil && t.After(when) {
			name, when = "the user "+p.name, t
		}
	}
	for _, r := range x.s.Details.Value.Roles {
		if a := x.role(r.ARN); a != nil && !a.Service && r.Used.After(when) {
			name, when = "the role "+r.Name, r.Used
		}
	}
	return name, when
}

// role is the administrator that a role is; nil if it is none.
func (x *exam) role(arn string) *Administrator {
	for _, a := range x.admins {
		if !a.User && a.ARN == arn {
			return a
		}
	}
	return nil
}

func centralRoot(x *exam) verdictOf {
	o := x.s.Organization
	switch {
	case !o.Known && x.rootBare():
		return pass("%s", withoutCredentials)
	case !o.Known:
		return x.cannotTell("nothing tells whether the organization manages root access centrally", x.organization()).as(finding.Low)
	case o.Value.None:
		return notApplicable("the account is in no organization: nothing but care limits its root user")
	case o.Value.Member && x.rootBare():
		return pass("%s; the account is a member of an organization", withoutCredentials)
	case o.Value.Member:
		return notApplicable("the account is a member of an organization: whether root access is managed centrally, only its management account can ask")
	case o.Value.RootCredentials:
		more := "; privileged tasks by short root sessions are off"
		if o.Value.RootSessions {
			more = ", by short root sessions where a task needs it"
		}
		return pass("the organization manages its member accounts' root credentials centrally%s", more)
	}
	var steps []string
	if o.Value.BillingOnly {
		steps = []string{"Enable all features of the organization, not consolidated billing alone: `aws organizations enable-all-features`; each member account has to agree"}
	}
	if o.Value.NoTrust || o.Value.BillingOnly {
		steps = append(steps, "Let IAM work across the organization: `aws organizations enable-aws-service-access --service-principal iam.amazonaws.com`")
	}
	steps = append(steps,
		"Manage root credentials centrally: `aws iam enable-organizations-root-credentials-management`, and `aws iam enable-organizations-root-sessions` for the tasks that need root",
		"Delete member accounts' root credentials there: IAM console, Root access management",
		"Deny the root users of member accounts the rest, by a service control policy on aws:PrincipalArn like arn:"+x.partition()+":iam::*:root; it doesn't bind the management account",
	)
	return fail(nil, steps, "the account manages an organization, and member accounts' root credentials are not managed centrally").as(finding.Low)
}
