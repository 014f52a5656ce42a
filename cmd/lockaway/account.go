package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lockaway/scanner"
	"lockaway/scanner/finding"
	"lockaway/scanner/report"
	"lockaway/verify/account"
)

// accountFlags are the flags of account alone.
type accountFlags struct {
	from, with string
	policy     bool
}

// accountWays is the hint that says how an account can be looked at.
const accountWays = "lockaway account --from FOLDER reads files that the AWS CLI printed; lockaway account --with-profile NAME, or --with-environment, asks AWS as you; lockaway account --help tells more"

func (a *app) accountCommand() *cobra.Command {
	f, g := newFlags(), &accountFlags{}
	cmd := &cobra.Command{
		Use:   "account",
		Short: "Hold an AWS account against the guidance",
		Long: "Hold an AWS account against AWS's guidance: keys, certificates, second factor\n" +
			"and use of the root user; who has administrator rights, and how; old and unused\n" +
			"keys and passwords; users that several people may share.\n\n" +
			"With --from nothing is called: the folder holds what the AWS CLI printed, each\n" +
			"file known by what is in it. These count, as many of them as there are:\n\n" +
			"  aws iam generate-credential-report; aws iam get-credential-report\n" +
			"  aws iam get-account-summary\n" +
			"  aws iam get-account-authorization-details\n" +
			"  aws iam get-account-password-policy\n" +
			"  aws iam list-virtual-mfa-devices\n" +
			"  aws iam list-organizations-features\n" +
			"  aws iam list-access-keys --user-name USER         (for --with)\n\n" +
			"What they print when they fail (2>&1) tells something, too.\n\n" +
			"With --with-profile or --with-environment AWS is asked, with your own credentials;\n" +
			"--policy prints the rights that this takes. Nothing in the account is changed, but\n" +
			"AWS brings its credential report up to date.\n\n" +
			"A check for which something is missing, a file or a right, says what.\n\n" +
			"--with REPORT ties the access keys that a scan found to their users: whose each\n" +
			"is, active or not, last used when, an administrator's or not. The keys themselves\n" +
			"are not used.\n\n" +
			"The limits (how old a key may be, and so on) stand in [account] of\n" +
			".lockaway.toml.",
		Args: arguments(0, 0, " --from FOLDER | --with-profile NAME"),
		Example: "  lockaway account --from saved\n" +
			"  lockaway account --with-profile audit -r json=account.json\n" +
			"  lockaway git -r json=leaks.json\n" +
			"  lockaway account --from saved --with leaks.json\n" +
			"  lockaway account --policy > policy.json",
		Annotations: exitStatus(
			"0  every check passes or doesn't apply",
			"1  a check fails, or a key of the report is active",
			"2  a check could not tell, or something could not be read or written; wrong usage",
		),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.account(cmd, f, g) },
	}
	fs := cmd.Flags()
	fs.Var((*fileName)(&g.from), "from", "read what the AWS CLI printed from the files of this `FOLDER`")
	fs.Var((*fileName)(&g.with), "with", "look up the leaked keys of this `REPORT` (JSON; - is standard input)")
	fs.BoolVar(&g.policy, "policy", false, "print the policy that asking AWS takes, and end")
	f.addOperator(fs)
	f.addConfig(fs)
	fs.Var(f.minSeverity, "min-severity", "hide what fails and is less bad")
	fs.BoolVar(&f.strict, "strict", false, "count files that nobody recognises as not read")
	fs.BoolVar(&f.exitZero, "exit-zero", false, "exit 0 despite checks that fail if everything could be told")
	f.addOutput(fs)
	f.addColor(fs)
	completeValues(cmd)
	_ = cmd.MarkFlagDirname("from")
	return cmd
}

// account looks at an account, and writes its reports.
func (a *app) account(cmd *cobra.Command, f *flags, g *accountFlags) error {
	if err := g.check(cmd, f); err != nil {
		return err
	}
	if g.policy {
		_, err := a.out.WriteString(account.Policy())
		return writing("standard output", err)
	}
	s, err := a.setup(cmd.Flags(), f, ".")
	if err != nil {
		return err
	}
	specs, err := a.outputs(f)
	if err != nil {
		return err
	}
	began := time.Now()
	leaks, err := a.leaks(g.with)
	if err != nil {
		return err
	}
	snap, problems, err := a.snapshot(s, g, leaks)
	if err != nil {
		return err
	}
	a.tellAge(snap, began)
	doc, err := a.examined(s, snap, leaks, began)
	if err != nil {
		return err
	}
	doc.Scan.Target, doc.Scan.Problems = g.target(f), problems
	doc.Scan.Complete = len(problems) == 0 && !slices.ContainsFunc(doc.Checks, func(c finding.Check) bool { return c.Status == finding.CouldNotTell })
	doc.Scan.Began, doc.Scan.Elapsed = began, time.Since(began)
	a.tell(&scanner.Result{Scan: doc.Scan}, f)
	err = a.writeAll(specs, doc, f)
	a.status = accountStatus(doc, f, err == nil)
	return err
}

