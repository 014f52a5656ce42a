package hooks

import (
	"fmt"
	"slices"
	"strings"
)

// Silenced are the types that git runs from a repository's own folder no more once
// another folder is said to have the hooks of all repositories, and that are not among
// the given ones. PassOn scripts give each back.
func Silenced(types []string) []string {
	var out []string
	for _, t := range append(Types(), others...) {
		if !slices.Contains(types, t) {
			out = append(out, t)
		}
	}
	return out
}

// passOn is the script that only runs the repository's own hook.
func (s Script) passOn() string {
	var b strings.Builder
	fmt.Fprintf(&b, "#!/bin/sh\n# Runs the repository's own hook, which git passes by where core.hooksPath is set.\n@mark\n")
	b.WriteString(repositoryHook(s.Type))
	if s.Type == "push-to-checkout" {
		b.WriteString(updateInstead)
	}
	b.WriteString("exit 0\n")
	return b.String()
}

// updateInstead does what git does itself where there is no push-to-checkout hook (git
// help githooks, push-to-checkout): the hook's being there keeps git from it.
const updateInstead = `git update-index -q --ignore-submodules --refresh &&
git diff-files --quiet --ignore-submodules -- || { echo 'the working tree has unstaged changes' >&2; exit 1; }
head=$(git rev-parse -q --verify HEAD) || head=$(git hash-object -t tree /dev/null)
git diff-index --quiet --cached --ignore-submodules "$head" -- || { echo 'the working tree has staged changes' >&2; exit 1; }
git read-tree -u -m "$1" || { echo 'could not update the working tree' >&2; exit 1; }
`
