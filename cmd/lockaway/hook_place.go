package main

import (
	"os"
	"path/filepath"
	"strings"

	"lockaway/scanner/gitpack"
)

// hookPlace is where git looks for a repository's hooks.
type hookPlace struct {
	repo *gitpack.Repo
	top  string // where git runs them: the work tree, or the git folder if there is none
	dir  string // absolute
	own  string // where it looks if nothing says otherwise
	// setting is the value of core.hooksPath, scope whose it is ("local", "global"), and
	// origin where it stands; empty if it is not set.
	setting, scope, origin string
}

// hookPlaceOf asks git where it looks for hooks: a setting of any kind may say so.
func (a *app) hookPlaceOf() (*hookPlace, error) {
	repo, err := a.openRepo(".")
	if err != nil {
		return nil, err
	}
	p := &hookPlace{repo: repo, top: stagedTop(repo), own: filepath.Join(repo.CommonDir, "hooks")}
	env := a.gitEnv(repo)
	dir, err := a.gitSays(p.top, env, "rev-parse", "--git-path", "hooks")
	if err != nil {
		return nil, failf("", "git does not say where it looks for hooks: %s", err)
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(p.top, dir)
	}
	p.dir = filepath.Clean(dir)
	if samePath(p.dir, p.own) {
		p.dir = p.own
	}
	said, err := a.gitSays(p.top, env, "config", "--show-scope", "--show-origin", "--get", "core.hooksPath")
	if w := strings.SplitN(said, "\t", 3); err == nil && len(w) == 3 {
		p.scope, p.origin, p.setting = w[0], strings.TrimPrefix(w[1], "file:"), w[2]
	}
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

// everybodys tells whether the folder holds for other repositories as well.
func (p *hookPlace) everybodys() bool {
	return p.dir != p.own && (p.scope == "global" || p.scope == "system") && !p.inTree()
}

// inTree tells whether the folder lies among the files of the work tree, so that it may
// be committed.
func (p *hookPlace) inTree() bool {
	dir := p.dir
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return p.repo.WorkTree != "" && isWithin(p.repo.WorkTree, dir) && !isWithin(p.repo.GitDir, dir) && !isWithin(p.repo.CommonDir, dir)
}

func isWithin(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

func samePath(a, b string) bool {
	if a == b {
		return true
	}
	one, err := os.Stat(a)
	other, wrong := os.Stat(b)
	return err == nil && wrong == nil && os.SameFile(one, other)
}