// check says what is wrong with the flags together.
func (g *accountFlags) check(cmd *cobra.Command, f *flags) error {
	if err := f.asking.check(cmd.Flags()); err != nil {
		return err
	}
	live := f.asking.operator()
	switch {
	case g.policy && (live || g.from != "" || g.with != ""):
		return failf("", "--policy prints the policy and ends: it stands alone")
	case g.policy:
	case g.from != "" && live:
		return failf("give one of them", "--from calls nothing, --with-profile and --with-environment ask AWS")
	case g.from == "" && !live:
		return failf(accountWays, "which account? nothing says where it is to be seen")
	case f.asking.endpoint != "" && !live:
		return failf("", "--aws-endpoint goes with --with-profile or --with-environment")
	}
	return nil
}

// target is what was asked for.
func (g *accountFlags) target(f *flags) string {
	switch {
	case g.from != "":
		return g.from
	case f.asking.profile != "":
		return "profile " + string(f.asking.profile)
	}
	return "environment"
}

// leaks reads the report whose keys are to be looked up.
func (a *app) leaks(path string) ([]*finding.Finding, error) {
	if path == "" {
		return nil, nil
	}
	r, err := a.readReport(path)
	if err != nil {
		return nil, err
	}
	if r.Scan.Account != nil {
		return nil, failf("give the report of a scan: lockaway scan -r json=FILE, or lockaway git", "the report %q is itself one of an account", path)
	}
	return slices.DeleteFunc(r.Findings, func(f *finding.Finding) bool { return f.Allowed != nil }), nil
}

// examined holds a snapshot against the guidance, and ties leaked keys to it.
func (a *app) examined(s *setup, snap *account.Snapshot, leaks []*finding.Finding, now time.Time) (*report.Report, error) {
	least, err := finding.ParseSeverity(s.minSeverity.value)
	if err != nil {
		return nil, err
	}
	limits, _ := s.accountLimits()
	checks, err := account.Examine(snap, limits, now)
	if err != nil {
		return nil, err
	}
	doc := &report.Report{Scan: finding.Scan{Kind: "account", Account: snap.Describe(now), Rules: s.rules.Len()}}
	doc.Checks = slices.DeleteFunc(checks, func(c finding.Check) bool {
		hidden := c.Severity < least && (c.Status == finding.Fail || c.Status == finding.CouldNotTell)
		if hidden {
			doc.Scan.Hidden++
		}
		return hidden
	})
	if leaks == nil {
		return doc, nil
	}
	joined := account.Join(snap, leaks, now)
	if err := s.renew(joined.Findings, now); err != nil {
		return nil, err
	}
	doc.Findings = slices.DeleteFunc(joined.Findings, func(f *finding.Finding) bool {
		if f.Severity < least {
			doc.Scan.Hidden++
			doc.Others = append(doc.Others, f.Value)
			return true
		}
		return false
	})
	a.tellLeftOut(joined)
	return doc, nil
}

// fresh is for how many days saved files speak of the present.
const fresh = 7

// tellAge warns of a report that is old: what was done since isn't in it.
func (a *app) tellAge(s *account.Snapshot, now time.Time) {
	made := s.Report.Time
	if days := int(now.Sub(made).Hours() / 24); s.Report.Known && !made.IsZero() && days > fresh {
		a.ui.warn(fmt.Sprintf("the credential report is of %s, %d days old: what was done since isn't seen", made.UTC().Format(time.DateOnly), days),
			"get it anew: aws iam generate-credential-report; aws iam get-credential-report > report.json")
	}
}

// tellLeftOut says which of a report's findings are not those of the account.
func (a *app) tellLeftOut(j account.Joined) {
	var left []string
	if j.Elsewhere > 0 {
		left = append(left, fmt.Sprintf("%d with a key of another account", j.Elsewhere))
	}
	if j.Other > 0 {
		left = append(left, fmt.Sprintf("%d without the ID of an access key", j.Other))
	}
	if len(left) > 0 {
		a.ui.warn("left out of the report's findings: "+strings.Join(left, ", "), "")
	}
}

// accountStatus is the exit status. A leaked key that may be active counts like a check
// that could not tell; one that is not, counts as nothing.
func accountStatus(doc *report.Report, f *flags, written bool) int {
	found, unsure := false, !written
	for _, c := range doc.Checks {
		found = found || c.Status == finding.Fail
		unsure = unsure || c.Status == finding.CouldNotTell
	}
	for _, l := range doc.Findings {
		switch l.Verification.State {
		case finding.Live:
			found = true
		case finding.Unknown, finding.NotCalled:
			unsure = true
		}
	}
	for _, p := range doc.Scan.Problems {
		unsure = unsure || !p.Low || f.strict
	}
	switch {
	case found && !f.exitZero:
		return exitFound
	case unsure:
		return exitFailed
	}
	return exitClean
}
