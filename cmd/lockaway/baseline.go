package main

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lockaway/scanner"
	"lockaway/scanner/config"
	"lockaway/scanner/finding"
	"lockaway/scanner/report"
)

func (a *app) baselineCommand() *cobra.Command {
	cmd := subcommands(&cobra.Command{
		Use:   "baseline COMMAND",
		Short: "Keep a list of what is known, so that scans tell what is new",
		Long: "Keep a list of known findings in .lockaway.baseline.json, in the repository's\n" +
			"uppermost folder. Scans allow what it lists. Commit it: it holds fingerprints,\n" +
			"places and reasons, and no value. Who has a fingerprint can test guesses of it.",
		Annotations: exitStatus("0  done", "2  not done; wrong usage"),
		Example:     "  lockaway baseline write --reason \"before the clean-up\"\n  lockaway baseline update\n  lockaway baseline audit",
	})
	cmd.AddCommand(a.baselineWriteCommand(), a.baselineUpdateCommand(), a.baselineAuditCommand())
	return cmd
}

// baselineRun is one call of a command that changes a baseline.
type baselineRun struct {
	flags  *flags
	from   string // a report to take findings from, in place of a scan
	reason string
	by     string
	// file is the baseline, and named says that the user named it; root is the folder that
	// its paths begin at.
	file, root string
	named      bool
	setup      *setup
	rel        func(string) (string, bool)
	mask       *report.Mask
}

// add registers the flags that its commands share.
func (b *baselineRun) add(fs *pflag.FlagSet) {
	f := b.flags
	f.addRules(fs)
	fs.Var((*fileName)(&f.baseline), "baseline", "the baseline's file, in place of .lockaway.baseline.json")
	f.addLevels(fs)
	fs.Var(&f.threads, "threads", "read and scan `N` files at once (default: one a core)")
	fs.BoolVar(&f.gitignore, "gitignore", false, "leave out what .gitignore leaves out")
	fs.BoolVar(&f.strict, "strict", false, "count what nobody could expect to be scanned as not scanned")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "write nothing but errors")
	fs.Var(f.progress, "progress", "show progress on a terminal")
	f.addColor(fs)
	fs.Var((*fileName)(&b.from), "from", "take the findings of this report (JSON or JSONL), - for standard input, in place of a scan")
}

// addWho registers those of an entry's making.
func (b *baselineRun) addWho(fs *pflag.FlagSet) {
	fs.StringVar(&b.reason, "reason", "", "why new entries are in it: `TEXT`")
	fs.StringVar(&b.by, "by", "", "who wrote them: `NAME` (default: git's user.name)")
}

func (a *app) baselineWriteCommand() *cobra.Command {
	b := &baselineRun{flags: newFlags()}
	cmd := &cobra.Command{
		Use:   "write [PATH…]",
		Short: "Add what a scan finds to the baseline",
		Long: "Scan as lockaway scan does, and add what is found, and not allowed otherwise, to\n" +
			"the baseline. Entries that are there stay as they are. With --from it is what a\n" +
			"report has: that of lockaway git adds what is in the history.\n\n" +
			"What is in the baseline is no longer reported. It is not harmless for that: a key\n" +
			"works until it is revoked.",
		Example: "  lockaway baseline write --reason \"before the clean-up\"\n" +
			"  lockaway git -q -r json=../all.json; lockaway baseline write --from ../all.json",
		Annotations: exitStatus("0  written", "2  not written, or something could not be scanned; wrong usage"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.baselineWrite(cmd, b, args)
		},
	}
	b.add(cmd.Flags())
	b.addWho(cmd.Flags())
	completeValues(cmd)
	return cmd
}

// baselineWrite adds what is found.
func (a *app) baselineWrite(cmd *cobra.Command, b *baselineRun, paths []string) error {
	r, err := a.baselineFindings(cmd, b, paths)
	if err != nil {
		return err
	}
	found := b.unknown(r)
	var added []finding.Known
	total := 0
	err = config.ChangeBaseline(a.ctx, b.file, b.named, func(file *config.Baseline) error {
		added = b.accept(file, found, a.author(b), today())
		total = len(file.Entries)
		return nil
	})
	if err != nil {
		return err
	}
	if !b.flags.quiet {
		err = a.toldBaseline(b, added, "+", counts(total, len(added)))
	}
	a.tell(r, b.flags)
	a.status = status(&scanner.Result{Scan: r.Scan}, b.flags, err == nil)
	return err
}

func counts(total, added int) string {
	switch {
	case added == 0:
		return entries(total) + ", none of them new"
	case added == total:
		return entries(total) + ", all new"
	}
	return entries(total) + ", " + entries(added)[:strings.IndexByte(entries(added), ' ')] + " new"
}

// accept adds entries for findings, and returns those that are new. What was judged and
// not accepted is accepted now.
func (b *baselineRun) accept(file *config.Baseline, found []*finding.Finding, by, on string) (added []finding.Known) {
	at := map[string]int{}
	for i, e := range file.Entries {
		at[e.Fingerprint] = i
	}
	for _, f := range found {
		i, there := at[f.Fingerprint]
		if there && !file.Entries[i].Reported {
			continue
		}
		k := b.entry(f, by, on)
		if there {
			k.Mark = file.Entries[i].Mark
			file.Entries[i] = k
		} else {
			at[k.Fingerprint] = len(file.Entries)
			file.Entries = append(file.Entries, k)
		}
		added = append(added, k)
	}
	return added
}

// entry makes a finding's entry.
func (b *baselineRun) entry(f *finding.Finding, by, on string) finding.Known {
	k := finding.Known{
		Fingerprint: f.Fingerprint, Rule: clipText(f.Rule), Path: clipText(b.mask.Text(b.path(f.Path))),
		Reason: "known when the baseline was written", By: clipText(by), On: on,
		History: f.Git != nil && !f.Git.AtTip,
	}
	if b.reason != "" {
		k.Reason = clipText(b.mask.Text(b.reason))
	}
	return k
}

// path is a finding's path from the baseline's folder.
func (b *baselineRun) path(reported string) string {
	if rel, ok := b.rel(reported); ok {
		return rel
	}
	return reported
}

// clipText keeps a text to what an entry may hold.
func clipText(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if len(s) > 1000 {
		s = strings.ToValidUTF8(s[:1000], "") + "…"
	}
	return s
}

// toldBaseline tells what became of a baseline.
func (a *app) toldBaseline(b *baselineRun, list []finding.Known, sign, last string) error {
	var out strings.Builder
	list = slices.Clone(list)
	slices.SortFunc(list, func(x, y finding.Known) int { return strings.Compare(x.Path+"\x00"+x.Rule, y.Path+"\x00"+y.Rule) })
	for _, k := range list {
		out.WriteString(sign + " " + k.Fingerprint + "  " + report.Visible(k.Rule))
		if k.Path != "" {
			out.WriteString("  " + report.VisibleName(k.Path))
		}
		out.WriteString("\n")
	}
	out.WriteString(report.VisibleName(b.file) + ": " + last + "\n")
	_, err := a.out.WriteString(out.String())
	return writing("standard output", err)
}

// author is who writes an entry: the flag, git's user.name, or the user's name.
func (a *app) author(b *baselineRun) string {
	if b.by != "" {
		return b.by
	}
	if said, err := a.gitSays(".", nil, "config", "user.name"); err == nil && strings.TrimSpace(said) != "" {
		return strings.TrimSpace(said)
	}
	if name := a.env("USER"); name != "" {
		return name
	}
	return a.env("USERNAME")
}

func today() string { return time.Now().Format(time.DateOnly) }
