package match

import (
	"bytes"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/internal/literal"
)

// Reference looks through a whole content in the plainest way: every literal is
// compared at every offset, the surroundings of every find are looked through in
// full, nothing is cut and nothing streamed. It is slow, and there to hold Match
// against: the two must agree on everything.
func (e *Engine) Reference(c *chunk.Content, data []byte) []*finding.Finding {
	w := e.Worker()
	w.plain = true
	var out []*finding.Finding
	w.Match(chunk.Whole(c, data), func(f *finding.Finding) { out = append(out, f) })
	return out
}

// everywhere is the prefilter's plain twin: a comparison of every literal with
// every place.
func (e *Engine) everywhere(dst []literal.Hit, data []byte, from, to int) []literal.Hit {
	for i := from; i < to; i++ {
		for n, l := range e.lits {
			if len(data)-i < len(l.Bytes) {
				continue
			}
			s := data[i : i+len(l.Bytes)]
			if string(s) == l.Bytes || l.Fold && bytes.Equal(foldASCII(s), foldASCII([]byte(l.Bytes))) {
				dst = append(dst, literal.Hit{Off: int32(i), Lit: int32(n)})
			}
		}
	}
	return dst
}

// foldASCII returns a copy with A to Z in lower case, and no other byte changed.
func foldASCII(s []byte) []byte {
	out := bytes.Clone(s)
	for i, c := range out {
		if 'A' <= c && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return out
}
