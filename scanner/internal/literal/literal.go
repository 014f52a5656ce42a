// Package literal finds every occurrence of many short strings in one pass. It
// is the first thing that looks at each byte of a scan, so its speed bounds the
// scan's.
//
// The strings' first bytes, upper and lower case taken as one, make an
// Aho-Corasick automaton written out as a table: one row a state, one column a
// class of bytes that no string tells apart. A step is two dependent loads, and
// a processor would mostly wait for them; therefore the input is cut into four
// lanes that are walked in turns, so that four steps are under way at once. A
// lane runs on behind its end for as long as a string that began in it can
// reach, and leaves what begins behind its end to the next one: nothing is
// found twice, and nothing falls between.
//
// A state in which a string's beginning has just been seen ends the walk; the
// string is compared byte for byte, and the walk goes on. The table is only a
// filter, what Find returns is exact: FindRef, the plain twin, says the same.
//
// The room knows nothing of rules; the numbers of the literals are its callers'.
package literal

import (
	"sync"
)

// Literal is a string to look for.
type Literal struct {
	// Bytes is what is looked for. The empty string is never found.
	Bytes string
	// Fold lets A to Z and a to z stand for each other, and no other bytes.
	Fold bool
}

// Hit is an occurrence of a literal.
type Hit struct {
	// Off is where the literal begins, in bytes from the start of the data.
	Off int32
	// Lit is the literal's index in what New was given.
	Lit int32
}

// Set is a set of literals, ready to be looked for. It doesn't change: any
// number of goroutines may use one.
type Set struct {
	lits []Literal // those that fold are in lower case
	auto automaton
}

// New makes the set of lits. It takes about a millisecond for a few hundred.
func New(lits []Literal) *Set {
	s := &Set{lits: make([]Literal, len(lits))}
	for i, l := range lits {
		if l.Fold {
			l.Bytes = lower(l.Bytes)
		}
		s.lits[i] = l
	}
	s.auto = build(s.lits)
	return s
}

const (
	lanes = 4
	// laneMin is the number of bytes from which on lanes pay.
	laneMin = 160
	// keepHits bounds the scratch that is kept for the next call.
	keepHits = 1 << 15
)

// scratch collects the hits of the lanes behind the first until their turn.
type scratch struct{ hits [lanes][]Hit }

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// Find appends to dst a hit for every occurrence of every literal that begins in
// data[from:to), ordered by Off and then by Lit, overlapping ones all. It may
// end behind to, but within data. data holds less than 2 GiB; from and to lie
// within it.
func (s *Set) Find(dst []Hit, data []byte, from, to int) []Hit {
	if from >= to || s.auto.depth == 0 {
		return dst
	}
	if to-from < laneMin {
		return s.walk(dst, len(dst), data, lane{at: from, end: to})
	}
	w := (to - from) / lanes
	sc := scratches.Get().(*scratch)
	var ls [lanes]lane
	for k := range ls {
		ls[k] = lane{at: from + k*w, end: from + (k+1)*w}
		sc.hits[k] = sc.hits[k][:0]
	}
	ls[lanes-1].end = to
	s.interleave(sc, data, &ls, w)
	for k := range ls {
		base := len(dst)
		dst = append(dst, sc.hits[k]...)
		dst = s.walk(dst, base, data, ls[k])
		if cap(sc.hits[k]) > keepHits {
			sc.hits[k] = nil
		}
	}
	scratches.Put(sc)
	return dst
}

// lane is a walk under way: the next byte to be read is at, what begins at end
// or behind it is not its business.
type lane struct {
	at, end int
	state   uint32
}

// walk takes one lane to its end. The lane's hits are dst[base:].
func (s *Set) walk(dst []Hit, base int, data []byte, l lane) []Hit {
	next, class := s.auto.next, &s.auto.class
	state := l.state
	stop := min(l.end+s.auto.depth-1, len(data))
	for i := l.at; i < stop; i++ {
		state = next[state+uint32(class[data[i]])]
		if state&hitFlag != 0 {
			state &^= hitFlag
			dst = s.confirm(dst, base, data, state, i+1, l.end)
		}
	}
	return dst
}

// interleave takes all lanes w bytes forward.
func (s *Set) interleave(sc *scratch, data []byte, ls *[lanes]lane, w int) {
	d0, d1 := data[ls[0].at:][:w], data[ls[1].at:][:w]
	d2, d3 := data[ls[2].at:][:w], data[ls[3].at:][:w]
	var st [lanes]uint32
	for i := 0; i < w; {
		i += steps(s.auto.next, &s.auto.class, d0[i:], d1[i:], d2[i:], d3[i:], &st)
		for k := range st {
			if st[k]&hitFlag != 0 {
				st[k] &^= hitFlag
				sc.hits[k] = s.confirm(sc.hits[k], 0, data, st[k], ls[k].at+i, ls[k].end)
			}
		}
	}
	for k := range ls {
		ls[k].at += w
		ls[k].state = st[k]
	}
}

// steps takes four states forward over as many bytes each, until one of them is
// marked, and returns how many bytes that was. It is a function of its own, and
// looks at nothing else, so that all it works with stays in registers: within a
// larger one it runs at half the speed.
func steps(next []uint32, class *[256]uint8, d0, d1, d2, d3 []byte, st *[lanes]uint32) int {
	d1, d2, d3 = d1[:len(d0)], d2[:len(d0)], d3[:len(d0)]
	s0, s1, s2, s3 := st[0], st[1], st[2], st[3]
	i := 0
	for i < len(d0) {
		s0 = next[s0+uint32(class[d0[i]])]
		s1 = next[s1+uint32(class[d1[i]])]
		s2 = next[s2+uint32(class[d2[i]])]
		s3 = next[s3+uint32(class[d3[i]])]
		i++
		if (s0|s1|s2|s3)&hitFlag != 0 {
			break
		}
	}
	st[0], st[1], st[2], st[3] = s0, s1, s2, s3
	return i
}

// confirm appends the literals whose beginnings end at end, when they stand
// there whole, and begin before limit. Literals that begin earlier may be seen
// later, by no more than the automaton's depth: dst[base:] is kept in order by
// moving few.
func (s *Set) confirm(dst []Hit, base int, data []byte, state uint32, end, limit int) []Hit {
	for _, o := range s.auto.outs(state) {
		off := end - int(o.seen)
		if off >= limit || !s.stands(int(o.lit), data[off:]) {
			continue
		}
		dst = append(dst, Hit{int32(off), o.lit})
		for j := len(dst) - 1; j > base && before(dst[j], dst[j-1]); j-- {
			dst[j], dst[j-1] = dst[j-1], dst[j]
		}
	}
	return dst
}

func before(a, b Hit) bool {
	return a.Off < b.Off || a.Off == b.Off && a.Lit < b.Lit
}

// stands reports whether data begins with the literal.
func (s *Set) stands(lit int, data []byte) bool {
	l := &s.lits[lit]
	if len(data) < len(l.Bytes) {
		return false
	}
	if !l.Fold {
		return string(data[:len(l.Bytes)]) == l.Bytes
	}
	for i := range len(l.Bytes) {
		if fold(data[i]) != l.Bytes[i] {
			return false
		}
	}
	return true
}

// fold takes A to Z to lower case. Setting the bit 0x20 of every byte would take
// "_" for DEL and "@" for "`" too.
func fold(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b | 0x20
	}
	return b
}

func lower(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] = fold(b[i])
	}
	return string(b)
}
