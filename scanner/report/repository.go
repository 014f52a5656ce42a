package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// What the text report says of findings in a repository: which commit brought them
// in, under which paths, and what still reaches them.

const (
	// shortID is how many digits of an object's id are shown: enough for git to know
	// it by in repositories of some million objects.
	shortID = 10
	// maxRefs, maxPaths and maxPlaces are how many of each a finding names.
	maxRefs, maxPaths, maxPlaces = 3, 3, 2
	// maxMessage is how much of a commit's first line is shown, in columns.
	maxMessage = 72
)

// ordered returns the findings in the order in which text tells them: as they are
// sorted, but those without a path by what they stand in; and what AWS says is live
// before all else, the root users' keys first, for that is what to see to tonight.
func (p *textPrinter) ordered(fs []*finding.Finding) []*finding.Finding {
	n := 0
	for n < len(fs) && fs[n].Path == "" {
		n++
	}
	out := slices.Clone(fs)
	slices.SortStableFunc(out[:n], func(a, b *finding.Finding) int {
		return cmp.Or(cmp.Compare(when(a), when(b)), strings.Compare(p.stands(&a.Place), p.stands(&b.Place)))
	})
	slices.SortStableFunc(out, func(a, b *finding.Finding) int { return cmp.Compare(urgency(a), urgency(b)) })
	return out
}

// urgency is 0 for a live key of a root user, 1 for one of an administrator or one that
// was seen in public, 2 for another, 3 for what isn't known to be live, or opens less:
// an ID alone.
func urgency(f *finding.Finding) int {
	is := func(b *bool) bool { return b != nil && *b }
	switch v := f.Verification; {
	case v == nil || v.State != finding.Live || f.Severity < finding.Critical || f.Allowed != nil:
		return 3
	case v.Identity == finding.Root:
		return 0
	case is(v.Admin) || is(v.Quarantined):
		return 1
	}
	return 2
}

func when(f *finding.Finding) int64 {
	if f.Git == nil || f.Git.Date.IsZero() {
		return 1<<63 - 1
	}
	return f.Git.Date.Unix()
}

// stands names what a place stands in: a file, or what in a repository is none.
func (p *textPrinter) stands(at *finding.Place) string {
	switch at.Source {
	case chunk.Stdin:
		return "standard input"
	case chunk.Argument:
		return "command line"
	case chunk.CommitMessage:
		if at.Git == nil {
			return "message" // of a commit that isn't made yet
		}
		return "commit " + short(at.Git) + ", message"
	case chunk.CommitAuthor:
		return "commit " + short(at.Git) + ", header"
	case chunk.Tag:
		return p.tag(at.Git)
	case chunk.Note:
		if of := strings.ReplaceAll(at.Path, "/", ""); isID(of) {
			return "note on " + of[:shortID]
		}
		return "note " + p.name(at.Path)
	case chunk.PathName, chunk.RefName:
		return p.name(at.Path) + " (its name)"
	case chunk.Symlink:
		return p.name(at.Path) + " (where it leads)"
	}
	if at.Path == "" {
		return "blob " + short(at.Git)
	}
	return p.name(at.Path)
}

// tag names a tag by the ref that leads to it.
func (p *textPrinter) tag(g *finding.Git) string {
	if g != nil {
		for _, ref := range g.Refs {
			if name, ok := strings.CutPrefix(ref, "refs/tags/"); ok {
				return "tag " + p.name(name)
			}
		}
	}
	return "tag " + short(g)
}

// at is what a place stands in, with the line.
func (p *textPrinter) at(at *finding.Place) string {
	switch at.Source {
	case chunk.CommitMessage, chunk.CommitAuthor, chunk.Tag, chunk.Note, chunk.Symlink:
		return fmt.Sprintf("%s, line %d", p.stands(at), at.StartLine)
	case chunk.PathName, chunk.RefName:
		return p.stands(at)
	}
	return fmt.Sprintf("%s:%d", p.stands(at), at.StartLine)
}

