// Package report writes what a scan found: one file a format, all behind one
// interface and in one table. A new format is a file, a row of the table and a
// golden file.
//
// Three things hold for every format. No value that was found stands in it
// unless Options.ShowSecrets asks for that: see Mask. No control character of a
// file's name or contents reaches a terminal raw: see Visible. And the same
// report gives the same bytes, the time that the scan took aside.
//
// The room also writes report files, whole or not at all: see Create.
//
// It knows nothing of how something was found, why it was filtered, or what the
// command line looked like; findings come sorted and advised.
package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"lockaway/scanner/finding"
)

// Options say how a report is written. The zero value is a masked report
// without colours.
type Options struct {
	// ShowSecrets writes every value as it is. Nothing is masked then.
	ShowSecrets bool
	// ShowAllowed writes findings that something allowed, too, marked as such;
	// without it they are left out here even if they are in the report.
	ShowAllowed bool
	// Color and Hyperlinks switch escape sequences of terminals on (SGR and
	// OSC 8). Whether there is a terminal that wants them is the caller's to know.
	Color, Hyperlinks bool
	// Width is the width of a line in columns; 0 where there is no terminal.
	Width int
	// Version is the program's own, for formats that name the tool.
	Version string
}

// Report is what a format writes.
type Report struct {
	Scan finding.Scan
	// Findings are sorted by finding.Compare.
	Findings []*finding.Finding
	// Checks are those of an AWS account, in the order of the table of checks; nil for
	// scans.
	Checks []finding.Check
	// Others are values that were matched by findings that are not among
	// Findings (hidden ones): they are masked like theirs.
	Others []finding.Secret
}

// maskFor returns the mask of everything that was matched, nil where values are
// to be shown.
func maskFor(r *Report, o Options) *Mask {
	if o.ShowSecrets {
		return nil
	}
	return NewMask(r.Findings, r.Others...)
}

// Format writes reports of one format.
type Format interface {
	// Write writes the whole report. An error is that of w, unchanged.
	Write(w io.Writer, r *Report, o Options) error
}

// formats are the formats by name, in the order in which they are told.
var formats = []struct {
	name   string
	format Format
}{
	{"text", textFormat{}},
	{"json", jsonFormat{}},
	{"jsonl", jsonlFormat{}},
	{"sarif", sarifFormat{}},
	{"gitlab-secrets", gitlabFormat{}},
	{"gitlab-quality", gitlabQualityFormat{}},
	{"junit", junitFormat{}},
	{"csv", csvFormat{}},
	{"markdown", markdownFormat{}},
	{"github", githubFormat{}},
	{"html", htmlFormat{}},
}

// Names returns the names of all formats, those of templates aside.
func Names() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// Lookup returns the format of that name, or an UnknownFormat. "template:T" is that of
// the template T, one of Templates or a file, which is read now; what is wrong with it is
// a TemplateError.
func Lookup(name string) (Format, error) {
	if t, ok := strings.CutPrefix(name, templatePrefix); ok {
		return openTemplate(t)
	}
	for _, f := range formats {
		if f.name == name {
			return f.format, nil
		}
	}
	return nil, &UnknownFormat{Name: name, Nearest: nearest(name, Names())}
}

// UnknownFormat says that there is no format of a name.
type UnknownFormat struct {
	Name    string
	Nearest string // the format that may have been meant, if any
}

// Error names what was asked for and what there is.
func (e *UnknownFormat) Error() string {
	return fmt.Sprintf("unknown report format %q (one of %s)", e.Name, strings.Join(append(Names(), templatePrefix+"T"), ", "))
}

// Hint names the format that may have been meant; empty if none is near.
func (e *UnknownFormat) Hint() string {
	if e.Nearest == "" {
		return ""
	}
	return "did you mean " + e.Nearest + "?"
}

// shown returns the findings that the options let a report show.
func (r *Report) shown(o Options) []*finding.Finding {
	if o.ShowAllowed {
		return r.Findings
	}
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f *finding.Finding) bool { return f.Allowed != nil })
}

// nearest returns the name that the fewest edits make of s, half of its letters
// at most; "" if there is none.
func nearest(s string, names []string) string {
	best, least := "", -1
	for _, n := range names {
		if d := distance(strings.ToLower(s), n); d <= len(n)/2 && (least < 0 || d < least) {
			best, least = n, d
		}
	}
	return best
}

// distance counts the insertions, deletions and replacements of bytes between a
// and b (Levenshtein's). Its cost is the product of the lengths: a is cut to
// what can matter.
func distance(a, b string) int {
	a = a[:min(len(a), 64)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
