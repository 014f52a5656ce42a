package fakeaws

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Account is a made-up account. It is told twice, as the files that the AWS CLI would
// have saved (Files) and as the answers of IAM's API (Answer), so that whoever reads
// both must come to the same.
type Account struct {
	ID, Partition, Alias string
	// At is when all of it was so, and the credential report was made.
	At time.Time
	// Caller is the ARN of who asks.
	Caller string

	Root      RootUser
	Users     []IAMUser
	Groups    []IAMGroup
	Roles     []IAMRole
	Policies  []ManagedPolicy // the account's own, and those of AWS that are in use
	Passwords *PasswordPolicy
	// Spare are serial numbers of virtual devices that nobody uses.
	Spare []string
	// Organization is its ID, Features are on there; Standing is the code of the
	// error that ListOrganizationsFeatures has instead, if any.
	Organization, Standing string
	Features               []string

	// Refused are actions, "GetAccountSummary", that AWS denies the caller.
	Refused []string
	// Page is how many entries an answer has at most; 0 is 100, as with IAM.
	Page int
}

// RootUser is the root user.
type RootUser struct {
	Created  time.Time
	Password string    // of the report: "not_supported", "true" or "false"
	Used     time.Time // of the password; zero for never
	// MFA is "virtual", "hardware", or empty for none.
	MFA   string
	Keys  []AccessKey
	Certs []Certificate
}

// IAMUser is an IAM user.
type IAMUser struct {
	Name, Path string // Path is "/" if empty
	Created    time.Time
	// Password is whether there is one; Changed and PasswordUsed are of it.
	Password              bool
	Changed, PasswordUsed time.Time
	// MFA is the serial number of the second factor: a name makes a virtual device,
	// "u2f/…" a security key's, a number is a token's own.
	MFA      string
	Keys     []AccessKey
	Certs    []Certificate
	Groups   []string
	Attached []string // names of managed policies
	Inline   []InlinePolicy
	Boundary string // name of a managed policy
	Tags     [][2]string
}

// AccessKey is an access key.
type AccessKey struct {
	ID              string
	Active          bool
	Created, Used   time.Time
	Region, Service string
}

// Certificate is a signing certificate.
type Certificate struct {
	ID       string
	Active   bool
	Uploaded time.Time
}

// IAMGroup is a group.
type IAMGroup struct {
	Name     string
	Created  time.Time
	Attached []string
	Inline   []InlinePolicy
}

// IAMRole is a role.
type IAMRole struct {
	Name, Path  string // Path is "/" if empty
	Created     time.Time
	Trust       string
	Attached    []string
	Inline      []InlinePolicy
	Boundary    string
	Used        time.Time
	UsedRegion  string
	Tags        [][2]string
	Description string
}

// InlinePolicy is a policy that is a part of something.
type InlinePolicy struct{ Name, Document string }

// ManagedPolicy is a managed policy. AWS's own have a path of AWS's if any.
type ManagedPolicy struct {
	Name, Path string
	AWS        bool
	Document   string
	Older      []string // documents of former versions
}

// PasswordPolicy is the password policy.
type PasswordPolicy struct {
	Length                                int
	Symbols, Numbers, Upper, Lower, Mayst bool
	MaxAge, Reuse                         int
	Hard                                  bool
}

func (a *Account) arn(kind, path, name string) string {
	if path == "" {
		path = "/"
	}
	return "arn:" + a.Partition + ":iam::" + a.ID + ":" + kind + path + name
}

// RootARN is the root user's.
func (a *Account) RootARN() string { return "arn:" + a.Partition + ":iam::" + a.ID + ":root" }

// UserARN is a user's.
func (a *Account) UserARN(u IAMUser) string { return a.arn("user", u.Path, u.Name) }

func (a *Account) policyARN(p ManagedPolicy) string {
	path := p.Path
	if path == "" {
		path = "/"
	}
	if p.AWS {
		return "arn:" + a.Partition + ":iam::aws:policy" + path + p.Name
	}
	return a.arn("policy", path, p.Name)
}

// policyNamed is the ARN of a managed policy by its name.
func (a *Account) policyNamed(name string) string {
	i := slices.IndexFunc(a.Policies, func(p ManagedPolicy) bool { return p.Name == name })
	if i < 0 {
		panic("no policy " + name + " in the made-up account")
	}
	return a.policyARN(a.Policies[i])
}

