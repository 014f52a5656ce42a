package config

import (
	"fmt"
	"io"
	"regexp/syntax"
	"strings"
	"time"
	"unicode/utf8"

	"lockaway/scanner/finding"
)

// Value is one setting that holds for a run, and where it comes from.
type Value struct {
	Name   string
	Kind   Kind
	Values []string
	Origin string // "default", "flag --NAME", or "FILE:LINE"
}

// Values returns what holds for each flag, in the order of flags. given tells
// what the command line says of a flag, and whether it says anything: that wins
// over the file, and the file over the default.
func (c *Config) Values(flags []Flag, given func(name string) ([]string, bool)) []Value {
	var out []Value
	for _, f := range flags {
		v := Value{f.Name, f.Kind, nil, "default"}
		if f.Default != "" || f.Kind != List {
			v.Values = []string{f.Default}
		}
		for _, s := range c.Scan {
			if s.Name == f.Name {
				v.Values, v.Origin = s.Values, s.From
			}
		}
		if values, ok := given(f.Name); ok {
			v.Values, v.Origin = values, "flag --"+f.Name
		}
		out = append(out, v)
	}
	return out
}

// Show writes the settings and what else the file says in the file's own form,
// each with its origin as a comment. A value pattern that spells out what may be
// a secret is masked.
func (c *Config) Show(w io.Writer, settings []Value) error {
	var b strings.Builder
	if c.File == "" {
		b.WriteString("# no " + Name + "\n\n")
	} else {
		fmt.Fprintf(&b, "# %s\n\n", printable(c.File))
	}
	rows := []row{}
	for _, v := range settings {
		rows = append(rows, row{v.Name, v.literal(), v.Origin})
	}
	rows = append(rows, list("exclude", c.Exclude)...)
	section(&b, "[scan]", "", rows)
	section(&b, "[rules]", "", append(list("disable", c.Disable), list("files", c.Packs)...))
	for _, e := range c.Allow {
		section(&b, "[[allow]]", e.From, allowRows(e))
	}
	for _, r := range c.Rules {
		section(&b, "[[rule]]", fmt.Sprintf("%s:%d", r.Pack, r.Line), []row{{"id", str(r.ID), ""}})
	}
	_, err := io.WriteString(w, strings.TrimSuffix(b.String(), "\n"))
	return err
}

// row is one line: name = value  # origin.
type row struct{ name, value, origin string }

func section(b *strings.Builder, head, origin string, rows []row) {
	if len(rows) == 0 {
		return
	}
	if origin != "" {
		head += "  # " + printable(origin)
	}
	b.WriteString(head + "\n")
	width := 0
	for _, r := range rows {
		if r.origin != "" && !strings.Contains(r.value, "\n") {
			width = max(width, min(utf8.RuneCountInString(r.name+r.value), 40))
		}
	}
	for _, r := range rows {
		fmt.Fprintf(b, "%s = %s", r.name, r.value)
		if r.origin != "" {
			fmt.Fprintf(b, "%*s  # %s", max(width-utf8.RuneCountInString(r.name+r.value), 0), "", printable(r.origin))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
}

// list gives a list's entries, one a line, since each has its own origin.
func list(name string, items []Item) []row {
	if len(items) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("[\n")
	for _, it := range items {
		fmt.Fprintf(&b, "  %s,  # %s\n", str(it.Value), printable(it.From))
	}
	b.WriteString("]")
	return []row{{name, b.String(), ""}}
}

func allowRows(e finding.AllowEntry) []row {
	var rows []row
	add := func(name, v string) {
		if v != "" {
			rows = append(rows, row{name, str(v), ""})
		}
	}
	add("rule", e.Rule)
	add("path", e.Path)
	add("fingerprint", e.Fingerprint)
	if e.Value != "" {
		add("value", maskedPattern(e.Value))
	}
	add("reason", e.Reason)
	if !e.Until.IsZero() {
		rows = append(rows, row{"until", e.Until.Format(time.DateOnly), ""})
	}
	return rows
}

// maskedPattern returns a value pattern, masked where it spells out as many
// characters as a secret has: 12 in a row, or 20 in all.
func maskedPattern(p string) string {
	re, err := syntax.Parse(p, syntax.Perl)
	if err == nil {
		if longest, all := spelled(re); longest < 12 && all < 20 {
			return p
		}
	}
	return finding.NewSecret(p).Masked()
}

func spelled(re *syntax.Regexp) (longest, all int) {
	if re.Op == syntax.OpLiteral {
		longest, all = len(re.Rune), len(re.Rune)
	}
	for _, sub := range re.Sub {
		l, a := spelled(sub)
		longest, all = max(longest, l), all+a
	}
	return longest, all
}

// literal is the value as TOML writes it.
func (v Value) literal() string {
	switch {
	case v.Kind == List:
		var quoted []string
		for _, s := range v.Values {
			quoted = append(quoted, str(s))
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case len(v.Values) == 0:
		return `""`
	case v.Kind == Text:
		return str(v.Values[0])
	}
	return v.Values[0]
}

// str is a TOML basic string.
func str(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(s, "\ufffd") {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case printable(string(r)) != string(r) && r > 0xffff:
			fmt.Fprintf(&b, `\U%08X`, r)
		case printable(string(r)) != string(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
