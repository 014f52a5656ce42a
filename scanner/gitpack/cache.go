package gitpack

// cacheSize is how many bytes of objects Store.Object keeps: enough for the trees
// and the chain of deltas around one commit.
const cacheSize = 32 << 20

// cache keeps the objects that were rebuilt last, up to a number of bytes.
type cache struct {
	limit, used int
	held        map[cacheKey]cached
	order       []cacheKey // as they came in
}

type cacheKey struct {
	pack *Pack
	off  uint64
}

type cached struct {
	kind Kind
	data []byte
}

func (c *cache) get(p *Pack, off uint64) (Kind, []byte, bool) {
	h, ok := c.held[cacheKey{p, off}]
	return h.kind, h.data, ok
}

// put keeps an object, and lets the oldest ones go for it.
func (c *cache) put(p *Pack, off uint64, kind Kind, data []byte) {
	k := cacheKey{p, off}
	if _, ok := c.held[k]; ok || len(data) > c.limit/4 {
		return
	}
	if c.held == nil {
		c.held = map[cacheKey]cached{}
	}
	c.held[k] = cached{kind, data}
	c.order = append(c.order, k)
	for c.used += len(data); c.used > c.limit; {
		old := c.order[0]
		c.order = c.order[1:]
		c.used -= len(c.held[old].data)
		delete(c.held, old)
	}
}
