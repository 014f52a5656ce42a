package source

import (
	"bytes"

	"lockaway/scanner/chunk"
)

// Hand hands over a content that is held in memory: the chunks that a Feeder would
// make of it, without copying any.
func Hand(sink Sink, content *chunk.Content, data []byte) {
	if len(data) <= Window {
		sink.Chunk(chunk.Whole(content, data))
		return
	}
	c := chunk.Chunk{Content: content, Head: data[:chunk.HeadSize], First: true}
	lo, own := 0, 0 // where the chunk begins, and what it owns
	for !c.Last {
		end := lo + Window
		next := end - chunk.Reach
		if c.Last = end >= len(data); c.Last {
			end, next = len(data), len(data)
		}
		c.Data, c.Offset = data[lo:end:end], int64(lo)
		c.Column = int64(lo - 1 - bytes.LastIndexByte(data[:lo], '\n'))
		c.From, c.To = own-lo, next-lo
		sink.Chunk(&c)
		c.First = false
		own = next
		c.Line += bytes.Count(data[lo:next-chunk.Reach], []byte{'\n'})
		lo = next - chunk.Reach
	}
}
