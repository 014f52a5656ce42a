package gitignore

import "strings"

// Tree judges the paths of a tree by the ignore files of its folders. It is for one
// goroutine.
type Tree struct {
	name    string
	read    func(path string) ([]byte, bool)
	lists   map[string]*List // by folder, which ends with a slash; nil if there is none
	complex []string
}

// NewTree makes a Tree of which read gives the ignore files, which are called name,
// by their paths from the tree's top; false if there is none.
func NewTree(name string, read func(path string) ([]byte, bool)) *Tree {
	return &Tree{name: name, read: read, lists: map[string]*List{}}
}

// maxDepth is how many folders deep ignore files are asked: what a hostile tree has
// below that is not left out by those that it has there.
const maxDepth = 256

// Ignores tells whether the file at a path is left out: by itself, or because a
// folder that it lies in is, whatever is said of what is below.
func (t *Tree) Ignores(path string) bool {
	var above []level
	for from := 0; ; {
		if l := t.list(path[:from]); l != nil {
			above = append(above, level{from, l})
		}
		i := strings.IndexByte(path[from:], '/')
		if i < 0 || strings.Count(path[:from], "/") == maxDepth {
			return judge(above, path, false)
		}
		if judge(above, path[:from+i], true) {
			return true
		}
		from += i + 1
	}
}

// TooComplex are the paths of ignore files that were asked and hold more than is
// matched: nothing is left out by them.
func (t *Tree) TooComplex() []string { return t.complex }

// level is the ignore file of a folder, whose path has so many bytes.
type level struct {
	cut  int
	list *List
}

// judge asks the ignore files of the folders above, the nearest first.
func judge(above []level, path string, isDir bool) bool {
	for i := len(above) - 1; i >= 0; i-- {
		if ignored, decided := above[i].list.Match(path[above[i].cut:], isDir); decided {
			return ignored
		}
	}
	return false
}

// list reads the ignore file of a folder.
func (t *Tree) list(folder string) *List {
	l, ok := t.lists[folder]
	if ok {
		return l
	}
	if data, found := t.read(folder + t.name); found {
		if l = Parse(data); l.TooComplex() {
			t.complex = append(t.complex, folder+t.name)
			l = nil
		}
	}
	t.lists[folder] = l
	return l
}
