package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lockaway/scanner/finding"
)

const (
	// overviewFrom is from how many findings on a report has an overview: fewer
	// are seen at a glance.
	overviewFrom = 6
	// maxKinds and maxAccounts are how many of each it names.
	maxKinds    = 12
	maxAccounts = 6
)

// kind is what findings of one severity and title come to.
type kind struct {
	first *finding.Finding
	title string
	root  bool // the guidance on root users speaks of it
	live  bool
	n     int
}

// overview says, where there are many findings, of what kinds they are, the worst
// first, and whose. It stands at the end, which is what people read.
func (p *textPrinter) overview(r *Report) {
	kinds := map[[2]string]*kind{}
	different, accounts := map[string]bool{}, map[string]int{}
	total := 0
	for _, f := range r.Findings {
		if f.Allowed != nil {
			continue
		}
		total++
		different[f.Fingerprint] = true
		if f.AWS != nil && f.AWS.AccountID != "" && f.AWS.AccountID != "unknown" {
			accounts[f.AWS.AccountID]++
		}
		title, _, _ := strings.Cut(f.Title, ", derived from")
		live := f.Verification != nil && f.Verification.State == finding.Live
		switch {
		case liveRoot(f.Verification) && !strings.Contains(title, "root user"):
			title += ", live, a root user's"
		case live:
			title += ", live"
		}
		key := [2]string{f.Severity.String(), title}
		if kinds[key] == nil {
			root := slices.ContainsFunc(f.Guidance, func(g finding.Guidance) bool { return strings.HasPrefix(g.ID, "ROOT-") })
			kinds[key] = &kind{first: f, title: title, root: root || liveRoot(f.Verification), live: live}
		}
		kinds[key].n++
	}
	if total < overviewFrom {
		return
	}
	p.line("%s", p.o.style(bold, "what was found, the worst first"))
	for i, s := range worstFirst(kinds) {
		if i == maxKinds {
			p.line("  … and %d more kinds", len(kinds)-i)
			break
		}
		p.kind(s)
	}
	whose := count(len(different), "different credential")
	if n := len(accounts); n == 1 {
		whose += "; of account " + mostFirst(accounts)
	} else if n > 1 {
		whose += "; of accounts " + mostFirst(accounts)
	}
	for _, l := range p.wrapped(whose, 2) {
		p.line("  %s", l)
	}
	p.line("")
}

func worstFirst(kinds map[[2]string]*kind) []*kind {
	var out []*kind
	for _, s := range kinds {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *kind) int {
		return cmp.Or(
			-cmp.Compare(a.first.Severity, b.first.Severity),
			rank(a)-rank(b),
			-cmp.Compare(a.n, b.n),
			finding.Compare(a.first, b.first),
		)
	})
	return out
}

// rank puts what is live first, and the root user's first of each.
func rank(s *kind) int {
	rank := 3
	if s.live {
		rank -= 2
	}
	if s.root {
		rank--
	}
	return rank
}

// kind writes a line of the overview, and where the first of the kind stands.
func (p *textPrinter) kind(s *kind) {
	const before = len("critical") + 2
	f := s.first
	where := p.at(&f.Place)
	if s.n > 1 {
		where = "first at " + where
	}
	text := fmt.Sprintf("%5s  %s, %s", grouped(int64(s.n)), p.text(s.title), where)
	blanks := strings.Repeat(" ", max(before-2-len(f.Severity.String()), 0))
	for i, l := range p.wrapped(strings.TrimLeft(text, " "), before+8) {
		if i > 0 {
			p.line("%*s%s", before+8, "", l)
			continue
		}
		p.line("  %s%s%s", p.o.style(severityStyle(f.Severity), f.Severity.String()), blanks, text[:len(text)-len(strings.TrimLeft(text, " "))]+l)
	}
}

// wrapped breaks a text into lines that fit behind an indent.
func (p *textPrinter) wrapped(s string, indent int) []string {
	if p.o.Width == 0 {
		return []string{s}
	}
	return wrap(s, p.width-indent)
}

// mostFirst names accounts with how many findings each has, the one with most
// first.
func mostFirst(accounts map[string]int) string {
	var ids []string
	for id := range accounts {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(-cmp.Compare(accounts[a], accounts[b]), cmp.Compare(a, b))
	})
	var out []string
	for i, id := range ids {
		if i == maxAccounts {
			out = append(out, fmt.Sprintf("and %d more", len(ids)-i))
			break
		}
		out = append(out, fmt.Sprintf("%s (%s)", Visible(id), count(accounts[id], "finding")))
	}
	return strings.Join(out, ", ")
}
