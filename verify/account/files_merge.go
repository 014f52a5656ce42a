package account

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"lockaway/rules/awskey"
)

// snapshot puts together what was gathered. The error is for files of more than one
// account.
func (g *gathered) snapshot() (*Snapshot, error) {
	s := &Snapshot{}
	if err := g.account(s); err != nil {
		return nil, err
	}
	s.Report = single(g, "credential report", "get-credential-report", g.reports)
	s.Summary = single(g, "account summary", "get-account-summary", g.summary)
	if n := s.Summary.Value["Users"]; s.Report.Known && n > len(userNames(&Snapshot{Report: s.Report}, nil)) {
		s.Report.Partial, s.Report.Missing = true, fmt.Sprintf("a credential report of all %d users", n)
		g.problem(s.Report.Source, fmt.Sprintf("tells of fewer users than the %d that the account summary counts: it is older, or cut off", n), "get it anew: `aws iam get-credential-report`", false)
	}
	s.PasswordPolicy = single(g, "password policy", "get-account-password-policy", g.policy)
	s.Organization = single(g, "organization's features", "list-organizations-features", g.org)
	if a := single(g, "account's alias", "list-account-aliases", g.aliases); len(a.Value) > 0 {
		s.Alias = a.Value[0]
	}
	g.mergeVirtual(s)
	g.mergeDetails(s)
	g.mergeByUser(s)
	g.mergeUses(s)
	return s, nil
}

// account finds out which account the files are of. ARNs tell it; keys' IDs do where
// they are of the newer layout.
func (g *gathered) account(s *Snapshot) error {
	if len(g.accounts) > 0 {
		s.ID, s.Partition = g.accounts[0].id, g.accounts[0].partition
	}
	for _, a := range g.accounts[min(1, len(g.accounts)):] {
		return g.twoAccounts(g.accounts[0], a)
	}
	var first seenAccount
	for _, user := range slices.Sorted(maps.Keys(g.keys)) {
		for _, list := range g.keys[user] {
			for _, k := range list.value {
				parsed, ok := awskey.Parse(k.ID)
				if !ok || parsed.Account == "" || parsed.Example {
					continue
				}
				here := seenAccount{id: parsed.Account, name: list.name}
				switch {
				case s.ID != "" && s.ID != here.id:
					return g.twoAccounts(g.accounts[0], here)
				case first.id != "" && first.id != here.id:
					return g.twoAccounts(first, here)
				}
				first = here
			}
		}
	}
	if s.ID == "" {
		s.ID = first.id
	}
	return nil
}

func (g *gathered) twoAccounts(a, b seenAccount) error {
	if a.name == b.name {
		return fmt.Errorf("%s in %s tells of two accounts, %s and %s", a.name, g.dir, a.id, b.id)
	}
	return hinted{fmt.Errorf("files of two accounts in %s: %s is of %s, %s of %s", g.dir, a.name, a.id, b.name, b.id),
		"give each account a folder of its own"}
}

// absent is a part that no file tells of.
func absent[T any](g *gathered, command string) Part[T] {
	if action := "iam:" + operation(command); g.refused[action] != "" {
		return Part[T]{Missing: action, Source: g.refused[action]}
	}
	return Part[T]{Missing: "the output of `aws iam " + command + "`"}
}

// operation is the name of the API's call that a command of the AWS CLI makes.
func operation(command string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(command, "-") {
		if word == "mfa" {
			word = "MFA"
		}
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// single is the part that one call gives as a whole: the latest.
func single[T any](g *gathered, what, command string, list []sighting[T]) Part[T] {
	if len(list) == 0 {
		return absent[T](g, command)
	}
	last := latest(g, what, list)
	return Part[T]{Value: last.value, Known: true, Source: last.name, Time: last.time}
}

// latest is the latest of some sightings of one thing. Those that differ are told.
func latest[T any](g *gathered, what string, list []sighting[T]) sighting[T] {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b sighting[T]) int { return a.time.Compare(b.time) })
	last := list[len(list)-1]
	for _, other := range list[:len(list)-1] {
		if !reflect.DeepEqual(other.value, last.value) {
			g.older(what, other.name, other.time, last.name, last.time)
		}
	}
	return last
}

// older tells that a file isn't made use of, for another has the same part.
func (g *gathered) older(what, name string, t time.Time, taken string, latest time.Time) {
	if t.Equal(latest) {
		g.problem(name, fmt.Sprintf("contradicts %s: both tell the %s, differently, and neither is later; that one is taken", taken, what), "keep the right one alone", false)
		return
	}
	g.problem(name, fmt.Sprintf("the %s in it, of %s, is not taken: %s has a later one, of %s", what, stampOf(t), taken, stampOf(latest)), "", true)
}

