package gitpack

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
)

// ErrIndex is that of an index file that is damaged, or of a kind that is not known.
var ErrIndex = errors.New("index file")

// Index is what the next commit will hold, and what git noted about it (git help
// gitformat-index).
type Index struct {
	Version int // 2, 3 or 4; 0 if there is no file
	// Entries are sorted by path, bytewise, then stage.
	Entries []IndexEntry
	// Tree are the trees that git has written already for folders of the index: all
	// folders' in depth-first order, the root's first, each with those below it right
	// behind it. It may be empty.
	Tree []CacheTree
	// Sparse tells that there may be entries of whole folders: Mode is ModeDir, ID a
	// tree, and the path ends with a slash.
	Sparse bool
	// Split tells that a part of it stood in a shared file.
	Split bool
}

// IndexEntry is a file of the index. Path may be a part of the bytes that the index
// was read from.
type IndexEntry struct {
	Path []byte // from the top of the work tree, with slashes
	Mode uint32 // see ModeFile
	ID   ID
	// Stage is 0, or in a merge that has conflicts 1 for the common ancestor, 2 for
	// ours and 3 for theirs.
	Stage uint8
	// IntentToAdd marks what `git add -N` named: the next commit won't hold it.
	IntentToAdd bool
	// SkipWorktree marks what a sparse checkout leaves out of the work tree.
	SkipWorktree bool
	// AssumeUnchanged marks what git does not look at in the work tree.
	AssumeUnchanged bool
}

// CacheTree is the tree of a folder, if the folder has not changed since it was
// written.
type CacheTree struct {
	Path    []byte // without a slash at the end; empty for the root
	Entries int    // how many entries of the index it covers; -1: it has changed
	ID      ID     // zero if it has changed
	// Next is where in Index.Tree what lies in the folder ends: its own folders are
	// at i+1, at the first one's Next, and so on, below Next.
	Next int
}

// Find returns the entries of a path: Entries[from:to], none, one, or in a conflict
// up to three.
func (x *Index) Find(path []byte) (from, to int) {
	from = sort.Search(len(x.Entries), func(i int) bool { return bytes.Compare(x.Entries[i].Path, path) >= 0 })
	to = from
	for to < len(x.Entries) && bytes.Equal(x.Entries[to].Path, path) {
		to++
	}
	return from, to
}

// Below returns the entries in a folder, Entries[from:to], whatever Tree says. The
// entry of the folder itself, in a sparse index, is one of them.
func (x *Index) Below(folder []byte) (from, to int) {
	if len(folder) == 0 {
		return 0, len(x.Entries)
	}
	first := append(folder[:len(folder):len(folder)], '/')
	from = sort.Search(len(x.Entries), func(i int) bool { return bytes.Compare(x.Entries[i].Path, first) >= 0 })
	to = from + sort.Search(len(x.Entries)-from, func(i int) bool { return !bytes.HasPrefix(x.Entries[from+i].Path, first) })
	return from, to
}

// ReadIndex reads the work tree's index. Without an index file it is empty.
func (r *Repo) ReadIndex() (*Index, error) {
	data, err := readFile(r.Index, maxIndex)
	if err != nil {
		if missing(err) {
			return new(Index), nil
		}
		return nil, fmt.Errorf("%w: %s", ErrIndex, reasonOf(err))
	}
	return ReadIndex(data, r.Hash, func(id ID) ([]byte, error) {
		name := "sharedindex." + id.String()
		data, err := readFile(filepath.Join(r.GitDir, name), maxIndex)
		if errors.Is(err, os.ErrNotExist) { // as git, which looks beside an index elsewhere
			data, err = readFile(filepath.Join(filepath.Dir(r.Index), name), maxIndex)
		}
		return data, err
	})
}

