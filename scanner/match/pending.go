package match

import (
	"slices"

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
		if len(w.group.finds) > 0 && (f.start-w.group.end > joinReach || len(w.group.finds) >= groupMax) {
			w.close()
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
// surer one, or the one whose wrapping is off.
func better(f, old *find) bool {
	if f.confidence != old.confidence {
		return f.confidence > old.confidence
	}
	if f.named != old.named {
		return f.named
	}
	return len(f.layers) > len(old.layers) && f.value != old.value
}

// close joins the group's finds and yields what comes of it.
func (w *Worker) close() {
	finds := w.group.finds
	w.group = group{}
	if len(finds) == 0 {
		return
	}
	for _, c := range join(finds) {
		w.yield(c.finding(w))
	}
}
