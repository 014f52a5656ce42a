package report

import (
	"errors"
	"io"
)

// limits are how much of a report is read, and of each piece of it: one finding, or
// anything else at its top. A few bytes of JSON make a hundred of ours.
type limits struct {
	whole, piece      int64 // bytes, unpacked
	objects, findings int   // objects in a piece, findings in all
}

// most is what is read. Our largest reports are those of a value in tens of thousands
// of versions of a file, each with a hundred refs: one finding of some hundred million
// bytes.
var most = limits{whole: 4 << 30, piece: 256 << 20, objects: 1_000_000, findings: 2_000_000}

// meter reads no more than was allowed, from wherever a piece of the report begins.
type meter struct {
	r     io.Reader
	most  limits
	read  int64
	limit int64
	err   error // of r, or that there is too much
}

// allow allows a piece that begins at an offset.
func (m *meter) allow(from int64) { m.limit = min(from+m.most.piece, m.most.whole) }

// Read implements io.Reader.
func (m *meter) Read(b []byte) (int, error) {
	if m.read >= m.limit {
		what, n := "a piece of more than", m.most.piece
		if m.limit == m.most.whole {
			what, n = "more than", m.most.whole
		}
		m.err = unreadable(takeOurs, "has %s %s, which no report of lockaway has", what, size(n))
		return 0, m.err
	}
	n, err := m.r.Read(b[:min(int64(len(b)), m.limit-m.read)])
	m.read += int64(n)
	if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		m.err = err
	}
	return n, err
}
