package rules

import (
	"fmt"
	"slices"
	"strings"
)

// catalogue checks what was read, all files together, and returns it.
func (g *guidanceReader) catalogue() (*Catalogue, error) {
	c := &Catalogue{entries: g.entries, byID: map[string]*Entry{}}
	if !g.broken {
		for _, e := range g.entries {
			g.checkEntry(c, e)
		}
		for _, e := range g.entries {
			g.checkReferences(c, e)
		}
		g.checkCircles(c)
	}
	if err := joined(g.errs); err != nil {
		return nil, err
	}
	return c, nil
}

func (g *guidanceReader) fail(e *Entry, line int, format string, args ...any) {
	g.errs = append(g.errs, &Error{e.File, line, fmt.Sprintf(format, args...)})
}

func (g *guidanceReader) checkEntry(c *Catalogue, e *Entry) {
	for _, key := range []string{"id", "title", "says", "applies", "severity", "advice", "source"} {
		if e.lines[key] == 0 {
			g.fail(e, e.Line, "an entry without %s", key)
		}
	}
	if first := c.byID[e.ID]; first != nil {
		g.fail(e, e.lines["id"], "%s stands already in %s:%d", e.ID, first.File, first.Line)
	} else if e.ID != "" {
		c.byID[e.ID] = e
	}
	for _, w := range e.When {
		if len(w.lines) == 0 {
			g.fail(e, w.Line, "a condition without keys fits everything; say kinds = [\"aws\"] if that is meant")
		}
		if (w.lines["of"] == 0) != (w.lines["advice"] == 0) {
			g.fail(e, w.Line, "of and advice go together: of says for what the advice is")
		}
	}
}

func (g *guidanceReader) checkReferences(c *Catalogue, e *Entry) {
	for _, w := range e.When {
		for _, key := range []string{"with", "unless"} {
			ids := w.With
			if key == "unless" {
				ids = w.Unless
			}
			for _, id := range ids {
				if c.byID[id] == nil && id != "" {
					g.fail(e, w.lines[key], "unknown entry %q in %s%s", id, key, c.Suggestion(id))
				}
			}
		}
	}
}

// checkCircles: whether an entry fits may hang on others, but not on itself.
func (g *guidanceReader) checkCircles(c *Catalogue) {
	done := map[*Entry]bool{}
	var visit func(e *Entry, way []string)
	visit = func(e *Entry, way []string) {
		if slices.Contains(way, e.ID) {
			g.fail(e, e.Line, "%s hangs on itself (%s)", e.ID, strings.Join(append(way, e.ID), " → "))
			return
		}
		if done[e] {
			return
		}
		for _, w := range e.When {
			for _, id := range slices.Concat(w.With, w.Unless) {
				if next := c.byID[id]; next != nil {
					visit(next, append(slices.Clip(way), e.ID))
				}
			}
		}
		done[e] = true
	}
	for _, e := range c.entries {
		visit(e, nil)
	}
}
