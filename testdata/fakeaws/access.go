package fakeaws

import (
	"slices"
	"strings"
	"time"
)

// Found makes a key of the account's one that can be used: its owner may do what may
// lists, "iam:GetUser" or "iam:*", and IAM answers by what the account has.
func (a *Account) Found(s *Server, keyID, secret string, may ...string) *Key {
	k := &Key{ID: keyID, Secret: secret, Owner: &Principal{Account: a.ID, May: may, Answers: map[string]Handler{}}}
	for _, own := range a.Root.Keys {
		if own.ID == keyID {
			k.Inactive, k.Owner.ARN, k.Owner.UserID = !own.Active, a.RootARN(), a.ID
		}
	}
	for _, u := range a.Users {
		for _, own := range u.Keys {
			if own.ID == keyID {
				k.Inactive, k.Owner.ARN, k.Owner.UserID = !own.Active, a.UserARN(u), id("AIDA", u.Name)
			}
		}
	}
	if k.Owner.ARN == "" {
		panic("no such key in the account: " + keyID)
	}
	a.serve(s, k)
	return k
}

// Assumed makes a temporary key of a session of one of the account's roles.
func (a *Account) Assumed(s *Server, keyID, secret, token, role, session string, may ...string) *Key {
	k := &Key{ID: keyID, Secret: secret, Token: token, Owner: Session(a.ID, role, session, may...)}
	k.Owner.Answers = map[string]Handler{}
	a.serve(s, k)
	return k
}

// serve answers a key's requests by the account, as its owner sees it.
func (a *Account) serve(s *Server, k *Key) {
	as := *a
	as.Caller, as.Refused = k.Owner.ARN, nil
	for _, action := range actions {
		k.Owner.Answers["iam:"+action] = as.answer
	}
	for action, answer := range as.rights() {
		k.Owner.Answers["iam:"+action] = answer
	}
	s.Add(k)
}

// ServeRights has a server answer what is asked of policies one by one, beside what
// Serve has it answer.
func (a *Account) ServeRights(s *Server) {
	for action, answer := range a.rights() {
		s.Handle("iam:"+action, answer)
	}
}

// missing is the answer where there is no such thing.
func missing(what string) Answer {
	return Error("NoSuchEntity", 404, "The "+what+" cannot be found.")
}

// rights are the answers about single users, groups, roles and policies. Source: IAM
// API Reference.
func (a *Account) rights() map[string]Handler {
	user := func(answer func(*Request, IAMUser) Answer) Handler {
		return func(r *Request) Answer {
			name := r.Form.Get("UserName")
			if name == "" {
				name = a.Caller[strings.LastIndexByte(a.Caller, '/')+1:]
			}
			u, ok := a.named(name)
			if !ok {
				return missing("user with name " + name)
			}
			return answer(r, u)
		}
	}
	group := func(answer func(*Request, IAMGroup) Answer) Handler {
		return func(r *Request) Answer {
			i := slices.IndexFunc(a.Groups, func(g IAMGroup) bool { return g.Name == r.Form.Get("GroupName") })
			if i < 0 {
				return missing("group with name " + r.Form.Get("GroupName"))
			}
			return answer(r, a.Groups[i])
		}
	}
	role := func(answer func(*Request, IAMRole) Answer) Handler {
		return func(r *Request) Answer {
			i := slices.IndexFunc(a.Roles, func(g IAMRole) bool { return g.Name == r.Form.Get("RoleName") })
			if i < 0 {
				return missing("role with name " + r.Form.Get("RoleName"))
			}
			return answer(r, a.Roles[i])
		}
	}
	return map[string]Handler{
		"GetUser": user(func(r *Request, u IAMUser) Answer {
			return Result(r, "<User>"+a.wireUser(u)+a.wireBoundary(u.Boundary)+"</User>")
		}),
		"ListAttachedUserPolicies":  user(func(r *Request, u IAMUser) Answer { return a.attachedTo(r, u.Attached) }),
		"ListUserPolicies":          user(func(r *Request, u IAMUser) Answer { return policyNames(r, u.Inline) }),
		"GetUserPolicy":             user(func(r *Request, u IAMUser) Answer { return inlinePolicy(r, "UserName", u.Name, u.Inline) }),
		"ListGroupsForUser":         user(a.groupsOf),
		"ListAttachedGroupPolicies": group(func(r *Request, g IAMGroup) Answer { return a.attachedTo(r, g.Attached) }),
		"ListGroupPolicies":         group(func(r *Request, g IAMGroup) Answer { return policyNames(r, g.Inline) }),
		"GetGroupPolicy":            group(func(r *Request, g IAMGroup) Answer { return inlinePolicy(r, "GroupName", g.Name, g.Inline) }),
		"ListAttachedRolePolicies":  role(func(r *Request, g IAMRole) Answer { return a.attachedTo(r, g.Attached) }),
		"ListRolePolicies":          role(func(r *Request, g IAMRole) Answer { return policyNames(r, g.Inline) }),
		"GetRolePolicy":             role(func(r *Request, g IAMRole) Answer { return inlinePolicy(r, "RoleName", g.Name, g.Inline) }),
		"GetRole":                   role(a.role),
		"GetPolicy":                 a.managedPolicy,
		"GetPolicyVersion":          a.policyVersion,
	}
}

