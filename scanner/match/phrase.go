package match

import (
	"bytes"
	"strings"
)

// Names in prose, consoles and transcripts are several words: "Secret access key:
// …", "AWS Access Key ID [None]: …". The words that such a name goes on with, and
// those that stand before them:
var (
	phraseNext   = map[string]bool{"access": true, "key": true, "keys": true, "id": true}
	phraseBefore = map[string]bool{"aws": true, "amazon": true, "iam": true, "s3": true, "ses": true, "smtp": true, "secret": true, "access": true, "key": true}
)

// phraseWord bounds a word of a phrase, in bytes; the longest above has six.
const phraseWord = 8

// phraseEnd widens a name that ends at e to the words that it goes on with.
func phraseEnd(data []byte, e int) int {
	for e+1 < len(data) && data[e] == ' ' {
		w := e + 1
		for w < len(data) && w-e <= phraseWord && nameByte[data[w]] {
			w++
		}
		if !phraseNext[strings.ToLower(string(data[e+1:w]))] {
			break
		}
		e = w
	}
	return e
}

// phraseStart widens a name that begins at s to the words that stand before it.
func phraseStart(data []byte, s int) int {
	for s > 1 && data[s-1] == ' ' {
		w := s - 1
		for w > 0 && s-w <= phraseWord && nameByte[data[w-1]] {
			w--
		}
		if !phraseBefore[strings.ToLower(string(data[w:s-1]))] {
			break
		}
		s = w
	}
	return s
}

// maxPreset is the longest preset that is passed by, in bytes, brackets included.
const maxPreset = 32

// preset tells whether data[s:e] stands in brackets as the value that a program
// offers when it asks for another: "AWS Secret Access Key [****ABCD]: ".
func preset(data []byte, s, e int) bool {
	i := s
	for i > 0 && s-i < maxPreset && data[i-1] == '*' {
		i--
	}
	return i > 1 && data[i-1] == '[' && data[i-2] == ' ' && bytes.HasPrefix(data[e:], []byte("]:"))
}

// beforePreset returns where the brackets of a preset begin that data[:i] ends
// with, or i where it doesn't.
func beforePreset(data []byte, i int) int {
	if i == 0 || data[i-1] != ']' {
		return i
	}
	for s := i - 2; s > 0 && i-s < maxPreset; s-- {
		switch data[s] {
		case '[':
			if data[s-1] == ' ' {
				return s
			}
			return i
		case ']', '"', '\'', '\n':
			return i
		}
	}
	return i
}
