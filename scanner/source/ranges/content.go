package ranges

import (
	"crypto/sha256"
	"slices"
	"sync"

	"lockaway/scanner/chunk"
)

// contents are the contents that were come across: each version of a file once, at each
// of its paths. Of those in which something came up the commits are kept.
type contents struct {
	mu   sync.Mutex
	at   map[contentKey]int32 // its place in list; quiet
	list []content
	free []int32 // of list
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
