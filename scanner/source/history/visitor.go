package history

import (
	"context"
	"fmt"
	"io"

	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/source"
)

// visitor is one worker: it makes contents of objects and hands them to its sink.
type visitor struct {
	ctx    context.Context
	s      *repository
	store  *gitpack.Store
	pack   int // the pack that is being walked; that of loose objects is past the last
	sink   source.Sink
	cmp    source.Comparer // the sink, if it is one
	feeder *source.Feeder
	commit gitpack.CommitObject
	spans  []chunk.Range
	graph  graph
	edges  []edge // of a tree
	known  known
	lfs    []pointer
	absent map[gitpack.ID]string // what is missing, and what it is called
	more   bool                  // there are more than are told apart
	faults faults
	read   int64 // objects that were read and not yet counted
}

// countStep is how many objects are read before they are counted: workers that count
// in one place wait for each other.
const countStep = 256

func (v *visitor) count() {
	if v.read++; v.read >= countStep {
		v.s.o.Done.Add(v.read)
		v.read = 0
	}
}

func newVisitor(ctx context.Context, r *repository, sink source.Sink) *visitor {
	v := &visitor{ctx: ctx, s: r, store: r.store, sink: sink, feeder: source.NewFeeder()}
	v.cmp, _ = sink.(source.Comparer)
	return v
}

// number is the object's number, and whether another pack has given it before.
func (v *visitor) number(o *gitpack.Object) (int, bool) {
	return v.store.NumberOf(v.pack, o.Entry)
}

// Object implements gitpack.Visitor.
func (v *visitor) Object(o *gitpack.Object, data []byte, changed []gitpack.Range) bool {
	v.count()
	n, again := v.number(o)
	if again {
		return false
	}
	return v.object(o, n, data, changed)
}

func (v *visitor) object(o *gitpack.Object, n int, data []byte, changed []gitpack.Range) bool {
	switch o.Kind {
	case gitpack.Commit:
		v.commitObject(o, n, data)
	case gitpack.Tag:
		v.tagObject(o, n, data)
	case gitpack.Blob:
		return v.blob(o, n, data, changed)
	case gitpack.Tree:
		v.tree(o, n, data)
	}
	return false
}

// blob hands over a blob, and tells whether it is a quiet one.
func (v *visitor) blob(o *gitpack.Object, n int, data []byte, changed []gitpack.Range) bool {
	id := o.ID()
	content := v.s.content(chunk.Blob, "", id.String())
	if oid, ok := gitpack.ParseLFSPointer(data); ok {
		v.lfs = append(v.lfs, pointer{oid, id})
	}
	if v.cmp == nil {
		source.Hand(v.sink, content, data)
		return false
	}
	if changed == nil || !v.cmp.Same(chunk.Whole(content, data), v.ranges(changed)) {
		source.Hand(v.sink, content, data)
	}
	if v.cmp.Quiet() {
		return true
	}
	v.graph.loud = append(v.graph.loud, id)
	return false
}

func (v *visitor) ranges(changed []gitpack.Range) []chunk.Range {
	v.spans = v.spans[:0]
	for _, r := range changed {
		v.spans = append(v.spans, chunk.Range(r))
	}
	return v.spans
}

// commitObject hands over a commit's message, and its header as another content,
// and keeps how it stands in the history.
func (v *visitor) commitObject(o *gitpack.Object, n int, data []byte) {
	id := o.ID().String()
	if err := gitpack.ParseCommit(data, v.store.Hash, &v.commit); err != nil {
		v.faults.add("commit "+id, err)
	}
	source.Hand(v.sink, v.s.content(chunk.CommitAuthor, "", id), v.commit.Header)
	source.Hand(v.sink, v.s.content(chunk.CommitMessage, "", id), v.commit.Message)
	v.graph.addCommit(v, n, &v.commit)
}

func (v *visitor) tagObject(o *gitpack.Object, n int, data []byte) {
	source.Hand(v.sink, v.s.content(chunk.Tag, "", o.ID().String()), data)
	var t gitpack.TagObject
	if err := gitpack.ParseTag(data, v.store.Hash, &t); err != nil {
		v.faults.add("tag "+o.ID().String(), err)
	}
	v.graph.tags = append(v.graph.tags, tagged{tag: uint32(n), target: t.Target})
}

// Large implements gitpack.Visitor.
func (v *visitor) Large(o *gitpack.Object, size int64, r io.Reader) {
	if _, again := v.number(o); again {
		return
	}
	v.large(o, r)
}

// large hands over a blob that is not held in memory. Nobody wants any other
// object of that size.
func (v *visitor) large(o *gitpack.Object, r io.Reader) {
	id := o.ID()
	if o.Kind != gitpack.Blob {
		v.faults.add(fmt.Sprintf("%s %s", o.Kind, id), gitpack.ErrTooLarge)
		return
	}
	content := v.s.content(chunk.Blob, "", id.String())
	if err := v.feeder.Feed(v.ctx, v.sink, content, r); err != nil && v.ctx.Err() == nil {
		v.faults.add("blob "+id.String(), err)
	}
	if v.cmp == nil || !v.cmp.Quiet() {
		v.graph.loud = append(v.graph.loud, id)
	}
}

// Damaged implements gitpack.Visitor.
func (v *visitor) Damaged(o *gitpack.Object, others int, err error) {
	if _, again := v.number(o); again && others == 0 {
		return
	}
	if others > 0 {
		err = fmt.Errorf("%w; %d more objects are made of it", err, others)
	}
	v.faults.add("object "+o.ID().String(), err)
}

// faults are problems, gathered by one worker.
type faults struct{ list []source.Problem }

func (f *faults) add(where string, err error) {
	f.list = append(f.list, source.Problem{Where: where, What: source.Describe(err)})
}
