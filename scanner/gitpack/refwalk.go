package gitpack

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
)

// Refs visits all refs that this work tree sees: HEAD and the like, its own refs,
// and those that all work trees share. The order means nothing, but is the same each
// time. A ref of several objects, such as MERGE_HEAD, is visited for each. What can't
// be read is among the problems; an error is visit's, which ends it.
func (r *Repo) Refs(visit func(Ref) error) ([]Problem, error) { return r.walkRefs(visit, true) }

// WorktreeRefs visits only those that are this work tree's own.
func (r *Repo) WorktreeRefs(visit func(Ref) error) ([]Problem, error) {
	return r.walkRefs(visit, false)
}

// refWalk goes through refs' files first, then through the packed ones, and visits
// the symbolic ones last, for they may point to any of them: packed refs may be many
// and are read once.
type refWalk struct {
	r        *Repo
	visit    func(Ref) error
	noted    problems
	loose    map[string]struct{} // names that packed refs no longer speak for
	symbolic []Ref
	ends     []string        // of each symbolic ref, the ref that it leads to in the end
	packed   map[string]ID   // ends that have no file
	err      error           // visit's
	skip     map[string]bool // folders of CommonDir/refs that are another work tree's
}

func (r *Repo) walkRefs(visit func(Ref) error, shared bool) ([]Problem, error) {
	w := &refWalk{r: r, visit: visit, loose: map[string]struct{}{}, packed: map[string]ID{}}
	w.roots()
	for _, name := range worktreeFolders {
		w.folder(filepath.Join(r.GitDir, "refs", name), "refs/"+name+"/")
	}
	switch r.RefFormat {
	case inFiles:
	case inTables:
		w.stacked(shared)
		w.finish()
		return w.noted.all(), w.err
	default:
		w.noted.add(filepath.Join(r.CommonDir, "config"), errRefFormat.Error())
		return w.noted.all(), w.err
	}
	if shared {
		if refs := filepath.Join(r.CommonDir, "refs"); !isDir(refs) { // which git would not open
			w.noted.add(refs, "the folder of refs is missing")
		}
		w.skip = map[string]bool{}
		for _, name := range worktreeFolders { // seen already, or another's
			w.skip["refs/"+name+"/"] = true
		}
		w.folder(filepath.Join(r.CommonDir, "refs"), "refs/")
	}
	w.follow()
	w.throughPacked(shared)
	w.finish()
	return w.noted.all(), w.err
}

func (w *refWalk) give(ref Ref) {
	if w.err == nil {
		w.err = w.visit(ref)
	}
}

// take is given what a ref's file says.
func (w *refWalk) take(name string, id ID, to string) {
	w.loose[name] = struct{}{}
	if to == "" {
		w.give(Ref{Name: name, ID: id})
		return
	}
	w.symbolic = append(w.symbolic, Ref{Name: name, Symbolic: to})
}

// folder reads the refs' files in a folder and below. Those that end in ".lock" are
// refs that are being written, or were when git was stopped.
func (w *refWalk) folder(dir, name string) {
	for _, e := range readFolder(dir, &w.noted) {
		if w.err != nil {
			return
		}
		path, full := filepath.Join(dir, e.Name()), name+e.Name()
		switch {
		case e.IsDir():
			if !w.skip[full+"/"] {
				w.folder(path, full+"/")
			}
		case strings.HasSuffix(full, ".lock"):
		case e.Type()&^fs.ModeSymlink != 0:
			w.noted.fail(path, ErrNotRegular)
		default:
			w.file(path, full)
		}
	}
}

func (w *refWalk) file(path, name string) {
	id, to, err := w.r.looseRef(path)
	switch {
	case errors.Is(err, ErrNoRef): // gone meanwhile
	case err != nil:
		w.noted.fail(path, err)
	default:
		w.take(name, id, to)
	}
}

