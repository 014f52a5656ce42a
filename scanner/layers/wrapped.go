package layers

import "sort"

// Encoders wrap base64 into lines: 64 characters in PEM, 76 in mail. A line goes
// on in the next when it is 60 to 1024 characters long, a multiple of four, and
// ends at a line break, behind which, indented or not, come no more characters
// than it has itself, and then the end of a line or of a string. The break may
// be escaped, as within a JSON string, even twice.
//
// This is a matter between two neighbours, so any stretch of a long chain says
// the same. Being multiples of four, lines that are joined without need decode
// to the same bytes, but lose the edge between them: a list of values of one
// such length, one a line and without padding, reads as one text.
const (
	minLine   = 60
	maxLine   = 1024
	maxIndent = 64
	maxEscape = 4 // backslashes before the letter of a line break
)

// line is a stretch of characters of base64 in data.
type line struct{ start, end int }

// unwrapLines sets b.lines to the run [start, end) and those that go on from it,
// and returns where the last ends, padding included.
func (b *Buffer) unwrapLines(data []byte, start, end int) int {
	l := line{start, end}
	b.lines = append(b.lines[:0], l)
	for {
		next, ok := nextLine(data, l)
		if !ok {
			return padEnd(data, l.end)
		}
		b.lines = append(b.lines, next)
		l = next
	}
}

// nextLine returns the line that l goes on in.
func nextLine(data []byte, l line) (line, bool) {
	n := l.end - l.start
	if n < minLine || n > maxLine || n%4 != 0 {
		return line{}, false
	}
	start := lineBreak(data, l.end)
	if start < 0 {
		return line{}, false
	}
	for i := 0; i < maxIndent && start < len(data) && (data[start] == ' ' || data[start] == '\t'); i++ {
		start++
	}
	end := start
	for end < len(data) && sextet[data[end]] != bad {
		if end++; end-start > n {
			return line{}, false
		}
	}
	if end == start || !endsString(data, padEnd(data, end)) {
		return line{}, false
	}
	return line{start, end}, true
}

func padEnd(data []byte, i int) int {
	for n := 0; n < maxPad && i < len(data) && data[i] == '='; n++ {
		i++
	}
	return i
}

// endsString reports whether what stands at i ends a line, a string or an
// element. A colon, say, doesn't: what stood before it was a name.
func endsString(data []byte, i int) bool {
	if i >= len(data) {
		return true
	}
	switch data[i] {
	case '\n', '\r', '\\', '"', '\'', '`', '<', ',', ';', ')', ']', '}':
		return true
	}
	return false
}

// lineBreak returns where the line break at i ends, or -1 when there is none.
func lineBreak(data []byte, i int) int {
	if i+1 < len(data) && data[i] == '\r' && data[i+1] == '\n' {
		return i + 2
	}
	if i < len(data) && data[i] == '\n' {
		return i + 1
	}
	end := escaped(data, i, 'n')
	if end < 0 {
		if end = escaped(data, i, 'r'); end >= 0 {
			end = escaped(data, end, 'n')
		}
	}
	return end
}

// escaped returns where an escape with the letter ends that begins at i, or -1.
func escaped(data []byte, i int, letter byte) int {
	n := 0
	for n < maxEscape && i+n < len(data) && data[i+n] == '\\' {
		n++
	}
	if n == 0 || i+n >= len(data) || data[i+n] != letter {
		return -1
	}
	return i + n + 1
}

func isBreakLetter(b byte) bool { return b == 'n' || b == 'r' || b == 't' }

// gather returns the characters of b.lines within the part, and sets b.knots to
// where they stand.
func (b *Buffer) gather(data []byte, p part) []byte {
	b.knots, b.chars = b.knots[:0], b.chars[:0]
	first := sort.Search(len(b.lines), func(i int) bool { return b.lines[i].end > p.start })
	for _, l := range b.lines[first:] {
		start, end := max(l.start, p.start), min(l.end, p.end)
		if start >= end {
			break
		}
		if len(b.lines) == 1 {
			b.knots = append(b.knots, knot{0, start, 1})
			return data[start:end]
		}
		b.knots = append(b.knots, knot{len(b.chars), start, 1})
		b.chars = append(b.chars, data[start:end]...)
	}
	return b.chars
}

// charAt returns the index, among the characters that were gathered, of the
// first that stands at pos or behind it.
func (b *Buffer) charAt(pos int) int {
	n := sort.Search(len(b.knots), func(i int) bool { return b.knots[i].out > pos }) - 1
	if n < 0 {
		return 0
	}
	at := b.knots[n].in + pos - b.knots[n].out
	if n+1 < len(b.knots) {
		return min(at, b.knots[n+1].in) // pos lies in the break behind the line
	}
	return at
}
