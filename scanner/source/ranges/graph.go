package ranges

import (
	"errors"
	"fmt"

	"lockaway/scanner/gitpack"
)

// graph is the part of the history that was looked at. Commits go by their numbers.
type graph struct {
	objects *gitpack.Objects
	at      map[gitpack.ID]int32
	commits []commit
	parents []int32
	faults  map[int32]error // why a commit can't be read
	scratch gitpack.CommitObject
}

type commit struct {
	id    gitpack.ID
	when  int64 // committed, in seconds since 1970
	from  int   // its first parent in parents
	count int32 // of its parents
	state state
}

type state uint8

const (
	unread state = iota
	there
	absent // or damaged: see graph.faults
)

// maxParents is how many parents of a commit are looked at: far more than any merge
// has that people make. A commit of more is not read.
const maxParents = 4096

func newGraph(objects *gitpack.Objects) *graph {
	return &graph{objects: objects, at: map[gitpack.ID]int32{}, faults: map[int32]error{}}
}

// number is the number of the commit with an id, which need not be there.
func (g *graph) number(id gitpack.ID) int32 {
	n, ok := g.at[id]
	if !ok {
		n = int32(len(g.commits))
		g.at[id] = n
		g.commits = append(g.commits, commit{id: id})
	}
	return n
}

// read reads a commit, and tells whether it is there.
func (g *graph) read(n int32) bool {
	if s := g.commits[n].state; s != unread {
		return s == there
	}
	id := g.commits[n].id
	data, err := commitData(g.objects, id)
	if err == nil {
		// What else is wrong with it is told when it is scanned.
		_ = gitpack.ParseCommit(data, g.objects.Hash, &g.scratch)
		if len(g.scratch.Parents) > maxParents {
			err = fmt.Errorf("it has %d parents: no more than %d are looked at", len(g.scratch.Parents), maxParents)
		}
	}
	if err != nil {
		g.commits[n].state, g.faults[n] = absent, err
		return false
	}
	from := len(g.parents)
	for _, p := range g.scratch.Parents {
		g.parents = append(g.parents, g.number(p))
	}
	c := &g.commits[n] // only now: number may have moved them
	c.state, c.from, c.count = there, from, int32(len(g.parents)-from)
	if who, ok := gitpack.ParseIdent(g.scratch.Committer); ok {
		c.when = who.Time
	}
	return true
}

// parentsOf are the parents that a commit names.
func (g *graph) parentsOf(n int32) []int32 {
	c := &g.commits[n]
	return g.parents[c.from : c.from+int(c.count)]
}

// cut returns a parent of a commit that is not there; false if all are. All of them are
// read then.
func (g *graph) cut(n int32) (parent int32, is bool) {
	for i := range g.parentsOf(n) {
		if p := g.parentsOf(n)[i]; !g.read(p) { // reading others moves them
			parent, is = p, true
		}
	}
	return parent, is
}

var errNoCommit = errors.New("not a commit")

// commitData reads the bytes of a commit.
func commitData(objects *gitpack.Objects, id gitpack.ID) ([]byte, error) {
	kind, data, err := objects.Object(id)
	if err == nil && kind != gitpack.Commit {
		err = fmt.Errorf("object %s is a %s: %w", id, kind, errNoCommit)
	}
	return data, err
}
