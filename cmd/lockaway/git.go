package main

import (
	"github.com/spf13/cobra"

	"lockaway/scanner"
	"lockaway/scanner/gitpack"
)

func (a *app) gitCommand() *cobra.Command {
	f := newFlags()
	cmd := &cobra.Command{
		Use:   "git [REPO]",
		Short: "Scan everything that a git repository holds",
		Long: "Scan all objects of a git repository, reachable or not: every version of every\n" +
			"file, commits, tags, notes, stashes, the names of files and refs, reflogs, and\n" +
			"the files of the git folder. Without REPO it is the one of the current folder.\n\n" +
			"Nothing of the repository is executed. What it lacks (a shallow or partial\n" +
			"clone) or what is damaged is named, and the scan is then not complete.",
		Args:        arguments(0, 1, " [REPO]"),
		Example:     "  lockaway git\n  lockaway git -r json=findings.json ../service",
		Annotations: exitStatus(scanStatus...),
		RunE: func(cmd *cobra.Command, args []string) error {
			repo := "."
			if len(args) > 0 {
				repo = args[0]
			}
			return a.git(cmd, f, repo)
		},
	}
	f.addAll(cmd.Flags())
	completeValues(cmd)
	return cmd
}

// git scans a repository, and writes its reports.
func (a *app) git(cmd *cobra.Command, f *flags, path string) error {
	s, err := a.setup(cmd.Flags(), f, path)
	if err != nil {
		return err
	}
	s.inRepo = true
	specs, err := a.outputs(f)
	if err != nil {
		return err
	}
	repo, err := gitpack.OpenRepo(path, gitpack.EnvOf(a.env))
	if err != nil {
		return err
	}
	src := historySource(repo, path)
	defer src.Close()
	r, err := a.execute(s, scanner.Options{Kind: "repository", Target: path, Source: src, Place: src.Place, Merge: true})
	if err != nil {
		return err
	}
	a.tell(r, f)
	err = a.write(specs, r, f)
	a.status = status(r, f, err == nil)
	return err
}
