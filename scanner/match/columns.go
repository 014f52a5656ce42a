package match

import (
	"bytes"
	"strings"
)

// columns looks for values in the columns of a table whose header line, the first
// line of the text, names them. Rows have no name beside the value, so each is
// looked at; texts without such a header cost nothing.
func (w *Worker) columns(t *text) {
	header, _, found := bytes.Cut(bytes.TrimPrefix(t.head, []byte("\xef\xbb\xbf")), []byte{'\n'})
	if !found {
		return
	}
	for _, p := range w.engine.header {
		if sep, col, name := column(header, p); sep != 0 {
			w.loud = true // its rows are looked at without any anchor
			w.rows(t, p, sep, col, name)
		}
	}
}

// column returns the separator, the index and the name of the header's column
// that a rule's name stands in; separator 0 if there is none.
func column(header []byte, p *plan) (sep byte, index int, name []byte) {
	for _, sep := range []byte{',', ';', '\t'} {
		if bytes.IndexByte(header, sep) < 0 {
			continue
		}
		fields := bytes.Split(bytes.TrimRight(header, "\r"), []byte{sep})
		for i, f := range fields {
			f = bytes.Trim(f, " \"")
			if len(f) > maxName || bytes.ContainsAny(f, "=:(){}<>") {
				return 0, 0, nil // a line of code
			}
			for _, n := range p.Names {
				if strings.Contains(strings.ToLower(string(f)), n) {
					return sep, i, f
				}
			}
		}
	}
	return 0, 0, nil
}

// rows tries the field of the given column of every row whose line begins among
// the bytes that are looked through.
func (w *Worker) rows(t *text, p *plan, sep byte, col int, name []byte) {
	for pos := t.from; pos < t.to; {
		if pos == 0 || t.data[pos-1] == '\n' {
			if s, e := field(t.data, pos, sep, col); s < e && (t.off > 0 || pos > 0) && w.owns(t, s) && w.affords(p, e-s) {
				w.candidate(t, p, s, e, name)
			}
		}
		next := bytes.IndexByte(t.data[pos:t.to], '\n')
		if next < 0 {
			break
		}
		pos += next + 1
	}
}

// rowMax is how far into a row a field may stand, in bytes.
const rowMax = 4 << 10

// field returns the bounds of the n-th field of the row that begins at pos,
// quotes left off. Fields with the separator in them are not told apart: the
// tables that hold credentials have none.
func field(data []byte, pos int, sep byte, n int) (int, int) {
	row := data[pos:min(pos+rowMax, len(data))]
	if i := bytes.IndexByte(row, '\n'); i >= 0 {
		row = row[:i]
	}
	s := pos
	for ; n > 0; n-- {
		i := bytes.IndexByte(row, sep)
		if i < 0 {
			return 0, 0
		}
		row, s = row[i+1:], s+i+1
	}
	if i := bytes.IndexByte(row, sep); i >= 0 {
		row = row[:i]
	}
	trimmed := bytes.TrimLeft(row, " \"")
	s += len(row) - len(trimmed)
	return s, s + len(bytes.TrimRight(trimmed, " \"\r"))
}
