package rules

import (
	"bytes"
	"embed"
	"path"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2/unstable"
)

//go:embed guidance/*.toml
var guidance embed.FS

// LoadGuidance returns the catalogue that comes with the program. It is read
// once. An error says FILE:LINE of each fault.
func LoadGuidance() (*Catalogue, error) { return builtinGuidance() }

var builtinGuidance = sync.OnceValues(func() (*Catalogue, error) {
	files, err := guidance.ReadDir("guidance")
	if err != nil {
		return nil, err
	}
	var g guidanceReader
	for _, f := range files {
		data, err := guidance.ReadFile(path.Join("guidance", f.Name()))
		if err != nil {
			return nil, err
		}
		g.read(f.Name(), data)
	}
	return g.catalogue()
})

// guidanceReader reads files of [[entry]] tables, each with [[entry.when]]
// tables below it.
type guidanceReader struct {
	d       *decoder
	entries []*Entry
	errs    []*Error
	broken  bool
}

var (
	entryKeys     = []string{"id", "title", "says", "applies", "severity", "advice", "source", "see", "audit", "root", "rank"}
	conditionKeys = []string{"kinds", "path", "not_path", "section", "lines", "not_lines", "near", "before", "near_all", "with", "unless", "across", "of", "advice"}
)

// defaultRank is the rank of an entry that names none.
const defaultRank = 50

func (g *guidanceReader) read(file string, data []byte) {
	g.d = &decoder{file: file}
	d := g.d
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	d.lines = newLineIndex(data)
	d.p.Reset(data)
	table := ""
	for d.p.NextExpression() {
		e := d.p.Expression()
		name, line := d.key(e)
		switch e.Kind {
		case unstable.ArrayTable, unstable.Table:
			table = g.enter(e.Kind == unstable.ArrayTable, name, line)
		case unstable.KeyValue:
			g.value(table, field{d, name, line, e.Value()})
		}
	}
	if err := d.p.Error(); err != nil {
		g.broken = true
		d.syntax(err)
	}
	g.errs = append(g.errs, d.errs...)
}

// enter begins a table and returns its name, "other" for one that isn't ours.
func (g *guidanceReader) enter(array bool, name string, line int) string {
	switch {
	case array && name == "entry":
		g.entries = append(g.entries, &Entry{File: g.d.file, Line: line, Rank: defaultRank, lines: map[string]int{}})
		return name
	case array && name == "entry.when" && g.last() != nil:
		e := g.last()
		e.When = append(e.When, &Condition{Line: line, lines: map[string]int{}})
		return name
	}
	g.d.fail(line, "unknown table %q (guidance holds [[entry]] tables, with [[entry.when]] below)", name)
	return "other"
}

// last is the entry that is being read, nil before a file's first.
func (g *guidanceReader) last() *Entry {
	if n := len(g.entries); n > 0 && g.entries[n-1].File == g.d.file {
		return g.entries[n-1]
	}
	return nil
}

func (g *guidanceReader) value(table string, f field) {
	var seen map[string]int
	known, take := entryKeys, func() { g.entryKey(g.last(), f) }
	switch table {
	case "entry":
		seen = g.last().lines
	case "entry.when":
		e := g.last()
		c := e.When[len(e.When)-1]
		seen, known, take = c.lines, conditionKeys, func() { g.conditionKey(c, f) }
	case "":
		g.d.fail(f.line, "key %q stands outside of an [[entry]]", f.name)
		return
	default:
		return // of a table that was told already
	}
	if !slices.Contains(known, f.name) {
		g.d.fail(f.line, "unknown key %q%s", f.name, suggestion(f.name, known))
		return
	}
	if first := seen[f.name]; first > 0 {
		g.d.fail(f.line, "%s stands already in line %d", f.name, first)
		return
	}
	seen[f.name] = f.line
	take()
}

var guidanceID = lazily(`^[A-Z]+-[0-9]{2}$`)

func (g *guidanceReader) entryKey(e *Entry, f field) {
	switch f.name {
	case "id":
		if e.ID = f.str(); e.ID != "" && !guidanceID().MatchString(e.ID) {
			g.d.fail(f.line, "id %q is not of capitals, a hyphen and two digits", e.ID)
		}
	case "title":
		e.Title = f.str()
	case "says":
		e.Says = f.str()
	case "applies":
		e.Applies = f.str()
	case "severity":
		if e.Severity = f.str(); e.Severity != "" && !slices.Contains(Severities, e.Severity) {
			g.d.fail(f.line, "unknown severity %q (one of %s)", e.Severity, strings.Join(Severities, ", "))
		}
	case "advice":
		e.Advice = g.advice(f)
	case "source":
		e.Source = f.str()
	case "see":
		e.See = f.strs()
	case "audit":
		e.Audit = f.flag()
	case "root":
		e.Root = f.flag()
	case "rank":
		e.Rank = f.number()
	}
}

func (g *guidanceReader) conditionKey(c *Condition, f field) {
	if f.v.Kind == unstable.Array && !hasChildren(f.v) {
		g.d.fail(f.line, "%s is empty", f.name)
	}
	switch f.name {
	case "kinds":
		c.Kinds = g.kinds(f)
	case "path":
		c.Path = g.patterns(f)
	case "not_path":
		c.NotPath = g.patterns(f)
	case "section":
		c.Section = g.patterns(f)
	case "lines":
		c.Lines = g.patterns(f)
	case "not_lines":
		c.NotLines = g.patterns(f)
	case "near_all":
		c.NearAll = g.patterns(f)
	case "near":
		c.Near = g.words(f)
	case "before":
		c.Before = g.words(f)
	case "with":
		c.With = f.strs()
	case "unless":
		c.Unless = f.strs()
	case "of":
		c.Of = f.str()
	case "advice":
		c.Advice = f.strs()
	case "across":
		if c.Across = Across(f.str()); c.Across != "" && !slices.Contains(acrosses, string(c.Across)) {
			g.d.fail(f.line, "unknown across %q (one of %s)", c.Across, strings.Join(acrosses, ", "))
		}
	}
}

func (g *guidanceReader) advice(f field) []string {
	list := f.strs()
	if len(list) == 0 && f.v.Kind == unstable.Array {
		g.d.fail(f.line, "advice is empty")
	}
	return list
}

func (g *guidanceReader) kinds(f field) (out []Kind) {
	names := []string{"aws", "access-key"}
	for _, k := range allKinds {
		names = append(names, string(k))
	}
	f.each(func(e field) {
		switch k := Kind(e.str()); {
		case k == "aws":
			out = append(out, awsKinds...)
		case k == "access-key":
			out = append(out, accessKeys...)
		case slices.Contains(allKinds, k):
			out = append(out, k)
		default:
			g.d.fail(e.line, "unknown kind %q%s", k, suggestion(string(k), names))
		}
	})
	return out
}

func (g *guidanceReader) patterns(f field) (out []Pattern) {
	f.each(func(e field) {
		src := e.str()
		if _, err := syntax.Parse(src, syntax.Perl); err != nil {
			g.d.fail(e.line, "%s: %s", f.name, patternFault(err))
			return
		}
		out = append(out, newPattern(src))
	})
	return out
}

func (g *guidanceReader) words(f field) (out []Word) {
	f.each(func(e field) {
		w := e.str()
		if w != strings.ToLower(w) {
			g.d.fail(e.line, "%s: %s has capitals; words are written in lower case", f.name, strconv.Quote(w))
		}
		out = append(out, Word(w))
	})
	return out
}

func hasChildren(n *unstable.Node) bool {
	it := n.Children()
	return it.Next()
}
