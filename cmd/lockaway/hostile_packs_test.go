package main

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"testing"
)

// Packs and indexes that no git makes.
func TestHostilePacks(t *testing.T) {
	for _, c := range slicesConcat(hostileDeltas(), hostileIndexes()) {
		t.Run(c.name, c.run)
	}
}

func slicesConcat(lists ...[]hostileCase) (out []hostileCase) {
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// linked lets main point to a commit that has objects as files.
func (r *hostileRepo) linked(ids ...string) {
	var b strings.Builder
	for i, id := range ids {
		b.WriteString(treeOf("100644", fmt.Sprintf("f%d", i), id))
	}
	r.on(r.loose("tree", b.String()), r.tip())
}

// folded is a delta that copies its base n times.
func folded(base, n int) []byte {
	ops := make([][]byte, n)
	for i := range ops {
		ops[i] = copyOf(0, base)
	}
	return deltaOf(base, base*n, ops...)
}

func hostileDeltas() []hostileCase {
	const damaged = "object 0000000000000000[0-9a-f]+: "
	return []hostileCase{
		{name: "a delta of a kilobyte that makes gigabytes", history: damaged + "too large", commits: "f1: .*too large", peak: 300, write: func(r *hostileRepo) {
			p := newPack()
			first, at := p.add(packBlob, bytes.Repeat([]byte("x"), 1<<20))
			at = p.onOffset(madeUp(1), at, folded(1<<20, 16)) // 16 MB
			p.onOffset(madeUp(2), at, folded(16<<20-1, 255))  // another base than it has
			p.onOffset(madeUp(3), at, folded(16<<20, 255))    // 4 GB
			r.pack("bomb", p)
			r.linked(first, madeUp(3))
		}},
		{name: "deltas of deltas, each as large as many of the one before", history: damaged + "too large.*; 4 more objects are made of it", commits: "f0: .*too large", peak: 300, write: func(r *hostileRepo) {
			p := newPack()
			_, at := p.add(packBlob, bytes.Repeat([]byte("x"), 1<<16))
			size := 1 << 16
			for i := range 6 { // 16 MB, 4 GB, and so on
				ops := make([][]byte, 0, 256)
				for range 256 {
					for from := 0; from < size && len(ops) < 4096; from += 1<<24 - 1 {
						ops = append(ops, copyOf(from, min(size-from, 1<<24-1)))
					}
				}
				at = p.onOffset(madeUp(i), at, deltaOf(size, size<<8, ops...))
				size <<= 8
			}
			r.pack("bomb", p)
			r.linked(madeUp(5))
		}},
		{name: "a chain of deltas", history: "-", commits: "f0: .*a chain of more than 8192 deltas", write: func(r *hostileRepo) {
			p := newPack()
			_, at := p.add(packBlob, []byte("some text\n"))
			for i := range 100_000 {
				at = p.onOffset(madeUp(i), at, deltaOf(10, 10, copyOf(0, 10)))
			}
			r.pack("chain", p)
			r.linked(madeUp(99_999))
		}},
		{name: "deltas that are made of each other", history: "deltas that are made of each other", commits: "f0: .*a chain of more than", write: func(r *hostileRepo) {
			p := newPack()
			delta := deltaOf(10, 10, copyOf(0, 10))
			p.onID(madeUp(1), madeUp(2), delta)
			p.onID(madeUp(2), madeUp(3), delta)
			p.onID(madeUp(3), madeUp(1), delta)
			p.onID(madeUp(4), madeUp(4), delta)
			r.pack("loop", p)
			r.linked(madeUp(1), madeUp(4))
		}},
		{name: "deltas that are made of each other in two packs", history: "the base of a delta is missing", commits: "f0: object [0-9a-f]+: the base of a delta is missing: damaged pack entry: a chain of more than 8192 deltas\n", write: func(r *hostileRepo) {
			delta := deltaOf(10, 10, copyOf(0, 10))
			p := newPack()
			p.onID(madeUp(1), madeUp(2), delta)
			r.pack("a", p)
			p = newPack()
			p.onID(madeUp(2), madeUp(1), delta)
			r.pack("b", p)
			r.linked(madeUp(1))
		}},
		{name: "a delta of nothing, and one that is cut off", history: "(?s)the base of a delta is missing.*damaged delta", commits: "(?s)f0: .*missing.*f1: .*damaged delta", write: func(r *hostileRepo) {
			p := newPack()
			_, at := p.add(packBlob, []byte("some text\n"))
			p.onID(madeUp(1), madeUp(99), deltaOf(10, 10, copyOf(0, 10)))
			p.onOffset(madeUp(2), at, deltaOf(10, 20, insertOf("x")))
			r.pack("odd", p)
			r.linked(madeUp(1), madeUp(2))
		}},
		{name: "versions of a large tree", history: "^$|too many entries", commits: "a blob where a tree should be", peak: 600, write: func(r *hostileRepo) {
			// Each version moves the halves of the one before: nothing stays in its place.
			many := manyEntries(r.loose("blob", "x"), 100_000)
			p := newPack()
			entry := len(many) / 100_000
			tree, at := p.add(packTree, []byte(strings.ReplaceAll(many, "100644 ", "40000 1")))
			for i := range 40 {
				half := (1 + i%7) * 10_000 * entry
				var ops [][]byte
				for from := half; from < len(many); from += 1 << 20 {
					ops = append(ops, copyOf(from, min(1<<20, len(many)-from)))
				}
				for from := 0; from < half; from += 1 << 20 {
					ops = append(ops, copyOf(from, min(1<<20, half-from)))
				}
				at = p.onOffset(madeUp(i), at, deltaOf(len(many), len(many), ops...))
			}
			r.pack("trees", p)
			r.on(tree, r.tip())
		}},
		{name: "hundreds of names of a megabyte", history: "is missing", commits: "-", peak: 120, write: func(r *hostileRepo) {
			p := newPack()
			tree := treeOf("100644", strings.Repeat("x", 1<<20), madeUp(9999))
			_, at := p.add(packTree, []byte(tree))
			for i := range 300 {
				head := fmt.Sprintf("100644 %d", i)
				p.onOffset(madeUp(i), at, deltaOf(len(tree), len(head)+len(tree)-7, insertOf(head), copyOf(7, len(tree)-7)))
			}
			r.pack("names", p)
		}},
		{name: "entries that lie about their size", history: "(?s)another size.*another size.*says that it inflates to", commits: "(?s)f0: .*f1: .*f2: ", write: func(r *hostileRepo) {
			p := newPack()
			p.raw(madeUp(1), packBlob, 1<<40, deflate([]byte("x")))
			p.raw(madeUp(2), packBlob, 10, deflate(bytes.Repeat([]byte("x"), 64<<20)))
			p.raw(madeUp(3), packBlob, 1<<20, deflate([]byte("x")))
			r.pack("lies", p)
			r.linked(madeUp(1), madeUp(2), madeUp(3))
		}},
		{name: "a packed blob that inflates to a thousand times its size", history: "-", commits: "-", write: func(r *hostileRepo) {
			p := newPack()
			id, _ := p.add(packBlob, make([]byte, 1<<28))
			r.pack("zeros", p)
			r.linked(id)
		}},
		{name: "entries of no kind", history: "(?s)kind 0.*kind 5", commits: "(?s)kind 0.*kind 5", write: func(r *hostileRepo) {
			p := newPack()
			p.raw(madeUp(1), 0, 1, deflate([]byte("x")))
			p.raw(madeUp(2), 5, 1, deflate([]byte("x")))
			r.pack("kinds", p)
			r.linked(madeUp(1), madeUp(2))
		}},
	}
}

// well is a pack that is well, with a blob in it, and its index.
func well() (id string, pack, index []byte) {
	p := newPack()
	id, _ = p.add(packBlob, []byte("some text\n"))
	p.add(packBlob, []byte("some more text\n"))
	pack, index = p.finish()
	return id, pack, index
}

// resum gives an index the checksum that it should have.
func resum(index []byte) []byte {
	sum := sha1.Sum(index[:len(index)-20])
	return append(index[:len(index)-20:len(index)-20], sum[:]...)
}

func hostileIndexes() []hostileCase {
	const fanout, ids, offsets = 8, 8 + 1024, 8 + 1024 + 2*20 + 2*4
	index := func(change func(index []byte) []byte) func(r *hostileRepo) {
		return func(r *hostileRepo) {
			id, pack, index := well()
			r.write("objects/pack/pack-x.pack", string(pack))
			r.write("objects/pack/pack-x.idx", string(change(index)))
			r.linked(id)
		}
	}
	const without = "pack-x.pack: its index is missing or damaged; the pack was read without it"
	const noIndex = "pack-x.pack: index: no pack index that can be read"
	return []hostileCase{
		{name: "an index of 2^32 objects", history: without, commits: noIndex, write: index(func(x []byte) []byte {
			for i := range 256 {
				binary.BigEndian.PutUint32(x[fanout+4*i:], 1<<32-1)
			}
			return resum(x)
		})},
		{name: "an index whose tables don't ascend", history: without, commits: noIndex, write: index(func(x []byte) []byte {
			binary.BigEndian.PutUint32(x[fanout:], 7)
			return resum(x)
		})},
		{name: "an index whose ids don't ascend", history: without, commits: "-|missing", write: index(func(x []byte) []byte {
			copy(x[ids:], bytes.Repeat([]byte{0xff}, 20))
			return resum(x)
		})},
		{name: "an index whose offsets lead nowhere", history: without, commits: "f0: .*damaged pack entry", write: index(func(x []byte) []byte {
			binary.BigEndian.PutUint32(x[offsets:], 1<<31-1)
			binary.BigEndian.PutUint32(x[offsets+4:], 1<<32-1)
			return resum(x)
		})},
		{name: "an index that is cut off", history: without, commits: noIndex, write: index(func(x []byte) []byte { return x[:100] })},
		{name: "an index of nothing", history: without, commits: noIndex, write: index(func([]byte) []byte { return nil })},
		{name: "a pack of nothing", history: "pack-x.pack: no pack that can be read", commits: "pack-x.pack: no pack that can be read", write: func(r *hostileRepo) {
			id, _, index := well()
			r.write("objects/pack/pack-x.pack", "")
			r.write("objects/pack/pack-x.idx", string(index))
			r.linked(id)
		}},
		{name: "a pack that says that it has 2^32 objects", history: "pack-x.pack", commits: "f0: is missing", write: func(r *hostileRepo) {
			id, pack, _ := well()
			binary.BigEndian.PutUint32(pack[8:], 1<<32-1)
			r.write("objects/pack/pack-x.pack", string(resum(pack)))
			r.linked(id)
		}},
		{name: "a sparse pack and a sparse index of a terabyte", history: "pack-x.pack", commits: "f0: is missing", write: func(r *hostileRepo) {
			id, _, _ := well()
			for _, name := range []string{"objects/pack/pack-x.pack", "objects/pack/pack-x.idx"} {
				r.write(name, "")
				r.check(os.Truncate(r.path(name), 1<<40))
			}
			r.linked(id)
		}},
		{name: "what else belongs to packs", history: "-", commits: "-", write: func(r *hostileRepo) {
			id, pack, index := well()
			r.write("objects/pack/pack-x.pack", string(pack))
			r.write("objects/pack/pack-x.idx", string(index))
			for _, name := range []string{"pack-x.rev", "pack-x.bitmap", "pack-x.mtimes", "pack-y.idx", "multi-pack-index", "multi-pack-index.d/multi-pack-index-chain"} {
				r.write("objects/pack/"+name, "MIDX\x01\x01\xff\xff\xff\xff\xff\xff"+strings.Repeat("\xff", 5000))
			}
			r.write("objects/info/commit-graph", "CGPH\x01\x01\xff\x00"+strings.Repeat("\xff", 5000))
			r.write("objects/info/packs", strings.Repeat("P ../../../x.pack\n", 1000))
			r.linked(id)
		}},
	}
}
