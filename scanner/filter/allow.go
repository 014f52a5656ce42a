package filter

import (
	"fmt"
	"regexp"
	"sync/atomic"
	"time"

	"lockaway/scanner/finding"
)

// Allow judges findings by the [[allow]] entries of a configuration.
type Allow struct {
	entries []*entry
	expired []finding.AllowEntry
	rel     func(string) (string, bool)
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
	a := &Allow{rel: rel}
	for _, from := range entries {
		if over(from.Until, now) {
			a.expired = append(a.expired, from)
			continue
		}
		e := &entry{AllowEntry: from}
		if from.Rule == "" && from.Path == "" && from.Fingerprint == "" && from.Value == "" {
			return nil, fmt.Errorf("%s: an allow entry without a condition", from.From)
		}
		if from.Path != "" {
			e.path = pathMatcher(from.Path)
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

// over tells whether the day until has ended at now, on now's own calendar.
func over(until, now time.Time) bool {
	if until.IsZero() {
		return false
	}
	y, m, d := until.Date()
	return !now.Before(time.Date(y, m, d+1, 0, 0, 0, 0, now.Location()))
}

// Judge says whether an entry allows the finding, and with which reason; the
// first that does decides.
func (a *Allow) Judge(f *finding.Finding) (finding.Allowed, bool) {
	for _, e := range a.entries {
		if a.holds(e, f) {
			e.used.Store(true)
			return finding.Allowed{By: e.From, Reason: e.Reason}, true
		}
	}
	return finding.Allowed{}, false
}

// holds tells whether all of an entry's conditions hold, the cheap ones first.
func (a *Allow) holds(e *entry, f *finding.Finding) bool {
	if e.Rule != "" && e.Rule != f.Rule || e.Fingerprint != "" && e.Fingerprint != f.Fingerprint {
		return false
	}
	if e.path != nil {
		if string(f.Source) == "stdin" {
			return false // it has no path
		}
		rel, ok := a.rel(f.Path)
		if !ok || !e.path(rel) {
			return false
		}
	}
	return e.value == nil || anyValue(e.value, f)
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
