package account

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// The shapes are entries of the AWS CLI's JSON, whose members are those of IAM's API
// reference. What isn't needed isn't read: bodies of certificates, seeds and pictures
// of devices.

type shapeNamed struct {
	Arn, Path  string
	CreateDate stamp
	Tags       []struct{ Key, Value string }
}

type shapePolicies struct {
	AttachedManagedPolicies []struct{ PolicyName, PolicyArn string }
	PermissionsBoundary     struct{ PermissionsBoundaryArn string }
}

type shapeInline []struct {
	PolicyName     string
	PolicyDocument json.RawMessage
}

type shapeUser struct {
	shapeNamed
	shapePolicies
	UserName       string
	UserID         string `json:"UserId"`
	GroupList      []string
	UserPolicyList shapeInline
}

type shapeGroup struct {
	shapeNamed
	shapePolicies
	GroupName       string
	GroupPolicyList shapeInline
}

type shapeRole struct {
	shapeNamed
	shapePolicies
	RoleName                 string
	RoleID                   string `json:"RoleId"`
	AssumeRolePolicyDocument json.RawMessage
	RolePolicyList           shapeInline
	RoleLastUsed             struct {
		LastUsedDate stamp
		Region       string
	}
}

type shapeManaged struct {
	PolicyName, Arn   string
	DefaultVersionID  string `json:"DefaultVersionId"`
	PolicyVersionList []struct {
		VersionID        string `json:"VersionId"`
		IsDefaultVersion bool
		Document         json.RawMessage
	}
}

type shapeDevice struct {
	SerialNumber string
	UserName     *string // of ListMFADevices
	User         *struct{ UserName, Arn string }
	EnableDate   stamp
}

type shapeKey struct {
	AccessKeyID string `json:"AccessKeyId"`
	Status      string
	UserName    *string
	CreateDate  stamp
}

type shapeUse struct {
	LastUsedDate        stamp
	ServiceName, Region string
}

type shapeCertificate struct {
	CertificateID string `json:"CertificateId"`
	Status        string
	UserName      *string
	UploadDate    stamp
}

type shapePasswords struct {
	MinimumPasswordLength, MaxPasswordAge, PasswordReusePrevention int32
	RequireSymbols, RequireNumbers                                 bool
	RequireUppercaseCharacters, RequireLowercaseCharacters         bool
	AllowUsersToChangePassword, ExpirePasswords, HardExpiry        bool
}

// checkNames checks what is to be a name or an ARN.
func checkNames(what string, list ...string) error {
	for _, n := range list {
		if !isName(n) {
			return fmt.Errorf("%q is no name or ARN of a %s", short(n), what)
		}
	}
	return nil
}

func (s shapeNamed) check(what, name string) error {
	if err := checkNames(what, name); err != nil {
		return err
	}
	if _, _, ok := splitARN(s.Arn); !ok || !isName(s.Arn) {
		return fmt.Errorf("%q is no ARN of a %s", short(s.Arn), what)
	}
	if s.Path != "" {
		return checkNames(what, s.Path)
	}
	return nil
}

func (s shapeNamed) tags() (map[string]string, error) {
	if len(s.Tags) > maxWithin {
		return nil, errors.New("there are too many tags")
	}
	var out map[string]string
	for _, t := range s.Tags {
		if out == nil {
			out = map[string]string{}
		}
		out[t.Key] = t.Value
	}
	return out, nil
}

func (s shapePolicies) attached() ([]Attached, error) {
	if len(s.AttachedManagedPolicies) > maxWithin {
		return nil, errors.New("there are too many attached policies")
	}
	var out []Attached
	for _, a := range s.AttachedManagedPolicies {
		if err := checkNames("policy", a.PolicyName, a.PolicyArn); err != nil {
			return nil, err
		}
		out = append(out, Attached{a.PolicyName, a.PolicyArn})
	}
	if b := s.PermissionsBoundary.PermissionsBoundaryArn; b != "" {
		return out, checkNames("permissions boundary", b)
	}
	return out, nil
}

func (s shapeInline) inline() ([]Inline, error) {
	if len(s) > maxWithin {
		return nil, errors.New("there are too many inline policies")
	}
	var out []Inline
	for _, p := range s {
		if err := checkNames("policy", p.PolicyName); err != nil {
			return nil, err
		}
		out = append(out, Inline{p.PolicyName, policyText(p.PolicyDocument)})
	}
	return out, nil
}

// policyText is a policy's document as JSON without blanks. The AWS CLI prints an
// object; the API, and programs that use it, a string in percent-encoding. What is
// neither is left as it is, for whoever reads policies to say so.
func policyText(raw json.RawMessage) string {
	text := string(raw)
	if strings.HasPrefix(text, `"`) {
		if json.Unmarshal(raw, &text) != nil {
			return string(raw)
		}
	}
	return plainPolicy(text)
}

// plainPolicy is policyText of a document that is no JSON string.
func plainPolicy(text string) string {
	if head := strings.TrimSpace(text); strings.HasPrefix(head, "%7B") || strings.HasPrefix(head, "%7b") {
		plain, err := url.PathUnescape(head) // a plus sign is one: RFC 3986
		if err != nil {
			return text
		}
		text = plain
	}
	if text == "null" {
		return ""
	}
	var b bytes.Buffer
	if json.Compact(&b, []byte(text)) != nil {
		return text
	}
	return b.String()
}

