package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"lockaway/scanner/finding"
	"lockaway/scanner/report"
)

// explainer writes the explanation of a line.
type explainer struct {
	e     *explained
	setup *setup
	style style
	path  string
	line  int
	mask  *report.Mask // nil where values are shown
	b     strings.Builder
}

// text returns the explanation.
func (x *explainer) text(around []fileText) string {
	if !x.setup.showSecrets {
		x.mask = report.NewMask(x.e.result.Findings)
	}
	fmt.Fprintf(&x.b, "%s\n\n", x.style.bold(fmt.Sprintf("%s:%d", report.VisibleName(x.mask.Text(x.path)), x.line)))
	for _, l := range around {
		mark := "   "
		if l.number == x.line {
			mark = " > "
		}
		fmt.Fprintf(&x.b, "%s%6d │ %s\n", mark, l.number, cut(x.clean(l.text)))
	}
	fs, steps := x.e.on(x.line)
	if len(fs) == 0 {
		fmt.Fprintf(&x.b, "\nno finding on line %d\n", x.line)
	}
	for _, f := range fs {
		x.finding(f)
	}
	x.considered(steps)
	return x.b.String()
}

// clean masks and makes visible what comes from the file.
func (x *explainer) clean(s string) string { return report.Visible(x.mask.Text(s)) }

func (x *explainer) field(name, value string) {
	if value == "" {
		return
	}
	head := fmt.Sprintf("  %-12s ", name)
	wrapTo(&x.b, head, strings.Repeat(" ", len(head)), x.clean(value))
}

func (x *explainer) finding(f *finding.Finding) {
	fmt.Fprintf(&x.b, "\n%s: %s\n", x.style.bold(f.Rule), x.clean(f.Title))
	x.field("severity", f.Severity.String())
	x.field("confidence", f.Confidence.String())
	for i, why := range f.Why {
		name := ""
		if i == 0 {
			name = "why"
		}
		if why != "" {
			head := fmt.Sprintf("  %-12s ", name)
			wrapTo(&x.b, head, strings.Repeat(" ", len(head)), "- "+x.clean(why))
		}
	}
	x.field("place", x.place(f))
	x.field("value", x.value(f.Value))
	for _, p := range f.Parts {
		v := x.value(p.Value)
		if p.Kind == "key-id" {
			v = p.Value.Reveal() // an identifier, no secret
		}
		x.field(p.Kind, fmt.Sprintf("%s (line %d)", v, p.Line))
	}
	if w := f.AWS; w != nil {
		x.field("account", fmt.Sprintf("%s, partition %s", w.AccountID, w.Partition))
		if w.Example {
			x.field("", "stands in AWS's documentation and opens nothing")
		}
		if w.Canary {
			x.field("", "likely a canary: using it alerts whoever laid it out")
		}
	}
	x.field("fingerprint", f.Fingerprint)
	reported := "yes"
	if said := x.e.judged[f]; len(said) > 0 {
		reported = "no, " + strings.Join(said, "; ")
	}
	x.field("reported", reported)
	if len(f.Guidance) > 0 {
		fmt.Fprintf(&x.b, "\n%s\n", x.style.bold("guidance"))
		for _, g := range f.Guidance {
			fmt.Fprintf(&x.b, "  %-8s %s\n", g.ID, g.Title)
			wrapTo(&x.b, strings.Repeat(" ", 11), strings.Repeat(" ", 11), x.clean(g.Advice))
		}
	}
	var steps []string
	for _, s := range f.Steps {
		steps = append(steps, x.clean(s))
	}
	numbered(&x.b, x.style, "what to do", steps)
}

func (x *explainer) value(v finding.Secret) string {
	if x.setup.showSecrets {
		return v.Reveal()
	}
	return v.Masked()
}

func (x *explainer) place(f *finding.Finding) string {
	s := fmt.Sprintf("line %d, columns %d to %d", f.StartLine, f.StartColumn, f.EndColumn-1)
	if f.EndLine != f.StartLine {
		s = fmt.Sprintf("line %d, column %d to line %d, column %d", f.StartLine, f.StartColumn, f.EndLine, f.EndColumn-1)
	}
	if len(f.Layers) > 0 {
		s += ", inside " + strings.Join(f.Layers, " in ")
	}
	return s
}

// considered lists what the rules looked at on the line.
func (x *explainer) considered(steps []step) {
	fmt.Fprintf(&x.b, "\n%s\n", x.style.bold(fmt.Sprintf("considered on line %d", x.line)))
	if len(steps) == 0 {
		fmt.Fprintf(&x.b, "  nothing: no rule's literal stands there, and no name that a rule looks for\n")
	}
	for _, s := range steps {
		verdict := "matched"
		if s.Rejected {
			verdict = "rejected"
		}
		head := fmt.Sprintf("  %-8s ", fmt.Sprintf("%d:%d", s.Line, s.Column))
		wrapTo(&x.b, head, strings.Repeat(" ", len(head)), fmt.Sprintf("%s: %s: %s", s.Rule, verdict, x.clean(s.What)))
	}
}

// lineLimit is how many bytes of a line are read for showing it, shownColumns how
// many characters of it are shown. The first is longer, so that no value is cut
// before it could be masked.
const (
	lineLimit    = 64 << 10
	shownColumns = 160
)

func cut(s string) string {
	if r := []rune(s); len(r) > shownColumns {
		return string(r[:shownColumns]) + "…"
	}
	return s
}

// fileText is a line of a file.
type fileText struct {
	number int
	text   string
}

// readLines reads some lines of a regular file, numbered from 1.
func readLines(path string, from, to int) ([]fileText, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, failf("", "can't read %q: %s", path, reason(err))
	case !info.Mode().IsRegular():
		return nil, failf("lockaway explain FILE:LINE explains a line of a file", "%q is no file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, failf("", "can't read %q: %s", path, reason(err))
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, lineLimit)
	var out []fileText
	for n := 1; n <= to; n++ {
		text, err := in.ReadSlice('\n')
		if len(text) == 0 {
			break
		}
		if n >= from {
			out = append(out, fileText{n, strings.TrimRight(string(text), "\r\n")})
		}
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = in.ReadSlice('\n')
		}
		if err != nil && err != io.EOF {
			return nil, failf("", "can't read %q: %s", path, reason(err))
		}
	}
	return out, nil
}
