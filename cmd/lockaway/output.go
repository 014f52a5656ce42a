package main

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/term"

	"lockaway/scanner"
	"lockaway/scanner/report"
)

// outputs decides what is written where: text to standard output, unless a report
// without a file takes its place or nothing is wanted there.
func (a *app) outputs(f *flags) ([]reportSpec, error) {
	specs := []reportSpec(f.reports)
	direct, files := "", map[string]bool{}
	for _, r := range specs {
		switch {
		case r.file == "" && direct != "":
			return nil, failf("give one of them a file: --report "+r.name+"=FILE",
				"two reports for standard output: %s and %s", direct, r.name)
		case r.file == "":
			direct = r.name
		case files[r.file]:
			return nil, failf("", "two reports for the file %q", r.file)
		default:
			files[r.file] = true
			// Better now than at the end of a long scan.
			if err := report.Creatable(r.file); err != nil {
				return nil, unwritable(err)
			}
		}
	}
	if direct == "" && !f.quiet {
		text, err := report.Lookup("text")
		if err != nil {
			return nil, err
		}
		specs = append([]reportSpec{{"text", text, ""}}, specs...)
	}
	return specs, nil
}

// write writes all reports; one that can't be written does not keep the others
// from being. The errors are joined.
func (a *app) write(specs []reportSpec, r *scanner.Result, f *flags) error {
	return a.writeAll(specs, &report.Report{Scan: r.Scan, Findings: r.Findings, Others: r.Others}, f)
}

// writeAll is write for a report that isn't a scan's.
func (a *app) writeAll(specs []reportSpec, doc *report.Report, f *flags) error {
	var errs []error
	for _, spec := range specs {
		o := report.Options{ShowSecrets: f.showSecrets, ShowAllowed: f.showAllowed, Version: versionText()}
		if spec.file != "" {
			errs = append(errs, writeFile(a.ctx, spec, doc, o))
			continue
		}
		terminal := isTerminal(a.out)
		o.Color = bool(a.style(f))
		o.Hyperlinks = o.Color && terminal && a.env("TERM") != "dumb"
		o.Width = width(a.out)
		errs = append(errs, writeTo(a.out, spec, doc, o))
	}
	return errors.Join(errs...)
}

func writeTo(out *os.File, spec reportSpec, doc *report.Report, o report.Options) error {
	w := bufio.NewWriterSize(out, 64<<10)
	err := spec.format.Write(w, doc, o)
	if err == nil {
		err = w.Flush()
	}
	if t, ok := errors.AsType[*report.TemplateError](err); ok {
		return &failure{what: t.Error(), hint: t.Hint(), cause: err}
	}
	return writing("standard output", err)
}

func writeFile(ctx context.Context, spec reportSpec, doc *report.Report, o report.Options) error {
	file, err := report.Create(ctx, spec.file, o.ShowSecrets)
	if err != nil {
		return unwritable(err)
	}
	defer file.Discard()
	if err := spec.format.Write(file, doc, o); err != nil {
		return unwritable(err)
	}
	return unwritable(file.Commit())
}

// unwritable adds the next step to an error of a report file.
func unwritable(err error) error {
	if err == nil {
		return nil
	}
	if t, ok := errors.AsType[*report.TemplateError](err); ok {
		return &failure{what: t.Error(), hint: t.Hint(), cause: err}
	}
	return &failure{what: err.Error(), hint: writeHint(err), cause: err}
}

// writing words an error of writing to where; nil stays nil.
func writing(where string, err error) error {
	if err == nil {
		return nil
	}
	return &failure{what: "can't write to " + where + ": " + reason(err), hint: writeHint(err), cause: err}
}

func writeHint(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "free some space and run again"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "choose a file in a folder that may be written to"
	}
	return ""
}

// reason is an error's text without the operation and the path, which the message
// around it names.
func reason(err error) string {
	if errors.Is(err, syscall.EPIPE) {
		return "its reader has closed it"
	}
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

// isTerminal tells whether a person sits behind f.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// width returns how many columns the terminal has that f is; 0 if it is none.
func width(f *os.File) int {
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return w
}
