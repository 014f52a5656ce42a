package ranges

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
	"lockaway/scanner/source/changes"
)

// This file makes contents of commits and files.

// texts hands over a commit's message and header.
func (w *worker) texts(id gitpack.ID) {
	data, err := commitData(w.objects, id)
	if err != nil {
		w.problem("commit "+id.String(), err)
		return
	}
	if err := gitpack.ParseCommit(data, w.objects.Hash, &w.commit); err != nil {
		w.problem("commit "+id.String(), err)
	}
	w.hand(&chunk.Content{Kind: chunk.CommitAuthor, Object: id.String()}, w.commit.Header)
	w.hand(&chunk.Content{Kind: chunk.CommitMessage, Object: id.String()}, w.commit.Message)
}

// commitAt hands over what a commit adds, but for files that it leaves for others.
func (w *worker) commitAt(rank int32) (left []file) {
	w.texts(w.s.commitAt(rank))
	trees := changes.Trees{Objects: w.objects, Most: w.most}
	diffs, faults, big := w.s.diffs(trees, rank)
	if big {
		// One at a time, so that memory lasts.
		w.large.Lock()
		defer w.large.Unlock()
		trees.Most = 0
		diffs, faults, _ = w.s.diffs(trees, rank)
	}
	for _, f := range faults {
		w.problem("commit "+w.s.commitAt(rank).String(), fmt.Errorf("%s: %w", f.what, f.err))
	}
	files := w.files(rank, added(trees, diffs))
	if big {
		w.scan(files, true)
		return nil
	}
	mine := min(len(files), share)
	w.scan(files[:mine], false)
	return files[mine:]
}

// files hands over new paths, and returns the files that nobody has scanned.
func (w *worker) files(rank int32, all []changed) (out []file) {
	for _, f := range all {
		if w.ctx.Err() != nil {
			return nil
		}
		if f.Old.IsZero() {
			w.path(rank, f.Path)
		}
		if f.moved {
			continue
		}
		if at, mine := w.s.contents.take(keyOf(kindOf(f.Mode), f.ID.String(), f.Path), rank); mine {
			out = append(out, file{f.File, at})
		}
	}
	return out
}

// path hands over a path that is new.
func (w *worker) path(rank int32, path string) {
	if at, mine := w.s.contents.take(keyOf(chunk.PathName, "", path), rank); mine {
		w.hand(&chunk.Content{Kind: chunk.PathName, Path: path}, []byte(path))
		w.s.contents.done(at, w.loud())
	}
}

func kindOf(mode uint32) chunk.Kind {
	if mode&gitpack.ModeType == gitpack.ModeSymlink {
		return chunk.Symlink
	}
	return chunk.Blob
}

// loud tells whether anything came up in the content that was handed over last.
func (w *worker) loud() bool { return w.cmp == nil || !w.cmp.Quiet() }

// scan hands over files; alone tells that this worker has the lock of what is large.
func (w *worker) scan(files []file, alone bool) {
	for i := range files {
		if w.ctx.Err() != nil {
			return
		}
		f := &files[i]
		w.s.contents.done(f.at, w.blob(f, alone))
	}
}

// blob hands over a file, and tells whether anything came up.
func (w *worker) blob(f *file, alone bool) (loud bool) {
	content := &chunk.Content{Kind: kindOf(f.Mode), Path: f.Path, Object: f.ID.String()}
	size, whole, err := w.objects.Size(f.ID)
	if limit := w.s.o.Memory; err == nil && !whole && limit > 0 && size > limit {
		err = fmt.Errorf("%w: it has %d bytes", gitpack.ErrTooLarge, size)
	}
	if errors.Is(err, gitpack.ErrMissing) {
		w.s.tell(w.sink, source.Problem{Where: f.Path, What: "is missing in the repository (blob " + f.ID.String() + ")", Hint: w.s.asked.partialHint(err)})
		return false
	}
	if err != nil {
		w.problem(f.Path, err)
		return false
	}
	if size >= largeFrom {
		if !alone {
			w.large.Lock()
			defer w.large.Unlock()
		}
		return w.largeBlob(content, f.ID)
	}
	kind, data, err := w.objects.Object(f.ID)
	if err == nil && kind != gitpack.Blob {
		err = changes.NotFile(kind)
	}
	if err != nil {
		w.problem(f.Path, err)
		return false
	}
	w.hand(content, data)
	loud = w.loud()
	if oid, ok := gitpack.ParseLFSPointer(data); ok {
		loud = w.lfsFile(content, oid) || loud
	}
	return loud
}

// largeBlob hands over a blob without holding more of it than need be.
func (w *worker) largeBlob(content *chunk.Content, id gitpack.ID) (loud bool) {
	err := w.objects.Stream(id, func(kind gitpack.Kind, _ int64, body io.Reader) error {
		if kind != gitpack.Blob {
			return changes.NotFile(kind)
		}
		return w.feeder.Feed(w.ctx, w.sink, content, body)
	})
	if err != nil {
		w.problem(content.Path, err)
	}
	return w.loud()
}

// lfsFile hands over what a Git LFS pointer stands for, in the place of the pointer.
func (w *worker) lfsFile(content *chunk.Content, oid string) (loud bool) {
	file, err := gitpack.OpenRegular(w.s.o.Repo.LFSPath(oid))
	if err != nil {
		w.s.tell(w.sink, source.Problem{
			Where: content.Path, What: "the file that this Git LFS pointer stands for is not here (sha256 " + oid + ")",
			Hint: "git lfs fetch --all brings it",
		})
		return false
	}
	defer file.Close()
	if err := w.feeder.Feed(w.ctx, w.sink, content, file); err != nil {
		w.problem(content.Path, err)
	}
	return w.loud()
}

// hand hands over a content that is held in memory; it is cut short when the run ends.
func (w *worker) hand(content *chunk.Content, data []byte) {
	if len(data) <= source.Window {
		source.Hand(w.sink, content, data)
		return
	}
	_ = w.feeder.Feed(w.ctx, w.sink, content, bytes.NewReader(data)) // the run's end is told by the run
}

// tags hands over the annotated tags that were asked for.
func (w *worker) tags() {
	for _, id := range w.s.picked.tags {
		if _, data, err := w.objects.Object(id); err != nil {
			w.problem("tag "+id.String(), err)
		} else if w.ctx.Err() == nil {
			w.hand(&chunk.Content{Kind: chunk.Tag, Object: id.String()}, data)
		}
	}
}
