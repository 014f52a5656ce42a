package report

import (
	"net/url"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"lockaway/scanner/finding"
)

// The few SGR codes (ECMA-48 §8.3.117) that the text report uses: the sixteen
// colours that every terminal shows in its own theme, no background.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	yellow = "33"
	blue   = "34"
	cyan   = "36"
	marked = "1;35"
)

func severityStyle(s finding.Severity) string {
	return [...]string{finding.Info: dim, finding.Low: cyan, finding.Medium: yellow, finding.High: red, finding.Critical: "1;31"}[s]
}

// style returns s in a style, if the options want colour.
func (o Options) style(code, s string) string {
	if !o.Color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// link returns shown as a hyperlink to a file (OSC 8, as agreed among terminals),
// if the options want that. Its address is percent-encoded, so that no byte of a
// name reaches the terminal as it is.
func (o Options) link(path, shown string) string {
	if !o.Hyperlinks {
		return shown
	}
	abs, err := filepath.Abs(filepath.FromSlash(path))
	if err != nil {
		return shown
	}
	abs = filepath.ToSlash(abs)
	if !strings.HasPrefix(abs, "/") {
		abs = "/" + abs // C:/…
	}
	u := url.URL{Scheme: "file", Path: abs}
	return "\x1b]8;;" + u.String() + "\x1b\\" + shown + "\x1b]8;;\x1b\\"
}

// columns returns how many columns of a terminal s takes: two for wide East Asian
// characters (UAX #11), none for combining marks.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// wrap breaks a text between words into lines of at most n columns; n of 0 means
// one line. What stands between backquotes is a command to be copied, and stays
// on one line even if that is too long.
func wrap(s string, n int) []string {
	if n <= 0 {
		return []string{s}
	}
	var lines []string
	var line strings.Builder
	used := 0
	for _, word := range wordsOf(s) {
		c := columns(word)
		if used > 0 && used+1+c > n {
			lines = append(lines, line.String())
			line.Reset()
			used = 0
		}
		if used > 0 {
			line.WriteByte(' ')
			used++
		}
		line.WriteString(word)
		used += c
	}
	return append(lines, line.String())
}

func wordsOf(s string) []string {
	var words []string
	from, quoted := 0, false
	for i := 0; i <= len(s); i++ {
		switch {
		case i < len(s) && s[i] == '`':
			quoted = !quoted
		case i == len(s) || s[i] == ' ' && !quoted:
			if i > from {
				words = append(words, s[from:i])
			}
			from = i + 1
		}
	}
	return words
}

// shellWord returns a name as one word of a POSIX shell, or of bash and zsh where
// it needs escapes.
func shellWord(name string) string {
	if strings.HasPrefix(name, "-") {
		name = "./" + name
	}
	safe := func(r rune) bool { return alphanumeric(r) || strings.ContainsRune("_./@%+=:,-", r) }
	switch v := VisibleName(name); {
	case name != "" && !strings.ContainsFunc(name, func(r rune) bool { return !safe(r) }):
		return name
	case Visible(name) == name:
		return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
	default:
		return "$'" + strings.ReplaceAll(v, "'", `\'`) + "'"
	}
}

// ShellWord returns a name as one word of a POSIX shell, or of bash and zsh where it
// needs escapes.
func ShellWord(name string) string { return shellWord(name) }

// Wrap breaks a text between words into lines of at most n columns; n of 0 means
// one line. What stands between backquotes stays on one line.
func Wrap(s string, n int) []string { return wrap(s, n) }
