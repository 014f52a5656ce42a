package report

import (
	"cmp"
	"slices"
	"strings"
)

// A value may stand in a text in more forms than can be written down: escaped in
// part, in one way or several, encoded, cut into strings that code joins. So it is
// looked for in what the text says when such things are taken off, too, and hidden
// where that came from.

// view is what a text says with something taken off.
type view struct {
	text string
	// from and to say which stretch of the text at the bottom each byte came from.
	from, to []int32
}

// maxViews is how many things are taken off, one under the other: as many as the
// scan sees through, and one for a value that is encoded itself.
const maxViews = 4

// deep returns where values stand in a text and in its views, ascending and apart.
func (m *Mask) deep(s string) []span { return m.within(s, viewsOf(s)) }

// within is deep for a text whose views are at hand.
func (m *Mask) within(s string, views []view) []span {
	spans := m.find(s)
	all := slices.Clone(spans)
	for _, v := range views {
		for _, p := range m.find(v.text) {
			all = append(all, span{int(v.from[p.from]), int(v.to[p.to-1]), p.mask})
		}
	}
	if len(all) == len(spans) {
		return spans
	}
	slices.SortStableFunc(all, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	spans = spans[:0:0]
	for _, p := range all {
		spans = push(spans, p)
	}
	return spans
}

// cut returns how many bytes at the beginning and end of a text, or of what one of
// its views says, are the end and the beginning of a value: where it was cut from a
// longer text, they may be all that is left of one.
func (m *Mask) cut(s string, views []view) (head, tail int) {
	head, tail = m.edges(s)
	for _, v := range views {
		n := len(v.text)
		h, t := m.edges(v.text)
		if h > 0 && v.from[0] < 4 { // a group of base64 may have been cut
			head = max(head, int(v.to[h-1]))
		}
		if t > 0 && int(v.to[n-1]) > len(s)-4 {
			tail = max(tail, len(s)-int(v.from[n-t]))
		}
	}
	return head, tail
}

// viewsOf returns all views of a text.
func viewsOf(s string) (all []view) {
	if plainly(s) {
		return nil
	}
	type key struct {
		text string
		from int32 // the same may stand in two places
	}
	seen := map[key]bool{{s, 0}: true}
	bottom := view{text: s, from: make([]int32, len(s)), to: make([]int32, len(s))}
	for i := range len(s) {
		bottom.from[i], bottom.to[i] = int32(i), int32(i+1)
	}
	layer := []view{bottom}
	for range maxViews {
		var next []view
		for _, v := range layer {
			under := append([]view{v.unescaped(), v.joined()}, v.decoded()...)
			for _, u := range under {
				if len(u.text) < shortest || seen[key{u.text, u.from[0]}] {
					continue
				}
				seen[key{u.text, u.from[0]}] = true
				next = append(next, u)
			}
		}
		all = append(all, next...)
		layer = next
	}
	return all
}

// leastRun is the shortest run of base64 that is decoded: it holds 12 bytes.
const leastRun = 16

// plainly tells whether a text has no view but itself.
func plainly(s string) bool {
	run := 0
	for i := range len(s) {
		switch c := s[i]; {
		case inAlphabet[c] < 64:
			if run++; run == leastRun {
				return false
			}
			continue
		case c == '%', c == '\\', c == '&', c == 0, c == '\n', c == '"', c == '\'', c == '`':
			return false
		}
		run = 0
	}
	return true
}

// builder makes a view of another, which is no shorter.
type builder struct {
	of   view
	text strings.Builder
	from []int32
	to   []int32
}

// keep takes bytes over as they are.
func (b *builder) keep(from, to int) {
	if b.from == nil {
		b.from, b.to = make([]int32, 0, len(b.of.text)), make([]int32, 0, len(b.of.text))
		b.text.Grow(len(b.of.text))
	}
	b.text.WriteString(b.of.text[from:to])
	b.from = append(b.from, b.of.from[from:to]...)
	b.to = append(b.to, b.of.to[from:to]...)
}

// put adds what the bytes [from, to) stand for.
func (b *builder) put(from, to int, text string) {
	b.text.WriteString(text)
	for range len(text) {
		b.from, b.to = append(b.from, b.of.from[from]), append(b.to, b.of.to[to-1])
	}
}

func (b *builder) view() view { return view{b.text.String(), b.from, b.to} }

// joined takes off what may stand within a value that code, an encoder or UTF-16
// has cut: zeros, line breaks with what indents or marks the next line, and
// quotes with what joins them.
func (v view) joined() view {
	b := builder{of: v}
	s := v.text
	zeros := strings.IndexByte(s, 0) >= 0 // these first: they stand in all the rest
	kept := 0
	for i := 0; i < len(s); {
		n := 0
		switch c := s[i]; {
		case zeros:
			if c == 0 {
				n = 1
			}
		case c == '\n', c == '\r':
			n = len(s[i:]) - len(margin(s[i:]))
		case c == '"', c == '\'', c == '`':
			n = glued(s[i:])
		case c == '\\':
			if rest := strings.TrimLeft(s[i+1:], "\r\n"); len(rest) < len(s[i+1:]) {
				n = len(s[i:]) - len(strings.TrimLeft(rest, " \t"))
			}
		}
		if n == 0 {
			i++
			continue
		}
		b.keep(kept, i)
		i += n
		kept = i
	}
	if kept == 0 {
		return view{}
	}
	b.keep(kept, len(s))
	return b.view()
}

// margin returns a text without the line breaks that it begins with, what indents
// the line behind them, and marks of comments and quotations there.
func margin(s string) string {
	for {
		s = strings.TrimLeft(s, "\r\n \t")
		n := len(s)
		for _, mark := range []string{"# ", "// ", "* ", "> ", "; ", "-- ", "| "} {
			s = strings.TrimPrefix(s, mark)
		}
		if len(s) == n {
			return s
		}
	}
}

// maxGlue is how much may stand between two strings that are joined, in bytes.
const maxGlue = 160

// glued returns the length of what joins the string that ends at the quote which
// a text begins with to the next one; 0 where none follows.
func glued(s string) int {
	for i := 1; i < len(s) && i < maxGlue; i++ {
		switch c := s[i]; {
		case c == s[0]:
			return i + 1
		case strings.IndexByte(" \t\r\n+.&|<>^~_\\,()", c) < 0:
			return 0
		}
	}
	return 0
}

// inAlphabet is the value of each character of base64 in either alphabet, 64 for
// others.
var inAlphabet = func() (t [256]byte) {
	for i := range t {
		t[i] = 64
	}
	const std = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(std) {
		t[std[i]] = byte(i)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

// decoded returns what the runs of base64 hold, in each of the four ways in which
// the first of its characters may lie in a group, as far as that is text.
func (v view) decoded() []view {
	var out []view
	for i := 0; i < len(v.text); {
		end := i
		for end < len(v.text) && inAlphabet[v.text[end]] < 64 {
			end++
		}
		if end-i >= leastRun {
			for phase := range 4 {
				if u, ok := v.base64(i+phase, end); ok {
					out = append(out, u)
				}
			}
		}
		i = end + 1
	}
	return out
}

// leastText is how many characters of text in a row make what was decoded one.
const leastText = 6

// base64 decodes the characters [from, to); ok tells whether there is text in it.
func (v view) base64(from, to int) (u view, ok bool) {
	var room [256]byte
	out := room[:0]
	var bits uint32
	have, run := 0, 0
	for _, c := range []byte(v.text[from:to]) {
		bits = bits<<6 | uint32(inAlphabet[c])
		if have += 6; have < 8 {
			continue
		}
		have -= 8
		c := byte(bits >> have)
		out = append(out, c)
		if c == 0 || c == '\n' || c == '\r' || c == '\t' || c >= ' ' && c < 0x7f {
			run++
			ok = ok || run >= leastText
		} else {
			run = 0
		}
	}
	if !ok {
		return view{}, false
	}
	u = view{string(out), make([]int32, len(out)), make([]int32, len(out))}
	for i := range out { // each byte lies in two characters
		at := from + i*4/3
		u.from[i], u.to[i] = v.from[at], v.to[at+1]
	}
	return u, true
}
