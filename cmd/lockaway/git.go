package main

import (
	"github.com/spf13/cobra"

	"lockaway/scanner"
)

// gitFlags are the flags of a repository's scan alone.
type gitFlags struct {
	memory       byteSize
	replacements string
	only         rangeFlags
	// largeElsewhere is no flag: a server does not get the files of Git LFS by a push.
	largeElsewhere bool
}

func (a *app) gitCommand() *cobra.Command {
	f, g := newFlags(), &gitFlags{}
	cmd := &cobra.Command{
		Use:   "git [REPO]",
		Short: "Scan everything that a git repository holds",
		Long: "Scan all objects of a git repository, reachable or not: every version of every\n" +
			"file, commits, tags, notes, stashes, the names of files and refs, reflogs, and\n" +
			"the files of the git folder, those of submodules too. REPO is a work tree or a\n" +
			"folder of it, a bare repository or a git folder; without it, the one of the\n" +
			"current folder.\n\n" +
			"A value is one finding, however many versions hold it: the report tells which\n" +
			"commit brought it in, under which paths, and what still reaches it.\n\n" +
			"With --range, --since, --commits, --branch or --all it is what the commits add that\n" +
			"these name, against each of their parents: files, paths, messages and headers. What\n" +
			"was only moved isn't new; what a later commit takes away again is. Several ranges\n" +
			"are joined.\n\n" +
			"Nothing of the repository is executed. What it lacks (a shallow or partial\n" +
			"clone) or what is damaged is named, and the scan is then not complete. Large files\n" +
			"are read in pieces, but for those that git keeps as deltas of each other: these\n" +
			"take up to three times their size of --max-memory, or are named.\n\n" +
			"The .lockaway.toml and .lockawayignore of the work tree hold, those of HEAD for a\n" +
			"bare repository. What they leave out is scanned nevertheless, counted as allowed,\n" +
			"and shown with --show-allowed. --config-from takes them from a revision instead, so\n" +
			"that what is scanned can't allow itself.",
		Args: arguments(0, 1, " [REPO]"),
		Example: "  lockaway git\n" +
			"  lockaway git -r json=findings.json ../service\n" +
			"  lockaway git --range origin/main..HEAD\n" +
			"  git clone --mirror URL service.git && lockaway git service.git\n" +
			"  lockaway git --replacements ../secrets.txt   for git filter-repo --replace-text",
		Annotations: exitStatus(scanStatus...),
		RunE: func(cmd *cobra.Command, args []string) error {
			repo := "."
			if len(args) > 0 {
				repo = args[0]
			}
			return a.git(cmd, f, g, repo)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
	f.addRepository(cmd.Flags())
	f.addConfigFrom(cmd.Flags())
	g.add(cmd.Flags())
	completeValues(cmd)
	return cmd
}

// git scans a repository, and writes its reports.
func (a *app) git(cmd *cobra.Command, f *flags, g *gitFlags, path string) error {
	repo, err := a.openRepo(path)
	if err != nil {
		return err
	}
	top, err := a.openTopOf(repo, f)
	if err != nil {
		return err
	}
	defer top.close()
	s, err := a.setupTop(cmd.Flags(), f, top)
	if err != nil {
		return err
	}
	specs, err := a.outputs(f)
	if err != nil {
		return err
	}
	if err := a.checkReplacements(g.replacements, repo); err != nil {
		return err
	}
	progress := &scanner.Progress{}
	src, kind, err := a.repoSource(s, repo, path, g, progress)
	if err != nil {
		return err
	}
	defer src.Close()
	r, err := a.execute(s, scanner.Options{
		Kind: kind, Target: path, Source: src, Place: src.Place, Merge: true, Progress: progress,
	})
	if err != nil {
		return err
	}
	top.addTo(r)
	return a.finish(r, f, specs, func() error { return a.writeReplacements(g.replacements, r, repo) })
}
