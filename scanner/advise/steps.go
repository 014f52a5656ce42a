package advise

import (
	"slices"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

// steps returns what to do about a finding, in order.
func (a *Advisor) steps(s *subject) []string {
	f := s.f
	switch {
	case f.AWS != nil && f.AWS.Example:
		return s.fillAll(exampleSteps)
	case a.expired(f):
		return s.fillAll(expiredSteps)
	case f.AWS != nil && f.AWS.Canary:
		return s.fillAll(canarySteps)
	}
	list := a.ofKind(s)
	if p := s.partition(); p != "aws" && p != "" {
		list = slices.Insert(slices.Clip(list), 0, elsewhere)
	}
	if f.Places != nil {
		list = s.fillAll(list)
		if now := whereNow(f); now != "" {
			list = append(list, now)
		}
		return append(append(list, prevent), takeOut(f)...)
	}
	switch f.Source {
	case "index":
		list = slices.Insert(slices.Clip(list), 0, uncommitted)
	case "stdin":
	default:
		list = append(slices.Clip(list), history)
	}
	return s.fillAll(append(list, prevent))
}

// ofKind is the playbook of a finding's kind. A pack's own steps go before those
// for kinds that only their provider knows.
func (a *Advisor) ofKind(s *subject) []string {
	if list := topics(s); list != nil {
		var out []string
		for _, t := range list {
			out = append(out, t.short...)
		}
		return out
	}
	switch s.kind {
	case rules.GitHub, rules.PrivateKey, rules.OtherAWS, rules.Other:
		if r := a.set.Rule(s.f.Rule); r != nil && len(r.Steps) > 0 {
			return r.Steps
		}
	}
	return playbook[s.kind]
}

// topics returns what to do about a credential that AWS can be asked about, by its
// kind, by whose it is and by what it can do: what is alive and may do all is stopped
// before anything else; of what is dead, what is left to do. Nil for other kinds.
func topics(s *subject) []topic {
	switch s.kind {
	case rules.LongTermPair:
		return longTerm(s)
	case rules.TemporaryPair:
		return temporary(s)
	case rules.LongTermID:
		return longTermID(s)
	case rules.SMTP:
		return mailPassword(s)
	case rules.LoneSecret:
		if s.root {
			return longTerm(s)
		}
	}
	return nil
}

func partition(f *finding.Finding) string {
	if f.AWS == nil || f.AWS.Partition == "unknown" {
		return ""
	}
	return f.AWS.Partition
}

func (s *subject) fillAll(steps []string) []string {
	out := make([]string, len(steps))
	for i, step := range steps {
		out[i] = s.fill(step)
	}
	return out
}
