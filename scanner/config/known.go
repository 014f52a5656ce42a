package config

import (
	"fmt"

	"lockaway/rules"
)

// CheckRules tells the IDs that the file speaks of and that no rule of the run
// has: such an entry would do nothing, and nobody would notice. The set is that
// before rules are taken out.
func (c *Config) CheckRules(set *rules.Set) error {
	joined := map[string]bool{}
	for _, r := range set.Rules() {
		joined[r.Joined.Rule] = true
	}
	var errs Errors
	check := func(id, from, where string) {
		if id != "" && set.Rule(id) == nil && (where == "disable" || !joined[id]) {
			errs = append(errs, &Error{
				File: from, What: fmt.Sprintf("unknown rule %s in %s%s", quoted(id), where, set.Suggestion(id)),
				Hint: "lockaway rules list shows all rules",
			})
		}
	}
	for _, it := range c.Disable {
		check(it.Value, it.From, "disable")
	}
	for _, e := range c.Allow {
		check(e.Rule, e.From, "[[allow]]")
	}
	if len(errs) == 0 {
		return nil
	}
	return errs
}
