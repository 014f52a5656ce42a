package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"lockaway/scanner/finding"
	"lockaway/scanner/report"
)

// explainer writes the explanation of a line.
type explainer struct {
	telling
	e     *explained
	setup *setup
	path  string
	line  int
}

// text returns the explanation.
func (x *explainer) text(around []fileText) string {
	if !x.show {
		x.mask = report.NewMask(x.e.result.Findings, x.e.result.Others...)
	}
	fmt.Fprintf(&x.b, "%s\n\n", x.style.bold(fmt.Sprintf("%s:%d", report.VisibleName(x.mask.Text(x.path)), x.line)))
	for _, l := range around {
		mark := "   "
		if l.number == x.line {
			mark = " > "
		}
		fmt.Fprintf(&x.b, "%s%6d │ %s\n", mark, l.number, x.excerpt(l))
	}
	fs, beside, steps := x.e.on(x.line)
	if len(fs) == 0 {
		fmt.Fprintf(&x.b, "\nno finding on line %d\n", x.line)
		if x.e.left {
			wrapTo(&x.b, "", "", leftOutText)
		}
	}
	for _, f := range beside {
		fmt.Fprintf(&x.b, "it stands between the parts of a finding of %s, from line %d to line %d\n", f.Rule, f.StartLine, f.EndLine)
	}
	for _, f := range fs {
		x.finding(f)
	}
	x.considered(steps)
	return x.b.String()
}

// finding tells a finding, and whether it is reported.
func (x *explainer) finding(f *finding.Finding) {
	said := x.e.judged[f]
	if x.e.left {
		said = append([]string{leftOutText}, said...)
	}
	reported := "yes"
	if len(said) > 0 {
		reported = "no, " + strings.Join(said, "; ")
	}
	x.telling.finding(f, f.Why, reported)
}

// considered lists what the rules looked at on the line.
func (x *explainer) considered(steps []step) {
	fmt.Fprintf(&x.b, "\n%s\n", x.style.bold(fmt.Sprintf("considered on line %d", x.line)))
	if len(steps) == 0 {
		fmt.Fprintf(&x.b, "  nothing: no rule's literal stands there, and no name that a rule looks for\n")
	}
	rejected := ""
	for _, s := range steps {
		verdict := "matched"
		if s.Rejected {
			verdict = "rejected"
			if rejected == "" || rejected == s.Rule {
				rejected = s.Rule
			} else {
				rejected = "RULE"
			}
		}
		head := fmt.Sprintf("  %-8s ", fmt.Sprintf("%d:%d", s.Line, s.Column))
		wrapTo(&x.b, head, strings.Repeat(" ", len(head)), fmt.Sprintf("%s: %s: %s%s", s.Rule, verdict, x.clean(s.What), x.wanted(s)))
	}
	if rejected != "" {
		wrapTo(&x.b, "  ", "  ", "what a rule looks for: `lockaway rules show "+rejected+"`")
	}
}

// wanted says what a rule that was rejected takes for a value, where that is a
// run of characters.
func (x *explainer) wanted(s step) string {
	r := x.setup.rules.Rule(s.Rule)
	if r == nil || r.Alphabet == "" || !s.Rejected || !strings.Contains(s.What, "form") {
		return ""
	}
	n := strconv.Itoa(r.Min)
	if r.Max != r.Min {
		n = fmt.Sprintf("%d to %d", r.Min, r.Max)
	}
	return fmt.Sprintf(" (it takes %s characters of %s)", n, r.Alphabet)
}

const leftOutText = "the file is left out of a scan by an ignore file or by exclude"

// excerpt is a line as it is shown: masked, and of a long one the stretch in which
// the first value or the first thing that was considered stands.
func (x *explainer) excerpt(l fileText) string {
	fs, beside, steps := x.e.on(l.number)
	if x.mask != nil && !x.e.result.Scan.Complete {
		return "not shown: not all values in the file are known"
	}
	text := report.Visible(x.mask.Line(l.text, l.number, append(fs, beside...)))
	at := -1
	for _, f := range fs {
		for _, p := range append(f.Parts, finding.Part{Value: f.Value}) {
			mark := p.Value.Reveal()
			if !x.show && p.Kind != "key-id" {
				mark = p.Value.Masked()
			}
			if i := strings.Index(text, mark); i >= 0 && (at < 0 || i < at) {
				at = i
			}
		}
	}
	if at < 0 && len(steps) > 0 {
		at = min(steps[0].Column-1, len(text))
	}
	return cutAround(text, utf8.RuneCountInString(text[:max(at, 0)]))
}
