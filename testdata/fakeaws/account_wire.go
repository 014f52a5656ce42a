package fakeaws

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// actions are those of IAM that an account answers.
var actions = []string{
	"GenerateCredentialReport", "GetCredentialReport", "GetAccountSummary", "GetAccountAuthorizationDetails", "GetAccountPasswordPolicy",
	"ListVirtualMFADevices", "ListMFADevices", "ListAccessKeys", "GetAccessKeyLastUsed", "ListSigningCertificates",
	"ListOrganizationsFeatures", "ListAccountAliases", "ListUsers",
}

// Serve has a server answer for the account, and returns a key of Caller's that may do
// all but what is Refused. The account's own keys are none that one can sign with.
func (a *Account) Serve(s *Server) *Key {
	for _, action := range actions {
		s.Handle("iam:"+action, func(r *Request) Answer { return a.answer(r) })
	}
	key := &Key{ID: keyID(a.ID, 77), Secret: strings.Repeat("made/up+", 5), Owner: &Principal{ARN: a.Caller, UserID: id("AROA", "Audit") + ":session", Account: a.ID, May: []string{"*"}}}
	if a.Caller == a.RootARN() {
		key.Owner.UserID = a.ID
	}
	s.Add(key)
	return key
}

func (a *Account) answer(r *Request) Answer {
	if slices.Contains(a.Refused, r.Action) {
		return Denied(r)
	}
	name := r.Form.Get("UserName")
	u, known := a.named(name)
	switch {
	case name != "" && !known:
		return Error("NoSuchEntity", 404, "The user with name "+name+" cannot be found.")
	case name == "" && a.Caller == a.RootARN():
		u = IAMUser{Name: "<root_account>", Keys: a.Root.Keys, Certs: a.Root.Certs}
		if a.Root.MFA != "" {
			u.MFA = "root-account-mfa-device"
		}
	case name == "": // of who asks
		u, _ = a.named(a.Caller[strings.LastIndexByte(a.Caller, '/')+1:])
	}
	return a.answerOf(r, u)
}

func (a *Account) named(name string) (IAMUser, bool) {
	i := slices.IndexFunc(a.Users, func(u IAMUser) bool { return u.Name == name })
	if i < 0 {
		return IAMUser{}, false
	}
	return a.Users[i], true
}

// answerOf answers for a user, in the XML of the query protocol. Source: IAM API
// reference.
func (a *Account) answerOf(r *Request, u IAMUser) Answer {
	form := r.Form
	ok := func(inner string) Answer { return Result(r, inner) }
	switch r.Action {
	case "GenerateCredentialReport":
		return ok("<State>COMPLETE</State>")
	case "GetCredentialReport":
		return ok(tag("Content", base64.StdEncoding.EncodeToString(a.Report())) + tag("ReportFormat", "text/csv") + tag("GeneratedTime", zulu(iso(a.At, ""))))
	case "GetAccountSummary":
		return ok(a.wireSummary())
	case "GetAccountAuthorizationDetails":
		return ok(a.wireDetails(form))
	case "GetAccountPasswordPolicy":
		if a.Passwords == nil {
			return Error("NoSuchEntity", 404, "The Password Policy with domain name "+a.ID+" cannot be found.")
		}
		return ok(a.wirePasswords())
	case "ListVirtualMFADevices":
		return ok(a.wireVirtual(form))
	case "ListMFADevices":
		if u.MFA == "" {
			return ok("<MFADevices/><IsTruncated>false</IsTruncated>")
		}
		return ok("<MFADevices><member>" + owner(u) + tag("SerialNumber", a.device(u)) + tag("EnableDate", zulu(iso(a.enabled(), ""))) + "</member></MFADevices><IsTruncated>false</IsTruncated>")
	case "ListAccessKeys":
		return ok(wireKeys(u))
	case "GetAccessKeyLastUsed":
		return a.wireUse(r)
	case "ListSigningCertificates":
		return ok(wireCerts(u))
	case "ListOrganizationsFeatures":
		if a.Standing != "" {
			return Error(a.Standing, 400, "Not here.")
		}
		return ok(tag("OrganizationId", a.Organization) + members("EnabledFeatures", a.Features, Escape))
	case "ListAccountAliases":
		return ok(members("AccountAliases", a.aliases(), Escape) + "<IsTruncated>false</IsTruncated>")
	case "ListUsers":
		return ok(a.wireUsers(form))
	}
	return Error("InvalidAction", 400, "Could not find operation "+r.Action+" for version 2010-05-08")
}

func tag(name, value string) string { return "<" + name + ">" + Escape(value) + "</" + name + ">" }

func zulu(t string) string { return strings.Replace(t, "+00:00", "Z", 1) }