func short(g *finding.Git) string {
	if g == nil {
		return ""
	}
	return g.Object[:min(len(g.Object), shortID)]
}

// isID tells whether s is the id of an object, of SHA-1 or SHA-256.
func isID(s string) bool {
	return (len(s) == 40 || len(s) == 64) && !strings.ContainsFunc(s, func(r rune) bool {
		return !('0' <= r && r <= '9' || 'a' <= r && r <= 'f')
	})
}

// Detail is one thing that is told of a finding, under a label.
type Detail struct{ Label, Text string }

// Where names what a place stands in, with its line, fit to be shown.
func (m *Mask) Where(at *finding.Place) string {
	p := &textPrinter{mask: m}
	return p.at(at)
}

// Explain returns the command that tells all about a finding, between backquotes;
// empty where there is none, or where it would tell a value.
func (m *Mask) Explain(f *finding.Finding) string {
	p := &textPrinter{mask: m}
	return p.explain(f)
}

// What tells what a credential is and whose, fit to be shown: a line, and more where it
// opens nothing or is an alarm.
func (m *Mask) What(f *finding.Finding) []string {
	p := &textPrinter{mask: m}
	return p.what(f, nil)
}

// Asked tells in one line what asking the provider told, fit to be shown.
func (m *Mask) Asked(v *finding.Verification) string {
	p := &textPrinter{mask: m}
	return strings.Join(append([]string{stateText(v.State)}, p.answer(v)...), " · ")
}

// History tells where a finding is in the history of its repository, fit to be shown;
// nothing of what is in none.
func (m *Mask) History(f *finding.Finding) []Detail {
	p := &textPrinter{mask: m}
	var out []Detail
	add := func(label, text string) {
		if text != "" {
			out = append(out, Detail{label, text})
		}
	}
	if g := f.Git; g != nil {
		if g.Repo != "" {
			add("submodule", p.name(g.Repo))
		}
		switch {
		case g.Commit != "" || f.Source == chunk.Tag && !g.Date.IsZero():
			add(who(f), p.commit(g))
		case g.Placed && f.Source != chunk.Tag:
			add("commit", "none has it")
		}
		if len(g.Paths) > 1 {
			add("paths", "also "+listed(g.Paths[1:], g.MorePaths, maxPaths, p.name))
		}
	}
	add("refs", p.refs(f))
	if len(f.Places) < 2 {
		return out
	}
	more := f.Places[1:]
	n := min(len(more), maxPlaces)
	for i := range n {
		add("places", "also "+p.place(&more[i]))
	}
	if n = len(more) - n; n > 0 {
		add("places", fmt.Sprintf("and %s: `--report json` names all", count(n, "more place")))
	}
	return out
}

// history writes where a finding is in the history of its repository.
func (p *textPrinter) history(f *finding.Finding) {
	last := ""
	for _, d := range p.mask.History(f) {
		label := d.Label
		if label == last {
			label = ""
		}
		last = d.Label
		p.detail(label, d.Text)
	}
}

// who is the label of what a commit or tag says of itself.
func who(f *finding.Finding) string {
	if f.Source == chunk.Tag {
		return "tagged"
	}
	return "commit"
}

// commit tells a commit, or a tag: when, by whom, and its message's first line.
func (p *textPrinter) commit(g *finding.Git) string {
	var out []string
	if g.Commit != "" {
		out = append(out, g.Commit[:min(len(g.Commit), shortID)])
	}
	if !g.Date.IsZero() {
		out = append(out, g.Date.Format(time.DateOnly))
	}
	by := p.pieceShown(g.Author)
	if mail := p.pieceShown(g.Email); mail != "" {
		by = strings.TrimSpace(by + " <" + mail + ">")
	}
	if by != "" {
		out = append(out, by)
	}
	s := strings.Join(out, ", ")
	if m := p.pieceShown(g.Message); m != "" {
		s += ": " + m
	}
	return s
}

