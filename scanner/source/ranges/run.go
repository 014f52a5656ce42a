package ranges

import (
	"context"
	"errors"
	"sync"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// run hands out the work: commits, the latest first since packs have those at hand, and
// the files of a commit that has many.
type run struct {
	ctx  context.Context
	s    *Source
	step int // commits at a time
	most int // entries of a comparison, unless it is the only one

	mu    sync.Mutex
	idle  sync.Cond
	next  int // commits that are still to come
	busy  int // workers that compare, and may bring more files
	files []file

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
	// share is how many files one worker takes at a time.
	share = 16
	// maxCompared is how many entries all workers compare at once.
	maxCompared = 1 << 20
	// largeFrom is the size of blobs that are read one at a time.
	largeFrom = changes.LargeFrom
)

func newRun(ctx context.Context, s *Source, workers int) *run {
	n := len(s.picked.commits)
	r := &run{ctx: ctx, s: s, next: n, step: min(max(n/(8*workers), 1), maxStep), most: max(maxCompared/workers, 1)}
	r.idle.L = &r.mu
	return r
}

// work works until all is done.
func (r *run) work(sinks []source.Sink) {
	var group sync.WaitGroup
	for i, sink := range sinks {
		w := &worker{run: r, sink: sink, objects: r.s.objects, feeder: source.NewFeeder()}
		if i > 0 {
			w.objects = r.s.objects.Share()
		}
		w.cmp, _ = sink.(source.Comparer)
		if i == 0 {
			w.tags()
		}
		group.Go(w.loop)
	}
	group.Wait()
}

// take returns the next work: files, or commits from one place of the order down to
// another; neither when there is no more.
func (r *run) take() (files []file, from, to int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.ctx.Err() == nil {
		switch {
		case len(r.files) > 0:
			rest := max(len(r.files)-share, 0)
			files, r.files = r.files[rest:], r.files[:rest:rest]
			return files, 0, 0
		case r.next > 0:
			from, to = r.next, max(r.next-r.step, 0)
			r.next = to
			r.busy++
			if told := r.s.o.Progress; told != nil {
				told(len(r.s.picked.commits)-from, len(r.s.picked.commits))
			}
			return nil, from, to
		case r.busy == 0:
			r.idle.Broadcast()
			return nil, 0, 0
		}
		r.idle.Wait()
	}
	r.idle.Broadcast()
	return nil, 0, 0
}

// compared says that a worker has compared its commits, and leaves files for others.
func (r *run) compared(files []file) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files = append(r.files, files...)
	r.busy--
	r.idle.Broadcast()
}

// worker is one of them.
type worker struct {
	*run
	sink    source.Sink
	cmp     source.Comparer // the sink, if it is one
	objects *gitpack.Objects
	feeder  *source.Feeder
	commit  gitpack.CommitObject
}

func (w *worker) loop() {
	for {
		files, from, to := w.take()
		switch {
		case len(files) > 0:
			w.scan(files, false)
		case from > to:
			var left []file
			for rank := from - 1; rank >= to && w.ctx.Err() == nil; rank-- {
				left = append(left, w.commitAt(int32(rank))...)
			}
			w.compared(left)
		default:
			return
		}
	}
}

func (w *worker) problem(where string, err error) {
	if w.ctx.Err() != nil && errors.Is(err, w.ctx.Err()) {
		return
	}
	w.s.tell(w.sink, source.Problem{Where: where, What: source.Describe(err), Hint: w.s.asked.partialHint(err)})
}
