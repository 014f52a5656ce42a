package ranges

import (
	"errors"
	"fmt"
	"strings"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// RevError is that of a revision that can't be used.
type RevError struct {
	Rev  string // as it was written
	Err  error
	hint string
}

func (e *RevError) Error() string {
	switch {
	case errors.Is(e.Err, gitpack.ErrNoRev):
		return fmt.Sprintf("%q: there is no such revision in the repository", e.Rev)
	case errors.Is(e.Err, gitpack.ErrMissing):
		return fmt.Sprintf("%q: there is no such commit in the repository", e.Rev)
	}
	return fmt.Sprintf("%q: %s", e.Rev, source.Describe(e.Err))
}

func (e *RevError) Unwrap() error { return e.Err }

// Hint names a next step; empty if none is known.
func (e *RevError) Hint() string { return e.hint }

// usage is an error of what was asked for, with a hint.
type usage struct{ what, hint string }

func (e *usage) Error() string { return e.what }

// Hint names what to write.
func (e *usage) Hint() string { return e.hint }

// selection works out which commits were asked for.
type selection struct {
	repo    *gitpack.Repo
	graph   *graph
	shallow map[gitpack.ID]struct{}
	partial func() bool // whether this is a partial clone

	spans  []span
	not    []int32 // left out of all spans
	listed []int32 // one by one
	tags   []gitpack.ID

	problems []source.Problem
	ends     int  // how many were told: see tell
	unsure   bool // likewise: see end
}

// span is what one range asks for. Of each pair, what one of the two commits has and
// the other has not is wanted.
type span struct {
	want, not []int32
	pairs     [][2]int32
}

// picked are the commits that are scanned.
type picked struct {
	commits  []int32 // parents first
	tags     []gitpack.ID
	problems []source.Problem
}

// ranges adds what the words of a range say: "A..B", "A...B", "B", "^A".
func (s *selection) ranges(text string) error {
	words := strings.Fields(text)
	if len(words) == 0 {
		return &usage{"a range that names nothing", "write it as main..HEAD; is a variable not set?"}
	}
	var one span
	for _, word := range words {
		if err := s.word(&one, word); err != nil {
			return err
		}
	}
	for _, p := range one.pairs { // so that nobody has to look for merge bases
		s.spans = append(s.spans, span{want: p[:1], not: append(p[1:2:2], one.not...)}, span{want: p[1:], not: append(p[:1:1], one.not...)})
	}
	switch {
	case len(one.want) > 0:
		s.spans = append(s.spans, one)
	case len(one.pairs) == 0:
		s.not = append(s.not, one.not...)
	}
	return nil
}

func (s *selection) word(to *span, word string) error {
	if rest, ok := strings.CutPrefix(word, "^"); ok {
		n, _, err := s.commit(rest)
		to.not = append(to.not, n)
		return err
	}
	r, ok := gitpack.SplitRange(word)
	if !ok {
		n, tags, err := s.commit(word)
		to.want = append(to.want, n)
		s.tags = append(s.tags, tags...)
		return err
	}
	from, fromTags, err := s.commit(r.From)
	if err != nil {
		return err
	}
	till, tags, err := s.commit(r.To)
	if err != nil {
		return err
	}
	if strings.HasPrefix(word, "..") && from == till {
		return &usage{fmt.Sprintf("%q: nothing stands before the dots, so it begins at HEAD, where it ends, too", word),
			"is a variable not set? HEAD..HEAD is what asks for nothing"}
	}
	s.tags = append(s.tags, tags...)
	if !r.Symmetric {
		to.want, to.not = append(to.want, till), append(to.not, from)
		return nil
	}
	s.tags = append(s.tags, fromTags...)
	to.pairs = append(to.pairs, [2]int32{from, till})
	return nil
}

// commit is the commit that a revision stands for, and the annotated tags on the way.
func (s *selection) commit(rev string) (n int32, tags []gitpack.ID, err error) {
	id, err := s.repo.ResolveRev(s.graph.objects, rev)
	if err == nil {
		id, tags, err = s.peel(id)
	} else if cause := errors.Unwrap(err); cause != nil {
		err = cause // what is around it says again which one it is of
	}
	if err == nil {
		n = s.graph.number(id)
		if !s.graph.read(n) {
			err = s.graph.faults[n]
		}
	}
	if err != nil {
		return 0, nil, &RevError{rev, err, s.hint(rev, err)}
	}
	return n, tags, nil
}

// maxTags is how many tags may tag each other.
const maxTags = 100

// peel follows annotated tags.
func (s *selection) peel(id gitpack.ID) (gitpack.ID, []gitpack.ID, error) {
	var tags []gitpack.ID
	for range maxTags {
		kind, data, err := s.graph.objects.Object(id)
		if err != nil {
			return id, nil, err
		}
		if kind != gitpack.Tag {
			return id, tags, nil
		}
		tags = append(tags, id)
		var t gitpack.TagObject
		if err := gitpack.ParseTag(data, s.repo.Hash, &t); t.Target.IsZero() {
			return id, nil, err
		}
		id = t.Target
	}
	return id, nil, errors.New("tags that tag each other too often")
}

// hint says how a revision that isn't there may be got.
func (s *selection) hint(rev string, err error) string {
	if errors.Is(err, gitpack.ErrNoRev) {
		if _, err := s.repo.Ref("refs/remotes/origin/" + rev); err == nil {
			return "did you mean origin/" + rev + "?"
		}
	}
	if len(s.shallow) > 0 {
		return "this is a shallow clone: git fetch --deepen=100, or --unshallow, brings more of the history"
	}
	if _, parsed := gitpack.ParseID(rev); errors.Is(err, gitpack.ErrMissing) && parsed == nil {
		return "git fetch origin " + rev + " brings it, if origin has it"
	}
	return ""
}

// list adds commits one by one. Each that isn't there is a problem of its own.
func (s *selection) list(revs []string) {
	for _, rev := range revs {
		n, tags, err := s.commit(rev)
		if err == nil {
			s.listed = append(s.listed, n)
			s.tags = append(s.tags, tags...)
			continue
		}
		var e *RevError
		errors.As(err, &e)
		what := source.Describe(e.Err)
		if errors.Is(e.Err, gitpack.ErrNoRev) || errors.Is(e.Err, gitpack.ErrMissing) {
			what = "there is no such commit in the repository"
		}
		s.problems = append(s.problems, source.Problem{Where: rev, What: what, Hint: e.hint})
	}
}

// branches adds what branches reach.
func (s *selection) branches(names []string) error {
	for _, name := range names {
		ref, err := s.branch(name)
		if err != nil {
			return err
		}
		n, tags, err := s.commit(ref)
		if err != nil {
			return err
		}
		s.tags = append(s.tags, tags...)
		s.spans = append(s.spans, span{want: []int32{n}})
	}
	return nil
}

// branch is the ref of a branch: of one's own, else of a remote, as "origin/main".
func (s *selection) branch(name string) (string, error) {
	refs := []string{"refs/heads/" + name, "refs/remotes/" + name}
	if strings.HasPrefix(name, "refs/") {
		refs = []string{name}
	}
	for _, ref := range refs {
		if got, err := s.repo.Ref(ref); err == nil && !got.ID.IsZero() {
			return ref, nil
		}
	}
	return "", &RevError{name, errors.New("there is no such branch in the repository"), s.hint(name, gitpack.ErrNoRev)}
}

// all adds what any ref reaches, or the HEAD of any work tree.
func (s *selection) all() {
	var one span
	take := func(ref gitpack.Ref) error {
		if ref.ID.IsZero() || ref.Name != "HEAD" && !strings.HasPrefix(ref.Name, "refs/") {
			return nil
		}
		id, tags, err := s.peel(ref.ID)
		n := int32(0)
		if err == nil {
			s.tags = append(s.tags, tags...)
			if n = s.graph.number(id); !s.graph.read(n) {
				err = s.graph.faults[n]
			}
		}
		switch {
		case err == nil:
			one.want = append(one.want, n)
		case !errors.Is(err, errNoCommit): // a ref to a file or a tree has no commits
			s.problems = append(s.problems, source.Problem{Where: ref.Name, What: "what it points to can't be read: " + source.Describe(err), Hint: s.partialHint(err)})
		}
		return nil
	}
	problems, _ := s.repo.Refs(take)
	s.noted(problems)
	others, problems := s.repo.Worktrees()
	s.noted(problems)
	for _, o := range others {
		problems, _ = o.WorktreeRefs(take)
		s.noted(problems)
	}
	s.spans = append(s.spans, one)
}

func (s *selection) noted(problems []gitpack.Problem) {
	for _, p := range problems {
		s.problems = append(s.problems, source.Problem{Where: p.Path, What: p.What})
	}
}
