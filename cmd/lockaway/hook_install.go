package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lockaway/hooks"
	"lockaway/scanner/report"
)

// hookInstall is what is installed, and where.
type hookInstall struct {
	types            []string
	global           *choice
	chain, ifMissing *choice
	timeLimit        timeLimit
	write            bool
	given            func(flag string) bool
}

// The ways of --global.
const (
	byHooksPath = "hooks-path"
	byTemplate  = "template"
)

func newHookInstall(fs *pflag.FlagSet) *hookInstall {
	g := &hookInstall{global: newChoice("", byHooksPath, byTemplate), chain: newChoice("first", "first", "last"), ifMissing: newChoice("fail", "fail", "pass")}
	g.given = fs.Changed
	fs.StringArrayVar(&g.types, "type", nil, "the hook of this `TYPE`: "+strings.Join(hooks.Types(), ", ")+" (repeatable)")
	fs.Var(g.global, "global", "for all repositories of this user, by git's core.hooksPath; or for those that are made from now on, by its template")
	return g
}

func (a *app) hookInstallCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Put hooks into this repository",
		Long: "Put hooks into this repository, where git looks for them: into .git/hooks, or the\n" +
			"folder that core.hooksPath names. Without --type it is pre-commit. With pre-commit\n" +
			"come pre-merge-commit, prepare-commit-msg and pre-applypatch, for git runs no\n" +
			"pre-commit in clean merges, in cherry-pick, revert and rebase, and in am.\n\n" +
			"A hook that is there already is kept, and runs with the same arguments, standard\n" +
			"input and exit status: before the scan, or behind it with --chain last. Installed\n" +
			"again, nothing changes but what flags ask for.\n\n" +
			"Where husky, lefthook, pre-commit or overcommit manage the hooks, it is printed what\n" +
			"they have to be told; --write writes it into their file, --chain installs beside\n" +
			"them.\n\n" +
			"With --global hooks-path the hooks stand in one folder for all repositories. git\n" +
			"looks into no repository's own folder then, so each of its hooks is called from\n" +
			"there.",
		Args: arguments(0, 0, " [FLAG…]"),
		Example: "  lockaway hook install\n" +
			"  lockaway hook install --type pre-commit --type pre-push\n" +
			"  lockaway hook install --global hooks-path\n" +
			"  cd /srv/git/service.git && lockaway hook install --type pre-receive",
		Annotations: exitStatus("0  the hooks are there", "2  they could not be installed, or another program manages them; wrong usage"),
	}
	fs := cmd.Flags()
	g := newHookInstall(fs)
	fs.Var(g.chain, "chain", "run a hook that is there already before the scan, or behind it")
	fs.Var(g.ifMissing, "if-missing", "once the program is gone: stop git, or let it go on with a warning")
	fs.Var(&g.timeLimit, "time-limit", "on a server, refuse what can't be scanned in this `TIME` (default 1m)")
	fs.BoolVar(&g.write, "write", false, "write what another program has to be told into its file")
	completeValues(cmd)
	completeTypes(cmd)
	cmd.RunE = func(*cobra.Command, []string) error { return a.hookInstall(g) }
	return cmd
}

func completeTypes(cmd *cobra.Command) {
	_ = cmd.RegisterFlagCompletionFunc("type", cobra.FixedCompletions(hooks.Types(), cobra.ShellCompDirectiveNoFileComp))
}

// wanted are the types asked for, with what belongs to them; def if none are.
func (g *hookInstall) wanted(def ...string) ([]string, error) {
	for _, t := range g.types {
		if !hooks.Known(t) {
			return nil, failf(didYouMean(t, "--type ", hooks.Types(), "one of "+strings.Join(hooks.Types(), ", ")), "unknown type of hook %q", t)
		}
	}
	if len(g.types) == 0 {
		return hooks.With(def), nil
	}
	return hooks.With(g.types), nil
}

func (a *app) hookInstall(g *hookInstall) error {
	types, err := g.wanted(hooks.PreCommit)
	if err != nil {
		return err
	}
	if g.global.value != "" {
		return a.hookInstallGlobal(g, types)
	}
	p, err := a.hookPlaceOf()
	if err != nil {
		return err
	}
	if p.everybodys() {
		return a.hookEverybodys(p, types)
	}
	if p.repo.Bare && len(g.types) == 0 {
		return failf("lockaway hook install --type pre-receive scans what is pushed to it", "%s: nobody commits in a bare repository, so pre-commit does nothing there", p.repo.GitDir)
	}
	if m := hooks.FindManager(p.repo.WorkTree, p.dir); m != nil && !g.given("chain") {
		return a.hookManaged(m, g, types)
	}
	program, onPath, err := ourProgram()
	if err != nil {
		return err
	}
	if p.inTree() {
		if onPath {
			program = ""
		}
		a.ui.warn(fmt.Sprintf("git looks for hooks in %s, among the files of the work tree: committed, they hold for all who have set core.hooksPath alike", relative(p.dir)),
			"each of them needs lockaway on PATH")
	}
	return a.putHooks(g, p.dir, types, hooks.Script{Program: program})
}

