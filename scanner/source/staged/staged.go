package staged

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// Options say what is compared, and how.
type Options struct {
	Repo *gitpack.Repo
	// WholeFiles reports what stands in the changed files, also what was there before.
	WholeFiles bool
	// Count counts findings: see changes.Counter.
	Count changes.Counter
}

// Source gives what is staged.
type Source struct {
	o        Options
	objects  *gitpack.Objects
	index    *index
	lock     sync.Mutex // of objects
	added    *changes.Added
	files    []changes.File
	exclude  []string
	problems []source.Problem
}

// Exclude leaves out paths by a pattern in gitignore syntax, relative to the top.
func (s *Source) Exclude(pattern string) { s.exclude = append(s.exclude, pattern) }

// Open reads the index, and compares it with HEAD and, in a merge, with the other
// parents. The error is that of an index that can't be read: nothing can be said then.
// Close frees what it has mapped.
func Open(o Options) (*Source, error) {
	s := &Source{o: o, objects: gitpack.OpenObjects(o.Repo.ObjectDirs, o.Repo.Hash)}
	x, err := o.Repo.ReadIndex()
	if err != nil {
		s.Close()
		return nil, err
	}
	s.index = newIndex(x, changes.Trees{Objects: s.objects})
	for _, p := range o.Repo.Problems {
		s.problems = append(s.problems, source.Problem{Where: p.Path, What: p.What})
	}
	for _, f := range s.objects.Faults {
		s.problems = append(s.problems, source.Problem{Where: f.Where, What: source.Describe(f.Err)})
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
	out := []gitpack.ID{head.ID}
	merge, err := s.o.Repo.MergeHeads()
	if err != nil {
		return nil, err
	}
	return append(out, merge...), nil
}

// compare finds the files that are new against every parent.
func (s *Source) compare() error {
	parents, err := s.parents()
	if err != nil {
		return err
	}
	s.added = &changes.Added{Trees: s.index.trees, Count: s.o.Count}
	for i, p := range parents {
		d, err := s.against(p)
		if err != nil {
			return err
		}
		s.added.Parents = append(s.added.Parents, d)
		if i == 0 {
			s.files = slices.Clone(d.Files)
			continue
		}
		s.files = slices.DeleteFunc(s.files, func(f changes.File) bool {
			_, ok := slices.BinarySearchFunc(d.Files, f.Path, func(o changes.File, path string) int { return cmp.Compare(o.Path, path) })
			return !ok
		})
	}
	return nil
}

// against compares with the tree of a commit; the zero id is the commit before the
// first one.
func (s *Source) against(commit gitpack.ID) (*changes.Diff, error) {
	var tree gitpack.ID
	if !commit.IsZero() {
		_, data, err := s.objects.Object(commit)
		if err != nil {
			return nil, err
		}
		var c gitpack.CommitObject
		if err := gitpack.ParseCommit(data, s.o.Repo.Hash, &c); c.Tree.IsZero() {
			return nil, fmt.Errorf("commit %s: %w", commit, err)
		}
		tree = c.Tree
	}
	if id := s.index.treeID(); !id.IsZero() && id == tree {
		return &changes.Diff{}, nil
	}
	d, err := s.index.trees.Compare(tree, s.index.root())
	if err == nil {
		slices.SortFunc(d.Files, func(a, b changes.File) int { return cmp.Compare(a.Path, b.Path) })
	}
	return d, err
}

// File is a file of the index, by its path.
func (s *Source) File(path string) (data []byte, ok bool, err error) {
	from, to := s.index.Find([]byte(path))
	for i := from; i < to; i++ {
		if e := &s.index.Entries[i]; e.Stage == 0 && !e.IntentToAdd {
			_, data, err = s.objects.Object(e.ID)
			return data, err == nil, err
		}
	}
	return nil, false, nil
}

// Run implements source.Source.
func (s *Source) Run(ctx context.Context, sinks []source.Sink) error {
	for _, p := range s.problems {
		sinks[0].Problem(p)
	}
	s.conflicts(sinks[0])
	s.leaveOut(sinks[0])
	var at atomic.Int64
	var group sync.WaitGroup
	for _, sink := range sinks[:max(min(len(sinks), len(s.files)), 1)] {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(at.Add(1)) - 1
				if i >= len(s.files) {
					return
				}
				s.file(ctx, sink, &s.files[i])
			}
		})
	}
	group.Wait()
	return ctx.Err()
}

