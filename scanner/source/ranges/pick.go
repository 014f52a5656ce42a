package ranges

import (
	"context"
	"slices"
	"time"

	"lockaway/scanner/gitpack"
)

// pick goes through the history.
func (s *selection) pick(ctx context.Context, since time.Time) picked {
	in := map[int32]bool{}
	w := &walker{g: s.graph, beyond: beyond}
	for _, one := range s.spans {
		found := w.run(ctx, one.want, append(one.not, s.not...))
		for _, n := range found {
			if !in[n] && s.graph.commits[n].when >= since.Unix() {
				in[n] = true
				s.end(n, w.cut)
			}
		}
	}
	for _, n := range s.listed {
		if !in[n] && s.graph.commits[n].when >= since.Unix() {
			in[n] = true
			s.listedEnd(n)
		}
	}
	out := picked{tags: s.newTags(since)}
	for n := range in {
		out.commits = append(out.commits, n)
	}
	out.commits = s.graph.order(out.commits)
	out.problems = s.problems
	return out
}

// newTags are the tags that are not older than asked for, each once.
func (s *selection) newTags(since time.Time) []gitpack.ID {
	var out []gitpack.ID
	have := map[gitpack.ID]bool{}
	for _, id := range s.tags {
		if have[id] {
			continue
		}
		have[id] = true
		_, data, err := s.graph.objects.Object(id)
		if err != nil {
			continue // it was read a moment ago, when it was followed
		}
		var t gitpack.TagObject
		_ = gitpack.ParseTag(data, s.repo.Hash, &t)
		if who, ok := gitpack.ParseIdent(t.Tagger); ok && !since.IsZero() && who.Time < since.Unix() {
			continue
		}
		out = append(out, id)
	}
	slices.SortFunc(out, gitpack.ID.Compare)
	return out
}