// putHooks writes hooks into a folder. What is not asked for stays as it was installed
// before.
func (a *app) putHooks(g *hookInstall, dir string, types []string, like hooks.Script) error {
	for _, t := range types {
		s := like
		s.Type, s.Chain, s.IfMissing = t, g.chain.value, g.ifMissing.value
		if hooks.ForServers(t) && g.timeLimit.Duration > 0 {
			s.TimeLimit = g.timeLimit.String()
		}
		f, err := hooks.Look(dir, t)
		if err != nil {
			return unhooked(dir, err)
		}
		if f.Ours {
			g.stay(&s, f.Script)
		}
		change, err := hooks.Install(dir, s)
		if err != nil {
			return unhooked(dir, err)
		}
		if like.PassOn && change == hooks.None {
			continue
		}
		a.tellHook(t, change, filepath.Join(dir, t), s.Chain)
	}
	return nil
}

// stay takes over from a hook what no flag asks to be otherwise.
func (g *hookInstall) stay(s *hooks.Script, was hooks.Script) {
	if !g.given("chain") {
		s.Chain = was.Chain
	}
	if !g.given("if-missing") {
		s.IfMissing = was.IfMissing
	}
	if !g.given("time-limit") {
		s.TimeLimit = was.TimeLimit
	}
}

func (a *app) tellHook(typ string, change hooks.Change, path, chain string) {
	text := string(change)
	if change == hooks.Chained {
		text = "installed, the hook that was there runs " + chain
	}
	_, err := fmt.Fprintf(a.out, "%-19s %s: %s\n", typ, text, report.Visible(relative(path)))
	a.note(err)
}

// unhooked words an error of a folder of hooks.
func unhooked(dir string, err error) error {
	if r, ok := err.(*hooks.Refusal); ok {
		return failf(r.Next, "%s", r.What)
	}
	hint := writeHint(err)
	if hint != "" {
		hint = "ask who owns the folder, or choose another one with git config core.hooksPath FOLDER"
	}
	return &failure{what: fmt.Sprintf("can't write hooks to %q: %s", dir, reason(err)), hint: hint, cause: err}
}

// hookEverybodys is for a repository whose hooks git looks for in a folder that is for
// all repositories: they are not changed by the way.
func (a *app) hookEverybodys(p *hookPlace, types []string) error {
	for _, t := range types {
		if f, err := hooks.Look(p.dir, t); err != nil || !f.Ours || f.Script.PassOn || !f.Runs {
			return failf("lockaway hook install --global hooks-path installs there; git config core.hooksPath .git/hooks makes this repository have its own",
				"git looks for hooks in %q, for core.hooksPath says so in %s: that is for all repositories", p.dir, p.origin)
		}
	}
	for _, t := range types {
		a.tellHook(t, "is there, for all repositories", filepath.Join(p.dir, t), "")
	}
	return nil
}

// maxWrites is how often a manager's file is read again that others change meanwhile.
const maxWrites = 50

// hookManaged tells the manager of the repository's hooks, or how it is told.
func (a *app) hookManaged(m *hooks.Manager, g *hookInstall, types []string) error {
	written := 0
	if g.write {
		for range maxWrites {
			n, again, err := a.writeManaged(m, types)
			if written += n; err != nil {
				return err
			}
			if !again {
				break
			}
		}
	}
	plan, err := m.Plan(types)
	if err != nil {
		return failf("", "can't read what %s is told: %s", m.Name, err)
	}
	left, shown := 0, map[string]bool{}
	for _, add := range plan {
		if add.There || shown[add.Path+add.Text] {
			continue
		}
		left++
		shown[add.Path+add.Text] = true
		if add.Why != "" && g.write {
			a.ui.warn(relative(add.Path)+": "+add.Why, "")
		}
		_, err := fmt.Fprintf(a.out, "# %s, to be added to %s\n%s\n", add.Type, report.Visible(relative(add.Path)), add.Text)
		a.note(err)
	}
	for _, t := range types {
		if !m.Has(t) {
			a.ui.warn(m.Name+" has no hook "+t+", so nothing is scanned there", "lockaway hook install --chain first --type "+t+" installs it beside")
		}
	}
	return a.managed(m, g, left, written)
}

// writeManaged writes what can be written; again tells that a file was changed meanwhile.
func (a *app) writeManaged(m *hooks.Manager, types []string) (written int, again bool, err error) {
	plan, err := m.Plan(types)
	if err != nil {
		return 0, false, failf("", "can't read what %s is told: %s", m.Name, err)
	}
	for i := range plan {
		add := &plan[i]
		if add.There || add.Whole == nil {
			continue
		}
		err := add.Write()
		if _, meanwhile := err.(*hooks.Refusal); meanwhile {
			return written, true, nil
		}
		if err != nil {
			return written, false, unhooked(filepath.Dir(add.Path), err)
		}
		written++
		a.tellHook(add.Type, "written", add.Path, "")
	}
	return written, false, nil
}

// managed says what is left to be done.
func (a *app) managed(m *hooks.Manager, g *hookInstall, left, written int) error {
	next := ""
	if m.Then != "" {
		next = "; then: " + m.Then
	}
	switch {
	case left > 0 && g.write:
		return failf("add what is shown"+next, "not all of it could be written for %s", m.Name)
	case left > 0:
		return failf("add what is shown, or run it again with --write"+next+"; --chain first installs beside it", "%s manages the hooks here, and nothing was changed", m.Name)
	case written > 0 && m.Then != "":
		a.ui.warn(m.Name+" has to take notice of it", m.Then)
	case written == 0:
		_, err := fmt.Fprintf(a.out, "%s runs it already\n", m.Name)
		a.note(err)
	}
	return nil
}
