package match

import (
	"bytes"

	"lockaway/scanner/chunk"
	"lockaway/scanner/layers"
)

// text is bytes that are looked through: a chunk's, or those of a segment of
// another text with a wrapping taken off.
type text struct {
	data     []byte
	from, to int   // anchors are looked for in data[from:to]
	off      int64 // of data[0] in what the text is a part of
	head     []byte
	noZero   bool            // known to hold no zero byte
	up       *text           // the text it was wrapped in; nil for a chunk
	seg      *layers.Segment // how it was wrapped
	layers   []string
	id       textID
	cache    *excerpt
	looked   map[string]stretch // what was last looked through around a rule's finds
	judged   map[int]stretch    // by plan, what was last widened to and judged
}

// remember keeps what was widened to.
func (t *text) remember(p *plan, s stretch) {
	if t.judged == nil {
		t.judged = map[int]stretch{}
	}
	t.judged[p.index] = s
}

// stretch is the bytes [lo, hi) of a text.
type stretch struct{ lo, hi int }

// textID tells texts of one content apart: positions compare within one only.
// The zero value is the content itself.
type textID struct {
	start int64 // where the wrapping begins in the content
	layer string
}

// root maps an offset in the text to one in the chunk's data.
func (t *text) root(i int) int {
	for t.up != nil {
		i, t = t.seg.Outer(i), t.up
	}
	return i
}

// bottom is the chunk's text that t stands in.
func (t *text) bottom() *text {
	for t.up != nil {
		t = t.up
	}
	return t
}

// excerpt keeps a copy of a stretch of a text, so that many finds close to each
// other share one copy of what stands around them.
type excerpt struct {
	lo int64
	s  string
}

// excerptAhead is how many bytes more than asked for are copied: what a file
// full of finds costs is then a few copies of itself, not one for each find.
const excerptAhead = 4 << 10

// around returns data[lo:hi] as a string, clipped to the text, and the offset of
// its first byte in what the text is a part of.
func (t *text) around(lo, hi int) (string, int64) {
	lo, hi = max(lo, 0), min(hi, len(t.data))
	c, a, b := t.cache, t.off+int64(lo), t.off+int64(hi)
	if c.s == "" || a < c.lo || b > c.lo+int64(len(c.s)) {
		c.lo, c.s = a, string(t.data[lo:min(hi+excerptAhead, len(t.data))])
	}
	return c.s[a-c.lo : b-c.lo], a
}

// lineCounter works out lines and columns of a chunk. It keeps what stands before
// each block of the chunk, so that asking costs a look at two blocks at most: a
// megabyte in one line may hold fifty thousand finds.
type lineCounter struct {
	c      *chunk.Chunk
	blocks []lineBlock
}

// lineBlock is what stands before a block.
type lineBlock struct {
	lines int // line feeds
	begin int // behind the last of them; below zero if there is none
}

// blockSize is how many bytes one look covers.
const blockSize = 1 << 10

// of makes the counter one of another chunk.
func (l *lineCounter) of(c *chunk.Chunk) {
	l.c, l.blocks = c, append(l.blocks[:0], lineBlock{0, -1})
}

// at returns line and column, from 1, of the byte at offset i of the chunk.
func (l *lineCounter) at(i int) (line, column int) {
	data, n := l.c.Data, i/blockSize
	for len(l.blocks) <= n {
		at := (len(l.blocks) - 1) * blockSize
		l.blocks = append(l.blocks, l.blocks[len(l.blocks)-1].past(data, at, at+blockSize))
	}
	b := l.blocks[n].past(data, n*blockSize, i)
	if b.begin < 0 {
		return l.c.Line + b.lines + 1, int(l.c.Column) + i + 1
	}
	return l.c.Line + b.lines + 1, i - b.begin + 1
}

// past returns what stands before data[to], for what stands before data[from].
func (b lineBlock) past(data []byte, from, to int) lineBlock {
	if n := bytes.Count(data[from:to], []byte{'\n'}); n > 0 {
		b.lines += n
		b.begin = from + bytes.LastIndexByte(data[from:to], '\n') + 1
	}
	return b
}
