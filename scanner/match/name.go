package match

import (
	"bytes"
	"strings"
	"unicode"
)

// wordByte are the bytes that words are made of when values are looked for:
// base64 in both alphabets, and what holds names together.
var wordByte = func() (set byteSet) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-.$") {
		set[c] = true
	}
	return
}()

// nameByte are the bytes of a name.
var nameByte = func() (set byteSet) {
	set = wordByte
	set['+'], set['/'] = false, false
	return
}()

// maxName is how long a name may be, in bytes; what is longer is cut.
const maxName = 80

// nameAt returns the bounds of the name that holds data[i], with the words around
// it that belong to it.
func nameAt(data []byte, i int) (int, int) {
	s, e := i, i
	for s > 0 && i-s < maxName && nameByte[data[s-1]] {
		s--
	}
	for e < len(data) && e-i < maxName && nameByte[data[e]] {
		e++
	}
	s = min(unescape(data, s), i)
	return phraseStart(data, s), phraseEnd(data, e)
}

// wordAt returns the bounds of the first word from pos on, or (end, end).
func wordAt(data []byte, pos, end int) (int, int) {
	for pos < end && !wordByte[data[pos]] {
		pos++
	}
	e := pos
	for e < end && wordByte[data[e]] {
		e++
	}
	return pos, e
}

// reader goes from word to word behind a name, as far as the value that belongs
// to the name may stand.
type reader struct {
	data        []byte
	pos, end    int
	longest     int // how many bytes of a word that goes on behind end are read
	start, stop int // the word
	lines       int
	last        byte // the last byte that is no blank
}

// next goes to the next word; it tells whether there is one that may still be
// the value, or stand before it. Where a line ends without promising more, only a
// line that begins with a word such as "value" still belongs to the name.
func (r *reader) next() bool {
	ended := false
	for r.pos < r.end && !wordByte[r.data[r.pos]] {
		switch c := r.data[r.pos]; c {
		case '\n':
			if r.lines++; r.lines > nameLines {
				return false
			}
			ended = ended || !continues(r.last)
		case ' ', '\t', '\r':
		default:
			r.last = c
		}
		r.pos++
	}
	if r.pos >= r.end {
		return false
	}
	r.start = r.pos
	// A value may be longer than the reach: it must only begin within it. Of words
	// that are longer still nothing is known but that; no other follows them.
	for r.pos < len(r.data) && (r.pos < r.end || r.pos-r.start < r.longest) && wordByte[r.data[r.pos]] {
		r.pos++
	}
	r.stop, r.last = r.pos, 'w'
	return !ended || transparent(r.data[r.start:r.stop])
}

// maxWord bounds a word: the longest value that is looked for, a session token,
// has some thousand bytes.
const maxWord = 12 << 10

// continues tells whether a line that ends with c goes on in the next.
func continues(c byte) bool { return strings.IndexByte(":=>(,\\{[+|", c) >= 0 && c != 0 }

// assigned tells whether something is assigned to the word, as to a name.
func (r *reader) assigned() bool {
	if preset(r.data, r.start, r.stop) {
		return false
	}
	for i := r.stop; i < len(r.data) && i < r.stop+8; i++ {
		switch r.data[i] {
		case ' ', '\t', '"', '\'', '`', ']', '\\':
			continue
		case '=':
			return i+1 >= len(r.data) || r.data[i+1] != '='
		case ':':
			return i+1 >= len(r.data) || r.data[i+1] != ':' && r.data[i+1] != '/'
		}
		break
	}
	return false
}

// transparent words may stand, with something assigned to them, between a name
// and its value: types, and what a list of names and values calls its values.
func transparent(word []byte) bool {
	if i := bytes.LastIndexByte(word, '.'); i >= 0 {
		word = word[i+1:]
	}
	switch strings.ToLower(string(word)) {
	case "value", "default", "string", "str", "stringvalue", "literal", "val", "data", "text", "charsequence", "nsstring", "const", "name", "type", "env", "-e", "description", "sensitive", "optional", "bytes", "byte":
		return true
	}
	return false
}

// trimWord takes off what stands at a word's ends and is not of the rule's
// alphabet: the period behind a sentence, the sign before an added line. Signs of
// padding behind the word belong to it where the alphabet has them.
func trimWord(data []byte, s, e int, p *plan) (int, int) {
	for e > s && data[e-1] == '.' && !p.alphabet['.'] {
		e--
	}
	if p.alphabet['='] {
		for n := 0; n < 2 && e < len(data) && data[e] == '='; n++ {
			e++
		}
	}
	if e-s > p.Max || !p.alphabet[data[s]] {
		if s+1 < e && setOff(data, s+1) {
			s++
		}
	}
	return s, e
}

// leftReach is how far before a value its name may end.
const leftReach = 24

// leftName returns the name that the value at data[s] is assigned to, or nil:
// the word before it, with only signs of assignment and quoting between.
func leftName(data []byte, s int) []byte {
	i, sign := s, false
	for ; i > 0 && s-i < leftReach; i-- {
		c := data[i-1]
		if c == ']' && sign {
			i = beforePreset(data, i)
			c = data[i-1]
		}
		if strings.IndexByte("=:>(,|", c) >= 0 {
			if (c == ',' || c == '(') && !sign {
				return callName(data, i-1, c)
			}
			sign = true
			continue
		}
		if strings.IndexByte(" \t\"'`[]{}\\", c) < 0 {
			break
		}
	}
	if i == 0 || !nameByte[data[i-1]] {
		return nil
	}
	e := i
	for i > 0 && e-i < maxName && nameByte[data[i-1]] {
		i--
	}
	if i = unescape(data, i); i >= e || unnamelike(data[i:e]) {
		return nil
	}
	return data[phraseStart(data, i):e]
}

// unescape returns where the word at data[s] begins when what stands there is the
// letter of an escape: \n, \r or \t within a string.
func unescape(data []byte, s int) int {
	if s > 0 && s < len(data) && data[s-1] == '\\' && strings.IndexByte("nrt", data[s]) >= 0 {
		return s + 1
	}
	return s
}

// unnamelike tells whether a word is rather a value of its own than the name of
// the one behind it: a key ID before its secret, or a secret before its key ID.
func unnamelike(word []byte) bool {
	if len(word) < 20 || bytes.ContainsAny(word, "_-.$") {
		return false
	}
	return len(word) >= 40 || bytes.ContainsAny(word, "0123456789") && !bytes.ContainsFunc(word, unicode.IsLower)
}

// callName is for a value that is an argument: nothing names it but its place.
func callName(data []byte, i int, c byte) []byte {
	if c != '(' {
		return nil
	}
	s, e := i, i
	for s > 0 && i-s < maxName && nameByte[data[s-1]] {
		s--
	}
	return data[s:e]
}

// lower returns a copy of a name with A to Z in lower case.
func lower(name []byte) []byte { return bytes.ToLower(name) }