func members[T any](name string, list []T, write func(T) string) string {
	var b strings.Builder
	b.WriteString("<" + name + ">")
	for _, e := range list {
		b.WriteString("<member>" + write(e) + "</member>")
	}
	b.WriteString("</" + name + ">")
	return b.String()
}

// owner is a user's name in a list; the root user has none.
func owner(u IAMUser) string {
	if u.Name == "<root_account>" {
		return ""
	}
	return tag("UserName", u.Name)
}

// page cuts a list as Marker and MaxItems say.
func (a *Account) page(n int, form url.Values) (from, to int, tail string) {
	size := a.Page
	if size == 0 {
		size = 100
	}
	if m, err := strconv.Atoi(form.Get("MaxItems")); err == nil && m > 0 && m < size {
		size = m
	}
	from, _ = strconv.Atoi(strings.TrimPrefix(form.Get("Marker"), "page/"))
	from = min(max(from, 0), n)
	to = min(from+size, n)
	if to < n {
		return from, to, "<IsTruncated>true</IsTruncated>" + tag("Marker", "page/"+strconv.Itoa(to))
	}
	return from, to, "<IsTruncated>false</IsTruncated>"
}

func (a *Account) wireSummary() string {
	var b strings.Builder
	b.WriteString("<SummaryMap>")
	for k, v := range a.Summary() {
		b.WriteString("<entry>" + tag("key", k) + tag("value", strconv.Itoa(v)) + "</entry>")
	}
	b.WriteString("</SummaryMap>")
	return b.String()
}

// wireDetails is a page of the authorization details: users, groups, roles and
// policies are counted through.
func (a *Account) wireDetails(form url.Values) string {
	lists := [4][]string{}
	for _, u := range a.Users {
		lists[0] = append(lists[0], tag("Path", or(u.Path, "/"))+tag("UserName", u.Name)+tag("UserId", id("AIDA", u.Name))+tag("Arn", a.UserARN(u))+
			tag("CreateDate", zulu(iso(u.Created, "")))+members("GroupList", u.Groups, Escape)+wireInline("UserPolicyList", u.Inline)+a.wireAttached(u.Attached)+a.wireBoundary(u.Boundary)+wireTags(u.Tags))
	}
	for _, g := range a.Groups {
		lists[1] = append(lists[1], tag("Path", "/")+tag("GroupName", g.Name)+tag("GroupId", id("AGPA", g.Name))+tag("Arn", a.arn("group", "", g.Name))+
			tag("CreateDate", zulu(iso(g.Created, "")))+wireInline("GroupPolicyList", g.Inline)+a.wireAttached(g.Attached))
	}
	for _, r := range a.Roles {
		used := ""
		if !r.Used.IsZero() {
			used = tag("LastUsedDate", zulu(iso(r.Used, ""))) + tag("Region", r.UsedRegion)
		}
		lists[2] = append(lists[2], tag("Path", or(r.Path, "/"))+tag("RoleName", r.Name)+tag("RoleId", id("AROA", r.Name))+tag("Arn", a.arn("role", r.Path, r.Name))+
			tag("CreateDate", zulu(iso(r.Created, "")))+tag("AssumeRolePolicyDocument", percent(r.Trust))+"<InstanceProfileList/>"+wireInline("RolePolicyList", r.Inline)+
			a.wireAttached(r.Attached)+a.wireBoundary(r.Boundary)+wireTags(r.Tags)+"<RoleLastUsed>"+used+"</RoleLastUsed>")
	}
	for _, p := range a.Policies {
		lists[3] = append(lists[3], a.wirePolicy(p))
	}
	n := 0
	for _, l := range lists {
		n += len(l)
	}
	from, to, tail := a.page(n, form)
	var b strings.Builder
	at := 0
	for i, name := range []string{"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"} {
		l := lists[i]
		b.WriteString(members(name, l[min(max(from-at, 0), len(l)):min(max(to-at, 0), len(l))], func(s string) string { return s }))
		at += len(l)
	}
	return b.String() + tail
}

// percent writes a policy as the API hands it out: in percent-encoding by RFC 3986.
func percent(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}

func wireInline(name string, list []InlinePolicy) string {
	return members(name, list, func(i InlinePolicy) string {
		return tag("PolicyName", i.Name) + tag("PolicyDocument", percent(i.Document))
	})
}

func (a *Account) wireAttached(list []string) string {
	return members("AttachedManagedPolicies", list, func(n string) string { return tag("PolicyName", n) + tag("PolicyArn", a.policyNamed(n)) })
}

func (a *Account) wireBoundary(name string) string {
	if name == "" {
		return ""
	}
	return "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>" + tag("PermissionsBoundaryArn", a.policyNamed(name)) + "</PermissionsBoundary>"
}

func wireTags(list [][2]string) string {
	return members("Tags", list, func(t [2]string) string { return tag("Key", t[0]) + tag("Value", t[1]) })
}

