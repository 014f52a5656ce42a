package account

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lockaway/scanner/finding"
)

// listedKeys is the need where the list of keys would do, too.
func (x *exam) needKeys(why string) verdictOf { return x.cannotTell(why, x.report()) }

const noKeysKnown = "nothing tells which access keys there are"

func longTermKeys(x *exam) verdictOf {
	keys, known := x.activeKeys()
	switch {
	case len(keys) == 0 && !known:
		return x.needKeys(noKeysKnown)
	case len(keys) == 0:
		return pass("no IAM user has an active access key")
	}
	var people, programs, mail []string
	for _, name := range owners(keys) {
		p := x.person(name)
		switch {
		case p.password() == On:
			people = append(people, name)
		case strings.HasPrefix(name, "ses-smtp-user"): // as the console of SES names them
			mail = append(mail, name)
		default:
			programs = append(programs, name)
		}
	}
	said := []string{fmt.Sprintf("%s of %s open the account until somebody revokes them", count(len(keys), "access key"), count(len(owners(keys)), "IAM user"))}
	var steps []string
	if len(people) > 0 {
		said = append(said, "people, who also have a password: "+few(people, 6))
		steps = append(steps, "People: sign in by IAM Identity Center and `aws configure sso`, which hands out credentials that end (KEY-02)")
	}
	if len(programs) > 0 {
		said = append(said, "programs, or people without a password: "+few(programs, 6))
		steps = append(steps,
			"Programs in AWS: a role: an instance profile on EC2 (KEY-03), a task role, a function's role, EKS Pod Identity",
			"Programs elsewhere: OpenID Connect in CI, IAM Roles Anywhere on servers; across accounts a role to assume (KEY-04)")
	}
	if len(mail) > 0 {
		said = append(said, "for mail by SMTP, which knows no roles: "+few(mail, 6))
		steps = append(steps, "Mail by SMTP: send by the API of SES with a role instead, where that can be")
	}
	steps = append(steps, "When a key rests, make it inactive, watch, delete it")
	v := fail(keyNames(keys), steps, "%s", strings.Join(said, "; "))
	if len(mail) == len(owners(keys)) {
		return v.as(finding.Low)
	}
	return v
}

func (x *exam) person(name string) *person {
	i, found := slices.BinarySearchFunc(x.people, name, func(p *person, name string) int { return strings.Compare(p.name, name) })
	if !found {
		return &person{name: name}
	}
	return x.people[i]
}

func administratorKeys(x *exam) verdictOf {
	keys, known := x.activeKeys()
	switch {
	case len(keys) == 0 && known:
		return pass("no IAM user has an active access key")
	case x.estate == nil && !known:
		return x.cannotTell(noKeysKnown+", and who has administrator rights", x.report(), x.details())
	case x.estate == nil:
		return x.cannotTell(fmt.Sprintf("there are %s, but nothing tells who of their owners has administrator rights", count(len(keys), "active access key")), x.details())
	}
	var told, sure []string
	var with []key
	for _, p := range x.people {
		active := p.active()
		if p.admin == nil || len(active) == 0 {
			continue
		}
		with = append(with, active...)
		told = append(told, fmt.Sprintf("%s (%s; %s)", p.name, count(len(active), "key"), p.admin.How()))
		if !p.admin.Conditional() {
			sure = append(sure, p.name)
		}
	}
	switch {
	case len(with) == 0 && !known:
		return x.needKeys(noKeysKnown)
	case len(with) == 0 && x.blind():
		return x.cannotTell("no key of an administrator was found, but not all identities and policies are known"+x.unread(), x.details())
	case len(with) == 0:
		return pass("none of the %s belongs to an administrator", count(len(keys), "active access key"))
	}
	steps := []string{"Whoever finds such a key owns the account: replace each by a role, or by sign-in by IAM Identity Center"}
	steps = append(steps, spelled(owners(with), func(name string) string {
		return takeRights(x.person(name).admin) + "; or where the rights must be, take the key"
	})...)
	steps = append(steps, spelled(with, deactivate)...)
	v := fail(append(keyNames(with), owners(with)...), steps, "%s of administrators: %s", count(len(with), "active access key"), few(told, 5))
	if len(sure) == 0 {
		return v.as(finding.Medium)
	}
	return v
}

func oldKeys(x *exam) verdictOf {
	keys, known := x.activeKeys()
	if len(keys) == 0 {
		if !known {
			return x.needKeys(noKeysKnown)
		}
		return pass("no IAM user has an active access key")
	}
	var old []key
	for _, k := range keys {
		if !k.created.IsZero() && x.days(k.created) > x.l.MaxKeyAge {
			old = append(old, k)
		}
	}
	if len(old) == 0 {
		if !known {
			return x.needKeys("no old key was found, but not all keys are known")
		}
		return pass("none of the %s is older than %d days", count(len(keys), "active access key"), x.l.MaxKeyAge)
	}
	oldestFirst(old, func(k key) time.Time { return k.created })
	var told []string
	for _, k := range old {
		told = append(told, fmt.Sprintf("%s of %s (made on %s)", k.called(), k.user, x.ago(k.created)))
	}
	first := old[0]
	steps := []string{
		"Better than a new key: a role, or sign-in by IAM Identity Center",
		"Else make a second key for each user: `aws iam create-access-key --user-name " + word(first.user) + "`; switch every use to it",
		"See that the old one rests: " + lastUsedOf(first),
	}
	steps = append(steps, spelled(old, deactivate)...)
	steps = append(steps, "After some days without complaints, delete it: "+deleteOf(first))
	return fail(append(keyNames(old), owners(old)...), steps, "%s of %s older than %d days: %s",
		count(len(old), "active access key"), count(len(owners(old)), "IAM user"), x.l.MaxKeyAge, few(told, 5))
}

