package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lockaway/scanner/config"
	"lockaway/scanner/finding"
	"lockaway/scanner/report"
)

func (a *app) configCommand() *cobra.Command {
	cmd := subcommands(&cobra.Command{
		Use:         "config COMMAND",
		Short:       "Show the configuration that holds, or import another scanner's",
		Annotations: exitStatus("0  done", "2  wrong usage"),
		Example:     "  lockaway config show\n  lockaway config import .gitleaks.toml",
	})
	cmd.AddCommand(a.configShowCommand(), a.configImportCommand())
	return cmd
}

func (a *app) configShowCommand() *cobra.Command {
	f := newFlags()
	cmd := &cobra.Command{
		Use:   "show [PATH]",
		Short: "Print what holds for a scan, and where each value comes from",
		Long: "Print what holds for a scan of PATH (default: the current folder), and where each\n" +
			"value comes from: the command line, FILE:LINE of the configuration, or the default.\n" +
			"The flags are those of lockaway scan. What is printed is a configuration itself.",
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
// each value that says where it comes from; what it prints can be read as a
// configuration again. Patterns of values are left out unless secrets are to be
// shown: a value pattern may be the secret itself.
func (s *setup) show(fs *pflag.FlagSet, now time.Time) string {
	var b strings.Builder
	if s.config.File == "" {
		b.WriteString("# no configuration file\n")
	} else {
		fmt.Fprintf(&b, "# configuration: %s\n", quoteTOML(s.config.File))
	}
	if s.known.File != "" {
		fmt.Fprintf(&b, "# baseline: %s, %s\n", quoteTOML(s.known.File), entries(len(s.known.Entries)))
	}
	fmt.Fprintf(&b, "# rules in use: %d\n\n[scan]\n", s.rules.Len())
	fs.VisitAll(func(fl *pflag.Flag) {
		switch fl.Name {
		case "help", "config", "no-repo-config", "rules", "baseline", "no-baseline":
			return // they say what is read, and are no values of it
		case "partition":
			return // see [verify]
		}
		origin := s.origin[fl.Name]
		if origin == "" {
			origin = "default"
		}
		if n, ok := fl.Value.(*count); ok && *n == 0 {
			line(&b, "# "+fl.Name, "one a core", origin)
			return
		}
		if (fl.Name == "with-profile" || fl.Name == "aws-endpoint") && fl.Value.String() == "" {
			line(&b, "# "+fl.Name, "none", origin)
			return
		}
		line(&b, fl.Name, tomlValue(fl.Value), origin)
	})
	list(&b, "exclude", s.config.Exclude)
	list(&b, "markers", s.config.Markers)
	b.WriteString("\n[rules]\n")
	list(&b, "disable", s.config.Disable)
	var packs []config.Item
	for _, name := range s.flags.rules {
		packs = append(packs, config.Item{Value: name, From: "command line"})
	}
	list(&b, "files", append(packs, s.config.Packs...))
	for _, r := range s.config.Rules {
		line(&b, "# [[rule]] id", quoteTOML(r.ID), r.Pack+":"+strconv.Itoa(r.Line))
	}
	for _, e := range s.config.Allow {
		s.showAllow(&b, e, now)
	}
	s.showVerify(&b)
	s.showAccount(&b)
	return b.String()
}

func (s *setup) showAllow(b *strings.Builder, e finding.AllowEntry, now time.Time) {
	fmt.Fprintf(b, "\n[[allow]]")
	if e.Over(now) {
		b.WriteString("  # no longer holds")
	}
	b.WriteString("\n")
	for _, kv := range [][2]string{{"rule", e.Rule}, {"path", e.Path}, {"fingerprint", e.Fingerprint}, {"reason", e.Reason}} {
		if kv[1] != "" {
			line(b, kv[0], quoteTOML(kv[1]), e.From)
		}
	}
	switch {
	case e.Value != "" && s.showSecrets:
		line(b, "value", quoteTOML(e.Value), e.From)
	case e.Value != "":
		line(b, "value", `"…"`, e.From+", not shown without --show-secrets")
	}
	if !e.Until.IsZero() {
		line(b, "until", e.Until.Format(time.DateOnly), e.From)
	}
}

// list writes a list, each entry with its origin.
func list(b *strings.Builder, name string, items []config.Item) {
	switch len(items) {
	case 0:
	case 1:
		line(b, name, "["+quoteTOML(items[0].Value)+"]", items[0].From)
	default:
		fmt.Fprintf(b, "%s = [\n", name)
		for _, it := range items {
			commented(b, "  "+quoteTOML(it.Value)+",", it.From)
		}
		b.WriteString("]\n")
	}
}

func line(b *strings.Builder, name, value, origin string) {
	commented(b, name+" = "+value, origin)
}

func commented(b *strings.Builder, text, origin string) {
	fmt.Fprintf(b, "%-34s # %s\n", text, report.Visible(origin))
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
		return v.String()
	}
	if v.Type() == "bool" {
		return v.String()
	}
	return quoteTOML(v.String())
}

// quoteTOML writes a basic string of TOML. Whatever a terminal could act on is
// escaped; TOML has no way to write a byte that isn't UTF-8, and U+FFFD stands for
// each.
func quoteTOML(s string) string {
	b := []byte{'"'}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case strconv.IsGraphic(r):
			b = utf8.AppendRune(b, r)
		case r > 0xffff:
			b = fmt.Appendf(b, `\U%08X`, r)
		default:
			b = fmt.Appendf(b, `\u%04X`, r)
		}
	}
	return string(append(b, '"'))
}
