package main

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// The exit statuses of every command.
const (
	exitClean  = 0 // done; of a scan: all of it was scanned and nothing was found
	exitFound  = 1 // findings
	exitFailed = 2 // not done or not finished, and nothing was found
)

// app is what the commands share of the process that they run in.
type app struct {
	ctx context.Context
	in  *os.File
	out *os.File
	env func(string) string
	ui  *ui
	// status is what the process exits with when no error is returned.
	status int
}

// run executes a command line and returns the exit status.
func (a *app) run(args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return flagError(args, cmd, err) })
	err := root.ExecuteContext(a.ctx)
	a.ui.progress("")
	if err == nil {
		return a.status
	}
	a.ui.fail(err)
	if a.status == exitFound {
		return exitFound
	}
	return exitFailed
}

// root builds the command tree.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "lockaway",
		Short: "Find the AWS credentials that got out",
		Long: "lockaway scans files, folders, standard input and git repositories for embedded\n" +
			"credentials, tells for AWS keys whose they are, and says what AWS's guidance asks\n" +
			"instead. Nothing that it finds leaves this machine, unless AWS is to be asked.",
		Example: "  lockaway scan            scan this folder\n" +
			"  lockaway scan --staged   scan what the next commit adds\n" +
			"  lockaway git             scan all that a repository holds\n" +
			"  lockaway explain KEY-09  print an entry of the guidance",
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(cmd *cobra.Command, args []string) error {
			if version, _ := cmd.Flags().GetBool("version"); version {
				return a.printVersion()
			}
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
		Annotations: exitStatus("0  done", "2  wrong usage"),
	}
	root.Flags().Bool("version", false, "print the version")
	root.SetOut(a.out)
	root.SetErr(io.Discard)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { a.note(writeHelp(a.out, cmd)) })
	root.AddCommand(
		a.scanCommand(), a.gitCommand(), a.verifyCommand(), a.accountCommand(), a.hookCommand(), a.ciCommand(), a.baselineCommand(), a.explainCommand(),
		a.rulesCommand(), a.configCommand(), a.completionCommand(), a.versionCommand(),
	)
	root.SetHelpCommand(a.helpCommand(root))
	return root
}

// note keeps what went wrong where no error can be returned.
func (a *app) note(err error) {
	if err == nil {
		return
	}
	a.ui.fail(writing("standard output", err))
	a.status = exitFailed
}

// helpCommand is `lockaway help [COMMAND]`, which people type.
func (a *app) helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Help about a command", Hidden: true,
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil {
				cmd, rest = root, args
			}
			if len(rest) > 0 {
				return unknownCommand(cmd, rest[0])
			}
			return writeHelp(a.out, cmd)
		},
	}
}

// subcommands makes a command that only holds others say what it holds.
func subcommands(cmd *cobra.Command) *cobra.Command {
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		return cmd.Help()
	}
	return cmd
}
