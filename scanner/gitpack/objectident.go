package gitpack

import (
	"bytes"
	"math"
	"time"
)

// Ident is who did something, and when: the line of an author, a committer, a
// tagger, or in a reflog. The slices are parts of the line.
type Ident struct {
	Name, Email []byte
	// Time is in seconds since 1970; 0 if the line has no time, or one that no clock
	// shows.
	Time int64
	// Zone is in minutes east of Greenwich, at most a day either way.
	Zone int
}

// When is the time in its zone.
func (i Ident) When() time.Time {
	return time.Unix(i.Time, 0).In(time.FixedZone("", i.Zone*60))
}

// ParseIdent reads such a line: `Name <mail@address> 1234567890 +0100`. It is as
// lenient as git (split_ident_line): the address ends at the first ">", the time
// stands behind the last one. ok is false if there is no address; Name is the whole
// line then.
func ParseIdent(line []byte) (id Ident, ok bool) {
	open := bytes.IndexByte(line, '<')
	if open < 0 {
		return Ident{Name: trimEnd(line)}, false
	}
	id.Name = trimEnd(line[:open])
	mail, _, ok := bytes.Cut(line[open+1:], []byte(">"))
	id.Email = mail
	if !ok {
		return id, false
	}
	rest := trimStart(line[bytes.LastIndexByte(line, '>')+1:])
	digits := digitsOf(rest)
	zone := trimStart(rest[len(digits):])
	if len(digits) == 0 || len(zone) == 0 || (zone[0] != '+' && zone[0] != '-') {
		return id, true
	}
	tz := digitsOf(zone[1:])
	if len(tz) == 0 {
		return id, true
	}
	id.Time = number(digits)
	if hhmm := number(tz); hhmm%100 < 60 && hhmm <= 2400 {
		id.Zone = int(hhmm/100*60 + hhmm%100)
		if zone[0] == '-' {
			id.Zone = -id.Zone
		}
	}
	return id, true
}

// number reads digits; what is too large for a time counts as 0, as for git.
func number(digits []byte) int64 {
	n := int64(0)
	for _, c := range digits {
		if n > (math.MaxInt64-int64(c-'0'))/10 {
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

func digitsOf(b []byte) []byte {
	i := 0
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return b[:i]
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func trimStart(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	return b
}

func trimEnd(b []byte) []byte {
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}
