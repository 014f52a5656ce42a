package gitpack

// Selection is a part of a pack's entries, with all that they are made of.
type Selection struct {
	f           *Families
	wanted, way []uint64 // by entry, as bits
}

// Select selects entries: a walk over them rebuilds those between them and the heads of
// their families, and hands over none but the selected ones.
func (f *Families) Select(entries []int) *Selection {
	words := (len(f.base) + 63) / 64
	s := &Selection{f: f, wanted: make([]uint64, words), way: make([]uint64, words)}
	for _, e := range entries {
		s.wanted[e>>6] |= 1 << (e & 63)
		for at := int32(e); at >= 0 && !s.leads(at); at = f.base[at] {
			s.way[at>>6] |= 1 << (at & 63)
		}
	}
	return s
}

// leads tells whether an entry is wanted, or one that is made of it.
func (s *Selection) leads(e int32) bool { return s == nil || s.way[e>>6]>>(e&63)&1 == 1 }

// wants tells whether an entry itself is.
func (s *Selection) wants(e int) bool { return s == nil || s.wanted[e>>6]>>(e&63)&1 == 1 }

// from is the first entry that leads on, of e and those with the same base behind it.
func (t *walker) from(e int32) int32 {
	for e != noBase && !t.w.Only.leads(e) {
		e = t.f.next[e]
	}
	return e
}

// Objects is how many objects the index lists.
func (p *Pack) Objects() int { return p.idx.Len() }

// Has tells which of some objects the pack holds, by its index.
func (p *Pack) Has(ids []ID) (has []bool, err error) {
	has = make([]bool, len(ids))
	err = onFault(func() {
		for i, id := range ids {
			_, has[i] = p.idx.Find(id.Bytes())
		}
	})
	return has, err
}

// Entries returns the entries of objects that the pack holds; -1 for others.
func (f *Families) Entries(ids []ID) (entries []int, err error) {
	entries = make([]int, len(ids))
	err = onFault(func() {
		for i, id := range ids {
			e, ok := f.pack.Find(id.Bytes())
			if entries[i] = e; !ok {
				entries[i] = -1
			}
		}
	})
	return entries, err
}
