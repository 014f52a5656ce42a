package history

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// Options say which repository is read.
type Options struct {
	Repo *gitpack.Repo
	// Name is what the repository is called in paths of its git folder's files.
	Name string
	// Memory is how many bytes may be held of objects; DefaultMemory if 0.
	Memory int64
	// Done and Total, if set, are added to: objects that were read, and that there are.
	Done, Total *atomic.Int64
}

const (
	// DefaultMemory is enough for nearly all repositories: git makes no deltas of
	// files above 512 MB (core.bigFileThreshold), and needs as much for them itself.
	DefaultMemory = 1 << 30
	// largeFrom is the size of a blob from which on it is read in pieces, unless
	// others are made of it.
	largeFrom = changes.LargeFrom
	// leastRoom is what a room has at least: see room.
	leastRoom = 16 << 20
)

// Source gives everything that a repository holds.
type Source struct {
	o     Options
	repos []*repository
}

// New makes a source of a repository. Close must be called when the findings are
// placed.
func New(o Options) *Source {
	if o.Memory == 0 {
		o.Memory = DefaultMemory
	}
	if o.Done == nil || o.Total == nil {
		o.Done, o.Total = new(atomic.Int64), new(atomic.Int64)
	}
	return &Source{o: o}
}

// Close frees what the source has mapped.
func (s *Source) Close() {
	for _, r := range s.repos {
		r.store.Close()
	}
}

// Run implements source.Source.
func (s *Source) Run(ctx context.Context, sinks []source.Sink) error {
	modules, problems := s.o.Repo.Submodules()
	for i, git := range append([]*gitpack.Repo{s.o.Repo}, modules...) {
		r := openRepository(git, s.o)
		s.repos = append(s.repos, r)
		if i == 0 {
			r.told.git(r, problems)
		} else {
			r.sub = r.label(git.GitDir)
		}
		if err := r.run(ctx, sinks); err != nil {
			return err
		}
	}
	return nil
}

// repository is one repository with its own objects: the one that was asked for,
// or a submodule's.
type repository struct {
	git     *gitpack.Repo
	o       Options
	sub     string // of a submodule, its git folder as reported
	store   *gitpack.Store
	shallow bitset
	lock    sync.Mutex // of store.Object
	names   names
	room    room
	wanted  bitset // blobs that were not quiet, by number
	graphs  []*graph
	tips    []tip
	staged  map[uint32]*staged // what indexes list, of what was not quiet, by number
	told    faults
}

func openRepository(git *gitpack.Repo, o Options) *repository {
	r := &repository{git: git, o: o, store: gitpack.OpenStore(git.ObjectDirs, git.Hash)}
	r.room.left.Store(max(o.Memory/8*3, leastRoom))
	r.names.room = &r.room
	r.told.git(r, git.Problems)
	for _, f := range r.store.Faults {
		r.told.add(r.label(f.Where), f.Err)
	}
	shallow, problems := git.Shallow()
	r.told.git(r, problems)
	for id := range shallow {
		if n, ok := r.store.Number(id.Bytes()); ok {
			if r.shallow == nil {
				r.shallow = newBitset(r.store.Len())
			}
			r.shallow.add(n)
		}
	}
	return r
}

// content makes a content of the repository's.
func (r *repository) content(kind chunk.Kind, path, object string) *chunk.Content {
	return &chunk.Content{Kind: kind, Path: path, Object: object, Repo: r.sub}
}

// nameObject is the number that stands for a name: behind all objects.
func (r *repository) nameObject(id int32) uint32 { return uint32(r.store.Len()) + uint32(id) }

// run reads everything, once.
func (r *repository) run(ctx context.Context, sinks []source.Sink) error {
	r.o.Total.Add(int64(r.store.Len()))
	visitors := make([]*visitor, len(sinks))
	for i, sink := range sinks {
		visitors[i] = newVisitor(ctx, r, sink)
		visitors[i].graph.room = &r.room
		r.graphs = append(r.graphs, &visitors[i].graph)
	}
	told := &r.told
	r.pointing(sinks[0], told)
	visitors[0].files()
	packs := make([]*gitpack.Families, len(r.store.Packs))
	for i, p := range r.store.Packs {
		var err error
		if packs[i], err = p.Families(len(sinks)); err != nil {
			told.add(p.Path, err)
			continue
		}
		for _, d := range packs[i].Damages() {
			visitors[0].pack = i
			visitors[0].Damaged(&gitpack.Object{Pack: p, Entry: d.Entry}, d.Others, d.Err)
		}
		r.walk(ctx, i, packs[i], visitors, gitpack.Commit, gitpack.Tag, gitpack.Blob)
	}
	r.loose(ctx, visitors, false)
	r.largeFiles(visitors)
	r.want(visitors)
	for i, f := range packs {
		if f != nil {
			r.walk(ctx, i, f, visitors, gitpack.Tree)
			if ctx.Err() != nil {
				return ctx.Err() // what was not reached says nothing
			}
			for _, e := range f.Unreached() {
				told.add("object "+r.store.Packs[i].ID(e).String(), fmt.Errorf("%w: deltas that are made of each other", gitpack.ErrEntry))
			}
		}
	}
	r.loose(ctx, visitors, true)
	visitors[0].indexes()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.tell(visitors, sinks[0])
	r.lacking(visitors, sinks[0])
	return ctx.Err()
}

