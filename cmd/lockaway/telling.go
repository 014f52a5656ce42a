package main

import (
	"fmt"
	"strings"
	"time"

	"lockaway/scanner/finding"
	"lockaway/scanner/report"
)

// telling writes all that is to be told of findings.
type telling struct {
	style    style
	mask     *report.Mask // nil where values are shown
	show     bool         // values
	playbook bool         // in place of the steps
	b        strings.Builder
}

// clean masks and makes visible what comes from the file.
func (x *telling) clean(s string) string { return report.Visible(x.mask.Text(s)) }

// shown writes a name and a value that is fit to be shown; nothing without a value.
func (x *telling) shown(name, value string) {
	if value == "" {
		return
	}
	head := fmt.Sprintf("  %-12s ", name)
	wrapTo(&x.b, head, strings.Repeat(" ", len(head)), value)
}

func (x *telling) field(name, value string) { x.shown(name, x.clean(value)) }

// list writes values under one name, a dash before each.
func (x *telling) list(name string, values []string) {
	for _, v := range values {
		if v != "" {
			x.shown(name, "- "+x.clean(v))
			name = ""
		}
	}
}

// finding tells a finding, with the reasons for its confidence, and whether it is
// reported.
func (x *telling) finding(f *finding.Finding, why []string, reported string) {
	fmt.Fprintf(&x.b, "\n%s: %s\n", x.style.bold(report.Visible(f.Rule)), x.clean(f.Title))
	x.field("severity", f.Severity.String())
	x.field("confidence", f.Confidence.String())
	x.list("why", why)
	x.field("place", place(f))
	for _, d := range x.mask.History(f) {
		x.shown(d.Label, d.Text)
	}
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
	x.verification(f.Verification)
	x.field("fingerprint", f.Fingerprint)
	x.field("reported", reported)
	x.guidance(f)
	if x.playbook {
		x.sections(f)
		return
	}
	var steps []string
	for _, s := range f.Steps {
		steps = append(steps, x.clean(s))
	}
	numbered(&x.b, x.style, "what to do", steps)
}

func (x *telling) value(v finding.Secret) string {
	if x.show && v.Known() {
		return v.Reveal()
	}
	return v.Masked()
}

func place(f *finding.Finding) string {
	s := fmt.Sprintf("line %d, columns %d to %d", f.StartLine, f.StartColumn, f.EndColumn-1)
	if f.EndLine != f.StartLine {
		s = fmt.Sprintf("line %d, column %d to line %d, column %d", f.StartLine, f.StartColumn, f.EndLine, f.EndColumn-1)
	}
	if len(f.Layers) > 0 {
		s += ", inside " + strings.Join(f.Layers, " in ")
	}
	return s
}

// verification tells what asking the provider told, with exact times.
func (x *telling) verification(v *finding.Verification) {
	if v == nil {
		return
	}
	x.shown("asked", x.mask.Asked(v))
	x.field("", v.ARN)
	for _, t := range []struct {
		what string
		at   time.Time
	}{{"last used", v.LastUsed}, {"created", v.Created}, {"asked", v.Asked}} {
		if !t.at.IsZero() {
			x.field("", t.what+" "+t.at.UTC().Format(time.DateTime+" MST"))
		}
	}
	if len(v.Refused) > 0 {
		x.field("", "refused: "+strings.Join(v.Refused, ", "))
	}
	x.list("", v.Reasons)
}

// guidance tells the entries that fit, and what they advise.
func (x *telling) guidance(f *finding.Finding) {
	if len(f.Guidance) == 0 {
		return
	}
	fmt.Fprintf(&x.b, "\n%s\n", x.style.bold("guidance"))
	for _, g := range f.Guidance {
		fmt.Fprintf(&x.b, "  %-8s %s\n", report.Visible(g.ID), x.clean(g.Title))
		if f.AWS != nil && f.AWS.Example {
			continue // it opens nothing: there is nothing to be advised
		}
		wrapTo(&x.b, strings.Repeat(" ", 11), strings.Repeat(" ", 11), x.clean(g.Advice))
	}
}

// sections tells the playbook of a finding: what to do in full, with commands that
// are lines of their own, to be copied.
func (x *telling) sections(f *finding.Finding) {
	for i, s := range playbook(f) {
		fmt.Fprintf(&x.b, "\n%s\n", x.style.bold(fmt.Sprintf("%d. %s", i+1, x.clean(s.Title))))
		for _, step := range s.Steps {
			text := step.Text
			if len(step.Commands) > 0 {
				text += ":"
			}
			wrapTo(&x.b, "  - ", "    ", x.clean(text))
			for _, c := range step.Commands {
				fmt.Fprintf(&x.b, "      %s\n", x.clean(c))
			}
		}
		if s.Source != "" {
			fmt.Fprintf(&x.b, "  see %s\n", s.Source)
		}
	}
}
