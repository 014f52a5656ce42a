package rules

import (
	"fmt"
	"slices"
	"strings"
)

// Set is the rules of a run, with unique IDs, in the order they were given.
// It is never changed: With and Without make new ones.
type Set struct {
	rules []*Rule
	byID  map[string]*Rule
	gone  map[string]bool // IDs that Without left out: references to them are fine
}

// NewSet puts rules together. It fails, with FILE:LINE for each fault, where two
// rules have the same ID, and where a rule speaks of another that isn't there:
// in near, in of, or as part of a credential of which there is no other part.
func NewSet(rules []*Rule) (*Set, error) { return newSet(rules, nil) }

func newSet(rules []*Rule, gone map[string]bool) (*Set, error) {
	s := &Set{rules: slices.Clone(rules), byID: make(map[string]*Rule, len(rules)), gone: gone}
	var errs []*Error
	fail := func(r *Rule, key, format string, args ...any) {
		errs = append(errs, &Error{r.Pack, r.line(key), fmt.Sprintf(format, args...)})
	}
	for _, r := range rules {
		if first := s.byID[r.ID]; first != nil {
			fail(r, "id", "rule %q stands already in %s:%d", r.ID, first.Pack, first.Line)
			continue
		}
		s.byID[r.ID] = r
	}
	for _, r := range rules {
		for _, id := range r.Near {
			if !s.knows(id) {
				fail(r, "near", "unknown rule %q in near%s", id, s.Suggestion(id))
			}
		}
		if r.Of != "" && !s.knows(r.Of) {
			fail(r, "of", "unknown rule %q in of%s", r.Of, s.Suggestion(r.Of))
		} else if o := s.byID[r.Of]; o != nil && o.Of != "" {
			fail(r, "of", "rule %q is not looked for itself, so nothing can refine it", r.Of)
		}
		if r.Credential != "" && gone == nil && s.alone(r) {
			fail(r, "credential", "no other rule finds a part of credential %q", r.Credential)
		}
	}
	if err := joined(errs); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Set) knows(id string) bool { return s.byID[id] != nil || s.gone[id] }

// alone tells whether no rule finds another part of the rule's credential.
func (s *Set) alone(r *Rule) bool {
	return !slices.ContainsFunc(s.rules, func(o *Rule) bool {
		return o.Credential == r.Credential && o.Part != r.Part
	})
}

// Rules returns the rules in order. The slice must not be changed.
func (s *Set) Rules() []*Rule { return s.rules }

// Len returns how many rules there are.
func (s *Set) Len() int { return len(s.rules) }

// Rule returns the rule with an ID, or nil.
func (s *Set) Rule(id string) *Rule { return s.byID[id] }

// Without returns the set without the rules of these IDs; an ID that isn't there
// is an error, with the nearest one named. Rules that refine one of them go with
// it. What other rules say about those that went (near) comes to nothing.
func (s *Set) Without(ids ...string) (*Set, error) {
	gone := make(map[string]bool, len(ids))
	for _, id := range ids {
		if !s.knows(id) {
			return nil, fmt.Errorf("unknown rule %q%s", id, s.Suggestion(id))
		}
		gone[id] = true
	}
	for id := range s.gone {
		gone[id] = true
	}
	left := slices.DeleteFunc(slices.Clone(s.rules), func(r *Rule) bool { return gone[r.ID] || gone[r.Of] })
	return newSet(left, gone)
}

// With returns the set with more rules behind its own.
func (s *Set) With(rules ...*Rule) (*Set, error) {
	return newSet(append(slices.Clone(s.rules), rules...), s.gone)
}

// Suggestion returns ` (did you mean "…"?)` with the rule whose ID is nearest to
// what was asked for, or nothing where none is near.
func (s *Set) Suggestion(id string) string {
	ids := make([]string, len(s.rules))
	for i, r := range s.rules {
		ids[i] = r.ID
	}
	return suggestion(id, ids)
}

// suggestion names the candidate nearest to a word, if one is near: at most a
// third of its letters away, or beginning as it does.
func suggestion(word string, candidates []string) string {
	best, least := "", len(word)/3+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), c); d < least || d == least && best == "" {
			best, least = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance is Levenshtein's: how many letters must be put in, taken out or
// exchanged. Words longer than 64 bytes are taken as far from everything.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
