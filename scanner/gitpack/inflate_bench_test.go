package gitpack

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// benchEntry is an entry of a pack without its head.
type benchEntry struct {
	size int
	body []byte
}

// BenchmarkInflate inflates the entries of a pack, in their order, with Inflater and
// with the standard library's reader, reset for each. GITPACK_IDX names a pack's
// index, beside which the pack lies; without it, sizes are as in a usual pack, and
// contents are made up.
func BenchmarkInflate(b *testing.B) {
	entries := benchEntries(b)
	total, largest := 0, 0
	for _, e := range entries {
		total += e.size
		largest = max(largest, e.size)
	}
	dst := make([]byte, largest)
	var plain plainInflater
	for _, c := range []struct {
		name    string
		inflate func(dst, src []byte) (int, error)
	}{{"own", NewInflater().Inflate}, {"library", plain.Inflate}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(total))
			for range b.N {
				for _, e := range entries {
					if _, err := c.inflate(dst[:e.size], e.body); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

func benchEntries(b *testing.B) (out []benchEntry) {
	path := os.Getenv("GITPACK_IDX")
	if path == "" {
		rng := rand.New(rand.NewPCG(43, 44))
		for range 2000 {
			// Half of them below 135 bytes, few of them large.
			n := int(135 * (1/(1-rng.Float64()) - 1))
			for _, data := range inflateData(rng, min(n, 1<<20))[1:2] {
				out = append(out, benchEntry{len(data), bytes.Clone(deflated(data, 6))})
			}
		}
		return out
	}
	index, h := benchmarkIndex(b)
	pack, err := os.ReadFile(strings.TrimSuffix(path, ".idx") + ".pack")
	if err != nil {
		b.Fatal(err)
	}
	x, err := ParsePackIndex(index, h)
	if err != nil {
		b.Fatal(err)
	}
	offs := make([]uint64, x.Len(), x.Len()+1)
	for i := range offs {
		offs[i] = x.Offset(i)
	}
	slices.Sort(offs)
	offs = append(offs, uint64(len(pack)-h.Size()))
	for i, from := range offs[:x.Len()] {
		e := pack[from:offs[i+1]]
		kind, size, at := Kind(e[0]>>4&7), int(e[0]&15), 1
		for shift := 4; e[at-1]&0x80 != 0; shift += 7 {
			size |= int(e[at]&0x7f) << shift
			at++
		}
		switch kind {
		case OfsDelta:
			for at++; e[at-1]&0x80 != 0; at++ {
			}
		case RefDelta:
			at += h.Size()
		}
		out = append(out, benchEntry{size, e[at:]})
	}
	return out
}
