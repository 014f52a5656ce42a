package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// textFormat is for people: findings grouped by file, each with where it stands,
// what it is and what to do first; then one line on the whole scan.
type textFormat struct{}

const (
	// noTerminal is the width in columns to which excerpts are cut where there is
	// no terminal; narrowest is the least that is used whatever a terminal says.
	noTerminal = 120
	narrowest  = 60
	// labels is where the details' labels begin, details where their text does.
	labels  = 8
	details = 18
	// maxReasons, maxGuidance and maxSteps are how many of each a finding shows;
	// all of them are what `lockaway explain` is for.
	maxReasons  = 2
	maxGuidance = 3
	maxSteps    = 3
	// maxStepLines is how many lines of a terminal they take, the first aside.
	maxStepLines = 9
	// maxProblems is how many things that could not be read are named.
	maxProblems = 10
)

// Write writes the report.
func (textFormat) Write(w io.Writer, r *Report, o Options) error {
	p := &textPrinter{w: bufio.NewWriter(w), o: o, mask: maskFor(r, o), told: map[string]string{}, named: map[string]bool{}, width: noTerminal}
	if p.marks = p.mask; p.marks == nil {
		p.marks = NewMask(r.Findings)
	}
	if o.Width > 0 {
		p.width = max(o.Width, narrowest)
	}
	stands, first := "", true
	for _, f := range p.ordered(r.shown(o)) {
		s := p.stands(&f.Place)
		if first || s != stands {
			p.line("%s", p.file(f))
		}
		stands, first = s, false
		p.finding(f)
	}
	if r.Scan.Account != nil {
		p.checks(r)
		p.checksSummary(r)
		return p.w.Flush()
	}
	p.overview(r)
	p.summary(r)
	return p.w.Flush()
}

// textPrinter writes one report. Errors stay in w until its Flush.
type textPrinter struct {
	w     *bufio.Writer
	o     Options
	mask  *Mask // nil where values are shown
	marks *Mask // finds what is to be marked in excerpts
	width int
	told  map[string]string // by the steps' text: where they were told first
	named map[string]bool   // the entries of the guidance whose titles were told
}

// text makes a text of unknown origin fit to be shown.
func (p *textPrinter) text(s string) string { return Visible(p.mask.Text(s)) }

// name makes a name fit to be shown.
func (p *textPrinter) name(s string) string { return VisibleName(p.mask.Text(s)) }

// line writes a line.
func (p *textPrinter) line(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	p.w.WriteString(asLine(strings.TrimRight(s, " ")))
	p.w.WriteByte('\n')
}

// file returns the heading of a file's findings.
func (p *textPrinter) file(f *finding.Finding) string {
	shown := p.o.style(bold, p.stands(&f.Place))
	if f.Source != chunk.File || p.mask.Text(f.Path) != f.Path {
		return shown // nothing to link to, or an address that would tell a value
	}
	return p.o.link(f.Path, shown)
}

// finding writes one finding.
func (p *textPrinter) finding(f *finding.Finding) {
	o := p.o
	p.line("  %s  %s  %s", o.style(blue, fmt.Sprintf("%d:%d", f.StartLine, f.StartColumn)),
		o.style(severityStyle(f.Severity), f.Severity.String()), o.style(bold, p.text(f.Title)))
	facts := []string{f.Rule, f.Confidence.String() + " confidence", f.Fingerprint}
	for _, l := range p.wrapped(strings.Join(facts, " · "), labels) {
		p.line("%s%s", strings.Repeat(" ", labels), o.style(dim, Visible(l)))
	}
	numbers := p.excerpt(f)
	if !f.Value.Known() && len(numbers) == 0 {
		p.detail("value", p.text(f.Value.Masked())) // read back, without the text around
	}
	p.detail("what", p.what(f, numbers)...)
	if len(f.Layers) > 0 {
		inside := make([]string, len(f.Layers))
		for i, l := range f.Layers {
			inside[i] = p.name(l)
		}
		p.detail("inside", strings.Join(inside, " › "))
	}
	p.history(f)
	p.verification(f)
	if a := f.Allowed; a != nil {
		by := "by " + p.text(a.By)
		if a.Reason != "" {
			by += ": " + p.text(a.Reason)
		}
		p.detail("allowed", by)
		p.line("")
		return
	}
	var why []string
	for _, w := range f.Why[:min(len(f.Why), maxReasons)] {
		why = append(why, p.text(w))
	}
	p.detail("why", strings.Join(why, "; "))
	p.guidance(f)
	p.steps(f)
	p.line("")
}

// excerpt writes the lines that the value stands in, and returns their numbers.
func (p *textPrinter) excerpt(f *finding.Finding) (numbers []int) {
	if f.Around.Veiled || strings.TrimSpace(f.Around.Lines) == "" {
		return nil
	}
	for i, l := range p.marks.excerpt(f, p.o.ShowSecrets) {
		if i > 0 && l.number > numbers[i-1]+1 {
			p.line("%s", p.o.style(dim, fmt.Sprintf("%*s", labels-2, "⋮")))
		}
		numbers = append(numbers, l.number)
		gutter := fmt.Sprintf("%*d │ ", labels-2, l.number)
		p.line("%s%s", p.o.style(dim, gutter), p.cells(fit(l.cells, p.width-columns(gutter))))
	}
	return numbers
}

