package config

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lockaway/scanner/finding"
)

// BaselineName is the name of the file that lists what is known already. It stands in
// the repository's uppermost folder, or in the scanned folder where there is no
// repository.
const BaselineName = ".lockaway.baseline.json"

// baselineFormat names the form of the file. A form that older versions would
// misunderstand gets another number.
const baselineFormat = "lockaway-baseline/1"

const (
	// MaxBaseline is how large, in bytes, a baseline may be.
	MaxBaseline = 32 << 20
	// maxKnown is how many entries it may have: as many as a scan lists findings, and
	// as many again for what was.
	maxKnown = 100_000
	// maxKnownText is how many bytes each text of an entry may have.
	maxKnownText = 4096
)

// Baseline is what a baseline file says.
//
// The file is made to be committed and merged: one entry a line, in the order of the
// fingerprints, so that an entry keeps its place when a file is renamed and two
// people's entries seldom touch. Nothing in it changes unless an entry does.
type Baseline struct {
	// File is the file's path as it was given.
	File    string
	Entries []finding.Known
}

// baselineEntry is an entry as it is written.
type baselineEntry struct {
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"`
	Path        string `json:"path,omitempty"`
	Reason      string `json:"reason"`
	Mark        string `json:"mark,omitempty"`
	Reported    bool   `json:"reported,omitempty"`
	History     bool   `json:"history,omitempty"`
	By          string `json:"by,omitempty"`
	On          string `json:"on,omitempty"`
}

// baselineKeys are the keys of an entry.
var baselineKeys = []string{"fingerprint", "rule", "path", "reason", "mark", "reported", "history", "by", "on"}

// Encode writes the baseline as it is kept: sorted, one entry a line.
func (b *Baseline) Encode() []byte {
	entries := slices.Clone(b.Entries)
	slices.SortFunc(entries, func(a, b finding.Known) int { return cmp.Compare(a.Fingerprint, b.Fingerprint) })
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n  \"format\": %q,\n  \"entries\": [", baselineFormat)
	for i, e := range entries {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    ")
		out.Write(encodeKnown(e))
	}
	if len(entries) > 0 {
		out.WriteString("\n  ")
	}
	out.WriteString("]\n}\n")
	return out.Bytes()
}

// encodeKnown writes one entry on one line.
func encodeKnown(e finding.Known) []byte {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false) // names of files are to be read
	_ = enc.Encode(baselineEntry{
		e.Fingerprint, e.Rule, e.Path, e.Reason, string(e.Mark), e.Reported, e.History, e.By, e.On,
	}) // of strings and booleans alone: nothing can fail
	return bytes.TrimRight(line.Bytes(), "\n")
}

// ParseBaseline reads the bytes of a baseline. It is read strictly: what is wrong with
// it is told as Errors, each with its line.
func ParseBaseline(file string, data []byte) (*Baseline, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(data) > MaxBaseline {
		return nil, Errors{{File: file, What: tooLarge(MaxBaseline).Error()}}
	}
	if line := conflict(data); line > 0 {
		return nil, Errors{{File: file, Line: line, What: "a merge has left its conflict here", Hint: "keep the entries of both sides, one for each fingerprint, and take git's lines out"}}
	}
	r := &baselineReader{b: &Baseline{File: file}, data: data, dec: json.NewDecoder(bytes.NewReader(data)), line: 1, seen: map[string]int{}}
	r.document()
	if err := r.errs.asError(); err != nil {
		return nil, err
	}
	return r.b, nil
}

// conflict returns the line on which git marked a conflict, 0 if there is none. In
// JSON no line can begin so.
func conflict(data []byte) int {
	n := 0
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		n++
		if bytes.HasPrefix(line, []byte("<<<<<<< ")) || bytes.HasPrefix(line, []byte(">>>>>>> ")) {
			return n
		}
	}
	return 0
}

// baselineReader reads a baseline, and gathers its faults.
type baselineReader struct {
	b    *Baseline
	data []byte
	dec  *json.Decoder
	errs Errors
	seen map[string]int // lines of fingerprints
	// line is that of offset at.
	at   int64
	line int
}

