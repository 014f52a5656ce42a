package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"lockaway/scanner/config"
	"lockaway/scanner/finding"
)

// importRun is one call of config import.
type importRun struct {
	file  string // another tool's
	as    tool
	write bool
	by    string
	// dir is the folder that the file's paths begin at.
	dir string
}

// tool is whose a file is.
type tool struct{ *choice }

// Type implements pflag.Value.
func (tool) Type() string { return "TOOL" }

func (a *app) configImportCommand() *cobra.Command {
	m := &importRun{as: tool{newChoice("", config.Foreign()...)}}
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Turn another scanner's file into ours",
		Long: "Read another scanner's file, and print what it comes to in .lockaway.toml or in a\n" +
			"baseline; what could not be carried over is told, each with its line. The file is\n" +
			"known by what it holds:\n\n" +
			"  gitleaks             .gitleaks.toml, .betterleaks.toml: allowlists, rules\n" +
			"  gitleaksignore       .gitleaksignore\n" +
			"  detect-secrets       .secrets.baseline\n" +
			"  git-secrets          what git config --get-regexp '^secrets\\.' prints\n" +
			"  git-secrets-allowed  .gitallowed\n" +
			"  trufflehog-exclude   a list of path expressions, as --exclude-paths takes it\n\n" +
			"Findings that it lists by place or hash are looked up in the files as they are, or\n" +
			"in the commit that is named, and become entries of a baseline.",
		Args:        arguments(1, 1, " FILE"),
		Example:     "  lockaway config import .gitleaks.toml > .lockaway.toml\n  lockaway config import --write .secrets.baseline",
		Annotations: exitStatus("0  read; what could not be carried over is told", "2  the file has errors, or ours could not be written; wrong usage"),
		RunE: func(_ *cobra.Command, args []string) error {
			m.file, m.dir = args[0], filepath.Dir(args[0])
			return a.configImport(m)
		},
	}
	fs := cmd.Flags()
	fs.Var(m.as, "as", "whose the file is, where its content doesn't tell: one of the above")
	_ = cmd.RegisterFlagCompletionFunc("as", cobra.FixedCompletions(config.Foreign(), cobra.ShellCompDirectiveNoFileComp))
	fs.BoolVar(&m.write, "write", false, "write .lockaway.toml, if there is none yet, and add to the baseline")
	fs.StringVar(&m.by, "by", "", "who writes the baseline's entries: `NAME` (default: git's user.name)")
	completeValues(cmd)
	return cmd
}

// configImport reads the file, and prints or writes ours.
func (a *app) configImport(m *importRun) error {
	data, err := config.ReadForeign(m.file)
	if err != nil {
		return failf("check the path", "can't read %q: %s", m.file, err)
	}
	s, err := a.importSetup(m)
	if err != nil {
		return err
	}
	in, err := config.Import(filepath.ToSlash(m.file), m.as.value, data, func(id string) bool { return s.rules.Rule(id) != nil })
	if err != nil {
		return err
	}
	known, err := a.resolve(m, s, in)
	if err != nil {
		return err
	}
	for _, l := range in.Notes {
		a.ui.warn(m.at(l.Line)+": "+l.What, "")
	}
	for _, l := range in.Lost {
		a.ui.warn(m.at(l.Line)+": not carried over: "+l.What, "")
	}
	text := in.Config()
	if m.write {
		return a.importWrite(m, text, known)
	}
	return a.importPrint(text, known)
}

func (m *importRun) at(line int) string {
	if line == 0 {
		return m.file
	}
	return fmt.Sprintf("%s:%d", m.file, line)
}

// importPrint prints what came of it. Of two parts each begins with its file's name.
func (a *app) importPrint(text string, known []finding.Known) error {
	var out strings.Builder
	if text != "" && len(known) > 0 {
		out.WriteString("# " + config.Name + "\n")
	}
	out.WriteString(text)
	if len(known) > 0 {
		if text != "" {
			out.WriteString("\n# " + config.BaselineName + "\n")
		}
		out.Write((&config.Baseline{Entries: known}).Encode())
	}
	if out.Len() == 0 {
		a.ui.warn("nothing in it could be carried over", "")
	}
	return a.say(out.String())
}

// importWrite writes it where scans look for it. A configuration that is there is left as
// it is: joining two is a person's work.
func (a *app) importWrite(m *importRun, text string, known []finding.Known) error {
	start := m.dir
	if text != "" {
		path := filepath.Join(filepath.Dir(config.BaselinePlace(start)), config.Name)
		if err := create(path, text); err != nil {
			return err
		}
		if err := a.say("written: " + path + "\n"); err != nil {
			return err
		}
	}
	if len(known) == 0 {
		return nil
	}
	path, err := config.FindBaseline(start)
	if err != nil {
		return err
	}
	if path == "" {
		path = config.BaselinePlace(start)
	}
	added, total := 0, 0
	err = config.ChangeBaseline(a.ctx, path, false, func(b *config.Baseline) error {
		at := map[string]bool{}
		for _, e := range b.Entries {
			at[e.Fingerprint] = true
		}
		for _, k := range known {
			if !at[k.Fingerprint] {
				b.Entries = append(b.Entries, k)
				added++
			}
		}
		total = len(b.Entries)
		return nil
	})
	if err != nil {
		return err
	}
	return a.say(path + ": " + counts(total, added) + "\n")
}

// create writes a file that isn't there yet.
func create(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return failf("without --write it is printed, to be joined by hand", "%q is there already and was left as it is", path)
	}
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	return writing(`"`+path+`"`, err)
}
