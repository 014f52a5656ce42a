package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lockaway/scanner"
	"lockaway/scanner/config"
	"lockaway/scanner/finding"
	"lockaway/scanner/report"
)

func (a *app) baselineAuditCommand() *cobra.Command {
	b := &baselineRun{flags: newFlags()}
	statistics := false
	cmd := &cobra.Command{
		Use:   "audit [PATH…]",
		Short: "Judge findings one by one, in the terminal",
		Long: "Scan as lockaway scan does, and ask about each finding that nobody has judged yet,\n" +
			"those of the baseline too:\n\n" +
			"  y  real, a credential: a new one is remembered and still reported, one of the\n" +
			"     baseline stays in it, marked as still to be dealt with\n" +
			"  n  false, none: it is allowed from now on\n" +
			"  s  skip; it is asked about again the next time\n" +
			"  e  explain: tell all about it\n" +
			"  q  quit; so do Ctrl-C and Ctrl-D\n\n" +
			"Each answer is saved at once. The next audit goes on behind it.",
		Example:     "  lockaway baseline audit\n  lockaway baseline audit --statistics",
		Annotations: exitStatus("0  done, or quit", "2  no terminal, or something could not be scanned or saved; wrong usage"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if statistics {
				return a.baselineStatistics(b, args)
			}
			return a.baselineAudit(cmd, b, args)
		},
	}
	b.add(cmd.Flags())
	b.addWho(cmd.Flags())
	cmd.Flags().BoolVar(&statistics, "statistics", false, "ask nothing; tell how many entries were judged and how")
	completeValues(cmd)
	return cmd
}

// auditor asks about findings.
type auditor struct {
	a      *app
	b      *baselineRun
	style  style
	known  map[string]finding.Known // entries by their fingerprints
	places map[string]int           // how many places each value has
	all    []*finding.Finding
}

// baselineAudit asks about what nobody has judged.
func (a *app) baselineAudit(cmd *cobra.Command, b *baselineRun, paths []string) error {
	if !isTerminal(a.in) || !isTerminal(a.out) {
		return failf("run it in a terminal; lockaway baseline write adds all findings without asking", "baseline audit asks questions, and standard input and output are no terminal")
	}
	r, err := a.baselineFindings(cmd, b, paths)
	if err != nil {
		return err
	}
	x := &auditor{a: a, b: b, style: a.style(b.flags), known: map[string]finding.Known{}, places: map[string]int{}, all: r.Findings}
	for _, e := range b.setup.known.Entries {
		x.known[e.Fingerprint] = e
	}
	open := x.open(r)
	answered := 0
	for i, f := range open {
		more, judged, err := x.ask(f, fmt.Sprintf("%d of %d", i+1, len(open)))
		if err != nil {
			return err
		}
		if judged {
			answered++
		}
		if !more {
			break
		}
	}
	a.tell(r, b.flags)
	a.status = status(&scanner.Result{Scan: r.Scan}, b.flags, true)
	if err := a.say(fmt.Sprintf("%s judged, %d still to be judged\n\n", counted(answered, "finding"), len(open)-answered)); err != nil {
		return err
	}
	return a.baselineStatistics(b, nil)
}

// open are the findings to be asked about: of each value one, that nobody has judged and
// nothing but the baseline allows.
func (x *auditor) open(r *scanner.Result) (out []*finding.Finding) {
	seen := map[string]bool{}
	for _, f := range r.Findings {
		x.places[f.Fingerprint] += max(len(f.Places), 1)
		k, in := x.known[f.Fingerprint]
		if f.Fingerprint == "" || seen[f.Fingerprint] || in && k.Mark != finding.Unjudged || !in && f.Allowed != nil {
			continue
		}
		seen[f.Fingerprint] = true
		out = append(out, f)
	}
	return out
}

// ask asks about one finding until there is an answer, and saves it.
func (x *auditor) ask(f *finding.Finding, nth string) (more, judged bool, err error) {
	if err := x.a.say(x.show(f, nth)); err != nil {
		return false, false, err
	}
	for {
		switch x.a.key("real? y n s q, e explains: ") {
		case 'y':
			return true, true, x.save(f, finding.Real, "real")
		case 'n':
			return true, true, x.save(f, finding.False, "false")
		case 's':
			return true, false, x.a.say("skipped\n\n")
		case 'q', ctrlC, ctrlD, noKey:
			return false, false, x.a.say("quit\n\n")
		case 'e':
			t := telling{style: x.style, mask: x.b.mask}
			t.finding(f, f.Why, "yes")
			err = x.a.say("\n" + t.b.String() + "\n")
		default:
			err = x.a.say("?\n  y real, n false, s skip, q quit, e explain; nothing is saved until y or n\n")
		}
		if err != nil {
			return false, false, err
		}
	}
}

// show tells what is asked about.
func (x *auditor) show(f *finding.Finding, nth string) string {
	var out strings.Builder
	mask := x.b.mask
	fmt.Fprintf(&out, "%s  %s\n", x.style.bold(nth), x.style.bold(mask.Where(&f.Place)))
	fmt.Fprintf(&out, "  %s (%s, %s severity, %s confidence)\n", report.Visible(mask.Text(f.Title)), report.Visible(f.Rule), f.Severity, f.Confidence)
	for _, line := range mask.Excerpt(f, x.all) {
		out.WriteString("  " + line + "\n")
	}
	for _, why := range f.Why {
		out.WriteString("  why: " + report.Visible(mask.Text(why)) + "\n")
	}
	if n := x.places[f.Fingerprint]; n > 1 {
		fmt.Fprintf(&out, "  it stands in %d places; the answer is for all of them\n", n)
	}
	if k, ok := x.known[f.Fingerprint]; ok {
		fmt.Fprintf(&out, "  in the baseline: %s\n", report.Visible(k.Reason))
	}
	return out.String()
}

// save writes an answer down.
func (x *auditor) save(f *finding.Finding, mark finding.Mark, word string) error {
	e := x.b.entry(f, x.a.author(x.b), today())
	if e.Mark = mark; x.b.reason == "" {
		e.Reason = "judged in an audit: " + word
	}
	e.Reported = mark == finding.Real
	err := config.ChangeBaseline(x.a.ctx, x.b.file, x.b.named, func(file *config.Baseline) error {
		for i, was := range file.Entries {
			if was.Fingerprint != e.Fingerprint {
				continue
			}
			was.Mark = mark
			was.Reported = was.Reported && mark == finding.Real
			file.Entries[i] = was
			return nil
		}
		file.Entries = append(file.Entries, e)
		return nil
	})
	if err != nil {
		return err
	}
	return x.a.say(word + ", saved\n\n")
}

// say writes to who is asked.
func (a *app) say(text string) error {
	_, err := a.out.WriteString(text)
	return writing("standard output", err)
}
