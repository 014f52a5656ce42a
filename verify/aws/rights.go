package aws

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// boundary is what limits the permissions of a user or role.
type boundary struct {
	known bool   // false where it could not be seen
	arn   string // of the policy; empty for none
}

// Bounds on what is read for one key. A user is in ten groups at most, and has ten
// managed policies unless more were asked for (IAM User Guide, "IAM and AWS STS
// quotas").
const (
	maxGroups   = 10
	maxPolicies = 20
)

// quarantine begins the names of the policies that AWS attaches to a user whose key it
// has seen in public (AWS Managed Policy Reference).
const quarantine = "AWSCompromisedKeyQuarantine"

// byAWS is the name of a managed policy of AWS's own, "" for another's ARN.
func byAWS(arn *string) string {
	s := sdk.ToString(arn)
	f := strings.SplitN(s, ":", 6)
	if len(f) != 6 || f[0] != "arn" || f[2] != "iam" || f[4] != "aws" || !strings.HasPrefix(f[5], "policy/") {
		return ""
	}
	return s[strings.LastIndexByte(s, '/')+1:]
}

// everything are AWS's policies that give every right, or the right to take it.
var everything = map[string]bool{"AdministratorAccess": true, "IAMFullAccess": true}

// rights are what was found out about an identity's policies.
type rights struct {
	all         bool // one gives everything
	conditional bool // one does under a condition
	gaps        bool // not all were seen
	read        int  // how many documents were
}

// userRights asks for the policies of a user and its groups, until one gives everything.
func (q *inquiry) userRights(ctx context.Context, b boundary) {
	user := &q.who.name
	var r rights
	got, ok := ask(ctx, q, "iam:ListAttachedUserPolicies", q.iam.ListAttachedUserPolicies, &iam.ListAttachedUserPoliciesInput{UserName: user})
	if ok {
		seen := false
		for _, p := range got.AttachedPolicies {
			seen = seen || strings.HasPrefix(byAWS(p.PolicyArn), quarantine)
		}
		if seen || !got.IsTruncated {
			q.out.Quarantined = &seen
		}
		r.attached(ctx, q, got.AttachedPolicies, got.IsTruncated)
	} else {
		r.gaps = true
	}
	if !r.all {
		r.inlineOfUser(ctx, q, user)
	}
	if !r.all {
		r.groups(ctx, q, user)
	}
	q.conclude(&r, b)
}

// conclude writes down whether the owner has administrator rights, where that is known.
func (q *inquiry) conclude(r *rights, b boundary) {
	limited := b.arn != "" && byAWS(&b.arn) != "AdministratorAccess"
	switch {
	case r.all && limited:
		q.out.Reasons = append(q.out.Reasons, "its owner's policies give every right, within a permissions boundary that was not looked into")
	case r.all:
		q.out.Admin = new(true)
		if !b.known {
			q.out.Reasons = append(q.out.Reasons, "whether a permissions boundary limits its owner's rights could not be seen")
		}
	case r.conditional:
		q.out.Reasons = append(q.out.Reasons, "its owner's policies give every right under a condition")
	case !r.gaps && !q.over:
		q.out.Admin = new(false)
	}
}

// attached looks through managed policies.
func (r *rights) attached(ctx context.Context, q *inquiry, policies []types.AttachedPolicy, more bool) {
	var own []*string
	for _, p := range policies {
		switch name := byAWS(p.PolicyArn); {
		case name != "":
			r.all = r.all || everything[name]
		case p.PolicyArn != nil:
			own = append(own, p.PolicyArn)
		}
	}
	r.gaps = r.gaps || more
	for _, arn := range own {
		if r.all || !r.room() {
			return
		}
		r.managed(ctx, q, arn)
	}
}

// room tells whether another document is read.
func (r *rights) room() bool {
	if r.read >= maxPolicies {
		r.gaps = true
		return false
	}
	r.read++
	return true
}

// managed reads a policy of the account's own.
func (r *rights) managed(ctx context.Context, q *inquiry, arn *string) {
	got, ok := ask(ctx, q, "iam:GetPolicy", q.iam.GetPolicy, &iam.GetPolicyInput{PolicyArn: arn})
	if !ok || got.Policy == nil {
		r.gaps = true
		return
	}
	version, ok := ask(ctx, q, "iam:GetPolicyVersion", q.iam.GetPolicyVersion, &iam.GetPolicyVersionInput{PolicyArn: arn, VersionId: got.Policy.DefaultVersionId})
	if !ok || version.PolicyVersion == nil {
		r.gaps = true
		return
	}
	r.document(version.PolicyVersion.Document)
}

// document looks into a policy's text.
func (r *rights) document(text *string) {
	switch grants(sdk.ToString(text)) {
	case all:
		r.all = true
	case conditionally:
		r.conditional = true
	case unreadable:
		r.gaps = true
	}
}

