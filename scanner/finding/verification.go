package finding

import "time"

// State says what asking the provider told of a credential.
type State string

// The states. None but Live and Inactive is a proof: a dead key may live in a
// partition that was not asked, and of an unknown one nothing was learned.
const (
	Live      State = "live"
	Inactive  State = "inactive"   // there, but switched off
	Dead      State = "dead"       // unknown to the provider, or ended
	Unknown   State = "unknown"    // asked, and no verdict came back
	NotCalled State = "not-called" // nobody was asked
)

// Identity says what kind of principal a credential belongs to.
type Identity string

// The identities.
const (
	Root            Identity = "root"
	IAMUser         Identity = "iam-user"
	AssumedRole     Identity = "assumed-role"
	FederatedUser   Identity = "federated-user"
	UnknownIdentity Identity = "unknown"
)

// Verification is what was learned by asking. What was not learned is zero or nil:
// nothing in it is guessed.
type Verification struct {
	State State
	// Asked is when that was; zero if it isn't known. What LastUsed says holds for then.
	Asked    time.Time
	Identity Identity // empty where nobody was asked
	ARN      string
	User     string // the IAM user's name, or the name of the session of a role or federated user
	// AccountID and Partition are those of the answer.
	AccountID, Partition string
	// LastUsed is when the key was last used before this run asked; zero if that is
	// not known or it never was. Service and Region are those of that use.
	LastUsed        time.Time
	Service, Region string
	Created         time.Time
	// Admin, Quarantined and MFA are nil where the key was not allowed to see it:
	// whether its owner has administrator rights, whether AWS has attached its
	// quarantine policy, whether the owner has a second factor.
	Admin, Quarantined, MFA *bool
	// SSORole is the permission set of a role of IAM Identity Center.
	SSORole string
	// OtherKeys are the IDs of the owner's other access keys.
	OtherKeys []string
	// Refused are the calls that the provider refused, "iam:GetUser".
	Refused []string
	// Reasons say why the state is what it is, and what was not tried.
	Reasons []string
}

// Check is one entry of the guidance held against an account.
type Check struct {
	// Guidance is the entry's ID, Title what was looked at.
	Guidance, Title string
	Status          CheckStatus
	Severity        Severity
	// Evidence is what was seen, in a sentence or two.
	Evidence string
	// Resources are what the evidence is about, sorted: ARNs, user names, key IDs.
	Resources []string
	// Missing is what could not be seen, for CouldNotTell: a permission such as
	// "iam:GetAccountSummary", or the saved file that has it.
	Missing string
	// Steps are what to do, in order; for Fail and CouldNotTell.
	Steps []string
}

// CheckStatus is how an account stands to an entry of the guidance.
type CheckStatus string

// The statuses.
const (
	Pass          CheckStatus = "pass"
	Fail          CheckStatus = "fail"
	NotApplicable CheckStatus = "not-applicable"
	CouldNotTell  CheckStatus = "could-not-tell"
)
