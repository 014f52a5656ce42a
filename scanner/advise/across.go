package advise

import (
	"maps"
	"path"
	"slices"
	"strings"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

// comparison is what the findings of a scan tell about one another. A nil one
// tells nothing.
type comparison struct {
	accounts sets            // by file: the accounts of keys in it
	places   sets            // by key: the directories it stands in
	apart    map[string]bool // by key: they aren't all on one way down
	people   sets            // by key: whose home directories it stands in
}

func compare(fs []*finding.Finding) *comparison {
	c := &comparison{sets{}, sets{}, map[string]bool{}, sets{}}
	for _, f := range fs {
		if f == nil || f.AWS != nil && f.AWS.Example {
			continue
		}
		if a := account(f); a != "" {
			c.accounts.add(file(f), a)
		}
		if k := identity(f); k != "" && f.Path != "" {
			c.places.add(k, path.Dir(f.Path))
			if p := person(f.Path); p != "" {
				c.people.add(k, p)
			}
		}
	}
	for k, dirs := range c.places {
		c.apart[k] = !chain(dirs)
	}
	return c
}

// sets are sets of strings by name.
type sets map[string]map[string]bool

func (s sets) add(name, value string) {
	if s[name] == nil {
		s[name] = map[string]bool{}
	}
	s[name][value] = true
}

// holds says whether a finding takes part in what is compared.
func (c *comparison) holds(what rules.Across, f *finding.Finding) bool {
	if c == nil || f.AWS != nil && f.AWS.Example {
		return false
	}
	switch what {
	case rules.Accounts:
		return account(f) != "" && len(c.accounts[file(f)]) > 1
	case rules.Directories:
		return c.apart[identity(f)]
	case rules.People:
		return len(c.people[identity(f)]) > 1
	}
	return false
}

// file names what a finding stands in: in a repository, it may have no path.
func file(f *finding.Finding) string {
	if f.Path == "" && f.Git != nil {
		return f.Git.Object
	}
	return f.Path
}

func account(f *finding.Finding) string {
	if f.AWS == nil || f.AWS.AccountID == "unknown" {
		return ""
	}
	return f.AWS.AccountID
}

// identity names the key that a finding shows: by its ID, else by its value.
func identity(f *finding.Finding) string {
	if f.AWS != nil && f.AWS.KeyID != "" {
		return f.AWS.KeyID
	}
	return f.Fingerprint
}

// chain says whether of any two directories one lies in the other: what is used
// in a folder and below it is taken for one application.
func chain(dirs map[string]bool) bool {
	byLength := slices.SortedFunc(maps.Keys(dirs), func(a, b string) int { return depth(a) - depth(b) })
	for i := 1; i < len(byLength); i++ {
		if !within(byLength[i-1], byLength[i]) {
			return false
		}
	}
	return true
}

func depth(dir string) int {
	if dir == "." || dir == "/" {
		return 0
	}
	return strings.Count(dir, "/") + 1
}

func within(outer, inner string) bool {
	return outer == "." && !strings.HasPrefix(inner, "/") && !strings.HasPrefix(inner, "..") || outer == inner ||
		strings.HasPrefix(inner, strings.TrimSuffix(outer, "/")+"/")
}

var home = lazily(`(?:^|/)(?:home|Users)/([^/]+)/`)

// person is the name of the home directory that a path leads through.
func person(p string) string {
	if m := home().FindStringSubmatch(p); m != nil && m[1] != "Shared" && m[1] != "Public" {
		return m[1]
	}
	return ""
}
