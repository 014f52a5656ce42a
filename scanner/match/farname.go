package match

import "bytes"

const (
	// farReach is how far before a value the name may end that is looked for when
	// nothing beside the value names it, in bytes; farLines and farWords are how
	// many line feeds and words may stand between.
	farReach = 200
	farLines = 3
	farWords = 6
)

// whose tells by its names whose the value at data[s] is: see stem. The name beside
// it comes first, then those farther before it. By which name it was found does
// not matter: that depends on what was looked at first.
func whose(t *text, s int) (string, bool) {
	left := leftName(t.data, s)
	st, kind := stem(string(left))
	if transparent(left) {
		kind = false
	}
	if st == "" || !kind {
		if far, farKind := stem(string(farName(t, s))); farKind {
			st, kind = far, true
		}
	}
	return st, kind
}

// farName returns the word before data[s] that says what the value there is: the
// first argument of a call whose second the value is, the name in a list of names
// and values, what stands on the line before, or nil. It only helps to tell whose
// the value is, and never whether it is one.
func farName(t *text, s int) []byte {
	for s <= wrapStart && t.up != nil { // the wrapping holds the value alone
		s, t = t.seg.Outer(s), t.up
	}
	return farNameIn(t.data, s)
}

// wrapStart is how far from the beginning of what was unwrapped a value may stand
// for its name to be looked for outside.
const wrapStart = 2

func farNameIn(data []byte, s int) (found []byte) {
	lo := max(s-farReach, 0)
	lines := 0
	for between := 0; between < farWords; {
		begin, end, feeds := wordBefore(data, lo, s)
		if lines += feeds; begin == end || lines > farLines || lines > 0 && found != nil {
			return found
		}
		s = begin
		word := data[begin:end]
		if transparent(word) || begin > 0 && data[begin-1] == '<' { // what only frames the value
			continue
		}
		if unnamelike(word) || bytes.ContainsAny(word, "+/") {
			return found // a value, or an address
		}
		switch st, kind := stem(string(word)); {
		case kind && (st != "" || found == nil):
			// A name that says what the value is but not whose may stand behind one
			// that does: PROD_KEY = getenv("AWS_KEY", "…").
			if found = data[phraseStart(data, begin):end]; st != "" {
				return found
			}
		case lines > 0:
			return found // what that line says, it says of something else
		}
		between++
	}
	return found
}

// wordBefore returns the bounds of the last word that ends at i or before, and how
// many line feeds stand behind it; no bounds where there is none from lo on.
func wordBefore(data []byte, lo, i int) (begin, end, lines int) {
	for ; i > lo; i-- {
		if i > lo+1 && unescape(data, i-1) == i {
			if i--; data[i] == 'n' {
				lines++
			}
			continue
		}
		if wordByte[data[i-1]] {
			break
		}
		if data[i-1] == '\n' {
			lines++
		}
	}
	begin, end = i, i
	for begin > lo && wordByte[data[begin-1]] {
		begin--
	}
	return unescape(data, begin), end, lines
}