func (a *Account) wirePolicy(p ManagedPolicy) string {
	version := func(n int, document string, is bool) string {
		return "<member>" + tag("Document", percent(document)) + tag("IsDefaultVersion", fmt.Sprint(is)) + tag("VersionId", versionName(n)) + "</member>"
	}
	versions := version(len(p.Older)+1, p.Document, true)
	for i := len(p.Older) - 1; i >= 0; i-- {
		versions += version(i+1, p.Older[i], false)
	}
	return tag("PolicyName", p.Name) + tag("PolicyId", id("ANPA", p.Name)) + tag("Arn", a.policyARN(p)) + tag("Path", or(p.Path, "/")) +
		tag("DefaultVersionId", versionName(len(p.Older)+1)) + "<AttachmentCount>1</AttachmentCount><IsAttachable>true</IsAttachable><PolicyVersionList>" + versions + "</PolicyVersionList>"
}

func (a *Account) wirePasswords() string {
	p := a.Passwords
	out := tag("MinimumPasswordLength", strconv.Itoa(p.Length)) + tag("RequireSymbols", fmt.Sprint(p.Symbols)) + tag("RequireNumbers", fmt.Sprint(p.Numbers)) +
		tag("RequireUppercaseCharacters", fmt.Sprint(p.Upper)) + tag("RequireLowercaseCharacters", fmt.Sprint(p.Lower)) +
		tag("AllowUsersToChangePassword", fmt.Sprint(p.Mayst)) + tag("ExpirePasswords", fmt.Sprint(p.MaxAge > 0))
	if p.MaxAge > 0 {
		out += tag("MaxPasswordAge", strconv.Itoa(p.MaxAge)) + tag("HardExpiry", fmt.Sprint(p.Hard))
	}
	if p.Reuse > 0 {
		out += tag("PasswordReusePrevention", strconv.Itoa(p.Reuse))
	}
	return "<PasswordPolicy>" + out + "</PasswordPolicy>"
}

func (a *Account) wireVirtual(form url.Values) string {
	var list []string
	device := func(serial, user string) {
		list = append(list, tag("SerialNumber", serial)+tag("EnableDate", zulu(iso(a.enabled(), "")))+"<User>"+user+"</User>")
	}
	if a.Root.MFA == "virtual" {
		device(a.arn("mfa", "", "root-account-mfa-device"), tag("UserId", a.ID)+tag("Arn", a.RootARN())+tag("CreateDate", zulu(iso(a.Root.Created, ""))))
	}
	for _, u := range a.Users {
		if a.virtual(u) {
			device(a.device(u), a.wireUser(u))
		}
	}
	for _, s := range a.Spare {
		if form.Get("AssignmentStatus") != "Assigned" {
			list = append(list, tag("SerialNumber", a.arn("mfa", "", s)))
		}
	}
	from, to, tail := a.page(len(list), form)
	return members("VirtualMFADevices", list[from:to], func(s string) string { return s }) + tail
}

func (a *Account) wireUser(u IAMUser) string {
	return tag("Path", or(u.Path, "/")) + tag("UserName", u.Name) + tag("UserId", id("AIDA", u.Name)) + tag("Arn", a.UserARN(u)) + tag("CreateDate", zulu(iso(u.Created, "")))
}

func (a *Account) wireUsers(form url.Values) string {
	from, to, tail := a.page(len(a.Users), form)
	return members("Users", a.Users[from:to], a.wireUser) + tail
}

func wireKeys(u IAMUser) string {
	return members("AccessKeyMetadata", u.Keys, func(k AccessKey) string {
		return owner(u) + tag("AccessKeyId", k.ID) + tag("Status", status(k.Active)) + tag("CreateDate", zulu(iso(k.Created, "")))
	}) + "<IsTruncated>false</IsTruncated>"
}

func wireCerts(u IAMUser) string {
	return members("Certificates", u.Certs, func(c Certificate) string {
		return owner(u) + tag("CertificateId", c.ID) + tag("CertificateBody", "made up") + tag("Status", status(c.Active)) + tag("UploadDate", zulu(iso(c.Uploaded, "")))
	}) + "<IsTruncated>false</IsTruncated>"
}

// wireUse is a key's last use. What IAM says of a root user's key is not documented;
// here it doesn't know it.
func (a *Account) wireUse(r *Request) Answer {
	key := r.Form.Get("AccessKeyId")
	for _, u := range a.Users {
		for _, k := range u.Keys {
			if k.ID != key {
				continue
			}
			use := tag("ServiceName", or(k.Service, "N/A")) + tag("Region", or(k.Region, "N/A"))
			if !k.Used.IsZero() {
				use += tag("LastUsedDate", zulu(iso(k.Used, "")))
			}
			return Result(r, tag("UserName", u.Name)+"<AccessKeyLastUsed>"+use+"</AccessKeyLastUsed>")
		}
	}
	return Denied(r)
}