// largeFiles hands over what Git LFS keeps.
func (r *repository) largeFiles(visitors []*visitor) {
	var pointers []pointer
	for _, v := range visitors {
		pointers = append(pointers, v.lfs...)
	}
	visitors[0].lfsFiles(pointers)
}

// tell tells what could not be read.
func (r *repository) tell(visitors []*visitor, sink source.Sink) {
	for _, v := range visitors {
		r.told.list = append(r.told.list, v.faults.list...)
	}
	for _, p := range r.told.list {
		r.problem(sink, p)
	}
	if n := r.shallow.count(); n > 0 {
		sink.Problem(source.Problem{
			Where: r.label(r.git.CommonDir), What: fmt.Sprintf("a shallow clone: what was before %d of its commits is not here", n),
			Hint: "git fetch --unshallow brings it",
		})
	}
}

// walk walks the objects of the given kinds of one pack.
func (r *repository) walk(ctx context.Context, pack int, f *gitpack.Families, visitors []*visitor, kinds ...gitpack.Kind) {
	w := gitpack.Walk{Memory: r.o.Memory, LargeFrom: largeFrom, Foreign: r.object}
	for _, k := range kinds {
		w.Kinds[k] = true
	}
	for _, v := range visitors {
		v.pack = pack
		w.Visitors = append(w.Visitors, v)
	}
	f.Walk(ctx, w)
}

// object reads one object, for any goroutine.
func (r *repository) object(id gitpack.ID) (gitpack.Kind, []byte, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.store.Object(id)
}

// loose reads the loose objects: trees, or all that are none.
func (r *repository) loose(ctx context.Context, visitors []*visitor, trees bool) {
	var at atomic.Int64
	var group sync.WaitGroup
	for _, v := range visitors {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(at.Add(1)) - 1
				if i >= len(r.store.Loose) {
					return
				}
				v.looseObject(i, trees)
			}
		})
	}
	group.Wait()
}

// looseObject reads one.
func (v *visitor) looseObject(i int, trees bool) {
	l := v.store.Loose[i]
	err := v.store.ReadLoose(l, func(kind gitpack.Kind, size int64, body io.Reader) error {
		o := gitpack.LooseRef(l.ID, kind)
		switch {
		case (kind == gitpack.Tree) != trees:
			return nil
		case size >= largeFrom:
			v.large(&o, body)
			return nil
		}
		data := make([]byte, size)
		if _, err := io.ReadFull(body, data); err != nil {
			return err
		}
		if n, err := body.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			return gitpack.ErrInflateSize
		}
		v.object(&o, v.store.LooseNumber(i), data, nil)
		return nil
	})
	if err != nil && !trees {
		v.faults.add("object "+l.ID.String(), err)
	}
}

// want notes the blobs that are to be found in trees.
func (r *repository) want(visitors []*visitor) {
	for _, v := range visitors {
		for _, id := range v.graph.loud {
			if n, ok := r.store.Number(id.Bytes()); ok {
				if r.wanted == nil {
					r.wanted = newBitset(r.store.Len())
				}
				r.wanted.add(n)
			}
		}
	}
}

// isShallow tells whether the repository says of a commit that its parents are cut
// off.
func (r *repository) isShallow(n int) bool { return r.shallow.has(int32(n)) }

// problem tells a problem; of a submodule's objects, with its name.
func (r *repository) problem(sink source.Sink, p source.Problem) {
	if r.sub != "" && !strings.HasPrefix(p.Where, r.sub) {
		p.Where = r.sub + ": " + p.Where
	}
	sink.Problem(p)
}

// lackingNamed is how many missing objects are named one by one.
const lackingNamed = 100

// lacking tells what is missing.
func (r *repository) lacking(visitors []*visitor, sink source.Sink) {
	all := map[gitpack.ID]string{}
	most := ""
	for _, v := range visitors {
		if v.more {
			most = "more than "
		}
		for id, what := range v.absent {
			if old, ok := all[id]; !ok || what < old {
				all[id] = what
			}
		}
	}
	hint := ""
	if r.git.Partial() {
		hint = "this is a partial clone; git fetch --refetch --no-filter brings what it left out"
	}
	for i, id := range sortedIDs(all) {
		if i == lackingNamed {
			r.problem(sink, source.Problem{Where: cmp.Or(r.sub, r.o.Name), What: fmt.Sprintf("%s%d more objects are missing", most, len(all)-i), Hint: hint})
			break
		}
		r.problem(sink, source.Problem{Where: all[id] + " (" + id.String() + ")", What: "is missing in the repository", Hint: hint})
	}
}
