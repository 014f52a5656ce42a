package gitpack

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// Errors of loose objects.
var (
	// ErrLoose is that of a file that is no loose object, or a damaged one.
	ErrLoose = errors.New("damaged loose object")
	// ErrLooseLimit is that of a loose object larger than the caller takes.
	ErrLooseLimit = errors.New("loose object larger than what may be held")
)

// maxLooseHead is more than the head of a loose object takes: the longest kind, a
// space, the digits of a 63-bit number, and the zero byte.
const maxLooseHead = len("commit ") + 19 + 1

// ParseLoose reads a loose object from the whole of its file: one zlib stream, in
// which the object's bytes come after "KIND SIZE" and a zero byte. Nothing may follow
// the stream. An object of more than limit bytes is ErrLooseLimit, before any memory
// is taken for it; other errors are ErrLoose.
func ParseLoose(inf *Inflater, file []byte, limit int) (Kind, []byte, error) {
	var buf [maxLooseHead]byte
	n, err := inf.inflateHead(buf[:], file)
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", ErrLoose, err)
	}
	kind, size, from, err := looseHead(buf[:n])
	if err != nil {
		return 0, nil, err
	}
	if size > int64(limit) {
		return 0, nil, fmt.Errorf("%w: %d bytes", ErrLooseLimit, size)
	}
	if size > int64(len(file))*maxInflateRatio {
		return 0, nil, fmt.Errorf("%w: it says that it inflates to %d bytes", ErrLoose, size)
	}
	data := make([]byte, from+int(size))
	used, err := inf.Inflate(data, file)
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", ErrLoose, err)
	}
	if used != len(file) {
		return 0, nil, fmt.Errorf("%w: %d bytes follow it", ErrLoose, len(file)-used)
	}
	return kind, data[from:], nil
}

// LooseReader reads the head of the loose object in r; body reads its size bytes.
// What is found wrong on the way, up to and with the end of r, is an error of body's
// Read, so an object is sound only when body was read to io.EOF. Errors are ErrLoose,
// or those of r.
func LooseReader(r io.Reader) (kind Kind, size int64, body io.Reader, err error) {
	src := bufio.NewReader(r)
	z, err := zlib.NewReader(src)
	if err != nil {
		return 0, 0, nil, looseError(err)
	}
	var buf [maxLooseHead]byte
	n := 0
	for n < len(buf) && (n == 0 || buf[n-1] != 0) {
		if _, err := io.ReadFull(z, buf[n:n+1]); err != nil {
			return 0, 0, nil, looseError(err)
		}
		n++
	}
	kind, size, _, err = looseHead(buf[:n])
	if err != nil {
		return 0, 0, nil, err
	}
	return kind, size, &looseBody{src: src, z: z, left: size}, nil
}

// looseBody reads exactly as many bytes as a loose object's head says.
type looseBody struct {
	src  *bufio.Reader
	z    io.Reader
	left int64
	err  error
}

func (b *looseBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := b.z.Read(p)
	if int64(n) > b.left {
		n, err = int(b.left), fmt.Errorf("%w: it has more bytes than its head says", ErrLoose)
	}
	b.left -= int64(n)
	switch {
	case err == io.EOF:
		err = b.end()
	case err != nil:
		err = looseError(err)
	}
	b.err = err
	return n, err
}

// end returns io.EOF if this is where the object and its file should end.
func (b *looseBody) end() error {
	if b.left > 0 {
		return fmt.Errorf("%w: it has %d bytes less than its head says", ErrLoose, b.left)
	}
	switch _, err := b.src.ReadByte(); err {
	case nil:
		return fmt.Errorf("%w: something follows it", ErrLoose)
	default:
		return err
	}
}

// looseError tells damage from what went wrong in reading.
func looseError(err error) error {
	if plain := plainError(err); plain != err {
		return fmt.Errorf("%w: %w", ErrLoose, plain)
	}
	return err
}

// looseHead reads the head of a loose object, and returns how many bytes it takes.
func looseHead(b []byte) (kind Kind, size int64, used int, err error) {
	end := bytes.IndexByte(b, 0)
	name, number, ok := bytes.Cut(b[:max(end, 0)], []byte(" "))
	if end < 0 || !ok {
		return 0, 0, 0, fmt.Errorf("%w: it begins with %.40q", ErrLoose, b)
	}
	if kind = kindOf(name); kind == 0 {
		return 0, 0, 0, fmt.Errorf("%w: its kind is %.40q", ErrLoose, name)
	}
	// No sign, no leading zero: git takes neither.
	n, err := strconv.ParseUint(string(number), 10, 63)
	if err != nil || len(number) > 1 && number[0] == '0' || n > math.MaxInt64/2 {
		return 0, 0, 0, fmt.Errorf("%w: its size is %.40q", ErrLoose, number)
	}
	return kind, int64(n), end + 1, nil
}
