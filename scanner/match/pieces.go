package match

import (
	"bytes"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

// Source code writes long strings in pieces, which the language joins: with a sign
// between them, side by side, or with a backslash at the line's end. Keys are
// written so too, to fit a line or to get past those who look for them.
const (
	// glueReach is how much may stand between two pieces, in bytes: quotes, a sign,
	// a line feed and the next line's indentation.
	glueReach = 160
	glueLines = 2
	maxPieces = 200
)

// stretches of data that are pieces of one value.
type pieces []stretch

// join returns what the pieces are together.
func (ps pieces) join(data []byte) []byte {
	var out []byte
	for _, p := range ps {
		out = append(out, data[p.lo:p.hi]...)
	}
	return out
}

// piecesAt returns the pieces of the value whose first is data[s:e], of no more
// than most bytes of a set in all; none where it is not in pieces.
func piecesAt(data []byte, s, e int, set *byteSet, most int) pieces {
	if s >= e || e >= len(data) || !quote(data[e]) && data[e] != '\\' {
		return nil
	}
	var mark byte // what the pieces stand in
	if s > 0 && quote(data[s-1]) {
		mark = data[s-1]
	}
	ps, n := pieces{{s, e}}, e-s
	for len(ps) < maxPieces {
		begin, sign, ok := glue(data, e, mark)
		if !ok {
			break
		}
		end := begin
		for end < len(data) && end-begin <= most-n && set[data[end]] {
			end++
		}
		if end == begin || n+end-begin > most || mark != 0 && (end == len(data) || data[end] != mark && data[end] != '\\') {
			if sign {
				return nil
			}
			break // two strings side by side, or the end of one and what is behind it
		}
		n += end - begin
		ps, e = append(ps, stretch{begin, end}), end
	}
	if len(ps) < 2 || mark != 0 && (e >= len(data) || data[e] != mark) {
		return nil
	}
	return ps
}

func quote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// glue returns where the next piece begins behind one that ends at data[e], and
// whether a sign says that it is one; mark is the quote that they stand in.
func glue(data []byte, e int, mark byte) (next int, sign, ok bool) {
	limit := min(e+glueReach, len(data))
	if e < limit && data[e] == '\\' {
		next, ok = blanks(data, e+1, limit, true)
		return next, ok, ok
	}
	if mark == 0 || e >= limit || data[e] != mark {
		return 0, false, false
	}
	i, _ := blanks(data, e+1, limit, false)
	if i > e+1 || i < limit && data[i] != mark { // else two quotes side by side
		at := i
		i = operator(data, i, limit)
		sign = i > at
		i, _ = blanks(data, i, limit, false)
		for i < limit && (data[i] == '_' || data[i] == '\\') { // Visual Basic's and the shell's continuation
			if i, ok = blanks(data, i+1, limit, true); !ok {
				return 0, false, false
			}
		}
	}
	if i >= limit || data[i] != mark {
		return 0, false, false
	}
	return i + 1, sign, true
}

// blanks passes by blanks and a few line feeds; ok tells whether there was one of
// these, which is asked for where must is set, before anything else.
func blanks(data []byte, i, limit int, must bool) (int, bool) {
	lines := 0
	for ; i < limit; i++ {
		switch data[i] {
		case ' ', '\t', '\r':
			if must && lines == 0 && data[i] != '\r' {
				return i, false
			}
			continue
		case '\n':
			if lines++; lines <= glueLines {
				i = lead(data, i, limit, !must)
				continue
			}
		}
		break
	}
	return i, lines > 0 || !must
}

// lead passes by what begins the lines of comments and patches, behind the line
// feed at data[i]. Where no quote follows it may be the piece's own, unless there
// is a blank behind it.
func lead(data []byte, i, limit int, quoted bool) int {
	n := 0
	for i+n+1 < limit && n < 2 && bytes.IndexByte([]byte("+-#/*>;"), data[i+n+1]) >= 0 {
		n++
	}
	if quoted || i+n+1 < limit && (data[i+n+1] == ' ' || data[i+n+1] == '\t') {
		return i + n
	}
	return i
}

// operators join strings: + in most languages, . in PHP and Perl, .. in Lua, & in
// Visual Basic, || in SQL, ++ in Haskell and Erlang, <> in Elixir, ^ in OCaml,
// ~ in Raku.
var operators = [][]byte{[]byte("++"), []byte(".."), []byte("||"), []byte("<>"), []byte("+"), []byte("."), []byte("&"), []byte("^"), []byte("~")}

// operator passes by a sign that joins strings, if there is one.
func operator(data []byte, i, limit int) int {
	for _, op := range operators {
		if bytes.HasPrefix(data[i:limit], op) {
			return i + len(op)
		}
	}
	return i
}

// pieceByte are the bytes of pieces where no rule's alphabet says so.
var pieceByte = func() (set byteSet) {
	set = wordByte
	set['='] = true
	return
}()

// confirmPieces tries a pattern at its anchor on what the pieces there are together.
func (w *Worker) confirmPieces(t *text, p *plan, i int) bool {
	if p.Extend != "" || !p.anchoredValue() {
		return false
	}
	e := i
	for e < len(t.data) && e-i < p.Span && pieceByte[t.data[e]] {
		e++
	}
	ps := piecesAt(t.data, i, e, &pieceByte, p.Span)
	if ps == nil {
		return false
	}
	v := ps.join(t.data)
	if m := p.Regexp().FindIndex(v); m == nil || m[1] != len(v) {
		return false
	}
	return w.judgePieces(t, p, ps, v, leftName(t.data, i), false)
}

// candidatePieces tries the pieces whose first is data[s:e] as a value.
func (w *Worker) candidatePieces(t *text, p *plan, s, e int, name []byte) bool {
	if e-s >= p.Max || s > 0 && p.left[t.data[s-1]] {
		return false
	}
	ps := piecesAt(t.data, s, e, p.alphabet, p.Max)
	if ps == nil || !within(t.data[s:e], p.alphabet) {
		return false
	}
	v := ps.join(t.data)
	if len(v) < p.Min {
		return false
	}
	named := name != nil
	if !named {
		name = leftName(t.data, s)
	}
	return w.judgePieces(t, p, ps, v, name, named)
}

// context is how much of what stands around a value that is written in another
// way the validators see, in bytes on either side.
const context = 512

// inPlace is a candidate that is written as data[s:e] and is v.
func (w *Worker) inPlace(t *text, s, e int, v, name []byte) rules.Candidate {
	c := rules.Candidate{Name: string(lower(name)), Path: w.chunk.Content.Path}
	c.Text = append(c.Text, t.data[max(s-context, 0):s]...)
	c.Start = len(c.Text)
	c.Text = append(c.Text, v...)
	c.End = len(c.Text)
	c.Text = append(c.Text, t.data[e:min(e+context, len(t.data))]...)
	return c
}

// judgePieces is judge for a value in pieces.
func (w *Worker) judgePieces(t *text, p *plan, ps pieces, v, name []byte, named bool) bool {
	s, e := ps[0].lo, ps[len(ps)-1].hi
	j, ok := w.verdict(t, p, s, w.inPlace(t, s, e, v, name))
	if !ok {
		return false
	}
	if j.value == nil {
		j.value = v
	}
	j.named, j.layer = named, "concatenation"
	for _, piece := range ps {
		if p.Part != rules.KeyID {
			j.pieces = append(j.pieces, finding.NewSecret(string(t.data[piece.lo:piece.hi])))
		}
	}
	w.keep(t, p, s, e, name, j)
	return true
}
