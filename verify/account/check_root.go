package account

import (
	"fmt"
	"strings"

	"lockaway/scanner/finding"
)

// Flags of the account summary that speak of the root user. Source: IAM API
// reference, GetAccountSummary.
const (
	summaryKeys         = "AccountAccessKeysPresent"
	summaryCertificates = "AccountSigningCertificatesPresent"
	summaryMFA          = "AccountMFAEnabled"
	summaryPassword     = "AccountPasswordPresent"
)

// flag reads one of them.
func (x *exam) flag(name string) Flag {
	n, ok := x.s.Summary.Value[name]
	switch {
	case !x.s.Summary.Known || !ok:
		return NotKnown
	case n > 0:
		return On
	}
	return Off
}

// rootHasKeys joins the summary, which is of the moment, and the report and the list,
// which have more.
func (x *exam) rootHasKeys() (keys []key, has Flag) {
	keys = x.keysOf(RootUser, x.root)
	has = x.flag(summaryKeys)
	switch {
	case len(keys) > 0 && has != Off:
		has = On
	case has == Off:
		keys = nil // the report is older
	case has == NotKnown && x.root != nil:
		has = Off
	}
	return keys, has
}

// rootPassword tells whether the root user can sign in by a password. A member
// account whose root credentials were removed, or never made, has none.
func (x *exam) rootPassword() Flag {
	if f := x.flag(summaryPassword); f != NotKnown {
		return f
	}
	if x.root != nil {
		return x.root.Password
	}
	return NotKnown
}

// withoutCredentials says that the root user has nothing to sign in with.
const withoutCredentials = "the root user has no password and no keys, as in an account whose root credentials are managed centrally"

// rootBare tells whether the root user has no credentials at all.
func (x *exam) rootBare() bool {
	_, keys := x.rootHasKeys()
	return x.rootPassword() == Off && keys == Off
}

