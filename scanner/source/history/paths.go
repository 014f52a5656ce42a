package history

import (
	"hash/maphash"
	"slices"
)

const (
	// maxPaths is how many paths of one object are listed.
	maxPaths = 1000
	// maxCounted is how many more are told apart, so that each is counted once. It
	// bounds what a tree takes that gives one object paths without end.
	maxCounted = 1 << 20
)

// pathList are the paths of one object, each once.
type pathList struct {
	list []string
	more map[uint64]struct{} // those beyond maxPaths, by a hash
}

var pathSeed = maphash.MakeSeed()

// add takes a path.
func (l *pathList) add(path string) {
	switch {
	case len(l.more) == 0 && len(l.list) < maxPaths:
		if !slices.Contains(l.list, path) {
			l.list = append(l.list, path)
		}
	case !slices.Contains(l.list, path):
		l.count(path)
	}
}

// first makes a path the first one.
func (l *pathList) first(path string) {
	delete(l.more, maphash.String(pathSeed, path))
	l.list = slices.Insert(slices.DeleteFunc(l.list, func(s string) bool { return s == path }), 0, path)
	if last := len(l.list) - 1; last >= maxPaths {
		l.count(l.list[last])
		l.list = l.list[:last]
	}
}

// count counts a path that is not listed.
func (l *pathList) count(path string) {
	if l.more == nil {
		l.more = map[uint64]struct{}{}
	}
	if len(l.more) < maxCounted {
		l.more[maphash.String(pathSeed, path)] = struct{}{}
	}
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