// cells returns a line of an excerpt, hot stretches in their style. Cells were
// hidden one span at a time; that what they make together tells no value is
// looked at here.
func (p *textPrinter) cells(line []cell) string {
	var b, whole strings.Builder
	for i := 0; i < len(line); {
		j := i
		var run strings.Builder
		for ; j < len(line) && line[j].hot == line[i].hot; j++ {
			run.WriteString(line[j].text)
		}
		whole.WriteString(run.String())
		if line[i].hot {
			b.WriteString(p.o.style(marked, run.String()))
		} else {
			b.WriteString(run.String())
		}
		i = j
	}
	if s := whole.String(); p.mask.Text(s) != s {
		return p.text(s)
	}
	return b.String()
}

// detail writes texts under a label, the first beside it. Empty ones are left out.
func (p *textPrinter) detail(label string, texts ...string) {
	for _, t := range texts {
		if t == "" {
			continue
		}
		for _, l := range wrap(t, p.room()) {
			p.line("%*s%s%s", labels, "", p.o.style(dim, fmt.Sprintf("%-*s", details-labels, label)), l)
			label = ""
		}
	}
}

// room returns how many columns a detail's text has; 0 where lines have no end.
func (p *textPrinter) room() int {
	if p.o.Width == 0 {
		return 0
	}
	return p.width - details
}

// guidance names the entries that fit, with their titles where those weren't told
// before.
func (p *textPrinter) guidance(f *finding.Finding) {
	var lines, ids []string
	for i, g := range f.Guidance {
		if i >= maxGuidance || p.named[g.ID] {
			ids = append(ids, Visible(g.ID))
			continue
		}
		p.named[g.ID] = true
		lines = append(lines, Visible(g.ID)+"  "+p.text(g.Title))
	}
	if rest := strings.Join(ids, ", "); rest != "" {
		if len(lines) > 0 {
			rest = "and " + rest
		}
		lines = append(lines, rest)
	}
	p.detail("guidance", lines...)
}

// steps writes what to do first, or where that was told before: many keys in a
// tree are of one sort, and their steps differ in the key's name alone.
func (p *textPrinter) steps(f *finding.Finding) {
	if len(f.Steps) == 0 {
		return
	}
	kind := stepsKind(f)
	if at, ok := p.told[kind]; ok {
		again := "as at " + at
		if e := p.explain(f); e != "" {
			again += "; for this one: " + e
		}
		p.detail("do", again)
		return
	}
	p.told[kind] = p.at(&f.Place)
	var lines []string
	used := 0
	for i, s := range f.Steps[:min(len(f.Steps), maxSteps)] {
		line := fmt.Sprintf("%d. %s", i+1, p.text(s))
		if used += len(wrap(line, p.room())); i > 0 && used > maxStepLines {
			break
		}
		lines = append(lines, line)
	}
	if more := len(f.Steps) - len(lines); more > 0 {
		last := fmt.Sprintf("… %d more", more)
		if e := p.explain(f); e != "" {
			last += ": " + e
		} else if f.Places != nil {
			last += ": `--report json` has them"
		}
		lines = append(lines, last)
	}
	p.detail("do", lines...)
}

// stepsKind returns the steps without what names the key and its account, and of a
// repository those that are shown, without its paths and refs.
func stepsKind(f *finding.Finding) string {
	s := strings.Join(f.Steps, "\n")
	if f.Places != nil {
		s = withoutNames(f.Steps[:min(len(f.Steps), maxSteps)], f)
	}
	if a := f.AWS; a != nil && a.KeyID != "" {
		s = strings.ReplaceAll(s, a.KeyID, "KEY-ID")
		if a.AccountID != "" {
			s = strings.ReplaceAll(s, a.AccountID, "ACCOUNT")
		}
	}
	return s
}

// explain returns the command that tells all about a finding; empty where there
// is none, or where it would tell a value.
func (p *textPrinter) explain(f *finding.Finding) string {
	file := f.Source == chunk.File || f.Source == chunk.Config || f.Source == chunk.Reflog
	if !file || p.mask.Text(f.Path) != f.Path {
		return ""
	}
	return "`lockaway explain " + shellWord(fmt.Sprintf("%s:%d", f.Path, f.StartLine)) + "`"
}

// what returns what the credential is and whose, and where those of its parts
// stand that the excerpt, of lines with these numbers, doesn't show.
func (p *textPrinter) what(f *finding.Finding, numbers []int) []string {
	a := f.AWS
	var out []string
	if a != nil && a.KeyID != "" {
		kind := "key"
		switch {
		case strings.HasPrefix(a.KeyID, "AKIA"):
			kind = "long-term key"
		case strings.HasPrefix(a.KeyID, "ASIA"):
			kind = "temporary key"
		}
		out = append(out, kind+" "+Visible(a.KeyID))
	}
	if a != nil {
		out = append(out, whose(a))
	}
	for _, part := range f.Parts {
		if part.Kind != "key-id" && part.Line > 0 && !slices.Contains(numbers, part.Line) {
			out = append(out, fmt.Sprintf("%s in line %d", strings.ReplaceAll(part.Kind, "-", " "), part.Line))
		}
	}
	if !f.Expires.IsZero() {
		out = append(out, "valid until "+f.Expires.UTC().Format("2006-01-02 15:04 UTC"))
	}
	lines := []string{strings.Join(out, ", ")}
	if a != nil && a.Example {
		lines = append(lines, "stands in AWS's documentation and opens nothing")
	}
	if a != nil && a.Canary {
		lines = append(lines, "a canary, laid out as an alarm: using it alerts whoever laid it")
	}
	return lines
}

// whose says which account and partition a key is of, as far as it tells.
func whose(a *finding.AWS) string {
	known := func(s string) bool { return s != "" && s != "unknown" }
	account, partition := "account unknown", ""
	if known(a.AccountID) {
		account = "account " + Visible(a.AccountID)
	}
	if known(a.Partition) {
		partition = ", partition " + Visible(a.Partition)
	}
	return account + partition
}
