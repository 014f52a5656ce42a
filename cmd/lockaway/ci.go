package main

import (
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lockaway/hooks/ci"
	"lockaway/scanner"
	"lockaway/scanner/finding"
)

func (a *app) ciCommand() *cobra.Command {
	f, template := newFlags(), newChoice("", ci.Templates()...)
	g := &gitFlags{}
	cmd := &cobra.Command{
		Use:   "ci",
		Short: "Scan what a pull request or push adds, in CI",
		Long: "Find out by the variables of the CI what it builds, and scan what that adds: a pull\n" +
			"request or merge queue against what it goes into, a push against what was there\n" +
			"before, everything that was cloned for a build that a clock or a person started.\n" +
			"No token is needed, and nothing is called.\n\n" +
			"Known are GitHub Actions, GitLab CI, Bitbucket Pipelines, Azure Pipelines, CircleCI,\n" +
			"Buildkite, Drone, Woodpecker, Travis CI, AWS CodeBuild, Jenkins, Google Cloud Build.\n\n" +
			"A clone that lacks a part of the history can't tell what is new: the error names the\n" +
			"setting that brings it.\n\n" +
			"Without --report it writes what the CI shows: for GitHub annotations and the step's\n" +
			"summary, for GitLab gl-secret-detection-report.json and\n" +
			"gl-code-quality-report.json, for others lockaway-junit.xml where they show that.\n\n" +
			"The checked-out configuration holds, and what it allows of the change is listed in\n" +
			"the report. --config-from takes it from elsewhere, so that no change allows itself.",
		Args: arguments(0, 0, ""),
		Example: "  lockaway ci\n" +
			"  lockaway ci --config-from origin/main\n" +
			"  lockaway ci -r github -r sarif=lockaway.sarif\n" +
			"  lockaway ci --template gitlab >lockaway.gitlab-ci.yml",
		Annotations: exitStatus(scanStatus...),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if template.value != "" {
				_, err := io.WriteString(a.out, ci.Template(template.value))
				return writing("standard output", err)
			}
			return a.ci(cmd, f, g)
		},
	}
	f.addRepository(cmd.Flags())
	f.addConfigFrom(cmd.Flags())
	g.addMemory(cmd.Flags())
	cmd.Flags().Var(template, "template", "print how the CI `NAME` is set up, and scan nothing: "+strings.Join(ci.Templates(), ", "))
	completeValues(cmd)
	return cmd
}

// ci scans what the CI builds, and writes its reports.
func (a *app) ci(cmd *cobra.Command, f *flags, g *gitFlags) error {
	plan, err := ci.Find(a.env, readEvent)
	switch {
	case errors.Is(err, ci.ErrUnknown):
		return failf("lockaway git --range origin/main..HEAD scans what a branch adds", "no variable of a known CI is set, so nothing says what is to be scanned")
	case err != nil:
		return err
	}
	repo, err := a.openRepo(".")
	if err != nil {
		return err
	}
	c, err := a.ciChoose(repo, plan)
	if err != nil {
		return err
	}
	top, err := a.openTopOf(repo, f)
	if err != nil {
		return err
	}
	defer top.close()
	s, err := a.setupTop(cmd.Flags(), f, top)
	if err != nil {
		return err
	}
	out, err := a.ciReports(plan, f)
	if err != nil {
		return err
	}
	specs, err := a.outputs(f)
	if err != nil {
		return err
	}
	f.showAllowed = f.showAllowed || !plan.All
	a.ciTellChanged(c, top, f)
	r, err := a.ciRun(s, c, g)
	if err != nil {
		return err
	}
	top.addTo(r)
	return a.finish(r, f, specs, func() error { return a.writeSummary(out, r, f) })
}

// ciRun scans the commits that were chosen. Where the history of what is wanted is cut
// off, what it adds is unknown, and all of a file counts as new: that is no result.
func (a *app) ciRun(s *setup, c *chosen, g *gitFlags) (*scanner.Result, error) {
	if c.plan.Nothing != "" {
		a.ui.warn(c.plan.Nothing+": nothing is to be scanned", "")
		return &scanner.Result{Scan: finding.Scan{Kind: "range", Target: ".", Complete: true}}, nil
	}
	only := rangeFlags{all: c.plan.All} // with HEAD
	if !c.plan.All {
		only.ranges = []string{c.words()}
	}
	r, err := a.scanRange(s, c.repo, &gitFlags{memory: g.memory, only: only})
	if err != nil {
		return nil, err
	}
	for i := range r.Scan.Problems {
		p := &r.Scan.Problems[i]
		if !strings.Contains(p.Hint, "unshallow") {
			continue
		}
		if p.Hint = c.plan.Deeper; !p.Low {
			return nil, failf(p.Hint, "%s: the clone is too shallow to tell what is new: %s: %s", c.plan.What, p.Where, p.What)
		}
	}
	return r, nil
}

// maxEvent is how many bytes an event file may have; GitHub's payloads have 25 MB at
// most (docs.github.com, "Webhook events and payloads").
const maxEvent = 32 << 20

// readEvent reads the file that tells what started a build.
func readEvent(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, errors.New(reason(err))
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxEvent+1))
	if err == nil && len(data) > maxEvent {
		err = errors.New("it is larger than an event can be")
	}
	return data, err
}
