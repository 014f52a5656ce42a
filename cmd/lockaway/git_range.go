package main

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/spf13/pflag"

	"lockaway/scanner"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// rangeFlags say which commits of a repository are scanned.
type rangeFlags struct {
	ranges   []string
	branches []string
	commits  string
	since    sinceDate
	all      bool
}

// add registers the flags.
func (r *rangeFlags) add(fs *pflag.FlagSet) {
	fs.StringArrayVar(&r.ranges, "range", nil, "scan what the commits of `A..B` add (also A...B, B, ^A; repeatable)")
	fs.Var(&r.since, "since", "scan what commits add that are not older than 2026-05-01, \"2 weeks ago\"")
	fs.Var((*fileName)(&r.commits), "commits", "scan what the commits add that a file lists, one a line (- for standard input)")
	fs.StringArrayVar(&r.branches, "branch", nil, "scan what the commits of the branch `NAME` add (repeatable)")
	fs.BoolVar(&r.all, "all", false, "scan what the commits of all refs add, and nothing that no ref reaches")
}

// asked tells whether only some commits are scanned.
func (r *rangeFlags) asked() bool {
	return len(r.ranges)+len(r.branches) > 0 || r.commits != "" || r.since.given || r.all
}

// listed reads the list of commits; nil if none is given.
func (a *app) listed(r *rangeFlags) ([]string, error) {
	name, in := "standard input", io.Reader(nil)
	switch r.commits {
	case "":
		return nil, nil
	case "-":
		in = source.Interruptible(a.ctx, a.in)
	default:
		file, err := os.Open(r.commits)
		if err != nil {
			return nil, failf("check the path given with --commits", "can't read the list of commits %q: %s", r.commits, reason(err))
		}
		defer file.Close()
		name, in = r.commits, file
	}
	list, err := readCommits(in, name)
	if list == nil && err == nil {
		list = []string{} // a list, and not none
	}
	return list, err
}

// sinceDate is the value of --since.
type sinceDate struct {
	time.Time
	text  string
	given bool
}

// String, Set and Type implement pflag.Value.
func (d *sinceDate) String() string { return d.text }
func (d *sinceDate) Type() string   { return "DATE" }
func (d *sinceDate) Set(s string) error {
	t, err := parseSince(s, time.Now())
	*d = sinceDate{t, s, true}
	return err
}

// repoSource reads a repository, and tells afterwards where findings stand in it.
type repoSource interface {
	source.Source
	Place(context.Context, []*finding.Finding) ([]*finding.Finding, []source.Problem)
	Close()
}

// repoSource makes the source of a repository's scan, and says of which kind it is.
func (a *app) repoSource(s *setup, repo *gitpack.Repo, path string, g *gitFlags, progress *scanner.Progress) (repoSource, string, error) {
	if !g.only.asked() {
		return historySource(repo, path, int64(g.memory), progress), "repository", nil
	}
	listed, err := a.listed(&g.only)
	if err != nil {
		return nil, "", err
	}
	src, err := s.rangeSource(repo, g, listed, progress)
	return src, "range", err
}

// scanRange scans what the commits add that g names, by ranges or all, as the current
// folder's repository has them.
func (a *app) scanRange(s *setup, repo *gitpack.Repo, g *gitFlags) (*scanner.Result, error) {
	progress := &scanner.Progress{}
	src, err := s.rangeSource(repo, g, nil, progress)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	return a.execute(s, scanner.Options{
		Kind: "range", Target: ".", Source: src, Place: src.Place, Merge: true, Progress: progress,
	})
}
