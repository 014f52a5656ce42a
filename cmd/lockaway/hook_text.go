package main

import (
	"fmt"
	"slices"
	"strings"

	"lockaway/hooks"
	"lockaway/scanner"
	"lockaway/scanner/finding"
	"lockaway/scanner/report"
)

// hookEnding is how a hook tells what came of a scan: in few lines on standard error,
// since what git push writes to standard output may be read by programs; and nothing if
// all is well. Reports that were asked for are written besides.
func (a *app) hookEnding(h *hookRun) ending {
	return ending{
		outputs: func(f *flags) ([]reportSpec, error) {
			silent := *f
			silent.quiet = true // no report takes the place of these lines
			return a.outputs(&silent)
		},
		finish: func(r *scanner.Result, f *flags, specs []reportSpec) error {
			err := a.finish(r, f, specs)
			direct := slices.ContainsFunc(specs, func(s reportSpec) bool { return s.file == "" })
			if len(r.Findings) == 0 || direct || h.fs.Changed("quiet") {
				return err
			}
			a.ui.told(a.hookText(h, r, f))
			return err
		},
	}
}

// maxHookFindings is how many findings are told: a commit is not the place for more.
const maxHookFindings = 10

// hookText tells what was found, and what to do now.
func (a *app) hookText(h *hookRun, r *scanner.Result, f *flags) string {
	x := &telling{style: style(colors(f.color.value, a.env, a.ui.terminal)), show: f.showSecrets}
	if !f.showSecrets {
		x.mask = report.NewMask(r.Findings, r.Others...)
	}
	found := slices.DeleteFunc(slices.Clone(r.Findings), func(f *finding.Finding) bool { return f.Allowed != nil })
	fmt.Fprintf(&x.b, "%s\n", x.style.bold(fmt.Sprintf("lockaway: %s in %s", counted(len(found), "credential"), what(h))))
	for i, f := range found {
		if i == maxHookFindings {
			fmt.Fprintf(&x.b, "\nand %d more: %s\n", len(found)-i, all(h.typ))
			break
		}
		x.hookFinding(f)
	}
	x.b.WriteString("\n" + x.style.bold("now") + "\n")
	for _, step := range hookSteps(h.typ, found, a.noCommitYet(), a.env("GIT_PREFIX")) {
		wrapTo(&x.b, "  - ", "    ", x.clean(step.text))
		if step.command != "" {
			fmt.Fprintf(&x.b, "      %s\n", x.clean(step.command))
		}
	}
	return x.b.String()
}

// hookFinding tells one.
func (x *telling) hookFinding(f *finding.Finding) {
	fmt.Fprintf(&x.b, "\n%s: %s\n", x.style.bold(x.mask.Where(&f.Place)), x.clean(f.Title))
	if f.Git != nil && f.Git.Commit != "" {
		x.field("commit", strings.TrimSpace(f.Git.Commit[:min(len(f.Git.Commit), 10)]+" "+f.Git.Message))
	}
	if len(f.Parts) == 0 {
		x.field("value", x.value(f.Value))
	}
	for _, p := range f.Parts {
		if p.Kind != "key-id" { // an identifier, told below
			x.field(strings.ReplaceAll(p.Kind, "-", " "), x.value(p.Value))
		}
	}
	for i, line := range x.mask.What(f) {
		x.shown([]string{"whose", ""}[min(i, 1)], line)
	}
}

// what says what a type of hook looks into.
func what(h *hookRun) string {
	switch h.typ {
	case hooks.CommitMsg:
		return "the commit's message"
	case hooks.PrePush:
		return "what is about to be pushed"
	case hooks.PreReceive:
		return "this push, which is refused"
	case hooks.Update:
		return "what is pushed to " + report.Visible(h.args[0]) + ", which is refused"
	}
	return "what is about to be committed"
}

// all is the command that shows all findings.
func all(typ string) string {
	switch typ {
	case hooks.PrePush, hooks.PreReceive, hooks.Update:
		return "lockaway git --range shows them all"
	case hooks.CommitMsg:
		return "the message has them"
	}
	return "lockaway scan --staged shows them all"
}

// hookStep is something to do; the command is a line of its own, to be copied.
type hookStep struct{ text, command string }

// hookSteps are what whoever commits or pushes can do now.
func hookSteps(typ string, found []*finding.Finding, first bool, prefix string) []hookStep {
	if typ == hooks.CommitMsg {
		return []hookStep{
			{"write the message without it: nothing was committed, and git keeps what was written in COMMIT_EDITMSG", ""},
			{"skip the scan once:", "LOCKAWAY_SKIP=1 git commit …"},
		}
	}
	commits := hookStep{"take it out of the commits that are not pushed yet, for a later one that deletes it does not help: the last one by git commit --amend, others by", "git rebase --interactive"}
	home := hookStep{"keep it in a store of secrets, or a file that is never committed", ""}
	if slices.ContainsFunc(found, func(f *finding.Finding) bool { return f.AWS != nil }) {
		home.text = "keep AWS credentials in ~/.aws/credentials, or better nowhere: a role gives temporary ones (lockaway explain KEY-02)"
	}
	none := "if it is none, say so with a reason: lockaway:allow REASON in a comment on the line, or an [[allow]] entry in .lockaway.toml"
	switch typ {
	case hooks.PrePush:
		return []hookStep{commits, home, {none, ""}, {"skip the scan once:", "LOCKAWAY_SKIP=1 git push …"}}
	case hooks.PreReceive, hooks.Update:
		return []hookStep{{"nothing of it was taken over", ""}, commits, home, {none + " that is here already", ""}}
	}
	return []hookStep{
		{"take it out of the commit, or edit the file and git add it again:", unstage(found, first, prefix)},
		home, {none, ""}, {"skip the scan once:", "LOCKAWAY_SKIP=1 git commit …"},
	}
}

// unstage is the command that takes the files out of what is staged, as far as they are
// few. prefix is the folder that git was called in, from the top.
func unstage(found []*finding.Finding, first bool, prefix string) string {
	var names []string
	for _, f := range found {
		name := f.Path
		if prefix != "" {
			name = ":/" + name
		}
		if name = report.ShellWord(name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 || len(names) > 3 {
		names = []string{"FILE"}
	}
	if first {
		return "git rm --cached " + strings.Join(names, " ")
	}
	return "git restore --staged " + strings.Join(names, " ")
}

// noCommitYet tells whether the next commit is the first, so that there is nothing from
// which the index could be restored.
func (a *app) noCommitYet() bool {
	repo, err := a.openRepo(".")
	if err != nil {
		return false
	}
	head, err := repo.Ref("HEAD")
	return err == nil && head.ID.IsZero()
}
