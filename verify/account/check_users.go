package account

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lockaway/scanner/finding"
)

// nist is the remark that goes with every word on the age of passwords. Source: NIST
// SP 800-63B-4, "Passwords": verifiers shall not require periodic changes, and shall
// force one where there is evidence of compromise.
const nist = "NIST SP 800-63B asks for the opposite, long passwords and a second factor in place of forced changes: if your house follows that, say password_max_age_days = 0 in .lockaway.toml"

func passwordAge(x *exam) verdictOf {
	if x.l.PasswordMaxAge == 0 {
		return notApplicable("the configuration asks for no age, as NIST SP 800-63B does; the guidance asks for 90 days")
	}
	if x.everyone() && !slices.ContainsFunc(x.people, func(p *person) bool { return p.password() == On }) {
		return notApplicable("no IAM user has a password, and the policy governs no others: the root user's is to be changed by calendar")
	}
	policy := x.s.PasswordPolicy
	if !policy.Known {
		return x.cannotTell("nothing tells the account's password policy", x.passwordPolicy())
	}
	p := policy.Value
	steps := []string{
		"Set the age, and keep the rest (what the command leaves out goes back to its default): `" + updatePolicy(p, x.l.PasswordMaxAge) + "`; passwords that are older than that end at once",
		"The policy governs IAM users only: change the root user's password by calendar, and after each suspicion",
		nist,
	}
	switch {
	case p == nil:
		return fail(nil, steps, "the account has no password policy of its own, and by the default one passwords never end; the guidance asks for %d days", x.l.PasswordMaxAge)
	case p.MaxAge == 0:
		return fail(nil, steps, "by the account's password policy passwords never end (at least %d characters); the guidance asks for %d days", p.MinimumLength, x.l.PasswordMaxAge)
	case p.MaxAge > x.l.PasswordMaxAge:
		return fail(nil, steps, "passwords are valid for %d days by the account's password policy, more than %d", p.MaxAge, x.l.PasswordMaxAge).as(finding.Low)
	}
	more := ""
	if p.MaxAge > 60 {
		more = "; the guidance calls 60 stricter"
	}
	return pass("passwords are valid for %d days by the account's password policy%s", p.MaxAge, more)
}

// updatePolicy is the command that sets the age and keeps what the policy has.
func updatePolicy(p *PasswordPolicy, age int) string {
	const least, remembered = 14, 24
	if p == nil {
		p = &PasswordPolicy{UsersMayChange: true}
	}
	reuse := p.ReusePrevention
	if reuse == 0 {
		reuse = remembered
	}
	out := "aws iam update-account-password-policy --max-password-age " + strconv.Itoa(age) +
		" --minimum-password-length " + strconv.Itoa(max(p.MinimumLength, least)) + " --password-reuse-prevention " + strconv.Itoa(reuse)
	for _, f := range []struct {
		on   bool
		name string
	}{
		{p.Symbols, "require-symbols"}, {p.Numbers, "require-numbers"}, {p.Uppercase, "require-uppercase-characters"}, {p.Lower, "require-lowercase-characters"},
		{true, "allow-users-to-change-password"}, // else nobody could replace one that ended
	} {
		if f.on {
			out += " --" + f.name
		}
	}
	return out
}

// fillers are words of a user's name that don't tell whose it is.
var fillers = []string{"aws", "iam", "user", "account", "acct", "access", "prod", "production", "stage", "staging", "qa"}

// plainName is a user's name as it is held against patterns of shared ones: in lower
// case, its words joined by hyphens, without those that say nothing and without a
// number at its end. ok is false where nothing is left.
func plainName(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool { return strings.ContainsRune("-_. @+=,", c) })
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(fillers, w) || strings.Trim(w, "0123456789") == "" })
	if len(kept) == 0 && len(words) > 0 {
		kept = words[len(words)-1:]
	}
	return strings.TrimRight(strings.Join(kept, "-"), "0123456789-")
}

// looksShared tells whether a name fits one of the patterns.
func (l *Limits) looksShared(name string) bool {
	plain, whole := plainName(name), strings.ToLower(name)
	return slices.ContainsFunc(l.SharedNames, func(p string) bool {
		p = strings.ToLower(p)
		return wildcard(p, plain) || wildcard(p, whole)
	})
}

func sharedUsers(x *exam) verdictOf {
	if !x.s.Report.Known && !x.s.Details.Known {
		return x.cannotTell("nothing tells which users there are", x.report())
	}
	var told, resources, passwords []string
	worse := false
	for _, p := range x.people {
		if !x.l.looksShared(p.name) {
			continue
		}
		var by []string
		if p.password() == On {
			by, passwords = append(by, "a password"), append(passwords, p.name)
		}
		if n := len(p.active()); n > 0 {
			by = append(by, count(n, "active key"))
		}
		if len(by) == 0 && x.s.Report.Known {
			continue // nobody gets in by it
		}
		if p.admin != nil && len(standing(p.admin).Ways) > 0 {
			by, worse = append(by, "administrator rights"), true
		}
		text := p.name
		if len(by) > 0 {
			text += " (" + strings.Join(by, ", ") + ")"
		}
		told = append(told, text)
		resources = append(resources, p.name)
	}
	switch {
	case len(told) == 0 && !x.everyone() && (!x.s.Details.Known || x.s.Details.Partial):
		return x.cannotTell("not all users are known", x.report())
	case len(told) == 0:
		return pass("no user has a name that several people may stand behind")
	}
	verb, them := "s have names of neither a person nor one program", "them"
	if len(told) == 1 {
		verb, them = " has a name of neither a person nor one program", "it"
	}
	steps := []string{
		"Ask who uses it: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=" + word(resources[0]) + " --max-results 50` tells addresses and user agents; one person or one program is fine, and a pattern in shared_names in .lockaway.toml leaves the name out",
		"Give each person a sign-in of their own: IAM Identity Center, or an IAM user where that can't be",
		"Give each program a role of its own, or else a key of its own (KEY-12)",
		"Then make the shared keys inactive, and delete them",
	}
	if len(passwords) > 0 {
		steps = append(steps, "Take the password: `aws iam delete-login-profile --user-name "+word(passwords[0])+"`")
	}
	v := fail(resources, steps, "%d user%s, so that several people may share %s (the account itself doesn't tell): %s", len(told), verb, them, few(told, 6))
	if worse {
		return v.as(finding.High)
	}
	return v
}