func (a *Account) attachedTo(r *Request, names []string) Answer {
	return Result(r, members("AttachedPolicies", names, func(n string) string {
		return tag("PolicyName", n) + tag("PolicyArn", a.policyNamed(n))
	})+"<IsTruncated>false</IsTruncated>")
}

func policyNames(r *Request, list []InlinePolicy) Answer {
	return Result(r, members("PolicyNames", list, func(p InlinePolicy) string { return Escape(p.Name) })+"<IsTruncated>false</IsTruncated>")
}

func inlinePolicy(r *Request, kind, name string, list []InlinePolicy) Answer {
	for _, p := range list {
		if p.Name == r.Form.Get("PolicyName") {
			return Result(r, tag(kind, name)+tag("PolicyName", p.Name)+tag("PolicyDocument", percent(p.Document)))
		}
	}
	return missing("policy with name " + r.Form.Get("PolicyName"))
}

func (a *Account) groupsOf(r *Request, u IAMUser) Answer {
	return Result(r, members("Groups", u.Groups, func(n string) string {
		return tag("Path", "/") + tag("GroupName", n) + tag("GroupId", id("AGPA", n)) + tag("Arn", a.arn("group", "", n)) + tag("CreateDate", stampOf(a.At))
	})+"<IsTruncated>false</IsTruncated>")
}

func (a *Account) role(r *Request, g IAMRole) Answer {
	return Result(r, "<Role>"+tag("Path", or(g.Path, "/"))+tag("RoleName", g.Name)+tag("RoleId", id("AROA", g.Name))+tag("Arn", a.arn("role", g.Path, g.Name))+
		tag("CreateDate", stampOf(a.At))+tag("AssumeRolePolicyDocument", percent(g.Trust))+a.wireBoundary(g.Boundary)+"</Role>")
}

func (a *Account) managedPolicy(r *Request) Answer {
	for _, p := range a.Policies {
		if a.policyARN(p) == r.Form.Get("PolicyArn") {
			return Result(r, "<Policy>"+tag("PolicyName", p.Name)+tag("Arn", a.policyARN(p))+tag("DefaultVersionId", versionName(len(p.Older)+1))+"</Policy>")
		}
	}
	return missing("policy " + r.Form.Get("PolicyArn"))
}

func (a *Account) policyVersion(r *Request) Answer {
	for _, p := range a.Policies {
		if a.policyARN(p) != r.Form.Get("PolicyArn") {
			continue
		}
		for i, document := range append(slices.Clone(p.Older), p.Document) {
			if v := versionName(i + 1); v == r.Form.Get("VersionId") {
				return Result(r, "<PolicyVersion>"+tag("Document", percent(document))+tag("VersionId", v)+"</PolicyVersion>")
			}
		}
	}
	return missing("policy version")
}

func stampOf(t time.Time) string { return zulu(iso(t, "")) }
