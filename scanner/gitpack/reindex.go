package gitpack

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
)

// ErrReindexed is no failure: a pack's index is missing or damaged, and another one
// was made of what the pack holds. Objects whose bases are in other packs, or are
// damaged, are in none.
var ErrReindexed = errors.New("its index is missing or damaged; the pack was read without it")

// reindex makes the index of a pack: it reads the entries one behind the other, and
// rebuilds every object for its id. It takes the time of a walk, and more for deltas
// that name their base by its id, of which each generation takes another walk.
func (p *Pack) reindex() error {
	if err := p.scanEntries(); err != nil && len(p.offs) < 2 {
		return err
	}
	ids := make([]ID, len(p.byOff))
	for known := -1; ; {
		p.setIndex(ids)
		h := &hasher{hash: p.hash, ids: ids}
		f, err := p.Families(1)
		if err != nil {
			return err
		}
		w := Walk{Visitors: []Visitor{h}, Memory: maxObject, LargeFrom: 64 << 20, Kinds: [8]bool{Commit: true, Tree: true, Blob: true, Tag: true}}
		f.Walk(context.Background(), w)
		n := 0
		for _, id := range ids {
			if !id.IsZero() {
				n++
			}
		}
		if n == known || n == len(ids) {
			break
		}
		known = n
	}
	p.setIndex(ids)
	if n := binary.BigEndian.Uint32(p.data[8:]); int(n) != p.idx.Len() {
		p.lost = int(n) - p.idx.Len()
	}
	return p.order()
}

// scanEntries finds where the entries begin, as far as they can be read.
func (p *Pack) scanEntries() error {
	d := p.data
	if len(d) < packHeaderSize+p.hash.Size() || string(d[:4]) != "PACK" {
		return fmt.Errorf("%w: no signature", ErrPackHeader)
	}
	count := int(binary.BigEndian.Uint32(d[8:]))
	end := len(d) - p.hash.Size()
	inf, buf, at := NewInflater(), []byte(nil), packHeaderSize
	var err error
	for n := 0; n < count && at < end; n++ {
		var h entryHead
		if h, err = readHead(d[at:end], p.hash); err != nil {
			break
		}
		if h.size/maxRatio > uint64(len(h.body)) || h.size > maxObject {
			err = fmt.Errorf("%w: %d bytes", ErrTooLarge, h.size)
			break
		}
		buf = slices.Grow(buf[:0], int(h.size))[:h.size]
		used := 0
		if used, err = inf.Inflate(buf, h.body); err != nil {
			break
		}
		p.offs, p.byOff = append(p.offs, uint64(at)), append(p.byOff, uint32(n))
		at = end - len(h.body) + used
	}
	p.offs = append(p.offs, uint64(at))
	return err
}

// setIndex makes the index that lists the given entries; those without an id are left
// out.
func (p *Pack) setIndex(ids []ID) {
	var order []int
	for e, id := range ids {
		if !id.IsZero() {
			order = append(order, e)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return ids[a].Compare(ids[b]) })
	order = slices.CompactFunc(order, func(a, b int) bool { return ids[a] == ids[b] })
	out := append([]byte(indexMagic), 0, 0, 0, 2)
	next := 0
	for first := range 256 {
		for next < len(order) && int(ids[order[next]].sum[0]) == first {
			next++
		}
		out = binary.BigEndian.AppendUint32(out, uint32(next))
	}
	for _, e := range order {
		out = append(out, ids[e].Bytes()...)
	}
	out = append(out, make([]byte, 4*len(order))...)
	var far []byte
	for _, e := range order {
		if off := p.offs[e]; off < 1<<31 {
			out = binary.BigEndian.AppendUint32(out, uint32(off))
		} else {
			out = binary.BigEndian.AppendUint32(out, 1<<31|uint32(len(far)/8))
			far = binary.BigEndian.AppendUint64(far, off)
		}
	}
	out = append(append(out, far...), p.data[len(p.data)-p.hash.Size():]...)
	out = append(out, make([]byte, p.hash.Size())...)
	p.idx, _ = ParsePackIndex(out, p.hash) // it is well-formed
}

// hasher works out the ids of what a walk hands over.
type hasher struct {
	hash Hash
	ids  []ID
}

func (h *hasher) sum(kind Kind, size int64) hash.Hash {
	var sum hash.Hash = sha1.New()
	if h.hash == SHA256 {
		sum = sha256.New()
	}
	io.WriteString(sum, kind.String()+" "+strconv.FormatInt(size, 10)+"\x00")
	return sum
}

// Object implements Visitor.
func (h *hasher) Object(o *Object, data []byte, _ []Range) bool {
	sum := h.sum(o.Kind, int64(len(data)))
	sum.Write(data)
	h.ids[o.Entry] = IDFrom(sum.Sum(nil))
	return false
}

// Large implements Visitor.
func (h *hasher) Large(o *Object, size int64, r io.Reader) {
	sum := h.sum(o.Kind, size)
	if _, err := io.Copy(sum, r); err == nil {
		h.ids[o.Entry] = IDFrom(sum.Sum(nil))
	}
}

// Damaged implements Visitor. What has no id is told by the count of what was left
// out.
func (h *hasher) Damaged(*Object, int, error) {}
