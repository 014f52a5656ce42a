// Package advise says what a finding means in its place: the guidance that fits
// it, what to do, in order, whether it likely belongs to an account's root user,
// and which findings are derived from one another.
//
// What guidance asks and where it fits is data (rules/guidance); this room holds
// the conditions against findings. What to do about each kind of credential is
// told in playbook.go.
//
// The room knows nothing of how something is found or printed, and asks nobody:
// all that it says it takes from the finding, the text around it and the other
// findings of the scan.
package advise

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"lockaway/rules"
	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// Advisor holds findings against a catalogue. Any number of goroutines may use it.
type Advisor struct {
	entries []*rules.Entry
	advice  []string // of each entry, in one piece
	index   map[string]int
	set     *rules.Set
	now     time.Time
}

// New returns an advisor. The rules say which entries always fit their findings,
// and may bring steps of their own; now is what a value's end is compared with.
// A rule that names an entry which the catalogue lacks is an error, FILE:LINE.
func New(c *rules.Catalogue, set *rules.Set, now time.Time) (*Advisor, error) {
	a := &Advisor{entries: c.Entries(), index: map[string]int{}, set: set, now: now}
	for i, e := range a.entries {
		a.index[e.ID] = i
		a.advice = append(a.advice, strings.Join(e.Advice, "; "))
	}
	for _, r := range set.Rules() {
		for _, id := range r.Guidance {
			if _, ok := a.index[id]; !ok {
				return nil, fmt.Errorf("%s:%d: rule %q names guidance %q, which isn't in the catalogue%s",
					r.Pack, r.Line, r.ID, id, c.Suggestion(id))
			}
		}
	}
	return a, nil
}

// Advise completes findings: what Raise does, then Guidance (entries that fit,
// the most pressing first) and Steps, fitted to what asking AWS told if that was done
// before. The findings are those of a whole scan, for some guidance compares them;
// what was linked (see LinkDerived) is best linked before.
func (a *Advisor) Advise(fs []*finding.Finding) {
	all := compare(fs)
	for _, f := range fs {
		if f == nil {
			continue
		}
		v := a.view(f, all)
		a.raise(v)
		f.Guidance = a.guidance(v)
		f.Steps = a.steps(newSubject(f))
	}
}

// Raise does to a finding what needs no other finding: it names the partition
// that the text around tells, marks keys that are laid out as alarms, and raises
// to critical what likely belongs to a root user. It does so once, however often
// it is called, and is meant to be called before findings are hidden by severity.
func (a *Advisor) Raise(f *finding.Finding) { a.raise(a.view(f, nil)) }

const (
	rootTitle   = ", likely the root user's"
	ownerTitle  = ", the root user's"
	canaryTitle = ", laid out as an alarm"
)

func (a *Advisor) raise(v *view) {
	f := v.f
	if f.AWS != nil && (f.AWS.Partition == "" || f.AWS.Partition == "unknown") {
		f.AWS.Partition = cmp.Or(v.partition(), "unknown")
	}
	switch {
	case f.AWS != nil && f.AWS.Example, a.expired(f):
	case f.AWS != nil && f.AWS.Canary:
		mark(f, canaryTitle, "its account, "+f.AWS.AccountID+", is known for keys that are laid out as alarms: do not call it")
	default:
		if correct(f); identified(f) {
			return
		}
		if why := a.root(v); why != "" {
			if !decided(f) {
				f.Severity = finding.Critical
			}
			mark(f, rootTitle, why)
		}
	}
}

// correct replaces what a title says of the root user by what AWS answered. Severity
// is then the verifier's: it knows whether the key is alive.
func correct(f *finding.Finding) {
	if !identified(f) {
		return
	}
	if before, after, ok := strings.Cut(f.Title, rootTitle); ok {
		f.Title = before + after
	}
	if f.Verification.Identity == finding.Root {
		mark(f, ownerTitle, "AWS says that it is the root user's")
		return
	}
	f.Why = slices.DeleteFunc(slices.Clone(f.Why), func(why string) bool { return slices.Contains(rootWhys, why) || strings.HasPrefix(why, rootSection) })
}

// mark adds to the title and, in front, to the reasons, once.
func mark(f *finding.Finding, title, why string) {
	if !strings.Contains(f.Title, title) {
		f.Title += title
	}
	if !slices.Contains(f.Why, why) {
		f.Why = slices.Insert(slices.Clip(f.Why), 0, why)
	}
}

// root says why a finding likely belongs to a root user, "" if nothing says so.
func (a *Advisor) root(v *view) string {
	for i, e := range a.entries {
		if !e.Root {
			continue
		}
		switch c := v.fits(i); {
		case c == nil:
		case len(c.Path) > 0:
			return rootWhys[0]
		case len(c.Section) > 0:
			return rootSection + "[" + v.section() + "]"
		case len(c.Lines) > 0:
			return rootWhys[1]
		default:
			return rootWhys[2]
		}
	}
	return ""
}

// What says that a finding is likely a root user's.
var rootWhys = []string{
	"the name of its file says that it is the root user's",
	"words beside it say that it is the root user's",
	"keys of this kind mostly were made for the root user",
}

const rootSection = "its profile is named "

// guidance returns the entries that fit, by rank, then in the catalogue's order.
func (a *Advisor) guidance(v *view) []finding.Guidance {
	var fit []int
	for i := range a.entries {
		if v.fits(i) != nil {
			fit = append(fit, i)
		}
	}
	if r := a.set.Rule(v.f.Rule); r != nil {
		for _, id := range r.Guidance {
			if i := a.index[id]; !slices.Contains(fit, i) {
				fit = append(fit, i)
			}
		}
	}
	slices.SortFunc(fit, func(i, j int) int {
		return cmp.Or(cmp.Compare(a.entries[i].Rank, a.entries[j].Rank), cmp.Compare(i, j))
	})
	var out []finding.Guidance
	for _, i := range fit {
		e := a.entries[i]
		advice := e.Advice
		if c := v.fits(i); c != nil && len(c.Advice) > 0 {
			advice = c.Advice
		}
		out = append(out, finding.Guidance{ID: e.ID, Title: e.Title, Advice: strings.Join(advice, ". ") + "."})
	}
	return out
}

// expired says whether the value has ended by what itself says.
func (a *Advisor) expired(f *finding.Finding) bool {
	return !f.Expires.IsZero() && !a.now.Before(f.Expires)
}

// partition is what the nearest text that tells one tells.
func (v *view) partition() string {
	v.locate()
	around := v.f.Around
	for _, text := range []string{around.Lines, strings.Join(v.lines, "\n"), around.Near} {
		if p := awskey.PartitionIn(unescaped(text)); p != "" {
			return p
		}
	}
	return ""
}

var slashes = strings.NewReplacer("%2F", "/", "%2f", "/", "%3A", ":", "%3a", ":")

// unescaped takes percent encoding off what stands between the parts of an ARN or
// a path.
func unescaped(text string) string {
	if !strings.Contains(text, "%") {
		return text // a replacer copies
	}
	return slashes.Replace(text)
}
