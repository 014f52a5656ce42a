package main

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"

	"github.com/spf13/cobra"

	"lockaway/hooks"
	"lockaway/scanner/gitpack"
)

var _ = user.Current

// hookPlace is where git looks for a repository's hooks.
type hookPlace struct {
	repo *gitpack.Repo
	top  string // where git runs them: the work tree, or the bare repository
	dir  string // absolute
}

// hookPlaceOf asks git where it looks for hooks: a setting of any kind may say so.
func (a *app) hookPlaceOf() (*hookPlace, error) {
	repo, err := a.openRepo(".")
	if err != nil {
		return nil, err
	}
	p := &hookPlace{repo: repo, top: stagedTop(repo)}
	dir, err := a.gitSays(p.top, a.gitEnv(repo), "rev-parse", "--git-path", "hooks")
	if err != nil {
		return nil, failf("", "git does not say where it looks for hooks: %s", err)
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(p.top, dir)
	}
	p.dir = filepath.Clean(dir)
	return p, nil
}

// gitEnv makes the variables absolute that a hook's environment may name relative to
// another folder.
func (a *app) gitEnv(repo *gitpack.Repo) []string {
	if a.env("GIT_DIR") == "" {
		return nil
	}
	out := []string{"GIT_DIR=" + repo.GitDir}
	if repo.WorkTree != "" {
		out = append(out, "GIT_WORK_TREE="+repo.WorkTree)
	}
	return out
}

type hookInstall struct {
	types     []string
	chain     *choice
	ifMissing *choice
}

func (a *app) hookInstallCommand() *cobra.Command {
	g := &hookInstall{chain: newChoice("first", "first", "last"), ifMissing: newChoice("fail", "fail", "pass")}
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Put hooks into this repository",
		Args:  arguments(0, 0, ""),
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.hookInstall(g) },
	}
	fs := cmd.Flags()
	fs.StringArrayVar(&g.types, "type", nil, "install the hook of this `TYPE` (repeatable; default pre-commit)")
	fs.Var(g.chain, "chain", "run a hook that is there already before the scan, or behind it")
	fs.Var(g.ifMissing, "if-missing", "what the hook does when the program is gone")
	completeValues(cmd)
	return cmd
}

func (a *app) hookInstall(g *hookInstall) error {
	p, err := a.hookPlaceOf()
	if err != nil {
		return err
	}
	types := g.types
	if len(types) == 0 {
		types = []string{hooks.PreCommit}
	}
	program, err := os.Executable()
	if err != nil {
		return failf("", "can't tell where this program is: %s", err)
	}
	for _, t := range hooks.With(types) {
		change, err := hooks.Install(p.dir, hooks.Script{Type: t, Program: program, Chain: g.chain.value, IfMissing: g.ifMissing.value})
		if err != nil {
			return failf("", "%s", err)
		}
		fmt.Fprintf(a.out, "%-19s %s\n", t, change)
	}
	return nil
}

func (a *app) hookUninstallCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "uninstall",
		Short: "Take the hooks away again",
		Args:  arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.hookPlaceOf()
			if err != nil {
				return err
			}
			for _, t := range hooks.Types() {
				change, err := hooks.Uninstall(p.dir, t)
				if err != nil {
					return failf("", "%s", err)
				}
				fmt.Fprintf(a.out, "%-19s %s\n", t, change)
			}
			return nil
		},
	}
}

func (a *app) hookStatusCommand() *cobra.Command {
	return &cobra.Command{Use: "status", Short: "Tell which hooks git runs"}
}
