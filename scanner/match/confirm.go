package match

import (
	"bytes"
	"time"

	"lockaway/rules"
	"lockaway/scanner/finding"
)

// judged is what the validators made of a candidate.
type judged struct {
	confidence finding.Confidence
	severity   finding.Severity
	why        []string
	expires    time.Time
	value      []byte // instead of the bytes that were found
	rule       string // the rule that it really is of
	named      bool   // it stands behind one of the rule's names
	layer      string // a wrapping that the value alone had
	pieces     []finding.Secret
}

// confirm tries a pattern at its anchor.
func (w *Worker) confirm(t *text, p *plan, i int) {
	if i > 0 && p.left[t.data[i-1]] && p.anchoredValue() {
		w.reject(t, p, i, "the character before it belongs to a longer word")
		return
	}
	if !w.affords(p, 0) {
		return
	}
	if n := counted(t.data, i); n > 0 && i+n <= len(t.data) && p.anchoredValue() {
		if m := p.Regexp().FindIndex(t.data[i : i+n]); m != nil && m[1] == n {
			w.judge(t, p, i, i+n, nil, false)
			return
		}
	}
	if w.confirmPieces(t, p, i) {
		return
	}
	window := t.data[i:min(i+p.Span, len(t.data))]
	m := p.Regexp().FindSubmatchIndex(window)
	w.took(p, m, len(window))
	if m == nil {
		w.reject(t, p, i, "what follows does not have the form")
		return
	}
	s, e := i+m[0], i+m[1]
	if len(m) > 2 && m[2] >= 0 {
		s, e = i+m[2], i+m[3]
	}
	if p.Extend == "url" {
		var ok bool
		if s, e, ok = extendURL(t.data, s, e); !ok {
			w.reject(t, p, i, "it stands in a run of characters that is longer than any address")
			return
		}
		if t.judged[p.index] == (stretch{s, e}) {
			return // the address holds the anchor several times
		}
		t.remember(p, stretch{s, e})
	}
	if !w.edges(t, p, s, e) {
		return
	}
	w.judge(t, p, s, e, leftName(t.data, s), false)
}

// anchoredValue tells whether the value begins with the literal itself, so that
// the character before the anchor is the one before the value.
func (p *plan) anchoredValue() bool { return p.Extend == "" && p.Regexp().NumSubexp() == 0 }

// edges tells whether the characters beside a value leave it alone.
func (w *Worker) edges(t *text, p *plan, s, e int) bool {
	if s > 0 && p.left[t.data[s-1]] && !setOff(t.data, s) {
		w.reject(t, p, s, "the character before it belongs to a longer word")
		return false
	}
	if s > 1 && t.data[s] == '/' && t.data[s-1] == '\\' && p.left[t.data[s-2]] || p.right['/'] && bytes.HasPrefix(t.data[e:], []byte(`\/`)) {
		w.reject(t, p, s, "an escaped slash beside it belongs to a longer word")
		return false
	}
	if e < len(t.data) && p.right[t.data[e]] {
		w.reject(t, p, s, "the character behind it belongs to a longer word")
		return false
	}
	return true
}

// setOff tells whether the sign before data[s] is no part of the word that begins
// there: the shell's ${NAME:-value}, or the mark of a patch's line.
func setOff(data []byte, s int) bool {
	switch data[s-1] {
	case '-':
		return s > 1 && (data[s-2] == ':' || data[s-2] == '\n')
	case '+':
		return s > 1 && data[s-2] == '\n'
	}
	return false
}

// judge hands a candidate to the rule's validators and keeps it if they do. It
// tells whether they did.
func (w *Worker) judge(t *text, p *plan, s, e int, name []byte, named bool) bool {
	c := rules.Candidate{Text: t.data, Start: s, End: e, Name: string(lower(name)), Path: w.chunk.Content.Path}
	j, ok := w.verdict(t, p, s, c)
	if ok {
		j.named = named
		w.keep(t, p, s, e, name, j)
	}
	return ok
}

// verdict runs the validators. The severest objection counts, the lowest
// confidence too.
func (w *Worker) verdict(t *text, p *plan, at int, c rules.Candidate) (judged, bool) {
	w.loud = true
	j := judged{confidence: p.confidence, severity: p.severity}
	for _, check := range p.checks {
		v := check(c)
		if v.Reject != "" {
			w.reject(t, p, at, v.Reject)
			return j, false
		}
		if v.Confidence != "" {
			j.confidence, _ = finding.ParseConfidence(v.Confidence)
		}
		if v.Severity != "" {
			j.severity, _ = finding.ParseSeverity(v.Severity)
		}
		if v.Why != "" {
			j.why = append(j.why, v.Why)
		}
		if !v.Expires.IsZero() {
			j.expires = v.Expires
		}
		if v.Value != nil {
			j.value = v.Value
		}
		if v.Rule != "" {
			j.rule = v.Rule
		}
	}
	return j, true
}

// urlReach is how far an address may stretch from its anchor: presigned ones with
// a session token have some 2,000 bytes.
const urlReach = 8 << 10

// extendURL widens data[s:e] to the address that it stands in. It fails where the
// address has no end within reach. Of addresses that are strung together by
// commas, each is one.
func extendURL(data []byte, s, e int) (int, int, bool) {
	lo, hi := s-urlReach, e+urlReach
	for s > max(lo, 0) && urlByte(data[s-1]) {
		s--
	}
	for e < min(hi, len(data)) && urlByte(data[e]) {
		e++
	}
	anchor := lo + urlReach
	for n := nextAddress(data[s:anchor]); n >= 0; n = nextAddress(data[s:anchor]) {
		s += n
	}
	if n := nextAddress(data[anchor:e]); n >= 0 {
		e = anchor + n
	}
	if s == lo || e == hi {
		return s, e, false
	}
	for e > s && (data[e-1] == '.' || data[e-1] == ',' || data[e-1] == ';') {
		e--
	}
	return s, e, true
}

// nextAddress returns where, behind a comma or semicolon, the next address begins,
// or -1.
func nextAddress(data []byte) int {
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("://"))
		if i < 0 {
			return -1
		}
		at += i
		begin := at
		for begin > 0 && letter(data[begin-1]) {
			begin--
		}
		if begin < at && begin > 0 && (data[begin-1] == ',' || data[begin-1] == ';') {
			return begin
		}
		at += len("://")
	}
}

func urlByte(c byte) bool {
	switch c {
	case '"', '\'', '`', '<', '>', '(', ')', '[', ']', '{', '}', '|', '\\', '^', ' ':
		return false
	}
	return c > ' ' && c < 0x7f
}
