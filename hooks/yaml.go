package hooks

import (
	"strings"
)

// yamlText is a file in YAML that gets a few lines more, and is otherwise left as it is:
// comments, order and all. Only what is written as most people do, in blocks, is looked
// into; of anything else nothing is said.
type yamlText struct {
	lines []string // with their line feeds
	plain bool     // nothing in it makes the lines mean something else
}

// yamlBlock is what stands below a key: the lines from begin to end.
type yamlBlock struct {
	begin, end int
	pad        string // of the key
	open       bool   // nothing stands behind the key in its line
}

var (
	yamlKey = lazily(`^( *)(?:"([^"\\]*)"|'([^']*)'|([A-Za-z0-9_.-]+))[ \t]*:(?:[ \t]+(.*?))?[ \t]*\r?\n?$`)
	// Tabs, directives, what ends a document or stands in its first line, flow style.
	yamlOdd = lazily(`(?m)^(\t|%|\.\.\.|--- *\S|[\[{])|^ +\t`)
)

func newYAML(text []byte) *yamlText {
	s := string(text)
	y := &yamlText{plain: !yamlOdd().MatchString(s)}
	y.lines = strings.SplitAfter(s, "\n")
	if n := len(y.lines); y.lines[n-1] == "" {
		y.lines = y.lines[:n-1]
	}
	said := false
	for _, line := range y.lines {
		switch {
		case strings.HasPrefix(line, "---"):
			y.plain = y.plain && !said // a second document
		case !blank(line):
			y.plain = y.plain && (said || !strings.HasPrefix(line, "-")) // else the whole is a list
			said = true
		}
	}
	return y
}

// blank tells whether a line says nothing.
func blank(line string) bool {
	t := strings.TrimSpace(line)
	return t == "" || t[0] == '#' || strings.HasPrefix(line, "---")
}

func padOf(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " "))] }

// key finds a key of the whole.
func (y *yamlText) key(name string) (yamlBlock, bool) {
	return y.find(0, len(y.lines), "", name)
}

// within finds a key in a block.
func (y *yamlText) within(b yamlBlock, name string) (yamlBlock, bool) {
	return y.find(b.begin, b.end, y.indent(b), name)
}

func (y *yamlText) find(from, to int, pad, name string) (yamlBlock, bool) {
	for i := from; i < to; i++ {
		m := yamlKey().FindStringSubmatch(y.lines[i])
		if m == nil || m[1] != pad || m[2]+m[3]+m[4] != name {
			continue
		}
		b := yamlBlock{begin: i + 1, end: i + 1, pad: pad, open: m[5] == "" || m[5][0] == '#'}
		for j := i + 1; j < to; j++ {
			line := y.lines[j]
			if blank(line) {
				continue
			}
			if p := padOf(line); len(p) < len(pad) || len(p) == len(pad) && !strings.HasPrefix(line[len(p):], "- ") {
				break
			}
			b.end = j + 1
		}
		return b, true
	}
	return yamlBlock{}, false
}

// indent is what the lines of a block begin with; empty if it has none, or is a list.
func (y *yamlText) indent(b yamlBlock) string {
	for _, line := range y.lines[b.begin:b.end] {
		if !blank(line) {
			if p := padOf(line); yamlKey().MatchString(line) && len(p) > len(b.pad) {
				return p
			}
			return ""
		}
	}
	return ""
}

// items is what the items of a list begin with.
func (y *yamlText) items(b yamlBlock) (pad string, ok bool) {
	for _, line := range y.lines[b.begin:b.end] {
		if !blank(line) {
			pad = padOf(line)
			return pad, strings.HasPrefix(line[len(pad):], "- ")
		}
	}
	return "", false
}

// inserted is the file with lines before a line.
func (y *yamlText) inserted(at int, lines ...string) []byte {
	var b strings.Builder
	feed := y.feed()
	write := func(parts []string) {
		for _, l := range parts {
			b.WriteString(l)
		}
	}
	write(y.lines[:at])
	if at > 0 && !strings.HasSuffix(y.lines[at-1], "\n") {
		b.WriteString(feed)
	}
	for _, l := range lines {
		b.WriteString(strings.ReplaceAll(l, "\n", feed) + feed)
	}
	write(y.lines[at:])
	return []byte(b.String())
}

// appended is the file with a text at its end.
func (y *yamlText) appended(text string) []byte {
	if len(y.lines) > 0 {
		text = "\n" + text
	}
	return y.inserted(len(y.lines), strings.TrimSuffix(text, "\n"))
}

// feed is how lines end.
func (y *yamlText) feed() string {
	if len(y.lines) > 0 && strings.HasSuffix(y.lines[0], "\r\n") {
		return "\r\n"
	}
	return "\n"
}
