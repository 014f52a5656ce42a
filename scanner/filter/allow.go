package filter

import (
	"fmt"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lockaway/scanner/finding"
)

// Allow judges findings by the [[allow]] entries of a configuration.
type Allow struct {
	entries []*entry
	expired []finding.AllowEntry
	rel     func(string) (string, bool)
	// Entries are tried in order. Of many, most name a fingerprint or a path:
	// those are looked up, so that a long list costs no more than a short one.
	byFingerprint map[string][]int
	others        []int    // entries without a fingerprint
	atPath        sync.Map // reported path → []int, the entries whose path holds
	paths         []int    // entries with a path
}

// entry is an entry made ready.
type entry struct {
	finding.AllowEntry
	path  func(rel string) bool
	value *regexp.Regexp
	used  atomic.Bool
}

// NewAllow makes entries ready. rel turns the path of a finding, as it is
// reported, into the path below the folder that the entries' patterns are
// relative to, with "/" between names; it says false for what lies outside. now
// decides which entries still hold: those are left out whose last day is over in
// now's time zone. An entry that can't be used is an error, with its place.
func NewAllow(entries []finding.AllowEntry, rel func(string) (string, bool), now time.Time) (*Allow, error) {
	a := &Allow{rel: rel, byFingerprint: map[string][]int{}}
	for _, from := range entries {
		if from.Over(now) {
			a.expired = append(a.expired, from)
			continue
		}
		e := &entry{AllowEntry: from}
		if from.Rule == "" && from.Path == "" && from.Fingerprint == "" && from.Value == "" {
			return nil, fmt.Errorf("%s: an allow entry without a condition", from.From)
		}
		i := len(a.entries)
		if from.Path != "" {
			e.path = pathMatcher(from.Path)
			a.paths = append(a.paths, i)
		}
		if from.Fingerprint != "" {
			a.byFingerprint[from.Fingerprint] = append(a.byFingerprint[from.Fingerprint], i)
		} else {
			a.others = append(a.others, i)
		}
		if from.Value != "" {
			re, err := regexp.Compile(from.Value)
			if err != nil {
				// The error would quote the pattern, which may be a secret.
				return nil, fmt.Errorf("%s: value is not a regular expression", from.From)
			}
			re.Longest()
			e.value = re
		}
		a.entries = append(a.entries, e)
	}
	return a, nil
}

// Judge says whether an entry allows the finding, and with which reason; the
// first that does decides.
func (a *Allow) Judge(f *finding.Finding) (finding.Allowed, bool) {
	first := a.first(a.byFingerprint[f.Fingerprint], f)
	if i := a.first(a.others, f); i >= 0 && (first < 0 || i < first) {
		first = i
	}
	if first < 0 {
		return finding.Allowed{}, false
	}
	e := a.entries[first]
	e.used.Store(true)
	return finding.Allowed{By: e.From, Reason: e.Reason}, true
}

// first returns the first of some entries whose conditions hold, or -1.
func (a *Allow) first(of []int, f *finding.Finding) int {
	for _, i := range of {
		if a.holds(i, f) {
			return i
		}
	}
	return -1
}

// holds tells whether all of an entry's conditions hold, the cheap ones first.
func (a *Allow) holds(i int, f *finding.Finding) bool {
	e := a.entries[i]
	if e.Rule != "" && e.Rule != f.Rule || e.Fingerprint != "" && e.Fingerprint != f.Fingerprint {
		return false
	}
	if e.path != nil && !a.pathHolds(i, f) {
		return false
	}
	return e.value == nil || anyValue(e.value, f)
}

// pathHolds tells whether an entry's pattern matches the finding's path. What
// comes from standard input has none, whatever it is called.
func (a *Allow) pathHolds(i int, f *finding.Finding) bool {
	if string(f.Source) == "stdin" {
		return false
	}
	known, ok := a.atPath.Load(f.Path)
	if !ok {
		var at []int
		if rel, inside := a.rel(f.Path); inside {
			for _, i := range a.paths {
				if a.entries[i].path(rel) {
					at = append(at, i)
				}
			}
		}
		known, _ = a.atPath.LoadOrStore(f.Path, at)
	}
	_, found := slices.BinarySearch(known.([]int), i)
	return found
}

// anyValue tells whether the pattern matches the whole of the value or of one of
// its parts.
func anyValue(re *regexp.Regexp, f *finding.Finding) bool {
	if whole(re, f.Value.Reveal()) {
		return true
	}
	for _, p := range f.Parts {
		if whole(re, p.Value.Reveal()) {
			return true
		}
	}
	return false
}

// whole tells whether a leftmost-longest pattern matches all of s. Asking for the
// longest match and comparing is exact; writing anchors around the pattern would
// not be, since a pattern may end in the middle of a quotation (\Q).
func whole(re *regexp.Regexp, s string) bool {
	if s == "" {
		return false
	}
	at := re.FindStringIndex(s)
	return at != nil && at[0] == 0 && at[1] == len(s)
}

// Expired returns the entries that no longer hold, in order.
func (a *Allow) Expired() []finding.AllowEntry { return a.expired }

// Unused returns the entries that hold and have allowed nothing so far, in order.
func (a *Allow) Unused() []finding.AllowEntry {
	var out []finding.AllowEntry
	for _, e := range a.entries {
		if !e.used.Load() {
			out = append(out, e.AllowEntry)
		}
	}
	return out
}