// ReadIndex reads an index file of version 2, 3 or 4. shared is asked for the file
// "sharedindex.ID" of a split index; it may be nil if the file is known to be whole.
// Of data, which the index keeps parts of, nothing must be changed; a second goroutine
// reads it too, so it must not be a map of a file that others may cut off. With an
// error, the index holds what could be read, which must not be taken for all.
func ReadIndex(data []byte, h Hash, shared func(id ID) ([]byte, error)) (*Index, error) {
	p := indexParser{data: data, hash: h, index: new(Index), shared: shared}
	if err := p.parse(); err != nil {
		return p.index, fmt.Errorf("%w: %w", ErrIndex, err)
	}
	return p.index, nil
}

const (
	indexFileHeader = 12 // signature, version, number of entries
	entryMode       = 24 // where the mode is, behind four times and two numbers
	entryID         = 40
	flagAssume      = 0x8000
	flagExtended    = 0x4000
	flagStage       = 0x3000
	stageShift      = 12
	flagLength      = 0x0fff
	extSkip         = 0x4000 // in the second flags
	extIntent       = 0x2000
	extUnknown      = ^uint16(extSkip | extIntent)
	pathSpace       = 64 << 10
	maxPathBytes    = 16 << 20 // what paths may take beyond
	maxPathsFactor  = 16       // times the file's own size
)

type indexParser struct {
	data   []byte
	hash   Hash
	at     int // how far data is read
	end    int // where the checksum begins
	index  *Index
	link   *splitLink
	shared func(id ID) ([]byte, error)
	paths  pathSpaces
}

func (p *indexParser) parse() error {
	count, err := p.header()
	if err != nil {
		return err
	}
	sum := make(chan error, 1)
	go func() { sum <- p.checksum() }()
	if err = p.entries(count); err == nil {
		err = p.extensions()
	}
	// A wrong checksum explains all else that is wrong.
	if wrong := <-sum; wrong != nil {
		return wrong
	}
	if err != nil {
		return err
	}
	if p.link != nil {
		if err := p.merge(); err != nil {
			return err
		}
	}
	return p.sorted()
}

func (p *indexParser) header() (count int, err error) {
	d := p.data
	p.end = len(d) - p.hash.Size()
	if p.end < indexFileHeader {
		return 0, errors.New("too short")
	}
	if string(d[:4]) != "DIRC" {
		return 0, errors.New("no signature")
	}
	version := binary.BigEndian.Uint32(d[4:])
	if version < 2 || version > 4 {
		return 0, fmt.Errorf("version %d is not known", version)
	}
	p.index.Version = int(version)
	n := binary.BigEndian.Uint32(d[8:])
	if int64(n) > int64((p.end-indexFileHeader)/(entryID+p.hash.Size()+3)) { // flags, and at least one byte for the path
		return 0, fmt.Errorf("it says that it has %d entries, which don't fit in", n)
	}
	p.at = indexFileHeader
	p.paths.left = maxPathBytes + maxPathsFactor*len(d)
	return int(n), nil
}

// checksum compares what stands at the end; all zeros stand for none (git help
// config: index.skipHash).
func (p *indexParser) checksum() error {
	want := p.data[p.end:]
	if IDFrom(want).IsZero() {
		return nil
	}
	var ok bool
	if p.hash == SHA256 {
		sum := sha256.Sum256(p.data[:p.end])
		ok = bytes.Equal(sum[:], want)
	} else {
		sum := sha1.Sum(p.data[:p.end])
		ok = bytes.Equal(sum[:], want)
	}
	if !ok {
		return errors.New("damaged: the checksum is wrong")
	}
	return nil
}

func (p *indexParser) entries(count int) error {
	p.index.Entries = make([]IndexEntry, count)
	var last []byte
	for i := range p.index.Entries {
		e := &p.index.Entries[i]
		if err := p.entry(e, last); err != nil {
			p.index.Entries = p.index.Entries[:i]
			return fmt.Errorf("entry %d: %w", i, err)
		}
		last = e.Path
	}
	return nil
}

var (
	errCutOff     = errors.New("cut off")
	errPathLength = errors.New("the path's length is wrong")
	errPathSpace  = errors.New("paths that take too much memory")
)

