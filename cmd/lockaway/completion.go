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

// bashWords defines, where the package bash-completion isn't installed, the two of
// its functions that cobra's script calls. The first gives the words typed so far;
// "=" and ":", at which bash breaks words, don't break ours.
const bashWords = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref()
    {
        local i line=$COMP_LINE
        words=() cword=0
        for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
            # A word that nothing parts from the one before belongs to it.
            if [[ $i -gt 0 && $line != [[:blank:]]* ]] &&
                [[ ${COMP_WORDS[i]} == [=:]* || ${COMP_WORDS[i-1]} == *[=:] ]]; then
                words[${#words[@]}-1]+=${COMP_WORDS[i]}
            else
                words+=("${COMP_WORDS[i]}")
            fi
            while [[ $line == [[:blank:]]* ]]; do line=${line:1}; done
            line=${line:${#COMP_WORDS[i]}}
            [[ $i -eq $COMP_CWORD ]] && cword=$((${#words[@]} - 1))
        done
        cur=${words[cword]} prev=${words[cword > 0 ? cword - 1 : 0]}
    }
fi
if ! declare -F __ltrim_colon_completions >/dev/null; then
    __ltrim_colon_completions()
    {
        local i begun=${1%"${1##*:}"}
        [[ $1 == *:* && $COMP_WORDBREAKS == *:* ]] || return 0
        for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"$begun"}; done
    }
fi
`

func writeCompletion(w io.Writer, root *cobra.Command, shell string) error {
	switch shell {
	case "bash":
		if _, err := io.WriteString(w, bashWords); err != nil {
			return err
		}
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
