package advise

import (
	"strings"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// in is a place in a repository.
func in(source chunk.Kind, atTip bool, refs []string, paths ...string) finding.Place {
	at := finding.Place{Source: source, Git: &finding.Git{Object: "x", Placed: true, AtTip: atTip, Reachable: len(refs) > 0, Refs: refs, Paths: paths}}
	if len(paths) > 0 {
		at.Path = paths[0]
	}
	if source == chunk.Config || source == chunk.Reflog || source == chunk.RefName {
		at.Git = nil
	}
	return at
}

// What is said of values in a repository: what still leads to them, that a rewritten
// history makes none safe, and, last, how it is rewritten.
func TestRepositorySteps(t *testing.T) {
	a, m := advisor(t), newMaker(61)
	main := []string{"HEAD", "refs/heads/main"}
	for _, c := range []struct {
		name   string
		places []finding.Place
		now    string   // a step that stands there
		last   []string // what the last step says
		not    string   // in no step
	}{
		{"at a tip", []finding.Place{in(chunk.Blob, true, main, "a.env")},
			"It still stands in a.env: take it out there by a new commit. Its older versions stay, and whoever clones or fetches refs/heads/main, HEAD gets them",
			[]string{"makes no leaked key safe", "`git filter-repo --replace-text FILE`, with FILE from `lockaway git --replacements FILE`", "or without the whole file: `git filter-repo --invert-paths --path a.env`", "forced push"}, "mailmap"},
		{"in history", []finding.Place{in(chunk.Blob, false, []string{"refs/heads/a", "refs/heads/b", "refs/pull/1/head", "refs/tags/c"}, "a.env", "b c.env")},
			"No file at any ref's tip has it any more, but whoever clones or fetches refs/heads/a, refs/heads/b, refs/tags/c and 1 more gets it",
			[]string{"--path a.env --path 'b c.env'`"}, "take it out there"},
		{"another version at a tip", []finding.Place{in(chunk.Blob, false, main, "a.env"), in(chunk.Blob, true, main, "z/b.env")},
			"It still stands in z/b.env", []string{"--path a.env --path z/b.env`"}, "no file"},
		{"many files", []finding.Place{in(chunk.Blob, false, main, "a", "b", "c", "d")}, "", []string{"--paths-from-file PATHS`"}, "--path a"},
		{"a strange name", []finding.Place{in(chunk.Blob, true, main, "a`rm`'\x1b.env")}, "It still stands in a'rm''", []string{"--path PATH`"}, "a`rm"},
		{"an option's name", []finding.Place{in(chunk.Blob, false, main, "--force")}, "", []string{"--path PATH`"}, "path --force"},
		{"dangling", []finding.Place{in(chunk.Blob, false, nil)}, "No ref reaches it, but it is there until git prunes it",
			[]string{"`git reflog expire --expire=now --all` and `git gc --prune=now`", "host"}, "filter-repo"},
		{"stash", []finding.Place{in(chunk.Blob, false, []string{"stash@{1}"}, "a")}, "Only a reflog still reaches it (stash@{1})",
			[]string{"`git stash drop 'stash@{1}'`, then `git reflog expire"}, "filter-repo"},
		{"staged", []finding.Place{in(chunk.Index, false, []string{"index", "worktrees/w/index"}, "a")},
			"It is staged and in no commit (index, worktrees/w/index): take it out of the file and stage that again, before the next commit takes it along",
			[]string{"To take it out of this clone: `git rm --cached FILE`, or `git add FILE` without it, then `git reflog expire"}, "ask it"},
		{"staged, and another version in a reflog", []finding.Place{in(chunk.Blob, false, []string{"HEAD@{1}"}, "a"), in(chunk.Index, false, []string{"index"}, "a")},
			"Only a reflog still reaches it (HEAD@{1}, index)", []string{"host"}, "filter-repo"},
		{"message", []finding.Place{in(chunk.CommitMessage, false, main)}, "Whoever clones or fetches refs/heads/main, HEAD gets it",
			[]string{"`git filter-repo --replace-message FILE`, with FILE from"}, "--replace-text"},
		{"message and file", []finding.Place{in(chunk.CommitMessage, false, main), in(chunk.Blob, false, main, "a")}, "",
			[]string{"`git filter-repo --replace-text FILE --replace-message FILE`"}, "mailmap"},
		{"tag", []finding.Place{in(chunk.Tag, true, []string{"refs/tags/v1"})}, "Whoever clones or fetches refs/tags/v1 gets it", []string{"--replace-message"}, "still stands"},
		{"author", []finding.Place{in(chunk.CommitAuthor, false, main)}, "", []string{"`git filter-repo --mailmap FILE`"}, "--replace"},
		{"file's name", []finding.Place{in(chunk.PathName, false, main, "keys/x.csv")}, "", []string{"`git filter-repo --path-rename OLD:NEW`"}, "x.csv"},
		{"note", []finding.Place{in(chunk.Note, true, []string{"refs/notes/commits"}, "ab/cd")}, "", []string{"`git notes --ref REF remove COMMIT`", "`git update-ref -d REF`"}, "filter-repo"},
		{"config", []finding.Place{in(chunk.Config, false, nil, "r/.git/config")}, "", []string{"credential helper"}, "filter-repo"},
		{"reflog", []finding.Place{in(chunk.Reflog, false, nil, "r/.git/logs/HEAD")}, "", []string{"git reflog expire"}, "filter-repo"},
		{"ref's name", []finding.Place{in(chunk.RefName, false, nil, "refs/heads/x")}, "", []string{"`git branch -m OLD NEW`"}, "filter-repo"},
		{"ended early", []finding.Place{{Source: chunk.Blob, Git: &finding.Git{Object: "x"}}}, "", []string{"--replace-text"}, "No ref reaches it"},
	} {
		f := find{rule: "aws-access-key", text: "‹id› ‹secret›\n"}.finding(m)
		f.Place, f.Places = c.places[0], c.places
		a.Advise([]*finding.Finding{f})
		all, last := strings.Join(f.Steps, "\n"), f.Steps[len(f.Steps)-1]
		if !strings.Contains(all, c.now) || strings.Contains(all, c.not) {
			t.Errorf("%s: %q is not as it should be in\n%s", c.name, c.now, all)
		}
		for _, want := range c.last {
			if !strings.Contains(last, want) {
				t.Errorf("%s: %q is not in the last step\n%s", c.name, want, last)
			}
		}
		// The value is made useless first.
		if i, j := strings.Index(all, "--status Inactive"), strings.Index(all, last); i < 0 || i > j {
			t.Errorf("%s: the key is made useless at %d, behind %d", c.name, i, j)
		}
		if n := strings.Count(all, "`"); n%2 != 0 {
			t.Errorf("%s: %d backquotes", c.name, n)
		}
	}
}

// What opens nothing needs no rewritten history, and what is in no repository is told
// of none.
func TestRepositoryStepsOnlyWhereNeeded(t *testing.T) {
	a := advisor(t)
	f := &finding.Finding{Rule: "aws-access-key", AWS: &finding.AWS{KeyID: "AKIAIOSFODNN7EXAMPLE", Example: true}, Value: finding.NewSecret("AKIAIOSFODNN7EXAMPLE")}
	f.Place = in(chunk.Blob, true, []string{"refs/heads/main"}, "a")
	f.Places = []finding.Place{f.Place}
	g := find{rule: "aws-access-key", path: "a.env", text: "‹id› ‹secret›\n"}.finding(newMaker(62))
	a.Advise([]*finding.Finding{f, g})
	if s := strings.Join(f.Steps, "\n"); strings.Contains(s, "filter-repo") {
		t.Errorf("an example:\n%s", s)
	}
	if s := strings.Join(g.Steps, "\n"); strings.Contains(s, "--replacements") || strings.Contains(s, "No ref") {
		t.Errorf("a file:\n%s", s)
	}
}

// What is only staged is taken out before anything else, and has no history to rewrite.
func TestStagedSteps(t *testing.T) {
	f := find{rule: "aws-access-key", path: "a.env", text: "AWS_ACCESS_KEY_ID=‹id›\nAWS_SECRET_ACCESS_KEY=‹secret›\n"}.finding(newMaker(62))
	f.Source = chunk.Index
	advisor(t).Advise([]*finding.Finding{f})
	all := strings.Join(f.Steps, "\n")
	if len(f.Steps) < 3 || !strings.HasPrefix(f.Steps[0], "It is not committed yet") || strings.Contains(all, "filter-repo") {
		t.Errorf("steps:\n%s", all)
	}
}
