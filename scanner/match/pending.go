package match

import (
	"cmp"
	"slices"
	"strings"

	"lockaway/rules"
)

const (
	// backReach is how far before its anchor a find may begin: an address that
	// is widened, or a companion in the surroundings.
	backReach = urlReach
	// groupMax is how many finds are joined at most in one go. A file with more
	// of them side by side is joined in several goes, so that memory and time
	// stay bounded: the joining takes their square.
	groupMax = 1024
)

// group are finds so close together that they may belong to one credential.
type group struct {
	finds []*find
	end   int64 // of the one that reaches farthest
}

// settle moves what can't change any more from pending into groups, in order of
// place, and closes groups that nothing can join any more. All it goes by is the
// sequence of finds, so that the cuts of the content don't show.
func (w *Worker) settle() {
	slices.SortFunc(w.pending, compareFinds)
	safe := w.chunk.Offset + int64(w.chunk.To) - backReach
	n := len(w.pending)
	if !w.chunk.Last {
		n, _ = slices.BinarySearchFunc(w.pending, safe, func(f *find, at int64) int {
			return int(min(max(f.start-at, -1), 1))
		})
	}
	for _, f := range w.pending[:n] {
		switch {
		case len(w.group.finds) > 0 && f.start-w.group.end > joinReach:
			w.close()
		case len(w.group.finds) >= groupMax:
			w.split()
		}
		w.group.add(f)
	}
	w.pending = slices.Delete(w.pending, 0, n)
	if w.chunk.Last || safe-w.group.end > joinReach {
		w.close()
	}
}

// add takes the next find in, unless it says again what another one says: the
// same thing seen through an escape, or under two names.
func (g *group) add(f *find) {
	for i := len(g.finds) - 1; i >= 0 && i >= len(g.finds)-8; i-- {
		o := g.finds[i]
		if o.end <= f.start || !sameThing(o, f) {
			continue
		}
		if better(f, o) {
			g.finds[i] = f
		} else {
			o.named = o.named || f.named && f.value == o.value
		}
		return
	}
	g.finds = append(g.finds, f)
	g.end = max(g.end, f.end)
}

// sameThing tells whether two finds that overlap are the same part of the same
// credential, or the same rule's.
func sameThing(a, b *find) bool {
	return a.plan == b.plan || a.Part != rules.NoPart && a.Part == b.Part && a.Credential == b.Credential
}

// better tells whether of two finds of one thing the new one should stand: the
// surer one, the one whose wrapping is off, the one that is named.
func better(f, old *find) bool {
	if f.confidence != old.confidence {
		return f.confidence > old.confidence
	}
	if f.value != old.value && len(f.layers) != len(old.layers) {
		return len(f.layers) > len(old.layers)
	}
	return f.named && !old.named
}

// close joins the group's finds and yields what comes of it.
func (w *Worker) close() {
	finds := w.group.finds
	w.group = group{}
	if len(finds) > 0 {
		w.tell(join(finds))
	}
}

// split does the same to the first finds of a group that is full, as many as have
// nothing to do with the rest, and leaves that in the group.
func (w *Worker) split() {
	all := w.group.finds
	creds := join(all)
	n := seam(all, creds)
	if n == len(all) {
		w.group = group{}
		w.tell(creds)
		return
	}
	index := make(map[*find]int, len(all))
	for i, f := range all {
		index[f] = i
	}
	w.tell(slices.DeleteFunc(creds, func(c credential) bool { return index[c.parts[0]] >= n }))
	w.group = group{}
	for _, f := range all[n:] {
		w.group.finds = append(w.group.finds, f)
		w.group.end = max(w.group.end, f.end)
	}
}

// seam returns how many of the finds, as many as possible and no fewer than half,
// come before all others and share no credential and no bytes with them; all where
// there is no such place.
func seam(finds []*find, creds []credential) int {
	first := make(map[*find]int, len(finds)) // the first find of its credential
	index := make(map[*find]int, len(finds))
	for i, f := range finds {
		index[f] = i
	}
	for _, c := range creds {
		at := len(finds)
		for _, p := range c.parts {
			at = min(at, index[p])
		}
		for _, p := range c.parts {
			if old, ok := first[p]; !ok || at < old {
				first[p] = at
			}
		}
	}
	ends := make([]int64, len(finds)+1) // how far the finds before reach
	for i, f := range finds {
		ends[i+1] = max(ends[i], f.end)
	}
	whole := len(finds) // the first find that one at i or behind belongs with
	for i := len(finds) - 1; i > len(finds)/2; i-- {
		if at, ok := first[finds[i]]; ok {
			whole = min(whole, at)
		}
		if whole >= i && ends[i] <= finds[i].start {
			return i
		}
	}
	return len(finds)
}

// tell yields the findings of credentials. Where finds stand close together, they
// share one copy of what stands around them: a file full of keys would otherwise
// be kept a hundred times.
func (w *Worker) tell(creds []credential) {
	share(creds)
	for _, c := range creds {
		w.yield(c.finding(w))
	}
}

// share gives the main finds of credentials their surroundings as parts of copies
// that are no longer than what they cover.
func share(creds []credential) {
	mains := make([]*find, 0, len(creds))
	for _, c := range creds {
		mains = append(mains, c.main)
	}
	slices.SortFunc(mains, func(a, b *find) int {
		return cmp.Or(
			cmp.Compare(a.text.start, b.text.start), cmp.Compare(a.text.layer, b.text.layer),
			cmp.Compare(a.nearAt(), b.nearAt()), cmp.Compare(len(a.near), len(b.near)),
		)
	})
	for i := 0; i < len(mains); {
		var b strings.Builder
		first := mains[i]
		at := first.nearAt()
		b.WriteString(first.near)
		j := i + 1
		for ; j < len(mains) && mains[j].text == first.text && mains[j].nearAt() <= at+int64(b.Len()); j++ {
			if known := at + int64(b.Len()) - mains[j].nearAt(); known < int64(len(mains[j].near)) {
				b.WriteString(mains[j].near[known:])
			}
		}
		for all := b.String(); i < j; i++ {
			from := mains[i].nearAt() - at
			mains[i].near = all[from : from+int64(len(mains[i].near))]
		}
	}
}

// nearAt is where near begins, in the text that the find stands in.
func (f *find) nearAt() int64 { return f.tstart - int64(min(aroundReach, len(f.before))) }