func (s shapeUser) user() (User, error) {
	u := User{Name: s.UserName, ARN: s.Arn, Path: s.Path, ID: s.UserID, Created: s.CreateDate.Time, Groups: s.GroupList, Boundary: s.PermissionsBoundary.PermissionsBoundaryArn}
	if len(s.GroupList) > maxWithin {
		return u, errors.New("there are too many groups")
	}
	if len(s.GroupList) == 0 {
		u.Groups = nil
	}
	var errs [4]error
	u.Attached, errs[0] = s.attached()
	u.Inline, errs[1] = s.UserPolicyList.inline()
	u.Tags, errs[2] = s.tags()
	errs[3] = checkNames("group", s.GroupList...)
	return u, firstOf(s.check("user", s.UserName), errs[:])
}

// plain is a user of list-users. Users of other services have no ARN of IAM's.
func (s shapeUser) plain() (User, error) {
	if err := s.check("user", s.UserName); err != nil {
		return User{}, errForeign{err}
	}
	return User{Name: s.UserName, ARN: s.Arn, Path: s.Path, ID: s.UserID, Created: s.CreateDate.Time}, nil
}

func (s shapeGroup) group() (Group, error) {
	g := Group{Name: s.GroupName, ARN: s.Arn, Path: s.Path}
	var errs [2]error
	g.Attached, errs[0] = s.attached()
	g.Inline, errs[1] = s.GroupPolicyList.inline()
	return g, firstOf(s.check("group", s.GroupName), errs[:])
}

func (s shapeRole) role() (Role, error) {
	r := Role{
		Name: s.RoleName, ARN: s.Arn, Path: s.Path, ID: s.RoleID, Created: s.CreateDate.Time, Trust: policyText(s.AssumeRolePolicyDocument),
		Boundary: s.PermissionsBoundary.PermissionsBoundaryArn, Used: s.RoleLastUsed.LastUsedDate.Time, UsedRegion: s.RoleLastUsed.Region,
	}
	var errs [3]error
	r.Attached, errs[0] = s.attached()
	r.Inline, errs[1] = s.RolePolicyList.inline()
	r.Tags, errs[2] = s.tags()
	return r, firstOf(s.check("role", s.RoleName), errs[:])
}

func (s shapeManaged) policy() (ManagedPolicy, error) {
	p := ManagedPolicy{Name: s.PolicyName, ARN: s.Arn}
	if len(s.PolicyVersionList) > maxWithin {
		return p, errors.New("a policy has too many versions")
	}
	for _, v := range s.PolicyVersionList {
		if v.IsDefaultVersion || v.VersionID != "" && v.VersionID == s.DefaultVersionID {
			p.Document = policyText(v.Document)
		}
	}
	return p, checkNames("policy", s.PolicyName, s.Arn)
}

// owner is a user's name where the entry has one. IAM names none for what is the root
// user's own.
func owner(name *string) (string, error) {
	if name == nil || *name == "" {
		return RootUser, nil
	}
	return *name, checkNames("user", *name)
}

func (s shapeDevice) virtual() (Device, error) {
	d := Device{Serial: s.SerialNumber, Enabled: s.EnableDate.Time}
	if s.User != nil {
		d.User = s.User.UserName
		if strings.HasSuffix(s.User.Arn, ":root") {
			d.User = RootUser
		}
		if err := checkNames("user", d.User); err != nil {
			return d, err
		}
	}
	return d, checkNames("device", d.Serial)
}

func (s shapeDevice) device() (Device, error) {
	user, err := owner(s.UserName)
	return Device{Serial: s.SerialNumber, User: user, Enabled: s.EnableDate.Time}, firstOf(err, []error{checkNames("device", s.SerialNumber)})
}

func (s shapeKey) key() (Key, error) {
	user, err := owner(s.UserName)
	active, also := isActive(s.Status)
	return Key{ID: s.AccessKeyID, User: user, Active: active, Created: s.CreateDate.Time}, firstOf(err, []error{also, checkNames("key", s.AccessKeyID)})
}

// certificate is one of IAM's; other services' have no CertificateId of letters.
func (s shapeCertificate) certificate() (Certificate, error) {
	user, err := owner(s.UserName)
	active, also := isActive(s.Status)
	if err := firstOf(err, []error{also, checkNames("certificate", s.CertificateID)}); err != nil {
		return Certificate{}, errForeign{err}
	}
	return Certificate{ID: s.CertificateID, User: user, Active: active, Uploaded: s.UploadDate.Time}, nil
}

// isActive reads a status. Keys that IAM lets expire are inactive for good.
func isActive(status string) (bool, error) {
	switch status {
	case "Active":
		return true, nil
	case "Inactive", "Expired":
		return false, nil
	}
	return false, fmt.Errorf("%q is no status", short(status))
}

func (s shapePasswords) policy() (PasswordPolicy, error) {
	p := PasswordPolicy{
		MinimumLength: int(s.MinimumPasswordLength), Symbols: s.RequireSymbols, Numbers: s.RequireNumbers,
		Uppercase: s.RequireUppercaseCharacters, Lower: s.RequireLowercaseCharacters,
		UsersMayChange: s.AllowUsersToChangePassword, Expires: s.ExpirePasswords, HardExpiry: s.HardExpiry,
		MaxAge: int(s.MaxPasswordAge), ReusePrevention: int(s.PasswordReusePrevention),
	}
	if p.MinimumLength < 0 || p.MaxAge < 0 || p.ReusePrevention < 0 {
		return p, errors.New("the password policy has a negative number")
	}
	return p, nil
}

// lastUse is a use by ServiceName and Region, "N/A" where there was none.
func (s shapeUse) lastUse(user string) Use {
	u := Use{User: user, Time: s.LastUsedDate.Time}
	if !unsaid(s.ServiceName) && isName(s.ServiceName) {
		u.Service = s.ServiceName
	}
	if !unsaid(s.Region) && isName(s.Region) {
		u.Region = s.Region
	}
	return u
}

func firstOf(err error, more []error) error {
	for _, e := range more {
		if err == nil {
			err = e
		}
	}
	return err
}
