package gitpack

import (
	"encoding/binary"
	stdadler "hash/adler32"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// deflater writes deflated data bit by bit, with codes that no compressor would
// choose: what deflate allows, not what zlib makes.
type deflater struct {
	rng  *rand.Rand
	out  []byte
	n    uint // bits that are taken of the last byte, 0 for all
	want []byte
}

func (d *deflater) bits(v uint64, n int) {
	for ; n > 0; n-- {
		if d.n == 0 {
			d.out = append(d.out, 0)
		}
		d.out[len(d.out)-1] |= byte(v&1) << d.n
		d.n = (d.n + 1) % 8
		v >>= 1
	}
}

// code writes a Huffman code, its first bit first.
func (d *deflater) code(c huffCode) { d.bits(bits.Reverse64(uint64(c.code))>>(64-c.len), c.len) }

type huffCode struct{ code, len int }

// canonical gives the codes for lengths, as RFC 1951, 3.2.2 does.
func canonical(lens []int) []huffCode {
	codes := make([]huffCode, len(lens))
	next := 0
	for l := 1; l <= 15; l++ {
		next <<= 1
		for sym, sl := range lens {
			if sl == l {
				codes[sym] = huffCode{next, l}
				next++
			}
		}
	}
	return codes
}

// randomLens gives lengths to n random symbols of an alphabet, those in must among
// them: a complete code with no more than most bits.
func (d *deflater) randomLens(alphabet, n, most int, must ...int) []int {
	lens := make([]int, alphabet)
	syms := slices.Clone(must)
	for _, s := range d.rng.Perm(alphabet) {
		if len(syms) < n && !slices.Contains(syms, s) {
			syms = append(syms, s)
		}
	}
	if len(syms) == 1 {
		lens[syms[0]] = 1 // the code that may be incomplete
		return lens
	}
	leaves := []int{0} // split one until there are enough
	deep := d.rng.IntN(3) > 0
	for len(leaves) < len(syms) {
		i := d.rng.IntN(len(leaves))
		if deep && d.rng.IntN(4) > 0 {
			i = len(leaves) - 1
		}
		if leaves[i] == most {
			if i = slices.IndexFunc(leaves, func(l int) bool { return l < most }); i < 0 {
				panic("no such code")
			}
		}
		leaves[i]++
		leaves = append(leaves, leaves[i])
	}
	d.rng.Shuffle(len(syms), func(i, j int) { syms[i], syms[j] = syms[j], syms[i] })
	for i, s := range syms {
		lens[s] = leaves[i]
	}
	return lens
}

// stream makes a zlib stream of n blocks, and what it inflates to.
func (d *deflater) stream(n int) (src, want []byte) {
	*d = deflater{rng: d.rng, out: []byte{0x78, 0x9c}}
	for i := range n {
		last := uint64(0)
		if i == n-1 {
			last = 1
		}
		switch d.rng.IntN(4) {
		case 0:
			d.bits(last, 3)
			d.n = 0
			raw := make([]byte, d.rng.IntN(300))
			for i := range raw {
				raw[i] = byte(d.rng.Uint32())
			}
			d.out = binary.LittleEndian.AppendUint16(d.out, uint16(len(raw)))
			d.out = binary.LittleEndian.AppendUint16(d.out, ^uint16(len(raw)))
			d.out = append(d.out, raw...)
			d.want = append(d.want, raw...)
		case 1:
			d.bits(last|1<<1, 3)
			lens := make([]int, 288)
			for i := range lens {
				lens[i] = fixedLen(i)
			}
			d.symbols(lens[:286], canonical(lens), canonical(slices.Repeat([]int{5}, 32))[:30])
		default:
			d.bits(last|2<<1, 3)
			lits := d.randomLens(286, 1+d.rng.IntN(286), 9+d.rng.IntN(7), 256)
			dists := make([]int, 30)
			if n := d.rng.IntN(31); n > 0 {
				dists = d.randomLens(30, n, 5+d.rng.IntN(11))
			}
			d.header(lits, dists)
			d.symbols(lits, canonical(lits), canonical(dists))
		}
	}
	d.out = binary.BigEndian.AppendUint32(d.out, stdadler.Checksum(d.want))
	return d.out, d.want
}

// fixedLen is how long the fixed code of a symbol is (RFC 1951, 3.2.6).
func fixedLen(sym int) int {
	switch {
	case sym < 144:
		return 8
	case sym < 256:
		return 9
	case sym < 280:
		return 7
	}
	return 8
}

// header writes the lengths of a block's codes, runs of them as repetitions at times.
func (d *deflater) header(lits, dists []int) {
	for len(lits) > 257 && lits[len(lits)-1] == 0 {
		lits = lits[:len(lits)-1]
	}
	for len(dists) > 1 && dists[len(dists)-1] == 0 {
		dists = dists[:len(dists)-1]
	}
	d.bits(uint64(len(lits)-257), 5)
	d.bits(uint64(len(dists)-1), 5)
	d.bits(maxPre-4, 4)
	pre := d.randomLens(maxPre, maxPre, 7)
	for _, sym := range preOrder {
		d.bits(uint64(pre[sym]), 3)
	}
	codes := canonical(pre)
	all := append(slices.Clone(lits), dists...)
	for i := 0; i < len(all); {
		run := 1
		for i+run < len(all) && all[i+run] == all[i] {
			run++
		}
		switch again := i > 0 && all[i-1] == all[i]; {
		case all[i] == 0 && run >= 11 && d.rng.IntN(4) > 0:
			run = min(run, 138)
			d.code(codes[18])
			d.bits(uint64(run-11), 7)
		case all[i] == 0 && run >= 3 && d.rng.IntN(4) > 0:
			run = min(run, 10)
			d.code(codes[17])
			d.bits(uint64(run-3), 3)
		case again && run >= 3 && d.rng.IntN(4) > 0:
			run = min(run, 6)
			d.code(codes[16])
			d.bits(uint64(run-3), 2)
		default:
			run = 1
			d.code(codes[all[i]])
		}
		i += run
	}
}

// symbols writes literals and matches that the codes have, and the end of the block.
func (d *deflater) symbols(lens []int, lits, dists []huffCode) {
	var have, reach []int
	for sym, l := range lens {
		if l > 0 && sym != 256 {
			have = append(have, sym)
		}
	}
	for range d.rng.IntN(600) {
		if len(have) == 0 {
			break
		}
		sym := have[d.rng.IntN(len(have))]
		if sym < 256 {
			d.code(lits[sym])
			d.want = append(d.want, byte(sym))
			continue
		}
		reach = reach[:0]
		for i, c := range dists {
			if base, _ := distance(i); c.len > 0 && base <= len(d.want) {
				reach = append(reach, i)
			}
		}
		if len(reach) == 0 {
			continue
		}
		d.match(sym, reach[d.rng.IntN(len(reach))], lits, dists)
	}
	d.code(lits[256])
}

func (d *deflater) match(sym, far int, lits, dists []huffCode) {
	length, extra := 258, 0
	if sym < 285 {
		length, extra = matchLength(sym)
	}
	n := d.rng.IntN(1 << extra)
	d.code(lits[sym])
	d.bits(uint64(n), extra)
	length += n
	base, more := distance(far)
	m := min(d.rng.IntN(1<<more), len(d.want)-base)
	d.code(dists[far])
	d.bits(uint64(m), more)
	for range length {
		d.want = append(d.want, d.want[len(d.want)-base-m])
	}
}

// matchLength is the table of RFC 1951, 3.2.5 for lengths: its base and how many
// extra bits it has.
func matchLength(sym int) (base, extra int) {
	base = 3
	for s := 257; ; s++ {
		if s >= 265 {
			extra = (s - 261) / 4
		}
		if s == sym {
			return base, extra
		}
		base += 1 << extra
	}
}

// distance is the same for distances.
func distance(sym int) (base, extra int) {
	base = 1
	for s := 0; ; s++ {
		if s >= 4 {
			extra = (s - 2) / 2
		}
		if s == sym {
			return base, extra
		}
		base += 1 << extra
	}
}
