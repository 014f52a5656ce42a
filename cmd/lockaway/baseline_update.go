package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"lockaway/scanner"
	"lockaway/scanner/config"
	"lockaway/scanner/finding"
)

func (a *app) baselineUpdateCommand() *cobra.Command {
	b := &baselineRun{flags: newFlags()}
	cmd := &cobra.Command{
		Use:   "update",
		Short: "Drop from the baseline what is gone",
		Long: "Scan the baseline's folder, drop the entries of what is no longer there, say which\n" +
			"these are, and note new places of what was moved. Nothing is added: that takes\n" +
			"lockaway baseline write, or the audit.\n\n" +
			"Nothing is dropped if something could not be scanned. What the baseline has from\n" +
			"the history stays unless --from gives the report of a scan of the whole history,\n" +
			"made with --show-allowed --min-confidence low --min-severity info.",
		Args:    arguments(0, 0, ""),
		Example: "  lockaway baseline update",
		Annotations: exitStatus("0  done",
			"2  nothing dropped: something could not be scanned or written, or there is no\n     baseline; wrong usage"),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.baselineUpdate(cmd, b) },
	}
	b.add(cmd.Flags())
	completeValues(cmd)
	return cmd
}

// baselineUpdate drops what is gone.
func (a *app) baselineUpdate(cmd *cobra.Command, b *baselineRun) error {
	if err := b.find("."); err != nil {
		return err
	}
	if !there(b.file) {
		return failf("lockaway baseline write makes one", "there is no baseline %q", b.file)
	}
	var paths []string
	if b.from == "" {
		paths = []string{b.root}
	}
	r, err := a.baselineFindings(cmd, b, paths)
	if err != nil {
		return err
	}
	if !r.Scan.Complete {
		a.tell(r, b.flags)
		a.status = exitFailed
		return failf("see to what could not be scanned, and run it again", "nothing was dropped from %q: what could not be scanned may still be there", b.file)
	}
	if b.from != "" {
		if err := wholeReport(r); err != nil {
			return err
		}
	}
	seen := b.present(r)
	var gone []finding.Known
	kept, moved, total := 0, 0, 0
	err = config.ChangeBaseline(a.ctx, b.file, b.named, func(file *config.Baseline) error {
		gone, kept, moved = b.drop(file, seen)
		total = len(file.Entries)
		return nil
	})
	if err != nil || b.flags.quiet {
		return err
	}
	return a.toldBaseline(b, gone, "-", b.updated(total, len(gone), moved, kept, len(b.unknown(r))))
}

func (b *baselineRun) updated(total, gone, moved, kept, fresh int) string {
	text := fmt.Sprintf("%s, %d gone and dropped", entries(total), gone)
	if moved > 0 {
		text += fmt.Sprintf(", %d moved", moved)
	}
	if kept > 0 {
		text += fmt.Sprintf("; %d of the history stay: --from with a report of lockaway git would tell", kept)
	}
	if fresh > 0 {
		text += fmt.Sprintf("; not added, though found: %d (lockaway baseline write)", fresh)
	}
	return text
}

// wholeReport tells whether a report has all that was found, of a whole repository.
func wholeReport(r *scanner.Result) error {
	allowed := 0
	for _, f := range r.Findings {
		if f.Allowed != nil {
			allowed++
		}
	}
	how := "make it with: lockaway git --show-allowed --min-confidence low --min-severity info -r json=FILE"
	switch {
	case r.Scan.Kind != "repository":
		return failf(how, "the report is not of a whole repository, so that it can't tell what is gone")
	case r.Scan.Hidden > 0 || r.Scan.Allowed > 0 && allowed == 0:
		return failf(how, "the report leaves out what was hidden or allowed, so that it can't tell what is gone")
	}
	return nil
}

// present are the fingerprints of all that was found, whatever its level, each with its
// paths where these are known.
func (b *baselineRun) present(r *scanner.Result) map[string][]string {
	seen := map[string][]string{}
	for _, f := range r.Findings {
		seen[f.Fingerprint] = append(seen[f.Fingerprint], b.mask.Text(b.path(f.Path)))
		for _, p := range f.Places {
			seen[f.Fingerprint] = append(seen[f.Fingerprint], b.mask.Text(b.path(p.Path)))
		}
		for _, p := range f.Parts {
			seen[p.Value.Fingerprint()] = append(seen[p.Value.Fingerprint()], "")
		}
	}
	for _, v := range r.Others {
		seen[v.Fingerprint()] = append(seen[v.Fingerprint()], "")
	}
	return seen
}

// drop takes out what is gone, of what was there when the scan began; what is written
// down meanwhile stays. kept counts entries of the history that were not looked for.
func (b *baselineRun) drop(file *config.Baseline, seen map[string][]string) (gone []finding.Known, kept, moved int) {
	before := map[string]bool{}
	for _, e := range b.setup.known.Entries {
		before[e.Fingerprint] = true
	}
	var stay []finding.Known
	for _, e := range file.Entries {
		paths, there := seen[e.Fingerprint]
		switch {
		case there:
			if to := movedTo(e.Path, paths); to != "" {
				e.Path, moved = to, moved+1
			}
		case e.History && b.from == "":
			kept++
		case before[e.Fingerprint]:
			gone = append(gone, e)
			continue
		}
		stay = append(stay, e)
	}
	file.Entries = stay
	return gone, kept, moved
}

// movedTo is where a value stands that no longer stands at a path; "" where nobody knows,
// or where it still does.
func movedTo(path string, now []string) string {
	if path == "" || slices.ContainsFunc(now, func(p string) bool { return clipText(p) == path }) {
		return ""
	}
	for _, p := range now {
		if p != "" {
			return clipText(p)
		}
	}
	return ""
}
