package main

import (
	"github.com/spf13/cobra"
)

func (a *app) hookCommand() *cobra.Command {
	cmd := subcommands(&cobra.Command{
		Use:   "hook COMMAND",
		Short: "Scan whenever git commits or pushes",
		Long: "Put hooks into a repository that scan what is about to be committed or pushed, and\n" +
			"stop git where a credential stands in it. A hook that is there already is kept and\n" +
			"runs as before.",
		Annotations: exitStatus("0  done", "2  wrong usage"),
		Example: "  lockaway hook install\n" +
			"  lockaway hook status --try\n" +
			"  lockaway hook uninstall",
	})
	cmd.AddCommand(a.hookInstallCommand(), a.hookUninstallCommand(), a.hookStatusCommand(), a.hookRunCommand())
	return cmd
}
