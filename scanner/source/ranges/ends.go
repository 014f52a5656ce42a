package ranges

import (
	"errors"
	"fmt"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// This file words where the history ends before its time: a shallow clone, damage.

// maxEnds is how many such places are named one by one.
const maxEnds = 100

const deepen = "git fetch --deepen=100, or --unshallow, brings more of the history"

// end looks at a commit that a walk has found. cut tells that the history which is left
// out was cut off.
func (s *selection) end(n int32, cut bool) {
	p, ends := s.graph.cut(n)
	switch {
	case ends:
		why, hint := s.why(n, p)
		s.tell(source.Problem{
			Where: "commit " + s.graph.commits[n].id.String(), Hint: hint,
			What: "the history ends here, " + why + ": what was before is not scanned, and all of its files count as new",
		})
	case cut && s.graph.commits[n].count == 0 && !s.unsure:
		s.unsure = true
		s.problems = append(s.problems, source.Problem{
			Where: "commit " + s.graph.commits[n].id.String(), Low: true, Hint: deepen,
			What: "the history of what the range leaves out is cut off, so that more may be scanned than the range is: back to this first commit",
		})
	}
}

// listedEnd looks at a commit that was asked for by itself. All of it is scanned if its
// parents aren't there: nothing is missing, but more may be reported than it adds.
func (s *selection) listedEnd(n int32) {
	if p, ends := s.graph.cut(n); ends {
		why, hint := s.why(n, p)
		s.tell(source.Problem{
			Where: "commit " + s.graph.commits[n].id.String(), Low: true, Hint: hint,
			What: "what it adds can't be told, " + why + ": all of its files count as new",
		})
	}
}

// why says why a parent p of commit n isn't there.
func (s *selection) why(n, p int32) (what, hint string) {
	err := s.graph.faults[p]
	if _, shallow := s.shallow[s.graph.commits[n].id]; shallow && errors.Is(err, gitpack.ErrMissing) {
		return "for this is a shallow clone", deepen
	}
	if errors.Is(err, gitpack.ErrMissing) {
		return fmt.Sprintf("for its parent %s is missing in the repository", s.graph.commits[p].id), s.partialHint(err)
	}
	return fmt.Sprintf("for its parent %s can't be read: %s", s.graph.commits[p].id, source.Describe(err)), ""
}

// tell adds a problem, up to a number of them.
func (s *selection) tell(p source.Problem) {
	switch s.ends++; {
	case s.ends <= maxEnds:
		s.problems = append(s.problems, p)
	case s.ends == maxEnds+1:
		p.Where, p.What = "", "the history ends at more commits than are named here"
		s.problems = append(s.problems, p)
	}
}

// partialHint is the next step where what is missing was left out by a partial clone.
func (s *selection) partialHint(err error) string {
	if errors.Is(err, gitpack.ErrMissing) && s.partial() {
		return "this is a partial clone; git fetch --refetch --no-filter brings what it left out"
	}
	return ""
}
