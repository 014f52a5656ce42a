package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unicode/utf8"

	"lockaway/scanner/report"
)

// The rules of what a person is told beside the reports:
//
//   - All of it goes to standard error, through this file and no other.
//   - Each message is one line: "lockaway: KIND: text", where KIND is error,
//     warning, note or hint. Text begins in lower case and ends without a period. A
//     hook says more: see told.
//   - An error says what is wrong and is followed by a hint only where a next step
//     is known. Names stand in double quotes where they could be mistaken.
//   - A note says what is about to be done, to whoever watches: on a terminal only.
//   - Nothing from a file's name or content reaches a terminal raw.
//   - The progress line is drawn on a terminal only, and is gone before anything
//     else is written.

// ui writes to standard error.
type ui struct {
	mu       sync.Mutex
	err      io.Writer
	terminal bool // err is a terminal
	quiet    bool // errors alone are told
	drawn    int  // width of the progress line that stands there
}

func newUI() *ui { return &ui{err: os.Stderr, terminal: isTerminal(os.Stderr)} }

// failure is an error that knows how it is told.
type failure struct {
	what  string
	hint  string
	cause error
}

func (f *failure) Error() string { return f.what }
func (f *failure) Unwrap() error { return f.cause }

// Hint names the next step, or is empty.
func (f *failure) Hint() string { return f.hint }

// hinter is an error that knows the next step.
type hinter interface {
	error
	Hint() string
}

// failf makes a failure; hint may be empty.
func failf(hint, format string, args ...any) error {
	return &failure{what: fmt.Sprintf(format, args...), hint: hint}
}

// fail tells an error: each line of its text, then the hint it carries.
func (u *ui) fail(err error) {
	hint := ""
	if hinted, ok := errors.AsType[hinter](err); ok {
		hint = hinted.Hint()
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		u.line("error", line)
	}
	u.hint(hint)
}

// warn tells what doesn't end the run.
func (u *ui) warn(what, hint string) {
	if u.quiet {
		return
	}
	u.line("warning", what)
	u.hint(hint)
}

// note tells who watches what is about to be done.
func (u *ui) note(what string) {
	if u.terminal && !u.quiet {
		u.line("note", what)
	}
}

// problem tells what could not be scanned: an error, unless nobody could expect
// it to be.
func (u *ui) problem(what, hint string, low bool) {
	if low {
		u.warn(what, hint)
		return
	}
	u.line("error", what)
	u.hint(hint)
}

func (u *ui) hint(text string) {
	if text != "" {
		u.line("hint", text)
	}
}

// told writes lines for a person, which are fit to be shown: what a hook says of what it
// found. They are no messages, and stand as they are.
func (u *ui) told(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.wipe()
	_, _ = io.WriteString(u.err, text)
}

func (u *ui) line(kind, text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.wipe()
	fmt.Fprintf(u.err, "lockaway: %s: %s\n", kind, report.Visible(text))
}

// progress draws text as the progress line, over the one that stands there; the
// empty text takes it away.
func (u *ui) progress(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if text == "" {
		u.wipe()
		return
	}
	width := utf8.RuneCountInString(text)
	fmt.Fprintf(u.err, "\r%s%s", text, strings.Repeat(" ", max(u.drawn-width, 0)))
	u.drawn = width
}

// wipe takes the progress line away. Blanks do it on every terminal.
func (u *ui) wipe() {
	if u.drawn > 0 {
		fmt.Fprintf(u.err, "\r%s\r", strings.Repeat(" ", u.drawn))
		u.drawn = 0
	}
}
