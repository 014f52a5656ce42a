package literal

import (
	"bytes"
	"slices"
)

// FindRef says what Find says, in the plainest way and slowly. Tests compare
// the two, and those of the engine use it in Find's place.
func (s *Set) FindRef(dst []Hit, data []byte, from, to int) []Hit {
	base := len(dst)
	folded := bytes.Clone(data)
	for i, b := range folded {
		if b >= 'A' && b <= 'Z' {
			folded[i] = b - 'A' + 'a'
		}
	}
	for i, l := range s.lits {
		in := data
		if l.Fold {
			in = folded
		}
		for off := from; off < to && l.Bytes != ""; off++ {
			n := bytes.Index(in[off:], []byte(l.Bytes))
			if n < 0 || off+n >= to {
				break
			}
			off += n
			dst = append(dst, Hit{int32(off), int32(i)})
		}
	}
	slices.SortFunc(dst[base:], func(a, b Hit) int {
		if a.Off != b.Off {
			return int(a.Off) - int(b.Off)
		}
		return int(a.Lit) - int(b.Lit)
	})
	return dst
}
