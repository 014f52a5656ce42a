package layers

import "bytes"

// unspaced are the bytes of a word: all but spaces and control characters.
var unspaced = func() (t [256]bool) {
	for i := range t {
		t[i] = i > ' ' && i != 0x7f
	}
	return t
}()

// Percent takes percent encoding (RFC 3986, section 2.1) off the words that hold
// a hit and at least one "%XX", and touch an owned byte. at are the offsets in
// t.Data, ascending, of all hits that are visible. "+" stays what it is: whether
// it means a space, only forms know. What was encoded twice is still encoded
// once.
func Percent(t Text, at []int, buf *Buffer, emit func(*Segment)) {
	t.around(at, &unspaced, func(p part) {
		if buf.percent(t.Data, p) {
			buf.emit("percent", p, emit)
		}
	})
}

// percent decodes a part, and reports whether there was anything to decode.
func (b *Buffer) percent(data []byte, p part) (found bool) {
	b.begin(p.start, 1)
	for i := p.start; i < p.end; {
		n := bytes.IndexByte(data[i:p.end], '%')
		if n < 0 {
			n = p.end - i
		}
		b.out = append(b.out, data[i:i+n]...)
		if i += n; i == p.end {
			break
		}
		if v, ok := unhex(data, i+1, 2, p.end); ok {
			b.decoded(i, i+3, 1, byte(v))
			i += 3
			found = true
			continue
		}
		b.out = append(b.out, '%')
		i++
	}
	return found
}
