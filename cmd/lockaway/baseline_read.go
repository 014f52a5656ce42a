package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"lockaway/scanner/config"
)

// readBaseline reads the baseline that holds, for a command that has the flags for it.
// What is in it goes the way of the configuration: see readConfig, readStaged, readTop.
func (s *setup) readBaseline(fs *pflag.FlagSet) error {
	var b *config.Baseline
	var err error
	switch {
	case fs.Lookup("baseline") == nil:
		return nil
	case s.flags.baseline != "" && s.noBaseline:
		return failf("", "--baseline and --no-baseline exclude each other")
	case s.flags.baseline != "":
		b, err = config.LoadBaseline(s.flags.baseline, true)
	case s.noBaseline || s.noRepoConfig || s.findBaseline == nil:
		return nil
	default:
		b, err = s.findBaseline()
	}
	if err == nil && b != nil {
		s.known = b
	}
	return err
}

// baselineAt gives the baseline that holds for a scan of start.
func baselineAt(start string) func() (*config.Baseline, error) {
	return func() (*config.Baseline, error) {
		path, err := config.FindBaseline(start)
		if path == "" || err != nil {
			return nil, err
		}
		return config.LoadBaseline(path, false)
	}
}

// entries counts entries of a baseline.
func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
