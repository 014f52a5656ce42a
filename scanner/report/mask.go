package report

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"

	"lockaway/scanner/finding"
)

// shortest is the length in bytes from which on a value is masked wherever it
// stands. A shorter one is in every other word: masking it would tell it by the
// holes it leaves.
const shortest = 4

// hole stands where a mask would say too much, or where values overlap.
const hole = "…"

// Mask hides the values of a run in any text, in plain and in the escaped and
// encoded forms in which they may stand around a finding: see views.go. It may be used by
// several goroutines. A nil Mask hides nothing.
//
// It holds the values sorted: the longest one that begins at a given byte is the
// nearest before the text from there on, or one that begins that one. A bitmap of
// the values' first four bytes keeps nearly every byte of a text from that
// search. So the cost is that of the text, for one value as for ten thousand.
type Mask struct {
	values []string
	masks  []string // what stands for each value
	outer  []int32  // the longest other value that begins this one, or -1
	depth  []int32  // how many such steps lead out
	jump   []int32  // a value some steps out, so that a way out is logarithmic
	starts bitmap
	ends   []string // the values backwards, sorted
	stops  bitmap   // as starts, of ends
	most   int      // the longest value's length
}

// bitmap holds which beginnings there are, by start.
type bitmap [1 << 10]uint64

func (b *bitmap) add(s string) {
	h := start(s)
	b[h>>6] |= 1 << (h & 63)
}

// may tells whether something may begin as s does, which has four bytes or more.
func (b *bitmap) may(s string) bool {
	h := start(s)
	return b[h>>6]&(1<<(h&63)) != 0
}

// NewMask returns the mask of all values of the findings and of more. Key IDs
// are identifiers, which reports show whole: they are left out.
func NewMask(findings []*finding.Finding, more ...finding.Secret) *Mask {
	ids := map[string]bool{}
	for _, f := range findings {
		if f.AWS != nil {
			ids[f.AWS.KeyID] = true
		}
		for _, p := range f.Parts {
			if p.Kind == "key-id" {
				ids[p.Value.Reveal()] = true
			}
		}
	}
	masks := map[string]string{} // by value
	add := func(s finding.Secret) {
		v := s.Reveal()
		if _, known := masks[v]; ids[v] || len(v) < shortest || known {
			return
		}
		masks[v] = strings.ToValidUTF8(s.Masked(), "")
		for _, line := range secretLines(v) {
			masks[line] = hole
		}
	}
	for _, f := range findings {
		add(f.Value)
		for _, p := range f.Parts {
			add(p.Value)
		}
		for _, p := range f.Pieces {
			if len(p.Reveal()) >= leastPiece {
				masks[p.Reveal()] = hole
			}
		}
	}
	for _, s := range more {
		if !keyID().MatchString(s.Reveal()) {
			add(s)
		}
	}
	return newMask(masks)
}

// leastPiece is how long a piece of a value is at least to be hidden by itself, in
// bytes: shorter ones are words, and what is left of the value is not enough.
const leastPiece = 8

// keyID matches AWS's key IDs and the identifiers of like shape, with the prefixes
// of the IAM user guide's "Unique identifiers": of a value without its finding
// only the shape tells what it is.
var keyID = lazily(`^A(?:BIA|CCA|GPA|IDA|IPA|KIA|NPA|NVA|PKA|ROA|SCA|SIA)[A-Z0-9]{16}$`)

// newMask builds the tables for values and their masks.
func newMask(masks map[string]string) *Mask {
	m := &Mask{}
	for v := range masks {
		m.values = append(m.values, v)
	}
	slices.Sort(m.values)
	var open []int32 // the values that begin the current one, each begins the next
	for i, v := range m.values {
		for len(open) > 0 && !strings.HasPrefix(v, m.values[open[len(open)-1]]) {
			open = open[:len(open)-1]
		}
		m.nest(open)
		open = append(open, int32(i))
		m.starts.add(v)
		m.ends = append(m.ends, backwards(v))
		m.stops.add(m.ends[i])
		m.most = max(m.most, len(v))
	}
	slices.Sort(m.ends)
	for _, v := range m.values {
		m.masks = append(m.masks, masks[v])
	}
	for i, mask := range m.masks {
		m.masks[i] = m.whole(mask)
	}
	return m
}

// nest adds the links of the next value, which the open ones begin. The jumps are
// Myers' (An applicative random-access stack, 1983): without them, values of a
// hostile file that each begin the next would make a chain to be walked again for
// every byte.
func (m *Mask) nest(open []int32) {
	outer, depth, jump := int32(-1), int32(0), int32(-1)
	if len(open) > 0 {
		outer = open[len(open)-1]
		depth, jump = m.depth[outer]+1, outer
		if j := m.jump[outer]; j >= 0 && m.jump[j] >= 0 && m.depth[outer]-m.depth[j] == m.depth[j]-m.depth[m.jump[j]] {
			jump = m.jump[j]
		}
	}
	m.outer, m.depth, m.jump = append(m.outer, outer), append(m.depth, depth), append(m.jump, jump)
}

