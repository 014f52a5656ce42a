package staged

import (
	"cmp"
	"fmt"
	"slices"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// Options say what is compared, and how.
type Options struct {
	Repo *gitpack.Repo
	// WholeFiles reports what stands in the changed files, also what was there before.
	WholeFiles bool
	// Merged are commits that the next one will have as parents, although MERGE_HEAD does
	// not name them yet.
	Merged []gitpack.ID
	// Count counts the values in the bytes of a file: see changes.Counter.
	Count changes.Counter
}

// Source gives what is staged. It is run once.
type Source struct {
	o       Options
	objects *gitpack.Objects // of the goroutine that opened it
	index   *index
	added   *changes.Added
	files   []changes.File // new against every parent
	skipped int
	// largeFrom is changes.LargeFrom, but in tests.
	largeFrom int64
	// problems are those of the comparison. Those of the repository weigh nothing as
	// long as all that is needed can be read.
	problems, repo []source.Problem
}

// Open reads the index, and compares it with HEAD and, in a merge, with the other
// parents. The error is that of an index that can't be read, or of a HEAD: nothing can
// be said then. Close frees what it has mapped.
func Open(o Options) (*Source, error) {
	s := &Source{o: o, largeFrom: changes.LargeFrom}
	opened := make(chan *gitpack.Objects, 1)
	go func() { opened <- gitpack.OpenObjects(o.Repo.ObjectDirs, o.Repo.Hash) }()
	x, err := o.Repo.ReadIndex()
	s.objects = <-opened
	if err != nil {
		s.Close()
		return nil, err
	}
	s.index = &index{Index: x, trees: changes.Trees{Objects: s.objects}}
	for _, p := range o.Repo.Problems {
		s.repo = append(s.repo, source.Problem{Where: p.Path, What: p.What})
	}
	if err := s.compare(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close frees what the source has mapped.
func (s *Source) Close() { s.objects.Close() }

// parents are the commits that the next one will have.
func (s *Source) parents() ([]gitpack.ID, error) {
	head, err := s.o.Repo.Ref("HEAD")
	if err != nil {
		return nil, fmt.Errorf("HEAD: %w", err)
	}
	merge, err := s.o.Repo.MergeHeads()
	out := append([]gitpack.ID{head.ID}, merge...)
	for _, id := range s.o.Merged {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, err
}

// compare finds the files that are new against every parent.
func (s *Source) compare() error {
	parents, err := s.parents()
	if err != nil {
		return err
	}
	s.added = &changes.Added{Trees: s.index.trees, Count: s.o.Count}
	for _, p := range parents {
		d, err := s.against(p)
		if err != nil {
			return err
		}
		s.tell(d)
		s.added.Parents = append(s.added.Parents, d)
	}
	s.files = inAll(s.added.Parents)
	for _, at := range s.index.wrong {
		s.problems = append(s.problems, source.Problem{
			Where: cmp.Or(at, "the index"), What: "what git noted of a folder is not what the index lists, so that git may commit something else",
			Hint: "git read-tree HEAD makes the index anew; then stage the changes again",
		})
	}
	return nil
}

// inAll returns the files that are in all of the comparisons.
func inAll(diffs []*changes.Diff) []changes.File {
	files := diffs[0].Files
	for _, d := range diffs[1:] {
		in := make(map[string]bool, len(d.Files))
		for _, f := range d.Files {
			in[f.Path] = true
		}
		var both []changes.File
		for _, f := range files {
			if in[f.Path] {
				both = append(both, f)
			}
		}
		files = both
	}
	return files
}

// against compares with the tree of a commit; the zero id is the commit before the
// first one.
func (s *Source) against(commit gitpack.ID) (*changes.Diff, error) {
	tree, err := s.treeOf(commit)
	if err != nil {
		s.problems = append(s.problems, s.unknown("commit "+commit.String(), err))
	}
	root := s.index.root()
	if root.noted && root.id == tree {
		return &changes.Diff{}, nil
	}
	s.index.check(root.span)
	return s.index.trees.Compare(tree, root)
}

func (s *Source) treeOf(commit gitpack.ID) (gitpack.ID, error) {
	if commit.IsZero() {
		return gitpack.ID{}, nil
	}
	_, data, err := s.objects.Object(commit)
	if err != nil {
		return gitpack.ID{}, err
	}
	var c gitpack.CommitObject
	if err := gitpack.ParseCommit(data, s.o.Repo.Hash, &c); c.Tree.IsZero() {
		return gitpack.ID{}, err
	}
	return c.Tree, nil
}

// tell notes what of a comparison could not be read.
func (s *Source) tell(d *changes.Diff) {
	for _, f := range d.Unknown {
		s.problems = append(s.problems, s.unknown(cmp.Or(f.Path, "HEAD"), f.Err))
	}
	for _, f := range d.Unread {
		s.problems = append(s.problems, s.missing(source.Problem{Where: cmp.Or(f.Path, "the index"), What: source.Describe(f.Err)}, f.Err))
	}
}

// unknown is the problem of what was there before and can't be read. All that is
// there now is scanned, so it weighs little.
func (s *Source) unknown(where string, err error) source.Problem {
	return s.missing(source.Problem{
		Where: where, What: "what was there before can't be read, so that all counts as new: " + source.Describe(err), Low: true,
	}, err)
}
