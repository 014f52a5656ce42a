package main

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lockaway/hooks"
	"lockaway/scanner/gitpack"
)

// hookRun is one call of a hook.
type hookRun struct {
	typ   string
	args  []string
	flags *flags
	fs    *pflag.FlagSet

	first, last string // hooks that were there before
	repository  bool   // the repository's own hook runs as well
	timeLimit   timeLimit
	input       []byte // what git wrote to standard input; nil if it writes nothing
}

// timeLimit is how long a server waits.
type timeLimit struct{ time.Duration }

// defaultTimeLimit is that of hooks on servers.
const defaultTimeLimit = time.Minute

// String, Set and Type implement pflag.Value.
func (t *timeLimit) String() string {
	if t.Duration == 0 {
		return ""
	}
	return t.Duration.String()
}
func (t *timeLimit) Type() string { return "TIME" }
func (t *timeLimit) Set(s string) error {
	d, err := time.ParseDuration(s)
	if err != nil || d < time.Second || d > 24*time.Hour {
		return failf("", "%q is no time from 1s to 24h, such as 90s or 5m", s)
	}
	t.Duration = d
	return nil
}

func (a *app) hookRunCommand() *cobra.Command {
	h := &hookRun{flags: newFlags()}
	cmd := &cobra.Command{
		Use: "run [FLAG…] TYPE [ARG…]", DisableFlagsInUseLine: true,
		Short: "Do what the hook of a type does: this is what git calls",
		Long: "Do what the hook of a type does, with the arguments, the standard input and the\n" +
			"environment that git gives it. Installed hooks call it, and so does whatever else\n" +
			"manages hooks.\n\n" +
			"  pre-commit [FILE…], pre-merge-commit, pre-applypatch\n" +
			"                      what is staged; with FILEs these alone, and those in which\n" +
			"                      nothing is staged as they are\n" +
			"  prepare-commit-msg  the same where git runs no pre-commit: in cherry-pick,\n" +
			"                      revert and rebase\n" +
			"  commit-msg FILE     the message\n" +
			"  pre-push            what the remote lacks\n" +
			"  pre-receive, update what a server's refs don't reach yet\n\n" +
			"LOCKAWAY_SKIP=1 or SKIP=lockaway in the environment skips it once, but not on a\n" +
			"server.",
		Args:        arguments(1, -1, " TYPE [ARG…]"),
		Example:     "  lockaway hook run pre-commit\n  lockaway hook run --min-severity high pre-push origin URL",
		Annotations: exitStatus(scanStatus...),
		ValidArgs:   hooks.Types(),
		RunE: func(cmd *cobra.Command, args []string) error {
			h.typ, h.args, h.fs = args[0], args[1:], cmd.Flags()
			return a.hookRun(h)
		},
	}
	fs := cmd.Flags()
	fs.SetInterspersed(false) // what follows is git's
	h.flags.addRepository(fs)
	fs.Var((*fileName)(&h.first), "first", "run this hook `FILE` before, if it is there and may be executed")
	fs.Var((*fileName)(&h.last), "last", "run this hook `FILE` behind")
	fs.BoolVar(&h.repository, "repository-hook", false, "run the hook of the same type in the repository's own folder as well")
	fs.Var(&h.timeLimit, "time-limit", "refuse what a server can't scan in this `TIME` (default 1m)")
	completeValues(cmd)
	return cmd
}

// hookRun scans, and runs the hooks that were there before.
func (a *app) hookRun(h *hookRun) error {
	if !hooks.Known(h.typ) {
		return failf(didYouMean(h.typ, "", hooks.Types(), "one of "+strings.Join(hooks.Types(), ", ")), "unknown type of hook %q", h.typ)
	}
	if err := a.readHookInput(h); err != nil {
		return err
	}
	for _, path := range a.chained(h, hooks.First) {
		status, err := a.runHook(path, h.args, h.input)
		if err != nil || status != 0 {
			a.status = status
			return err
		}
	}
	if err := a.hookScan(h); err != nil || a.status != exitClean {
		return err
	}
	for _, path := range a.chained(h, hooks.Last) {
		status, err := a.runHook(path, h.args, h.input)
		if err != nil || status != 0 {
			a.status = status
			return err
		}
	}
	return nil
}

// maxHookInput is how many bytes git may write to a hook: a line for each ref.
const maxHookInput = 256 << 20

// readHookInput reads what git writes to the hook, which all are given then.
func (a *app) readHookInput(h *hookRun) error {
	if !hooks.ReadsInput(h.typ) {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(a.in, maxHookInput+1))
	if err == nil && len(data) > maxHookInput {
		err = errors.New("more refs than can be read")
	}
	if err != nil {
		return failf("", "can't read what git writes to the hook: %s", reason(err))
	}
	h.input = slices.Grow(data, 1)
	return nil
}

// chained are the hooks that run before the scan, or behind it.
func (a *app) chained(h *hookRun, when string) (out []string) {
	if a.env(tryVariable) != "" && !hooks.ForServers(h.typ) { // nobody's variables pass by what a server does
		return nil
	}
	if when == hooks.Last {
		if h.last != "" {
			out = append(out, h.last)
		}
		return out
	}
	if h.first != "" {
		out = append(out, h.first)
	}
	if h.repository {
		if repo, err := gitpack.OpenRepo(".", gitpack.EnvOf(a.env)); err == nil {
			own := filepath.Join(repo.CommonDir, "hooks", h.typ)
			if f, err := hooks.Look(filepath.Dir(own), h.typ); err == nil && f.Ours {
				own += hooks.KeptSuffix // it would scan the same once more
			}
			out = append(out, own)
		}
	}
	return out
}

// hookScan does the scan of a type, unless it is to be skipped.
func (a *app) hookScan(h *hookRun) error {
	if a.hookSkipped(h) {
		return nil
	}
	switch h.typ {
	case hooks.PrepareCommitMsg:
		return a.hookPrepare(h)
	case hooks.CommitMsg:
		return a.hookMessage(h)
	case hooks.PrePush:
		return a.hookPush(h)
	case hooks.PreReceive, hooks.Update:
		return a.hookReceive(h)
	}
	if h.typ == hooks.PreCommit && (len(h.args) > 0 || a.env("PRE_COMMIT_FROM_REF") != "") {
		return a.hookNames(h)
	}
	return a.hookStaged(h, a.mergedNow())
}

// hookSkipped tells whether whoever commits or pushes asks to skip the scan, and says
// so. A server does not leave that to whoever pushes: their variables may reach it.
func (a *app) hookSkipped(h *hookRun) bool {
	if hooks.ForServers(h.typ) {
		return false
	}
	by := ""
	switch v := strings.ToLower(a.env("LOCKAWAY_SKIP")); v {
	case "", "0", "false", "no", "off":
	default:
		by = "LOCKAWAY_SKIP is set"
	}
	if ids := strings.Split(a.env("SKIP"), ","); by == "" && slices.ContainsFunc(ids, func(id string) bool { return strings.TrimSpace(id) == "lockaway" }) {
		by = "SKIP names lockaway"
	}
	if by == "" {
		return false
	}
	if h.typ != hooks.PrepareCommitMsg { // pre-commit has said it
		a.ui.warn(h.typ+": skipped, for "+by+": nothing was scanned", "")
	}
	return true
}
