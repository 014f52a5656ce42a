package rules

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// decoder reads TOML into rules by walking the syntax tree: that alone knows the
// line of each key and each list entry, and goes on behind a fault, so that all
// of a file's faults can be told at once.
type decoder struct {
	file     string
	embedded bool // only [[rule]] tables are ours
	trusted  bool // a built-in pack: what tests check is not checked again
	broken   bool // not TOML, so nothing can be said about what is missing

	pack  pack
	rules []*Rule
	errs  []*Error

	p     unstable.Parser
	lines lineIndex
}

// pack are a pack's own keys.
type pack struct {
	provider, prefix, title string
	references              []string
	lines                   map[string]int
}

var packKeys = []string{"provider", "prefix", "title", "references"}

func (d *decoder) fail(line int, format string, args ...any) {
	d.errs = append(d.errs, &Error{d.file, line, fmt.Sprintf(format, args...)})
}

// read fills the decoder's pack and rules.
func (d *decoder) read(data []byte) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	d.lines = newLineIndex(data)
	d.pack.lines = map[string]int{}
	d.p.Reset(data)
	table := "" // "", "rule", or another's name
	for d.p.NextExpression() {
		e := d.p.Expression()
		name, line := d.key(e)
		switch e.Kind {
		case unstable.ArrayTable, unstable.Table:
			table = d.enter(e.Kind == unstable.ArrayTable, name, line)
		case unstable.KeyValue:
			d.value(table, name, line, e.Value())
		}
	}
	if err := d.p.Error(); err != nil {
		d.broken = true
		d.syntax(err)
	}
}

// enter begins a table and returns what it is to us.
func (d *decoder) enter(array bool, name string, line int) string {
	switch {
	case array && name == "rule":
		d.rules = append(d.rules, &Rule{
			Pack: d.file, Line: line, lines: map[string]int{},
			Span: defaultSpan, Confidence: defaultConfidence, Severity: defaultSeverity,
		})
		return "rule"
	case name == "rule":
		d.fail(line, "a rule begins with [[rule]], not [rule]")
	case strings.HasPrefix(name, "rule."):
		d.fail(line, "a rule has no tables of its own (%s)", name)
	case !d.embedded:
		d.fail(line, "unknown table %q (a pack holds [[rule]] tables)", name)
	}
	return "other"
}

// value takes a key of the table.
func (d *decoder) value(table, name string, line int, v *unstable.Node) {
	switch {
	case table == "rule":
		r := d.rules[len(d.rules)-1]
		if first := r.lines[name]; first > 0 {
			d.fail(line, "%s stands already in line %d", name, first)
			return
		}
		r.lines[name] = line
		before := len(d.errs)
		d.ruleKey(r, field{d, name, line, v})
		if len(d.errs) > before {
			r.faulty = append(r.faulty, name)
		}
	case table == "" && (name == "rule" || strings.HasPrefix(name, "rule.")):
		d.fail(line, "rules are written as [[rule]] tables")
	case table == "" && !d.embedded:
		if first := d.pack.lines[name]; first > 0 {
			d.fail(line, "%s stands already in line %d", name, first)
			return
		}
		d.pack.lines[name] = line
		d.packKey(field{d, name, line, v})
	}
}

func (d *decoder) packKey(f field) {
	switch f.name {
	case "provider":
		d.pack.provider = f.str()
	case "prefix":
		d.pack.prefix = f.str()
	case "title":
		d.pack.title = f.str()
	case "references":
		d.pack.references = f.strs()
	default:
		d.fail(f.line, "unknown key %q%s", f.name, suggestion(f.name, append(slices.Clone(packKeys), ruleKeys...)))
	}
}

// key returns the dotted name of a table or key, and its line.
func (d *decoder) key(n *unstable.Node) (string, int) {
	var parts []string
	line := 0
	for it := n.Key(); it.Next(); {
		if line == 0 {
			line = d.lines.at(it.Node().Raw.Offset)
		}
		parts = append(parts, string(it.Node().Data))
	}
	return strings.Join(parts, "."), line
}

