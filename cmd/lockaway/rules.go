package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lockaway/rules"
	"lockaway/scanner/report"
	"lockaway/scanner/rulecheck"
)

func (a *app) rulesCommand() *cobra.Command {
	cmd := subcommands(&cobra.Command{
		Use:         "rules COMMAND",
		Short:       "List, show and test the rules",
		Annotations: exitStatus("0  done", "1  rules test: a rule fails its examples", "2  wrong usage, or a pack that can't be read"),
		Example:     "  lockaway rules list\n  lockaway rules test my-rules.toml",
	})
	cmd.AddCommand(a.rulesListCommand(), a.rulesShowCommand(), a.rulesTestCommand())
	return cmd
}

func (a *app) rulesListCommand() *cobra.Command {
	f := newFlags()
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the rules that a scan looks for",
		Long: "List the rules that a scan looks for: ID, severity, confidence and title. A finding\n" +
			"may be of other levels: what is beside it, and whether its checks pass, tells.",
		Args:        arguments(0, 0, ""),
		Example:     "  lockaway rules list\n  lockaway rules list --rules my-rules.toml",
		Annotations: exitStatus("0  listed", "2  a pack or the configuration has errors; wrong usage"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.setup(cmd.Flags(), f, ".")
			if err != nil {
				return err
			}
			w := bufio.NewWriter(a.out)
			style := a.style(f)
			for _, r := range s.rules.Rules() {
				fmt.Fprintf(w, "%s  %-8s  %-6s  %s\n", style.bold(fmt.Sprintf("%-34s", r.ID)), r.Severity, r.Confidence, report.Visible(r.Title))
			}
			return writing("standard output", w.Flush())
		},
	}
	f.addRules(cmd.Flags())
	f.addColor(cmd.Flags())
	completeValues(cmd)
	return cmd
}

func (a *app) rulesShowCommand() *cobra.Command {
	f := newFlags()
	cmd := &cobra.Command{
		Use:         "show ID",
		Short:       "Print one rule",
		Args:        arguments(1, 1, " ID"),
		Example:     "  lockaway rules show aws-access-key",
		Annotations: exitStatus("0  printed", "2  no such rule; wrong usage"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.setup(cmd.Flags(), f, ".")
			if err != nil {
				return err
			}
			r := s.rules.Rule(args[0])
			if r == nil {
				return failf("lockaway rules list shows all rules", "unknown rule %q%s", args[0], s.rules.Suggestion(args[0]))
			}
			_, err = a.out.WriteString(ruleText(r, a.style(f)))
			return writing("standard output", err)
		},
	}
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var ids []string
		if set, err := rules.Builtin(); err == nil {
			for _, r := range set.Rules() {
				ids = append(ids, r.ID)
			}
		}
		return ids, cobra.ShellCompDirectiveNoFileComp
	}
	f.addRules(cmd.Flags())
	f.addColor(cmd.Flags())
	completeValues(cmd)
	return cmd
}

// ruleText is a rule as `rules show` and `explain` print it.
func ruleText(r *rules.Rule, style style) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", style.bold(r.ID), style.bold(report.Visible(r.Title)))
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-14s %s\n", name, report.Visible(value))
		}
	}
	field("severity", r.Severity)
	field("confidence", r.Confidence)
	field("stands in", fmt.Sprintf("%s:%d", r.Pack, r.Line))
	field("pattern", r.PatternSrc)
	if r.Alphabet != "" {
		field("run of", fmt.Sprintf("%d to %d of [%s]", r.Min, r.Max, r.Alphabet))
	}
	field("literals", strings.Join(r.Literals, " "))
	field("names", strings.Join(r.Names, " "))
	field("near", strings.Join(r.Near, " "))
	field("part", string(r.Part))
	field("validators", strings.Join(r.Validators, " "))
	field("refines", r.Of)
	field("guidance", strings.Join(r.Guidance, " "))
	if r.Description != "" {
		paragraph(&b, style, "what it is", r.Description)
	}
	numbered(&b, style, "what to do", r.Steps)
	examples(&b, style, "matches", r.Examples)
	examples(&b, style, "does not match", r.CounterExamples)
	if len(r.References) > 0 {
		paragraph(&b, style, "references", strings.Join(r.References, "\n"))
	}
	return b.String()
}

// examples prints templates: made-up values take the place of {{…}} when tested.
func examples(b *strings.Builder, style style, title string, list []rules.Example) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", style.bold(title))
	for _, e := range list {
		text := report.Visible(strings.TrimRight(e.Template, "\n"))
		if e.Path != "" {
			text = report.VisibleName(e.Path) + ": " + text
		}
		fmt.Fprintf(b, "  %s\n", cut(text))
	}
}

func (a *app) rulesTestCommand() *cobra.Command {
	f := newFlags()
	cmd := &cobra.Command{
		Use:   "test [FILE…]",
		Short: "Check rules against their own examples",
		Long: "Check that every example of a rule gives a finding of it, and no counter-example\n" +
			"does: of the packs in FILE (or --rules FILE), or without one of the built-in packs.\n" +
			"All rules are looked for meanwhile, as in a scan.",
		Example:     "  lockaway rules test\n  lockaway rules test my-rules.toml",
		Annotations: exitStatus("0  all examples are as they should be", "1  some are not", "2  a pack that can't be read; wrong usage"),
		RunE:        func(_ *cobra.Command, args []string) error { return a.testRules(append(args, f.rules...)) },
	}
	cmd.Flags().StringArrayVar(&f.rules, "rules", nil, "check this pack: `FILE` (repeatable)")
	return cmd
}

// testRules checks the rules of packs, or the built-in ones where none is named.
func (a *app) testRules(files []string) error {
	set, err := rules.Builtin()
	if err != nil {
		return err
	}
	tested := set.Rules()
	if len(files) > 0 {
		if tested, err = readPacks(files); err != nil {
			return err
		}
		if set, err = set.With(tested...); err != nil {
			return err
		}
	}
	// A scan with them would say so: entries of the guidance that aren't there.
	if err := checkGuidance(set); err != nil {
		return err
	}
	failures, err := rulecheck.Check(set, tested)
	if err != nil {
		return err
	}
	n := 0
	for _, r := range tested {
		n += len(r.Examples) + len(r.CounterExamples)
	}
	w := bufio.NewWriter(a.out)
	for _, failure := range failures {
		fmt.Fprintln(w, report.Visible(failure.String()))
	}
	verdict := "all as they should be"
	if len(failures) > 0 {
		verdict = fmt.Sprintf("%d not as they should be", len(failures))
		a.status = exitFound
	}
	fmt.Fprintf(w, "%s, %s: %s\n", counted(len(tested), "rule"), counted(n, "example"), verdict)
	return writing("standard output", w.Flush())
}

// counted writes a number of things: "1 rule", "2 rules".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
