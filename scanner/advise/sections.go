package advise

import (
	"slices"
	"strings"

	"lockaway/scanner/finding"
)

// Section is one part of a playbook: the long form of a finding's steps.
type Section struct {
	Title string
	Steps []Step
	// Source is where it is told, an address; empty where several are or none is.
	Source string
}

// Step is one thing to do. Text may hold commands between backquotes; Commands are
// those that stand by themselves, for a POSIX shell. Words in capitals are to be
// filled in.
type Step struct {
	Text     string
	Commands []string
}

// Playbook returns all that is to be done about a finding that was advised (see
// Advisor.Advise), or read back from a report, in order.
func Playbook(f *finding.Finding) []Section {
	s := newSubject(f)
	list := topics(s)
	if list == nil || f.AWS != nil && (f.AWS.Example || f.AWS.Canary) || len(f.Steps) > 0 && strings.HasPrefix(f.Steps[0], endedOn) {
		out := []Section{{Title: "What to do", Steps: plain(f.Steps)}}
		if text, message := rewritable(f.Steps); text || message {
			out = append(out, Section{Title: "Rewriting the history", Source: removing, Steps: rewritten(text, message)})
		}
		return out
	}
	var out []Section
	add := func(t topic) {
		section := Section{Title: t.title, Source: t.see}
		for _, text := range t.short {
			section.Steps = append(section.Steps, Step{Text: s.fill(text)})
		}
		for _, step := range t.more {
			section.Steps = append(section.Steps, Step{s.fill(step.Text), s.fillAll(step.Commands)})
		}
		out = append(out, section)
	}
	if p := s.partition(); p != "aws" && p != "" {
		add(topic{title: "Where", short: []string{elsewhere}})
	}
	for _, t := range list {
		add(t)
	}
	out = append(out, takenOut(f)...)
	add(topic{title: "The next one", short: []string{prevent}})
	return out
}

func plain(steps []string) []Step {
	out := make([]Step, len(steps))
	for i, s := range steps {
		out[i].Text = s
	}
	return out
}

// takenOut is how a value is taken out of where it stands. Names that its steps tell
// may hold anything: nothing is filled into them.
func takenOut(f *finding.Finding) []Section {
	switch {
	case f.Source == "stdin":
		return nil
	case f.Source == "index":
		return []Section{{Title: "The file", Steps: plain([]string{uncommitted})}}
	case f.Places == nil:
		return []Section{{Title: "The file, and its history", Source: removing, Steps: append(plain([]string{history}), rewritten(true, true)...)}}
	}
	s := Section{Title: "The repository", Source: removing}
	if now := whereNow(f); now != "" {
		s.Steps = plain([]string{now})
	}
	steps := takeOut(f)
	s.Steps = append(s.Steps, plain(steps)...)
	if text, message := rewritable(steps); text || message {
		s.Steps = append(s.Steps, rewritten(text, message)...)
	}
	return []Section{s}
}

// rewritable tells what of git filter-repo's options steps speak of. Where a file is
// not known to be in a repository, both may be needed.
func rewritable(steps []string) (text, message bool) {
	all := strings.Join(steps, "\n")
	text, message = strings.Contains(all, "--replace-text"), strings.Contains(all, "--replace-message")
	return text, message || slices.Contains(steps, history)
}

const removing = "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository"

// rewritten is how a history is rewritten, with what comes before and after it
// (git-filter-repo's manual; GitHub Docs, "Removing sensitive data from a
// repository").
func rewritten(text, message bool) []Step {
	options := ""
	if text {
		options += " --replace-text ../replacements.txt"
	}
	if message {
		options += " --replace-message ../replacements.txt"
	}
	return []Step{
		{Text: "Rewriting makes no leaked key safe: do it when the key is useless, and only if what it costs is worth it (every commit from the first change on gets another ID, and every clone has to be made anew)"},
		{Text: "Merge or close what is open, and tell those who have clones. Then write the values of all findings into a file, for you alone to read", Commands: []string{
			"lockaway git --replacements ../replacements.txt"}},
		{Text: "Rewrite a fresh clone, and see that nothing is left", Commands: []string{
			"git clone --mirror URL ../clean.git", "cd ../clean.git", "git filter-repo" + options, "lockaway git ."}},
		{Text: "Push it over the old one, for which protected branches have to be opened; filter-repo has taken the remote's address away. That a host refuses its own refs (refs/pull) is to be expected", Commands: []string{
			"git remote add origin URL", "git push --force --mirror origin"}},
		{Text: "Delete the file of values, let everybody clone anew (a push from an old clone brings the values back), and ask the host to drop what it keeps: pull requests, forks, cached views. Take it out of builds, images, packages, logs and large files' stores too", Commands: []string{
			"rm ../replacements.txt"}},
	}
}
