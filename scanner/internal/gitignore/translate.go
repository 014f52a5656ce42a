package gitignore

import (
	"fmt"
	"strings"

	ignore "github.com/sabhiram/go-gitignore"
)

// How a glob comes through the library. It turns a line into a regular expression
// by replacing text, and hands on what it doesn't know. So the line it gets is an
// expression already, of which it changes nothing but what is written for it:
//
//	/ in front     ^(|/): nothing before, but for a slash that may be there; the text
//	               behind an anchored pattern's fixed part can begin with one, so a
//	               guard that is no byte stands before both
//	*              ([^/]*), as it should be
//	$ at the end   keeps its own (|/.*)$ from matching what is below
//	\x{41}         a literal: none of its own characters (.?*#! and space) are left
//	{0,}           a star that it does not see
//
// Bytes are matched as Latin-1 on both sides, since names need not be UTF-8.

// compile returns what matches the glob, or nil if nothing can.
func compile(glob string, anchored bool) *ignore.GitIgnore {
	expr, ok := translate(glob, anchored)
	if !ok {
		return nil
	}
	if anchored {
		expr = `\x{100}` + expr
	}
	return ignore.CompileIgnoreLines("/" + expr + "$")
}

const guard = "\u0100"

// translate writes a glob as an expression for compile, as git's wildmatch.c
// (dowild) reads it; with anchored as under WM_PATHNAME. It returns false for
// globs that match nothing: an open bracket, a backslash at the end.
func translate(glob string, anchored bool) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(glob); {
		switch c := glob[i]; c {
		case '*':
			n := stars(glob[i:])
			// Two stars span folders only as a whole part of the path. The glob's
			// beginning counts as a part's even if text was cut off before it.
			wide := n > 1 && anchored && (i == 0 || glob[i-1] == '/')
			i += n
			rest := glob[i:]
			switch {
			case wide && strings.HasPrefix(rest, "/"):
				b.WriteString(`(|` + anything + `/)`)
				i++
			case wide && (rest == "" || strings.HasPrefix(rest, `\/`)):
				b.WriteString(anything)
			default:
				b.WriteByte('*')
			}
		case '?':
			b.WriteString(`[^/]`)
			i++
		case '[':
			set, n, ok := parseClass(glob[i:])
			if !ok {
				return "", false
			}
			set.remove('/')
			if set.empty() {
				return "", false
			}
			set.write(&b)
			i += n
		case '\\':
			if i++; i == len(glob) {
				return "", false
			}
			writeByte(&b, glob[i])
			i++
		default:
			writeByte(&b, c)
			i++
		}
	}
	return b.String(), true
}

const anything = `[^\x{00}]{0,}`

func writeByte(b *strings.Builder, c byte) {
	if c == '/' {
		b.WriteByte(c)
		return
	}
	fmt.Fprintf(b, `\x{%02x}`, c)
}

// stars returns how many stars s begins with.
func stars(s string) int { return len(s) - len(strings.TrimLeft(s, "*")) }

// collapse makes two stars of more: they mean the same, and an expression with
// thousands of them takes seconds and gigabytes.
func collapse(glob string) string {
	if !strings.Contains(glob, "***") {
		return glob
	}
	var b strings.Builder
	for i := 0; i < len(glob); {
		n := stars(glob[i:])
		switch {
		case n > 0:
			b.WriteString("**"[:min(n, 2)])
			i += n
		case glob[i] == '\\' && i+1 < len(glob):
			b.WriteString(glob[i : i+2])
			i += 2
		case glob[i] == '[':
			_, n, ok := parseClass(glob[i:])
			if !ok {
				return glob[:i] + "[" // matches nothing, whatever follows
			}
			b.WriteString(glob[i : i+n])
			i += n
		default:
			b.WriteByte(glob[i])
			i++
		}
	}
	return b.String()
}

// longestLiteral returns the longest text of the glob that is free of special
// characters and slashes, and so stands in all that it matches.
func longestLiteral(glob string) string {
	best, cur := "", 0
	for i := 0; i <= len(glob); {
		if i < len(glob) && !strings.ContainsRune(special+"/", rune(glob[i])) {
			i++
			continue
		}
		if i-cur > len(best) {
			best = glob[cur:i]
		}
		switch {
		case i == len(glob):
		case glob[i] == '\\':
			i++
		case glob[i] == '[':
			_, n, ok := parseClass(glob[i:])
			if !ok {
				return best
			}
			i += n - 1
		}
		i++
		cur = i
	}
	return best
}

// latin1 returns s with every byte as the character of that number.
func latin1(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			r := make([]rune, len(s))
			for j := range r {
				r[j] = rune(s[j])
			}
			return string(r)
		}
	}
	return s
}