func stampOf(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// merged is a list put together of pages.
type merged[T any] struct {
	list  []T
	files []string  // that it is of, in order
	time  time.Time // of the oldest of them
	more  bool      // the last page isn't there
}

// pages puts a list together of the documents that hold pages of it. Documents that
// are whole replace each other, as do those that have an entry in common: of them
// the latest is taken. id is an entry's.
func pages[T any](g *gathered, what string, docs []sighting[[]T], id func(T) string) merged[T] {
	docs = slices.Clone(docs)
	slices.SortStableFunc(docs, func(a, b sighting[[]T]) int { return b.time.Compare(a.time) }) // latest first
	var m merged[T]
	var kept []sighting[[]T]
	in := map[string]int{} // by entry: which of kept has it
	last := false          // a document is there behind which no more come
	for _, d := range docs {
		clash := -1
		for i, k := range kept {
			if !k.more && !d.more {
				clash = i
			}
		}
		for _, e := range d.value {
			if i, ok := in[id(e)]; ok {
				clash = i
			}
		}
		if clash >= 0 {
			if k := kept[clash]; !reflect.DeepEqual(k.value, d.value) {
				g.older(what, d.name, d.time, k.name, k.time)
			}
			continue
		}
		m.list = append(m.list, once(g, what, d, id)...)
		for _, e := range d.value {
			in[id(e)] = len(kept)
		}
		kept = append(kept, d)
		last = last || !d.more
		m.files = append(m.files, d.name)
		m.time = d.time
	}
	slices.Sort(m.files)
	m.files = slices.Compact(m.files)
	m.more = len(kept) > 0 && !last
	slices.SortStableFunc(m.list, func(a, b T) int { return strings.Compare(id(a), id(b)) })
	return m
}

// once leaves out what stands in one document a second time. That it stands there in
// two ways is told of one entry, for the rest may be many.
func once[T any](g *gathered, what string, d sighting[[]T], id func(T) string) []T {
	var out []T
	at := map[string]int{}
	told := false
	for _, e := range d.value {
		i, twice := at[id(e)]
		if !twice {
			at[id(e)] = len(out)
			out = append(out, e)
		} else if !told && !reflect.DeepEqual(out[i], e) {
			told = true
			g.problem(d.name, fmt.Sprintf("has %s in its %s twice, in two ways; the first is taken", id(e), what), "", false)
		}
	}
	return out
}

// sources names files, for a part's Source.
func sources(files []string) string {
	slices.Sort(files)
	files = slices.Compact(files)
	switch n := len(files); {
	case n == 0:
		return ""
	case n <= 2:
		return strings.Join(files, " and ")
	default:
		return fmt.Sprintf("%s and %d other files", files[0], n-1)
	}
}

// mergeVirtual puts the virtual devices together. What `--assignment-status` leaves
// out may be in another file.
func (g *gathered) mergeVirtual(s *Snapshot) {
	const command = "list-virtual-mfa-devices"
	if len(g.virtual) == 0 {
		s.VirtualMFA = absent[[]Device](g, command)
		return
	}
	used := func(d Device) bool { return d.User != "" }
	var spare, others []sighting[[]Device]
	for _, d := range g.virtual {
		if len(d.value) > 0 && !slices.ContainsFunc(d.value, used) && !d.more {
			spare = append(spare, d)
			continue
		}
		others = append(others, d)
	}
	m := pages(g, "list of virtual devices", others, func(d Device) string { return d.Serial })
	s.VirtualMFA = Part[[]Device]{Known: true, Source: sources(m.files), Time: m.time, Value: slices.DeleteFunc(m.list, func(d Device) bool { return !used(d) })}
	switch {
	case len(others) == 0:
		s.VirtualMFA.Source, s.VirtualMFA.Time, s.VirtualMFA.Partial = spare[0].name, spare[0].time, true
		s.VirtualMFA.Missing = "the output of `aws iam " + command + "` with the devices that somebody uses"
		g.problem(spare[0].name, "lists only devices that nobody uses", "save it without --assignment-status", true)
	case m.more:
		s.VirtualMFA.Partial, s.VirtualMFA.Missing = true, g.cut(m.files, command)
	}
}

// cut tells that pages are missing, and returns what is.
func (g *gathered) cut(files []string, command string) string {
	g.problem(files[len(files)-1], "is not the whole list: it says that more pages follow, and none of the files is the last", "save it without --max-items and --no-paginate", false)
	return "the other pages of `aws iam " + command + "`"
}