// syntax records what the parser could not read.
func (d *decoder) syntax(err error) {
	var pe *unstable.ParserError
	if !errors.As(err, &pe) {
		d.fail(0, "%v", err)
		return
	}
	d.fail(d.lines.at(d.p.Range(pe.Highlight).Offset), "not TOML: %s", pe.Message)
}

// field is a key with its value, to be read as the type that it must have. A
// value of another type is a fault and reads as the zero value.
type field struct {
	d    *decoder
	name string
	line int
	v    *unstable.Node
}

func (f field) want(kind unstable.Kind) bool {
	if f.v.Kind == kind {
		return true
	}
	f.d.fail(f.line, "%s must be %s, not %s", f.name, kindName(kind), kindName(f.v.Kind))
	return false
}

func (f field) str() string {
	if !f.want(unstable.String) {
		return ""
	}
	if len(f.v.Data) == 0 {
		f.d.fail(f.line, "%s is empty", f.name)
	}
	return string(f.v.Data)
}

func (f field) flag() bool { return f.want(unstable.Bool) && string(f.v.Data) == "true" }

func (f field) number() int {
	if !f.want(unstable.Integer) {
		return 0
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(string(f.v.Data), "_", ""), 0, 32)
	if err != nil {
		f.d.fail(f.line, "%s is out of range", f.name)
		return 0
	}
	return int(n)
}

// each calls do with every entry of a list, each as a field of its own line.
func (f field) each(do func(field)) {
	if !f.want(unstable.Array) {
		return
	}
	for it := f.v.Children(); it.Next(); {
		line := f.line
		if n := it.Node(); n.Raw.Length > 0 {
			line = f.d.lines.at(n.Raw.Offset)
		}
		do(field{f.d, "an entry of " + f.name, line, it.Node()})
	}
}

func (f field) strs() (out []string) {
	f.each(func(e field) { out = append(out, e.str()) })
	return out
}

// examples reads a list whose entries are templates or tables of text and path.
func (f field) examples() (out []Example) {
	f.each(func(e field) {
		if e.v.Kind == unstable.InlineTable {
			out = append(out, e.example())
			return
		}
		if e.v.Kind != unstable.String {
			f.d.fail(e.line, "%s must be a string or a table of text and path, not %s", e.name, kindName(e.v.Kind))
			return
		}
		out = append(out, Example{Template: e.str(), Line: e.line})
	})
	return out
}

func (f field) example() Example {
	ex := Example{Line: f.line}
	for it := f.v.Children(); it.Next(); {
		name, line := f.d.key(it.Node())
		sub := field{f.d, name, line, it.Node().Value()}
		switch name {
		case "text":
			ex.Template = sub.str()
		case "path":
			ex.Path = sub.str()
		default:
			f.d.fail(line, "unknown key %q in an example (it has text and path)", name)
		}
	}
	if ex.Template == "" {
		f.d.fail(f.line, "an example without text")
	}
	return ex
}

func kindName(k unstable.Kind) string {
	switch k {
	case unstable.String:
		return "a string"
	case unstable.Integer:
		return "an integer"
	case unstable.Float:
		return "a number with a fraction"
	case unstable.Bool:
		return "true or false"
	case unstable.Array:
		return "a list"
	case unstable.InlineTable:
		return "a table"
	}
	return "a date or time"
}

// lineIndex tells lines by offset.
type lineIndex []int

func newLineIndex(data []byte) lineIndex {
	ends := make(lineIndex, 0, len(data)/32)
	for i := 0; ; i++ {
		n := bytes.IndexByte(data[i:], '\n')
		if n < 0 {
			return ends
		}
		i += n
		ends = append(ends, i)
	}
}

// at returns the line, from 1, of the byte at an offset.
func (l lineIndex) at(offset uint32) int {
	n, _ := slices.BinarySearch(l, int(offset))
	return n + 1
}