// leaveOut takes out the files that ignore files and the configuration leave out.
func (s *Source) leaveOut(sink source.Sink) {
	g := newIgnores(s, s.exclude)
	n := len(s.files)
	s.files = slices.DeleteFunc(s.files, func(f changes.File) bool { return g.file(f.Path) })
	if n > len(s.files) {
		sink.Skip(n - len(s.files))
	}
	for _, p := range g.told {
		sink.Problem(p)
	}
}

// conflicts tells of files that git will not commit as they are.
func (s *Source) conflicts(sink source.Sink) {
	last := ""
	for i := range s.index.Entries {
		if e := &s.index.Entries[i]; e.Stage != 0 && string(e.Path) != last {
			last = string(e.Path)
			sink.Problem(source.Problem{Where: last, What: "not scanned: its conflict is not resolved, and git won't commit it", Low: true})
		}
	}
}

// file hands over a file: its name, and what stands in it.
func (s *Source) file(ctx context.Context, sink source.Sink, f *changes.File) {
	if f.Old.IsZero() {
		source.Hand(sink, &chunk.Content{Kind: chunk.PathName, Path: f.Path}, []byte(f.Path))
	}
	s.lock.Lock()
	_, data, err := s.objects.Object(f.ID)
	s.lock.Unlock()
	if err != nil {
		p := source.Problem{Where: f.Path, What: source.Describe(err)}
		if errors.Is(err, gitpack.ErrMissing) && s.o.Repo.Partial() {
			p.Hint = "this is a partial clone; git checkout brings what it left out"
		}
		sink.Problem(p)
		return
	}
	if oid, ok := gitpack.ParseLFSPointer(data); ok {
		s.largeFile(ctx, sink, f, oid)
	}
	kind := chunk.Index
	if f.Mode&gitpack.ModeType == gitpack.ModeSymlink {
		kind = chunk.Symlink
	}
	source.Hand(sink, &chunk.Content{Kind: kind, Path: f.Path, Object: f.ID.String()}, data)
}

// largeFile hands over what a Git LFS pointer stands for. What stood there before is
// not compared: the pointer has changed, so the file has.
func (s *Source) largeFile(ctx context.Context, sink source.Sink, f *changes.File, oid string) {
	file, err := gitpack.OpenRegular(s.o.Repo.LFSPath(oid))
	if err != nil {
		sink.Problem(source.Problem{
			Where: f.Path, What: "the file that this Git LFS pointer stands for is not here (sha256 " + oid + ")",
			Hint: "git lfs fetch brings it",
		})
		return
	}
	defer file.Close()
	content := &chunk.Content{Kind: chunk.Index, Path: f.Path, Object: f.ID.String()}
	if err := source.NewFeeder().Feed(ctx, sink, content, file); err != nil && ctx.Err() == nil {
		sink.Problem(source.Problem{Where: f.Path, What: source.Describe(err)})
	}
}

// Place leaves out the findings that were there before.
func (s *Source) Place(ctx context.Context, fs []*finding.Finding) ([]*finding.Finding, []source.Problem) {
	if s.o.WholeFiles {
		return fs, nil
	}
	byPath := map[string][]*finding.Finding{}
	var out []*finding.Finding
	var paths []string
	for _, f := range fs {
		if f.Source == chunk.PathName {
			out = append(out, f)
			continue
		}
		if byPath[f.Path] == nil {
			paths = append(paths, f.Path)
		}
		byPath[f.Path] = append(byPath[f.Path], f)
	}
	var problems []source.Problem
	for _, path := range paths {
		added, faults := s.added.New(path, byPath[path])
		out = append(out, added...)
		for _, err := range faults {
			problems = append(problems, source.Problem{Where: path, What: "could not be compared with what was there before: " + source.Describe(err), Low: true})
		}
	}
	return out, problems
}
