package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// exitStatus annotates a command with the lines of its help's last section but one.
func exitStatus(lines ...string) map[string]string {
	return map[string]string{"exit status": strings.Join(lines, "\n")}
}

// scanStatus are the exit statuses of commands that scan.
var scanStatus = []string{
	"0  everything was scanned, nothing was found",
	"1  findings, also when something could not be scanned besides",
	"2  something could not be scanned or written and nothing was found; wrong usage",
}

// writeHelp writes a command's help: what it is for, how it is called, what it
// holds or takes, how it exits, and examples.
func writeHelp(out io.Writer, cmd *cobra.Command) error {
	w := bufio.NewWriter(out)
	long := cmd.Long
	if long == "" {
		long = cmd.Short + "."
	}
	fmt.Fprintf(w, "%s\n\nUSAGE\n", strings.TrimSpace(long))
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "  %s COMMAND [FLAG…]\n\nCOMMANDS\n", cmd.CommandPath())
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(w, "  %-12s %s\n", c.Name(), c.Short)
			}
		}
	} else {
		fmt.Fprintf(w, "  %s\n", strings.Replace(cmd.UseLine(), "[flags]", "[FLAG…]", 1))
	}
	cmd.InitDefaultHelpFlag()
	cmd.Flags().Lookup("help").Usage = "print this help"
	fmt.Fprintf(w, "\nFLAGS\n%s", flagUsages(cmd.LocalFlags()))
	section(w, "EXIT STATUS", cmd.Annotations["exit status"])
	if cmd.Example != "" {
		fmt.Fprintf(w, "\nEXAMPLES\n%s\n", strings.TrimRight(cmd.Example, "\n"))
	}
	return w.Flush()
}

// flagColumn is where the flags' descriptions begin. Those of longer flags begin
// on a line of their own.
const flagColumn = 30

// flagUsages lists flags with their values and defaults, in 80 columns.
func flagUsages(fs *pflag.FlagSet) string {
	var b strings.Builder
	fs.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		head := "      --" + f.Name
		if f.Shorthand != "" {
			head = "  -" + f.Shorthand + ", --" + f.Name
		}
		value, usage := pflag.UnquoteUsage(f)
		if f.Value.Type() != "bool" {
			head += " " + value
			if f.DefValue != "" && f.DefValue != "[]" {
				usage += " (default " + f.DefValue + ")"
			}
		}
		indent := strings.Repeat(" ", flagColumn)
		if len(head)+2 > flagColumn {
			b.WriteString(head + "\n")
			head = ""
		}
		wrapTo(&b, fmt.Sprintf("%-*s", flagColumn, head), indent, usage)
	})
	return b.String()
}

func section(w io.Writer, title, text string) {
	if text == "" {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(w, "  %s\n", line)
	}
}
