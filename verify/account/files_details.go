package account

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// mergeDetails puts authorization details together of pages and of what `--filter`
// lets through. Each kind of entry is put together by itself.
func (g *gathered) mergeDetails(s *Snapshot) {
	const command = "get-account-authorization-details"
	if len(g.details) == 0 {
		s.Details = absent[Details](g, command)
		return
	}
	const what = "list of "
	users := pages(g, what+"users", kind(g.details, func(d Details) []User { return d.Users }), func(u User) string { return u.Name })
	groups := pages(g, what+"groups", kind(g.details, func(d Details) []Group { return d.Groups }), func(g Group) string { return g.Name })
	roles := pages(g, what+"roles", kind(g.details, func(d Details) []Role { return d.Roles }), func(r Role) string { return r.Name })
	policies, files := g.mergePolicies()
	p := &s.Details
	*p = Part[Details]{Known: true, Value: Details{users.list, groups.list, roles.list, policies}}
	files = slices.Concat(files, users.files, groups.files, roles.files)
	last := false
	for _, d := range g.details {
		if p.Time.IsZero() || d.time.Before(p.Time) {
			p.Time = d.time
		}
		last = last || !d.more
		if len(files) == 0 {
			files = append(files, d.name)
		}
	}
	p.Source = sources(files)
	if !last {
		p.Partial, p.Missing = true, g.cut([]string{g.details[len(g.details)-1].name}, command)
		return
	}
	if lacks := g.lacks(s, p.Value); lacks != "" {
		p.Partial, p.Missing = true, "the output of `aws iam "+command+"` "+lacks
		g.problem(g.details[len(g.details)-1].name, "is not the whole of the authorization details: what is saved comes "+without(lacks), "save it without --filter", false)
	}
}

// without turns what is missing about.
func without(lacks string) string { return "without" + strings.TrimPrefix(lacks, "with") }

// kind are the lists of one kind. A list that is empty may be so for a filter.
func kind[T any](docs []sighting[Details], of func(Details) []T) []sighting[[]T] {
	var out []sighting[[]T]
	for _, d := range docs {
		if list := of(d.value); len(list) > 0 {
			out = append(out, sighting[[]T]{list, d.name, d.time, d.more})
		}
	}
	return out
}

// mergePolicies puts the managed policies together, one by one: the account's own and
// AWS's go through different filters.
func (g *gathered) mergePolicies() (out []ManagedPolicy, files []string) {
	docs := slices.Clone(g.details)
	slices.SortStableFunc(docs, func(a, b sighting[Details]) int { return b.time.Compare(a.time) })
	at := map[string]int{}
	from := map[string]sighting[Details]{}
	told := map[string]bool{}
	for _, d := range docs {
		for _, p := range d.value.Policies {
			i, ok := at[p.ARN]
			if !ok {
				at[p.ARN] = len(out)
				from[p.ARN] = d
				out = append(out, p)
				files = append(files, d.name)
				continue
			}
			if f := from[p.ARN]; !reflect.DeepEqual(out[i], p) && !told[d.name] {
				told[d.name] = true
				g.older("policy "+p.Name, d.name, d.time, f.name, f.time)
			}
		}
	}
	slices.SortFunc(out, func(a, b ManagedPolicy) int { return strings.Compare(a.ARN, b.ARN) })
	return out, files
}

// lacks says what is missing of details, as other parts tell: "with the users a, b"; a
// filter leaves no trace of its own.
func (g *gathered) lacks(s *Snapshot, d Details) string {
	has := map[string]bool{}
	for _, u := range d.Users {
		has[u.Name] = true
	}
	counted, ok := s.Summary.Value["Users"]
	all := ok && counted == len(d.Users) // who else is in an older report has gone
	var users []string
	for _, name := range userNames(&Snapshot{Report: s.Report}, g.users) {
		if !has[name] && !all {
			users = append(users, name)
		}
	}
	for _, k := range []struct {
		what, counter string
		n             int
	}{{"users", "Users", len(d.Users)}, {"groups", "Groups", len(d.Groups)}, {"roles", "Roles", len(d.Roles)}} {
		if n := s.Summary.Value[k.counter]; n > 0 && k.n == 0 {
			return fmt.Sprintf("with the %d %s that the account summary counts", n, k.what)
		}
	}
	kinds := 0
	for _, n := range []int{len(d.Users), len(d.Groups), len(d.Roles), len(d.Policies)} {
		if n > 0 {
			kinds++
		}
	}
	switch {
	case len(users) > 0:
		return "with the users " + few(users, 3)
	case len(d.Roles) == 0: // AWS makes some in each account: AWSServiceRoleForSupport
		return "with roles"
	case kinds == 1:
		return "with users, groups and policies"
	}
	return ""
}
