package files

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"

	"lockaway/scanner/chunk"
	"lockaway/scanner/source"
)

// dir is a folder that is listed, or that files are read from.
type dir struct {
	root   *root
	prefix string // what is reported before its names
	rel    string // from the root, "/" behind it unless empty
	level  *level
	folder folder
	// uses counts who needs the folder open: its listing, and each batch.
	uses atomic.Int32
}

func (d *dir) done() {
	if d.uses.Add(-1) == 0 {
		d.folder.close()
	}
}

// worker lists and reads for one sink.
type worker struct {
	ctx    context.Context
	s      *Source
	q      *queue
	sink   source.Sink
	feeder *source.Feeder

	listing listing
	file    file
	batches []batch
	folders []pending
}

func newWorker(ctx context.Context, s *Source, q *queue, sink source.Sink) *worker {
	return &worker{ctx: ctx, s: s, q: q, sink: sink, feeder: source.NewFeeder()}
}

func (w *worker) run() {
	for {
		t, ok := w.q.take()
		switch {
		case !ok:
			return
		case t.batch.dir != nil:
			w.readBatch(t.batch)
		case t.root != nil:
			w.startRoot(t.root)
		case t.pending.name != "":
			w.openFolder(t.pending.dir, t.pending.name)
		default:
			w.list(t.pending.dir)
		}
	}
}

func (w *worker) startRoot(r *root) {
	var err error
	switch {
	case r.mode.IsDir():
		if r.tree, err = w.s.disk.open(r.name); err == nil {
			r.open.Store(1)
			w.enter(&dir{root: r, prefix: r.prefix, level: r.level})
		}
	case r.mode.IsRegular():
		if err = w.s.disk.openFile(r.name, &w.file); err == nil {
			err = w.read(r.path)
		}
	default:
		err = w.readStream(r)
	}
	w.problem(r.path, err)
}

// openFolder goes into the folder of that name.
func (w *worker) openFolder(up *dir, name string) {
	w.enter(&dir{root: up.root, prefix: up.prefix + name + "/", rel: up.rel + name + "/", level: up.level})
}

func (w *worker) enter(d *dir) {
	f, err := d.root.tree.folder(strings.TrimSuffix(d.rel, "/"))
	if err != nil {
		w.problem(strings.TrimSuffix(d.prefix, "/"), err)
		d.root.done()
		return
	}
	d.folder = f
	d.uses.Store(1)
	ignore := reading{
		folder: filepath.Join(d.root.name, filepath.FromSlash(d.rel)), where: d.prefix,
		open: f.openFile, has: f.has, git: w.s.opt.Gitignore, problem: w.sink.Problem,
	}
	d.level = ignore.level(d.level, len(d.root.above)+len(d.rel))
	w.list(d)
}

// list lists a folder, as far as it goes without letting names heap up: what is
// left is put back to be listed on when its files are read.
func (w *worker) list(d *dir) {
	for w.ctx.Err() == nil {
		more, err := d.folder.next(&w.listing)
		if err != nil {
			w.problem(strings.TrimSuffix(d.prefix, "/"), err)
		}
		w.sort(d)
		if !more {
			break
		}
		if w.flush() > 0 {
			w.q.put(nil, []pending{{dir: d}})
			return
		}
	}
	// The last batch is this worker's own: of a small folder, all there is.
	var last batch
	if len(w.batches) > 0 {
		last, w.batches = pop(w.batches)
	}
	w.flush()
	if last.dir != nil {
		w.readBatch(last)
	}
	d.done()
	d.root.done()
}

// flush gives away what was found, and returns how many batches wait.
func (w *worker) flush() int {
	if len(w.batches)+len(w.folders) == 0 {
		return 0
	}
	n := w.q.put(w.batches, w.folders)
	clear(w.batches)
	clear(w.folders)
	w.batches, w.folders = w.batches[:0], w.folders[:0]
	return n
}

// sort takes from the listing what is to be read and what to be listed.
func (w *worker) sort(d *dir) {
	for _, e := range w.listing.entries {
		isDir := e.kind == folderKind
		if e.kind == other || isDir && string(e.name) == ".git" {
			continue
		}
		if w.leftOut(d, e.name, isDir) {
			w.sink.Skip(1)
			continue
		}
		if isDir {
			d.root.open.Add(1)
			w.folders = append(w.folders, pending{d, string(e.name)})
			continue
		}
		n := len(w.batches)
		if n == 0 || len(w.batches[n-1].paths) == batchSize {
			d.uses.Add(1)
			w.batches = append(w.batches, batch{dir: d})
			n++
		}
		b := &w.batches[n-1]
		b.paths = append(b.paths, d.prefix+string(e.name))
	}
}

func (w *worker) leftOut(d *dir, name []byte, isDir bool) bool {
	if d.level == nil && w.s.exclude == nil {
		return false
	}
	below := d.rel + string(name)
	if w.s.exclude != nil {
		if ignored, _ := w.s.exclude.Match(d.root.aboveExclude+below, isDir); ignored {
			return true
		}
	}
	return d.level != nil && d.level.ignores(d.root.above+below, isDir)
}

func (w *worker) readBatch(b batch) {
	for i, path := range b.paths {
		if w.ctx.Err() != nil {
			break
		}
		err := b.dir.folder.openFile(path[len(b.dir.prefix):], &w.file)
		if err == nil {
			if rest := b.paths[i+1:]; w.file.large() && len(rest) > 0 {
				b.dir.uses.Add(1)
				w.q.put([]batch{{b.dir, rest}}, nil)
				b.paths = nil
			}
			err = w.read(path)
		}
		w.problem(path, err)
		if b.paths == nil {
			break
		}
	}
	b.dir.done()
}

// read reads and closes the worker's file.
func (w *worker) read(path string) error {
	defer w.file.close()
	err := w.feeder.Feed(w.ctx, w.sink, &chunk.Content{Kind: chunk.File, Path: path}, &w.file)
	if err == nil && w.file.large() {
		err = w.file.settled()
	}
	return err
}

// readStream reads a FIFO that was named. Opening it waits for who writes.
func (w *worker) readStream(r *root) error {
	stream := source.Interruptible(w.ctx, &lateFile{name: r.name})
	return w.feeder.Feed(w.ctx, w.sink, &chunk.Content{Kind: chunk.File, Path: r.path}, stream)
}

// lateFile is a file that is opened by its first read, and closed by the read
// that fails.
type lateFile struct {
	name string
	f    *os.File
}

func (l *lateFile) Read(b []byte) (n int, err error) {
	if l.f == nil {
		if l.f, err = os.Open(l.name); err != nil {
			return 0, err
		}
	}
	if n, err = l.f.Read(b); err != nil {
		l.f.Close()
	}
	return n, err
}

// problem tells what went wrong, unless the scan was ended.
func (w *worker) problem(where string, err error) {
	if err == nil || w.ctx.Err() != nil {
		return
	}
	p := source.Problem{Where: where, What: source.Describe(err)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.What = "it vanished before it was read"
	case errors.Is(err, fs.ErrPermission):
		p.Hint = "run as a user who may read it, or leave it out by " + ownIgnore
	case errors.Is(err, errChanged):
		p.Hint = "scan it again when nothing writes to it"
	}
	w.sink.Problem(p)
}

// missing says why a PATH isn't there.
func missing(err error) string {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return "no such file or folder"
	}
	return source.Describe(err)
}
