package advise

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

// linesBefore and linesAfter are how many lines beside the value belong to it, if
// no blank line or section begins between.
const linesBefore, linesAfter = 4, 2

// view is a finding with the text around it, taken apart as conditions ask for it.
type view struct {
	a    *Advisor
	f    *finding.Finding
	all  *comparison // nil: comparisons don't hold
	kind rules.Kind
	path string

	fit   []*rules.Condition // by entry, once tried
	tried []bool

	located      bool
	near, before string   // in lower case
	lines        []string // the value's own and those that belong to it
	heading      string   // the INI section
}

func (a *Advisor) view(f *finding.Finding, all *comparison) *view {
	v := &view{a: a, f: f, all: all, kind: kindOf(f), path: f.Path,
		fit: make([]*rules.Condition, len(a.entries)), tried: make([]bool, len(a.entries))}
	for _, l := range f.Layers {
		if _, inner, ok := strings.Cut(l, ":"); ok {
			v.path += "/" + inner // a member of an archive has a path of its own
		}
	}
	return v
}

// fits returns the condition by which an entry fits, nil if none holds.
func (v *view) fits(i int) *rules.Condition {
	if v.tried[i] {
		return v.fit[i]
	}
	v.tried[i] = true // the catalogue has no circles; a second visit ends here
	e := v.a.entries[i]
	if e.Root && identified(v.f) {
		v.fit[i] = v.rootKnown(e)
		return v.fit[i]
	}
	for _, c := range e.When {
		if v.holds(c) {
			v.fit[i] = c
			break
		}
	}
	return v.fit[i]
}

// rootKnown returns what makes an entry on the root user fit if AWS said that a finding
// is the root user's: any of its conditions on such a kind, whatever the text around
// says.
func (v *view) rootKnown(e *rules.Entry) *rules.Condition {
	if v.f.Verification.Identity != finding.Root {
		return nil
	}
	for _, c := range e.When {
		if slices.Contains(c.Kinds, v.kind) {
			return c
		}
	}
	return nil
}

// holds tries the cheap parts of a condition first.
func (v *view) holds(c *rules.Condition) bool {
	if len(c.Kinds) > 0 && !slices.Contains(c.Kinds, v.kind) || len(c.Kinds) == 0 && !v.kind.AWS() {
		return false
	}
	if len(c.Path) > 0 && !anyMatches(c.Path, v.path) || anyMatches(c.NotPath, v.path) {
		return false
	}
	other := func(id string) bool { return v.fits(v.a.index[id]) != nil }
	if len(c.With) > 0 && !slices.ContainsFunc(c.With, other) || slices.ContainsFunc(c.Unless, other) {
		return false
	}
	if c.Across != "" && !v.all.holds(c.Across, v.f) {
		return false
	}
	if len(c.Section) > 0 && (v.section() == "" || !anyMatches(c.Section, v.section())) {
		return false
	}
	return v.holdsText(c)
}

func (v *view) holdsText(c *rules.Condition) bool {
	if len(c.Lines)+len(c.Near)+len(c.Before)+len(c.NearAll) == 0 {
		return true
	}
	v.locate()
	in := func(text string) func(rules.Word) bool { return func(w rules.Word) bool { return w.In(text) } }
	if len(c.Near) > 0 && !slices.ContainsFunc(c.Near, in(v.near)) {
		return false
	}
	if len(c.Before) > 0 && !slices.ContainsFunc(c.Before, in(v.before)) {
		return false
	}
	if len(c.Lines) > 0 && !slices.ContainsFunc(v.lines, func(l string) bool {
		return anyMatches(c.Lines, l) && !anyMatches(c.NotLines, l)
	}) {
		return false
	}
	for _, p := range c.NearAll {
		if !p.Match(v.near) {
			return false
		}
	}
	return true
}

func anyMatches(ps []rules.Pattern, s string) bool {
	return slices.ContainsFunc(ps, func(p rules.Pattern) bool { return p.Match(s) })
}

func (v *view) section() string {
	v.locate()
	return v.heading
}

