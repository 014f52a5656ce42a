package staged

import (
	"strings"

	"lockaway/scanner/internal/gitignore"
	"lockaway/scanner/source"
)

// ignoreFile is the name of the files that say what is left out. Those of the index
// count: what they say is committed along.
const ignoreFile = ".lockawayignore"

// ignores judges paths by the index's ignore files.
type ignores struct {
	s       *Source
	lists   map[string]*gitignore.List // by folder, which ends with a slash; nil if there is none
	folders map[string]bool            // whether a folder is left out
	exclude *gitignore.List
	told    []source.Problem
}

func newIgnores(s *Source, exclude []string) *ignores {
	return &ignores{
		s: s, lists: map[string]*gitignore.List{}, folders: map[string]bool{"": false},
		exclude: gitignore.Parse([]byte(strings.Join(exclude, "\n"))),
	}
}

// file tells whether a file is left out.
func (g *ignores) file(path string) bool {
	if gitignore.MatchPath(g.exclude, path) {
		return true
	}
	slash := strings.LastIndexByte(path, '/')
	return g.folder(path[:slash+1]) || g.judge(path, false)
}

// folder tells whether a folder, whose path ends with a slash, is left out, or one
// above it.
func (g *ignores) folder(path string) bool {
	if out, ok := g.folders[path]; ok {
		return out
	}
	up := path[:strings.LastIndexByte(path[:len(path)-1], '/')+1]
	out := g.folder(up) || g.judge(path[:len(path)-1], true)
	g.folders[path] = out
	return out
}

// judge asks the ignore files of the folders above, the nearest first.
func (g *ignores) judge(path string, isDir bool) bool {
	for end := strings.LastIndexByte(path, '/') + 1; ; end = strings.LastIndexByte(path[:end-1], '/') + 1 {
		if l := g.list(path[:end]); l != nil {
			if ignored, decided := l.Match(path[end:], isDir); decided {
				return ignored
			}
		}
		if end == 0 {
			return false
		}
	}
}

// list reads the ignore file of a folder.
func (g *ignores) list(folder string) *gitignore.List {
	l, ok := g.lists[folder]
	if ok {
		return l
	}
	data, found, err := g.s.File(folder + ignoreFile)
	if err != nil {
		g.told = append(g.told, source.Problem{Where: folder + ignoreFile, What: source.Describe(err)})
	}
	if found {
		if l = gitignore.Parse(data); l.TooComplex() {
			g.told = append(g.told, source.Problem{Where: folder + ignoreFile, What: "has more patterns than are matched; nothing is left out by it"})
			l = nil
		}
	}
	g.lists[folder] = l
	return l
}
