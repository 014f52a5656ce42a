package main

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"lockaway/scanner/report"
)

// readReport reads a report of ours back, "-" from standard input.
func (a *app) readReport(path string) (*report.Report, error) {
	var in io.Reader = a.in
	name := "on standard input"
	if path != "-" {
		name = `"` + path + `"`
		file, err := os.Open(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, failf("check the name; it is looked for from the current folder", "can't read the report %s: %s", name, reason(err))
		case err != nil:
			return nil, failf("", "can't read the report %s: %s", name, reason(err))
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return nil, failf("name the report in it", "%s is a folder", name)
		}
		in = file
	}
	r, err := report.Read(in)
	if u, ok := errors.AsType[*report.Unreadable](err); ok {
		return nil, failf(u.Hint(), "the report %s %s", name, u)
	}
	if err != nil {
		return nil, failf("", "can't read the report %s: %s", name, reason(err))
	}
	return r, nil
}
