package gitpack

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
)

// maxRefLine bounds a line of packed-refs, in bytes: longer than any system's paths.
const maxRefLine = 64 << 10

// readPacked goes through the file of packed refs (git help pack-refs): lines of an
// id and a name; one that begins with "^" has what the tag before it leads to. It is
// read as a stream, since it may be large. name is only good until visit returns,
// which ends it with false. A file that isn't there has none.
func (r *Repo) readPacked(noted *problems, visit func(id ID, name []byte, peeled ID) bool) {
	path := filepath.Join(r.CommonDir, "packed-refs")
	f, _, err := openRegular(path)
	if err != nil {
		if !missing(err) {
			noted.fail(path, err)
		}
		return
	}
	defer f.Close()
	bad, n, err := parsePacked(f, r.Hash, visit)
	if err != nil {
		noted.fail(path, err)
	}
	if n > 0 {
		noted.add(path, fmt.Sprintf("%d lines that can't be read, the first of them line %d", n, bad))
	}
}

// parsePacked returns the number of the first bad line, from 1, and how many are.
func parsePacked(in io.Reader, h Hash, visit func(id ID, name []byte, peeled ID) bool) (bad, n int, err error) {
	b := bufio.NewReaderSize(in, maxRefLine)
	var id ID
	var name []byte // of the line before, which is visited when its peeled id is known
	have := false
	for at := 1; ; at++ {
		line, err := readLine(b)
		if err == io.EOF {
			break
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return bad, n, err
		}
		ok := err == nil
		switch {
		case !ok:
		case line[0] == '#' && at == 1:
			continue
		case line[0] == '^':
			var peeled ID
			if peeled, ok = hexID(trimEnd(line[1:]), h); ok && have {
				have = false
				if !visit(id, name, peeled) {
					return bad, n, nil
				}
			}
		default:
			if have && !visit(id, name, ID{}) {
				return bad, n, nil
			}
			var rest []byte
			if id, rest, ok = packedLine(line, h); ok {
				name = append(name[:0], rest...)
			}
			have = ok
		}
		if !ok {
			if n++; n == 1 {
				bad = at
			}
		}
	}
	if have {
		visit(id, name, ID{})
	}
	return bad, n, nil
}

// readLine reads a line with its end. One that is too long is bufio.ErrBufferFull,
// and is read to its end as well.
func readLine(b *bufio.Reader) ([]byte, error) {
	line, err := b.ReadSlice('\n')
	if err == io.EOF && len(line) > 0 {
		return line, nil
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = b.ReadSlice('\n')
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	return nil, bufio.ErrBufferFull
}

func packedLine(line []byte, h Hash) (id ID, name []byte, ok bool) {
	n := 2 * h.Size()
	if len(line) < n+2 || line[n] != ' ' {
		return ID{}, nil, false
	}
	if id, ok = hexID(line[:n], h); !ok {
		return ID{}, nil, false
	}
	name = bytes.TrimSuffix(bytes.TrimSuffix(line[n+1:], []byte("\n")), []byte("\r"))
	return id, name, len(name) > 0
}

// packedRef looks a packed ref up; the zero ID if it isn't there.
func (r *Repo) packedRef(name string) (ID, error) {
	var noted problems
	var found ID
	r.readPacked(&noted, func(id ID, packed []byte, _ ID) bool {
		if string(packed) == name {
			found = id
			return false
		}
		return true
	})
	if found.IsZero() && len(noted.list) > 0 {
		return ID{}, errors.New("packed-refs: " + noted.list[0].What)
	}
	return found, nil
}
