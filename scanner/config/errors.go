package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"lockaway/rules"
)

// Error is one fault of a file.
type Error struct {
	File string
	// Line and Column begin at 1; the column counts bytes. 0 where none is known.
	Line, Column int
	What         string
	// Hint names a next step, if one is known.
	Hint string
}

// Error returns FILE:LINE:COLUMN: what, without the numbers that aren't known.
func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return e.File + ": " + e.What
	case e.Column == 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.What)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.What)
}

// Errors are the faults of a file, in the order of their places; never empty.
type Errors []*Error

// maxTold is how many faults of a file are spelled out.
const maxTold = 20

// Error returns the faults, one a line.
func (es Errors) Error() string {
	var lines []string
	for i, e := range es {
		if i == maxTold {
			lines = append(lines, fmt.Sprintf("%s: and %d more", e.File, len(es)-maxTold))
			break
		}
		lines = append(lines, e.Error())
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the faults one by one.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// Hint returns the next step that the first fault that knows one names, or "".
func (es Errors) Hint() string {
	for _, e := range es {
		if e.Hint != "" {
			return e.Hint
		}
	}
	return ""
}

// asError returns nil for no faults; else it sorts them.
func (es Errors) asError() error {
	if len(es) == 0 {
		return nil
	}
	slices.SortStableFunc(es, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return es
}

// fromRules turns what the rules' loader found into faults.
func fromRules(file string, err error) Errors {
	var re *rules.Error
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var es Errors
		for _, one := range many.Unwrap() {
			es = append(es, fromRules(file, one)...)
		}
		return es
	}
	if errors.As(err, &re) {
		return Errors{{File: re.File, Line: re.Line, What: printable(re.What)}}
	}
	return Errors{{File: file, What: printable(err.Error())}}
}

// printable replaces what a terminal would act on.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\ufffd'
	}, s)
}

// nearest returns ` (did you mean "…"?)` with the known word that differs from
// word in at most a third of its letters, or nothing.
func nearest(word string, known []string) string {
	best, least := "", len(word)/3+1
	if len(word) > 40 {
		return ""
	}
	for _, k := range known {
		if d := distance(strings.ToLower(word), k); d < least || d == least && best == "" {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance is Levenshtein's.
func distance(a, b string) int {
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
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
