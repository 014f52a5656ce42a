package main

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lockaway/scanner"
	"lockaway/scanner/finding"
	"lockaway/scanner/report"
)

func (a *app) scanCommand() *cobra.Command {
	f := newFlags()
	var stagedOnly, whole bool
	cmd := &cobra.Command{
		Use:   "scan [PATH…|-]",
		Short: "Scan files, folders or standard input",
		Long: "Scan files and folders, or standard input for -, for credentials. Without PATH the\n" +
			"current folder is scanned. Everything below a folder is read, hidden files too,\n" +
			"except what is inside a .git folder and what a .lockawayignore leaves out. Links\n" +
			"are not followed out of the tree.\n\n" +
			"Values are masked everywhere unless --show-secrets asks for them. A comment\n" +
			"lockaway:allow REASON on a finding's line, or alone on the line before, allows it\n" +
			"(lockaway:allow[RULE] one rule's alone); so does an [[allow]] entry in\n" +
			".lockaway.toml. What is allowed is counted, and shown with --show-allowed.",
		Example: "  lockaway scan\n" +
			"  lockaway scan --gitignore src deploy/prod.env\n" +
			"  git show HEAD:config.yml | lockaway scan -\n" +
			"  lockaway scan -r json=findings.json --min-severity high .",
		Annotations: exitStatus(scanStatus...),
		RunE: func(cmd *cobra.Command, args []string) error {
			if stagedOnly {
				return a.staged(cmd, f, whole, args)
			}
			if whole {
				return failf("", "--whole-files goes with --staged")
			}
			return a.scan(cmd, f, args)
		},
	}
	f.addAll(cmd.Flags())
	cmd.Flags().BoolVar(&stagedOnly, "staged", false, "scan what the next commit would add")
	cmd.Flags().BoolVar(&whole, "whole-files", false, "with --staged: also what the files held before")
	completeValues(cmd)
	return cmd
}

// scan runs the scan of a tree or of standard input, and writes its reports.
func (a *app) scan(cmd *cobra.Command, f *flags, paths []string) error {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	stream := slices.Contains(paths, "-")
	if stream && len(paths) > 1 {
		return failf("a file of that name is ./-", "- is standard input and stands alone")
	}
	s, err := a.setup(cmd.Flags(), f, paths[0])
	if err != nil {
		return err
	}
	specs, err := a.outputs(f)
	if err != nil {
		return err
	}
	o := scanner.Options{Kind: "tree", Target: strings.Join(paths, " ")}
	if stream {
		o.Kind, o.Source = "stdin", streamSource(a.in)
	} else {
		o.Source = s.treeSource(paths)
	}
	r, err := a.execute(s, o)
	if err != nil {
		return err
	}
	return a.finish(r, f, specs)
}

// finish tells what came of a scan, writes the reports and, if they could be written,
// what else there is to write, and says how the process ends.
func (a *app) finish(r *scanner.Result, f *flags, specs []reportSpec, more ...func() error) error {
	a.tell(r, f)
	err := a.write(specs, r, f)
	for _, write := range more {
		if err == nil {
			err = write()
		}
	}
	a.status = status(r, f, err == nil)
	return err
}

// execute completes the options by what the setup says, and runs the scan.
func (a *app) execute(s *setup, o scanner.Options) (*scanner.Result, error) {
	// Much of a history's scan lives long: it takes no longer with the usual garbage
	// collection, and half the memory.
	if o.Kind != "repository" {
		defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(memoryGoal))
	}
	j, err := s.judging(time.Now())
	if err != nil {
		return nil, err
	}
	for _, e := range j.expired {
		a.ui.warn(fmt.Sprintf("%s: this allow entry ended on %s and no longer holds", e.From, e.Until.Format("2006-01-02")), "")
	}
	if o, err = s.options(o, j, nil); err != nil {
		return nil, err
	}
	o.Threads, o.ShowAllowed = int(s.threads), s.showAllowed
	if o.Progress == nil {
		o.Progress = &scanner.Progress{}
	}
	if a.ui.terminal && s.progress.value == "auto" && !s.quiet {
		defer a.ui.watch(o.Progress)()
	}
	if err := a.verified(s, &o, j); err != nil {
		return nil, err
	}
	return scanner.Run(a.ctx, o)
}

// gcPercent lets garbage grow longer than usual between collections: a scan makes
// little of it, and each collection stops the reading of files.
const gcPercent = 400

// memoryGoal is from how many bytes on that stops, so that a scan of what is made
// of keys keeps little more than it needs. It is no bound: that there is one is
// the stages' work.
const memoryGoal = 200 << 20

// toldProblems is how many problems are spelled out on standard error. The reports
// name all.
const toldProblems = 20

// tell names what could not be scanned, masked as the reports are: a path may hold
// a value, too.
func (a *app) tell(r *scanner.Result, f *flags) {
	problems := r.Scan.Problems
	var mask *report.Mask
	if !f.showSecrets && len(problems) > 0 {
		mask = report.NewMask(r.Findings, r.Others...)
	}
	if r.Scan.Files == 0 && r.Scan.Skipped > 0 && len(problems) == 0 {
		a.ui.warn("nothing was scanned: ignore files and the configuration leave out all that was asked for", "")
	}
	if n := r.Scan.Unsure; n > 0 {
		a.ui.warn(fmt.Sprintf("hidden though nothing says that it isn't live: %s; the exit status counts that as found", counted(n, "finding")),
			"without --only-live the report says of each why that couldn't be told")
	}
	for i, p := range problems {
		if i == toldProblems {
			a.ui.problem(fmt.Sprintf("and %d more could not be scanned", len(problems)-i), "the report names them all", false)
			return
		}
		what := p.What
		if p.Where != "" {
			what = p.Where + ": " + what
		}
		hint := p.Hint
		if i+1 < len(problems) && problems[i+1].Hint == hint && i+1 < toldProblems {
			hint = "" // it is told once, behind the last that it is for
		}
		a.ui.problem(mask.Text(what), hint, p.Low)
	}
}

// status is the exit status of a scan. written is false when a report could not
// be: then the job is not done. What is hidden and may be live counts as found.
func status(r *scanner.Result, f *flags, written bool) int {
	found := r.Scan.Unsure > 0 || slices.ContainsFunc(r.Findings, func(f *finding.Finding) bool { return f.Allowed == nil })
	counts := slices.ContainsFunc(r.Scan.Problems, func(p finding.Problem) bool { return !p.Low || f.strict })
	switch {
	case found && !f.exitZero:
		return exitFound
	case found && r.Scan.Complete && written:
		return exitClean
	case found, counts, !written:
		return exitFailed
	}
	return exitClean
}
