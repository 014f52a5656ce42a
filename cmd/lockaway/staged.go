package main

import (
	"errors"
	"path/filepath"

	"github.com/spf13/cobra"

	"lockaway/rules"
	"lockaway/scanner"
	"lockaway/scanner/chunk"
	"lockaway/scanner/config"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// staged scans what the next commit would add, and writes its reports.
func (a *app) staged(cmd *cobra.Command, f *flags, whole bool, paths []string) error {
	if len(paths) > 0 {
		return failf("without --staged it scans files and folders as they are", "--staged takes no PATH: it scans what the next commit would hold")
	}
	go rules.Builtin() // read once, while the index is: a hook should take no longer than it must
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

// maxCounted is how many findings are looked at in a file as it was. What is beyond
// counts as not there; so many are not listed of a file as it is, either.
const maxCounted = 2 * scanner.MaxValues

// count counts the values in a file's bytes, by fingerprint.
func (s *setup) count(path string, data []byte) map[string]int {
	if s.counting == nil {
		make, err := s.matcher(nil)
		if err != nil {
			return nil // told by the scan itself
		}
		s.counting = make()
	}
	f := &finder{matcher: s.counting}
	source.Hand(f, &chunk.Content{Kind: chunk.Index, Path: path}, data)
	return changes.Count(f.found)
}

// finder is a sink that only finds.
type finder struct {
	matcher scanner.Matcher
	found   []*finding.Finding
}

// Chunk implements source.Sink.
func (f *finder) Chunk(c *chunk.Chunk) {
	f.matcher.Match(c, func(it *finding.Finding) {
		if len(f.found) < maxCounted {
			f.found = append(f.found, it)
		}
	})
}

// Problem and Skip implement source.Sink.
func (f *finder) Problem(source.Problem) {}
func (f *finder) Skip(int)               {}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
