package report

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// entry is a finding, or a check of an account, as the formats of other programs show
// it: each of its texts is masked and fit to be shown.
type entry struct {
	finding *finding.Finding // nil for a check
	check   *finding.Check   // nil for a finding
	// rule is the finding's rule, or the check's entry of the guidance.
	rule, title string
	severity    finding.Severity
	// address is a path as it is, with nothing masked and nothing escaped; of what
	// stands in no file, what addressOf makes up.
	address                                    string
	startLine, endLine, startColumn, endColumn int // from 1
	// summary says in a line what it is and whose, details what else is known.
	summary string
	details []Detail
	steps   []string
	// guidance are the entries that it goes against.
	guidance []finding.Guidance
}

// entries are what a report says is wrong, in its order: the findings that the options
// show, then the checks that fail or could not be told.
func (m *Mask) entries(r *Report, o Options) []*entry {
	var out []*entry
	for _, f := range r.shown(o) {
		out = append(out, m.entry(f))
	}
	for i := range r.Checks {
		if c := &r.Checks[i]; c.Status == finding.Fail || c.Status == finding.CouldNotTell {
			out = append(out, m.checkEntry(c, r.Scan.Account))
		}
	}
	return out
}

// shownText makes a text of unknown origin fit to be shown.
func (m *Mask) shownText(s string) string { return Visible(m.Text(s)) }

// shownName makes a name fit to be shown.
func (m *Mask) shownName(s string) string { return VisibleName(m.Text(s)) }

func (m *Mask) shownAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = m.shownText(s)
	}
	return out
}

// entry returns a finding's entry.
func (m *Mask) entry(f *finding.Finding) *entry {
	e := &entry{
		finding: f, rule: Visible(f.Rule), title: m.shownText(f.Title), severity: f.Severity, address: addressOf(&f.Place),
		startLine: max(f.StartLine, 1), startColumn: max(f.StartColumn, 1), steps: m.shownAll(f.Steps),
	}
	e.endLine, e.endColumn = max(f.EndLine, e.startLine), max(f.EndColumn, 1)
	if e.endLine == e.startLine && e.endColumn <= e.startColumn {
		e.endColumn = e.startColumn + 1
	}
	what := m.What(f)
	value, about := m.valueShown(f), strings.Join(what[:min(1, len(what))], "")
	switch {
	case identifies(f) && about != "": // which names the key
		e.summary = e.title + ": " + about
	case about != "":
		e.summary = e.title + ": " + value + " (" + about + ")"
	default:
		e.summary = e.title + ": " + value
	}
	add := func(label, text string) {
		if text != "" {
			e.details = append(e.details, Detail{label, text})
		}
	}
	for _, w := range what[min(1, len(what)):] {
		add("what", w)
	}
	if v := f.Verification; v != nil {
		add("asked", m.Asked(v))
	}
	inside := make([]string, len(f.Layers))
	for i, l := range f.Layers {
		inside[i] = m.shownName(l)
	}
	add("inside", strings.Join(inside, " › "))
	e.details = append(e.details, m.History(f)...)
	add("why", strings.Join(m.shownAll(f.Why), "; "))
	if a := f.Allowed; a != nil {
		add("allowed", strings.TrimSuffix("by "+m.shownText(a.By)+": "+m.shownText(a.Reason), ": "))
	}
	for _, g := range f.Guidance {
		e.guidance = append(e.guidance, finding.Guidance{ID: Visible(g.ID), Title: m.shownText(g.Title), Advice: m.shownText(g.Advice)})
	}
	return e
}

// valueShown returns a finding's mask, or the value where values are to be shown.
func (m *Mask) valueShown(f *finding.Finding) string {
	if m == nil && f.Value.Known() {
		return Visible(f.Value.Reveal())
	}
	return Visible(m.value(f.Value, identifies(f)))
}

// checkEntry returns the entry of a check of an account.
func (m *Mask) checkEntry(c *finding.Check, a *finding.Account) *entry {
	e := &entry{
		check: c, rule: Visible(c.Guidance), title: m.shownText(c.Title), severity: c.Severity, address: accountAddress(a),
		startLine: 1, endLine: 1, startColumn: 1, endColumn: 2, steps: m.shownAll(c.Steps),
	}
	e.summary = e.title + ": " + m.shownText(c.Evidence)
	if c.Status == finding.CouldNotTell {
		e.summary = "could not be told: " + e.summary
	}
	if c.Missing != "" {
		e.details = append(e.details, Detail{"missing", m.shownText(c.Missing)})
	}
	if len(c.Resources) > 0 {
		e.details = append(e.details, Detail{"resources", strings.Join(m.shownAll(c.Resources), ", ")})
	}
	return e
}

