package main

import (
	"github.com/spf13/pflag"

	"lockaway/scanner/gitpack"
)

// addConfigFrom registers the flag that takes configuration, baseline and ignore files
// from a commit.
func (f *flags) addConfigFrom(fs *pflag.FlagSet) {
	fs.Var((*revision)(&f.configFrom), "config-from", "read .lockaway.toml, baseline and .lockawayignore of this commit, not of the work tree")
}

// revision names a commit. It isn't empty: that is a variable that isn't set.
type revision string

// String, Set and Type implement pflag.Value.
func (r *revision) String() string { return string(*r) }
func (r *revision) Type() string   { return "REV" }
func (r *revision) Set(s string) error {
	if s == "" {
		return failf("is a variable not set?", "names no revision")
	}
	*r = revision(s)
	return nil
}

// openTopOf opens what the flags say holds for a repository's scan: the work tree, or a
// commit.
func (a *app) openTopOf(repo *gitpack.Repo, f *flags) (*top, error) {
	switch {
	case f.configFrom == "":
		return a.openTop(repo), nil
	case f.config != "" || f.noRepoConfig:
		return nil, failf("give one of them", "--config-from says otherwise than --config or --no-repo-config")
	}
	bare := *repo
	bare.WorkTree = "" // what lies there doesn't hold
	tree, err := openCommit(&bare, f.configFrom)
	if err != nil {
		return nil, failf("name a commit that the clone holds, as in --config-from origin/main", "--config-from %q: %s", f.configFrom, reason(err))
	}
	return &top{repo: &bare, rev: f.configFrom, tree: tree}, nil
}
