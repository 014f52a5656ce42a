package main

import (
	"bufio"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lockaway/rules"
)

// shells are those that completions can be written for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print completions for bash, zsh, fish or powershell",
		Long: "Print a script that makes a shell complete lockaway's commands, flags and their\n" +
			"values. SHELL is one of bash, zsh, fish, powershell.",
		Args:      arguments(1, 1, " SHELL"),
		ValidArgs: shells,
		Example: "  source <(lockaway completion bash)\n" +
			"  lockaway completion zsh >\"${fpath[1]}/_lockaway\"\n" +
			"  lockaway completion fish >~/.config/fish/completions/lockaway.fish\n" +
			"  lockaway completion powershell | Out-String | Invoke-Expression",
		Annotations: exitStatus("0  printed", "2  unknown shell, or standard output could not be written"),
		RunE: func(cmd *cobra.Command, args []string) error {
			w := bufio.NewWriter(a.out)
			if err := writeCompletion(w, cmd.Root(), args[0]); err != nil {
				return err
			}
			return writing("standard output", w.Flush())
		},
	}
}

// completeIDs completes IDs of the guidance and of rules; files besides, as a
// shell does by itself.
func completeIDs(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	add := func(id, title string) {
		if len(id) >= len(begun) && strings.EqualFold(id[:len(begun)], begun) {
			out = append(out, id+"\t"+title)
		}
	}
	if guidance, err := rules.LoadGuidance(); err == nil {
		for _, e := range guidance.Entries() {
			add(e.ID, e.Title)
		}
	}
	if set, err := rules.Builtin(); err == nil {
		for _, r := range set.Rules() {
			add(r.ID, r.Title)
		}
	}
	return out, cobra.ShellCompDirectiveDefault
}

func writeCompletion(w io.Writer, root *cobra.Command, shell string) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(w, true)
	case "zsh":
		return root.GenZshCompletion(w)
	case "fish":
		return root.GenFishCompletion(w, true)
	case "powershell", "pwsh":
		return root.GenPowerShellCompletionWithDesc(w)
	}
	return failf(didYouMean(shell, "", shells, "one of bash, zsh, fish, powershell"), "unknown shell %q", shell)
}
