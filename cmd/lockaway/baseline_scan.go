package main

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lockaway/scanner"
	"lockaway/scanner/config"
	"lockaway/scanner/finding"
	"lockaway/scanner/report"
)

// baselineFindings finds out which baseline is meant, and what there is to be in it:
// allowed findings as well, so that what is known is seen to be there still.
func (a *app) baselineFindings(cmd *cobra.Command, b *baselineRun, paths []string) (*scanner.Result, error) {
	start := "."
	switch {
	case b.from != "" && len(paths) > 0:
		return nil, failf("the report tells what was scanned", "--from takes no PATH")
	case slices.Contains(paths, "-"):
		return nil, failf("what comes from standard input has no place that a baseline could name", "a baseline is of files and folders")
	case len(paths) > 0:
		start = paths[0]
	}
	if err := b.find(start); err != nil {
		return nil, err
	}
	s, err := a.setup(cmd.Flags(), b.flags, start)
	if err != nil {
		return nil, err
	}
	// It may still have to be made, so setup doesn't read it.
	if s.known, err = loadIfThere(b.file, b.named); err != nil {
		return nil, err
	}
	b.setup = s
	b.rel = config.RelativeTo(b.root)
	b.flags.showAllowed = true
	var r *scanner.Result
	if b.from != "" {
		r, err = a.baselineReport(b)
	} else {
		if len(paths) == 0 {
			paths = []string{"."}
		}
		r, err = a.execute(s, scanner.Options{Kind: "tree", Target: strings.Join(paths, " "), Source: s.treeSource(paths)})
	}
	if err != nil {
		return nil, err
	}
	b.mask = report.NewMask(r.Findings, r.Others...)
	return r, nil
}

// find finds the baseline that is meant.
func (b *baselineRun) find(start string) error {
	if b.file != "" {
		return nil
	}
	b.root = filepath.Dir(config.BaselinePlace(start))
	if b.flags.baseline != "" {
		b.file, b.named = b.flags.baseline, true
	}
	b.flags.baseline, b.flags.noBaseline = "", true // whoever changes it reads it
	if b.named {
		return nil
	}
	path, err := config.FindBaseline(start)
	if path == "" {
		path = config.BaselinePlace(start)
	}
	b.file, b.root = path, filepath.Dir(path)
	return err
}

// loadIfThere reads a baseline; one that is not there is empty.
func loadIfThere(path string, named bool) (*config.Baseline, error) {
	if !there(path) {
		return &config.Baseline{}, nil
	}
	return config.LoadBaseline(path, named)
}

// baselineReport takes the findings of a report, as the baseline and the allow entries
// judge them now.
func (a *app) baselineReport(b *baselineRun) (*scanner.Result, error) {
	read, err := a.readReport(b.from)
	if err != nil {
		return nil, err
	}
	if read.Scan.Account != nil {
		return nil, failf("give the report of a scan", "the report %q is of an AWS account: what it tells is in no baseline", b.from)
	}
	if read.Scan.Kind != "tree" {
		b.rel = func(path string) (string, bool) { return filepath.ToSlash(path), true } // from the repository's top
	}
	known := map[string]*finding.Known{}
	for i := range b.setup.known.Entries {
		known[b.setup.known.Entries[i].Fingerprint] = &b.setup.known.Entries[i]
	}
	for _, f := range read.Findings {
		if k := known[f.Fingerprint]; k != nil && !k.Reported && f.Allowed == nil {
			f.Allowed = &finding.Allowed{By: k.From, Reason: k.Reason}
		}
	}
	return &scanner.Result{Findings: read.Findings, Others: read.Others, Scan: read.Scan}, nil
}

// unknown are the findings that nothing allows, one for each fingerprint: the first by
// its place.
func (b *baselineRun) unknown(r *scanner.Result) (out []*finding.Finding) {
	seen := map[string]bool{}
	for _, f := range r.Findings {
		if f.Allowed == nil && f.Fingerprint != "" && !seen[f.Fingerprint] {
			seen[f.Fingerprint] = true
			out = append(out, f)
		}
	}
	return out
}
