package filter

import (
	"lockaway/rules"
	"lockaway/scanner/finding"
)

// Refine gives a finding to the rule that says more of it. A rule with Of is
// never looked for: what the rule Of finds is that rule's where the path of the
// file, the words beside the value, or, if it asks for both, both match. Rules
// that depend on a path are decided here, behind the match, so that a content
// that stands at several paths is matched once.
type Refine struct {
	of   map[string][]*rules.Rule // by the ID of the rule that is refined, in order
	base map[string]*rules.Rule
}

// NewRefine takes the rules of a run; those without Of say what levels the
// findings of the others' began with.
func NewRefine(set []*rules.Rule) *Refine {
	r := &Refine{of: map[string][]*rules.Rule{}, base: map[string]*rules.Rule{}}
	for _, rule := range set {
		r.base[rule.ID] = rule
		if rule.Of != "" && (rule.Path != nil || rule.Word != nil) {
			r.of[rule.Of] = append(r.of[rule.Of], rule)
		}
	}
	return r
}

// Apply gives the finding to the first refining rule that fits, and tells whether
// one did. It is asked once: a refined finding is not refined again.
func (r *Refine) Apply(f *finding.Finding) bool {
	for _, rule := range r.of[f.Rule] {
		if why, ok := fits(rule, f); ok {
			r.relabel(f, rule, why)
			return true
		}
	}
	return false
}

// fits tells whether all that the rule asks for is there, and what it was.
func fits(rule *rules.Rule, f *finding.Finding) (why string, ok bool) {
	if rule.Path != nil {
		if f.Path == "" || !rule.Path.MatchString(f.Path) {
			return "", false
		}
		why = "the path of the file"
	}
	if rule.Word != nil {
		a := f.Around
		if !rule.Word.MatchString(a.Lines) && !rule.Word.MatchString(a.Before) && !rule.Word.MatchString(a.After) {
			return "", false
		}
		if why != "" {
			why += " and "
		}
		why += "the words beside it"
	}
	return why, true
}

func (r *Refine) relabel(f *finding.Finding, to *rules.Rule, why string) {
	// A level that a pack may name always parses; one that does not would leave
	// the finding as it is.
	from := r.base[f.Rule]
	if c, err := finding.ParseConfidence(to.Confidence); err == nil {
		usual := f.Confidence
		if from != nil {
			if b, err := finding.ParseConfidence(from.Confidence); err == nil {
				usual = b
			}
		}
		f.Confidence = carry(f.Confidence, usual, c)
	}
	if s, err := finding.ParseSeverity(to.Severity); err == nil {
		usual := f.Severity
		if from != nil {
			if b, err := finding.ParseSeverity(from.Severity); err == nil {
				usual = b
			}
		}
		f.Severity = carry(f.Severity, usual, s)
	}
	f.Rule, f.Title = to.ID, to.Title
	f.Why = append(f.Why, why+" tell what it is: "+to.ID)
}

// carry takes a level over to a refining rule. Where the match had already left
// the usual level of its rule (down for an example or an encrypted key, up for a
// proof), that judgement stays: the new rule does not undo it.
func carry[L finding.Confidence | finding.Severity](is, usual, to L) L {
	switch {
	case is < usual:
		return min(is, to)
	case is > usual:
		return max(is, to)
	}
	return to
}
