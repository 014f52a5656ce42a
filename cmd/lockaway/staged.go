package main

import (
	"errors"
	"path/filepath"

	"github.com/spf13/cobra"

	"lockaway/scanner"
	"lockaway/scanner/chunk"
	"lockaway/scanner/config"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
)

// staged scans what the next commit would add, and writes its reports.
func (a *app) staged(cmd *cobra.Command, f *flags, whole bool, paths []string) error {
	if len(paths) > 0 {
		return failf("without --staged it scans files and folders as they are", "--staged takes no PATH: it scans what the next commit would hold")
	}
	repo, err := gitpack.OpenRepo(".", gitpack.EnvOf(a.env))
	if errors.Is(err, gitpack.ErrNoRepo) {
		return failf("run it inside of a work tree", "%s: not a git repository, so nothing is staged", absolute("."))
	}
	if err != nil {
		return failf("", "%s: %s", absolute("."), reason(err))
	}
	var s *setup
	src, err := stagedSource(repo, whole, func(path string, data []byte) map[string]int { return s.count(path, data) })
	if err != nil {
		return failf("nothing was scanned", "%s: %s", repo.GitDir, reason(err))
	}
	defer src.Close()
	if s, err = a.setupFrom(cmd.Flags(), f, func(s *setup) error { return s.readStaged(src, repo) }); err != nil {
		return err
	}
	s.inRepo = true
	specs, err := a.outputs(f)
	if err != nil {
		return err
	}
	for _, it := range s.config.Exclude {
		src.Exclude(it.Value)
	}
	r, err := a.execute(s, scanner.Options{Kind: "staged", Target: ".", Source: src, Place: src.Place})
	if err != nil {
		return err
	}
	a.tell(r, f)
	err = a.write(specs, r, f)
	a.status = status(r, f, err == nil)
	return err
}

// readStaged reads the configuration that the next commit would hold: what is not
// committed can't allow what is.
func (s *setup) readStaged(src stagedFiles, repo *gitpack.Repo) error {
	if s.flags.config != "" || s.noRepoConfig {
		return s.readConfig(".")
	}
	data, ok, err := src.File(config.Name)
	if !ok || err != nil {
		return err
	}
	top := repo.WorkTree
	if top == "" {
		top = repo.GitDir
	}
	c, err := config.Parse(config.Name, top, data, config.Options{Flags: settable()})
	if err != nil {
		return err
	}
	s.config = c
	return nil
}

// count counts the findings in a file's bytes, by fingerprint.
func (s *setup) count(path string, data []byte) map[string]int {
	out := map[string]int{}
	make, err := s.matcher(nil)
	if err != nil {
		return out
	}
	c := chunk.Whole(&chunk.Content{Kind: chunk.Index, Path: path}, data)
	make().Match(c, func(f *finding.Finding) { out[f.Fingerprint]++ })
	return out
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