// device is the serial number of a user's second factor.
func (a *Account) device(u IAMUser) string {
	switch {
	case u.MFA == "":
		return ""
	case strings.HasPrefix(u.MFA, "u2f/"):
		return "arn:" + a.Partition + ":iam::" + a.ID + ":" + u.MFA
	case strings.Trim(u.MFA, "0123456789") == "":
		return u.MFA
	}
	return "arn:" + a.Partition + ":iam::" + a.ID + ":mfa/" + u.MFA
}

func (a *Account) virtual(u IAMUser) bool { return strings.Contains(a.device(u), ":mfa/") }

// id makes an identifier of IAM's of a name: the same each time.
func id(prefix, name string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	h := uint64(14695981039346656037)
	var b strings.Builder
	b.WriteString(prefix)
	for i := range 17 {
		for _, c := range []byte(name) {
			h = (h ^ uint64(c)) * 1099511628211
		}
		b.WriteByte(alphabet[(h>>(i%7))&31])
		h++
	}
	return b.String()
}

// reportColumns are those of the credential report. Source: IAM User Guide, "Generate
// credential reports for your AWS account".
const reportColumns = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
	"access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
	"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
	"cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"

// iso writes a time as AWS does in reports and the CLI; or the word, for none.
func iso(t time.Time, none string) string {
	if t.IsZero() {
		return none
	}
	return t.UTC().Format("2006-01-02T15:04:05+00:00")
}

// Report is the credential report as the console gives it.
func (a *Account) Report() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(strings.Split(reportColumns, ","))
	r := a.Root
	row := []string{"<root_account>", a.RootARN(), iso(r.Created, "N/A"), r.Password, iso(r.Used, "no_information"), "not_supported", "not_supported", fmt.Sprint(r.MFA != "")}
	_ = w.Write(append(row, reportKeys(r.Keys, r.Certs)...))
	for _, u := range a.Users {
		used, changed, next := "N/A", "N/A", "N/A"
		if u.Password {
			used, changed = iso(u.PasswordUsed, "no_information"), iso(u.Changed, "N/A")
			if a.Passwords != nil && a.Passwords.MaxAge > 0 {
				next = iso(u.Changed.AddDate(0, 0, a.Passwords.MaxAge), "N/A")
			}
		}
		row := []string{u.Name, a.UserARN(u), iso(u.Created, "N/A"), fmt.Sprint(u.Password), used, changed, next, fmt.Sprint(u.MFA != "")}
		_ = w.Write(append(row, reportKeys(u.Keys, u.Certs)...))
	}
	w.Flush()
	return b.Bytes()
}

func reportKeys(keys []AccessKey, certs []Certificate) []string {
	var out []string
	for i := range 2 {
		if i >= len(keys) {
			out = append(out, "false", "N/A", "N/A", "N/A", "N/A")
			continue
		}
		k := keys[i]
		out = append(out, fmt.Sprint(k.Active), iso(k.Created, "N/A"), iso(k.Used, "N/A"), or(k.Region, "N/A"), or(k.Service, "N/A"))
	}
	for i := range 2 {
		if i >= len(certs) {
			out = append(out, "false", "N/A")
			continue
		}
		out = append(out, fmt.Sprint(certs[i].Active), iso(certs[i].Uploaded, "N/A"))
	}
	return out
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// Summary is the account summary's map: the flags of the root user, and counts.
func (a *Account) Summary() map[string]int {
	flag := map[bool]int{true: 1}
	own, devices, inUse := 0, len(a.Spare), 0
	for _, p := range a.Policies {
		if !p.AWS {
			own++
		}
	}
	for _, u := range a.Users {
		if u.MFA != "" {
			inUse++
			devices++
		}
	}
	if a.Root.MFA != "" {
		inUse++
		devices++
	}
	return map[string]int{
		"AccountAccessKeysPresent": flag[len(a.Root.Keys) > 0], "AccountMFAEnabled": flag[a.Root.MFA != ""],
		"AccountSigningCertificatesPresent": flag[len(a.Root.Certs) > 0], "AccountPasswordPresent": flag[a.Root.Password != "false"],
		"Users": len(a.Users), "Groups": len(a.Groups), "Roles": len(a.Roles), "Policies": own, "MFADevices": devices, "MFADevicesInUse": inUse,
		"UsersQuota": 5000, "GroupsQuota": 300, "RolesQuota": 1000, "AccessKeysPerUserQuota": 2, "PolicySizeQuota": 6144, "GlobalEndpointTokenVersion": 1,
	}
}
