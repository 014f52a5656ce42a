package gitpack

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrNoRev is that of a revision that nothing is known by.
var ErrNoRev = errors.New("unknown revision")

// RevStore is what revisions are looked up in; a Store is one.
type RevStore interface {
	Object(ID) (Kind, []byte, error)
	// Abbrev returns ids that begin with 4 or more hexadecimal digits, in lower case:
	// all of them, or two.
	Abbrev(prefix string) ([]ID, error)
}

const (
	maxRev  = 4 << 10 // bytes
	maxHops = 1 << 22 // that ~N may go: more than any history is long
	maxTags = 100     // that may tag each other
)

// ResolveRev finds the object that a revision stands for, by the rules of git help
// revisions: ids, whole or abbreviated, refs, "@", "@{N}", "@{-N}" and "@{upstream}",
// output of git describe, followed by any of "^", "^N", "~N", "^{}" and "^{KIND}".
// Dates, searches in messages and paths are not understood. Of several objects with
// the same abbreviation the only commit counts, if there is one. That a whole id's or
// a ref's object exists is looked at only where it has to be read.
func (r *Repo) ResolveRev(store RevStore, rev string) (ID, error) {
	if len(rev) > maxRev {
		return ID{}, fmt.Errorf("a revision of %d bytes", len(rev))
	}
	v := revision{r: r, store: store}
	name, steps := cutName(rev)
	id, err := v.name(name)
	for err == nil && steps != "" {
		id, steps, err = v.step(id, steps)
	}
	if err != nil {
		return ID{}, fmt.Errorf("revision %q: %w", rev, err)
	}
	return id, nil
}

// cutName splits a revision before the first step away from what it names.
func cutName(rev string) (name, steps string) {
	if i := strings.IndexAny(rev, "^~:"); i >= 0 {
		return rev[:i], rev[i:]
	}
	return rev, ""
}

type revision struct {
	r     *Repo
	store RevStore
	edge  map[ID]struct{} // of a shallow clone
}

// step goes the first of the steps, and returns those that are left.
func (v *revision) step(id ID, steps string) (ID, string, error) {
	op, rest := steps[0], steps[1:]
	if op == ':' {
		return ID{}, "", errors.New("it names a file, where a commit is needed")
	}
	if op == '^' && strings.HasPrefix(rest, "{") {
		kind, rest, ok := strings.Cut(rest[1:], "}")
		if !ok {
			return ID{}, "", fmt.Errorf("%q has no end", steps)
		}
		id, err := v.peel(id, kind)
		return id, rest, err
	}
	digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	rest = rest[len(digits):]
	n := 1
	if digits != "" {
		var err error
		if n, err = strconv.Atoi(digits); err != nil || n > maxHops {
			return ID{}, "", fmt.Errorf("%s is too far", digits)
		}
	}
	if rest != "" && rest[0] != '^' && rest[0] != '~' && rest[0] != ':' {
		return ID{}, "", fmt.Errorf("%q is no step from a commit", steps)
	}
	if op == '^' {
		id, err := v.parent(id, n)
		return id, rest, err
	}
	id, _, err := v.to(id, Commit) // ~0 is the commit of a tag
	for ; n > 0 && err == nil; n-- {
		id, err = v.parent(id, 1)
	}
	return id, rest, err
}

// parent is a commit's nth parent; the 0th is itself.
func (v *revision) parent(id ID, n int) (ID, error) {
	id, data, err := v.to(id, Commit)
	if err != nil || n == 0 {
		return id, err
	}
	var c CommitObject
	if err := ParseCommit(data, v.r.Hash, &c); err != nil && len(c.Parents) < n {
		return ID{}, fmt.Errorf("%s: %w", id, err)
	}
	if v.edge == nil {
		v.edge, _ = v.r.Shallow()
	}
	if _, ok := v.edge[id]; ok {
		return ID{}, fmt.Errorf("the history of this shallow clone ends at %s", id)
	}
	switch have := len(c.Parents); {
	case have >= n:
		return c.Parents[n-1], nil
	case have == 0:
		return ID{}, fmt.Errorf("%s is a first commit, without parents", id)
	case have == 1:
		return ID{}, fmt.Errorf("%s has only one parent", id)
	default:
		return ID{}, fmt.Errorf("%s has only %d parents", id, have)
	}
}

// peel is what "^{KIND}" asks for; without a kind, what a tag leads to in the end.
func (v *revision) peel(id ID, kind string) (ID, error) {
	want := kindOf([]byte(kind))
	switch {
	case kind == "object":
		_, _, err := v.object(id)
		return id, err
	case strings.HasPrefix(kind, "/"):
		return ID{}, errors.New("searches in messages are not supported")
	case want == 0 && kind != "":
		return ID{}, fmt.Errorf("there is no kind of object %q", kind)
	}
	id, _, err := v.to(id, want)
	return id, err
}

// to follows tags, and for a tree also a commit, until there is an object of the
// kind that is wanted; 0 wants any but a tag.
func (v *revision) to(id ID, want Kind) (ID, []byte, error) {
	for range maxTags {
		kind, data, err := v.object(id)
		switch {
		case err != nil:
			return ID{}, nil, err
		case kind == want || want == 0 && kind != Tag:
			return id, data, nil
		case kind == Tag:
			var t TagObject
			if err := ParseTag(data, v.r.Hash, &t); t.Target.IsZero() {
				return ID{}, nil, fmt.Errorf("%s: %w", id, err)
			}
			id = t.Target
		case kind == Commit && want == Tree:
			var c CommitObject
			if err := ParseCommit(data, v.r.Hash, &c); c.Tree.IsZero() {
				return ID{}, nil, fmt.Errorf("%s: %w", id, err)
			}
			id = c.Tree
		default:
			return ID{}, nil, fmt.Errorf("%s is a %s, no %s", id, kind, want)
		}
	}
	return ID{}, nil, fmt.Errorf("%s: tags that tag each other too often", id)
}

func (v *revision) object(id ID) (Kind, []byte, error) {
	kind, data, err := v.store.Object(id)
	if err != nil {
		return 0, nil, fmt.Errorf("object %s can't be read: %w", id, err)
	}
	return kind, data, nil
}

// RevRange is what "A..B" or "A...B" says.
type RevRange struct {
	From, To string // "HEAD" where nothing is written
	// Symmetric tells of three dots: commits of either side that the other has not.
	Symmetric bool
}

// SplitRange splits a range into its two revisions; ok is false if it is none.
func SplitRange(s string) (r RevRange, ok bool) {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
		case '.':
			if depth > 0 || !strings.HasPrefix(s[i:], "..") || s == ".." { // that one is a folder
				continue
			}
			r.From, r.To = s[:i], s[i+2:]
			if r.Symmetric = strings.HasPrefix(r.To, "."); r.Symmetric {
				r.To = r.To[1:]
			}
			if r.From == "" {
				r.From = "HEAD"
			}
			if r.To == "" {
				r.To = "HEAD"
			}
			return r, true
		}
	}
	return RevRange{}, false
}
