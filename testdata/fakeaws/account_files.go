package fakeaws

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"
)

type object = map[string]any

// cli writes a document as the AWS CLI prints it.
func cli(v any) []byte {
	b, err := json.MarshalIndent(v, "", "    ")
	if err != nil {
		panic(err)
	}
	return append(b, '\n')
}

// cliError is what the AWS CLI prints where a call fails.
func cliError(code, operation, message string) []byte {
	return []byte("\nAn error occurred (" + code + ") when calling the " + operation + " operation: " + message + "\n")
}

// Files are what the AWS CLI would have saved of the account, by file name. Each user
// that has keys has a file with the list of them, each key one with its last use.
// What the caller is refused is the error that the CLI printed.
func (a *Account) Files() map[string][]byte {
	out := map[string][]byte{
		"credential-report.csv":       a.Report(),
		"account-summary.json":        cli(object{"SummaryMap": a.Summary()}),
		"authorization-details.json":  cli(a.details()),
		"virtual-mfa-devices.json":    cli(object{"VirtualMFADevices": a.virtualDevices()}),
		"password-policy.json":        a.passwords(),
		"organizations-features.json": a.organization(),
		"account-aliases.json":        cli(object{"AccountAliases": a.aliases()}),
		"caller-identity.json":        cli(object{"UserId": "AROAEXAMPLE:audit", "Account": a.ID, "Arn": a.Caller}),
	}
	keys := func(name string, list []AccessKey) {
		if len(list) == 0 {
			return
		}
		out["access-keys-"+strings.Trim(name, "<>")+".json"] = cli(object{"AccessKeyMetadata": a.keys(name, list)})
		for _, k := range list {
			out["last-used-"+k.ID+".json"] = cli(lastUsed(name, k))
		}
	}
	for _, u := range a.Users {
		keys(u.Name, u.Keys)
	}
	if a.Caller == a.RootARN() { // nobody else may list them
		keys("<root_account>", a.Root.Keys)
	}
	for _, refused := range a.Refused {
		if f, ok := fileOf[refused]; ok {
			out[f] = cliError("AccessDenied", refused, "User: "+a.Caller+" is not authorized to perform: iam:"+refused+" on resource: * because no identity-based policy allows the iam:"+refused+" action")
		}
	}
	return out
}

// fileOf is the file that an action's answer is saved in.
var fileOf = map[string]string{
	"GetCredentialReport": "credential-report.csv", "GetAccountSummary": "account-summary.json",
	"GetAccountAuthorizationDetails": "authorization-details.json", "ListVirtualMFADevices": "virtual-mfa-devices.json",
	"GetAccountPasswordPolicy": "password-policy.json", "ListOrganizationsFeatures": "organizations-features.json",
	"ListAccountAliases": "account-aliases.json",
}

// WrappedReport is the JSON of get-credential-report.
func (a *Account) WrappedReport() []byte {
	return cli(object{"Content": base64.StdEncoding.EncodeToString(a.Report()), "ReportFormat": "text/csv", "GeneratedTime": iso(a.At, "")})
}

// Save writes Files into a folder, as of the account's time.
func (a *Account) Save(dir string) error {
	for name, content := range a.Files() {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
		if err := os.Chtimes(path, a.At, a.At); err != nil {
			return err
		}
	}
	return nil
}

func (a *Account) aliases() []string {
	if a.Alias == "" {
		return []string{}
	}
	return []string{a.Alias}
}

func (a *Account) attached(names []string) []object {
	out := []object{}
	for _, n := range names {
		out = append(out, object{"PolicyName": n, "PolicyArn": a.policyNamed(n)})
	}
	return out
}

func inline(list []InlinePolicy) []object {
	out := []object{}
	for _, i := range list {
		out = append(out, object{"PolicyName": i.Name, "PolicyDocument": json.RawMessage(i.Document)})
	}
	return out
}

func tags(list [][2]string) []object {
	out := []object{}
	for _, t := range list {
		out = append(out, object{"Key": t[0], "Value": t[1]})
	}
	return out
}

func (a *Account) boundary(o object, name string) {
	if name != "" {
		o["PermissionsBoundary"] = object{"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": a.policyNamed(name)}
	}
}

// details is the document of get-account-authorization-details.
func (a *Account) details() object {
	users, groups, roles, policies := []object{}, []object{}, []object{}, []object{}
	for _, u := range a.Users {
		o := object{
			"Path": or(u.Path, "/"), "UserName": u.Name, "UserId": id("AIDA", u.Name), "Arn": a.UserARN(u), "CreateDate": iso(u.Created, ""),
			"GroupList": append([]string{}, u.Groups...), "AttachedManagedPolicies": a.attached(u.Attached), "Tags": tags(u.Tags),
		}
		if len(u.Inline) > 0 {
			o["UserPolicyList"] = inline(u.Inline)
		}
		a.boundary(o, u.Boundary)
		users = append(users, o)
	}
	for _, g := range a.Groups {
		groups = append(groups, object{
			"Path": "/", "GroupName": g.Name, "GroupId": id("AGPA", g.Name), "Arn": a.arn("group", "", g.Name), "CreateDate": iso(g.Created, ""),
			"GroupPolicyList": inline(g.Inline), "AttachedManagedPolicies": a.attached(g.Attached),
		})
	}
	for _, r := range a.Roles {
		used := object{}
		if !r.Used.IsZero() {
			used = object{"LastUsedDate": iso(r.Used, ""), "Region": r.UsedRegion}
		}
		o := object{
			"Path": or(r.Path, "/"), "RoleName": r.Name, "RoleId": id("AROA", r.Name), "Arn": a.arn("role", r.Path, r.Name), "CreateDate": iso(r.Created, ""),
			"AssumeRolePolicyDocument": json.RawMessage(r.Trust), "InstanceProfileList": []object{}, "RolePolicyList": inline(r.Inline),
			"AttachedManagedPolicies": a.attached(r.Attached), "Tags": tags(r.Tags), "RoleLastUsed": used,
		}
		a.boundary(o, r.Boundary)
		roles = append(roles, o)
	}
	for _, p := range a.Policies {
		policies = append(policies, a.policy(p))
	}
	return object{"UserDetailList": users, "GroupDetailList": groups, "RoleDetailList": roles, "Policies": policies}
}

