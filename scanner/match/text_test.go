package match

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"lockaway/scanner/chunk"
)

func TestLinesAndColumns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var l lineCounter
	for range 50 {
		data := make([]byte, r.IntN(5*blockSize))
		for i := range data {
			if data[i] = 'x'; r.IntN(1+r.IntN(2000)) == 0 {
				data[i] = '\n'
			}
		}
		at := r.IntN(len(data) + 1)
		c := chunk.Cut(&chunk.Content{}, data, at)[r.IntN(2)]
		l.of(c)
		for range 200 {
			i := r.IntN(len(c.Data) + 1)
			before := data[:int(c.Offset)+i]
			line, column := l.at(i)
			if want := bytes.Count(before, []byte{'\n'}) + 1; line != want {
				t.Fatalf("line %d, want %d", line, want)
			}
			if want := len(before) - bytes.LastIndexByte(before, '\n'); column != want {
				t.Fatalf("column %d, want %d", column, want)
			}
		}
	}
}

// Asked from end to end and back in one line, a counter that looks back to the
// line's beginning each time reads hundreds of terabytes here.
func TestLinesOfOneLongLine(t *testing.T) {
	data := bytes.Repeat([]byte{'x'}, 64<<20)
	var l lineCounter
	l.of(chunk.Whole(&chunk.Content{}, data))
	for i := 0; i < len(data); i += 37 {
		for _, at := range []int{i, len(data) - i} {
			if line, column := l.at(at); line != 1 || column != at+1 {
				t.Fatalf("%d: line %d, column %d", at, line, column)
			}
		}
	}
}
