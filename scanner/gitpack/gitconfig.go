package gitpack

import (
	"bytes"
	"strconv"
	"strings"
)

// GitConfig is what stands in a repository's config files, in order (git help
// config, "CONFIGURATION FILE"). Files that it includes are not read: they may lie
// anywhere, and nothing that a repository is read by may stand in them.
type GitConfig struct{ Entries []ConfigEntry }

// ConfigEntry is one variable.
type ConfigEntry struct {
	Section    string // in lower case
	Subsection string // as written
	Key        string // in lower case; letters, digits and hyphens
	Value      string // "true" where the variable stands alone
}

// ParseGitConfig reads a config file. Lines that make no sense are left out, and bad
// has the numbers, from 1, of up to 100 of them.
func ParseGitConfig(data []byte) (c *GitConfig, bad []int) {
	c = new(GitConfig)
	bad = c.add(data)
	return c, bad
}

// Last returns the value of a variable; the last one counts.
func (c *GitConfig) Last(section, subsection, key string) (value string, ok bool) {
	for i := len(c.Entries) - 1; i >= 0; i-- {
		if e := &c.Entries[i]; e.is(section, subsection, key) {
			return e.Value, true
		}
	}
	return "", false
}

// All returns all values of a variable, in order.
func (c *GitConfig) All(section, subsection, key string) []string {
	var out []string
	for i := range c.Entries {
		if e := &c.Entries[i]; e.is(section, subsection, key) {
			out = append(out, e.Value)
		}
	}
	return out
}

// True tells whether a variable is set to what git takes for yes.
func (c *GitConfig) True(section, subsection, key string) bool {
	value, _ := c.Last(section, subsection, key)
	switch strings.ToLower(value) {
	case "true", "yes", "on":
		return true
	}
	n, err := strconv.ParseInt(strings.TrimRight(value, "kKmMgG"), 0, 64)
	return err == nil && n != 0
}

func (e *ConfigEntry) is(section, subsection, key string) bool {
	return e.Key == key && e.Section == section && e.Subsection == subsection
}

const (
	maxBadLines      = 100
	maxConfigEntries = 1 << 17 // an entry takes far more memory than the few bytes it may stand in
)

// add appends a file's variables.
func (c *GitConfig) add(data []byte) (bad []int) {
	p := configParser{rest: bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), line: 1}
	for len(p.rest) > 0 {
		at := p.line
		if !p.item(c) {
			if len(bad) < maxBadLines {
				bad = append(bad, at)
			}
			if p.line == at { // else the line's end was come upon already
				p.skipLine()
			}
		}
	}
	return bad
}

// configParser is where a file is read, and the section that stood last.
type configParser struct {
	rest                []byte
	line                int
	section, subsection string
	inSection           bool
}

// next takes a byte; 0 at the end. A carriage return before a line feed is dropped.
func (p *configParser) next() byte {
	if len(p.rest) > 1 && p.rest[0] == '\r' && p.rest[1] == '\n' {
		p.rest = p.rest[1:]
	}
	c := p.peek()
	if len(p.rest) > 0 {
		p.rest = p.rest[1:]
	}
	if c == '\n' {
		p.line++
	}
	return c
}

func (p *configParser) peek() byte {
	if len(p.rest) == 0 {
		return 0
	}
	return p.rest[0]
}

func (p *configParser) skipLine() {
	for len(p.rest) > 0 && p.next() != '\n' {
	}
}

// item reads a section's head, a variable, a comment or white space.
func (p *configParser) item(c *GitConfig) bool {
	switch b := p.peek(); {
	case isSpace(b):
		p.next()
		return true
	case b == '#' || b == ';':
		p.skipLine()
		return true
	case b == '[':
		p.next()
		return p.head()
	case isLetter(b):
		return p.variable(c)
	}
	return false
}

// head reads `section]`, `section "sub section"]` or the old `section.sub]`.
func (p *configParser) head() bool {
	p.inSection = false
	start := p.rest
	for isWord(p.peek()) || p.peek() == '.' {
		p.next()
	}
	name := string(start[:len(start)-len(p.rest)])
	section, sub, _ := strings.Cut(strings.ToLower(name), ".")
	if p.peek() == ' ' || p.peek() == '\t' {
		for p.peek() == ' ' || p.peek() == '\t' {
			p.next()
		}
		var ok bool
		if sub, ok = p.quotedSubsection(); !ok {
			return false
		}
		section = strings.ToLower(name)
	}
	if name == "" || p.peek() != ']' {
		return false
	}
	p.next()
	p.section, p.subsection, p.inSection = section, sub, true
	return true
}

func (p *configParser) quotedSubsection() (string, bool) {
	if p.peek() != '"' {
		return "", false
	}
	p.next()
	var out []byte
	for len(p.rest) > 0 && p.peek() != '\n' {
		switch b := p.next(); b {
		case '"':
			return string(out), true
		case '\\':
			if p.peek() != '\n' && len(p.rest) > 0 {
				out = append(out, p.next())
			}
		default:
			out = append(out, b)
		}
	}
	return "", false
}

func (p *configParser) variable(c *GitConfig) bool {
	if !p.inSection || len(c.Entries) >= maxConfigEntries {
		return false
	}
	start := p.rest
	for isWord(p.peek()) {
		p.next()
	}
	key := strings.ToLower(string(start[:len(start)-len(p.rest)]))
	for p.peek() == ' ' || p.peek() == '\t' {
		p.next()
	}
	value := "true"
	switch b := p.next(); b {
	case 0, '\n':
	case '=':
		var ok bool
		if value, ok = p.value(); !ok {
			return false
		}
	default:
		return false
	}
	c.Entries = append(c.Entries, ConfigEntry{p.section, p.subsection, key, value})
	return true
}

// value reads up to the end of the line, or of the lines that it goes on.
func (p *configParser) value() (string, bool) {
	var out []byte
	quoted, keep := false, 0 // white space behind keep is dropped at the end
	for {
		b := p.next()
		switch {
		case b == '\n' || b == 0 && len(p.rest) == 0:
			return string(out[:keep]), !quoted
		case !quoted && (b == '#' || b == ';'):
			p.skipLine()
			return string(out[:keep]), true
		case b == '"':
			quoted = !quoted
			keep = len(out)
			continue
		case b == '\\':
			var ok bool
			if b, ok = escapes[p.next()]; !ok {
				return "", false
			}
			if b == 0 { // the line goes on
				keep = len(out)
				continue
			}
		case !quoted && isSpace(b):
			if len(out) > 0 {
				out = append(out, b)
			}
			continue
		}
		out = append(out, b)
		keep = len(out)
	}
}

var escapes = map[byte]byte{'n': '\n', 't': '\t', 'b': '\b', '"': '"', '\\': '\\', '\n': 0}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// isWord tells whether a section's or a variable's name may hold b.
func isWord(b byte) bool { return isLetter(b) || b >= '0' && b <= '9' || b == '-' }
