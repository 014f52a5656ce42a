package config

import (
	"bytes"
	"fmt"
	"path/filepath"

	"github.com/pelletier/go-toml/v2/unstable"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

// Config is what a file says. The zero value is that of a run without a file.
type Config struct {
	// File is the file's path as it was given; Dir its folder, absolute. Path
	// patterns are relative to Dir.
	File, Dir string
	// Scan are the flags' defaults of [scan], in the file's order.
	Scan []Setting
	// Exclude are path patterns in gitignore syntax, in order.
	Exclude []Item
	// Markers are the inline markers of other tools that are honoured.
	Markers []Item
	Allow   []finding.AllowEntry
	// Disable are the IDs of rules that are not looked for. Whether there are
	// such rules is for CheckRules.
	Disable []Item
	// Packs are further pack files, their paths joined with the file's folder.
	Packs []Item
	// Rules are the file's own.
	Rules []*rules.Rule
	// Verify says how AWS is asked about keys, if it is.
	Verify Verify
	// Account are the limits for the checks of an AWS account.
	Account Account

	costs   costs
	beside  func(path string) (data []byte, ok bool, err error) // Options.Read
	trusted bool
	root    string // no link of a file that was merely found may lead out of it
}

// Setting is a flag's default from a file. A flag that may be repeated has any
// number of values, others one.
type Setting struct {
	Name   string
	Values []string
	From   string // "FILE:LINE"
}

// Item is an entry of a list.
type Item struct {
	Value string
	From  string // "FILE:LINE"
}

// Options say how a file is read.
type Options struct {
	// Trusted is a file that the user named with --config, as opposed to one that
	// was found. See the package comment.
	Trusted bool
	// Flags are those whose defaults [scan] may set.
	Flags []Flag
	// Markers are the inline markers of other tools that may be honoured.
	Markers []string
	// Read, if not nil, gives the files that the configuration names, by their paths
	// from its folder, with slashes: a configuration that stands in no folder (of the
	// index, of a commit) names files that stand beside it. ok is false if there is none.
	Read func(path string) (data []byte, ok bool, err error)
}

// Load reads a file. What is wrong with it is told as Errors.
func Load(path string, o Options) (*Config, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, Errors{{File: path, What: err.Error()}}
	}
	c := &Config{File: path, Dir: dir, trusted: o.Trusted, root: dir}
	if root, ok := repository(physical(dir)); ok {
		c.root = root
	}
	data, err := c.read(path)
	if err != nil {
		e := &Error{File: path, What: err.Error()}
		if o.Trusted {
			e.Hint = "check the path given with --config"
		}
		return nil, Errors{e}
	}
	if err := c.parse(data, o); err != nil {
		return nil, err
	}
	return c, nil
}

// Parse reads the bytes of a file whose folder is dir.
func Parse(file, dir string, data []byte, o Options) (*Config, error) {
	c := &Config{File: file, Dir: dir, trusted: o.Trusted, root: dir, beside: o.Read}
	if err := c.parse(data, o); err != nil {
		return nil, err
	}
	return c, nil
}

// reader gathers what a document says, and its faults.
type reader struct {
	c       *Config
	flags   []Flag
	markers []string
	errs    Errors
	budget  int // instructions of value patterns that may still be compiled
	wild    int // bytes that path patterns with wildcards may still have
	rules   bool
	large   bool // the rules are too much to be loaded
}

func (c *Config) parse(data []byte, o Options) error {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(data) > MaxSize {
		return Errors{{File: c.File, What: errTooLarge.Error()}}
	}
	tables, err := parse(c.File, data)
	if err != nil {
		return err
	}
	r := &reader{c: c, flags: o.Flags, markers: o.Markers, budget: maxProgram, wild: maxWild}
	for _, t := range tables {
		r.table(t)
	}
	if r.rules && !r.large {
		list, err := rules.LoadTables(c.File, data)
		if err != nil {
			r.errs = append(r.errs, fromRules(c.File, err)...)
		}
		c.Rules = list
	}
	return r.errs.asError()
}

// tableNames are the tables that a file may hold, as they are written.
var tableNames = []string{"scan", "allow", "rules", "rule", "verify", "account"}