// policy is a managed policy with its versions, the latest first.
func (a *Account) policy(p ManagedPolicy) object {
	version := func(n int, document string, is bool) object {
		return object{"Document": json.RawMessage(document), "VersionId": versionName(n), "IsDefaultVersion": is, "CreateDate": iso(a.At.AddDate(-1, 0, n), "")}
	}
	versions := []object{version(len(p.Older)+1, p.Document, true)}
	for i := len(p.Older) - 1; i >= 0; i-- {
		versions = append(versions, version(i+1, p.Older[i], false))
	}
	return object{
		"PolicyName": p.Name, "PolicyId": id("ANPA", p.Name), "Arn": a.policyARN(p), "Path": or(p.Path, "/"), "DefaultVersionId": versionName(len(p.Older) + 1),
		"AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0, "IsAttachable": true, "CreateDate": iso(a.At.AddDate(-2, 0, 0), ""),
		"UpdateDate": iso(a.At.AddDate(-1, 0, 0), ""), "PolicyVersionList": versions,
	}
}

func versionName(n int) string { return "v" + string(rune('0'+n)) }

// enabled is when made-up devices were.
func (a *Account) enabled() time.Time { return a.At.AddDate(-1, 0, 0) }

// virtualDevices are those of list-virtual-mfa-devices. The root user has no name in
// it, only an ARN.
func (a *Account) virtualDevices() []object {
	out := []object{}
	if a.Root.MFA == "virtual" {
		out = append(out, object{
			"SerialNumber": a.arn("mfa", "", "root-account-mfa-device"), "EnableDate": iso(a.enabled(), ""),
			"User": object{"UserId": a.ID, "Arn": a.RootARN(), "CreateDate": iso(a.Root.Created, ""), "PasswordLastUsed": iso(a.Root.Used, "")},
		})
	}
	for _, u := range a.Users {
		if a.virtual(u) {
			out = append(out, object{
				"SerialNumber": a.device(u), "EnableDate": iso(a.enabled(), ""),
				"User": object{"Path": or(u.Path, "/"), "UserName": u.Name, "UserId": id("AIDA", u.Name), "Arn": a.UserARN(u), "CreateDate": iso(u.Created, "")},
			})
		}
	}
	for _, s := range a.Spare {
		out = append(out, object{"SerialNumber": a.arn("mfa", "", s)})
	}
	return out
}

func (a *Account) passwords() []byte {
	p := a.Passwords
	if p == nil {
		return cliError("NoSuchEntity", "GetAccountPasswordPolicy", "The Password Policy with domain name "+a.ID+" cannot be found.")
	}
	o := object{
		"MinimumPasswordLength": p.Length, "RequireSymbols": p.Symbols, "RequireNumbers": p.Numbers, "RequireUppercaseCharacters": p.Upper,
		"RequireLowercaseCharacters": p.Lower, "AllowUsersToChangePassword": p.Mayst, "ExpirePasswords": p.MaxAge > 0,
	}
	if p.MaxAge > 0 {
		o["MaxPasswordAge"], o["HardExpiry"] = p.MaxAge, p.Hard
	}
	if p.Reuse > 0 {
		o["PasswordReusePrevention"] = p.Reuse
	}
	return cli(object{"PasswordPolicy": o})
}

func (a *Account) organization() []byte {
	if a.Standing != "" {
		return cliError(a.Standing, "ListOrganizationsFeatures", "Not here.")
	}
	return cli(object{"OrganizationId": a.Organization, "EnabledFeatures": append([]string{}, a.Features...)})
}

// keys is the list of a user's keys; the root user's have no name.
func (a *Account) keys(user string, list []AccessKey) []object {
	out := []object{}
	for _, k := range list {
		o := object{"AccessKeyId": k.ID, "Status": status(k.Active), "CreateDate": iso(k.Created, "")}
		if user != "<root_account>" {
			o["UserName"] = user
		}
		out = append(out, o)
	}
	return out
}

func status(active bool) string {
	if active {
		return "Active"
	}
	return "Inactive"
}

func lastUsed(user string, k AccessKey) object {
	use := object{"ServiceName": or(k.Service, "N/A"), "Region": or(k.Region, "N/A")}
	if !k.Used.IsZero() {
		use["LastUsedDate"] = iso(k.Used, "")
	}
	return object{"UserName": user, "AccessKeyLastUsed": use}
}