// heads are what git keeps of a rebase, a cherry-pick or a revert that goes on: ids
// of commits that nothing else may refer to.
var heads = []string{
	"rebase-merge/amend", "rebase-merge/autostash", "rebase-merge/onto", "rebase-merge/orig-head", "rebase-merge/squash-onto", "rebase-merge/stopped-sha",
	"rebase-apply/abort-safety", "rebase-apply/autostash", "rebase-apply/onto", "rebase-apply/orig-head",
	"sequencer/abort-safety", "sequencer/head",
}

// roots reads the refs at the top of the git folder.
func (w *refWalk) roots() {
	head := false
	for _, e := range readFolder(w.r.GitDir, &w.noted) {
		if !isRoot(e.Name()) || e.IsDir() {
			continue
		}
		path := filepath.Join(w.r.GitDir, e.Name())
		if e.Name() == "HEAD" {
			if head = true; w.r.RefFormat != inFiles {
				continue // says nothing then
			}
		}
		if e.Type()&^fs.ModeSymlink != 0 {
			w.noted.fail(path, ErrNotRegular)
			continue
		}
		w.root(path, e.Name())
	}
	if !head {
		w.noted.add(filepath.Join(w.r.GitDir, "HEAD"), "no such file")
	}
	for _, name := range heads {
		path := filepath.Join(w.r.GitDir, filepath.FromSlash(name))
		if id, to, err := w.r.looseRef(path); err == nil && to == "" {
			w.give(Ref{Name: name, ID: id})
		}
	}
}

// root reads a ref at the top, which may have a line for each of several objects.
// In FETCH_HEAD, more follows the id.
func (w *refWalk) root(path, name string) {
	id, to, err := w.r.looseRef(path)
	if to != "" {
		w.take(name, id, to)
		return
	}
	data, readErr := readFile(path, maxList)
	if readErr != nil {
		w.noted.fail(path, readErr)
		return
	}
	if name == "FETCH_HEAD" && len(data) == 0 {
		return // nothing was fetched
	}
	if err == nil {
		w.loose[name] = struct{}{}
		for line := range bytes.Lines(data) {
			if id, _, err = parseRef(line, w.r.Hash); err != nil {
				break
			}
			w.give(Ref{Name: name, ID: id})
		}
	}
	if err != nil {
		w.noted.fail(path, err)
	}
}

// follow finds out where symbolic refs lead to, as far as refs' files tell.
func (w *refWalk) follow() {
	for i := range w.symbolic {
		id, end, err := w.end(w.symbolic[i].Symbolic)
		if errors.Is(err, ErrNoRef) {
			w.packed[end] = ID{}
		} else if err != nil {
			path, _ := w.r.refPath(w.symbolic[i].Name)
			w.noted.add(path, "it leads to a ref that can't be read: "+err.Error())
		}
		w.symbolic[i].ID = id
		w.ends = append(w.ends, end)
	}
}

// end follows symbolic refs from one that another points to.
func (w *refWalk) end(name string) (id ID, end string, err error) {
	for range maxSymbolic - 1 {
		path, ok := w.r.refPath(name)
		if !ok {
			return ID{}, name, ErrNoRef
		}
		id, to, err := w.r.looseRef(path)
		if err != nil || to == "" {
			return id, name, err
		}
		name = to
	}
	return ID{}, "", errSymbolic
}

// throughPacked reads the packed refs: all, or only those that symbolic ones lead to.
func (w *refWalk) throughPacked(all bool) {
	if w.err != nil || !all && len(w.packed) == 0 {
		return
	}
	w.r.readPacked(&w.noted, func(id ID, name []byte, peeled ID) bool {
		if _, ok := w.packed[string(name)]; ok {
			w.packed[string(name)] = id
		}
		if _, ok := w.loose[string(name)]; all && !ok {
			w.give(Ref{Name: string(name), ID: id, Peeled: peeled})
		}
		return w.err == nil
	})
}

// finish visits the symbolic refs.
func (w *refWalk) finish() {
	for i, ref := range w.symbolic {
		if id, ok := w.packed[w.ends[i]]; ok {
			ref.ID = id
		}
		w.give(ref)
	}
}
