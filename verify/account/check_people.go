package account

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// person is an IAM user with all that the parts of a snapshot say of it.
type person struct {
	name    string
	arn     string
	created time.Time
	row     *Row  // nil where the report isn't known
	details *User // likewise
	keys    []key
	admin   *Administrator // nil: no administrator, or nothing is known of that
}

// key is an access key of a user, from the credential report, the list of keys, or
// both.
type key struct {
	user    string
	number  int    // 1 or 2, in the report; 0 where it isn't known
	id      string // empty where only the report tells of it
	active  bool
	created time.Time
	// used is the last use; zero for none. usedKnown says that this is known.
	used            time.Time
	usedKnown       bool
	region, service string
}

// name is how reports name a key.
func (k *key) name() string {
	if k.id != "" {
		return k.id
	}
	return fmt.Sprintf("%s: access key %d", k.user, k.number)
}

// where says of the last use which service it was, and where.
func (k *key) where() string {
	out := ""
	if k.region != "" {
		out += " in " + k.region
	}
	if k.service != "" {
		out += " (" + k.service + ")"
	}
	return out
}

// meet gathers the users of all parts.
func (x *exam) meet() {
	by := map[string]*person{}
	get := func(name string) *person {
		p := by[name]
		if p == nil {
			p = &person{name: name}
			by[name] = p
			x.people = append(x.people, p)
		}
		return p
	}
	for i := range x.s.Report.Value {
		row := &x.s.Report.Value[i]
		if row.Root() {
			x.root = row
			continue
		}
		p := get(row.User)
		p.row, p.arn, p.created = row, row.ARN, row.Created
	}
	for i := range x.s.Details.Value.Users {
		u := &x.s.Details.Value.Users[i]
		p := get(u.Name)
		p.details, p.arn = u, cmp.Or(p.arn, u.ARN)
		if p.created.IsZero() {
			p.created = u.Created
		}
	}
	for name, keys := range x.s.Keys.Value {
		if name != RootUser && len(keys) > 0 {
			get(name)
		}
	}
	for _, p := range x.people {
		p.keys = x.keysOf(p.name, p.row)
		p.admin = x.byUser[p.name]
	}
	slices.SortFunc(x.people, func(a, b *person) int { return strings.Compare(a.name, b.name) })
}

// keysOf joins what the report and the list of keys say of a user's keys. The report
// has no IDs: a key of it is the one of the list that was made when the report says
// that it was last changed, else the only one of its state.
func (x *exam) keysOf(user string, row *Row) []key {
	list := slices.Clone(x.s.Keys.Value[user])
	var out []key
	if row != nil && row.More != "" && len(list) > len(row.Keys) {
		return x.manyKeys(list, row)
	}
	if row != nil {
		for i, k := range row.Keys {
			if k.Rotated.IsZero() && !k.Active {
				continue
			}
			out = append(out, key{user: user, number: i + 1, active: k.Active, created: k.Rotated, used: k.Used, usedKnown: true, region: k.Region, service: k.Service})
		}
	}
	take := func(k *key, fits func(Key) bool) {
		if i := slices.IndexFunc(list, fits); k.id == "" && i >= 0 {
			k.id = list[i].ID
			list = slices.Delete(list, i, i+1)
		}
	}
	for i := range out {
		k := &out[i]
		take(k, func(l Key) bool { return l.Created.Sub(k.created).Abs() <= time.Second })
	}
	for i := range out {
		k := &out[i]
		alike := slices.DeleteFunc(slices.Clone(list), func(l Key) bool { return l.Active != k.active })
		others := slices.ContainsFunc(out, func(o key) bool { return o.id == "" && o.number != k.number && o.active == k.active })
		if len(alike) == 1 && !others {
			take(k, func(l Key) bool { return l.Active == k.active })
		}
	}
	if row == nil {
		for _, l := range list {
			out = append(out, key{user: user, id: l.ID, active: l.Active, created: l.Created})
		}
	}
	for i := range out {
		if use, ok := x.s.LastUsed.Value[out[i].id]; ok && out[i].id != "" {
			k := &out[i]
			k.usedKnown = true
			if use.Time.After(k.used) {
				k.used, k.region, k.service = use.Time, use.Region, use.Service
			}
		}
	}
	return out
}

// manyKeys are the keys of a user who has more than a row of the report has room for:
// those of the list, with the uses of those that the row tells of.
func (x *exam) manyKeys(list []Key, row *Row) (out []key) {
	for _, l := range list {
		k := key{user: l.User, id: l.ID, active: l.Active, created: l.Created}
		for i, told := range row.Keys {
			if told.Rotated.Sub(l.Created).Abs() <= time.Second {
				k.number, k.used, k.usedKnown, k.region, k.service = i+1, told.Used, true, told.Region, told.Service
			}
		}
		if use, ok := x.s.LastUsed.Value[l.ID]; ok && !k.usedKnown {
			k.used, k.usedKnown, k.region, k.service = use.Time, true, use.Region, use.Service
		}
		out = append(out, k)
	}
	return out
}

// everyone tells whether the report is there, with a row for each user.
func (x *exam) everyone() bool { return x.s.Report.Known && !x.s.Report.Partial }

// password tells whether a user has one.
func (p *person) password() Flag {
	if p.row == nil {
		return NotKnown
	}
	return p.row.Password
}

// active are a user's active keys.
func (p *person) active() []key {
	return slices.DeleteFunc(slices.Clone(p.keys), func(k key) bool { return !k.active })
}

// lastSeen is when a user was last used by password or key; zero for never.
func (p *person) lastSeen() time.Time {
	var last time.Time
	if p.row != nil {
		last = p.row.PasswordUsed
	}
	for _, k := range p.keys {
		if k.used.After(last) {
			last = k.used
		}
	}
	return last
}

// activeKeys are those of all IAM users. known is false where there may be more: no
// part tells of all users, or of all keys of one.
func (x *exam) activeKeys() (keys []key, known bool) {
	known = x.everyone()
	for _, p := range x.people {
		keys = append(keys, p.active()...)
		if p.row != nil && p.row.More != "" && len(p.keys) <= len(p.row.Keys) {
			known = false
		}
	}
	return keys, known || x.s.Keys.Known && !x.s.Keys.Partial
}

// keyNames and users are for resources.
func keyNames(keys []key) []string {
	var out []string
	for _, k := range keys {
		out = append(out, k.name())
	}
	return out
}

func owners(keys []key) []string {
	var out []string
	for _, k := range keys {
		out = append(out, k.user)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// deactivate is the step that makes a key inactive.
func deactivate(k key) string {
	if k.id == "" {
		return fmt.Sprintf("Find the ID of access key %d of %s: `aws iam list-access-keys --user-name %s`; then: `aws iam update-access-key --user-name %s --status Inactive --access-key-id ID`", k.number, k.user, word(k.user), word(k.user))
	}
	return fmt.Sprintf("Make it inactive: `aws iam update-access-key --user-name %s --status Inactive --access-key-id %s`", word(k.user), word(k.id))
}
