package gitpack

import (
	"bytes"
	"container/heap"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// refStack is the tables of refs of one git folder: what a later one says of a ref
// counts.
type refStack struct {
	dir    string
	names  []string // of the tables, the oldest first
	tables []*refTable
}

const (
	maxTables     = 10_000
	maxTableBytes = 1 << 30 // all together
	maxLogBytes   = 64 << 20
)

// openStack reads the tables that a folder's tables.list names. Without the list
// there are none.
func openStack(gitDir string, h Hash, noted *problems) *refStack {
	s := &refStack{dir: filepath.Join(gitDir, "reftable")}
	// Tables may be replaced meanwhile by one that holds the same.
	for try := 1; ; try++ {
		var found problems
		whole := s.load(h, &found)
		if !whole && try < 3 {
			continue
		}
		if !whole {
			found.add(filepath.Join(s.dir, "tables.list"), "it names tables that are missing")
		}
		for _, p := range found.all() {
			noted.add(p.Path, p.What)
		}
		return s
	}
}

// load is false if a table is gone.
func (s *refStack) load(h Hash, noted *problems) bool {
	list := filepath.Join(s.dir, "tables.list")
	data, err := readFile(list, maxPointer)
	if err != nil {
		if !missing(err) {
			noted.fail(list, err)
		}
		return true
	}
	s.names, s.tables = nil, nil
	whole, left := true, maxTableBytes
	for _, name := range strings.Fields(string(data)) {
		path := filepath.Join(s.dir, name)
		if strings.ContainsAny(name, `/\:`) || name[0] == '.' {
			noted.add(list, "a table's name that leads elsewhere")
			continue
		}
		if len(s.tables) >= maxTables || left <= 0 {
			noted.add(list, "too many tables, or too large ones; the newest are not read")
			break
		}
		data, err := readFile(path, left)
		if errors.Is(err, os.ErrNotExist) {
			whole = false
			continue
		}
		var t *refTable
		if err == nil {
			left -= len(data)
			t, err = parseRefTable(data, h)
		}
		if err != nil {
			noted.fail(path, err)
			continue
		}
		s.names, s.tables = append(s.names, name), append(s.tables, t)
	}
	return whole
}

// cursors is a heap of tables by their next record, newer tables first.
type cursors []*tableCursor

func (c cursors) Len() int { return len(c) }
func (c cursors) Less(i, j int) bool {
	if order := bytes.Compare(c[i].key, c[j].key); order != 0 {
		return order < 0
	}
	return c[i].order > c[j].order
}
func (c cursors) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c *cursors) Push(x any)   { *c = append(*c, x.(*tableCursor)) }
func (c *cursors) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}

// merge visits the records of all tables in order, those that count, until visit
// returns false. Records that say that something is gone are left out.
func (s *refStack) merge(begin func(*refTable) *tableCursor, noted *problems, visit func(*tableRecord) bool) {
	var h cursors
	end := func(c *tableCursor) {
		if c.err != nil {
			noted.fail(filepath.Join(s.dir, s.names[c.order]), c.err)
		}
	}
	for i, t := range s.tables {
		c := begin(t)
		if c.order = i; c.advance() {
			h = append(h, c)
		} else {
			end(c)
		}
	}
	heap.Init(&h)
	var last []byte
	for len(h) > 0 {
		c := h[0]
		if !bytes.Equal(c.key, last) {
			last = append(last[:0], c.key...)
			if c.kind != recordGone && !visit(&c.tableRecord) {
				return
			}
		}
		if c.advance() {
			heap.Fix(&h, 0)
		} else {
			heap.Pop(&h)
			end(c)
		}
	}
}

// refs visits the refs, by their names.
func (s *refStack) refs(noted *problems, visit func(*tableRecord) bool) {
	s.merge((*refTable).refs, noted, visit)
}

// stackedRef reads one ref of a repository that stores them in tables.
func (r *Repo) stackedRef(name string) (id ID, to string, err error) {
	dir, in, ok := r.refHome(name)
	if !ok {
		return ID{}, "", ErrNoRef
	}
	var noted problems
	err = ErrNoRef
	openStack(dir, r.Hash, &noted).refs(&noted, func(t *tableRecord) bool {
		if string(t.key) < in {
			return true
		}
		if string(t.key) == in {
			id, to, err = t.id, string(t.target), nil
			if t.kind == recordSymbolic && !validRef(to) {
				to, err = "", errors.New("a symbolic ref to a name that no ref has")
			}
		}
		return false
	})
	if err != nil && len(noted.list) > 0 {
		err = fmt.Errorf("%s: %s", noted.list[0].Path, noted.list[0].What)
	}
	return id, to, err
}