// inlineOfUser looks through the policies that are a part of a user.
func (r *rights) inlineOfUser(ctx context.Context, q *inquiry, user *string) {
	names, ok := ask(ctx, q, "iam:ListUserPolicies", q.iam.ListUserPolicies, &iam.ListUserPoliciesInput{UserName: user})
	if !ok {
		r.gaps = true
		return
	}
	r.inline(names.PolicyNames, names.IsTruncated, func(name *string) (*string, bool) {
		got, ok := ask(ctx, q, "iam:GetUserPolicy", q.iam.GetUserPolicy, &iam.GetUserPolicyInput{UserName: user, PolicyName: name})
		if !ok {
			return nil, false
		}
		return got.PolicyDocument, true
	})
}

// inline looks through the policies that are a part of an identity, by their names; more
// tells that there are others, and read gives the text of one.
func (r *rights) inline(names []string, more bool, read func(name *string) (text *string, ok bool)) {
	r.gaps = r.gaps || more
	for _, name := range names {
		if r.all || !r.room() {
			return
		}
		text, ok := read(&name)
		if !ok {
			r.gaps = true
			continue
		}
		r.document(text)
	}
}

// groups looks through the policies of a user's groups.
func (r *rights) groups(ctx context.Context, q *inquiry, user *string) {
	got, ok := ask(ctx, q, "iam:ListGroupsForUser", q.iam.ListGroupsForUser, &iam.ListGroupsForUserInput{UserName: user})
	if !ok {
		r.gaps = true
		return
	}
	r.gaps = r.gaps || got.IsTruncated || len(got.Groups) > maxGroups
	for _, g := range got.Groups[:min(maxGroups, len(got.Groups))] {
		if r.all {
			return
		}
		r.group(ctx, q, g.GroupName)
	}
}

func (r *rights) group(ctx context.Context, q *inquiry, group *string) {
	got, ok := ask(ctx, q, "iam:ListAttachedGroupPolicies", q.iam.ListAttachedGroupPolicies, &iam.ListAttachedGroupPoliciesInput{GroupName: group})
	if ok {
		r.attached(ctx, q, got.AttachedPolicies, got.IsTruncated)
	}
	r.gaps = r.gaps || !ok
	if r.all {
		return
	}
	names, ok := ask(ctx, q, "iam:ListGroupPolicies", q.iam.ListGroupPolicies, &iam.ListGroupPoliciesInput{GroupName: group})
	if !ok {
		r.gaps = true
		return
	}
	r.inline(names.PolicyNames, names.IsTruncated, func(name *string) (*string, bool) {
		got, ok := ask(ctx, q, "iam:GetGroupPolicy", q.iam.GetGroupPolicy, &iam.GetGroupPolicyInput{GroupName: group, PolicyName: name})
		if !ok {
			return nil, false
		}
		return got.PolicyDocument, true
	})
}

// roleRights asks for the policies of a role. What a session policy leaves of them
// can't be seen.
func (q *inquiry) roleRights(ctx context.Context) {
	role := &q.who.role
	var r rights
	got, ok := ask(ctx, q, "iam:ListAttachedRolePolicies", q.iam.ListAttachedRolePolicies, &iam.ListAttachedRolePoliciesInput{RoleName: role})
	if ok {
		r.attached(ctx, q, got.AttachedPolicies, got.IsTruncated)
	}
	r.gaps = r.gaps || !ok
	if !r.all {
		r.inlineOfRole(ctx, q, role)
	}
	var b boundary
	if r.all {
		if got, ok := ask(ctx, q, "iam:GetRole", q.iam.GetRole, &iam.GetRoleInput{RoleName: role}); ok && got.Role != nil {
			b.known = true
			if p := got.Role.PermissionsBoundary; p != nil {
				b.arn = sdk.ToString(p.PermissionsBoundaryArn)
			}
		}
		q.out.Reasons = append(q.out.Reasons, "a session may have fewer rights than its role: that can't be seen")
	}
	q.conclude(&r, b)
}

// inlineOfRole looks through the policies that are a part of a role.
func (r *rights) inlineOfRole(ctx context.Context, q *inquiry, role *string) {
	names, ok := ask(ctx, q, "iam:ListRolePolicies", q.iam.ListRolePolicies, &iam.ListRolePoliciesInput{RoleName: role})
	if !ok {
		r.gaps = true
		return
	}
	r.inline(names.PolicyNames, names.IsTruncated, func(name *string) (*string, bool) {
		got, ok := ask(ctx, q, "iam:GetRolePolicy", q.iam.GetRolePolicy, &iam.GetRolePolicyInput{RoleName: role, PolicyName: name})
		if !ok {
			return nil, false
		}
		return got.PolicyDocument, true
	})
}
