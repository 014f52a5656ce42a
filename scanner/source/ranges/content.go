package ranges

import (
	"crypto/sha256"
	"slices"
	"sync"

	"lockaway/scanner/chunk"
	"lockaway/scanner/gitpack"
)

// contents are the contents that were come across: each version of a file once, at each
// of its paths if something came up in it. Of those the commits are kept.
type contents struct {
	mu   sync.Mutex
	at   map[contentKey]int32 // its place in list; quiet
	list []content
	free []int32            // of list
	loud map[gitpack.ID]int // at how many paths a blob was scanned
}

// contentKey stands for a content: a digest, for there may be millions.
type contentKey [16]byte

type content struct {
	key     contentKey
	commits []int32 // by their place in the order, each once
}

const (
	quiet = -1
	// maxContents bounds the table, to some hundred megabytes. What comes behind may be
	// scanned more than once.
	maxContents = 1 << 23
)

func keyOf(kind chunk.Kind, object, path string) contentKey {
	h := sha256.New()
	h.Write([]byte(kind))
	h.Write([]byte{0})
	h.Write([]byte(object))
	h.Write([]byte{0})
	h.Write([]byte(path))
	return contentKey(h.Sum(nil)[:16])
}

// take notes that a commit has a content. Who gets a place for it has to scan it, and to
// say done.
func (c *contents) take(k contentKey, rank int32) (at int32, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.at[k]
	if !ok {
		if c.at == nil {
			c.at = map[contentKey]int32{}
		}
		if n := len(c.free); n > 0 {
			at, c.free = c.free[n-1], c.free[:n-1]
			c.list[at].key, c.list[at].commits = k, c.list[at].commits[:0]
		} else {
			at = int32(len(c.list))
			c.list = append(c.list, content{key: k})
		}
		c.at[k] = at
	}
	if at != quiet {
		c.list[at].commits = append(c.list[at].commits, rank)
	}
	return at, !ok
}

// done says whether anything came up.
func (c *contents) done(at int32, loud bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if loud {
		return
	}
	k := c.list[at].key
	if c.free = append(c.free, at); len(c.at) > maxContents {
		delete(c.at, k)
	} else {
		c.at[k] = quiet
	}
}

// quietID says that nothing came up in a blob, whatever its path is.
func (c *contents) quietID(id gitpack.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.loud, id)
	if len(c.at) <= maxContents {
		c.at[keyOf("", id.String(), "")] = quiet
	}
}

// isQuiet tells whether nothing came up in a blob.
func (c *contents) isQuiet(id gitpack.ID) bool {
	k := keyOf("", id.String(), "")
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.at[k]
	return ok
}

// times counts how often a blob is scanned, and returns how often it was.
func (c *contents) times(id gitpack.ID) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.loud == nil {
		c.loud = map[gitpack.ID]int{}
	}
	n := c.loud[id]
	c.loud[id] = n + 1
	return n
}

// commits are those that have a content, in their order.
func (c *contents) commits(k contentKey) []int32 {
	at, ok := c.at[k]
	if !ok || at == quiet {
		return nil
	}
	out := slices.Clone(c.list[at].commits)
	slices.Sort(out)
	return slices.Compact(out)
}
