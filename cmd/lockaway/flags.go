package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lockaway/scanner/report"
)

// flags are the values of the flags that commands share. Each command registers
// the groups that mean something to it, so that none is taken and then ignored.
type flags struct {
	config       string
	configFrom   string // of repositories alone
	noRepoConfig bool
	baseline     string
	noBaseline   bool
	rules        []string

	minConfidence, minSeverity *choice
	gitignore                  bool
	threads                    count

	reports                  reportList
	showSecrets, showAllowed bool
	strict, quiet, exitZero  bool
	playbook                 bool // of explain alone
	asking                   asking
	color, progress          *choice
}

func newFlags() *flags {
	return &flags{
		minConfidence: newChoice("medium", "low", "medium", "high"),
		minSeverity:   newChoice("low", "info", "low", "medium", "high", "critical"),
		color:         newChoice("auto", "auto", "always", "never"),
		progress:      newChoice("auto", "auto", "never"),
	}
}

// addAll registers every flag of a scan of files.
func (f *flags) addAll(fs *pflag.FlagSet) {
	f.addRepository(fs)
	fs.BoolVar(&f.gitignore, "gitignore", false, "leave out what .gitignore leaves out")
}

// addRepository registers those that hold for a repository's scan as well.
func (f *flags) addRepository(fs *pflag.FlagSet) {
	f.addRules(fs)
	f.addBaseline(fs)
	f.addLevels(fs)
	f.addRun(fs)
	f.addReports(fs)
	f.addSecrets(fs)
	f.addColor(fs)
	f.addVerify(fs)
}

// addRules registers the flags that say which rules and which configuration hold.
func (f *flags) addRules(fs *pflag.FlagSet) {
	f.addConfig(fs)
	fs.StringArrayVar(&f.rules, "rules", nil, "look for the rules of this pack as well: `FILE` (repeatable)")
}

// addConfig registers those that say which configuration holds.
func (f *flags) addConfig(fs *pflag.FlagSet) {
	fs.Var((*fileName)(&f.config), "config", "read the configuration from this file, not from .lockaway.toml")
	fs.BoolVar(&f.noRepoConfig, "no-repo-config", false, "ignore the .lockaway.toml and baseline of what is scanned")
}

// addBaseline registers those that say what is known already.
func (f *flags) addBaseline(fs *pflag.FlagSet) {
	fs.Var((*fileName)(&f.baseline), "baseline", "allow what this file lists as known, not what .lockaway.baseline.json does")
	fs.BoolVar(&f.noBaseline, "no-baseline", false, "report what the baseline lists, too")
}

// addLevels registers the flags that say what counts as a finding.
func (f *flags) addLevels(fs *pflag.FlagSet) {
	fs.Var(f.minConfidence, "min-confidence", "hide findings that are less sure")
	fs.Var(f.minSeverity, "min-severity", "hide findings that are less bad")
}

// addRun registers the flags of a run's extent and exit status.
func (f *flags) addRun(fs *pflag.FlagSet) {
	fs.Var(&f.threads, "threads", "read and scan `N` files at once (default: one a core)")
	f.addExit(fs)
}

// addExit registers those of the exit status alone.
func (f *flags) addExit(fs *pflag.FlagSet) {
	fs.BoolVar(&f.strict, "strict", false, "count what nobody could expect to be scanned as not scanned")
	fs.BoolVar(&f.exitZero, "exit-zero", false, "exit 0 despite findings if everything was scanned")
}

// addReports registers the flags of what is written where.
func (f *flags) addReports(fs *pflag.FlagSet) {
	f.addOutput(fs)
	fs.BoolVar(&f.showAllowed, "show-allowed", false, "report allowed findings too")
}

// addOutput registers those of them that mean something where nothing is allowed.
func (f *flags) addOutput(fs *pflag.FlagSet) {
	fs.VarP(&f.reports, "report", "r", "write a report: "+strings.Join(report.Names(), ", ")+", template:T (repeatable; without FILE to standard output)")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "write nothing but errors and the reports asked for")
	fs.Var(f.progress, "progress", "show progress on a terminal")
}

// addSecrets registers the flag that unmasks.
func (f *flags) addSecrets(fs *pflag.FlagSet) {
	fs.BoolVar(&f.showSecrets, "show-secrets", false, "do not mask values")
}

// addColor registers the flag of colours.
func (f *flags) addColor(fs *pflag.FlagSet) {
	fs.Var(f.color, "color", "use colours")
}

// completeValues lets a shell complete the words that a flag takes.
func completeValues(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(fl *pflag.Flag) {
		switch v := fl.Value.(type) {
		case *choice:
			_ = cmd.RegisterFlagCompletionFunc(fl.Name, cobra.FixedCompletions(v.of, cobra.ShellCompDirectiveNoFileComp))
		case *partitionList:
			_ = cmd.RegisterFlagCompletionFunc(fl.Name, cobra.FixedCompletions(partitions(), cobra.ShellCompDirectiveNoFileComp))
		case *reportList:
			_ = cmd.RegisterFlagCompletionFunc(fl.Name, cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp))
		}
	})
}

// valueError words why a flag's value is refused, and what would do.
func valueError(f *pflag.Flag, value string, err error) (what, hint string) {
	if f.Value.Type() == "bool" {
		return fmt.Sprintf("%q is neither true nor false", value), ""
	}
	if hinted, ok := errors.AsType[hinter](err); ok {
		hint = hinted.Hint()
	}
	return err.Error(), hint
}

// fileName is the name of a file. It isn't empty: that is a variable that isn't
// set, and must not be taken for no flag.
type fileName string

// String, Set and Type implement pflag.Value.
func (n *fileName) String() string { return string(*n) }
func (n *fileName) Type() string   { return "FILE" }
func (n *fileName) Set(s string) error {
	if s == "" {
		return errors.New("names no file")
	}
	*n = fileName(s)
	return nil
}

// count is a number of at least one; 0 stands for the default.
type count int

// String, Set and Type implement pflag.Value.
func (c *count) String() string {
	if *c == 0 {
		return ""
	}
	return strconv.Itoa(int(*c))
}
func (c *count) Type() string { return "N" }
func (c *count) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 1024 {
		return fmt.Errorf("%q is not a number from 1 to 1024", s)
	}
	*c = count(n)
	return nil
}

// reportSpec is a report that was asked for.
type reportSpec struct {
	name   string
	format report.Format
	file   string // empty: standard output
}

// String writes the report as the flag takes it.
func (r reportSpec) String() string {
	if r.file == "" {
		return r.name
	}
	return r.name + "=" + r.file
}

// formatNames are the names that --report takes, but for templates of one's own.
func formatNames() []string {
	names := report.Names()
	for _, t := range report.Templates() {
		names = append(names, "template:"+t)
	}
	return names
}

// reportList is the value of --report. What stands before the first = is the format, so
// a template's path can't hold one.
type reportList []reportSpec

// String, Set and Type implement pflag.Value.
func (l *reportList) String() string {
	var out []string
	for _, r := range *l {
		out = append(out, r.String())
	}
	return strings.Join(out, ", ")
}
func (l *reportList) Type() string { return "FORMAT[=FILE]" }
func (l *reportList) Set(s string) error {
	name, file, given := strings.Cut(s, "=")
	format, err := report.Lookup(name)
	if err != nil {
		return err
	}
	switch {
	case given && file == "":
		return fmt.Errorf("%q names no file behind the =", s)
	case file == "-":
		file = "" // standard output, as other programs have it
	}
	*l = append(*l, reportSpec{name, format, file})
	return nil
}