// locate finds the value in the text around it and takes that apart.
func (v *view) locate() {
	if v.located {
		return
	}
	v.located = true
	a := v.f.Around
	if a.Near == "" {
		a.Near = strings.Join([]string{a.Before, a.Lines, a.After}, "\n")
	}
	value := v.f.Value.Reveal()
	from, to := stand(a.Near, a.Lines, value)
	v.near = strings.ToLower(a.Near)
	// The line may be long, all of a file even: what stands in it behind the value
	// isn't before it.
	at := from
	if i := strings.Index(a.Near[from:to], value); i > 0 {
		at += i
	}
	v.before = strings.ToLower(block(a.Near[:at]))
	v.lines, v.heading = belonging(a.Near, from, to)
}

var (
	// blockEnd is a bracket that ends what began at a line's beginning: a resource,
	// a function, an object.
	blockEnd = lazily(`(?m)^[}\])]+[;,]?\r?$`)
	// hereDoc begins a text that ends with a line of this word alone.
	hereDoc = lazily(`<<[-~]?["']?([A-Za-z_]\w*)["']?`)
)

// block returns the part of a text behind the last block that ended in it. What
// ends inside a here document that is still open is a part of that.
func block(text string) string {
	open := len(text)
	if all := hereDoc().FindAllStringSubmatchIndex(text, -1); all != nil {
		m := all[len(all)-1]
		word, closed := text[m[2]:m[3]], false
		for line := range strings.Lines(text[m[1]:]) {
			closed = closed || strings.TrimSpace(line) == word
		}
		if !closed {
			open = m[0]
		}
	}
	if all := blockEnd().FindAllStringIndex(text[:open], -1); all != nil {
		return text[all[len(all)-1][1]:]
	}
	return text
}

// stand says where in a text the lines of a value stand, or the value if the
// lines aren't there; the nearest to the middle of several.
func stand(text, lines, value string) (from, to int) {
	for _, s := range []string{strings.TrimSpace(lines), value} {
		best, at := -1, 0
		for s != "" {
			i := strings.Index(text[at:], s)
			if i < 0 {
				break
			}
			at += i
			if best < 0 || distance(at, text) < distance(best, text) {
				best = at
			}
			at++
		}
		if best >= 0 {
			return best, best + len(s)
		}
	}
	return len(text) / 2, len(text) / 2
}

func distance(at int, text string) int { return max(at-len(text)/2, len(text)/2-at) }

var (
	sectionHead = lazily(`^\s*\[([^\[\]]{1,100})\]\s*([#;].*)?$`)
	// A line beside the value that holds such a run has a value of its own: the
	// words in it speak of that one.
	foreignRun = lazily(`[A-Za-z0-9/+]{20,}`)
)

// belonging returns the lines that a value stands in with those around that
// belong to it, and the name of the INI section above it, if there is one.
func belonging(text string, from, to int) (lines []string, heading string) {
	begin := strings.LastIndexByte(text[:from], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[to:], '\n'); i >= 0 {
		end = to + i
	}
	lines = strings.Split(text[begin:end], "\n")
	above := strings.Split(strings.TrimSuffix(text[:begin], "\n"), "\n")
	near := true
	for i := len(above) - 1; i >= 0; i-- {
		l := strings.TrimSuffix(above[i], "\r")
		m := sectionHead().FindStringSubmatch(l)
		near = near && len(above)-i <= linesBefore && strings.TrimSpace(l) != "" && m == nil
		if near && !foreignRun().MatchString(l) {
			lines = append(lines, l)
		}
		if m != nil {
			heading = strings.TrimSpace(m[1])
			break
		}
	}
	below := strings.Split(strings.TrimPrefix(text[end:], "\n"), "\n")
	for _, l := range below[:min(linesAfter, len(below))] {
		if strings.TrimSpace(l) == "" || sectionHead().MatchString(l) {
			break
		}
		if !foreignRun().MatchString(l) {
			lines = append(lines, l)
		}
	}
	return lines, heading
}

// lazily compiles a pattern when it is first asked for: most scans find nothing, and
// ask for none.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
