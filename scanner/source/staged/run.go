package staged

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// Run implements source.Source.
func (s *Source) Run(ctx context.Context, sinks []source.Sink) error {
	s.conflicts()
	if s.skipped > 0 {
		sinks[0].Skip(s.skipped)
	}
	workers := make([]*worker, max(min(len(sinks), len(s.files)), 1))
	var at atomic.Int64
	var group sync.WaitGroup
	for i := range workers {
		w := &worker{s: s, ctx: ctx, sink: sinks[i], objects: s.objects}
		if workers[i] = w; i > 0 {
			w.objects = s.objects.Share()
		}
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(at.Add(1)) - 1
				if i >= len(s.files) {
					return
				}
				w.file(&s.files[i])
			}
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, w := range workers {
		s.problems = append(s.problems, w.problems...)
	}
	s.tellAll(sinks[0])
	return nil
}

// tellAll tells the problems. One of the repository says why something is missing;
// where nothing is, all that was asked for was read.
func (s *Source) tellAll(sink source.Sink) {
	low := !slices.ContainsFunc(s.problems, func(p source.Problem) bool { return !p.Low })
	for _, f := range s.objects.Problems() {
		s.repo = append(s.repo, source.Problem{Where: f.Where, What: source.Describe(f.Err)})
	}
	for _, p := range s.repo {
		p.Low = low
		sink.Problem(p)
	}
	for _, p := range s.problems {
		sink.Problem(p)
	}
}

// conflicts tells of files that git will not commit as they are.
func (s *Source) conflicts() {
	last := ""
	for i := range s.index.Entries {
		if e := &s.index.Entries[i]; e.Stage != 0 && string(e.Path) != last {
			last = string(e.Path)
			s.problems = append(s.problems, source.Problem{Where: last, What: "not scanned: its conflict is not resolved, and git won't commit it", Low: true})
		}
	}
}

// missing adds to the problem of an object what brings it, if something does.
func (s *Source) missing(p source.Problem, err error) source.Problem {
	if errors.Is(err, gitpack.ErrMissing) && s.o.Repo.Partial() {
		p.Hint = "this is a partial clone; git diff --cached brings what is needed of it"
	}
	return p
}

// worker hands over files for one sink.
type worker struct {
	s        *Source
	ctx      context.Context
	sink     source.Sink
	objects  *gitpack.Objects
	feeder   *source.Feeder
	problems []source.Problem
}

// file hands over a file: its name if that is new, and what stands in it. A file of
// which only the mode has changed adds nothing.
func (w *worker) file(f *changes.File) {
	if f.Old.IsZero() {
		source.Hand(w.sink, &chunk.Content{Kind: chunk.PathName, Path: f.Path}, []byte(f.Path))
	}
	if f.Old == f.ID && !w.s.o.WholeFiles {
		return
	}
	content := &chunk.Content{Kind: chunk.Index, Path: f.Path, Object: f.ID.String()}
	if f.Mode&gitpack.ModeType == gitpack.ModeSymlink {
		content.Kind = chunk.Symlink
	}
	kind, data, err := w.objects.ObjectWithin(f.ID, w.s.largeFrom)
	switch {
	case errors.Is(err, gitpack.ErrTooLarge):
		err = w.objects.Stream(f.ID, func(k gitpack.Kind, _ int64, body io.Reader) error {
			if k != gitpack.Blob {
				return changes.NotFile(k)
			}
			return w.feed(content, body)
		})
	case err == nil && kind != gitpack.Blob:
		err = changes.NotFile(kind)
	case err == nil:
		if oid, ok := gitpack.ParseLFSPointer(data); ok && content.Kind == chunk.Index {
			w.largeFile(f, oid)
		}
		err = w.hand(content, data)
	}
	if err != nil && w.ctx.Err() == nil {
		w.problems = append(w.problems, w.s.missing(source.Problem{Where: f.Path, What: source.Describe(err)}, err))
	}
}

// hand hands over what is held in memory; it is cut short when the run ends.
func (w *worker) hand(content *chunk.Content, data []byte) error {
	if len(data) > source.Window {
		return w.feed(content, bytes.NewReader(data))
	}
	source.Hand(w.sink, content, data)
	return nil
}

// feed hands over what a reader gives.
func (w *worker) feed(content *chunk.Content, r io.Reader) error {
	if w.feeder == nil {
		w.feeder = source.NewFeeder()
	}
	return w.feeder.Feed(w.ctx, w.sink, content, r)
}

// largeFile hands over what a Git LFS pointer stands for.
func (w *worker) largeFile(f *changes.File, oid string) {
	file, err := gitpack.OpenRegular(w.s.o.Repo.LFSPath(oid))
	if err != nil {
		w.problems = append(w.problems, source.Problem{
			Where: f.Path, What: "the file that this Git LFS pointer stands for is not here (sha256 " + oid + ")",
			Hint: "git lfs fetch brings it",
		})
		return
	}
	defer file.Close()
	content := &chunk.Content{Kind: chunk.Index, Path: f.Path, Object: f.ID.String()}
	if err := w.feed(content, file); err != nil && w.ctx.Err() == nil {
		w.problems = append(w.problems, source.Problem{Where: f.Path, What: source.Describe(err)})
	}
}