// called is a key in a sentence that names its owner as well.
func (k *key) called() string {
	if k.id != "" {
		return k.id
	}
	return fmt.Sprintf("access key %d", k.number)
}

func lastUsedOf(k key) string {
	if k.id == "" {
		return "`aws iam get-access-key-last-used --access-key-id ID`"
	}
	return "`aws iam get-access-key-last-used --access-key-id " + word(k.id) + "`"
}

func deleteOf(k key) string {
	id := "ID"
	if k.id != "" {
		id = word(k.id)
	}
	return "`aws iam delete-access-key --user-name " + word(k.user) + " --access-key-id " + id + "`"
}

// oldestFirst sorts by a time, then by what stood first.
func oldestFirst[T any](list []T, when func(T) time.Time) {
	slices.SortStableFunc(list, func(a, b T) int { return when(a).Compare(when(b)) })
}

func twoKeys(x *exam) verdictOf {
	_, known := x.activeKeys()
	var told, resources, changing []string
	var first []key
	for _, p := range x.people {
		active := p.active()
		if len(active) < 2 {
			continue
		}
		oldestFirst(active, func(k key) time.Time { return k.created })
		newest := active[len(active)-1].created
		if !newest.IsZero() && x.days(newest) < x.l.Rotation {
			changing = append(changing, p.name)
			continue
		}
		told = append(told, fmt.Sprintf("%s (since %s)", p.name, x.ago(newest)))
		resources = append(append(resources, p.name), keyNames(active)...)
		first = append(first, active[0])
	}
	switch {
	case len(told) == 0 && !known:
		return x.needKeys(noKeysKnown)
	case len(told) == 0 && len(changing) > 0:
		return pass("%s two active keys, the second made within %d days: being replaced, it seems", usersHaveNamed(changing), x.l.Rotation)
	case len(told) == 0:
		return pass("no IAM user has two active access keys")
	}
	steps := []string{"Two keys are for the time in which one replaces the other: see which of the two still works: " + lastUsedOf(first[0])}
	steps = append(steps, spelled(first, deactivate)...)
	steps = append(steps, "After some days without complaints, delete it: "+deleteOf(first[0]), "If two programs use the user, give each a user, or better a role, of its own (KEY-12)")
	return fail(resources, steps, "%s two active access keys for more than %d days: %s", usersHave(len(told)), x.l.Rotation, few(told, 6))
}

func usersHaveNamed(list []string) string {
	if len(list) == 1 {
		return list[0] + " has"
	}
	return few(list, 5) + " have"
}

func unusedKeys(x *exam) verdictOf {
	keys, known := x.activeKeys()
	if len(keys) == 0 {
		if !known {
			return x.needKeys(noKeysKnown)
		}
		return pass("no IAM user has an active access key")
	}
	var rest []key
	var unknown []string
	for _, k := range keys {
		switch since := k.created; {
		case !k.usedKnown:
			unknown = append(unknown, k.name())
		default:
			if !k.used.IsZero() {
				since = k.used
			}
			if !since.IsZero() && x.days(since) >= x.l.Unused {
				rest = append(rest, k)
			}
		}
	}
	if len(rest) == 0 {
		if len(unknown) > 0 || !known {
			return x.cannotTell(fmt.Sprintf("nothing tells when %s last used", areKeys(len(unknown))), x.report())
		}
		return pass("each of the %s was used, or made, within %d days", count(len(keys), "active access key"), x.l.Unused)
	}
	oldestFirst(rest, func(k key) time.Time { return k.used })
	var told []string
	for _, k := range rest {
		text := fmt.Sprintf("%s of %s (never used since %s)", k.called(), k.user, date(k.created))
		if !k.used.IsZero() {
			text = fmt.Sprintf("%s of %s (last used on %s)", k.called(), k.user, x.ago(k.used)+k.where())
		}
		told = append(told, text)
	}
	steps := append(spelled(rest, deactivate),
		"Wait until the next month's or quarter's work is done: some programs run seldom",
		"Then delete it: "+deleteOf(rest[0])+"; and the user, if that was its only use")
	return fail(append(keyNames(rest), owners(rest)...), steps, "%s not used for %d days: %s", count(len(rest), "active access key"), x.l.Unused, few(told, 5))
}

func areKeys(n int) string {
	if n == 1 {
		return "1 active access key was"
	}
	if n == 0 {
		return "some active access keys were"
	}
	return fmt.Sprintf("%d active access keys were", n)
}
