package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"lockaway/hooks"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// hookNames scans files by their names, as programs that manage hooks call for it: of
// those in which something is staged what is staged, the others as they are. The
// pre-commit framework may say that it is about what some commits change instead.
func (a *app) hookNames(h *hookRun) error {
	if from, to := a.env("PRE_COMMIT_FROM_REF"), a.env("PRE_COMMIT_TO_REF"); from != "" && to != "" {
		return a.hookBetween(h, from, to)
	}
	repo, err := a.openIndex()
	if err != nil {
		return err
	}
	if isMessage(repo, h.args) {
		return a.hookBoth(h)
	}
	names := map[string]string{} // from the top: as given
	for _, arg := range h.args {
		name, err := fromTop(repo, arg)
		if err != nil {
			return err
		}
		names[name] = arg
	}
	return a.scanStaged(h.fs, h.flags, stagedScan{names: names, merged: a.mergedNow()}, a.hookEnding(h))
}

// isMessage tells whether the one name is that of the message of a commit, in the git
// folder: the pre-commit framework hands it to a hook that is for all stages.
func isMessage(repo *gitpack.Repo, args []string) bool {
	if len(args) != 1 {
		return false
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(args[0]))
	if err != nil {
		return false
	}
	return samePath(folder, repo.GitDir)
}

// hookBoth does what prepare-commit-msg and commit-msg do: which of them it is can't be
// told.
func (a *app) hookBoth(h *hookRun) error {
	prepare, message := *h, *h
	prepare.typ, message.typ = hooks.PrepareCommitMsg, hooks.CommitMsg
	if err := a.hookPrepare(&prepare); err != nil || a.status != exitClean {
		return err
	}
	return a.hookMessage(&message)
}

// fromTop is a path of the current folder as the index has it.
func fromTop(repo *gitpack.Repo, path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err == nil {
		var folder string
		if folder, err = filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
			abs = filepath.Join(folder, filepath.Base(abs))
		}
	}
	top := stagedTop(repo)
	if real, err := filepath.EvalSymlinks(top); err == nil {
		top = real
	}
	rel := ""
	if err == nil {
		rel, err = filepath.Rel(top, abs)
	}
	if err != nil || !filepath.IsLocal(rel) {
		return "", failf("lockaway scan scans any files", "%q is no file of this repository", path)
	}
	return filepath.ToSlash(rel), nil
}

// hookBetween scans what the commits add that one revision has and another has not.
func (a *app) hookBetween(h *hookRun, from, to string) error {
	repo, err := a.openRepo(".")
	if err != nil {
		return err
	}
	top := a.openTop(repo)
	defer top.close()
	p := &pushed{repo: repo, want: []string{to}}
	if strings.Trim(from, "0") != "" {
		p.not = []string{from}
	}
	return a.scanPushed(h, p, top)
}

// mixed is the source that gives what is staged of some files, and others as they are.
type mixed struct {
	staged stagedFiles
	files  source.Source   // nil if there are none
	only   map[string]bool // those of which is scanned what is staged
}

// mix parts the names by whether anything is staged under them.
func (s *setup) mix(src stagedFiles, names map[string]string) *mixed {
	m := &mixed{staged: src, only: map[string]bool{}}
	var paths []string
	for name, given := range names {
		if src.Has(name) {
			m.only[name] = true
		} else {
			paths = append(paths, given)
		}
	}
	slices.Sort(paths)
	src.Only(m.only)
	if len(paths) > 0 {
		m.files = s.treeSource(paths)
	}
	return m
}

// Run implements source.Source.
func (m *mixed) Run(ctx context.Context, sinks []source.Sink) error {
	if err := m.staged.Run(ctx, sinks); err != nil || m.files == nil {
		return err
	}
	return m.files.Run(ctx, sinks)
}

// Place leaves out what was staged before. All that stands in the other files counts.
func (m *mixed) Place(ctx context.Context, fs []*finding.Finding) ([]*finding.Finding, []source.Problem) {
	var staged, whole []*finding.Finding
	for _, f := range fs {
		if f.Source == chunk.File || !m.only[f.Path] {
			whole = append(whole, f)
		} else {
			staged = append(staged, f)
		}
	}
	out, problems := m.staged.Place(ctx, staged)
	return append(out, whole...), problems
}
