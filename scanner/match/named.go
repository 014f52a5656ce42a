package match

import (
	"bytes"
	"encoding/base64"
)

const (
	// nameReach is how far behind a name its value may begin, in bytes.
	nameReach = 240
	// nameLines is how many line feeds may stand between: a name, a line that
	// says "value:", and one in case the value has its own.
	nameLines = 3
	// nearReach and nearLines bound the surroundings of a find in which its
	// companion may stand without any name.
	nearReach = 600
	nearLines = 6
)

// behind looks for a run behind the name in which the literal at i stands.
func (w *Worker) behind(t *text, p *plan, i int) {
	if !w.affords(p, 2*maxName) {
		return
	}
	s, e := nameAt(t.data, i)
	if s > 1 && t.data[s-1] == '/' && t.data[s-2] == '<' {
		w.reject(t, p, i, "a closing tag names nothing behind it")
		return
	}
	name := t.data[s:e]
	r := reader{data: t.data, pos: e, end: min(e+nameReach, len(t.data)), longest: p.longest()}
	for r.next() {
		if !w.affords(p, r.stop-r.start) || w.candidate(t, p, r.start, r.stop, name) {
			return
		}
		if r.assigned() && !transparent(t.data[r.start:r.stop]) {
			w.reject(t, p, i, "another name follows before any value of the right form")
			return
		}
	}
	w.reject(t, p, i, "no value of the right form follows the name")
}

// longest is how many bytes of a word tell that it is too long to be a value, as it
// is or wrapped. Where names stand side by side without end, each would otherwise
// read on for as long as a session token may be.
func (p *plan) longest() int {
	return min(max(p.Max, base64.StdEncoding.EncodedLen(p.Max+2))+8, maxWord)
}

// around looks for runs in the surroundings of a find of a rule, for the rules
// that ask for it. What the find before it had looked through is left out: a
// text full of key IDs is read twice, not once for each.
func (w *Worker) around(t *text, rule string, plans []*plan, s, e int) {
	lo, hi := surroundings(t.data, s, e)
	if l := t.looked[rule]; !w.plain && l.lo <= lo && lo < l.hi {
		lo = l.hi
	} else if t.looked == nil {
		t.looked = map[string]stretch{}
	}
	begin, end := lo, hi
	for pos := lo; pos < hi; {
		a, b := wordAt(t.data, pos, min(hi+maxWord, len(t.data)))
		if a >= hi {
			break
		}
		for _, p := range plans {
			if b-a < maxWord && w.affords(p, b-a) { // else it is cut off, and no value
				w.candidate(t, p, a, b, nil)
			}
		}
		pos = b + 1
		end = max(end, b)
	}
	t.looked[rule] = stretch{begin, end}
}

// surroundings are the bytes around data[s:e] within nearReach and nearLines,
// beginning and ending between words.
func surroundings(data []byte, s, e int) (int, int) {
	lo, hi := s, e
	for lines := 0; lo > 0 && s-lo < nearReach; lo-- {
		if data[lo-1] == '\n' {
			if lines++; lines > nearLines {
				break
			}
		}
	}
	for lo > 0 && lo < s && wordByte[data[lo-1]] && wordByte[data[lo]] {
		lo++
	}
	for lines := 0; hi < len(data) && hi-e < nearReach; hi++ {
		if data[hi] == '\n' {
			if lines++; lines > nearLines {
				break
			}
		}
	}
	return lo, hi
}

// candidate tries the word data[s:e], which stands between other characters, as
// a value; name is the one it is known to stand behind. It tells whether the
// word was taken.
func (w *Worker) candidate(t *text, p *plan, s, e int, name []byte) bool {
	s, e = trimWord(t.data, s, e, p)
	if w.candidatePieces(t, p, s, e, name) {
		return true
	}
	n := e - s
	if n < p.Min {
		return false
	}
	alone := false
	if c := counted(t.data, s); n > p.Max && c >= p.Min && c <= p.Max {
		e, n, alone = s+c, c, true
	}
	named := name != nil
	if !named {
		name = leftName(t.data, s)
	}
	if n <= p.Max && within(t.data[s:e], p.alphabet) {
		if !alone && !w.edges(t, p, s, e) {
			return false
		}
		return w.judge(t, p, s, e, name, named)
	}
	if t.up == nil || named {
		return w.wrappedValue(t, p, s, e, name, named)
	}
	return false
}

// wrappedMax is the longest value that is looked for in base64 under its name.
// Longer ones carry marks of their own, and are found in the unwrapped text.
const wrappedMax = 128

// wrappedValue tries a word as the base64 of a value, as Kubernetes has it in a
// secret's data. Unwrapped, the value has no name beside it any more.
func (w *Worker) wrappedValue(t *text, p *plan, s, e int, name []byte, named bool) bool {
	if p.Max > wrappedMax || e-s < base64.RawStdEncoding.EncodedLen(p.Min) || e-s > base64.StdEncoding.EncodedLen(p.Max+2) {
		return false
	}
	raw := bytes.TrimRight(t.data[s:e], "=")
	buf := make([]byte, base64.RawStdEncoding.DecodedLen(len(raw)))
	n, err := base64.RawStdEncoding.Decode(buf, raw)
	if err != nil {
		return false
	}
	v := bytes.TrimRight(buf[:n], "\r\n")
	if len(v) < p.Min || len(v) > p.Max || !within(v, p.alphabet) {
		return false
	}
	c := w.inPlace(t, s, e, v, name)
	j, ok := w.verdict(t, p, s, c)
	if !ok {
		return false
	}
	j.value, j.named, j.layer = v, named, "base64"
	w.keep(t, p, s, e, name, j)
	return true
}

// within tells whether all bytes are of a set.
func within(v []byte, set *byteSet) bool {
	for _, c := range v {
		if !set[c] {
			return false
		}
	}
	return true
}
