package config

import (
	"bytes"
	"errors"
	"sort"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// pos is a place in the file, from 1.
type pos struct{ line, column int }

// value is a TOML value with its place. Which field holds it depends on the kind.
type value struct {
	pos
	kind unstable.Kind
	text string  // of scalars: the string's content, else as written
	list []value // of arrays
	keys []key   // of inline tables
}

// key is a key with its value. Dotted keys have dots in their name.
type key struct {
	pos
	name string
	value
}

// table is a table, or one entry of an array of tables.
type table struct {
	pos
	name  string
	array bool
	keys  []key
}

// parse reads a document into its tables, in order. Keys above the first table
// are tables of one key; "a.b = 1" is the table a with the key b. Names are
// case-sensitive, as TOML has it.
func parse(file string, data []byte) ([]table, error) {
	// The library's decoder checks what its syntax tree alone does not: that
	// nothing is defined twice, numbers, dates.
	var all map[string]any
	if err := toml.Unmarshal(data, &all); err != nil {
		return nil, syntaxError(file, err)
	}
	b := builder{lines: lineStarts(data)}
	b.p.Reset(data)
	var tables []table
	top := true
	for b.p.NextExpression() {
		e := b.p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			name, at := b.name(e)
			tables = append(tables, table{pos: at, name: name, array: e.Kind == unstable.ArrayTable})
			top = false
		case unstable.KeyValue:
			k := b.key(e)
			if top {
				tables = append(tables, asTables(k)...)
				continue
			}
			t := &tables[len(tables)-1]
			t.keys = append(t.keys, k)
		}
	}
	if err := b.p.Error(); err != nil {
		return nil, syntaxError(file, err)
	}
	return tables, nil
}

// asTables turns a key above the first table into the tables it stands for.
func asTables(k key) []table {
	if first, rest, dotted := strings.Cut(k.name, "."); dotted {
		k.name = rest
		return []table{{pos: k.pos, name: first, keys: []key{k}}}
	}
	switch k.kind {
	case unstable.InlineTable:
		return []table{{pos: k.pos, name: k.name, keys: k.value.keys}}
	case unstable.Array:
		var tables []table
		for _, v := range k.list {
			if v.kind != unstable.InlineTable {
				return []table{{pos: k.pos, name: "", keys: []key{k}}}
			}
			tables = append(tables, table{pos: v.pos, name: k.name, array: true, keys: v.keys})
		}
		if tables != nil {
			return tables
		}
	}
	return []table{{pos: k.pos, name: "", keys: []key{k}}}
}

func syntaxError(file string, err error) error {
	e := &Error{File: file, What: printable(strings.TrimPrefix(err.Error(), "toml: "))}
	var de *toml.DecodeError
	if errors.As(err, &de) {
		e.Line, e.Column = de.Position()
	}
	return Errors{e}
}

// builder turns the library's nodes, which live as long as one expression, into
// values with places.
type builder struct {
	p     unstable.Parser
	lines []int
}

func (b *builder) name(n *unstable.Node) (string, pos) {
	var parts []string
	var at pos
	for it := n.Key(); it.Next(); {
		if parts == nil {
			at = b.at(it.Node())
		}
		parts = append(parts, string(it.Node().Data))
	}
	return strings.Join(parts, "."), at
}

func (b *builder) key(n *unstable.Node) key {
	name, at := b.name(n)
	k := key{pos: at, name: name, value: b.value(n.Value())}
	if k.value.line == 0 {
		k.value.pos = at // a list has no place of its own
	}
	return k
}

func (b *builder) value(n *unstable.Node) value {
	v := value{kind: n.Kind, pos: b.at(n)}
	switch n.Kind {
	case unstable.Array:
		for it := n.Children(); it.Next(); {
			v.list = append(v.list, b.value(it.Node()))
		}
	case unstable.InlineTable:
		for it := n.Children(); it.Next(); {
			v.keys = append(v.keys, b.key(it.Node()))
		}
	default:
		v.text = string(n.Data)
	}
	return v
}

// at returns where a node stands; the zero place where the library doesn't say.
func (b *builder) at(n *unstable.Node) pos {
	if n.Raw.Length == 0 {
		return pos{}
	}
	offset := int(n.Raw.Offset)
	line := sort.SearchInts(b.lines, offset+1)
	return pos{line, offset - b.lines[line-1] + 1}
}

// lineStarts returns the offsets at which lines begin. The library's own way of
// telling a place reads the document from its beginning each time.
func lineStarts(data []byte) []int {
	starts := []int{0}
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], '\n')
		if i < 0 {
			return starts
		}
		at += i + 1
		starts = append(starts, at)
	}
}
