package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"lockaway/scanner/finding"
)

const (
	// sarifShort is how long a rule's descriptions may be at GitHub, in characters.
	sarifShort = 1024
	// maxRuleGuidance is how many entries of the guidance the help of a rule names.
	maxRuleGuidance = 20
	// aboutSecrets is what holds for every rule of a scan.
	aboutSecrets = "A credential that stands in a file, or in a repository's history, is known to everybody who can read that: it is to be revoked and replaced. Taking it out of the file does not undo that."
)

// sarifRules returns the rules that the entries are of, sorted.
func (m *Mask) sarifRules(all []*entry) []sarifRule {
	of := map[string][]*entry{}
	for _, e := range all {
		of[e.rule] = append(of[e.rule], e)
	}
	out := make([]sarifRule, 0, len(of))
	for id, es := range of {
		out = append(out, m.sarifRule(id, es))
	}
	slices.SortFunc(out, func(a, b sarifRule) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// sarifRule describes a rule by its entries: the worst of them names it.
func (m *Mask) sarifRule(id string, es []*entry) sarifRule {
	first, least := es[0], es[0].confidence()
	for _, e := range es {
		if e.severity > first.severity {
			first = e
		}
		least = min(least, e.confidence())
	}
	title, about, tags := cmp.Or(first.title, id), aboutSecrets, []string{"security", "secret", "external/cwe/cwe-798"}
	if first.check != nil {
		about, tags = "What AWS's guidance asks of an account.", []string{"security", "aws-account"}
	}
	rule := sarifRule{
		ID:               id,
		Name:             cut(pascal(id), 255),
		ShortDescription: sarifText{Text: cut(title, sarifShort)},
		FullDescription:  sarifText{Text: cut(title+". "+about, sarifShort)},
		Default:          sarifLevel{sarifLevelOf(first.severity)},
		Properties:       sarifRuleProperties{Precision: least.String(), SecuritySeverity: securitySeverity(first.severity), Tags: tags},
	}
	rule.Help.Text, rule.Help.Markdown = help(title, about, first, ruleGuidance(es))
	return rule
}

// pascal writes an ID as one word.
func pascal(id string) string {
	var b strings.Builder
	for part := range strings.FieldsFuncSeq(id, func(r rune) bool { return !alphanumeric(r) }) {
		b.WriteString(strings.ToUpper(part[:1]) + strings.ToLower(part[1:]))
	}
	return b.String()
}

// ruleGuidance returns the entries of the guidance that any of the entries goes
// against, the most frequent first.
func ruleGuidance(es []*entry) []finding.Guidance {
	n, by := map[string]int{}, map[string]finding.Guidance{}
	for _, e := range es {
		for _, g := range e.guidance {
			n[g.ID]++
			by[g.ID] = g
		}
	}
	var out []finding.Guidance
	for _, g := range by {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b finding.Guidance) int {
		return cmp.Or(-cmp.Compare(n[a.ID], n[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(len(out), maxRuleGuidance)]
}

// help returns a rule's help: what it is, what the guidance asks, and what to do.
func help(title, about string, worst *entry, guidance []finding.Guidance) (text, markdown string) {
	var t, md strings.Builder
	fmt.Fprintf(&t, "%s\n\n%s\n", title, about)
	fmt.Fprintf(&md, "# %s\n\n%s\n", mdText(title), about)
	if steps := genericSteps(worst); len(steps) > 0 {
		t.WriteString("\nWhat to do:\n")
		md.WriteString("\n## What to do\n\n")
		for i, s := range steps {
			fmt.Fprintf(&t, "%d. %s\n", i+1, s)
			fmt.Fprintf(&md, "%d. %s\n", i+1, mdSteps(s))
		}
	}
	if len(guidance) > 0 {
		t.WriteString("\nWhat the guidance asks:\n")
		md.WriteString("\n## What the guidance asks\n\n")
		for _, g := range guidance {
			fmt.Fprintf(&t, "- %s: %s. %s\n", g.ID, g.Title, g.Advice)
			fmt.Fprintf(&md, "- **%s: %s.** %s\n", mdText(g.ID), mdText(g.Title), mdSteps(g.Advice))
		}
	}
	if worst.finding != nil {
		t.WriteString("\n`lockaway explain FILE:LINE` tells all about a single finding.\n")
		md.WriteString("\n`lockaway explain FILE:LINE` tells all about a single finding.\n")
	}
	return t.String(), md.String()
}

// genericSteps returns the steps of an entry without what names its key and account:
// they are to help with any of the rule's.
func genericSteps(e *entry) []string {
	if e.finding == nil || len(e.steps) == 0 {
		return e.steps
	}
	s := strings.Join(e.steps, "\x00")
	r := e.finding.Reach()
	for _, n := range slices.Concat(r.Paths[:min(len(r.Paths), maxNamed)], r.Refs) {
		if strings.ContainsAny(n, "/.") { // others may be words of the steps
			s = strings.ReplaceAll(strings.ReplaceAll(s, n, "NAME"), VisibleName(n), "NAME")
		}
	}
	if a := e.finding.AWS; a != nil && a.KeyID != "" {
		s = strings.ReplaceAll(s, a.KeyID, "KEY-ID")
		if a.AccountID != "" && a.AccountID != "unknown" {
			s = strings.ReplaceAll(s, a.AccountID, "ACCOUNT")
		}
	}
	return strings.Split(s, "\x00")
}

// securitySeverity is a severity as GitHub takes it: above 9.0 critical, from 7.0 on
// high, from 4.0 on medium, above 0 low.
func securitySeverity(s finding.Severity) string {
	return [...]string{"0.5", "3.0", "5.5", "8.0", "9.5"}[s]
}

func sarifLevelOf(s finding.Severity) string {
	switch {
	case s >= finding.High:
		return "error"
	case s == finding.Medium:
		return "warning"
	}
	return "note"
}

// cut returns the first characters of a text, most of them at most.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	r := []rune(s)
	return string(r[:most-1]) + "…"
}
