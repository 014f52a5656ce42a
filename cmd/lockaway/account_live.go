package main

import (
	"cmp"
	"fmt"
	"time"

	"lockaway/scanner/finding"
	"lockaway/verify/account"
	"lockaway/verify/aws"
)

// snapshot reads what is known of an account: from files, or by asking AWS.
func (a *app) snapshot(s *setup, g *accountFlags, leaks []*finding.Finding) (*account.Snapshot, []finding.Problem, error) {
	if g.from != "" {
		return account.FromDir(g.from)
	}
	k, c := &s.asking, &s.config.Verify
	o := account.Options{
		AWS: aws.Options{
			Operator: &aws.Operator{Profile: string(k.profile), Environment: k.environment},
			Endpoint: string(k.endpoint), Version: versionText(), CallTimeout: time.Duration(c.CallSeconds) * time.Second,
		},
		KeyIDs: account.LeakedIDs(leaks, ""),
		Total:  time.Duration(c.TotalSeconds) * time.Second,
	}
	a.ui.note(fmt.Sprintf("asking %s with your own credentials (%s): nothing in the account is changed, but AWS brings its credential report up to date; CloudTrail there tells of the calls",
		cmp.Or(string(k.endpoint), "AWS"), g.target(s.flags)))
	if a.ui.terminal && s.progress.value == "auto" && !s.quiet {
		began := time.Now()
		o.Progress = func(what string, done, all int) {
			if time.Since(began) < progressAfter {
				return
			}
			text := "asking AWS: " + what
			if all > 1 {
				text += fmt.Sprintf(", %d of %d", done, all)
			}
			a.ui.progress(text)
		}
		defer a.ui.progress("")
	}
	return account.Read(a.ctx, o)
}
