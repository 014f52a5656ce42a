package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
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
		fmt.Fprintf(w, "  %s\n", cmd.UseLine())
	}
	cmd.InitDefaultHelpFlag()
	cmd.Flags().Lookup("help").Usage = "print this help"
	flags := strings.ReplaceAll(cmd.LocalFlags().FlagUsages(), "[=true|false]", "")
	fmt.Fprintf(w, "\nFLAGS\n%s", flags)
	section(w, "EXIT STATUS", cmd.Annotations["exit status"])
	if cmd.Example != "" {
		fmt.Fprintf(w, "\nEXAMPLES\n%s\n", strings.TrimRight(cmd.Example, "\n"))
	}
	return w.Flush()
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