func unusedUsers(x *exam) verdictOf {
	if !x.s.Report.Known {
		return x.cannotTell("nothing tells which users have a password, and when it was used", x.report())
	}
	var passwords, idle []*person
	for _, p := range x.people {
		if p.row == nil || x.days(p.created) < x.l.Unused && !p.created.IsZero() {
			continue // known by other parts alone, or new
		}
		switch {
		case p.password() == On && x.days(p.signedIn()) >= x.l.Unused:
			passwords = append(passwords, p)
		case p.password() != On && len(p.active()) == 0:
			idle = append(idle, p)
		}
	}
	if len(passwords)+len(idle) == 0 {
		if !x.everyone() {
			return x.cannotTell("no password was found that rests, but not all users are in the report", x.report())
		}
		return pass("no password rests for %d days, and no user is without a way in", x.l.Unused)
	}
	oldestFirst(passwords, func(p *person) time.Time { return p.row.PasswordUsed })
	var said, steps, resources []string
	if len(passwords) > 0 {
		var told []string
		for _, p := range passwords {
			resources = append(resources, p.name)
			if p.row.PasswordUsed.IsZero() {
				told = append(told, p.name+" (never used)")
				continue
			}
			told = append(told, fmt.Sprintf("%s (%s)", p.name, x.ago(p.row.PasswordUsed)))
		}
		said = append(said, fmt.Sprintf("%s not used for %d days: %s", count(len(passwords), "password"), x.l.Unused, few(told, 5)))
		steps = append(steps, spelled(passwords, func(p *person) string {
			return fmt.Sprintf("Take the password of %s: `aws iam delete-login-profile --user-name %s`", p.name, word(p.name))
		})...)
	}
	if len(idle) > 0 {
		said = append(said, fmt.Sprintf("%s with neither password nor active key: %s", count(len(idle), "user"), names(idle)))
		for _, p := range idle {
			resources = append(resources, p.name)
		}
		steps = append(steps, "Delete users of those who left, and whom nobody needs; first what they have: `aws iam list-access-keys --user-name "+word(idle[0].name)+"`, `aws iam list-groups-for-user --user-name "+word(idle[0].name)+"`; then `aws iam delete-user --user-name "+word(idle[0].name)+"`")
	}
	v := fail(resources, steps, "%s", strings.Join(said, "; "))
	if len(passwords) == 0 {
		return v.as(finding.Low)
	}
	return v
}

// signedIn is when a password was used, or made if it never was.
func (p *person) signedIn() time.Time {
	switch {
	case !p.row.PasswordUsed.IsZero():
		return p.row.PasswordUsed
	case !p.row.PasswordChanged.IsZero():
		return p.row.PasswordChanged
	}
	return p.created
}

func passwordsWithoutMFA(x *exam) verdictOf {
	if !x.s.Report.Known {
		return x.cannotTell("nothing tells which users have a password and a second factor", x.report())
	}
	var bare []*person
	with, worse := 0, false
	for _, p := range x.people {
		if p.password() != On {
			continue
		}
		with++
		if p.row.MFA != On {
			bare = append(bare, p)
			worse = worse || p.admin != nil && len(standing(p.admin).Ways) > 0
		}
	}
	switch {
	case len(bare) == 0 && !x.everyone():
		return x.cannotTell("no password without a second factor was found, but not all users are in the report", x.report())
	case with == 0:
		return notApplicable("no IAM user has a password")
	case len(bare) == 0 && with == 1:
		return pass("the one IAM user with a password has a second factor")
	case len(bare) == 0:
		return pass("all %d IAM users with a password have a second factor", with)
	}
	var told, resources []string
	for _, p := range bare {
		text := p.name
		if p.admin != nil {
			text += " (an administrator: " + p.admin.How() + ")"
		}
		told = append(told, text)
		resources = append(resources, p.name)
	}
	v := fail(resources, []string{
		"Have each register a passkey or a security key: console, Security credentials; better, move people to IAM Identity Center, which asks for one",
		"Until then a virtual device: `aws iam create-virtual-mfa-device --virtual-mfa-device-name " + word(bare[0].name) + " --outfile qr.png --bootstrap-method QRCodePNG`, then `aws iam enable-mfa-device --user-name " + word(bare[0].name) + " --serial-number ARN --authentication-code1 CODE --authentication-code2 NEXT-CODE`",
		"Deny what matters without one, by a policy with `\"Condition\": {\"BoolIfExists\": {\"aws:MultiFactorAuthPresent\": \"false\"}}`",
	}, "%d of %s with a password %s no second factor: %s", len(bare), count(with, "IAM user"), map[bool]string{true: "has", false: "have"}[len(bare) == 1], few(told, 6))
	if worse {
		return v.as(finding.Critical)
	}
	return v
}
