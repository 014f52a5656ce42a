package history

import (
	"fmt"
	"path/filepath"
	"strings"

	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// pointing reads everything that points into the history: refs of all work trees,
// and the entries of reflogs. The names of refs are content, too.
func (r *repository) pointing(sink source.Sink, told *faults) {
	others, problems := r.git.Worktrees()
	told.git(r, problems)
	own := func(ref gitpack.Ref) error { return r.point(sink, ref.Name, ref.ID) }
	problems, _ = r.git.Refs(own) // its error is own's: none
	told.git(r, problems)
	for _, o := range others {
		prefix := worktreeName(o)
		problems, _ = o.WorktreeRefs(func(ref gitpack.Ref) error { return r.point(sink, prefix+ref.Name, ref.ID) })
		told.git(r, problems)
	}
	var logs reflogs
	problems, _ = r.git.Reflogs(func(e *gitpack.ReflogEntry) error { return logs.add("", e) })
	told.git(r, problems)
	for _, o := range others {
		prefix := worktreeName(o)
		problems, _ = o.WorktreeReflogs(func(e *gitpack.ReflogEntry) error { return logs.add(prefix, e) })
		told.git(r, problems)
	}
	r.tips = append(r.tips, logs.tips(r.tips)...)
}

// worktreeName is how git calls what belongs to another work tree.
func worktreeName(o *gitpack.Repo) string {
	if o.GitDir == o.CommonDir {
		return "main-worktree/"
	}
	return "worktrees/" + filepath.Base(o.GitDir) + "/"
}

// point notes a ref, and hands over its name.
func (r *repository) point(sink source.Sink, name string, id gitpack.ID) error {
	source.Hand(sink, r.content(chunk.RefName, name, ""), []byte(name))
	if !id.IsZero() {
		r.tips = append(r.tips, tip{name: name, id: id, branch: true})
	}
	return nil
}

// reflogs gathers what reflogs point to.
type reflogs struct {
	refs    []string
	entries map[string][]gitpack.ID // of a ref, oldest first
}

func (l *reflogs) add(prefix string, e *gitpack.ReflogEntry) error {
	if l.entries == nil {
		l.entries = map[string][]gitpack.ID{}
	}
	name := prefix + e.Ref
	ids, ok := l.entries[name]
	if !ok {
		l.refs = append(l.refs, name)
		ids = append(ids, e.Old) // what the log's beginning was cut off from
	}
	l.entries[name] = append(ids, e.New)
	return nil
}

// tips are the entries that point where nothing before them does, and all of
// stashes: "stash@{1}" is what a person asks for.
func (l *reflogs) tips(have []tip) []tip {
	seen := map[gitpack.ID]bool{}
	for _, t := range have {
		seen[t.id] = true
	}
	var out []tip
	for _, ref := range l.refs {
		name := strings.TrimPrefix(strings.TrimPrefix(ref, "refs/heads/"), "refs/")
		ids := l.entries[ref]
		for n := range ids {
			id := ids[len(ids)-1-n]
			if id.IsZero() || seen[id] && name != "stash" {
				continue
			}
			seen[id] = true
			out = append(out, tip{name: fmt.Sprintf("%s@{%d}", name, n), id: id})
		}
	}
	return out
}

// git takes over what package gitpack could not read.
func (f *faults) git(r *repository, problems []gitpack.Problem) {
	for _, p := range problems {
		f.list = append(f.list, source.Problem{Where: r.label(p.Path), What: p.What})
	}
}
