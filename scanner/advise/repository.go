package advise

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lockaway/scanner/finding"
)

// What to do about a value in a repository, besides making it useless: where it still
// stands, and how it is taken out of the history, which comes last and makes nothing
// safe. Sources: git-filter-repo's manual; git help gc, reflog, notes, stash; GitHub
// Docs, "Removing sensitive data from a repository".

const (
	// namedRefs and namedPaths are how many of each a step names.
	namedRefs, namedPaths = 3, 3

	rewriting  = "Last, if it is to go all the same, for a rewritten history makes no leaked key safe (clones, forks and caches have it): in a fresh clone "
	afterwards = "; then a forced push, and a request to the host to drop caches, pull requests and forks"
	unstage    = "`git rm --cached FILE`, or `git add FILE` without it, then "
	prune      = "`git reflog expire --expire=now --all` and `git gc --prune=now`"
)

// whereNow says what still leads to a value; empty where there is nothing to be
// said: it is in a file of the git folder, or the scan ended before it looked.
func whereNow(f *finding.Finding) string {
	// Backquotes are for commands; a name that has some is not to be copied.
	return strings.ReplaceAll(whereNowSaid(f, f.Reach()), "`", "'")
}

func whereNowSaid(f *finding.Finding, r finding.Reach) string {
	switch refs := someRefs(r); {
	case !r.Placed:
		return ""
	case !r.Reachable:
		return "No ref reaches it, but it is there until git prunes it: a host keeps what was pushed once, for whoever knows the commit"
	case onlyIndexes(r.Refs):
		return "It is staged and in no commit (" + refs + "): take it out of the file and stage that again, before the next commit takes it along"
	case onlyReflogs(r.Refs):
		return "Only a reflog still reaches it (" + refs + "): it is in this clone, and wherever it was pushed or copied before"
	case r.AtTip != nil && inTree(r.AtTip) && r.AtTip.Path != "":
		return "It still stands in " + r.AtTip.Path + ": take it out there by a new commit. Its older versions stay, and whoever clones or fetches " + refs + " gets them"
	case r.AtTip == nil && inTree(&f.Place):
		return "No file at any ref's tip has it any more, but whoever clones or fetches " + refs + " gets it"
	}
	return "Whoever clones or fetches " + someRefs(r) + " gets it"
}

// someRefs names refs that reach a value.
func someRefs(r finding.Reach) string {
	refs := slices.Clone(r.Refs)
	slices.SortStableFunc(refs, func(a, b string) int { return refOrder(a) - refOrder(b) })
	s := strings.Join(refs[:min(len(refs), namedRefs)], ", ")
	if n := len(refs) - namedRefs + r.MoreRefs; n > 0 {
		s += fmt.Sprintf(" and %d more", n)
	}
	return s
}

func refOrder(ref string) int {
	for i, prefix := range []string{"refs/heads/", "refs/tags/", "refs/remotes/", "refs/"} {
		if strings.HasPrefix(ref, prefix) {
			return i
		}
	}
	return 9 // HEAD, which points to another, and reflogs
}

func onlyReflogs(refs []string) bool {
	return !slices.ContainsFunc(refs, func(r string) bool { return strings.HasPrefix(r, "refs/") || !strings.Contains(r, "@{") && !isIndex(r) })
}

// isIndex tells whether a ref stands for what the index of a work tree lists.
func isIndex(ref string) bool {
	return ref == "index" || !strings.HasPrefix(ref, "refs/") && strings.HasSuffix(ref, "/index")
}

// onlyIndexes tells whether nothing but indexes still lists it.
func onlyIndexes(refs []string) bool {
	return len(refs) > 0 && !slices.ContainsFunc(refs, func(r string) bool { return !isIndex(r) })
}

// lost tells whether no commit that is cloned or fetched has it.
func lost(r finding.Reach) bool {
	return r.Placed && (!r.Reachable || onlyReflogs(r.Refs))
}