// here is the line of the next token.
func (r *baselineReader) here() int {
	to := r.dec.InputOffset()
	for to < int64(len(r.data)) && strings.IndexByte(" \t\r\n,:", r.data[to]) >= 0 {
		to++
	}
	return r.lineOf(to)
}

// lineOf returns an offset's line. Offsets are asked for in rising order.
func (r *baselineReader) lineOf(to int64) int {
	to = min(max(to, r.at), int64(len(r.data)))
	r.line += bytes.Count(r.data[r.at:to], []byte("\n"))
	r.at = to
	return r.line
}

func (r *baselineReader) fail(line int, what string) {
	r.errs = append(r.errs, &Error{File: r.b.File, Line: line, What: what})
}

// broken tells of what is no JSON.
func (r *baselineReader) broken(err error) {
	line, what := 0, "is cut off"
	if se, ok := err.(*json.SyntaxError); ok {
		line, what = r.lineOf(se.Offset-1), printable(se.Error())
	} else {
		line = r.lineOf(int64(len(bytes.TrimRight(r.data, " \t\r\n"))))
	}
	r.errs = append(r.errs, &Error{File: r.b.File, Line: line, What: "not a baseline: " + what,
		Hint: "take the file from git as it was, or move it away and write a new one with: lockaway baseline write"})
}

// document reads the outermost object.
func (r *baselineReader) document() {
	if !r.open('{', "not a baseline: it is no JSON object") {
		return
	}
	has := map[string]bool{}
	for r.dec.More() {
		line := r.here()
		t, err := r.dec.Token()
		if err != nil {
			r.broken(err)
			return
		}
		name, _ := t.(string)
		if has[name] {
			r.fail(line, fmt.Sprintf("%s stands twice", quoted(name)))
			return
		}
		has[name] = true
		if !r.member(name, line) {
			return
		}
	}
	if _, err := r.dec.Token(); err != nil {
		r.broken(err)
		return
	}
	if rest := bytes.TrimSpace(r.data[r.dec.InputOffset():]); len(rest) > 0 {
		r.fail(r.here(), "something follows the baseline's end")
	}
	if !has["format"] {
		r.fail(1, "not a baseline: it has no "+quoted("format"))
	}
}

// member reads a value of the outermost object, and tells whether reading can go on.
func (r *baselineReader) member(name string, line int) bool {
	switch name {
	case "format":
		t, err := r.dec.Token()
		if err != nil {
			r.broken(err)
			return false
		}
		if t == baselineFormat {
			return true
		}
		s, _ := t.(string)
		if strings.HasPrefix(s, "lockaway-baseline/") {
			r.fail(line, "the baseline was written by a newer version, as "+quoted(s))
		} else {
			r.fail(line, "not a baseline: its format is not "+quoted(baselineFormat))
		}
		return false
	case "entries":
		return r.entries()
	}
	r.fail(line, "unknown key "+quoted(name)+nearest(name, []string{"format", "entries"}))
	return false
}

// open reads the token that opens an object or a list.
func (r *baselineReader) open(want json.Delim, what string) bool {
	line := r.here()
	t, err := r.dec.Token()
	if err != nil {
		r.broken(err)
		return false
	}
	if t != want {
		r.fail(line, what)
		return false
	}
	return true
}

func (r *baselineReader) entries() bool {
	if !r.open('[', "entries must be a list") {
		return false
	}
	for r.dec.More() {
		line := r.here()
		var raw json.RawMessage
		if err := r.dec.Decode(&raw); err != nil {
			r.broken(err)
			return false
		}
		if len(r.b.Entries) == maxKnown {
			r.fail(line, fmt.Sprintf("more than %d entries", maxKnown))
			return false
		}
		if e, ok := r.entry(line, raw); ok {
			r.b.Entries = append(r.b.Entries, e)
		}
		if len(r.errs) > maxTold {
			return false
		}
	}
	if _, err := r.dec.Token(); err != nil {
		r.broken(err)
		return false
	}
	return true
}
