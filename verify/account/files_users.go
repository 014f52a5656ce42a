package account

import (
	"fmt"
	"maps"
	"slices"
)

// mergeByUser puts together what is listed user by user.
func (g *gathered) mergeByUser(s *Snapshot) {
	names := userNames(s, g.users)
	rows := map[string]*Row{}
	for i := range s.Report.Value {
		rows[s.Report.Value[i].User] = &s.Report.Value[i]
	}
	none := func(is func(*Row) bool) func(string) bool {
		return func(user string) bool { r := rows[user]; return r != nil && is(r) }
	}
	s.Keys = perUser(g, "list of access keys", "list-access-keys", g.keys, names, none(func(r *Row) bool {
		return !slices.ContainsFunc(r.Keys[:], func(k RowKey) bool { return k.Active || !k.Rotated.IsZero() })
	}), func(k Key) string { return k.ID })
	g.oneOwner(s.Keys)
	s.MFA = perUser(g, "list of devices", "list-mfa-devices", g.devices, names, none(func(r *Row) bool { return r.MFA == Off }),
		func(d Device) string { return d.Serial })
	s.Certificates = perUser(g, "list of certificates", "list-signing-certificates", g.certs, names, none(func(r *Row) bool {
		return !slices.ContainsFunc(r.Certificates[:], func(c RowCertificate) bool { return c.Active || !c.Rotated.IsZero() })
	}), func(c Certificate) string { return c.ID })
	if s.Keys.Partial && g.nobodys > 0 {
		g.problem("", fmt.Sprintf("%s empty, and so don't say of which user", are(g.nobodys, "saved list of access keys", "saved lists of access keys")), "the credential report tells who has no keys", true)
	}
}

// oneOwner sees to it that each key is one user's.
func (g *gathered) oneOwner(p Part[map[string][]Key]) {
	owner := map[string]string{}
	for _, user := range slices.Sorted(maps.Keys(p.Value)) {
		p.Value[user] = slices.DeleteFunc(p.Value[user], func(k Key) bool {
			first, twice := owner[k.ID]
			if twice {
				g.problem("", fmt.Sprintf("the key %s is listed as one of %s and of %s; the first is taken", k.ID, first, user), "", false)
			} else {
				owner[k.ID] = user
			}
			return twice
		})
	}
}

func are(n int, one, many string) string {
	if n == 1 {
		return "1 " + one + " is"
	}
	return fmt.Sprintf("%d %s are", n, many)
}

// userNames are the users that any part lists, sorted; nil where none does.
func userNames(s *Snapshot, listed []sighting[[]User]) []string {
	set := map[string]bool{}
	for _, r := range s.Report.Value {
		set[r.User] = !r.Root()
	}
	for _, u := range s.Details.Value.Users {
		set[u.Name] = true
	}
	for _, l := range listed {
		for _, u := range l.value {
			set[u.Name] = true
		}
	}
	var out []string
	for n, is := range set {
		if is {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// perUser puts together what is listed of each user. It is partial while a user
// is missing of whom none says that there is nothing to list.
func perUser[T any](g *gathered, what, command string, lists map[string][]sighting[[]T], names []string, none func(string) bool, id func(T) string) Part[map[string][]T] {
	if len(lists) == 0 && (len(names) == 0 || !g.empty(command) && !each(names, none)) {
		return absent[map[string][]T](g, command)
	}
	p := Part[map[string][]T]{Known: true, Value: map[string][]T{}}
	var files, without []string
	for _, user := range slices.Sorted(maps.Keys(lists)) {
		m := pages(g, what+" of "+user, lists[user], id)
		p.Value[user] = m.list
		files = append(files, m.files...)
		if p.Time.IsZero() || m.time.Before(p.Time) {
			p.Time = m.time
		}
		if m.more {
			without = append(without, user)
		}
	}
	for _, user := range names {
		if _, ok := p.Value[user]; !ok && !none(user) {
			without = append(without, user)
		}
	}
	if p.Source = sources(files); len(files) == 0 {
		p.Source = "the credential report"
	}
	switch {
	case len(names) == 0:
		p.Partial, p.Missing = true, "the output of `aws iam "+command+"` for each user, and a list of the users"
	case len(without) > 0:
		p.Partial, p.Missing = true, fmt.Sprintf("the output of `aws iam %s --user-name USER` for %s", command, few(without, 3))
	}
	return p
}

func each(names []string, is func(string) bool) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return !is(n) })
}

// empty tells whether lists were saved that are empty.
func (g *gathered) empty(command string) bool { return command == "list-access-keys" && g.nobodys > 0 }

// mergeUses finds out of which keys the last uses are.
func (g *gathered) mergeUses(s *Snapshot) {
	const command = "get-access-key-last-used"
	if len(g.uses) == 0 {
		s.LastUsed = absent[map[string]Use](g, command)
		if s.Keys.Known && !s.Keys.Partial && len(s.Keys.Value) == 0 {
			s.LastUsed = Part[map[string]Use]{Known: true, Value: map[string]Use{}, Source: s.Keys.Source} // of no keys
		}
		return
	}
	owner, byID := map[string]string{}, map[string][]sighting[Use]{}
	for user, keys := range s.Keys.Value {
		for _, k := range keys {
			owner[k.ID] = user
		}
	}
	for _, u := range g.uses {
		k := u.value
		if keys := s.Keys.Value[k.use.User]; k.id == "" && len(keys) == 1 {
			k.id = keys[0].ID
		}
		switch of := owner[k.id]; {
		case k.id == "":
			g.problem(u.name, "tells a last use, but not of which key", "save it under the key's ID: `aws iam get-access-key-last-used --access-key-id ID > last-used-ID.json`", true)
			continue
		case k.use.User != "" && of != "" && of != k.use.User:
			g.problem(u.name, fmt.Sprintf("tells that %s is a key of %s, but %s lists it as one of %s", k.id, k.use.User, s.Keys.Source, of), "", false)
			continue
		}
		byID[k.id] = append(byID[k.id], sighting[Use]{k.use, u.name, u.time, false})
	}
	p := Part[map[string]Use]{Known: true, Value: map[string]Use{}}
	var files []string
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		last := latest(g, "last use of "+id, byID[id])
		p.Value[id] = last.value
		files = append(files, last.name)
		if p.Time.IsZero() || last.time.Before(p.Time) {
			p.Time = last.time
		}
	}
	var without []string
	for id := range owner {
		if _, ok := p.Value[id]; !ok {
			without = append(without, id)
		}
	}
	if slices.Sort(without); len(without) > 0 {
		p.Partial, p.Missing = true, fmt.Sprintf("the output of `aws iam %s --access-key-id ID` for %s", command, few(without, 3))
	}
	p.Source = sources(files)
	s.LastUsed = p
}
