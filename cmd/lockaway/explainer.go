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
	if len(f.Parts) == 0 {
		x.field("value", x.value(f.Value))
	}
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
	reported, said := "yes", x.e.judged[f]
	if x.e.left {
		said = append([]string{leftOutText}, said...)
	}
	if len(said) > 0 {
		reported = "no, " + strings.Join(said, "; ")
	}
	x.field("reported", reported)
	if len(f.Guidance) > 0 {
		fmt.Fprintf(&x.b, "\n%s\n", x.style.bold("guidance"))
		for _, g := range f.Guidance {
			fmt.Fprintf(&x.b, "  %-8s %s\n", g.ID, g.Title)
			if f.AWS != nil && f.AWS.Example {
				continue // it opens nothing: there is nothing to be advised
			}
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
			if !x.setup.showSecrets && p.Kind != "key-id" {
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
