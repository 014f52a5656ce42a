package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"lockaway/scanner/internal/gitignore"
)

// Kind is the type of a flag's value, and so of its key in [scan].
type Kind int

// The kinds: a string; true or false; an integer; one string or a list of them,
// for a flag that may be repeated.
const (
	Text Kind = iota
	Bool
	Int
	List
)

// Flag is what config has to know of a flag of the command line.
type Flag struct {
	// Name is the long name, without dashes.
	Name string
	Kind Kind
	// Default is the value without a file and a flag, as it is shown.
	Default string
	// Check says what is wrong with a value, in the words of an error message; nil
	// accepts all of the kind.
	Check func(value string) error
}

// never are flags that no file may set, and why.
var never = map[string]string{
	"config":         "it says which file is read",
	"config-from":    "it says which file is read",
	"no-repo-config": "it says which file is read",
	"baseline":       "it says which file is read",
	"no-baseline":    "it says which file is read",
	"rules":          "packs are named by files in [rules]",
	"partition":      "partitions are named by partitions in [verify]",
	"help":           "it is no setting",
	"version":        "it is no setting",
}

// ownOnly are flags that only a file named by --config may set, and why. Flags
// that are still to come stand here already: to forget one later would be worse.
var ownOnly = map[string]string{
	"show-secrets":     "values would be shown in clear",
	"exit-zero":        "a scan with findings would look clean",
	"quiet":            "a scan would end without a word",
	"only-live":        "findings would be hidden by asking the network",
	"verify":           "what is found would be sent over the network",
	"call-canaries":    "what is found would be sent over the network",
	"aws-endpoint":     "what is found would be sent where the file says",
	"with-profile":     "it would use your account",
	"with-environment": "it would use your account",
}

// setting reads one key of [scan].
func (r *reader) setting(k key) {
	if k.name == "exclude" {
		r.c.Exclude = append(r.c.Exclude, r.items(k, badPattern)...) // their order counts
		return
	}
	if k.name == "markers" {
		r.c.Markers = append(r.c.Markers, r.items(k, r.badMarker)...)
		return
	}
	if why := never[k.name]; why != "" {
		r.fail(k.pos, fmt.Sprintf("%s can't be set in a file: %s", k.name, why))
		return
	}
	f, ok := r.flag(k.name)
	if !ok {
		r.unknownKey(k, "in [scan]", r.flagNames())
		return
	}
	if why := ownOnly[k.name]; why != "" && !r.c.trusted {
		r.refuse(k, fmt.Sprintf("%s can't be set by a repository's file: %s", k.name, why))
		return
	}
	values, ok := r.values(f, k)
	if !ok {
		return
	}
	for _, v := range values {
		if k.name == "report" && !r.c.trusted && strings.Contains(v.text, "=") {
			r.refuse(k, "report can't name a file in a repository's file: it would be written wherever the repository says")
			return
		}
		if k.name == "report" && !r.c.trusted && strings.HasPrefix(v.text, "template:") {
			r.refuse(k, "report can't be a template in a repository's file: it could say that nothing was found")
			return
		}
		if f.Check == nil {
			continue
		}
		if err := f.Check(v.text); err != nil {
			e := r.fail(v.pos, fmt.Sprintf("%s: %s", k.name, printable(err.Error())))
			if h, ok := err.(interface{ Hint() string }); ok {
				e.Hint = h.Hint()
			}
			return
		}
	}
	s := Setting{Name: k.name, From: r.from(k.pos)}
	for _, v := range values {
		s.Values = append(s.Values, v.text)
	}
	r.c.Scan = append(r.c.Scan, s)
}

func (r *reader) refuse(k key, what string) {
	e := r.fail(k.pos, what)
	e.Hint = fmt.Sprintf("give --%s on the command line, or name the file with --config if it is yours", k.name)
}

// values reads a flag's value as its kind asks.
func (r *reader) values(f Flag, k key) ([]value, bool) {
	wrong := func(want string) ([]value, bool) {
		r.fail(k.value.pos, fmt.Sprintf("%s must be %s, not %s", k.name, want, kindName(k.kind)))
		return nil, false
	}
	switch f.Kind {
	case Bool:
		if k.kind != unstable.Bool {
			return wrong("true or false")
		}
	case Int:
		if k.kind != unstable.Integer {
			return wrong("a whole number")
		}
		n, err := strconv.ParseInt(strings.ReplaceAll(k.text, "_", ""), 0, 64)
		if err != nil {
			return wrong("a whole number of at most 64 bits")
		}
		k.text = strconv.FormatInt(n, 10)
	case List:
		if k.kind == unstable.Array {
			for _, v := range k.list {
				if v.kind != unstable.String {
					return wrong("a string or a list of strings")
				}
			}
			return k.list, true
		}
		if k.kind != unstable.String {
			return wrong("a string or a list of strings")
		}
	default:
		if k.kind != unstable.String {
			return wrong("a string")
		}
	}
	return []value{k.value}, true
}

func (r *reader) flag(name string) (Flag, bool) {
	for _, f := range r.flags {
		if f.Name == name {
			return f, true
		}
	}
	return Flag{}, false
}

// flagNames are the keys of [scan] that a message may propose.
func (r *reader) flagNames() []string {
	names := []string{"exclude", "markers"}
	for _, f := range r.flags {
		if never[f.Name] == "" {
			names = append(names, f.Name)
		}
	}
	return names
}

// badMarker says why another tool's marker can't be honoured.
func (r *reader) badMarker(text string) string {
	if slices.Contains(r.markers, text) {
		return ""
	}
	return quoted(text) + " is none that is known (" + strings.Join(r.markers, ", ") + ")"
}

// badPattern says why a path pattern would match nothing, or other things than
// it seems to.
func badPattern(p string) string {
	switch {
	case strings.ContainsAny(p, "\n\r\x00"):
		return "holds a line break or a NUL byte"
	case strings.TrimSpace(p) == "":
		return "is blank"
	case p[0] == '#':
		return `is a comment in gitignore syntax (write \# for a name that begins with #)`
	}
	switch l := gitignore.Parse([]byte(p)); {
	case l.TooComplex():
		return "is too long"
	case l.Empty():
		return "matches nothing"
	}
	return ""
}
