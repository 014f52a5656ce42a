package main

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// This file words what is wrong with a command line: one line, and one more with
// what may have been meant.

// unknownCommand is the error for a word where a command should stand.
func unknownCommand(cmd *cobra.Command, name string) error {
	var names []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	hint := didYouMean(name, cmd.CommandPath()+" ", names, cmd.CommandPath()+" --help lists the commands")
	if cmd.Parent() == nil {
		switch {
		case there(name):
			hint = "to scan it: lockaway scan " + name
		case nearest(name, names) == "" && elsewhere[name] != "":
			hint = "did you mean lockaway " + elsewhere[name] + "?"
		}
	}
	return failf(hint, "unknown command %q", name)
}

// flagError words what pflag found wrong with these arguments.
func flagError(args []string, cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var noValue *pflag.ValueRequiredError
	var bad *pflag.InvalidValueError
	help := cmd.CommandPath() + " --help lists the flags"
	if errors.As(err, &unknown) {
		if hint := known(cmd, unknown.GetSpecifiedName()); hint != "" {
			help = hint
		}
	}
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return failf(help, "unknown flag -%s", unknown.GetSpecifiedName())
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if c := takes(cmd, args, name); c != nil {
			return failf("it goes behind the command: "+c.CommandPath()+" --"+name, "unknown flag --%s", name)
		}
		return failf(didYouMean(name, "--", flagNames(cmd), help), "unknown flag --%s", name)
	case errors.As(err, &noValue):
		return failf(help, "flag --%s needs a value", noValue.GetFlag().Name)
	case errors.As(err, &bad):
		f := bad.GetFlag()
		what, hint := valueError(f, bad.GetValue(), bad.Unwrap())
		return failf(hint, "flag --%s: %s", f.Name, what)
	}
	return failf(help, "%s", err)
}

// elsewhere are names that other tools have for our commands, and otherFlags for
// our flags: the flag, and what to write.
var (
	elsewhere  = map[string]string{"check": "scan", "detect": "scan", "find": "scan", "search": "scan", "dir": "scan", "filesystem": "scan", "guidance": "explain"}
	otherFlags = map[string][2]string{
		"format": {"report", "--report FORMAT[=FILE]"}, "output": {"report", "--report FORMAT[=FILE]"}, "o": {"report", "--report FORMAT[=FILE]"}, "f": {"report", "--report FORMAT[=FILE]"},
		"json": {"report", "--report json"}, "jsonl": {"report", "--report jsonl"},
		"severity": {"min-severity", "--min-severity"}, "confidence": {"min-confidence", "--min-confidence"},
		"jobs": {"threads", "--threads"}, "j": {"threads", "--threads"}, "concurrency": {"threads", "--threads"},
		"no-color": {"color", "--color never"}, "colour": {"color", "--color"},
		"exit-code": {"exit-zero", "--exit-zero"}, "no-fail": {"exit-zero", "--exit-zero"},
		"v": {"version", "--version"}, "V": {"version", "--version"},
	}
)

// known is the hint for a flag that other tools know under another name.
func known(cmd *cobra.Command, name string) string {
	if o, ok := otherFlags[name]; ok && cmd.Flags().Lookup(o[0]) != nil {
		return "did you mean " + o[1] + "?"
	}
	return ""
}

// takes returns the command below cmd that takes a flag: the one that the
// arguments name, else the first.
func takes(cmd *cobra.Command, args []string, flag string) (first *cobra.Command) {
	for _, c := range cmd.Commands() {
		if c.Flags().Lookup(flag) == nil {
			continue
		}
		if slices.Contains(args, c.Name()) {
			return c
		}
		if first == nil {
			first = c
		}
	}
	return first
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// noArguments, oneArgument and so on word what cobra says of arguments.
func arguments(least, most int, usage string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return failf("usage: "+cmd.CommandPath()+usage, "%s needs an argument", cmd.CommandPath())
		case most >= 0 && len(args) > most:
			return failf("usage: "+cmd.CommandPath()+usage, "%s: unexpected argument %q", cmd.CommandPath(), args[most])
		}
		return nil
	}
}
