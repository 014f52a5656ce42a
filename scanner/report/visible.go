package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns text of unknown origin as it may be shown on a terminal:
// control characters, those that change the direction of writing, those without
// width, line separators and bytes that are not UTF-8 are written as escapes
// (\n, \x1b, \u202e), and so is the beginning of what the log of a CI would obey. It is for contents and messages: a backslash stays one.
func Visible(s string) string { return visible(s, false) }

// VisibleName is Visible for names that must stay distinguishable: a backslash
// is doubled, so that no two names look the same. Its result is ASCII escapes
// and printable characters, in the way of bash's $'…'.
func VisibleName(s string) string { return visible(s, true) }

func visible(s string, double bool) string {
	if plain(s, double) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n <= 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\\' && double:
			b.WriteString(`\\`)
		case r == '#' && commands(s[i:]):
			b.WriteString(`\x23`)
		case hidden(r):
			b.WriteString(escape(r))
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// plain tells whether visible has nothing to do, which is nearly always so.
func plain(s string, double bool) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '\\' && double || c == '#' && commands(s[i:]) {
			return false
		}
	}
	return true
}

// commands tells whether a text begins with what a CI that reads the log would obey,
// wherever in a line it stands: Azure Pipelines' "##vso[" and "##[", TeamCity's
// "##teamcity[". A file's name must not set a job's variables.
func commands(s string) bool {
	rest, ok := strings.CutPrefix(s, "##")
	if !ok {
		return false
	}
	rest = strings.TrimLeftFunc(rest[:min(len(rest), 20)], func(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' })
	return strings.HasPrefix(rest, "[")
}

// asLine returns a line of a report that a CI doesn't obey: nothing in it is such a
// command, and it doesn't begin like one of GitHub Actions, "::", which may be indented.
func asLine(s string) string {
	for i := strings.Index(s, "##"); i >= 0 && i < len(s); i++ {
		if s[i] == '#' && commands(s[i:]) {
			s = s[:i] + `\x23` + s[i+1:]
		}
	}
	if rest := strings.TrimLeft(s, " "); strings.HasPrefix(rest, "::") {
		return s[:len(s)-len(rest)] + `\x3a` + rest[1:]
	}
	return s
}

// escape writes a rune of more than ASCII as \u or \U: \x80 is the byte 0x80,
// which is not the character U+0080.
func escape(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// hidden tells what a terminal obeys or does not show: C0, DEL and C1; what
// Unicode calls format characters (category Cf: bidirectional overrides and
// isolates, zero-width characters, the byte order mark, tags) and the two
// separators; variation selectors and fillers that draw nothing; private use
// and unassigned code points; and every blank but the space, since one that
// looks like it makes two names one.
func hidden(r rune) bool {
	if r < 0x7f {
		return r < ' '
	}
	switch {
	case r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x3164, r == 0xffa0,
		0xfe00 <= r && r <= 0xfe0f, 0xe0100 <= r && r <= 0xe01ef, 0x180b <= r && r <= 0x180f:
		return true
	}
	return !unicode.IsPrint(r)
}
