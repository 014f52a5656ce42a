package main

import (
	"strconv"
	"strings"

	"lockaway/scanner/report"
	"lockaway/verify/account"
)

// accountLimits are the limits of the checks of an account: the configuration's,
// where it sets any, else the defaults. from says where each that was set comes from.
func (s *setup) accountLimits() (l account.Limits, from map[string]string) {
	l, from = account.DefaultLimits(), map[string]string{}
	for _, set := range s.config.Account.Limits {
		for _, d := range l.Days() {
			if d.Name == set.Name {
				*d.Days = set.Days
				from[d.Name] = set.From
			}
		}
	}
	if names := s.config.Account.SharedNames; names != nil {
		l.SharedNames = nil
		for _, n := range names {
			l.SharedNames = append(l.SharedNames, n.Value)
		}
	}
	return l, from
}

// showAccount writes the table [account] of config show.
func (s *setup) showAccount(b *strings.Builder) {
	b.WriteString("\n[account]\n")
	l, from := s.accountLimits()
	for _, d := range l.Days() {
		origin := from[d.Name]
		if origin == "" {
			origin = "default"
		}
		line(b, d.Name, strconv.Itoa(*d.Days), origin)
	}
	switch names := s.config.Account.SharedNames; {
	case names == nil:
		b.WriteString("shared_names = [  # default\n")
		var quoted []string
		for _, n := range l.SharedNames {
			quoted = append(quoted, quoteTOML(n)+",")
		}
		for _, l := range report.Wrap(strings.Join(quoted, " "), 76) {
			b.WriteString("  " + l + "\n")
		}
		b.WriteString("]\n")
	case len(names) == 0:
		b.WriteString("shared_names = []\n")
	default:
		list(b, "shared_names", names)
	}
}
