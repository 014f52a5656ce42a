package source

import (
	"bytes"
	"context"
	"errors"
	"io"

	"lockaway/scanner/chunk"
)

// Window is how many bytes of a content are held at once. A content that fits is
// handed over as one chunk.
const Window = chunk.PieceSize + 2*chunk.Reach

// maxEmptyReads is how often in a row a reader may give neither bytes nor an
// error before it is called broken.
const maxEmptyReads = 100

// Holes is a reader of something that can hold long runs of zero bytes without
// storing them: a sparse file.
type Holes interface {
	io.Reader
	// SkipHole passes by the zero bytes that the reader stands before, as far as
	// it knows them without reading, but for the last keep of them. It returns
	// how many it passed by: 0 where it knows of none, or of too few.
	SkipHole(keep int64) int64
}

// Feeder cuts what a reader gives into chunks. Each worker has its own and uses
// it for one content after another; it holds one buffer of about 1.1 MiB.
//
// A content is cut at Reach, Reach+PieceSize, Reach+2×PieceSize and so on, as
// far as something follows that doesn't fit the buffer: the chunks are those of
// chunk.Cut at these offsets. Only behind a hole (see Holes) the count begins
// anew, with a chunk that owns the hole's last Reach bytes.
type Feeder struct {
	buf  []byte
	head []byte
	c    chunk.Chunk

	n    int   // bytes in buf
	own  int   // the first of them that no chunk has owned
	off  int64 // where buf[0] stands in the content
	line int   // line feeds before buf[0]
	col  int64 // bytes since the last of them
	err  error // what the reader ended with
}

// NewFeeder returns a feeder. Its buffer is made with the first content.
func NewFeeder() *Feeder { return &Feeder{} }

// Feed reads r to its end and hands its chunks to sink. It returns nil when all
// was handed over; the error of r, other than io.EOF, when the content broke
// off; the context's when that ended. What was read before a content broke off is
// handed over. What was begun is then closed by a Last chunk that owns nothing;
// where nothing was begun, the sink hears nothing.
func (f *Feeder) Feed(ctx context.Context, sink Sink, content *chunk.Content, r io.Reader) error {
	if f.buf == nil {
		// One byte more than a Window tells whether something follows it.
		f.buf = make([]byte, Window+1)
		f.head = make([]byte, 0, chunk.HeadSize)
	}
	f.n, f.own, f.off, f.line, f.col, f.err = 0, 0, 0, 0, 0, nil
	f.c = chunk.Chunk{Content: content, First: true}
	holes, _ := r.(Holes)
	for {
		err := f.fill(r)
		if ctx.Err() != nil {
			f.close(sink)
			return ctx.Err()
		}
		if f.c.First {
			f.head = append(f.head[:0], f.buf[:min(f.n, chunk.HeadSize)]...)
			f.c.Head = f.head
		}
		switch {
		case errors.Is(err, io.EOF):
			f.c.Last = true
			f.hand(sink, f.n, f.n)
			return nil
		case err != nil:
			if f.n > 0 {
				f.hand(sink, f.n, f.n)
			}
			f.close(sink)
			return err
		}
		if f.passHole(sink, holes) {
			continue
		}
		f.hand(sink, Window-chunk.Reach, Window)
		f.keep(Window - 2*chunk.Reach)
	}
}

// fill reads until the buffer is full (nil) or the reader ends (io.EOF or its
// error). A full buffer goes first: an error that came with it is told next time.
func (f *Feeder) fill(r io.Reader) error {
	for empty := 0; f.n < len(f.buf); {
		if f.err != nil {
			return f.err
		}
		n, err := r.Read(f.buf[f.n:])
		if n < 0 || n > len(f.buf)-f.n {
			return errors.New("reader gave an impossible count")
		}
		f.n += n
		switch {
		case err != nil:
			f.err = err
		case n > 0:
			empty = 0
		default:
			if empty++; empty >= maxEmptyReads {
				f.err = io.ErrNoProgress
			}
		}
	}
	return nil
}

// hand hands over buf[:to], of which everything up to owned is owned now.
func (f *Feeder) hand(sink Sink, owned, to int) {
	f.c.Data, f.c.Offset, f.c.Line, f.c.Column = f.buf[:to], f.off, f.line, f.col
	f.c.From, f.c.To = f.own, owned
	sink.Chunk(&f.c)
	f.c.First = false
	f.own = owned
}

// keep forgets the buffer's first bytes.
func (f *Feeder) keep(from int) {
	if last := bytes.LastIndexByte(f.buf[:from], '\n'); last >= 0 {
		f.line += bytes.Count(f.buf[:from], []byte{'\n'})
		f.col = int64(from - 1 - last)
	} else {
		f.col += int64(from)
	}
	f.n = copy(f.buf, f.buf[from:f.n])
	f.own -= from
	f.off += int64(from)
}

// close ends a content before its end.
func (f *Feeder) close(sink Sink) {
	if f.c.First {
		return
	}
	f.keep(f.own)
	f.c.Last = true
	f.hand(sink, 0, 0)
}

var zeros [2*chunk.Reach + 1]byte

// passHole passes by a hole that the buffer ends in, and tells whether it did.
// Reach zero bytes on either side of what is passed by are owned, and Reach more
// are visible: no chunk looks different for it.
func (f *Feeder) passHole(sink Sink, r Holes) bool {
	if r == nil || f.err != nil || !bytes.Equal(f.buf[f.n-len(zeros):f.n], zeros[:]) {
		return false
	}
	skipped := r.SkipHole(chunk.Reach)
	if skipped == 0 {
		return false
	}
	// The hole goes on behind the buffer by skipped and at least Reach bytes. The
	// buffer's one byte more than a Window is passed by, too.
	f.hand(sink, f.n-1-chunk.Reach, f.n-1)
	f.keep(f.n - chunk.Reach)
	f.off += skipped
	f.col += skipped
	f.own = chunk.Reach
	return true
}