// start hashes the first four bytes to sixteen bits.
func start(s string) uint32 {
	x := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
	return x * 0x9e3779b1 >> 16
}

// Text returns s with every value hidden by its mask. No value of four bytes or
// more stands in the result.
func (m *Mask) Text(s string) string {
	if m == nil {
		return s
	}
	spans := m.deep(s)
	for len(spans) > 0 {
		s = replace(s, spans)
		// A mask may have made a value with what stands beside it. A hole is
		// shorter than any value: this ends.
		spans = m.deep(s)
		for i := range spans {
			spans[i].mask = hole
		}
	}
	return s
}

// Piece is Text for what was cut out of a longer text: a value may have been cut,
// too, and what is left of it is hidden like the whole.
func (m *Mask) Piece(s string) string {
	if m == nil {
		return s
	}
	s = m.Text(s)
	head, tail := m.cut(s, viewsOf(s))
	if head+tail >= len(s) && head+tail > 0 {
		return hole
	}
	if head > 0 {
		s = hole + s[head:]
	}
	if tail > 0 {
		s = s[:len(s)-tail] + hole
	}
	return s
}

// Value returns a value's mask, a hole where that would tell another value.
func (m *Mask) Value(s finding.Secret) string {
	return m.whole(strings.ToValidUTF8(s.Masked(), ""))
}

func (m *Mask) whole(mask string) string {
	if m != nil && len(m.deep(mask)) > 0 {
		return hole
	}
	return mask
}

// span is a stretch of a text, in bytes, that is to be hidden by a mask.
type span struct {
	from, to int
	mask     string
}

// find returns where values stand, ascending and apart.
func (m *Mask) find(s string) []span {
	var out []span
	for i := 0; i+shortest <= len(s); i++ {
		if !m.starts.may(s[i:]) {
			continue
		}
		if v := m.longest(s[i:]); v >= 0 {
			out = push(out, span{i, i + len(m.values[v]), m.masks[v]})
		}
	}
	return out
}

// longest returns the longest value that s begins with, or -1.
func (m *Mask) longest(s string) int32 {
	v := int32(sort.Search(len(m.values), func(i int) bool { return m.values[i] > s })) - 1
	if v < 0 || strings.HasPrefix(s, m.values[v]) {
		return v
	}
	// The one that is looked for begins v, and is no longer than what v and s
	// have in common.
	n := 0
	for n < len(s) && n < len(m.values[v]) && s[n] == m.values[v][n] {
		n++
	}
	for v >= 0 && len(m.values[v]) > n {
		if j := m.jump[v]; j >= 0 && len(m.values[j]) > n {
			v = j
		} else {
			v = m.outer[v]
		}
	}
	return v
}

// push adds a span that begins no earlier than the last one. Where two overlap,
// their union is hidden, by a hole unless one covers it.
func push(spans []span, s span) []span {
	if len(spans) == 0 || spans[len(spans)-1].to <= s.from {
		return append(spans, s)
	}
	last := &spans[len(spans)-1]
	switch {
	case last.from == s.from && s.to >= last.to:
		*last = s
	case s.to > last.to:
		last.to, last.mask = s.to, hole
	}
	return spans
}

func replace(s string, spans []span) string {
	var b strings.Builder
	at := 0
	for _, p := range spans {
		b.WriteString(s[at:p.from])
		b.WriteString(p.mask)
		at = p.to
	}
	b.WriteString(s[at:])
	return b.String()
}

// fragment is the length from which on a piece of a value at the edge of a text
// that was cut is hidden; masks show four.
const fragment = 5

// edges returns how many bytes at the beginning and end of s are the end and the
// beginning of a value.
func (m *Mask) edges(s string) (head, tail int) {
	back := backwards(s[:min(len(s), m.most)])
	return longestCut(back, m.ends, &m.stops), longestCut(s[max(len(s)-m.most, 0):], m.values, &m.starts)
}

// longestCut returns the length of the longest end of s that begins one of the
// sorted values, whose beginnings are known.
func longestCut(s string, values []string, known *bitmap) int {
	for n := len(s); n >= fragment; n-- {
		end := s[len(s)-n:]
		if !known.may(end) {
			continue
		}
		if i := sort.SearchStrings(values, end); i < len(values) && strings.HasPrefix(values[i], end) {
			return n
		}
	}
	return 0
}

func backwards(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// lazily compiles a pattern when it is first asked for: most scans find nothing, and
// ask for none.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
