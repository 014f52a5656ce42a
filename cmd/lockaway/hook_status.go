package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lockaway/hooks"
	"lockaway/scanner/report"
)

func (a *app) hookStatusCommand() *cobra.Command {
	try := false
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Tell which hooks git will run",
		Long: "Tell for each type of hook whether git will run lockaway's: it asks git where it\n" +
			"looks for hooks, and looks there. With --try it proves it: in a repository made\n" +
			"for the purpose, with the same hooks, it commits a made-up key, and git has to\n" +
			"refuse. Hooks that were there before are not run for it.",
		Args:        arguments(0, 0, " [--try]"),
		Example:     "  lockaway hook status\n  lockaway hook status --try",
		Annotations: exitStatus("0  git runs lockaway before a commit (a server: before it takes a push)", "1  it does not", "2  it can't be told; wrong usage"),
	}
	cmd.Flags().BoolVar(&try, "try", false, "commit a made-up key in a repository made for it, and see whether git refuses")
	cmd.RunE = func(*cobra.Command, []string) error { return a.hookStatus(try) }
	return cmd
}

// hookState is what is told of a type.
type hookState struct {
	typ    string
	active bool
	absent bool // there is none of ours
	text   string
}

func (a *app) hookStatus(try bool) error {
	p, err := a.hookPlaceOf()
	if err != nil {
		return err
	}
	head := "git looks for hooks in " + report.Visible(relative(p.dir))
	if p.setting != "" {
		head += fmt.Sprintf(", for core.hooksPath is %s (%s: %s)", report.Visible(p.setting), p.scope, report.Visible(p.origin))
	}
	_, err = fmt.Fprintln(a.out, head)
	a.note(err)
	m := hooks.FindManager(p.repo.WorkTree, p.dir)
	guarded, broken := false, false
	for _, typ := range hooks.Types() {
		s := p.state(typ, m)
		if s.absent && (hooks.ForServers(typ) != p.repo.Bare) {
			continue // nobody misses it there
		}
		guarded = guarded || s.active && (typ == hooks.PreCommit || p.repo.Bare)
		broken = broken || !s.active && !s.absent
		_, err := fmt.Fprintf(a.out, "%-19s %s\n", typ, report.Visible(s.text))
		a.note(err)
	}
	if !guarded || broken {
		a.status = exitFound
	}
	if try {
		return a.hookTry(p, m)
	}
	return nil
}

// state looks at the hook of a type.
func (p *hookPlace) state(typ string, m *hooks.Manager) hookState {
	s := hookState{typ: typ}
	f, err := hooks.Look(p.dir, typ)
	switch {
	case err != nil && p.dir != os.DevNull && !strings.HasPrefix(p.dir, os.DevNull+"/"):
		s.text = "can't be told: " + reason(err)
	case f.Ours && !f.Script.PassOn:
		s.active, s.text = ours(f)
	case m != nil && m.Runs(typ, f):
		s.active, s.text = true, "active, by "+m.Name
	case f.Runs && strings.Contains(f.Text, "lockaway") && !f.Ours:
		s.active, s.text = true, "active, by a hook of your own that calls it"
	default:
		s.absent, s.text = true, "not installed"
		if f.There && !f.Ours {
			s.text = "not installed; there is a hook that doesn't call it"
		}
	}
	if s.active || p.dir == p.own {
		return s
	}
	if own, err := hooks.Look(p.own, typ); err == nil && own.Ours {
		s.absent = false
		s.text = fmt.Sprintf("inactive: it stands in %s, where git doesn't look, for core.hooksPath names another folder", relative(p.own))
	}
	return s
}

// ours tells whether git can run a hook of ours.
func ours(f hooks.Found) (active bool, text string) {
	switch {
	case !f.Runs:
		return false, "inactive: it may not be executed, so git passes it by; lockaway hook install mends that"
	case !runnable(f.Script.Program) && !f.Changed:
		what := "git is stopped"
		if f.Script.IfMissing == hooks.Pass {
			what = "git goes on without"
		}
		where := ""
		if f.Script.Program != "" {
			where = f.Script.Program + " is gone, "
		}
		return false, "broken: " + where + "the program is not on PATH: " + what + "; lockaway hook install mends that"
	}
	text = "active"
	if f.Script.Repository {
		text += ", for all repositories"
	}
	if f.Kept != "" {
		text += "; the hook that was there runs " + f.Script.Chain
	}
	if f.Changed {
		text += "; changed by hand since"
	}
	return true, text
}
