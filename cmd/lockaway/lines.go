package main

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
)

// lineLimit is how many bytes of a line are read for showing it, shownColumns how
// many characters of it are shown. The first is longer, so that no value is cut
// before it could be masked.
const (
	lineLimit    = 64 << 10
	shownColumns = 160
)

func cut(s string) string { return cutAround(s, 0) }

// cutAround shows of a long line what stands around a character.
func cutAround(s string, at int) string {
	r := []rune(s)
	if len(r) <= shownColumns {
		return s
	}
	from := max(min(at-shownColumns/3, len(r)-shownColumns), 0)
	out := string(r[from:min(from+shownColumns, len(r))])
	if from > 0 {
		out = "…" + out
	}
	if from+shownColumns < len(r) {
		out += "…"
	}
	return out
}

// fileText is a line of a file.
type fileText struct {
	number int
	text   string
}

// readLines reads some lines of a regular file, numbered from 1. It returns the
// number of the last line besides, or to if there are more.
func readLines(path string, from, to int) (out []fileText, last int, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, 0, failf("check the name; it is looked for from the current folder", "can't read %q: %s", path, reason(err))
	case err != nil:
		return nil, 0, failf("", "can't read %q: %s", path, reason(err))
	case info.IsDir():
		return nil, 0, failf("name a file in it: lockaway explain FILE:LINE", "%q is a folder", path)
	case !info.Mode().IsRegular():
		return nil, 0, failf("lockaway explain FILE:LINE explains a line of a file", "%q is no file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, failf("", "can't read %q: %s", path, reason(err))
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, lineLimit)
	for n := 1; n <= to; n++ {
		text, err := in.ReadSlice('\n')
		if len(text) == 0 {
			break
		}
		last = n
		if n >= from {
			out = append(out, fileText{n, strings.TrimRight(string(text), "\r\n")})
		}
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = in.ReadSlice('\n')
		}
		if err != nil && err != io.EOF {
			return nil, 0, failf("", "can't read %q: %s", path, reason(err))
		}
	}
	return out, last, nil
}
