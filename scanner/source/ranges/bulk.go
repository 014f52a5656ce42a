package ranges

import (
	"cmp"
	"io"
	"slices"

	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
)

const (
	// bulkShare is the part of a pack's entries, one in so many, from which on reading
	// the pack in order is faster than reading what is wanted one by one.
	bulkShare = 32
	// bulkMemory is how many bytes all workers together hold of a pack's objects, unless
	// Options say.
	bulkMemory = 512 << 20
)

// bulk scans the versions that stand in packs of which much is wanted: in the order of
// the pack, where a version follows the one that it is made of, and is looked at only
// where it differs if nothing came up in that one. What it leaves, since it can't be
// read or is large, is scanned one by one, and told then.
func (r *run) bulk(workers []*worker, versions []version) {
	for _, p := range r.s.objects.Packs {
		if r.ctx.Err() != nil {
			return
		}
		if len(versions)*bulkShare >= p.Objects() {
			r.walk(p, workers, versions)
		}
	}
}

// walk scans the versions that one pack has, if they are enough.
func (r *run) walk(p *gitpack.Pack, workers []*worker, versions []version) {
	var ids []gitpack.ID
	var left []*version
	for i := range versions {
		if v := &versions[i]; !v.scanned {
			ids, left = append(ids, v.files[0].ID), append(left, v)
		}
	}
	has, err := p.Has(ids)
	n := 0
	for _, h := range has {
		if h {
			n++
		}
	}
	if err != nil || n == 0 || n*bulkShare < p.Objects() {
		return
	}
	f, err := p.Families(len(workers))
	if err != nil {
		return // each is told when it is read
	}
	entries, err := f.Entries(ids)
	if err != nil {
		return
	}
	wanted := make(map[int]*version, n)
	for i, e := range entries {
		if e >= 0 {
			wanted[e] = left[i]
		}
	}
	entries = slices.DeleteFunc(entries, func(e int) bool { return e < 0 })
	walk := gitpack.Walk{Only: f.Select(entries), Memory: cmp.Or(r.s.o.Memory, bulkMemory), LargeFrom: largeFrom}
	walk.Kinds[gitpack.Blob] = true
	for _, w := range workers {
		walk.Visitors = append(walk.Visitors, &reader{w, wanted})
	}
	f.Walk(r.ctx, walk)
}

// reader is a worker that reads a pack.
type reader struct {
	*worker
	wanted map[int]*version // by entry
}

// Object implements gitpack.Visitor.
func (r *reader) Object(o *gitpack.Object, data []byte, changed []gitpack.Range) bool {
	v := r.wanted[o.Entry]
	if v == nil || o.Kind != gitpack.Blob || r.ctx.Err() != nil {
		return false
	}
	if _, pointer := gitpack.ParseLFSPointer(data); !pointer && changed != nil && r.cmp != nil {
		f := &v.files[0]
		content := &chunk.Content{Kind: kindOf(f.Mode), Path: f.Path, Object: f.ID.String()}
		if r.cmp.Same(chunk.Whole(content, data), rangesOf(changed)) {
			r.quiet(v, f.ID, true)
			return true
		}
	}
	r.whole(v, data)
	return r.s.contents.isQuiet(v.files[0].ID) && !r.loud()
}

// Large implements gitpack.Visitor.
func (r *reader) Large(*gitpack.Object, int64, io.Reader) {}

// Damaged implements gitpack.Visitor.
func (r *reader) Damaged(*gitpack.Object, int, error) {}

func rangesOf(changed []gitpack.Range) []chunk.Range {
	out := make([]chunk.Range, len(changed))
	for i, r := range changed {
		out[i] = chunk.Range(r)
	}
	return out
}
