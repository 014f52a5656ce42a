package gitpack

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
)

// ReflogEntry is one line of a reflog: that a ref changed from one object to another.
// The slices are parts of the line, and only good until visit returns.
type ReflogEntry struct {
	Ref      string // the ref's full name; it need not exist any more
	Line     int    // in its file, from 1
	Old, New ID     // zero where there was none before, or is none after
	Who      Ident
	Message  []byte
}

// Reflogs visits the lines of all reflogs that this work tree sees, of deleted refs
// as well, each log's oldest line first. Refs are visited by the same order each time.
// What can't be read is among the problems; an error is visit's, which ends it.
func (r *Repo) Reflogs(visit func(*ReflogEntry) error) ([]Problem, error) {
	return r.walkLogs(visit, true)
}

// WorktreeReflogs visits only those of this work tree's own refs.
func (r *Repo) WorktreeReflogs(visit func(*ReflogEntry) error) ([]Problem, error) {
	return r.walkLogs(visit, false)
}

// Reflog visits the log of one ref, by its full name; none if it has no log.
func (r *Repo) Reflog(name string, visit func(*ReflogEntry) error) ([]Problem, error) {
	w := &logWalk{r: r, visit: visit}
	dir, in, ok := r.refHome(name)
	switch {
	case !ok:
	case r.RefFormat == inFiles:
		w.file(filepath.Join(dir, "logs", filepath.FromSlash(in)), name)
	case r.RefFormat == inTables:
		stacks := []*refStack{openStack(dir, r.Hash, &w.noted)}
		w.stacked(stacks, func(_ int, at string) bool { return at == in })
	default:
		w.noted.add(filepath.Join(r.CommonDir, "config"), errRefFormat.Error())
	}
	return w.noted.all(), w.err
}

type logWalk struct {
	r     *Repo
	visit func(*ReflogEntry) error
	noted problems
	skip  map[string]bool
	in    *bufio.Reader
	err   error
}

func (r *Repo) walkLogs(visit func(*ReflogEntry) error, shared bool) ([]Problem, error) {
	w := &logWalk{r: r, visit: visit, skip: map[string]bool{}}
	switch r.RefFormat {
	case inFiles:
	case inTables:
		w.stacked(r.stacks(&w.noted), func(i int, name string) bool { return r.sees(i, name, shared) })
		return w.noted.all(), w.err
	default:
		w.noted.add(filepath.Join(r.CommonDir, "config"), errRefFormat.Error())
		return w.noted.all(), nil
	}
	w.files(filepath.Join(r.GitDir, "logs"), "", false)
	for _, name := range worktreeFolders {
		w.folder(filepath.Join(r.GitDir, "logs", "refs", name), "refs/"+name+"/")
		w.skip["refs/"+name+"/"] = true // seen already, or another's
	}
	if shared {
		w.folder(filepath.Join(r.CommonDir, "logs", "refs"), "refs/")
	}
	return w.noted.all(), w.err
}

func (w *logWalk) folder(dir, name string) { w.files(dir, name, true) }

// files reads the logs in a folder, and with below those in its folders.
func (w *logWalk) files(dir, name string, below bool) {
	for _, e := range readFolder(dir, &w.noted) {
		if w.err != nil {
			return
		}
		path, full := filepath.Join(dir, e.Name()), name+e.Name()
		switch {
		case e.IsDir():
			if below && !w.skip[full+"/"] {
				w.folder(path, full+"/")
			}
		case e.Type()&fs.ModeSymlink != 0:
			w.noted.add(path, "a link that is not followed")
		case e.Type() != 0:
			w.noted.fail(path, ErrNotRegular)
		default:
			w.file(path, full)
		}
	}
}

// maxLogLine bounds a line of a reflog, in bytes.
const maxLogLine = 1 << 20

func (w *logWalk) file(path, name string) {
	f, _, err := openRegular(path)
	if err != nil {
		if !missing(err) && !isFolder(path) {
			w.noted.fail(path, err)
		}
		return
	}
	defer f.Close()
	if w.in == nil {
		w.in = bufio.NewReaderSize(nil, maxLogLine)
	}
	w.in.Reset(f)
	bad, n, err := parseLog(w.in, w.r.Hash, func(e *ReflogEntry) bool {
		e.Ref = name
		w.err = w.visit(e)
		return w.err == nil
	})
	if err != nil {
		w.noted.fail(path, err)
	}
	if n > 0 {
		w.noted.add(path, fmt.Sprintf("%d lines that can't be read, the first of them line %d", n, bad))
	}
}

// parseLog returns the number of the first bad line, from 1, and how many are.
func parseLog(b *bufio.Reader, h Hash, visit func(*ReflogEntry) bool) (bad, n int, err error) {
	for at := 1; ; at++ {
		line, err := readLine(b)
		if err == io.EOF {
			return bad, n, nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return bad, n, err
		}
		if err == nil {
			if e, ok := parseLogLine(line, h); ok {
				e.Line = at
				if !visit(&e) {
					return bad, n, nil
				}
				continue
			}
		}
		if n++; n == 1 {
			bad = at
		}
	}
}

// parseLogLine reads `OLD NEW NAME <MAIL> TIME ZONE<tab>MESSAGE` (git help
// update-ref). The message and its tab may be absent.
func parseLogLine(line []byte, h Hash) (e ReflogEntry, ok bool) {
	n := 2 * h.Size()
	if len(line) < 2*n+2 || line[n] != ' ' || line[2*n+1] != ' ' {
		return e, false
	}
	var ok1, ok2, ok3 bool
	e.Old, ok1 = hexID(line[:n], h)
	e.New, ok2 = hexID(line[n+1:2*n+1], h)
	line = bytes.TrimSuffix(line[2*n+2:], []byte("\n"))
	end := bytes.IndexByte(line, '>') + 1 // a name may hold tabs
	for range 2 {
		end += len(line[end:]) - len(bytes.TrimLeft(line[end:], " "))
		for end < len(line) && line[end] != ' ' && line[end] != '\t' {
			end++
		}
	}
	e.Who, ok3 = ParseIdent(line[:end])
	e.Message = bytes.TrimPrefix(line[end:], []byte("\t"))
	return e, ok1 && ok2 && ok3
}
