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
// it comes first, then those farther before it; name is the one that it was found by.
func whose(t *text, s int, name []byte) (string, bool) {
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
	if st == "" || !kind {
		if own, ownKind := stem(string(name)); ownKind {
			st, kind = own, true
		}
	}
	return st, kind
}

// farName returns the word before data[s] that says what the value there is: the
// first argument of a call whose second the value is, the name in a list of names
// and values, what stands on the line before, or nil. It only helps to tell whose
// the value is, and never whether it is one.
func farName(t *text, s int) []byte {
	for {
		if name := farNameIn(t.data, s); name != nil || t.up == nil {
			return name
		}
		s, t = t.seg.Outer(s), t.up
	}
}

func farNameIn(data []byte, s int) (found []byte) {
	lo := max(s-farReach, 0)
	lines, between := 0, 0
	for i := s; i > lo && between < farWords; {
		if !wordByte[data[i-1]] {
			if i--; data[i] == '\n' {
				if lines++; lines > farLines || found != nil {
					return found
				}
			}
			continue
		}
		e := i
		for i > lo && wordByte[data[i-1]] {
			i--
		}
		word := data[i:e]
		if tag := i > 0 && data[i-1] == '<'; tag || transparent(word) {
			continue
		}
		if unnamelike(word) || bytes.ContainsAny(word, "+/") {
			return found // a value, or an address
		}
		switch st, kind := stem(string(word)); {
		case kind && (st != "" || found == nil):
			// A name that says what the value is but not whose may stand behind one
			// that does: PROD_KEY = getenv("AWS_KEY", "…").
			if found = data[phraseStart(data, i):e]; st != "" {
				return found
			}
		case lines > 0:
			return found // what that line says, it says of something else
		}
		between++
	}
	return found
}
