package main

import (
	"os"
	"path/filepath"

	"lockaway/hooks"
)

// globalFolder is the folder of hooks for all repositories; mine tells that it is the one
// that lockaway makes where there is none.
func (a *app) globalFolder(way string) (dir, setting string, mine bool, err error) {
	setting, name := "core.hooksPath", "hooks"
	if way == byTemplate {
		setting, name = "init.templateDir", "template"
	}
	config := a.env("XDG_CONFIG_HOME")
	if !filepath.IsAbs(config) { // by the XDG base directory specification others don't count
		home, err := os.UserHomeDir()
		if err != nil {
			return "", "", false, failf("set HOME", "can't tell where this user's configuration is: %s", err)
		}
		config = filepath.Join(home, ".config")
	}
	own := filepath.Join(config, "lockaway", name)
	dir, err = a.gitSays(".", nil, "config", "--global", "--type=path", "--get", setting)
	if _, failed := err.(*gitError); failed || dir == "" {
		dir, err = own, nil
	}
	if err != nil {
		return "", "", false, err
	}
	if !filepath.IsAbs(dir) {
		return "", "", false, failf("", "%s is %q: each repository has a folder of its own by it", setting, dir)
	}
	mine = samePath(dir, own)
	if way == byTemplate {
		dir = filepath.Join(dir, "hooks")
	}
	return dir, setting, mine, nil
}

// hookInstallGlobal installs hooks for all repositories.
func (a *app) hookInstallGlobal(g *hookInstall, types []string) error {
	dir, setting, mine, err := a.globalFolder(g.global.value)
	if err != nil {
		return err
	}
	program, _, err := ourProgram()
	if err != nil {
		return err
	}
	// Whoever had such a folder before has done without the repositories' own hooks, or
	// calls them from there.
	whole := g.global.value == byHooksPath && mine
	if whole {
		// Those that scan already are not made into such that don't.
		for _, t := range hooks.Types() {
			if f, err := hooks.Look(dir, t); err == nil && f.Ours && !f.Script.PassOn {
				types = hooks.With(append(types, t))
			}
		}
	}
	if err := a.putHooks(g, dir, types, hooks.Script{Program: program, Repository: whole}); err != nil {
		return err
	}
	if whole {
		if err := a.passOn(dir, types); err != nil {
			return err
		}
	}
	if !mine {
		return nil
	}
	value := dir
	if g.global.value == byTemplate {
		value = filepath.Dir(dir)
	}
	if _, err := a.gitSays(".", nil, "config", "--global", setting, filepath.ToSlash(value)); err != nil {
		return failf("", "git can't set %s: %s", setting, err)
	}
	return nil
}

// passOn gives the repositories the other hooks back that the folder silences.
func (a *app) passOn(dir string, types []string) error {
	for _, t := range hooks.Silenced(types) {
		if f, err := hooks.Look(dir, t); err == nil && f.There && !f.Ours {
			continue // somebody has put it there for all repositories
		}
		if _, err := hooks.Install(dir, hooks.Script{Type: t, Chain: hooks.First, IfMissing: hooks.Fail, PassOn: true}); err != nil {
			return unhooked(dir, err)
		}
	}
	return nil
}

// hookUninstallGlobal takes them away again, and the setting with them.
func (a *app) hookUninstallGlobal(g *hookInstall, types []string) error {
	dir, setting, mine, err := a.globalFolder(g.global.value)
	if err != nil {
		return err
	}
	if err := a.removeHooks(dir, types); err != nil {
		return err
	}
	for _, t := range hooks.Types() {
		if f, err := hooks.Look(dir, t); err != nil || f.Ours && !f.Script.PassOn {
			return err // some are to stay
		}
	}
	for _, t := range hooks.Silenced(nil) {
		if f, err := hooks.Look(dir, t); err == nil && f.Ours && f.Script.PassOn {
			if _, err := hooks.Uninstall(dir, t); err != nil {
				return unhooked(dir, err)
			}
		}
	}
	if !mine {
		return nil
	}
	if _, err := a.gitSays(".", nil, "config", "--global", "--get", setting); err == nil {
		if _, err := a.gitSays(".", nil, "config", "--global", "--unset", setting); err != nil {
			return failf("", "git can't take %s back: %s", setting, err)
		}
	}
	for range 3 { // hooks, perhaps template, lockaway: as far as nothing else is in them
		if os.Remove(dir) != nil {
			break
		}
		dir = filepath.Dir(dir)
		if filepath.Base(dir) == ".config" {
			break
		}
	}
	return nil
}
