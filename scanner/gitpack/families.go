package gitpack

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Object names an object that a walk hands over.
type Object struct {
	Pack  *Pack // nil for what is in no pack
	Entry int
	Kind  Kind
	id    ID
}

// LooseRef names an object that is in no pack.
func LooseRef(id ID, kind Kind) Object { return Object{Kind: kind, id: id} }

// ID is the object's id.
func (o *Object) ID() ID {
	if o.Pack == nil {
		return o.id
	}
	return o.Pack.ID(o.Entry)
}

// IDBytes are the id's bytes, not to be kept.
func (o *Object) IDBytes() []byte {
	if o.Pack == nil {
		return o.id.Bytes()
	}
	return o.Pack.IDBytes(o.Entry)
}

// Visitor takes a pack's objects as they are rebuilt. Each worker has its own.
type Visitor interface {
	// Object takes an object, whose bytes are good until it returns. With changed
	// not nil the object is like one for which Object returned true, but for these
	// ranges; an empty range marks where bytes are gone or were moved. Object
	// returns whether it wants those that are made of this one in that way.
	Object(o *Object, data []byte, changed []Range) bool
	// Large takes an object that is not held in memory.
	Large(o *Object, size int64, r io.Reader)
	// Damaged takes an object that can't be read, with the number of others that
	// are made of it and can't be either.
	Damaged(o *Object, others int, err error)
}

// Walk says which objects of a pack are rebuilt, and with what.
type Walk struct {
	// Visitors are the workers' own; their number is the number of workers.
	Visitors []Visitor
	// Kinds says which kinds of objects are wanted.
	Kinds [8]bool
	// Only, if not nil, are the objects that are wanted.
	Only *Selection
	// Memory is how many bytes all workers together may hold of objects.
	Memory int64
	// LargeFrom is the size from which on an object that nothing is made of goes to
	// Visitor.Large.
	LargeFrom uint64
	// Foreign reads an object that a delta is made on and that isn't in the pack.
	Foreign func(id ID) (Kind, []byte, error)
}

// Families is how a pack's entries are made of each other: what is no delta heads
// a family, and each delta follows its base.
type Families struct {
	pack *Pack
	kind []Kind  // of each entry, 0 for a delta
	base []int32 // of each entry: see Pack.base; damaged
	next []int32 // the next entry with the same base
	down []int32 // the first entry that is made of this one
	bad  []Damage
	seen []bool
}

// Damage is an entry whose head can't be read, with the number of others that are
// made of it and can't be either.
type Damage struct {
	Entry, Others int
	Err           error
}

const damaged = -3

// releaseStep is how many bytes of a pack are read before the pages behind the
// reader are given back: mapped pages count as the program's memory.
const releaseStep = 16 << 20

