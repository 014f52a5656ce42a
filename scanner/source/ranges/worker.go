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

// commitAt hands over what a commit adds, but for its files, which are returned.
func (w *worker) commitAt(rank int32) []file {
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
	return w.added(rank, added(trees, diffs))
}

// added hands over new paths, and returns the files that nobody has scanned.
func (w *worker) added(rank int32, all []changed) (out []file) {
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
		if w.s.contents.isQuiet(f.ID) {
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

// version scans one version of files.
func (w *worker) version(v *version) {
	id := v.files[0].ID
	if w.s.contents.isQuiet(id) {
		w.quiet(v, id, true)
		return
	}
	size, whole, err := w.objects.Size(id)
	if limit := w.s.o.Memory; err == nil && !whole && limit > 0 && size > limit {
		err = fmt.Errorf("%w: it has %d bytes", gitpack.ErrTooLarge, size)
	}
	if err == nil && size >= largeFrom {
		w.large.Lock()
		defer w.large.Unlock()
		w.paths(v, func(content *chunk.Content) (bool, error) { return w.stream(content, id) })
		return
	}
	var kind gitpack.Kind
	var data []byte
	if err == nil {
		kind, data, err = w.objects.Object(id)
	}
	if err == nil && kind != gitpack.Blob {
		err = changes.NotFile(kind)
	}
	if err != nil {
		w.unread(v, err)
		return
	}
	w.whole(v, data)
}

// quiet says that nothing came up at any path of a version; that it is known of the
// blob itself, with whole.
func (w *worker) quiet(v *version, id gitpack.ID, whole bool) {
	if v.scanned = true; whole {
		w.s.contents.quietID(id)
	}
	for i := range v.files {
		w.s.contents.done(v.files[i].at, false)
	}
}

// unread tells that a version can't be read, by the first of its paths.
func (w *worker) unread(v *version, err error) {
	w.quiet(v, v.files[0].ID, false)
	where := v.files[0].Path
	switch {
	case errors.Is(err, gitpack.ErrMissing):
		w.s.tell(w.sink, source.Problem{Where: where, What: "is missing in the repository (blob " + v.files[0].ID.String() + ")", Hint: w.s.asked.partialHint(err)})
	default:
		w.problem(where, err)
	}
}

// whole hands over a version that is held in memory.
func (w *worker) whole(v *version, data []byte) {
	oid, pointer := gitpack.ParseLFSPointer(data)
	w.paths(v, func(content *chunk.Content) (loud bool, err error) {
		w.hand(content, data)
		loud = w.loud()
		if pointer {
			loud = w.lfsFile(content, oid) || loud
		}
		return loud, nil
	})
}

// maxPaths is at how many paths a version is scanned in which something came up: what
// a rule makes of it may depend on the path.
const maxPaths = 10_000

// paths hands a version over at its paths, until nothing came up in it: then nothing
// does at any.
func (w *worker) paths(v *version, hand func(*chunk.Content) (loud bool, err error)) {
	v.scanned = true
	for i := range v.files {
		f := &v.files[i]
		if w.ctx.Err() != nil {
			return
		}
		if !w.again(f) {
			continue
		}
		loud, err := hand(&chunk.Content{Kind: kindOf(f.Mode), Path: f.Path, Object: f.ID.String()})
		if err != nil {
			w.problem(f.Path, err)
		}
		if loud && err == nil {
			w.s.contents.done(f.at, true)
			continue
		}
		w.s.contents.done(f.at, loud)
		w.quiet(&version{files: v.files[i+1:]}, f.ID, err == nil)
		return
	}
}

// again tells whether a version is to be scanned at one more path.
func (w *worker) again(f *file) bool {
	n := w.s.contents.times(f.ID)
	if n < maxPaths {
		return true
	}
	w.s.contents.done(f.at, false)
	if n == maxPaths {
		w.problem("blob "+f.ID.String(), fmt.Errorf("it stands at more than %d paths, and was not scanned at each: %s is one of the others", maxPaths, f.Path))
	}
	return false
}

// stream hands over a blob without holding more of it than need be.
func (w *worker) stream(content *chunk.Content, id gitpack.ID) (loud bool, err error) {
	err = w.objects.Stream(id, func(kind gitpack.Kind, _ int64, body io.Reader) error {
		if kind != gitpack.Blob {
			return changes.NotFile(kind)
		}
		err := w.feeder.Feed(w.ctx, w.sink, content, body)
		loud = w.loud()
		return err
	})
	return loud, err
}

// lfsFile hands over what a Git LFS pointer stands for, in the place of the pointer.
func (w *worker) lfsFile(content *chunk.Content, oid string) (loud bool) {
	file, err := gitpack.OpenRegular(w.s.o.Repo.LFSPath(oid))
	if err != nil {
		w.s.tell(w.sink, source.Problem{
			Where: content.Path, What: "the file that this Git LFS pointer stands for is not here (sha256 " + oid + ")",
			Hint: "git lfs fetch --all brings it", Low: w.s.o.LargeElsewhere,
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
