package account

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
	"lockaway/verify"
)

// Joined is what tying a report's findings to an account came to.
type Joined struct {
	// Findings are those of the account, with what is known of their keys as their
	// Verification; also those of which nothing tells whose they are.
	Findings []*finding.Finding
	// Elsewhere is how many are left out because their key is of another account by
	// its own word, Other how many because they hold no access key's ID.
	Elsewhere, Other int
}

// LeakedIDs are the IDs of access keys in findings that may be of an account, each
// once and sorted: those that Read asks for the last use of. An empty account takes
// all.
func LeakedIDs(fs []*finding.Finding, account string) []string {
	var out []string
	for _, f := range fs {
		if k, ok := keyOf(f); ok && (account == "" || k.Account == "" || k.Account == account) {
			out = append(out, k.ID)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// keyOf is the access key that a finding holds the ID of. Documentation's keys are
// none.
func keyOf(f *finding.Finding) (awskey.Key, bool) {
	if f.AWS == nil || f.AWS.Example {
		return awskey.Key{}, false
	}
	k, ok := awskey.Parse(f.AWS.KeyID)
	return k, ok && (k.Kind == awskey.LongTerm || k.Kind == awskey.Temporary) && !k.Example
}

// Join ties findings to the account: whose a key is, whether it is active, when it was
// used last, what its owner may do. It goes by the lists of keys in the snapshot,
// else by the account in the ID alone, and says so. The findings are changed:
// Verification, and Severity with it. No key of theirs is used.
func Join(s *Snapshot, fs []*finding.Finding, now time.Time) Joined {
	x := newExam(s, DefaultLimits(), now)
	owners := map[string]Key{}
	for _, keys := range s.Keys.Value {
		for _, k := range keys {
			owners[k.ID] = k
		}
	}
	var out Joined
	for _, f := range fs {
		k, ok := keyOf(f)
		listed, found := owners[k.ID]
		_, used := s.LastUsed.Value[k.ID]
		switch {
		case !ok:
			out.Other++
			continue
		case k.Account != "" && k.Account != s.ID && !found && !used && s.ID != "":
			out.Elsewhere++
			continue
		}
		var v *finding.Verification
		mayBeRoot := false
		if found {
			v = x.known(listed)
		} else {
			v, mayBeRoot = x.unlisted(k)
		}
		if v.Asked = s.Keys.Time; k.Kind == awskey.LongTerm { // the others stand in no list
			v.Refused = s.refused(k.ID, found)
		}
		f.Verification = v
		like := v
		if mayBeRoot {
			like = &finding.Verification{State: finding.Live, Identity: finding.Root}
		}
		f.Severity = verify.Severity(f, like)
		out.Findings = append(out.Findings, f)
	}
	return out
}

// refused are the calls that AWS refused and that would have told more of a key. Of a
// key that stands in no list, asking for its last use fails anyway, in ways that aren't
// documented.
func (s *Snapshot) refused(id string, listed bool) (out []string) {
	parts := []string{s.Keys.Missing}
	if _, used := s.LastUsed.Value[id]; listed && !used {
		parts = append(parts, s.LastUsed.Missing)
	}
	for _, missing := range parts {
		if call, _, _ := strings.Cut(missing, " "); strings.HasPrefix(call, "iam:") {
			out = append(out, call)
		}
	}
	return out
}

// known is what is known of a key that stands in a list.
func (x *exam) known(k Key) *finding.Verification {
	v := &finding.Verification{State: finding.Inactive, AccountID: x.s.ID, Partition: x.s.Partition, Created: k.Created}
	word := "inactive"
	if k.Active {
		v.State, word = finding.Live, "active"
	}
	v.Reasons = []string{word + " by the list of access keys, " + x.source(x.s.Keys.Source, x.s.Keys.Time)}
	x.own(v, k.User)
	for _, of := range x.keysOf(k.User, x.rowOf(k.User)) {
		if of.id != k.ID {
			continue
		}
		v.LastUsed, v.Service, v.Region = of.used, of.service, of.region
		if of.usedKnown && of.used.IsZero() {
			v.Reasons = append(v.Reasons, "it was never used, as far as IAM has on record")
		}
		if !of.usedKnown {
			v.Reasons = append(v.Reasons, "nothing tells when it was used")
		}
	}
	for _, other := range x.s.Keys.Value[k.User] {
		if other.ID != k.ID {
			v.OtherKeys = append(v.OtherKeys, other.ID)
		}
	}
	slices.Sort(v.OtherKeys)
	return v
}

func (x *exam) rowOf(user string) *Row {
	if user == RootUser {
		return x.root
	}
	return x.person(user).row
}

// source says where something comes from.
func (x *exam) source(source string, t time.Time) string {
	if source == "" {
		source = "as saved"
	}
	if !t.IsZero() {
		source += ", as of " + date(t)
	}
	return source
}

// own fills in whose a key is and what that identity may do.
func (x *exam) own(v *finding.Verification, user string) {
	yes, no := true, false
	if user == RootUser {
		v.Identity, v.Admin = finding.Root, &yes
		v.ARN = "arn:" + x.partition() + ":iam::" + x.s.ID + ":root"
		switch x.rootMFAState() {
		case On:
			v.MFA = &yes
		case Off:
			v.MFA = &no
		}
		return
	}
	p := x.person(user)
	v.Identity, v.User, v.ARN = finding.IAMUser, user, p.arn
	if p.row != nil && p.row.MFA != NotKnown {
		mfa := p.row.MFA == On
		v.MFA = &mfa
	}
	if p.details == nil {
		return
	}
	quarantinedToo := slices.ContainsFunc(p.details.Attached, func(a Attached) bool { return quarantine(policyName(a)) })
	v.Quarantined = &quarantinedToo
	switch {
	case p.admin != nil:
		v.Admin = &yes
		v.Reasons = append(v.Reasons, "its owner has administrator rights: "+p.admin.How())
	case !x.blind():
		v.Admin = &no
	}
}

// unlisted is what is known of a key that stands in no list. What isn't known isn't
// guessed; what it would take to know it is said. mayBeRoot is where all that is known
// points to the root user, or to nobody any more.
func (x *exam) unlisted(k awskey.Key) (v *finding.Verification, mayBeRoot bool) {
	v = &finding.Verification{State: finding.NotCalled, Identity: finding.UnknownIdentity, AccountID: k.Account, Partition: x.s.Partition}
	say := func(format string, args ...any) { v.Reasons = append(v.Reasons, fmt.Sprintf(format, args...)) }
	if k.Account != "" {
		say("of account %s, by the ID itself", k.Account)
	} else {
		say("the ID doesn't tell its account")
	}
	if use, ok := x.s.LastUsed.Value[k.ID]; ok && use.User != "" {
		v.State, v.AccountID = finding.Unknown, x.s.ID
		v.LastUsed, v.Service, v.Region = use.Time, use.Service, use.Region
		x.own(v, use.User)
		say("its user is known by its last use; whether it is active, the list of that user's keys would tell")
		return v, false
	}
	if k.Kind == awskey.Temporary {
		say("temporary keys stand in no list; they end by themselves, after 36 hours at most")
		return v, false
	}
	if !x.allListed() {
		say("whose it is, the lists of keys would tell: %s", cmp.Or(x.s.Keys.Missing, "the output of `aws iam list-access-keys --user-name USER` for each user"))
		return v, false
	}
	rootKeys, has := x.rootHasKeys()
	switch {
	case k.Account == "":
		say("no user of account %s has it: it may be of another account", x.s.ID)
	case has == Off:
		v.State = finding.Dead
		say("no user of the account has it, nor has the root user any: it was deleted")
	case has == On && slices.ContainsFunc(rootKeys, func(k key) bool { return k.id == "" }) || has == On && len(rootKeys) == 0:
		v.State, mayBeRoot = finding.Unknown, true
		say("no user of the account has it, and the root user has access keys whose IDs nothing tells: it is the root user's, or deleted")
	case has == On:
		v.State = finding.Dead
		say("neither a user of the account nor the root user has it: it was deleted")
	default:
		v.State = finding.Unknown
		say("no user of the account has it: it was deleted, or is the root user's; the account summary would tell whether that has keys")
	}
	return v, mayBeRoot
}

// allListed tells whether the lists of keys are those of all users who have any.
func (x *exam) allListed() bool {
	if x.s.Keys.Partial || !x.s.Report.Known && (!x.s.Details.Known || x.s.Details.Partial) {
		return false
	}
	for _, p := range x.people {
		has := p.row == nil || p.row.More != "" || slices.ContainsFunc(p.row.Keys[:], func(k RowKey) bool { return k.Active || !k.Rotated.IsZero() })
		if _, listed := x.s.Keys.Value[p.name]; !listed && has {
			return false
		}
	}
	return true
}
