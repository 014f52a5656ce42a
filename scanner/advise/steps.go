package advise

import (
	"strings"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

// steps returns what to do about a finding, in order.
func (a *Advisor) steps(v *view) []string {
	f := v.f
	switch {
	case f.AWS != nil && f.AWS.Example:
		return fill(f, exampleSteps)
	case v.expired():
		return fill(f, expiredSteps)
	case f.AWS != nil && f.AWS.Canary:
		return fill(f, canarySteps)
	}
	var list []string
	if p := partition(f); p != "aws" && p != "" {
		list = append(list, elsewhere)
	}
	list = append(list, a.ofKind(v)...)
	if f.Places != nil {
		list = fill(f, list)
		if now := whereNow(f); now != "" {
			list = append(list, now)
		}
		return append(append(list, prevent), takeOut(f)...)
	}
	switch f.Source {
	case "index":
		list = append([]string{uncommitted}, list...)
	case "stdin":
	default:
		list = append(list, history)
	}
	return fill(f, append(list, prevent))
}

// ofKind is the playbook of a finding's kind. A pack's own steps go before those
// for kinds that only their provider knows.
func (a *Advisor) ofKind(v *view) []string {
	switch v.kind {
	case rules.LongTermPair, rules.LongTermID, rules.TemporaryPair, rules.LoneSecret:
		if a.root(v) != "" {
			return rootSteps
		}
	case rules.GitHub, rules.PrivateKey, rules.OtherAWS, rules.Other:
		if r := a.set.Rule(v.f.Rule); r != nil && len(r.Steps) > 0 {
			return r.Steps
		}
	}
	return playbook[v.kind]
}

func partition(f *finding.Finding) string {
	if f.AWS == nil || f.AWS.Partition == "unknown" {
		return ""
	}
	return f.AWS.Partition
}

// fill puts what is known into steps. What isn't is named in capitals, to be
// filled in by hand.
func fill(f *finding.Finding, steps []string) []string {
	key, acc, part, end := keyID(f), account(f), partition(f), "which it doesn't tell"
	if key == "" {
		key = "KEY-ID"
	}
	if part == "" {
		part = "aws"
	}
	if !f.Expires.IsZero() {
		end = f.Expires.UTC().Format("2006-01-02 15:04 MST")
	}
	r := strings.NewReplacer("{key}", key, "{partition}", part, "{end}", end, "{account}", acc)
	if acc == "" {
		r = strings.NewReplacer("{key}", key, "{partition}", part, "{end}", end,
			"names account {account}", "may name its account",
			"to account {account}", "to its account", "account {account}", "its account")
	}
	out := make([]string, len(steps))
	for i, s := range steps {
		if out[i] = s; strings.Contains(s, "{") {
			out[i] = r.Replace(s)
		}
	}
	return out
}
