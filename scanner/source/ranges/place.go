package ranges

import (
	"context"
	"maps"
	"slices"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// Place says which commit adds each finding, and leaves out those that none does: what
// stands in a changed file, but stood there before. It is called once, behind Run. Which
// refs reach a commit is not looked for: it is the range that was asked about.
func (s *Source) Place(ctx context.Context, fs []*finding.Finding) ([]*finding.Finding, []source.Problem) {
	p := &placer{s: s, byCommit: map[int32][]*group{}}
	var out []*finding.Finding
	groups := map[contentKey]*group{}
	for _, f := range fs {
		switch f.Source {
		case chunk.CommitMessage, chunk.CommitAuthor, chunk.Tag:
			s.describeObject(f)
			out = append(out, f)
			continue
		}
		object := ""
		if f.Git != nil {
			object = f.Git.Object
		}
		k := keyOf(f.Source, object, f.Path)
		if groups[k] == nil {
			groups[k] = &group{path: f.Path, name: f.Source == chunk.PathName}
			for _, rank := range s.contents.commits(k) {
				p.byCommit[rank] = append(p.byCommit[rank], groups[k])
			}
		}
		groups[k].all = append(groups[k].all, f)
	}
	for _, rank := range slices.Sorted(maps.Keys(p.byCommit)) {
		out = append(out, p.commit(ctx, rank)...)
	}
	return out, p.problems
}

// placer places findings, one commit after the other, the first ones first.
type placer struct {
	s        *Source
	byCommit map[int32][]*group
	problems []source.Problem
}

// group is what was found in one content.
type group struct {
	path   string
	name   bool // it is the path
	all    []*finding.Finding
	placed map[*finding.Finding]bool
}

// commit returns the findings that a commit adds, of those that no commit before has.
func (p *placer) commit(ctx context.Context, rank int32) []*finding.Finding {
	groups := slices.DeleteFunc(p.byCommit[rank], func(g *group) bool { return len(g.placed) == len(g.all) })
	if len(groups) == 0 {
		return nil
	}
	trees := p.s.trees
	a := &changes.Added{Trees: trees, Count: changes.WithLarge(p.s.o.Repo, p.s.o.Count)}
	if ctx.Err() == nil {
		a.Parents, _, _ = p.s.diffs(trees, rank) // what is wrong was told by the worker that compared it
	}
	about := p.s.describe(p.s.commitAt(rank))
	var out []*finding.Finding
	for _, g := range groups {
		added := g.all // there is no time to compare when the run was ended
		if ctx.Err() == nil {
			added = p.added(a, g)
		}
		for _, f := range added {
			if g.placed[f] {
				continue
			}
			if g.placed == nil {
				g.placed = map[*finding.Finding]bool{}
			}
			g.placed[f] = true
			at := about
			if f.Git != nil {
				at.Object = f.Git.Object
			}
			at.Paths = []string{f.Path}
			f.Git = &at
			out = append(out, f)
		}
	}
	return out
}

// added are the findings of a content that are new. What can't be compared counts so.
func (p *placer) added(a *changes.Added, g *group) []*finding.Finding {
	compare := a.New
	if g.name {
		compare = a.NewName
	}
	fs, faults := compare(g.path, g.all)
	for _, err := range faults {
		p.problems = append(p.problems, source.Problem{
			Where: g.path, Low: true, Hint: p.s.asked.partialHint(err),
			What: "could not be compared with what was there before, and counts as new: " + source.Describe(err),
		})
	}
	return fs
}

// describeObject fills in what a commit or a tag says of itself.
func (s *Source) describeObject(f *finding.Finding) {
	if f.Git == nil {
		return
	}
	id, err := gitpack.ParseID(f.Git.Object)
	if err != nil {
		return
	}
	at := s.describe(id)
	if f.Source == chunk.Tag {
		at = s.describeTag(id)
	}
	at.Object = f.Git.Object
	f.Git = &at
}

// describe is what a commit says of itself.
func (s *Source) describe(id gitpack.ID) finding.Git {
	g := finding.Git{Commit: id.String()}
	if data, err := commitData(s.objects, id); err == nil { // else told already, by the worker that read it
		changes.DescribeCommit(&g, data, s.objects.Hash)
	}
	return g
}

// describeTag is what a tag says of itself.
func (s *Source) describeTag(id gitpack.ID) finding.Git {
	var g finding.Git
	if _, data, err := s.objects.Object(id); err == nil { // else told already
		changes.DescribeTag(&g, data, s.objects.Hash)
	}
	return g
}
