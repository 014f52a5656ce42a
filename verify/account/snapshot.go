// Package account holds an AWS account against the guidance: who may do everything,
// what the root user still has, which keys are old or rest, and whose the keys are
// that a scan found.
//
// What is known of an account is a Snapshot. It comes from files that the AWS CLI
// saved (FromDir), or from AWS itself with the operator's own credentials (Read);
// the checks don't know which. Each part of it is there, or is not and says what it
// would take: a permission, a command to save its output. A check whose parts are
// missing can't tell, and says so; nothing is guessed.
//
// The room knows nothing of reports' formats and of the command line. It changes
// nothing in an account, and never uses a key that was found.
package account

import (
	"strings"
	"time"
)

// Snapshot is what is known of one account. The zero value knows nothing.
type Snapshot struct {
	// ID has twelve digits, Partition is "aws" where it isn't another; both are empty
	// where no part tells them. Alias is the account's name in sign-in addresses.
	ID, Partition, Alias string
	// Caller is the ARN of whoever asked; empty for saved files.
	Caller string

	Report         Part[[]Row]                    // the credential report, the root user's row first
	Summary        Part[map[string]int]           // GetAccountSummary's map
	Details        Part[Details]                  // users, groups, roles and policies
	PasswordPolicy Part[*PasswordPolicy]          // nil: the account has none of its own
	VirtualMFA     Part[[]Device]                 // virtual devices that somebody uses
	MFA            Part[map[string][]Device]      // by the user's name; from files alone
	Keys           Part[map[string][]Key]         // by the user's name; of the root user by RootUser; who has none may be left out
	LastUsed       Part[map[string]Use]           // by key ID
	Certificates   Part[map[string][]Certificate] // likewise
	Organization   Part[Organization]
}

// Part is one piece of a snapshot. It is known, or Missing says what it would take.
type Part[T any] struct {
	Value T
	Known bool
	// Source is where it comes from: a file's name, or the call "iam:GetAccountSummary".
	Source string
	// Time is when it was so, as far as that is known.
	Time time.Time
	// Missing is what is needed to know it (all of it, if Partial): a permission
	// ("iam:GetAccountSummary"), or the command whose output is not among the files
	// ("the output of `aws iam get-account-summary`").
	Missing string
	// Partial says that Value is known but not whole: some pages of it are missing,
	// or some of what was asked for was refused.
	Partial bool
}

// Row is a user's line of the credential report. Source: IAM User Guide, "Generate
// credential reports for your AWS account".
type Row struct {
	User, ARN string
	Created   time.Time // zero where the report doesn't say, as are all times here
	// Password is whether there is one; of the root user it was never told before
	// accounts without root credentials came up. PasswordChanged and NextRotation
	// are not told of the root user.
	Password                                    Flag
	PasswordUsed, PasswordChanged, NextRotation time.Time
	MFA                                         Flag
	Keys                                        [2]RowKey
	Certificates                                [2]RowCertificate
	// More is what newer reports say of users with more than two keys or certificates:
	// how many more, and the calls that list them. Mostly empty.
	More string
}

// RowKey is an access key in a row. The report has no key IDs.
type RowKey struct {
	Active          bool
	Rotated         time.Time // when it was made, or last changed between active and inactive; zero: there is no such key
	Used            time.Time // zero: never, or before April 2015
	Region, Service string    // of that use; empty where not told
}

// RowCertificate is a signing certificate in a row.
type RowCertificate struct {
	Active  bool
	Rotated time.Time
}

// Flag is a yes or no that may not be known.
type Flag int

// The flags.
const (
	NotKnown Flag = iota
	Off
	On
)

// RootUser is what the credential report calls the root user.
const RootUser = "<root_account>"

// Root tells whether a row is the root user's.
func (r *Row) Root() bool { return r.User == RootUser || strings.HasSuffix(r.ARN, ":root") }

// Details are GetAccountAuthorizationDetails' answer. Documents are policies' texts:
// JSON, as they are or percent-encoded.
type Details struct {
	Users    []User
	Groups   []Group
	Roles    []Role
	Policies []ManagedPolicy
}

// User is an IAM user.
type User struct {
	Name, ARN, Path string
	ID              string // AIDA…
	Created         time.Time
	Groups          []string // names
	Attached        []Attached
	Inline          []Inline
	Boundary        string // the ARN of its permissions boundary; empty for none
	Tags            map[string]string
}

// Group is a group of users.
type Group struct {
	Name, ARN, Path string
	Attached        []Attached
	Inline          []Inline
}

// Role is a role.
type Role struct {
	Name, ARN, Path string
	ID              string
	Created         time.Time
	Trust           string // the document that says who may assume it
	Attached        []Attached
	Inline          []Inline
	Boundary        string
	Used            time.Time // zero: not within the 400 days that IAM keeps
	UsedRegion      string
	Tags            map[string]string
}

// Attached names a managed policy.
type Attached struct{ Name, ARN string }

// Inline is a policy that is a part of a user, group or role.
type Inline struct{ Name, Document string }

// ManagedPolicy is a managed policy with the text of its default version; the text
// is empty where it isn't known.
type ManagedPolicy struct{ Name, ARN, Document string }

// PasswordPolicy is the account's own policy for passwords of IAM users.
type PasswordPolicy struct {
	MinimumLength                       int
	Symbols, Numbers, Uppercase, Lower  bool
	UsersMayChange, Expires, HardExpiry bool
	MaxAge                              int // days; 0: passwords don't end
	ReusePrevention                     int // how many former passwords can't be taken again
}

// Device is a device for multi-factor authentication.
type Device struct {
	Serial  string // an ARN, of virtual devices and security keys; else a number
	User    string // the user's name, RootUser for the root user
	Enabled time.Time
}

// Key is an access key as ListAccessKeys tells of it.
type Key struct {
	ID      string
	User    string // RootUser for the root user's
	Active  bool
	Created time.Time
}

// Use is a key's last use as GetAccessKeyLastUsed tells of it.
type Use struct {
	User            string
	Time            time.Time // zero: never
	Service, Region string
}

// Certificate is an X.509 signing certificate.
type Certificate struct {
	ID       string
	User     string
	Active   bool
	Uploaded time.Time
}

// Organization is what ListOrganizationsFeatures tells: which features of central
// root access are on. Only the management account and its delegate may ask.
type Organization struct {
	ID string
	// Member says that the account is not the one that manages the organization, nor
	// its delegate; None that it is in no organization; NoTrust that its organization
	// has not given IAM access; BillingOnly that the organization has not all features
	// enabled, without which there is no such access.
	Member, None, NoTrust, BillingOnly bool
	// RootCredentials and RootSessions are the features that are on.
	RootCredentials, RootSessions bool
}
