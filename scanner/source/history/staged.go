package history

import (
	"bytes"
	"slices"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// staged is where indexes list one thing.
type staged struct {
	in    []string // "index", "worktrees/NAME/index"; each once
	paths pathList
	file  bool // not only as a symbolic link
}

// indexes goes through the indexes of all work trees: what was staged and never
// committed stands in no tree. Their names are content as those of trees are. What was
// not quiet is noted with its path, and what isn't there is missing.
func (v *visitor) indexes() {
	others, _ := v.s.git.Worktrees() // what is wrong was told with their refs
	v.index("index", v.s.git)
	for _, o := range others {
		v.index(worktreeName(o)+"index", o)
	}
}

func (v *visitor) index(name string, git *gitpack.Repo) {
	x, err := git.ReadIndex()
	if err != nil {
		v.faults.list = append(v.faults.list, source.Problem{
			Where: v.s.label(git.Index), What: "what is staged is not known, and is scanned as far as its objects are here: " + source.Describe(err),
		})
		return
	}
	var last []byte
	for i := range x.Entries {
		if i%1024 == 0 && v.ctx.Err() != nil {
			return
		}
		e := &x.Entries[i]
		v.stagedNames(name, e.Path, last)
		last = e.Path
		v.stagedFile(name, e)
	}
}

// stagedFile looks an entry's object up.
func (v *visitor) stagedFile(index string, e *gitpack.IndexEntry) {
	if e.IntentToAdd || e.Mode&gitpack.ModeType == gitpack.ModeSubmodule {
		return // the next commit holds nothing of it
	}
	n, ok := v.store.Number(e.ID.Bytes())
	switch {
	case !ok:
		v.miss(e.ID, "staged "+string(e.Path))
	case v.s.wanted.has(int32(n)):
		s := v.s.stage(uint32(n), index, string(e.Path))
		s.file = s.file || e.Mode&gitpack.ModeType != gitpack.ModeSymlink
	}
}

// stagedNames hands over the names of a path that the one before it has not.
func (v *visitor) stagedNames(index string, path, last []byte) {
	from := 0
	for from < len(path) {
		end := len(path)
		if i := bytes.IndexByte(path[from:], '/'); i >= 0 {
			end = from + i
		}
		if name := path[from:end]; len(last) <= end || last[end] != '/' || !bytes.Equal(path[:end], last[:end]) {
			id, loud := v.s.names.number(name, func(called string) bool { return v.nameContent("", called, name) })
			if loud {
				v.s.stage(v.s.nameObject(id), index, string(path[:end]))
			}
		}
		from = end + 1
	}
}

// stage notes where an index lists a thing.
func (r *repository) stage(thing uint32, index, path string) *staged {
	s := r.staged[thing]
	if s == nil {
		s = &staged{}
		if r.staged == nil {
			r.staged = map[uint32]*staged{}
		}
		r.staged[thing] = s
	}
	if !slices.Contains(s.in, index) {
		s.in = append(s.in, index)
	}
	s.paths.add(path, &r.room)
	return s
}
