package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lockaway/scanner/finding"
)

func (a *app) configCommand() *cobra.Command {
	cmd := subcommands(&cobra.Command{
		Use:         "config COMMAND",
		Short:       "Show the configuration that holds",
		Annotations: exitStatus("0  done", "2  wrong usage"),
		Example:     "  lockaway config show",
	})
	cmd.AddCommand(a.configShowCommand())
	return cmd
}

func (a *app) configShowCommand() *cobra.Command {
	f := newFlags()
	cmd := &cobra.Command{
		Use:   "show [PATH]",
		Short: "Print what holds for a scan, and where each value comes from",
		Long: "Print what holds for a scan of PATH (default: the current folder), and where each\n" +
			"value comes from: the command line, FILE:LINE of the configuration, or the default.\n" +
			"The flags are those of lockaway scan.",
		Args:        arguments(0, 1, " [PATH]"),
		Example:     "  lockaway config show\n  lockaway config show --strict src",
		Annotations: exitStatus("0  printed", "2  the configuration has errors; wrong usage"),
		RunE: func(cmd *cobra.Command, args []string) error {
			start := "."
			if len(args) == 1 {
				start = args[0]
			}
			s, err := a.setup(cmd.Flags(), f, start)
			if err != nil {
				return err
			}
			_, err = a.out.WriteString(s.show(cmd.Flags(), time.Now()))
			return writing("standard output", err)
		},
	}
	f.addAll(cmd.Flags())
	completeValues(cmd)
	return cmd
}

// show writes what holds in the form of a configuration, with a comment behind
// each value that says where it comes from. Patterns of values are left out: a
// value pattern may be the secret itself.
func (s *setup) show(fs *pflag.FlagSet, now time.Time) string {
	var b strings.Builder
	if s.config.File == "" {
		b.WriteString("# no configuration file\n")
	} else {
		fmt.Fprintf(&b, "# configuration: %s\n", quoteTOML(s.config.File))
	}
	b.WriteString("\n[scan]\n")
	fs.VisitAll(func(fl *pflag.Flag) {
		switch fl.Name {
		case "help", "config", "no-repo-config", "rules":
			return // they say what is read, and are no values of it
		}
		origin := s.origin[fl.Name]
		if origin == "" {
			origin = "default"
		}
		line(&b, fl.Name, tomlValue(fl.Value), origin)
	})
	for _, it := range s.config.Exclude {
		line(&b, "exclude", "["+quoteTOML(it.Value)+"]", it.From)
	}
	b.WriteString("\n[rules]\n")
	line(&b, "# in use", strconv.Itoa(s.rules.Len()), "")
	for _, it := range s.config.Disable {
		line(&b, "disable", "["+quoteTOML(it.Value)+"]", it.From)
	}
	for _, name := range s.flags.rules {
		line(&b, "files", "["+quoteTOML(name)+"]", "command line")
	}
	for _, it := range s.config.Packs {
		line(&b, "files", "["+quoteTOML(it.Value)+"]", it.From)
	}
	for _, r := range s.config.Rules {
		fmt.Fprintf(&b, "\n[[rule]]\n")
		line(&b, "id", quoteTOML(r.ID), r.Pack+":"+strconv.Itoa(r.Line))
	}
	for _, e := range s.config.Allow {
		showAllow(&b, e, now)
	}
	return b.String()
}

func showAllow(b *strings.Builder, e finding.AllowEntry, now time.Time) {
	fmt.Fprintf(b, "\n[[allow]]")
	if !e.Until.IsZero() && !now.Before(e.Until.AddDate(0, 0, 1)) {
		b.WriteString("  # no longer holds")
	}
	b.WriteString("\n")
	for _, kv := range [][2]string{{"rule", e.Rule}, {"path", e.Path}, {"fingerprint", e.Fingerprint}, {"reason", e.Reason}} {
		if kv[1] != "" {
			line(b, kv[0], quoteTOML(kv[1]), e.From)
		}
	}
	if e.Value != "" {
		line(b, "value", `"…"`, e.From)
	}
	if !e.Until.IsZero() {
		line(b, "until", e.Until.Format("2006-01-02"), e.From)
	}
}

func line(b *strings.Builder, name, value, origin string) {
	text := name + " = " + value
	if origin != "" {
		text = fmt.Sprintf("%-34s # %s", text, quoteless(origin))
	}
	b.WriteString(text + "\n")
}

// tomlValue writes a flag's value as a configuration would hold it.
func tomlValue(v pflag.Value) string {
	switch v := v.(type) {
	case *reportList:
		var out []string
		for _, r := range *v {
			out = append(out, quoteTOML(r.String()))
		}
		return "[" + strings.Join(out, ", ") + "]"
	case *count:
		if *v == 0 {
			return `"one a core"`
		}
		return v.String()
	}
	if v.Type() == "bool" {
		return v.String()
	}
	return quoteTOML(v.String())
}

// quoteTOML writes a basic string. Whatever a terminal could act on is escaped.
func quoteTOML(s string) string { return strconv.QuoteToGraphic(s) }

// quoteless is quoteTOML without the quotes.
func quoteless(s string) string {
	q := quoteTOML(s)
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}
