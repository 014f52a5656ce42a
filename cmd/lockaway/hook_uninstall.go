package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lockaway/hooks"
)

func (a *app) hookUninstallCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "uninstall",
		Short: "Take the hooks away again",
		Long: "Take lockaway's hooks out of this repository, or out of the folder for all of them.\n" +
			"What was there before is put back, byte for byte.",
		Args:        arguments(0, 0, " [FLAG…]"),
		Example:     "  lockaway hook uninstall\n  lockaway hook uninstall --type pre-push\n  lockaway hook uninstall --global hooks-path",
		Annotations: exitStatus("0  none of them is there any more", "2  one could not be taken away; wrong usage"),
	}
	g := newHookInstall(cmd.Flags())
	completeValues(cmd)
	completeTypes(cmd)
	cmd.RunE = func(*cobra.Command, []string) error { return a.hookUninstall(g) }
	return cmd
}

func (a *app) hookUninstall(g *hookInstall) error {
	types, err := g.wanted(hooks.Types()...)
	if err != nil {
		return err
	}
	if g.global.value != "" {
		return a.hookUninstallGlobal(g, types)
	}
	p, err := a.hookPlaceOf()
	if err != nil {
		return err
	}
	if !p.everybodys() {
		if err := a.removeHooks(p.dir, types); err != nil {
			return err
		}
	}
	if p.dir != p.own { // installed there before another folder was named
		if err := a.removeHooks(p.own, types); err != nil {
			return err
		}
	}
	return stillManaged(p, types)
}

// stillManaged is the error where another program goes on to run hooks of ours: its file
// is its users', and nobody knows which of its lines they have changed since.
func stillManaged(p *hookPlace, types []string) error {
	m := hooks.FindManager(p.repo.WorkTree, p.dir)
	if m == nil {
		return nil
	}
	plan, err := m.Plan(types)
	if err != nil {
		return failf("", "can't read what %s is told: %s", m.Name, err)
	}
	var files []string
	for _, add := range plan {
		if name := relative(add.Path); add.There && !slices.Contains(files, name) {
			files = append(files, name)
		}
	}
	if len(files) == 0 {
		return nil
	}
	return failf("take out the lines with lockaway yourself: "+strings.Join(files, ", "), "%s still runs it", m.Name)
}

// removeHooks takes hooks out of a folder.
func (a *app) removeHooks(dir string, types []string) error {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil // core.hooksPath may name what is no folder, to have no hooks
	}
	for _, t := range types {
		if f, err := hooks.Look(dir, t); err == nil && f.Ours && f.Script.PassOn {
			continue
		}
		change, err := hooks.Uninstall(dir, t)
		if err != nil {
			return unhooked(dir, err)
		}
		if change != hooks.NotThere {
			a.tellHook(t, change, filepath.Join(dir, t), "")
		}
	}
	return nil
}
