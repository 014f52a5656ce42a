package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"lockaway/scanner"
	"lockaway/scanner/finding"
)

func (a *app) verifyCommand() *cobra.Command {
	f := newFlags()
	cmd := &cobra.Command{
		Use:   "verify REPORT|-|KEY-ID…",
		Short: "Ask AWS whose the keys of a report are, and whether they are live",
		Long: "Ask AWS about the keys in a report of a scan (JSON or JSONL), and write the report\n" +
			"again with the answers. Reports are masked: each value is read again where it stood,\n" +
			"from the current folder or the report's, and known by its fingerprint, whichever\n" +
			"line it is on now. What can't be read again is not called, and the report says why.\n\n" +
			"Or say what is known of KEY-IDs: which account each is of, by itself; more with\n" +
			"credentials of your own (--with-profile, --with-environment). A secret is never an\n" +
			"argument.\n\n" +
			"A key is asked about once, by calls that it signs itself: sts:GetCallerIdentity,\n" +
			"then what it may see of its owner in IAM. The owner sees them in CloudTrail, and\n" +
			"the key counts as used. Keys of accounts known for canaries are never called.\n" +
			"Nothing goes anywhere but to AWS.",
		Example: "  lockaway scan -r json=../findings.json .; lockaway verify ../findings.json\n" +
			"  lockaway verify --only-live -r json=../live.json ../findings.json\n" +
			"  lockaway git -r jsonl | lockaway verify -\n" +
			"  lockaway verify --with-profile audit KEY-ID",
		Args:        arguments(1, -1, " REPORT|-|KEY-ID…"),
		Annotations: exitStatus(scanStatus...),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.verify(cmd, f, args)
		},
	}
	fs := cmd.Flags()
	f.addRules(fs)
	f.addExit(fs)
	f.addOutput(fs)
	f.addSecrets(fs)
	f.addColor(fs)
	f.addAsking(fs)
	completeValues(cmd)
	return cmd
}

// verify asks about the keys of a report, or about those that are named.
func (a *app) verify(cmd *cobra.Command, f *flags, args []string) error {
	ids, err := keyIDs(args)
	if err != nil {
		return err
	}
	s, err := a.setup(cmd.Flags(), f, ".")
	if err != nil {
		return err
	}
	specs, err := a.outputs(f)
	if err != nil {
		return err
	}
	var r *scanner.Result
	if ids != nil {
		r, err = a.verifyKeys(s, ids)
	} else {
		r, err = a.verifyReport(s, args[0])
	}
	if err != nil {
		return err
	}
	// What a report holds was asked for when it was made.
	f.showAllowed = true
	return a.finish(r, f, specs)
}

// verifyReport reads a report, and asks about what it has.
func (a *app) verifyReport(s *setup, path string) (*scanner.Result, error) {
	o := scanner.Options{Progress: &scanner.Progress{}, OnlyLive: s.asking.onlyLive, ShowAllowed: true}
	k, err := a.newAsker(s, o.Progress)
	if err != nil {
		return nil, err
	}
	read, err := a.readReport(path)
	if err != nil {
		return nil, err
	}
	if read.Scan.Account != nil {
		return nil, failf("give the report of the scan that found the keys", "the report %q is of an AWS account: there is nothing in it to be asked about", path)
	}
	if a.ui.terminal && s.progress.value == "auto" && !s.quiet {
		defer a.ui.watch(o.Progress)()
	}
	r := &scanner.Result{Findings: read.Findings, Others: read.Others, Scan: read.Scan}
	o.Target, r.Scan.Began = r.Scan.Target, time.Now()
	lost, err := a.recover(s, r, path)
	if err != nil {
		return nil, err
	}
	o.Verify = func(ctx context.Context, fs []*finding.Finding) { k.askAgain(ctx, fs, lost) }
	o.Stages = []func([]*finding.Finding){func(fs []*finding.Finding) {
		if err := s.renew(fs, time.Now()); err != nil {
			panic(err) // told as a stage that failed
		}
	}}
	scanner.Resume(a.ctx, r, o)
	return r, nil
}

// askAgain asks about findings of a report. Of those whose value could not be read
// again, the operator's credentials may still tell something by the key's ID.
func (k *asker) askAgain(ctx context.Context, fs []*finding.Finding, lost map[*finding.Finding]string) {
	before := map[*finding.Finding]*finding.Verification{}
	asked := slices.Clone(fs)
	for i, f := range fs {
		if _, ok := lost[f]; !ok {
			continue
		}
		before[f] = f.Verification
		alone := *f
		alone.Parts = slices.DeleteFunc(slices.Clone(f.Parts), func(p finding.Part) bool { return p.Kind != "key-id" })
		asked[i] = &alone
	}
	k.ask(ctx, asked)
	for i, f := range fs {
		why, ok := lost[f]
		if !ok {
			continue
		}
		if v := asked[i].Verification; v != nil && !v.Asked.IsZero() {
			f.Verification, f.Severity = v, asked[i].Severity
			v.Reasons = append(v.Reasons, "asked by its ID alone: its value is masked and could not be read again: "+why)
			continue
		}
		f.Verification = notAgain(before[f], why)
	}
}
