package report

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// unwrap takes off what a report may have been wrapped in, gzip and UTF-16, and
// tells what can't be one. It looks at the first bytes alone.
func unwrap(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 4096)
	if head, _ := b.Peek(2); string(head) == "\x1f\x8b" { // RFC 1952 §2.3.1
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, unreadable(writeAnew, "is compressed by gzip, and damaged: %v", err)
		}
		b = bufio.NewReaderSize(unzipped{z}, 4096)
	}
	head, err := b.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		b.Discard(3)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("{\x00")):
		b = fromUTF16(b, unicode.LittleEndian)
	case bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("\x00{")):
		b = fromUTF16(b, unicode.BigEndian)
	}
	return b, begins(b)
}

func fromUTF16(r io.Reader, order unicode.Endianness) *bufio.Reader {
	return bufio.NewReaderSize(transform.NewReader(r, unicode.UTF16(order, unicode.UseBOM).NewDecoder()), 4096)
}

// begins tells what can't be a report by how it begins.
func begins(b *bufio.Reader) error {
	for {
		c, err := b.ReadByte()
		if err == io.EOF {
			return unreadable("a scan that is stopped writes no report; `--report json=FILE` writes one", "is empty")
		}
		if err != nil {
			return err
		}
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			return judge(b)
		}
	}
}

// judge tells what can't be a report by what stands there first.
func judge(b *bufio.Reader) error {
	if err := b.UnreadByte(); err != nil {
		return err
	}
	head, _ := b.Peek(64)
	switch {
	case head[0] == '{':
		return nil
	case head[0] == '[':
		return unreadable(takeOurs, "is a JSON list, which no report of lockaway is")
	case !isText(head):
		return unreadable(takeOurs, "is neither JSON nor compressed by gzip")
	}
	return unreadable("a text report can't be read back; "+takeOurs, "is no JSON report: it begins with text")
}

// unzipped words what is wrong with a compressed report.
type unzipped struct{ z *gzip.Reader }

// Read implements io.Reader.
func (u unzipped) Read(b []byte) (int, error) {
	n, err := u.z.Read(b)
	switch {
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		err = unreadable(writeAnew, "is compressed by gzip, and damaged: %v", err)
	case errors.As(err, new(flate.CorruptInputError)):
		err = unreadable(writeAnew, "is compressed by gzip, and damaged")
	}
	return n, err
}

// isText tells whether a text, which may be cut behind 64 bytes, is one: coloured,
// maybe.
func isText(head []byte) bool {
	s := string(head)
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && utf8.FullRuneInString(s) || r < ' ' && r != '\x1b' && !strings.ContainsRune("\t\r\n", r) {
			return false
		}
		s = s[n:]
	}
	return true
}