// stacks are the tables that a work tree sees: its own, and those that all share. Of
// the main one they are the same.
func (r *Repo) stacks(noted *problems) []*refStack {
	list := []*refStack{openStack(r.CommonDir, r.Hash, noted)}
	if r.GitDir != r.CommonDir {
		list = append(list, openStack(r.GitDir, r.Hash, noted))
	}
	return list
}

// sees tells whether a ref of stack i is this work tree's, or is shared by all.
func (r *Repo) sees(i int, name string, shared bool) bool {
	if own := i == 1 || r.GitDir == r.CommonDir; ofWorktree(name) {
		return own
	}
	return shared && i == 0
}

// stacked walks the refs of a repository that stores them in tables.
func (w *refWalk) stacked(shared bool) {
	stacks := w.r.stacks(&w.noted)
	symbolic := map[string]string{}
	for i, s := range stacks {
		s.refs(&w.noted, func(t *tableRecord) bool {
			name := string(t.key)
			switch seen := w.r.sees(i, name, shared); {
			case t.kind != recordSymbolic:
				if seen {
					w.give(Ref{Name: name, ID: t.id, Peeled: t.peeled})
				}
			case !validRef(string(t.target)):
				w.noted.add(filepath.Join(s.dir, "tables.list"), "a symbolic ref to a name that no ref has")
			default:
				if w.r.sees(i, name, true) {
					symbolic[name] = string(t.target)
				}
				if seen {
					w.symbolic = append(w.symbolic, Ref{Name: name, Symbolic: string(t.target)})
				}
			}
			return w.err == nil
		})
	}
	for _, ref := range w.symbolic {
		end := ref.Symbolic
		for range maxSymbolic - 2 {
			if to, ok := symbolic[end]; ok {
				end = to
			}
		}
		if _, ok := symbolic[end]; ok {
			w.noted.add(filepath.Join(stacks[0].dir, "tables.list"), errSymbolic.Error())
			end = ""
		}
		w.ends = append(w.ends, end)
		w.packed[end] = ID{}
	}
	for i, s := range stacks {
		var again problems // said above
		s.refs(&again, func(t *tableRecord) bool {
			if _, ok := w.packed[string(t.key)]; ok && w.r.sees(i, string(t.key), true) {
				w.packed[string(t.key)] = t.id
			}
			return len(w.symbolic) > 0
		})
	}
}

// stacked walks the reflogs of tables: all, or of one ref.
func (w *logWalk) stacked(stacks []*refStack, want func(stack int, name string) bool) {
	for i, s := range stacks {
		l := stackedLog{w: w, stack: s}
		s.merge((*refTable).reflogs, &w.noted, func(t *tableRecord) bool {
			if name := string(t.key[:len(t.key)-9]); want(i, name) {
				l.add(name, t)
			}
			return w.err == nil
		})
		l.finish()
	}
}

// stackedLog turns round the entries of one ref, which tables have newest first.
type stackedLog struct {
	w       *logWalk
	stack   *refStack
	name    string
	entries []ReflogEntry
	size    int
	dropped bool
}

func (l *stackedLog) add(name string, t *tableRecord) {
	if name != l.name {
		l.finish()
		l.name = name
	}
	if t.old.IsZero() && t.id.IsZero() {
		return // tells of a log without entries
	}
	const other = 200 // what an entry takes besides
	if l.size += len(t.who.Name) + len(t.who.Email) + len(t.message) + other; l.size > maxLogBytes {
		l.dropped = true
		return
	}
	e := ReflogEntry{Ref: name, Old: t.old, New: t.id, Who: t.who, Message: t.message}
	l.entries = append(l.entries, e)
}

// finish visits them.
func (l *stackedLog) finish() {
	if l.dropped {
		l.w.noted.add(filepath.Join(l.stack.dir, "tables.list"), "a reflog that is too large; its oldest entries are not read")
	}
	for i := len(l.entries) - 1; i >= 0 && l.w.err == nil; i-- {
		l.entries[i].Line = len(l.entries) - i
		l.w.err = l.w.visit(&l.entries[i])
	}
	l.entries, l.size, l.dropped = l.entries[:0], 0, false
}
