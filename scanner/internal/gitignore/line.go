package gitignore

import (
	"bytes"
	"strings"
	"sync"

	ignore "github.com/sabhiram/go-gitignore"
)

type kind uint8

const (
	literal    kind = iota // text and nothing else
	suffix                 // "*" and text, for the last part of a path
	expression             // everything else
)

// pattern is one line of an ignore file.
type pattern struct {
	verdict
	dirOnly  bool // matches folders alone
	anchored bool // matches the whole path, else its last part
	kind     kind
	// text is what a literal equals, what a suffix ends in, and what the path
	// that an anchored expression matches begins with.
	text string
	// glob is what an expression matches behind text; need is a text that stands
	// in everything it matches.
	glob, need string
	compiled   *compiled
}

// compiled is made when a name comes that the expression could match: most never
// see one, and making it costs as much as a thousand comparisons.
type compiled struct {
	once sync.Once
	re   *ignore.GitIgnore // nil when nothing matches
}

// parseLine reads a line (without its line feed) as git does: dir.c,
// add_patterns_from_buffer and parse_path_pattern. It returns false for a line
// that holds no pattern, or one that matches nothing and so changes nothing.
func parseLine(line []byte) (pattern, bool) {
	var p pattern
	if len(line) == 0 || line[0] == '#' || len(line) > MaxLine {
		return p, false
	}
	line = bytes.TrimSuffix(line, []byte{'\r'})
	if i := bytes.IndexByte(line, 0); i >= 0 {
		line = line[:i]
	}
	s := string(trimSpaces(line))
	if strings.HasPrefix(s, "!") {
		p.negate, s = true, s[1:]
	}
	endsWith := strings.HasPrefix(s, "*") && !strings.ContainsAny(s[1:], special)
	if strings.HasSuffix(s, "/") {
		p.dirOnly, s = true, s[:len(s)-1]
	}
	p.anchored = strings.Contains(s, "/")
	if p.anchored {
		s = strings.TrimPrefix(s, "/")
	}
	if s == "" {
		return p, false
	}
	fixed := strings.IndexAny(s, special)
	switch {
	case fixed < 0:
		p.text = s
	case endsWith && !p.anchored:
		p.kind, p.text = suffix, s[1:]
	case p.anchored:
		p.kind, p.text, p.glob = expression, s[:fixed], collapse(s[fixed:])
	default:
		p.kind, p.glob = expression, collapse(s)
	}
	if p.kind == expression {
		p.need = longestLiteral(p.glob)
		p.compiled = new(compiled)
	}
	return p, true
}

// special are the characters that a pattern is more than text by.
const special = `*?[\`

// trimSpaces cuts spaces at the end that no backslash stands before.
func trimSpaces(line []byte) []byte {
	end := -1
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			if end < 0 {
				end = i
			}
			continue
		case '\\':
			if i++; i == len(line) {
				return line
			}
		}
		end = -1
	}
	if end < 0 {
		return line
	}
	return line[:end]
}

// match judges a path whose last part is name.
func (p *pattern) match(rel, name string) bool {
	if p.kind == suffix {
		return strings.HasSuffix(name, p.text)
	}
	s := name
	if p.anchored {
		if !strings.HasPrefix(rel, p.text) {
			return false
		}
		s = rel[len(p.text):]
	}
	if !strings.Contains(s, p.need) {
		return false
	}
	p.compiled.once.Do(func() { p.compiled.re = compile(p.glob, p.anchored) })
	if p.compiled.re == nil {
		return false
	}
	s = latin1(s)
	if p.anchored {
		s = guard + s
	}
	return p.compiled.re.MatchesPath(s)
}
