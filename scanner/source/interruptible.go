package source

import (
	"context"
	"io"
)

// streamPiece is how many bytes one read of a stream asks for: as many as a pipe
// holds on Linux.
const streamPiece = 64 << 10

// Interruptible returns a reader that gives what r gives, and the context's error
// as soon as the context ends, also while a read of r waits for bytes (a terminal,
// a pipe whose writer thinks). The read that waits is left behind then: it ends
// with its bytes or with the process.
func Interruptible(ctx context.Context, r io.Reader) io.Reader {
	p := &pump{ctx: ctx, full: make(chan piece), free: make(chan []byte, 2)}
	p.free <- make([]byte, streamPiece)
	p.free <- make([]byte, streamPiece)
	go p.run(r)
	return p
}

type piece struct {
	buf  []byte // as long as it was read
	err  error
	room []byte // the buffer to give back
}

type pump struct {
	ctx  context.Context
	full chan piece
	free chan []byte
	cur  piece
}

func (p *pump) run(r io.Reader) {
	for {
		var room []byte
		select {
		case room = <-p.free:
		case <-p.ctx.Done():
			return
		}
		n, err := r.Read(room)
		select {
		case p.full <- piece{room[:n], err, room}:
		case <-p.ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

func (p *pump) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	if len(p.cur.buf) == 0 {
		if p.cur.err != nil {
			return 0, p.cur.err
		}
		if p.cur.room != nil {
			p.free <- p.cur.room
		}
		select {
		case p.cur = <-p.full:
		case <-p.ctx.Done():
			return 0, p.ctx.Err()
		}
	}
	n := copy(b, p.cur.buf)
	p.cur.buf = p.cur.buf[n:]
	if len(p.cur.buf) == 0 {
		return n, p.cur.err
	}
	return n, nil
}
