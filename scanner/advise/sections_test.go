package advise

import (
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

// How a value is taken out of where it stands is the end of a playbook.
func TestPlaybookByPlace(t *testing.T) {
	a, m := advisor(t), newMaker(76)
	main := []string{"refs/heads/main"}
	for name, c := range map[string]struct {
		change    func(f *finding.Finding)
		title     string // of the section before the last
		want, not string
	}{
		"a file":   {func(*finding.Finding) {}, "The file, and its history", "git filter-repo --replace-text ../replacements.txt --replace-message ../replacements.txt", "not committed"},
		"staged":   {func(f *finding.Finding) { f.Source = "index" }, "The file", "It is not committed yet", "filter-repo"},
		"a stream": {func(f *finding.Finding) { f.Source = "stdin" }, "What is left", "delete-access-key", "filter-repo"},
		"a repository": {func(f *finding.Finding) {
			f.Place = in("blob", true, main, "a.env")
			f.Places = []finding.Place{f.Place}
		}, "The repository", "git filter-repo --replace-text ../replacements.txt\n", "--replace-message"},
		"a message": {func(f *finding.Finding) {
			f.Place = in("commit-message", true, main)
			f.Places = []finding.Place{f.Place}
		}, "The repository", "git filter-repo --replace-message ../replacements.txt\n", "--replace-text"},
		"a braced name": {func(f *finding.Finding) {
			f.Place = in("blob", true, main, "{key}/{user}.env")
			f.Places = []finding.Place{f.Place}
		}, "The repository", "It still stands in {key}/{user}.env", "--user-name {"},
		"a dangling blob": {func(f *finding.Finding) {
			f.Place = in("blob", false, nil)
			f.Places = []finding.Place{f.Place}
		}, "The repository", "git gc --prune=now", "filter-repo"},
	} {
		f := find{rule: "aws-access-key", path: "a.env", text: env}.finding(m)
		c.change(f)
		a.Advise([]*finding.Finding{f})
		book := Playbook(f)
		var all strings.Builder
		for _, s := range book {
			for _, step := range s.Steps {
				all.WriteString(step.Text + "\n" + strings.Join(step.Commands, "\n") + "\n")
			}
		}
		if n := len(book); book[n-2].Title != c.title || book[n-1].Title != "The next one" || !strings.Contains(all.String(), c.want) || strings.Contains(all.String(), c.not) {
			t.Errorf("%s: %q before the last, in\n%s", name, book[n-2].Title, all.String())
		}
	}
	// What opens nothing, and what only its provider knows, is told as its steps are.
	over := find{rule: "aws-presigned-url", path: "x", text: "‹value›", value: "https://x"}.finding(m)
	over.Expires = now
	canary := find{rule: "aws-access-key", path: "x", text: env, account: "534261010715"}.finding(m)
	token := find{rule: "github-personal-access-token", path: "x", text: "‹value›", value: "v"}.finding(m)
	a.Advise([]*finding.Finding{over, canary, token})
	for _, f := range []*finding.Finding{over, canary, token} {
		book := Playbook(f)
		if book[0].Title != "What to do" || len(book[0].Steps) != len(f.Steps) || book[0].Steps[0].Text != f.Steps[0] || (len(book) == 2) != (f == token) {
			t.Errorf("%s: %+v", f.Rule, book)
		}
	}
}
