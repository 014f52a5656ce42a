package staged

import (
	"context"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// Place leaves out the findings that were there before.
func (s *Source) Place(ctx context.Context, fs []*finding.Finding) ([]*finding.Finding, []source.Problem) {
	if s.o.WholeFiles {
		return fs, nil
	}
	s.added.Count = changes.WithLarge(s.o.Repo, s.o.Count)
	var out []*finding.Finding
	var problems []source.Problem
	for _, of := range byFile(fs) {
		if ctx.Err() != nil {
			out = append(out, of...) // the scan is not complete, and says so
			continue
		}
		path := of[0].Path
		find := s.added.New
		if of[0].Source == chunk.PathName {
			find = s.added.NewName
		}
		added, faults := find(path, of)
		out = append(out, added...)
		for _, err := range faults {
			p := source.Problem{Where: path, What: "could not be compared with all that was there before: " + source.Describe(err), Low: true}
			problems = append(problems, s.missing(p, err))
		}
	}
	return out, problems
}

// byFile parts findings by what they stand in, in order.
func byFile(fs []*finding.Finding) [][]*finding.Finding {
	type content struct {
		path string
		name bool
	}
	var out [][]*finding.Finding
	at := map[content]int{}
	for _, f := range fs {
		c := content{f.Path, f.Source == chunk.PathName}
		i, ok := at[c]
		if !ok {
			i = len(out)
			at[c] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], f)
	}
	return out
}
