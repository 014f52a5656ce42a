package ranges

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// Options say which commits are scanned. What Ranges, Branches, All and Commits name is
// joined; if all are empty, or Ranges only leaves something out, it is all refs that
// Since is about.
type Options struct {
	Repo *gitpack.Repo
	// Ranges are each the revisions of one range, with blanks between: "A..B" is what B
	// reaches and A doesn't, "A...B" what one of both reaches and the other doesn't, "B"
	// all that it reaches; "^A" leaves out what A reaches, of all ranges where it stands
	// alone. See gitpack.Repo.ResolveRev for what a revision may be.
	Ranges []string
	// Branches are names of branches of which all is wanted: "main", "origin/main".
	Branches []string
	// All asks for what any ref reaches.
	All bool
	// Commits are revisions of single commits. One that isn't there is a problem, no
	// error.
	Commits []string
	// Since leaves out commits that were committed before; the zero time none.
	Since time.Time
	// Memory is how many bytes a file may have that is made of others by deltas, and so
	// has to be held; a gibibyte if 0.
	Memory int64
	// LargeElsewhere says that the files which Git LFS pointers stand for are not to be
	// expected here, so that it weighs little where one is missing.
	LargeElsewhere bool
	// Count counts findings: see changes.Counter.
	Count changes.Counter
	// Progress, if set, is told how many of all commits are done.
	Progress func(done, all int)
}

// Source gives what the commits add.
type Source struct {
	o        Options
	objects  *gitpack.Objects // for one goroutine at a time
	trees    changes.Trees
	asked    *selection
	picked   picked
	contents contents
	repo     []source.Problem // of the repository as a whole: see Run
	lacking  atomic.Bool      // something that was asked for could not be read
}

// Open finds out which commits the revisions stand for. An error is that of one which
// stands for none (RevError), or of what can't be meant. Close must be called when the
// findings are placed.
func Open(o Options) (*Source, error) {
	s := &Source{o: o, objects: gitpack.OpenObjects(o.Repo.ObjectDirs, o.Repo.Hash)}
	s.objects.Map()
	s.trees = changes.Trees{Objects: s.objects}
	s.asked = &selection{repo: o.Repo, graph: newGraph(s.objects), partial: sync.OnceValue(o.Repo.Partial)}
	for _, p := range o.Repo.Problems {
		s.repo = append(s.repo, source.Problem{Where: p.Path, What: p.What})
	}
	for _, f := range s.objects.Faults {
		s.repo = append(s.repo, source.Problem{Where: f.Where, What: source.Describe(f.Err)})
	}
	shallow, problems := o.Repo.Shallow()
	s.asked.noted(problems)
	s.asked.shallow = shallow
	if err := s.asked.ask(o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close frees what the source has mapped.
func (s *Source) Close() { s.objects.Close() }

// ask turns the options into commits.
func (s *selection) ask(o Options) error {
	for _, r := range o.Ranges {
		if err := s.ranges(r); err != nil {
			return err
		}
	}
	positive := len(s.spans) > 0
	if positive && (o.All || len(o.Branches) > 0) {
		return &usage{"a range says itself where it ends, so no branch goes with it", "what branches have and ^A hasn't is asked for by a range of ^A alone"}
	}
	if err := s.branches(o.Branches); err != nil {
		return err
	}
	s.list(o.Commits)
	if o.All || !positive && len(o.Branches) == 0 && (o.Commits == nil || len(s.not) > 0) {
		s.all()
	}
	return nil
}

// Run implements source.Source.
func (s *Source) Run(ctx context.Context, sinks []source.Sink) error {
	s.picked = s.asked.pick(ctx, s.o.Since)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, p := range s.picked.problems {
		s.tell(sinks[0], p)
	}
	newRun(ctx, s, len(sinks)).work(sinks)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	// What is wrong with the repository says why something is missing; where nothing is,
	// all that was asked for was read.
	for _, p := range s.repo {
		p.Low = !s.lacking.Load()
		sinks[0].Problem(p)
	}
	return nil
}

// tell tells a problem of what was asked for.
func (s *Source) tell(sink source.Sink, p source.Problem) {
	if !p.Low {
		s.lacking.Store(true)
	}
	sink.Problem(p)
}

// commitAt is the id of the commit at a place of the order.
func (s *Source) commitAt(rank int32) gitpack.ID {
	return s.asked.graph.commits[s.picked.commits[rank]].id
}

// fault is what was wrong with a comparison.
type fault struct {
	what string
	err  error
}

// diffs compares a commit's tree with those of its parents; with the empty one if it
// has none, or they are not there. What can't be compared counts as new. There are none
// if the commit is as one of its parents. big tells that the change has more entries
// than trees.Most.
func (s *Source) diffs(trees changes.Trees, rank int32) (out []*changes.Diff, faults []fault, big bool) {
	tree, err := treeOf(trees.Objects, s.commitAt(rank))
	if err != nil {
		return nil, []fault{{"what it adds is not scanned", err}}, false
	}
	var olds []gitpack.ID
	for _, p := range s.asked.graph.parentsOf(s.picked.commits[rank]) {
		c := &s.asked.graph.commits[p]
		if c.state != there {
			continue // told already
		}
		old, err := treeOf(trees.Objects, c.id)
		if err != nil {
			faults = append(faults, fault{"all of its files count as new", err})
			continue
		}
		if old == tree {
			return nil, nil, false
		}
		olds = append(olds, old)
	}
	if len(olds) == 0 {
		olds = []gitpack.ID{{}}
	}
	for _, old := range olds {
		d, more, err := compare(trees, old, tree)
		if errors.Is(err, changes.ErrTooMany) {
			big = true
		}
		if out, faults = append(out, d), append(faults, more...); big && trees.Most > 0 {
			break // it is to be done again
		}
	}
	return out, faults, big
}

// compare compares two trees.
func compare(trees changes.Trees, old, tree gitpack.ID) (d *changes.Diff, faults []fault, err error) {
	entries, err := trees.Tree(tree)
	if err != nil {
		return &changes.Diff{}, []fault{{"what it adds is not scanned", err}}, err
	}
	if d, err = trees.Compare(old, entries); err != nil {
		faults = append(faults, fault{"not all that it adds is scanned", err})
	}
	for _, f := range d.Unread {
		faults = append(faults, fault{fmt.Sprintf("the folder %q is not scanned", f.Path), f.Err})
	}
	for _, f := range d.Unknown {
		faults = append(faults, fault{fmt.Sprintf("the folder %q can't be compared with a parent's, and all of it counts as new", f.Path), f.Err})
	}
	return d, faults, err
}

// treeOf is the tree of a commit.
func treeOf(objects *gitpack.Objects, commit gitpack.ID) (gitpack.ID, error) {
	data, err := commitData(objects, commit)
	if err != nil {
		return gitpack.ID{}, err
	}
	var c gitpack.CommitObject
	if err := gitpack.ParseCommit(data, objects.Hash, &c); c.Tree.IsZero() {
		return gitpack.ID{}, fmt.Errorf("commit %s: %w", commit, err)
	}
	return c.Tree, nil
}
