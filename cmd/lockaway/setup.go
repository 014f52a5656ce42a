package main

import (
	"github.com/spf13/pflag"

	"lockaway/rules"
	"lockaway/scanner"
	"lockaway/scanner/config"
)

// setup is what holds for one run: the flags, with the configuration's values
// where the command line has none, and the rules.
type setup struct {
	*flags
	config *config.Config
	rules  *rules.Set
	// known is the baseline that holds, empty where none does; findBaseline gives the one
	// that holds where no flag says otherwise, nil if there is none.
	known        *config.Baseline
	findBaseline func() (*config.Baseline, error)
	// ownRules says that there are others than those that come with the program.
	ownRules bool
	// inRepo says that paths are reported from a repository's top, as the patterns of
	// the configuration are written.
	inRepo bool
	// leftOut, if not nil, allows what a repository's history has at paths that are left
	// out.
	leftOut *leftOut
	// engine is that of the rules, once it is needed; counting is the matcher of count.
	engine   *engine
	counting scanner.Matcher
	// origin says where the flags' values come from that are no defaults.
	origin map[string]string
}

// setup reads the configuration that holds for a scan of start, fills in the flags
// that fs does not have from the command line, and puts the rules together.
func (a *app) setup(fs *pflag.FlagSet, f *flags, start string) (*setup, error) {
	return a.setupFrom(fs, f, func(s *setup) error { return s.readConfig(start) })
}

// setupFrom is setup with another way to come by the configuration.
func (a *app) setupFrom(fs *pflag.FlagSet, f *flags, read func(*setup) error) (*setup, error) {
	s := &setup{flags: f, config: &config.Config{}, known: &config.Baseline{}, origin: map[string]string{}}
	if err := read(s); err != nil {
		return nil, err
	}
	fs.Visit(func(fl *pflag.Flag) { s.origin[fl.Name] = "command line" })
	for _, setting := range s.config.Scan {
		fl := fs.Lookup(setting.Name)
		if fl == nil || fl.Changed {
			continue
		}
		for _, v := range setting.Values {
			if err := fl.Value.Set(v); err != nil {
				return nil, failf("", "%s: %s: %s", setting.From, setting.Name, err)
			}
		}
		s.origin[setting.Name] = setting.From
	}
	a.ui.quiet = f.quiet
	if err := s.readVerify(fs); err != nil {
		return nil, err
	}
	if err := s.readBaseline(fs); err != nil {
		return nil, err
	}
	return s, s.readRules()
}

// readConfig reads the one file that holds.
func (s *setup) readConfig(start string) error {
	if s.findBaseline == nil {
		s.findBaseline = baselineAt(start)
	}
	path, named := s.flags.config, s.flags.config != ""
	if !named && !s.noRepoConfig {
		var err error
		if path, err = config.Find(start); err != nil {
			return err
		}
	}
	if path == "" {
		return nil
	}
	c, err := config.Load(path, config.Options{Trusted: named, Flags: settable(), Markers: markers()})
	if err != nil {
		return err
	}
	s.config = c
	return nil
}

// settable are the flags whose defaults a configuration may set: those of a scan,
// whichever command reads the file.
func settable() []config.Flag {
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	newFlags().addAll(fs)
	fs.Var(new(byteSize), "max-memory", "")
	var out []config.Flag
	fs.VisitAll(func(fl *pflag.Flag) {
		f := config.Flag{Name: fl.Name, Default: fl.DefValue, Check: fl.Value.Set}
		switch fl.Value.Type() {
		case "bool":
			f.Kind = config.Bool
		case "N":
			f.Kind = config.Int
		case "FORMAT[=FILE]", "stringArray":
			f.Kind = config.List
		}
		out = append(out, f)
	})
	return out
}

// readRules joins the built-in rules, those of packs, and the configuration's own,
// and takes out those that the configuration switches off.
func (s *setup) readRules() error {
	set, err := rules.Builtin()
	if err != nil {
		return err
	}
	more, err := readPacks(s.flags.rules)
	if err != nil {
		return err
	}
	packs, err := s.config.LoadPacks()
	if err != nil {
		return err
	}
	more = append(append(more, packs...), s.config.Rules...)
	if s.ownRules = len(more) > 0; s.ownRules {
		if set, err = set.With(more...); err != nil {
			return err
		}
	}
	if err := s.config.CheckRules(set); err != nil {
		return err
	}
	var off []string
	for _, it := range s.config.Disable {
		off = append(off, it.Value)
	}
	if len(off) > 0 {
		set, err = set.Without(off...)
	}
	s.rules = set
	return err
}

// readPacks reads pack files that the command line names.
func readPacks(files []string) ([]*rules.Rule, error) {
	var out []*rules.Rule
	for _, name := range files {
		data, err := config.ReadFile(name)
		if err != nil {
			return nil, failf("check the path given with --rules", "can't read the pack %q: %s", name, err)
		}
		pack, err := rules.Load(name, data)
		if err != nil {
			return nil, err
		}
		out = append(out, pack...)
	}
	return out, nil
}
