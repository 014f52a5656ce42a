// Package gitignore tells what the patterns of an ignore file leave out, as git
// itself would (gitignore(5), and where that is silent, git's wildmatch).
//
// A List is one ignore file. It judges one name at a time: that a folder which is
// left out takes everything below with it is the walk's work, or MatchPath's.
// Which file goes before which is the caller's work too.
//
// Patterns that need more than a comparison are matched by
// github.com/sabhiram/go-gitignore, one pattern at a time: what it has wrong
// (negation, folders, anchors, brackets, escapes) is decided here, and the
// pattern is written so that it comes through that library as it is meant; see
// translate.go.
//
// The room knows nothing of the file system and of where patterns come from.
package gitignore

import (
	"bytes"
	"strings"
)

// Limits against ignore files that are made to be slow. A pattern that is matched
// by expression costs its length times the name's for every name there is.
const (
	// MaxLine is how many bytes a line may have; a longer one matches nothing. A
	// path that a system call takes has 4096 at most.
	MaxLine = 4096
	// MaxWild is how many patterns of a list may hold wildcards.
	MaxWild = 10_000
	// MaxExpressions is how many bytes those patterns of a list may have that are
	// matched by expression.
	MaxExpressions = 32 << 10
)

// List are the patterns of one ignore file. It is safe for concurrent use. The
// zero value matches nothing.
type List struct {
	// names and paths hold the patterns without wildcards: for the last part of a
	// path, and for a path. wild are the others, in the file's order.
	names, paths map[string]exact
	wild         []pattern
	tooComplex   bool
}

// exact are the last two patterns that are one text: the one that holds for
// files, and the one that holds for folders.
type exact struct{ file, folder verdict }

// verdict is what a pattern says of what it matches. order counts patterns from
// 1; 0 is no pattern.
type verdict struct {
	order  int
	negate bool
}

// Parse reads the patterns of an ignore file. Every text is one: what makes no
// sense as a pattern matches nothing, as with git.
func Parse(text []byte) *List {
	l := &List{names: map[string]exact{}, paths: map[string]exact{}}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	expressions, order := 0, 0
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte{'\n'})
		text = rest
		p, ok := parseLine(line)
		if !ok {
			continue
		}
		order++
		p.order = order
		if p.kind == literal {
			l.addExact(p)
			continue
		}
		if p.kind == expression {
			expressions += len(p.glob)
		}
		if l.wild = append(l.wild, p); len(l.wild) > MaxWild || expressions > MaxExpressions {
			return &List{tooComplex: true}
		}
	}
	return l
}

func (l *List) addExact(p pattern) {
	m := l.names
	if p.anchored {
		m = l.paths
	}
	e := m[p.text]
	e.folder = p.verdict
	if !p.dirOnly {
		e.file = p.verdict
	}
	m[p.text] = e
}

// TooComplex tells that the text went beyond MaxWild or MaxExpressions. Such a
// list matches nothing at all: half a list could leave out what a later pattern
// of the other half brings back.
func (l *List) TooComplex() bool { return l.tooComplex }

// Empty tells that no name can match.
func (l *List) Empty() bool { return len(l.names)+len(l.paths)+len(l.wild) == 0 }

// Match judges rel, a path relative to the folder of the ignore file, "/" between
// its parts, none at its ends. decided is false when no pattern matches; ignored
// is false when the last one that does begins with "!". The folders that rel lies
// in are not judged.
func (l *List) Match(rel string, isDir bool) (ignored, decided bool) {
	name := rel[strings.LastIndexByte(rel, '/')+1:]
	var best verdict
	if len(l.names) > 0 {
		best = later(best, l.names[name], isDir)
	}
	if len(l.paths) > 0 {
		best = later(best, l.paths[rel], isDir)
	}
	for i := len(l.wild) - 1; i >= 0; i-- {
		p := &l.wild[i]
		if p.order < best.order {
			break
		}
		if (isDir || !p.dirOnly) && p.match(rel, name) {
			best = p.verdict
			break
		}
	}
	return best.order > 0 && !best.negate, best.order > 0
}

func later(v verdict, e exact, isDir bool) verdict {
	w := e.file
	if isDir {
		w = e.folder
	}
	if w.order > v.order {
		return w
	}
	return v
}

// MatchPath tells whether rel, the path of a file, is left out: by itself, or
// because a folder that it lies in is, whatever is said of what is below.
func MatchPath(l *List, rel string) bool {
	for i := 0; i < len(rel); i++ {
		if rel[i] != '/' {
			continue
		}
		if ignored, _ := l.Match(rel[:i], true); ignored {
			return true
		}
	}
	ignored, _ := l.Match(rel, false)
	return ignored
}
