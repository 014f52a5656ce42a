package rules

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed packs/*.toml
var packs embed.FS

// Error is one fault in a pack.
type Error struct {
	File string
	Line int // from 1; 0 where no line is known
	What string
}

// Error returns FILE:LINE: what.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.What
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.What)
}

// Builtin returns the rules that come with the program. They are read once, with
// their patterns left uncompiled, which takes some hundred microseconds; that
// they pass the strict loader is for the tests to show.
func Builtin() (*Set, error) { return builtin() }

var builtin = sync.OnceValues(readBuiltin)

func readBuiltin() (*Set, error) {
	entries, err := packs.ReadDir("packs")
	if err != nil {
		return nil, err
	}
	var all []*Rule
	for _, e := range entries {
		data, err := packs.ReadFile(path.Join("packs", e.Name()))
		if err != nil {
			return nil, err
		}
		rules, err := load(&decoder{file: e.Name(), trusted: true}, data)
		if err != nil {
			return nil, err
		}
		for _, r := range rules {
			r.Builtin = true
		}
		all = append(all, rules...)
	}
	return NewSet(all)
}

// Load reads a pack: its own keys and its [[rule]] tables. The name stands in
// errors. Every fault of the file is in the error, one a line, each an *Error
// behind errors.Join; what a rule says about other rules is looked at by NewSet,
// for those may stand in other packs.
func Load(name string, data []byte) ([]*Rule, error) {
	return load(&decoder{file: name}, data)
}

// LoadTables reads the [[rule]] tables of a file that holds other tables too,
// which it leaves alone; else it is as Load. Their IDs need no provider's prefix.
func LoadTables(file string, data []byte) ([]*Rule, error) {
	return load(&decoder{file: file, embedded: true}, data)
}

func load(d *decoder, data []byte) ([]*Rule, error) {
	d.read(data)
	if !d.embedded && !d.broken {
		d.checkPack()
	}
	seen := map[string]*Rule{}
	for _, r := range d.rules {
		d.checkRule(r)
		if first := seen[r.ID]; first != nil && r.ID != "" {
			d.fail(r.line("id"), "rule %q stands already in line %d", r.ID, first.Line)
			continue
		}
		seen[r.ID] = r
	}
	if err := joined(d.errs); err != nil {
		return nil, err
	}
	return d.rules, nil
}

// joined returns the faults as one error, in the order of their lines.
func joined(errs []*Error) error {
	slices.SortStableFunc(errs, func(a, b *Error) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	out := make([]error, len(errs))
	for i, e := range errs {
		out[i] = e
	}
	return errors.Join(out...)
}

// line tells where a key of the rule stands, or the rule if it isn't there.
func (r *Rule) line(key string) int {
	if n := r.lines[key]; n > 0 {
		return n
	}
	return r.Line
}
