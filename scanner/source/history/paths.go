package history

import (
	"hash/maphash"
	"slices"
)

// maxPaths is how many paths of one object are listed.
const maxPaths = 1000

// pathList are the paths of one object, each once.
type pathList struct {
	list []string
	more map[uint64]struct{} // those beyond maxPaths, by a hash
}

var pathSeed = maphash.MakeSeed()

// pathBytes is about what a path takes besides its own bytes, listed or counted.
const pathBytes = 48

// add takes a path, if there is room for it.
func (l *pathList) add(path string, room *room) {
	switch {
	case slices.Contains(l.list, path):
	case len(l.list) < maxPaths:
		if room.take(pathBytes + int64(len(path))) {
			l.list = append(l.list, path)
		}
	default:
		l.count(path, room)
	}
}

// first makes a path the first one.
func (l *pathList) first(path string, room *room) {
	if i := slices.Index(l.list, path); i >= 0 {
		l.list = slices.Delete(l.list, i, i+1)
	} else if !room.take(pathBytes + int64(len(path))) {
		l.list = l.list[:max(len(l.list)-1, 0)] // for it
	}
	delete(l.more, maphash.String(pathSeed, path))
	l.list = slices.Insert(l.list, 0, path)
	if last := len(l.list) - 1; last >= maxPaths {
		l.count(l.list[last], room)
		l.list = l.list[:last]
	}
}

// count counts a path that is not listed.
func (l *pathList) count(path string, room *room) {
	h := maphash.String(pathSeed, path)
	if _, ok := l.more[h]; ok || !room.take(pathBytes) {
		return
	}
	if l.more == nil {
		l.more = map[uint64]struct{}{}
	}
	l.more[h] = struct{}{}
}

// listed returns the paths, and how many more there are.
func (l *pathList) listed() (paths []string, more int) { return l.list, len(l.more) }

// cutPaths sorts paths that come in no order, and cuts the list.
func cutPaths(paths []string) (listed []string, more int) {
	slices.Sort(paths)
	paths = slices.Compact(paths)
	n := min(len(paths), maxPaths)
	return paths[:n:n], len(paths) - n
}
