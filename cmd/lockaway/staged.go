package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"runtime/debug"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lockaway/rules"
	"lockaway/scanner"
	"lockaway/scanner/config"
	"lockaway/scanner/gitpack"
)

// staged scans what the next commit would add, and writes its reports.
func (a *app) staged(cmd *cobra.Command, f *flags, whole bool, paths []string) error {
	switch {
	case len(paths) > 0:
		return failf("without --staged it scans files and folders as they are", "--staged takes no PATH: it scans what the next commit would hold")
	case cmd.Flags().Changed("gitignore"):
		return failf("what is staged is committed, whatever .gitignore says", "--gitignore goes without --staged")
	}
	return a.scanStaged(cmd.Flags(), f, stagedScan{whole: whole}, ending{a.outputs, func(r *scanner.Result, f *flags, specs []reportSpec) error { return a.finish(r, f, specs) }})
}

// stagedScan says what of the index is scanned.
type stagedScan struct {
	whole bool // also what the files held before
	// merged are commits that a merge joins to HEAD which git has not written down yet.
	merged []gitpack.ID
	// names, if not nil, are the only files that are scanned: by the path from the top, as
	// they are called from the current folder. Those in which nothing is staged are scanned
	// as they are.
	names map[string]string
}

// ending is how a command tells what came of a scan: where reports go, which is asked
// before it begins, and what is written then.
type ending struct {
	outputs func(*flags) ([]reportSpec, error)
	finish  func(*scanner.Result, *flags, []reportSpec) error
}

// scanStaged scans what is staged.
func (a *app) scanStaged(fs *pflag.FlagSet, f *flags, o stagedScan, end ending) error {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent)) // from the beginning on: most of the time goes before execute
	go rules.Builtin()                                      // read once, and now, while the index is: a hook should take no longer than it must
	repo, err := a.openIndex()
	if err != nil {
		return err
	}
	var s *setup
	src, err := stagedSource(repo, o, func(path string, data []byte) map[string]int { return s.count(path, data) })
	if err != nil {
		return failf("nothing was scanned", "%s: %s", repo.GitDir, reason(err))
	}
	defer src.Close()
	if s, err = a.setupFrom(fs, f, func(s *setup) error { return s.readStaged(src, repo) }); err != nil {
		return err
	}
	s.inRepo = true
	specs, err := end.outputs(f)
	if err != nil {
		return err
	}
	s.leaveOutStaged(src)
	opts := scanner.Options{Kind: "staged", Target: ".", Source: src, Place: src.Place}
	if o.names != nil {
		m := s.mix(src, o.names)
		opts.Source, opts.Place = m, m.Place
	}
	r, err := a.execute(s, opts)
	if err != nil {
		return err
	}
	if len(r.Findings) > 0 {
		a.tellUnstaged(s, src, repo)
	}
	return end.finish(r, f, specs)
}

// openIndex finds the repository whose index is meant: by git's environment variables,
// as hooks have them, or by the current folder.
func (a *app) openIndex() (*gitpack.Repo, error) {
	env := gitpack.EnvOf(a.env)
	repo, err := gitpack.OpenRepo(".", env)
	switch {
	case errors.Is(err, gitpack.ErrNoRepo):
		return nil, failf("run it inside of a work tree; lockaway scan without --staged scans any folder", "%s: not in a git repository, so nothing is staged", absolute("."))
	case err != nil:
		return nil, failf("", "can't open the repository of %s: %s", absolute("."), reason(err))
	case repo.Bare && env.IndexFile == "":
		return nil, failf("lockaway git scans what a repository holds", "%s: a bare repository has no index, so nothing is staged", repo.GitDir)
	}
	return repo, nil
}

// readStaged reads the configuration that the next commit would hold: what is not
// committed can't allow what is.
func (s *setup) readStaged(src stagedFiles, repo *gitpack.Repo) error {
	s.findBaseline = func() (*config.Baseline, error) {
		data, ok, err := src.File(config.BaselineName)
		switch {
		case err != nil:
			return nil, failf("--no-baseline scans without it", "can't read the staged %s: %s", config.BaselineName, reason(err))
		case !ok:
			return nil, nil
		}
		return config.ParseBaseline(config.BaselineName, data)
	}
	if s.flags.config != "" || s.noRepoConfig {
		return s.readConfig(".")
	}
	data, ok, err := src.File(config.Name)
	if err != nil {
		return failf("--no-repo-config scans without it", "can't read the staged %s: %s", config.Name, reason(err))
	}
	if !ok {
		return nil
	}
	c, err := config.Parse(config.Name, stagedTop(repo), data, config.Options{Flags: settable(), Markers: markers(), Read: src.File})
	if err != nil {
		return err
	}
	s.config = c
	return nil
}

// stagedTop is the folder that paths in the index begin at.
func stagedTop(repo *gitpack.Repo) string {
	if repo.WorkTree != "" {
		return repo.WorkTree
	}
	return repo.GitDir
}

// leaveOutStaged leaves out what the configuration and the ignore files say.
func (s *setup) leaveOutStaged(src stagedFiles) {
	var exclude []string
	for _, it := range s.config.Exclude {
		exclude = append(exclude, it.Value)
	}
	src.LeaveOut(exclude, !s.noRepoConfig)
}

// tellUnstaged tells of a configuration or baseline that stands in the work tree
// otherwise than in the index, for who wonders why it does not hold.
func (a *app) tellUnstaged(s *setup, src stagedFiles, repo *gitpack.Repo) {
	if s.noRepoConfig || repo.WorkTree == "" {
		return
	}
	if s.flags.config == "" {
		a.tellUnstagedFile(src, repo, config.Name)
	}
	if s.flags.baseline == "" && !s.noBaseline {
		a.tellUnstagedFile(src, repo, config.BaselineName)
	}
}

func (a *app) tellUnstagedFile(src stagedFiles, repo *gitpack.Repo, name string) {
	now, err := config.ReadFile(filepath.Join(repo.WorkTree, name))
	if err != nil {
		return
	}
	staged, ok, _ := src.File(name)
	if ok && bytes.Equal(lineFeeds(now), lineFeeds(staged)) {
		return
	}
	a.ui.warn("the "+name+" of the work tree is not staged, so it does not hold", "git add "+name)
}

// lineFeeds is a text as git stages it where lines end as on Windows.
func lineFeeds(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
