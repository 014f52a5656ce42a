package history

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// Place fills in where findings stand: which commit brought their object in first,
// under which paths, and which refs reach it. It is called once, behind Run.
func (s *Source) Place(ctx context.Context, fs []*finding.Finding) ([]*finding.Finding, []source.Problem) {
	var problems []source.Problem
	for _, r := range s.repos {
		if whole := r.place(ctx, fs); !whole {
			problems = append(problems, source.Problem{
				Where: cmp.Or(r.sub, r.o.Name), Low: true, Hint: "all of it was scanned; --max-memory gives it more",
				What: "where some findings stand, and what still reaches them, was not worked out to the end: its trees have too many entries",
			})
		}
	}
	slices.SortStableFunc(fs, finding.Compare) // now that they have paths
	return fs, problems
}

// place places the findings whose objects the repository has. whole is false if there
// was not enough room for it.
func (r *repository) place(ctx context.Context, fs []*finding.Finding) (whole bool) {
	mine := map[uint32][]*finding.Finding{}
	for _, f := range fs {
		if f.Git != nil && f.Git.Repo != r.sub {
			continue // another repository may have the same object, elsewhere
		}
		if n, ok := r.thing(f); ok {
			mine[n] = append(mine[n], f)
		}
	}
	graphs := r.graphs
	if r.graphs = nil; len(mine) == 0 {
		return true
	}
	p := &placer{
		store: r.store, names: r.names.list, tips: r.tips, staged: r.staged, room: &r.room,
		w: merge(r.store.Len()+len(r.names.list), graphs, &r.room, func(what uint32) bool { return mine[what] != nil }),
	}
	r.room.left.Store(max(r.o.Memory/8, leastRoom))
	for n := range mine {
		p.things = append(p.things, n)
	}
	slices.Sort(p.things)
	p.run(ctx)
	const batch = 64 // the bits of a word: see refs
	for lo := 0; lo < len(p.things) && ctx.Err() == nil; lo += batch {
		var some []int
		for i := lo; i < min(lo+batch, len(p.things)); i++ {
			some = append(some, i)
		}
		tips, atTip := p.refs(some)
		for k, i := range some {
			for _, f := range mine[p.things[i]] {
				p.fill(f, i, tips[k], atTip[k])
			}
		}
	}
	return !r.room.cut.Load()
}

// thing is the number of what a finding stands in.
func (r *repository) thing(f *finding.Finding) (uint32, bool) {
	if f.Source == chunk.PathName { // of an index it has no object
		r.names.mu.Lock()
		defer r.names.mu.Unlock()
		id, ok := r.names.ids[f.Path]
		return r.nameObject(id), ok && (f.Git != nil || r.sub == "")
	}
	if f.Git == nil {
		return 0, false
	}
	id, err := gitpack.ParseID(f.Git.Object)
	if err != nil {
		return 0, false
	}
	n, ok := r.store.Number(id.Bytes())
	return uint32(n), ok
}

// fill fills in what was worked out of thing i.
func (p *placer) fill(f *finding.Finding, i int, tips []int32, atTip bool) {
	thing := p.things[i]
	var g finding.Git
	if f.Git != nil {
		g = *f.Git
	}
	g.AtTip, g.Reachable = atTip, len(tips) > 0
	g.Placed = g.Reachable || !p.room.cut.Load() // else there may be a way to it
	g.Refs, g.MoreRefs = p.refNames(tips)
	switch c := p.first[i]; {
	case f.Source == chunk.CommitMessage || f.Source == chunk.CommitAuthor:
		p.describe(&g, thing)
	case f.Source == chunk.Tag:
		p.describeTag(&g, thing)
	case c != missing:
		p.describe(&g, p.w.commits[c].number)
		g.Paths, g.MorePaths = p.paths[i].listed()
	default:
		g.Paths, g.MorePaths = p.uncommitted(thing)
	}
	if len(g.Paths) > 0 {
		f.Path = g.Paths[0]
	}
	f.Source = sourceOf(f.Source, p.w.links[thing], g.Refs)
	if s := p.staged[thing]; s != nil && !g.Reachable {
		p.fillStaged(f, &g, s)
	}
	f.Git = &g
}

// fillStaged fills in what only an index still leads to.
func (p *placer) fillStaged(f *finding.Finding, g *finding.Git, s *staged) {
	g.Reachable, g.Refs = true, s.in
	if g.Commit != "" {
		return // its paths are those of that commit
	}
	g.Paths, g.MorePaths = s.paths.listed()
	f.Path = g.Paths[0]
	if f.Source == chunk.Blob && s.file {
		f.Source = chunk.Index
	} else if f.Source == chunk.Blob {
		f.Source = chunk.Symlink
	}
}

// uncommitted are the names of a thing in trees that no commit has.
func (p *placer) uncommitted(thing uint32) (paths []string, more int) {
	for _, name := range p.w.direct[thing] {
		paths = append(paths, p.names[name])
	}
	return cutPaths(paths)
}

// refNames are the names to be listed of tips, which are in order, and how many more
// there are: of refs, of stashes, and of other reflogs' entries only where no ref
// reaches.
func (p *placer) refNames(tips []int32) (names []string, more int) {
	branch := slices.ContainsFunc(tips, func(t int32) bool { return p.tips[t].branch })
	last := ""
	for _, t := range tips {
		tip := &p.tips[t]
		if tip.name == last || branch && !tip.branch && !isStash(tip.name) {
			continue
		}
		if last = tip.name; len(names) < maxRefs {
			names = append(names, tip.name)
		} else {
			more++
		}
	}
	return names, more
}

// maxRefs is how many refs of a finding are named: mirrors of a large project have
// thousands of pull requests, and all of them reach what is old.
const maxRefs = 100

// compare orders tips by what a person works with, then by their names.
func (t *tip) compare(o *tip) int {
	return cmp.Or(rank(t.name)-rank(o.name), strings.Compare(t.name, o.name))
}

func rank(ref string) int {
	for i, prefix := range []string{"HEAD", "refs/heads/", "refs/tags/", "stash@", "refs/remotes/"} {
		if strings.HasPrefix(ref, prefix) {
			return i
		}
	}
	return 9
}

func isStash(log string) bool { return len(log) > 6 && log[:6] == "stash@" }
