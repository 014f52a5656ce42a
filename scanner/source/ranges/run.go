package ranges

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// run hands out the work, in turns: commits are compared, the latest first since packs
// have those at hand, until all are or enough files have come up; then the files are
// scanned, each version once.
type run struct {
	ctx  context.Context
	s    *Source
	step int // commits at a time
	most int // entries of a comparison, unless it is the only one

	mu    sync.Mutex
	next  int    // commits that are still to come
	files []file // of this turn
	told  float64

	large sync.Mutex // one large blob at a time, or one large commit
}

// file is one that has to be scanned.
type file struct {
	changes.File
	at int32 // its place among the contents
}

const (
	// maxStep keeps neighbours together, which have nearly the same trees.
	maxStep = 16
	// maxFiles is how many files may come up in one turn before no further commit is
	// compared: some ten megabytes.
	maxFiles = 1 << 17
	// share is how many versions one worker takes at a time.
	share = 16
	// maxCompared is how many entries all workers compare at once.
	maxCompared = 1 << 20
	// largeFrom is the size of blobs that are read one at a time.
	largeFrom = changes.LargeFrom
)

func newRun(ctx context.Context, s *Source, workers int) *run {
	n := len(s.picked.commits)
	return &run{ctx: ctx, s: s, next: n, step: min(max(n/(8*workers), 1), maxStep), most: max(maxCompared/workers, 1)}
}

// work works until all is done.
func (r *run) work(sinks []source.Sink) {
	workers := make([]*worker, len(sinks))
	for i, sink := range sinks {
		w := &worker{run: r, sink: sink, objects: r.s.objects, feeder: source.NewFeeder()}
		if workers[i] = w; i > 0 {
			w.objects = r.s.objects.Share()
		}
		w.cmp, _ = sink.(source.Comparer)
	}
	workers[0].tags()
	for more := true; more && r.ctx.Err() == nil; {
		together(workers, (*worker).compare)
		versions := r.versions()
		r.bulk(workers, versions)
		var at atomic.Int64
		together(workers, func(w *worker) { w.scan(versions, &at) })
		more = r.next > 0 || slices.ContainsFunc(workers, func(w *worker) bool { return w.from > w.to })
	}
}

// together runs f for all workers at once.
func together(workers []*worker, f func(*worker)) {
	var group sync.WaitGroup
	for _, w := range workers {
		group.Go(func() { f(w) })
	}
	group.Wait()
}

// take takes the next commits, if this turn has more.
func (w *worker) take() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ctx.Err() != nil || len(w.files) >= maxFiles {
		return false
	}
	if w.from == w.to {
		w.from, w.next = w.next, max(w.next-w.step, 0)
		w.to = w.next
		w.tell(0)
	}
	return w.from > w.to
}

// compare compares commits, as long as this turn has some.
func (w *worker) compare() {
	for w.take() {
		w.from--
		files := w.commitAt(int32(w.from))
		w.mu.Lock()
		w.files = append(w.files, files...)
		w.mu.Unlock()
	}
}

// scanWeight is how much longer it takes to scan what a commit adds than to find it,
// more or less.
const scanWeight = 4

// tell tells how far the run came: the part of this turn's files that is scanned. The
// caller has locked.
func (r *run) tell(scanned float64) {
	told := r.s.o.Progress
	if told == nil {
		return
	}
	all := len(r.s.picked.commits)
	compared := float64(all - r.next)
	before := r.told // commits of turns before
	if scanned == 1 {
		r.told = compared
	}
	told(int(compared+scanWeight*(before+scanned*(compared-before))), (1+scanWeight)*all)
}

// version is a blob at all paths at which it came up in a turn.
type version struct {
	files   []file
	scanned bool
}

// versions are those of this turn, by their ids.
func (r *run) versions() []version {
	files := r.files
	r.files = nil
	slices.SortFunc(files, func(a, b file) int {
		if c := a.ID.Compare(b.ID); c != 0 {
			return c
		}
		return strings.Compare(a.Path, b.Path)
	})
	var out []version
	for from, to := 0, 0; from < len(files); from = to {
		for to = from; to < len(files) && files[to].ID == files[from].ID; {
			to++
		}
		out = append(out, version{files: files[from:to:to]})
	}
	return out
}

// worker is one of them.
type worker struct {
	*run
	sink    source.Sink
	cmp     source.Comparer // the sink, if it is one
	objects *gitpack.Objects
	feeder  *source.Feeder
	commit  gitpack.CommitObject

	from, to int // commits that it still has to compare, by their places in the order
}

// scan scans versions that nobody has scanned.
func (w *worker) scan(versions []version, at *atomic.Int64) {
	for w.ctx.Err() == nil {
		from := int(at.Add(share)) - share
		if from >= len(versions) {
			break
		}
		to := min(from+share, len(versions))
		for i := range versions[from:to] {
			if v := &versions[from+i]; !v.scanned && w.ctx.Err() == nil {
				w.version(v)
			}
		}
		w.mu.Lock()
		w.tell(float64(to) / float64(len(versions)))
		w.mu.Unlock()
	}
}

func (w *worker) problem(where string, err error) {
	if w.ctx.Err() != nil && errors.Is(err, w.ctx.Err()) {
		return
	}
	w.s.tell(w.sink, source.Problem{Where: where, What: source.Describe(err), Hint: w.s.asked.partialHint(err)})
}
