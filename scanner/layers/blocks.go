package layers

import "lockaway/scanner/chunk"

// A stretch that is longer than longest may begin or end out of sight. It is
// taken in blocks: the own bytes of one are those between two multiples of block
// in the content, and it shows before bytes before them and after bytes behind.
// Both are counted in wrapped bytes; base64 leaves three quarters of them,
// UTF-16 half.
//
// after is the larger because a find belongs to where it begins: it holds a PEM
// block of a 16384-bit RSA key in base64. Whoever owns a byte of a block's own
// part sees the whole block, and a wrapped line more at each end.
const (
	longest = 24 << 10
	block   = 12 << 10
	before  = 4 << 10
	after   = 18 << 10
	// slack is how much farther than the bytes it is about a decision may look.
	slack = 2 << 10
)

// Negative constants don't convert: the sizes must fit what is visible.
const (
	_ = uint(chunk.Reach - longest - slack)
	_ = uint(chunk.Reach - block - after - slack)
)

// part is what is unwrapped at once: data[start:end], of which [from:to) is own.
type part struct {
	start, end int
	from, to   int
	whole      bool // nothing was cut off: all is own
}

// parts calls do for the parts of the stretch [start, end) whose own bytes touch
// the owned ones of the text.
func (t Text) parts(start, end int, do func(part)) {
	if start >= t.To || end <= t.From || t.From >= t.To || start >= end {
		return
	}
	if end-start <= longest {
		do(part{start, end, start, end, true})
		return
	}
	first := (t.Offset + int64(max(start, t.From))) / block
	for n := first; ; n++ {
		at := int(n*block - t.Offset)
		if at >= min(end, t.To) {
			return
		}
		do(part{
			start: max(at-before, start), end: min(at+block+after, end),
			from: max(at, start), to: min(at+block, end),
		})
	}
}
