package history

import (
	"maps"
	"slices"
	"sync/atomic"

	"lockaway/scanner/gitpack"
)

// graph is how the objects hang together, as one worker has seen it. Objects go by
// their numbers in the store; a name that is looked for like a blob has a number
// behind them (repository.nameObject).
type graph struct {
	loud    []gitpack.ID // blobs that were not quiet
	commits []commit
	parents []uint32 // the commits', one behind the other
	tags    []tagged
	trees   treeList
	holds   []hold // those of one tree behind each other
	room    *room
	left    int64 // bytes that were taken from the room, and not used yet
}

// room is the memory that the workers may still use for what grows with the entries of
// trees, and not with the bytes of the repository: a small pack may hold thousands of
// versions of a tree of a million entries.
type room struct {
	left atomic.Int64 // bytes
	cut  atomic.Bool  // there was not enough
}

// maxParents is how many parents of a commit are followed: far more than any merge has
// that people make.
const maxParents = 4096

// roomStep is how many bytes a worker takes at a time.
const roomStep = 1 << 20

// take takes memory, or tells that there is no more.
func (r *room) take(n int64) bool {
	if r.left.Add(-n) < 0 {
		r.left.Add(n)
		r.cut.Store(true)
		return false
	}
	return true
}

// take takes memory for a small thing.
func (g *graph) take(n int64) bool {
	if g.left < n {
		if !g.room.take(roomStep) {
			return false
		}
		g.left += roomStep
	}
	g.left -= n
	return true
}

type commit struct {
	number uint32
	tree   int32 // missing
	from   int   // its first parent in parents
	when   int64 // committed, in seconds since 1970
	count  int32 // of its parents
}

type tagged struct {
	tag    uint32
	target gitpack.ID
}

// hold says that a tree holds what is to be placed.
type hold struct {
	tree, what uint32
	name       int32
	link       bool // as a symbolic link
}

// holdBytes and parentBytes are what one of them takes.
const holdBytes, parentBytes = 16, 4

// hold notes that a tree holds something that may have to be placed.
func (g *graph) hold(h hold) {
	if g.take(holdBytes) {
		g.holds = append(g.holds, h)
	}
}

// addCommit notes a commit. Parents that the repository lacks are noted as missing,
// but for those that a shallow clone is known to lack.
func (g *graph) addCommit(v *visitor, n int, c *gitpack.CommitObject) {
	rec := commit{number: uint32(n), tree: missing, from: len(g.parents)}
	if id, ok := gitpack.ParseIdent(c.Committer); ok {
		rec.when = id.Time
	}
	if t, ok := v.store.Number(c.Tree.Bytes()); ok {
		rec.tree = int32(t)
	} else if !c.Tree.IsZero() {
		v.miss(c.Tree, "tree of a commit")
	}
	shallow := v.s.isShallow(n)
	for _, p := range c.Parents {
		if at, ok := v.store.Number(p.Bytes()); ok {
			if rec.count >= maxParents {
				g.room.cut.Store(true)
			} else if g.take(parentBytes) {
				g.parents = append(g.parents, uint32(at))
				rec.count++
			}
		} else if !shallow {
			v.miss(p, "commit")
		}
	}
	g.commits = append(g.commits, rec)
}

func sortedIDs(m map[gitpack.ID]string) []gitpack.ID {
	return slices.SortedFunc(maps.Keys(m), gitpack.ID.Compare)
}