// describeKeys says of some keys what is known.
func (x *exam) describeKeys(keys []key) string {
	var out []string
	for _, k := range keys {
		state := "active"
		if !k.active {
			state = "inactive"
		}
		name := k.id
		if name == "" {
			name = fmt.Sprintf("key %d", k.number)
		}
		text := name + " is " + state
		if !k.created.IsZero() {
			text += fmt.Sprintf(", made or last changed on %s", x.ago(k.created))
		}
		switch {
		case !k.used.IsZero():
			text += ", last used on " + x.ago(k.used) + k.where()
		case k.usedKnown:
			text += ", never used"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func rootKeys(x *exam) verdictOf {
	keys, has := x.rootHasKeys()
	switch has {
	case NotKnown:
		return x.cannotTell("nothing tells whether the root user has access keys", x.summary())
	case Off:
		return pass("the root user has no access keys")
	}
	evidence, id := "the root user has access keys", "ID"
	steps := []string{"Find what uses them: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=root --max-results 50`, in each region"}
	active := len(keys) == 0
	for _, k := range keys {
		active = active || k.active
		if k.id != "" && id == "ID" {
			id = k.id
			steps[0] = "Find what uses it: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=" + word(id) + " --max-results 50`, in each region"
		}
	}
	if len(keys) > 0 {
		evidence += ": " + x.describeKeys(keys)
	}
	steps = append(steps,
		"Give each of those a role, or the key of an IAM user with only the rights it needs",
		"Make the keys inactive: sign in as the root user, Security credentials; or signed by the key itself, `aws iam update-access-key --status Inactive --access-key-id "+word(id)+"`",
		"Watch for some days what fails, then delete them there: `aws iam delete-access-key --access-key-id "+word(id)+"`",
		"In an organization, remove member accounts' root credentials altogether: in its management account, `aws iam enable-organizations-root-credentials-management`",
	)
	v := fail(append(keyNames(keys), RootUser), steps, "%s", evidence)
	if !active {
		return v.as(finding.High)
	}
	return v
}

func rootCertificates(x *exam) verdictOf {
	has := x.flag(summaryCertificates)
	var told []string
	active := false
	if x.root != nil && has != Off {
		for i, c := range x.root.Certificates {
			if c.Rotated.IsZero() && !c.Active {
				continue
			}
			state := "inactive"
			if c.Active {
				state, active = "active", true
			}
			text := fmt.Sprintf("certificate %d is %s", i+1, state)
			if !c.Rotated.IsZero() {
				text += ", uploaded or last changed on " + x.ago(c.Rotated)
			}
			told = append(told, text)
		}
		if has == NotKnown {
			has = Off
		}
	}
	switch {
	case len(told) > 0:
		has = On
	case has == NotKnown:
		return x.cannotTell("nothing tells whether the root user has signing certificates", x.summary())
	case has == Off:
		return pass("the root user has no signing certificates")
	}
	evidence := "the root user has X.509 signing certificates"
	if len(told) > 0 {
		evidence += ": " + strings.Join(told, "; ")
	}
	v := fail([]string{RootUser}, []string{
		"List them, signed by the root user: `aws iam list-signing-certificates`",
		"Make each inactive: `aws iam update-signing-certificate --status Inactive --certificate-id ID`, or in the console under Security credentials",
		"See what fails, and move it to access by a role",
		"Delete them: `aws iam delete-signing-certificate --certificate-id ID`",
	}, "%s", evidence)
	if len(told) > 0 && !active {
		return v.as(finding.High)
	}
	return v
}

func rootPrograms(x *exam) verdictOf {
	keys, has := x.rootHasKeys()
	switch {
	case has == Off:
		return pass("the root user has no access keys that a program could use")
	case has == NotKnown:
		return x.cannotTell("nothing tells whether the root user has access keys, and when they were used", x.summary(), x.report())
	case len(keys) == 0:
		return x.cannotTell("the root user has access keys, but nothing tells when they were used", x.report())
	}
	var used, recent []key
	known := true
	for _, k := range keys {
		known = known && k.usedKnown
		if !k.used.IsZero() {
			used = append(used, k)
		}
		if !k.used.IsZero() && x.days(k.used) < x.l.RootUsed {
			recent = append(recent, k)
		}
	}
	switch {
	case len(recent) > 0:
		return fail(append(keyNames(recent), RootUser), []string{
			"Find the program: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=root --max-results 50` tells addresses, services and user agents; ask in each region that the key was used in",
			"Give it a role: an instance profile, a task role, a function's role, OpenID Connect in CI, or IAM Roles Anywhere for a server elsewhere",
			"Then make the key inactive, watch, and delete it",
		}, "the root user's access keys were used within %d days: %s", x.l.RootUsed, x.describeKeys(recent))
	case !known:
		return x.cannotTell("the root user has access keys, but nothing tells when they were used", x.report())
	case len(used) > 0:
		return pass("the root user's access keys were not used within %d days: %s", x.l.RootUsed, x.describeKeys(used))
	}
	return pass("the root user's access keys were never used: %s", x.describeKeys(keys))
}

// rootMFAState is whether the root user has a second factor.
func (x *exam) rootMFAState() Flag {
	if f := x.flag(summaryMFA); f != NotKnown {
		return f
	}
	if x.root != nil {
		return x.root.MFA
	}
	return NotKnown
}

// registerMFA are the steps to a second factor for root. Source: IAM User Guide,
// "Multi-factor authentication for AWS account root user": by the console alone.
func registerMFA() []string {
	return []string{
		"Sign in as the root user, Security credentials, Multi-factor authentication: register a passkey or a security key; the command line can't",
		"Register a second device, and keep it in another place: there may be eight",
		"For member accounts of an organization, remove the root user's credentials instead: in its management account, `aws iam enable-organizations-root-credentials-management`",
	}
}

func rootMFA(x *exam) verdictOf {
	switch x.rootMFAState() {
	case NotKnown:
		return x.cannotTell("nothing tells whether the root user has a second factor", x.summary())
	case On:
		return pass("the root user has a second factor")
	}
	if x.rootBare() {
		return notApplicable("%s: there is no sign-in to protect", withoutCredentials)
	}
	return fail([]string{RootUser}, registerMFA(),
		"the root user signs in by its password alone; a text message to a phone would be no second factor either")
}

func rootMFAKind(x *exam) verdictOf {
	switch x.rootMFAState() {
	case NotKnown:
		return x.cannotTell("nothing tells whether the root user has a second factor", x.summary()).as(finding.Low)
	case Off:
		return notApplicable("the root user has none")
	}
	var virtual []string
	for _, d := range x.s.VirtualMFA.Value {
		if x.rootDevice(d) {
			virtual = append(virtual, d.Serial)
		}
	}
	switch {
	case len(virtual) > 0:
		return fail(append(virtual, RootUser), registerMFA()[:2],
			"the root user's second factor is a virtual device (%s); the guidance takes that, AWS asks today for one that can't be phished: a passkey, a security key or a hardware token", virtual[0]).as(finding.Low)
	case !x.s.VirtualMFA.Known || x.s.VirtualMFA.Partial:
		return x.cannotTell("the root user has a second factor, but nothing tells of what kind", x.virtualMFA()).as(finding.Low)
	}
	return pass("the root user has a second factor, and none of the account's virtual devices is its: it is a passkey, a security key or a hardware token")
}

// rootDevice tells whether a virtual device is the root user's: by its owner, or by
// the name that the console gives it. Source: CIS AWS Foundations Benchmark, "Ensure
// hardware MFA is enabled for the 'root' user account".
func (x *exam) rootDevice(d Device) bool {
	return d.User == RootUser || strings.HasSuffix(d.Serial, ":mfa/root-account-mfa-device")
}