func inTree(at *finding.Place) bool { return at.Source == "blob" || at.Source == "symlink" }

// takeOut returns the steps that take a value out of a repository, git filter-repo's
// last.
func takeOut(f *finding.Finding) []string {
	has := map[string]bool{}
	var paths []string
	for i := range f.Places {
		at := &f.Places[i]
		has[string(at.Source)] = true
		if inTree(at) && at.Git != nil {
			for _, p := range at.Git.Paths {
				if !slices.Contains(paths, p) && len(paths) <= namedPaths {
					paths = append(paths, p)
				}
			}
		}
	}
	var steps []string
	if has["config"] {
		steps = append(steps, "Take it out of the file of the git folder, which goes along with every copy of the folder (archives, images, caches); where it is a password in an address, a credential helper keeps it better")
	}
	if has["ref-name"] {
		steps = append(steps, "Rename the ref, here and wherever it was pushed: `git branch -m OLD NEW`, `git push REMOTE --delete OLD`")
	}
	if has["note"] {
		steps = append(steps, "`git notes --ref REF remove COMMIT` takes a note away; its older versions go with its ref alone: `git update-ref -d REF`")
	}
	if r := f.Reach(); !has["note"] && lost(r) || has["reflog"] {
		step := "To take it out of this clone: " + stashes(r) + prune
		if slices.ContainsFunc(r.Refs, isIndex) {
			step = "To take it out of this clone: " + unstage + stashes(r) + prune
		}
		if !onlyIndexes(r.Refs) {
			step += "; of the host, ask it to do the same"
		}
		if steps = append(steps, step); lost(r) {
			return steps
		}
	}
	if s := rewrite(has, paths); s != "" {
		steps = append(steps, rewriting+s+afterwards)
	}
	return steps
}

// stashes drops what a stash holds first, for no reflog expires it otherwise.
func stashes(r finding.Reach) string {
	for _, ref := range r.Refs {
		if strings.HasPrefix(ref, "stash@{") {
			return "`git stash drop '" + ref + "'`, then "
		}
	}
	return ""
}

// rewrite names what git filter-repo is to be called with, for what a value stands in.
func rewrite(has map[string]bool, paths []string) string {
	options := ""
	if has["blob"] || has["symlink"] {
		options += " --replace-text FILE"
	}
	if has["commit-message"] || has["tag"] {
		options += " --replace-message FILE"
	}
	var ways []string
	if options != "" {
		ways = append(ways, "`git filter-repo"+options+"`, with FILE from `lockaway git --replacements FILE`")
	}
	if has["blob"] || has["symlink"] {
		if without := dropping(paths); without != "" {
			ways = append(ways, "or without the whole file: "+without)
		}
	}
	if has["commit-author"] {
		ways = append(ways, "`git filter-repo --mailmap FILE`, which replaces names and addresses of authors and committers")
	}
	if has["path-name"] {
		ways = append(ways, "`git filter-repo --path-rename OLD:NEW`, which renames files")
	}
	return strings.Join(ways, ", ")
}

// dropping is the command that takes files out of the history; empty if a name needs
// more than quotes.
func dropping(paths []string) string {
	if len(paths) == 0 {
		return ""
	}
	command := "`git filter-repo --invert-paths"
	if len(paths) > namedPaths {
		return command + " --paths-from-file PATHS`"
	}
	for _, p := range paths {
		w, ok := shellWord(p)
		if !ok {
			return command + " --path PATH`"
		}
		command += " --path " + w
	}
	return command + "`"
}

// shellWord returns a name as one word of a POSIX shell, if it can be one that is
// shown: it stands between backquotes and must not look like an option.
func shellWord(name string) (string, bool) {
	if name == "" || name[0] == '-' || !utf8.ValidString(name) || strings.ContainsAny(name, "'`\\") ||
		strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", false
	}
	plain := func(r rune) bool {
		return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_./@%+=:,-", r))
	}
	if strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return "'" + name + "'", true
	}
	return name, true
}