// pieceShown is what was cut out of a longer text and may be long itself.
func (p *textPrinter) pieceShown(s string) string {
	// Backquotes are for commands, which stay on one line: see wrap.
	s = strings.ReplaceAll(Visible(p.mask.Piece(s)), "`", "'")
	if columns(s) <= maxMessage {
		return s
	}
	var b strings.Builder
	n := 1
	for _, r := range s {
		if n += runeColumns(r); n > maxMessage {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}

// place tells a further place of a value.
func (p *textPrinter) place(at *finding.Place) string {
	s := p.at(at)
	g := at.Git
	if g == nil {
		return s
	}
	if g.Commit != "" && g.Commit != g.Object {
		s += " of " + g.Commit[:min(len(g.Commit), shortID)]
	}
	if !g.Date.IsZero() {
		s += ", " + g.Date.Format(time.DateOnly)
	}
	if g.Placed && !g.Reachable {
		s += ", dangling"
	}
	if g.Repo != "" {
		s += ", in submodule " + p.name(g.Repo)
	}
	return s
}

// refs says what still reaches a value; empty where that was not looked for, since
// the scan ended before or there is no object.
func (p *textPrinter) refs(f *finding.Finding) string {
	r := f.Reach()
	if !r.Placed {
		return ""
	}
	if !r.Reachable {
		return "dangling: no ref reaches it"
	}
	refs := byRank(r.Refs)
	s := listed(refs, r.MoreRefs, maxRefs, p.name)
	reach := "reach"
	if len(refs)+r.MoreRefs == 1 {
		reach = "reaches"
	}
	switch {
	case r.AtTip != nil && f.Git != nil && f.Git.AtTip:
		return fmt.Sprintf("at a tip: %s %s it", s, reach)
	case r.AtTip != nil:
		return fmt.Sprintf("at a tip, as %s: %s %s it", p.place(r.AtTip), s, reach)
	case len(refs) > 0 && refRank(refs[0]) == indexRank:
		return "staged and in no commit: listed by " + s
	case len(refs) > 0 && refRank(refs[0]) == reflogRank:
		return "only a reflog still reaches it: " + s
	}
	return fmt.Sprintf("only in history: %s still %s it", s, reach)
}

const reflogRank, indexRank = 5, 6

// refRank puts first what people look for first.
func refRank(ref string) int {
	switch {
	case ref == "HEAD":
		return 0
	case strings.HasPrefix(ref, "refs/heads/"):
		return 1
	case strings.HasPrefix(ref, "refs/tags/"):
		return 2
	case strings.HasPrefix(ref, "refs/remotes/"):
		return 3
	case !strings.HasPrefix(ref, "refs/") && strings.Contains(ref, "@{"):
		return reflogRank
	case ref == "index" || !strings.HasPrefix(ref, "refs/") && strings.HasSuffix(ref, "/index"):
		return indexRank
	}
	return 4
}

// byRank orders refs so, and leaves the order of equals.
func byRank(refs []string) []string {
	return slices.SortedStableFunc(slices.Values(refs), func(a, b string) int { return refRank(a) - refRank(b) })
}

// listed names the first of some names, and how many more there are; hidden is how
// many of those are not among names.
func listed(names []string, hidden, most int, shown func(string) string) string {
	var out []string
	for _, n := range names[:min(len(names), most)] {
		out = append(out, shown(n))
	}
	s := strings.Join(out, ", ")
	if n := len(names) - len(out) + hidden; n > 0 {
		s += fmt.Sprintf(" and %s more", grouped(int64(n)))
	}
	return s
}

// withoutNames returns steps without the names of paths and refs.
func withoutNames(steps []string, f *finding.Finding) string {
	s := strings.Join(steps, "\n")
	r := f.Reach()
	for _, names := range [][]string{r.Paths[:min(len(r.Paths), maxNamed)], r.Refs} {
		for _, n := range names {
			if len(n) > 2 {
				s = strings.ReplaceAll(s, n, "NAME")
			}
		}
	}
	return s
}

// maxNamed is more than how many paths a step may name.
const maxNamed = 10