// confidence is a finding's; that of a check is high.
func (e *entry) confidence() finding.Confidence {
	if e.finding != nil {
		return e.finding.Confidence
	}
	return finding.HighConfidence
}

// urgency is a finding's, or that of what is not live; what is allowed comes last.
func (e *entry) urgency() int {
	switch {
	case e.finding == nil:
		return urgency(&finding.Finding{})
	case e.finding.Allowed != nil:
		return urgency(e.finding) + 1
	}
	return urgency(e.finding)
}

// fingerprint is what names an entry wherever it stands.
func (e *entry) fingerprint() string {
	if e.finding != nil {
		return e.finding.Fingerprint
	}
	return finding.NewSecret(e.address + "\x00" + e.rule).Fingerprint()
}

// accountAddress stands for a path where an account is meant.
func accountAddress(a *finding.Account) string {
	if a == nil || a.ID == "" {
		return "aws-account"
	}
	return "aws-account/" + a.ID
}

// addressOf returns the path of what a place stands in. An object of a repository
// that is no file is named as git names it in the git folder, where it lies unless it
// is packed; standard input has a name of its own. It is never empty.
func addressOf(at *finding.Place) string {
	switch at.Source {
	case chunk.Stdin:
		return "standard-input"
	case chunk.Argument:
		return "command-line"
	case chunk.CommitMessage, chunk.CommitAuthor, chunk.Tag:
	default:
		if at.Path != "" {
			return at.Path
		}
	}
	if at.Git != nil && len(at.Git.Object) > 2 {
		return ".git/objects/" + at.Git.Object[:2] + "/" + at.Git.Object[2:]
	}
	return cmp.Or(at.Path, "unknown")
}

// worst returns the worst of the entries, most of them at most, and how many are left
// out. They keep their order where none is.
func worst(all []*entry, most int) (kept []*entry, left int) {
	if len(all) <= most {
		return all, 0
	}
	return worstEntries(all)[:most], len(all) - most
}

// worstEntries orders entries by how bad they are, what AWS says is live before all
// else, and how sure; equals keep their order.
func worstEntries(all []*entry) []*entry {
	return slices.SortedStableFunc(slices.Values(all), func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.urgency(), b.urgency()), -cmp.Compare(a.severity, b.severity), -cmp.Compare(a.confidence(), b.confidence()))
	})
}

// unread tells whether something was not read that was to be, things aside that nobody
// could expect to be read.
func (r *Report) unread() bool {
	s := &r.Scan
	if len(s.Problems) > 0 {
		return !s.Complete && slices.ContainsFunc(s.Problems, func(p finding.Problem) bool { return !p.Low })
	}
	return !s.Complete && !r.unsure()
}

// unsure tells whether a check of an account could not tell.
func (r *Report) unsure() bool {
	return slices.ContainsFunc(r.Checks, func(c finding.Check) bool { return c.Status == finding.CouldNotTell })
}

// failed tells whether a report lacks something that it was to have.
func (r *Report) failed() bool { return r.unread() || r.unsure() }

// problemText says in a line what could not be read.
func (m *Mask) problemText(p *finding.Problem) string {
	s := m.shownName(p.Where) + ": " + m.shownText(p.What)
	if p.Where == "" {
		s = m.shownText(p.What)
	}
	if p.Hint != "" {
		s += "; " + m.shownText(p.Hint)
	}
	return s
}

// weight is how much it counts that something could not be read.
type weight int

const (
	unread weight = iota // the scan as a whole is not complete
	normal               // a thing that was to be read
	low                  // one that nobody could expect to be read
)

// troubles are what a report says of what could not be read, the sum first; of the
// problems so many at most, and how many more there are.
func (m *Mask) troubles(r *Report, most int) iter.Seq2[weight, string] {
	return func(yield func(weight, string) bool) {
		if r.unread() && !yield(unread, notRead(&r.Scan)) {
			return
		}
		for i := range r.Scan.Problems {
			p := &r.Scan.Problems[i]
			if i == most {
				yield(normal, fmt.Sprintf("%s more could not be read", grouped(int64(len(r.Scan.Problems)-i))))
				return
			}
			w := normal
			if p.Low {
				w = low
			}
			if !yield(w, m.problemText(p)) {
				return
			}
		}
	}
}

// notRead sums up the problems in a line, or says that there are some.
func notRead(s *finding.Scan) string {
	if len(s.Problems) == 0 {
		return "not everything could be read"
	}
	return fmt.Sprintf("incomplete: %s could not be read", count(len(s.Problems), "thing"))
}