// Families reads the heads of all entries of a pack, which nobody else may use
// meanwhile.
func (p *Pack) Families(workers int) (*Families, error) {
	if err := p.number(); err != nil {
		return nil, err
	}
	n := p.Len()
	f := &Families{pack: p, kind: make([]Kind, n), base: make([]int32, n), next: make([]int32, n), down: make([]int32, n), seen: make([]bool, n)}
	var group sync.WaitGroup
	var mu sync.Mutex
	var fault error
	for w := range workers {
		lo, hi := n*w/workers, n*(w+1)/workers
		group.Go(func() {
			err := onFault(func() { f.heads(lo, hi, &mu) })
			if err != nil {
				mu.Lock()
				fault = err
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if fault != nil {
		return nil, fault
	}
	for i := range f.down {
		f.down[i] = noBase
	}
	for i := n - 1; i >= 0; i-- {
		if b := f.base[i]; b >= 0 {
			f.next[i], f.down[b] = f.down[b], int32(i)
		}
	}
	return f, nil
}

// heads reads the heads of entries lo to hi.
func (f *Families) heads(lo, hi int, mu *sync.Mutex) {
	p := f.pack
	released := int(p.offs[lo])
	for e := lo; e < hi; e++ {
		h, err := p.head(e)
		if err == nil {
			f.base[e], err = p.base(e, h)
		}
		if err != nil {
			f.base[e] = damaged
			mu.Lock()
			f.bad = append(f.bad, Damage{Entry: e, Err: err})
			mu.Unlock()
			continue
		}
		if f.base[e] == noBase {
			f.kind[e] = h.kind
		}
		if at := int(p.offs[e]); p.file != nil && at-released > releaseStep {
			p.file.release(released, at)
			released = at
		}
	}
	if p.file != nil {
		p.file.release(released, int(p.offs[hi]))
	}
}

// onFault runs f, and returns an error if the file behind the map failed under it:
// it was cut off, or its disk failed.
func onFault(f func()) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(interface{ Addr() uintptr }); !ok {
				panic(r)
			}
			err = fmt.Errorf("%w: it changed while it was read", ErrPackHeader)
		}
	}()
	f()
	return nil
}

// Damages are the entries whose heads can't be read.
func (f *Families) Damages() []Damage {
	for i, d := range f.bad {
		f.bad[i].Others = f.loseAll(d.Entry)
	}
	return f.bad
}

// loseAll marks what is made of an entry as come to, and counts it.
func (f *Families) loseAll(e int) (others int) {
	f.seen[e] = true
	todo := []int32{f.down[e]}
	for len(todo) > 0 {
		e := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for ; e != noBase; e = f.next[e] {
			f.seen[e] = true
			others++
			if d := f.down[e]; d != noBase {
				todo = append(todo, d)
			}
		}
	}
	return others
}

// Unreached are entries that no walk over all kinds has come to: deltas that are
// made of each other in a circle.
func (f *Families) Unreached() []int {
	var out []int
	for e, seen := range f.seen {
		if !seen && f.base[e] != damaged {
			out = append(out, e)
		}
	}
	return out
}

// Walk hands the wanted objects to the visitors: families in the order of the
// file, each depth first. It returns early when ctx ends.
func (f *Families) Walk(ctx context.Context, w Walk) {
	var heads []int32
	for e, b := range f.base {
		if (b == noBase && w.Kinds[f.kind[e]] || b == foreign) && w.Only.leads(int32(e)) {
			heads = append(heads, int32(e))
		}
	}
	var at atomic.Int64
	memory := newMemory(w.Memory, len(w.Visitors))
	front := newFront(f.pack, len(w.Visitors))
	var group sync.WaitGroup
	for n, v := range w.Visitors {
		group.Go(func() {
			t := &walker{f: f, w: &w, v: v, inf: NewInflater(), buffers: newBuffers(memory)}
			const batch = 16
			for ctx.Err() == nil {
				i := int(at.Add(batch)) - batch
				if i >= len(heads) {
					break
				}
				front.advance(n, f.pack.offs[heads[i]])
				for _, e := range heads[i:min(i+batch, len(heads))] {
					t.family(ctx, int(e))
				}
			}
			front.advance(n, f.pack.offs[f.pack.Len()])
		})
	}
	group.Wait()
}

// front gives back the pages behind the slowest worker.
type front struct {
	mu       sync.Mutex
	file     *mapped
	at       []uint64
	released uint64
}

func newFront(p *Pack, workers int) *front {
	return &front{file: p.file, at: make([]uint64, workers)}
}

func (f *front) advance(worker int, to uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at[worker] = to
	low := to
	for _, a := range f.at {
		low = min(low, a)
	}
	if f.file != nil && low-f.released >= releaseStep {
		f.file.release(int(f.released), int(low))
		f.released = low
	}
}

// walker is one worker of a walk.
type walker struct {
	f   *Families
	w   *Walk
	v   Visitor
	inf *Inflater
	*buffers
	stack []frame
	spans []Range
}

// frame is an object whose deltas are being looked at.
type frame struct {
	data  []byte
	child int32 // the next delta that is made of it
	quiet bool
}