// entry reads the entry at p.at; last is the path of the one before it.
func (p *indexParser) entry(e *IndexEntry, last []byte) error {
	size := p.hash.Size()
	d := p.data[p.at:p.end]
	head := entryID + size + 2
	if len(d) < head {
		return errCutOff
	}
	e.Mode = binary.BigEndian.Uint32(d[entryMode:])
	e.ID.size = uint8(copy(e.ID.sum[:], d[entryID:entryID+size]))
	flags := binary.BigEndian.Uint16(d[entryID+size:])
	e.Stage = uint8(flags & flagStage >> stageShift)
	e.AssumeUnchanged = flags&flagAssume != 0
	if flags&flagExtended != 0 {
		if len(d) < head+2 {
			return errCutOff
		}
		more := binary.BigEndian.Uint16(d[head:])
		if more&extUnknown != 0 {
			return fmt.Errorf("flags %#x are not known", more&extUnknown)
		}
		e.SkipWorktree, e.IntentToAdd = more&extSkip != 0, more&extIntent != 0
		head += 2
	}
	length := int(flags & flagLength)
	if p.index.Version == 4 {
		err := p.prefixed(e, d[head:], head, last)
		if err == nil && min(len(e.Path), flagLength) != length {
			return errPathLength
		}
		return err
	}
	if length == flagLength { // or longer
		if length = bytes.IndexByte(d[head:], 0); length < flagLength {
			return errCutOff
		}
	}
	// Filled up with 1 to 8 NULs to a multiple of 8.
	whole := (head + length + 8) &^ 7
	if whole > len(d) {
		return errCutOff
	}
	if d[head+length] != 0 {
		return errPathLength
	}
	e.Path = d[head : head+length : head+length]
	p.at += whole
	return nil
}

// prefixed reads a path of version 4: how many bytes of the last one to drop at its
// end, and what comes instead.
func (p *indexParser) prefixed(e *IndexEntry, d []byte, head int, last []byte) error {
	drop, used := backward(d)
	if used == 0 {
		return errCutOff
	}
	if drop > uint64(len(last)) {
		return errors.New("it shares more than the whole path before it")
	}
	n := bytes.IndexByte(d[used:], 0)
	if n < 0 {
		return errCutOff
	}
	path, ok := p.paths.join(last[:len(last)-int(drop)], d[used:used+n])
	if !ok {
		return errPathSpace
	}
	e.Path = path
	p.at += head + used + n + 1
	return nil
}

// sorted makes sure that the entries are as searches need them, each there once, and a
// file or a link unless the index may have folders.
func (p *indexParser) sorted() error {
	for i := range p.index.Entries {
		if e := &p.index.Entries[i]; e.Mode&ModeType == ModeDir && (!p.index.Sparse || !bytes.HasSuffix(e.Path, slash)) {
			return fmt.Errorf("entry %d is a folder, which only a sparse index has", i)
		}
	}
	for i := 1; i < len(p.index.Entries); i++ {
		a, b := &p.index.Entries[i-1], &p.index.Entries[i]
		if c := bytes.Compare(a.Path, b.Path); c > 0 || c == 0 && (a.Stage >= b.Stage || a.Stage == 0) {
			return fmt.Errorf("entry %d is not in order", i)
		}
	}
	if len(p.index.Entries) > 0 && len(p.index.Entries[0].Path) == 0 {
		return errors.New("an entry without a path")
	}
	return nil
}

// pathSpaces is memory for paths, many in one piece.
type pathSpaces struct {
	free []byte
	left int // what may still be set aside
}

// join returns the parts in one; ok is false if that goes beyond what may be used.
func (s *pathSpaces) join(parts ...[]byte) (path []byte, ok bool) {
	n := 0
	for _, part := range parts {
		n += len(part)
	}
	if s.left -= n; s.left < 0 {
		return nil, false
	}
	if len(s.free) < n {
		s.free = make([]byte, max(n, pathSpace))
	}
	path = s.free[:n:n]
	s.free = s.free[n:]
	n = 0
	for _, part := range parts {
		n += copy(path[n:], part)
	}
	return path, true
}
