package gitpack

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
)

// family rebuilds the object at the head of a family and all that is made of it.
func (t *walker) family(ctx context.Context, head int) {
	o := Object{Pack: t.f.pack, Entry: head}
	if err := onFault(func() { t.descend(ctx, &o) }); err != nil {
		t.drop()
		t.v.Damaged(&o, 0, err)
	}
}

// drop gives back what the stack holds.
func (t *walker) drop() {
	for _, fr := range t.stack {
		t.give(fr.data)
	}
	t.stack = t.stack[:0]
}

// descend goes depth first. An object's bytes are given back as soon as the last
// delta that is made of it is rebuilt: a long chain takes two buffers.
func (t *walker) descend(ctx context.Context, o *Object) {
	if !t.head(o) {
		return
	}
	for len(t.stack) > 0 {
		if ctx.Err() != nil {
			t.drop()
			return
		}
		top := &t.stack[len(t.stack)-1]
		o.Entry = int(top.child)
		top.child = t.from(t.f.next[o.Entry])
		data, spans, err := t.rebuild(o.Entry, top.data)
		if errors.Is(err, ErrTooLarge) && t.from(t.f.down[o.Entry]) == noBase {
			err = t.stream(o, top.data)
			data = nil
		}
		if err != nil || data == nil {
			if top.child == noBase {
				t.pop()
			}
			if err != nil {
				t.lost(o, err)
			}
			continue
		}
		if !top.quiet {
			spans = nil
		}
		if top.child == noBase {
			t.pop()
		}
		t.f.seen[o.Entry] = true
		t.push(o, data, t.visit(o, data, spans))
	}
}

func (t *walker) pop() {
	last := len(t.stack) - 1
	t.give(t.stack[last].data)
	t.stack = t.stack[:last]
}

// visit hands an object over if it is wanted.
func (t *walker) visit(o *Object, data []byte, changed []Range) bool {
	return t.w.Only.wants(o.Entry) && t.v.Object(o, data, changed)
}

// push keeps an object for what is made of it.
func (t *walker) push(o *Object, data []byte, quiet bool) {
	if child := t.from(t.f.down[o.Entry]); child != noBase {
		t.stack = append(t.stack, frame{data: data, child: child, quiet: quiet})
		return
	}
	t.give(data)
}

// lost tells of an entry that can't be read, and counts those made of it.
func (t *walker) lost(o *Object, err error) {
	t.v.Damaged(o, t.f.loseAll(o.Entry), err)
}

// head rebuilds the head of a family and puts it on the stack, if anything is
// made of it.
func (t *walker) head(o *Object) bool {
	f := t.f
	if f.seen[o.Entry] && t.w.Only == nil {
		return false // one with a base elsewhere, of another walk's kind
	}
	h, err := f.pack.head(o.Entry)
	if err != nil {
		t.lost(o, err)
		return false
	}
	o.Kind = h.kind
	var data []byte
	if f.base[o.Entry] == foreign {
		if data, err = t.onForeign(o, h); err == nil && !t.w.Kinds[o.Kind] {
			t.give(data)
			return false
		}
	} else {
		if h.size >= t.w.LargeFrom && t.from(f.down[o.Entry]) == noBase {
			t.large(o, h)
			return false
		}
		data, err = t.inflate(h)
	}
	if err != nil {
		t.lost(o, err)
		return false
	}
	f.seen[o.Entry] = true
	t.push(o, data, t.visit(o, data, nil))
	return len(t.stack) > 0
}

// large hands an object over as a stream.
func (t *walker) large(o *Object, h entryHead) {
	t.f.seen[o.Entry] = true
	r, err := zlib.NewReader(bytes.NewReader(h.body))
	if err != nil {
		t.v.Damaged(o, 0, err)
		return
	}
	t.v.Large(o, int64(h.size), exactly(r, h.size))
}

// inflate inflates an entry into a buffer of its own.
func (t *walker) inflate(h entryHead) ([]byte, error) {
	if h.size/maxRatio > uint64(len(h.body)) {
		return nil, fmt.Errorf("%w: it says that it inflates to %d bytes", ErrEntry, h.size)
	}
	data := t.take(h.size)
	if data == nil {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, h.size)
	}
	whole := false
	defer func() {
		if !whole { // also when the map fails under it
			t.give(data)
		}
	}()
	if _, err := t.inf.Inflate(data, h.body); err != nil {
		return nil, err
	}
	whole = true
	return data, nil
}

// maxRatio is more than what deflate can make of a byte: 1032 (zlib's technical
// details). What says more lies, and memory isn't set aside for it.
const maxRatio = 1100

// rebuild makes the object of entry e of its base. The ranges are good until the
// next call.
func (t *walker) rebuild(e int, base []byte) ([]byte, []Range, error) {
	h, err := t.f.pack.head(e)
	if err != nil {
		return nil, nil, err
	}
	return t.patch(h, base)
}

// patch applies the delta of an entry to its base.
func (t *walker) patch(h entryHead, base []byte) ([]byte, []Range, error) {
	delta, err := t.inflate(h)
	if err != nil {
		return nil, nil, err
	}
	defer t.give(delta)
	_, size, err := DeltaSizes(delta)
	if err != nil {
		return nil, nil, err
	}
	data := t.take(uint64(size))
	if data == nil {
		return nil, nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, size)
	}
	out, spans, err := ApplyDelta(data[:0], base, delta, t.spans[:0])
	if err != nil {
		t.give(data)
		return nil, nil, err
	}
	t.spans = spans
	if spans == nil {
		spans = noRanges
	}
	return out, spans, nil
}

// stream hands over what a delta makes, and nothing is made of, without holding it: its
// base alone may fill the memory.
func (t *walker) stream(o *Object, base []byte) error {
	h, err := t.f.pack.head(o.Entry)
	if err != nil {
		return err
	}
	delta, err := t.inflate(h)
	if err != nil {
		return err
	}
	defer t.give(delta)
	r, size, err := readDelta(base, delta)
	if err == nil && int64(size) > t.w.Memory {
		err = fmt.Errorf("%w: %d bytes", ErrTooLarge, size)
	}
	if err != nil {
		return err
	}
	t.f.seen[o.Entry] = true
	if t.w.Only.wants(o.Entry) {
		t.v.Large(o, int64(size), r)
	}
	return nil
}

// noRanges is what says that nothing differs; nil would say that all is new.
var noRanges = []Range{}

// onForeign rebuilds an entry whose base is not in the pack.
func (t *walker) onForeign(o *Object, h entryHead) ([]byte, error) {
	if t.w.Foreign == nil {
		return nil, ErrNoBase
	}
	kind, base, err := t.w.Foreign(IDFrom(h.ref))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoBase, err)
	}
	o.Kind = kind
	data, _, err := t.patch(h, base)
	return data, err
}
