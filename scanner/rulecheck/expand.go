// Package rulecheck holds rules against their own examples: every example must
// give a finding of its rule, no counter-example may. The engine that looks is
// the one that scans.
//
// Examples are templates, so that no text of a repository holds anything that
// looks alive; Expand fills them in. How they are written is told in rules/doc.go.
//
// The room knows nothing of how packs are read, nor of files.
package rulecheck

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
)

// Expand fills a template in. The same template and seed always give the same
// text. The error says what is wrong with the template, and at which byte.
func Expand(template string, seed uint64) (string, error) {
	text, _, err := ExpandNamed(template, seed)
	return text, err
}

// ExpandNamed is Expand, and tells besides what stands for each name that the
// template gives to a value.
func ExpandNamed(template string, seed uint64) (string, map[string]string, error) {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	x := &expander{src: template, random: rand.New(rand.NewChaCha8(key)), named: map[string]string{}}
	text, err := x.text()
	if err != nil {
		return "", nil, err
	}
	return text, x.named, nil
}

const (
	opening = "{{"
	closing = "}}"
	// maxDepth bounds actions inside actions.
	maxDepth = 16
	// maxText bounds what a template grows to, in bytes, so that one nested in
	// repetitions fails instead of filling memory.
	maxText = 64 << 20
)

// expander reads a template from left to right. Values are drawn in that order,
// so that one seed gives one text.
type expander struct {
	src    string
	pos    int
	depth  int
	random *rand.Rand
	named  map[string]string
}

func (x *expander) fail(format string, args ...any) error {
	return fmt.Errorf("template, byte %d: %s", x.pos+1, fmt.Sprintf(format, args...))
}

// rest is what has not been read.
func (x *expander) rest() string { return x.src[x.pos:] }

// text reads up to the template's end.
func (x *expander) text() (string, error) {
	var out strings.Builder
	for x.pos < len(x.src) {
		i := strings.Index(x.rest(), opening)
		if i < 0 {
			out.WriteString(x.rest())
			break
		}
		out.WriteString(x.rest()[:i])
		x.pos += i
		s, err := x.action()
		if err != nil {
			return "", err
		}
		out.WriteString(s)
	}
	return out.String(), nil
}

// action reads {{…}} and returns what stands for it.
func (x *expander) action() (string, error) {
	begin := x.pos
	if x.depth++; x.depth > maxDepth {
		return "", x.fail("more than %d actions inside each other", maxDepth)
	}
	defer func() { x.depth-- }()
	x.pos += len(opening)
	name, function := x.words()
	var args []string
	for {
		x.blanks()
		if strings.HasPrefix(x.rest(), closing) {
			x.pos += len(closing)
			break
		}
		if x.pos >= len(x.src) {
			x.pos = begin
			return "", x.fail("%s without %s", opening, closing)
		}
		arg, err := x.argument()
		if err != nil {
			return "", err
		}
		args = append(args, arg)
	}
	value, err := x.call(function, args)
	if err != nil {
		x.pos = begin
		return "", x.fail("%v", err)
	}
	if len(value) > maxText {
		x.pos = begin
		return "", x.fail("grows beyond %d bytes", maxText)
	}
	if name != "" {
		if _, ok := x.named[name]; ok {
			x.pos = begin
			return "", x.fail("the name %q is given twice", name)
		}
		x.named[name] = value
	}
	return value, nil
}

// words reads NAME=FUNCTION or FUNCTION; both may be missing.
func (x *expander) words() (name, function string) {
	x.blanks()
	function = x.word()
	if function != "" && strings.HasPrefix(x.rest(), "=") {
		x.pos++
		return function, x.word()
	}
	return "", function
}

func (x *expander) word() string {
	begin := x.pos
	for x.pos < len(x.src) {
		c := x.src[x.pos]
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			break
		}
		x.pos++
	}
	return x.src[begin:x.pos]
}

func (x *expander) blanks() {
	for x.pos < len(x.src) && strings.IndexByte(" \t\r\n", x.src[x.pos]) >= 0 {
		x.pos++
	}
}

// argument reads up to a blank or the action's end; quoted stretches and actions
// inside belong to it.
func (x *expander) argument() (string, error) {
	var out strings.Builder
	for x.pos < len(x.src) && !strings.HasPrefix(x.rest(), closing) {
		c := x.src[x.pos]
		if strings.IndexByte(" \t\r\n", c) >= 0 {
			break
		}
		var s string
		var err error
		switch {
		case strings.HasPrefix(x.rest(), opening):
			s, err = x.action()
		case c == '"':
			s, err = x.quoted()
		case c == '\'':
			s, err = x.verbatim()
		default:
			s = x.src[x.pos : x.pos+1]
			x.pos++
		}
		if err != nil {
			return "", err
		}
		out.WriteString(s)
	}
	return out.String(), nil
}

// verbatim reads '…' as it is.
func (x *expander) verbatim() (string, error) {
	s, _, ok := strings.Cut(x.src[x.pos+1:], "'")
	if !ok {
		return "", x.fail("a quote that is not closed")
	}
	x.pos += len(s) + 2
	return s, nil
}

// quoted reads "…", with actions inside and \n, \r, \t, \" and \\.
func (x *expander) quoted() (string, error) {
	var out strings.Builder
	begin := x.pos
	x.pos++
	for x.pos < len(x.src) {
		c := x.src[x.pos]
		switch {
		case c == '"':
			x.pos++
			return out.String(), nil
		case strings.HasPrefix(x.rest(), opening):
			s, err := x.action()
			if err != nil {
				return "", err
			}
			out.WriteString(s)
			continue
		case c == '\\' && x.pos+1 < len(x.src):
			x.pos++
			i := strings.IndexByte(`nrt"\`, x.src[x.pos])
			if i < 0 {
				return "", x.fail("unknown escape \\%c", x.src[x.pos])
			}
			out.WriteByte("\n\r\t\"\\"[i])
		default:
			out.WriteByte(c)
		}
		x.pos++
	}
	x.pos = begin
	return "", x.fail("a quote that is not closed")
}