func (r *reader) table(t table) {
	switch {
	case t.name == "":
		for _, k := range t.keys {
			r.unknownKey(k, "outside of the tables", nil)
		}
	case t.name == "scan" && !t.array:
		r.each(t, r.setting)
	case t.name == "allow" && t.array:
		r.allow(t)
	case t.name == "rules" && !t.array:
		r.each(t, r.rulesKey)
	case t.name == "verify" && !t.array:
		r.verifyTable(t)
	case t.name == "account" && !t.array:
		r.each(t, r.accountKey)
	case t.name == "rule":
		r.rules = true // their own loader says what is wrong with them
		if at, what := r.c.costs.rule(t); what != "" && !r.large {
			r.fail(at, what)
			r.large = true
		}
	case t.name == "allow":
		r.fail(t.pos, "an allow entry begins with [[allow]], not [allow]")
	case t.name == "scan" || t.name == "rules" || t.name == "verify" || t.name == "account":
		r.fail(t.pos, fmt.Sprintf("there is one table [%s]: it is not written [[%s]]", t.name, t.name))
	default:
		if foreignTables[t.name] {
			r.fail(t.pos, "unknown table "+quoted(t.name)).Hint = foreignHint
			return
		}
		r.fail(t.pos, "unknown table "+quoted(t.name)+nearest(t.name, tableNames))
	}
}

func (r *reader) each(t table, do func(key)) {
	for _, k := range t.keys {
		do(k)
	}
}

func (r *reader) rulesKey(k key) {
	switch k.name {
	case "disable":
		r.c.Disable = append(r.c.Disable, r.items(k, nil)...)
	case "files":
		for _, it := range r.items(k, r.badFile) {
			if !filepath.IsAbs(it.Value) {
				it.Value = filepath.Join(filepath.Dir(r.c.File), filepath.FromSlash(it.Value))
			}
			r.c.Packs = append(r.c.Packs, it)
		}
	default:
		r.unknownKey(k, "in [rules]", []string{"disable", "files"})
	}
}

// maxItems is how many entries a list may have. Each is looked at for every file
// or finding.
const maxItems = 1000

// items reads a list of strings, none of them empty, or one string. bad, if not
// nil, says what else is wrong with an entry.
func (r *reader) items(k key, bad func(string) string) []Item {
	list := []value{k.value}
	if k.kind == unstable.Array {
		list = k.list
	}
	if len(list) > maxItems {
		r.fail(k.pos, fmt.Sprintf("%s has more than %d entries", k.name, maxItems))
		return nil
	}
	var out []Item
	for _, v := range list {
		if v.line == 0 {
			v.pos = k.pos
		}
		what := ""
		switch {
		case v.kind != unstable.String:
			r.fail(v.pos, fmt.Sprintf("%s must be a list of strings", k.name))
			continue
		case v.text == "":
			what = "is empty"
		case bad != nil:
			what = bad(v.text)
		}
		if what != "" {
			r.fail(v.pos, fmt.Sprintf("an entry of %s %s", k.name, what))
			continue
		}
		out = append(out, Item{v.text, r.from(v.pos)})
	}
	return out
}

// badFile says why a pack may not be read.
func (r *reader) badFile(path string) string {
	if !r.c.trusted && !filepath.IsLocal(filepath.FromSlash(path)) {
		return "leads out of the folder of this file"
	}
	return ""
}

// text reads a string that may not be empty.
func (r *reader) text(k key) string {
	switch {
	case k.kind != unstable.String:
		r.fail(k.value.pos, fmt.Sprintf("%s must be a string, not %s", k.name, kindName(k.kind)))
	case k.text == "":
		r.fail(k.value.pos, k.name+" is empty")
	default:
		return k.text
	}
	return ""
}

func (r *reader) from(p pos) string { return fmt.Sprintf("%s:%d", r.c.File, p.line) }

func (r *reader) fail(p pos, what string) *Error {
	e := &Error{File: r.c.File, Line: p.line, Column: p.column, What: what}
	r.errs = append(r.errs, e)
	return e
}

func (r *reader) unknownKey(k key, where string, known []string) {
	what := fmt.Sprintf("unknown key %s %s", quoted(k.name), where)
	if foreignKeys[k.name] {
		r.fail(k.pos, what).Hint = foreignHint
		return
	}
	r.fail(k.pos, what+nearest(k.name, known))
}

// quoted is a name as it is shown in a message: one line, of bounded length.
func quoted(name string) string {
	if r := []rune(name); len(r) > 60 {
		name = string(r[:60]) + "…"
	}
	return fmt.Sprintf("%q", name)
}

func kindName(k unstable.Kind) string {
	switch k {
	case unstable.String:
		return "a string"
	case unstable.Integer:
		return "a number"
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
