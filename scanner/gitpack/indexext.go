package gitpack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// extensions reads what follows the entries: pieces of a name of four letters, a
// size, and bytes. One that is not known may be passed by only if its name begins
// with a capital letter.
func (p *indexParser) extensions() error {
	for p.at < p.end {
		d := p.data[p.at:p.end]
		if len(d) < 8 {
			return errors.New("extensions: cut off")
		}
		name, size := string(d[:4]), binary.BigEndian.Uint32(d[4:])
		if uint64(size) > uint64(len(d)-8) {
			return fmt.Errorf("extension %q: cut off", name)
		}
		if err := p.extension(name, d[8:8+size]); err != nil {
			return fmt.Errorf("extension %q: %w", name, err)
		}
		p.at += 8 + int(size)
	}
	return nil
}

func (p *indexParser) extension(name string, d []byte) error {
	switch name {
	case "TREE":
		t := cacheTreeParser{rest: d, hash: p.hash, paths: &p.paths}
		err := t.parse()
		p.index.Tree = t.nodes
		return err
	case "link":
		link, err := parseLink(d, p.hash)
		if err == nil && !link.base.IsZero() {
			p.link = link
		}
		return err
	case "sdir":
		p.index.Sparse = true
		return nil
	}
	if name[0] < 'A' || name[0] > 'Z' {
		return errors.New("it is not known, and the index can't be read without it")
	}
	return nil // REUC, UNTR, FSMN, EOIE, IEOT: nothing that a commit holds
}

// cacheTreeParser reads the extension TREE: for each folder its name, NUL, the number
// of entries, the number of folders in it, and its tree's id; a folder's own follow
// it. Nesting costs no stack.
type cacheTreeParser struct {
	rest  []byte
	hash  Hash
	paths *pathSpaces
	nodes []CacheTree
	open  []openTree
}

// openTree is a folder whose own folders are still to come.
type openTree struct{ node, folders int }

func (t *cacheTreeParser) parse() error {
	t.nodes = make([]CacheTree, 0, len(t.rest)/(t.hash.Size()+nodeText)+1)
	for {
		folders, err := t.node()
		if err != nil {
			return err
		}
		t.open = append(t.open, openTree{len(t.nodes) - 1, folders})
		for len(t.open) > 0 && t.open[len(t.open)-1].folders == 0 {
			t.nodes[t.open[len(t.open)-1].node].Next = len(t.nodes)
			t.open = t.open[:len(t.open)-1]
		}
		if len(t.open) == 0 {
			break
		}
		t.open[len(t.open)-1].folders--
	}
	if len(t.rest) > 0 {
		return errors.New("something follows the last tree")
	}
	return nil
}

// nodeText is about what a node takes besides its id.
const nodeText = 12

// maxCacheTrees bounds their number: one takes more memory than the few bytes that it
// may stand in.
const maxCacheTrees = 1 << 22

func (t *cacheTreeParser) node() (folders int, err error) {
	if len(t.nodes) >= maxCacheTrees {
		return 0, errors.New("too many trees")
	}
	name, rest, ok := bytes.Cut(t.rest, []byte{0})
	if !ok {
		return 0, errCutOff
	}
	line, rest, ok := bytes.Cut(rest, []byte("\n"))
	if !ok {
		return 0, errCutOff
	}
	first, second, ok := bytes.Cut(line, []byte(" "))
	entries, err1 := smallNumber(first)
	folders, err2 := smallNumber(second)
	if !ok || err1 != nil || err2 != nil || folders < 0 {
		return 0, errors.New("numbers that make no sense")
	}
	n := CacheTree{Path: name, Entries: max(entries, -1)}
	if entries >= 0 {
		if len(rest) < t.hash.Size() {
			return 0, errCutOff
		}
		n.ID = IDFrom(rest[:t.hash.Size()])
		rest = rest[t.hash.Size():]
	}
	if len(t.open) > 1 { // not the root, nor right in it
		parent := t.nodes[t.open[len(t.open)-1].node].Path
		if n.Path, ok = t.paths.join(parent, slash, name); !ok {
			return 0, errPathSpace
		}
	}
	t.rest = rest
	t.nodes = append(t.nodes, n)
	return folders, nil
}

var slash = []byte("/")

func smallNumber(b []byte) (int, error) {
	if len(b) > 11 {
		return 0, errors.New("too long")
	}
	n, err := strconv.Atoi(string(b))
	if err == nil && n > math.MaxInt32 {
		return 0, errors.New("too large")
	}
	return n, err
}
