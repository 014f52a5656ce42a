package filter

import (
	"iter"
	"slices"
	"strings"

	"lockaway/scanner/finding"
)

// Marker is what a comment has to hold for the finding beside it to be allowed:
//
//	key = …  # lockaway:allow why it may stand here
//	// lockaway:allow[rule-id,other-rule] only for these rules
//
// It counts on every line of the finding, and alone on the line before its first
// line. On a line of the finding it need not stand in a comment, since many
// formats have none, but it has to be a word of its own outside of the value.
const Marker = "lockaway:allow"

// maxReason is how many bytes of a reason are kept: it is one line of a report.
const maxReason = 200

// Inline says whether a comment at the finding allows it, and with which reason.
func Inline(f *finding.Finding) (finding.Allowed, bool) {
	if !strings.Contains(f.Around.Lines, Marker) && !strings.Contains(f.Around.Before, Marker) {
		return finding.Allowed{}, false // nearly all findings
	}
	for line := range strings.SplitSeq(withoutValues(f, Marker), "\n") {
		for _, m := range markers(line) {
			if m.covers(f.Rule) {
				return finding.Allowed{By: "comment", Reason: m.reason}, true
			}
		}
	}
	if m, ok := alone(f.Around.Before); ok && m.covers(f.Rule) {
		return finding.Allowed{By: "comment", Reason: m.reason}, true
	}
	return finding.Allowed{}, false
}

// withoutValues returns the finding's lines with a letter in the place of each
// byte of what was found, so that no word inside a value counts as a marker: a password
// may hold any text, and a URL ends where it likes.
func withoutValues(f *finding.Finding, word string) string {
	lines := f.Around.Lines
	blank := func(v string) {
		if strings.Contains(v, word) {
			lines = strings.ReplaceAll(lines, v, strings.Repeat("x", len(v)))
		}
	}
	blank(f.Value.Reveal())
	for _, p := range f.Parts {
		blank(p.Value.Reveal())
	}
	// What was found in an escaped or encoded form is longer in the line.
	from, to := f.Around.Column, f.Around.Column+f.EndColumn-f.StartColumn
	if f.StartLine == f.EndLine && len(f.Parts) < 2 && 0 <= from && from < to && to <= len(lines) {
		blank(lines[from:to])
	}
	return lines
}

// marker is one marker as it was written.
type marker struct {
	rules  []string // nil: all
	reason string
}

func (m marker) covers(rule string) bool {
	return m.rules == nil || slices.Contains(m.rules, rule)
}

// markers returns the valid markers of a line.
func markers(line string) []marker {
	var out []marker
	for before, after := range around(line, Marker) {
		if !beginsWord(before) {
			continue
		}
		if m, _, ok := parseMarker(before, after); ok {
			out = append(out, m)
		}
	}
	return out
}

// around gives what stands before and behind each occurrence of a word in a text.
func around(text, word string) iter.Seq2[string, string] {
	return func(yield func(before, after string) bool) {
		for at := 0; ; {
			i := strings.Index(text[at:], word)
			if i < 0 {
				return
			}
			end := at + i + len(word)
			if !yield(text[:at+i], text[end:]) {
				return
			}
			at = end
		}
	}
}

// beginsWord says whether a marker may follow on this text: white space, a
// quote, or what opens a comment. A single slash or a scheme's two do not, so
// that no part of a path or URL counts.
func beginsWord(before string) bool {
	if before == "" {
		return true
	}
	switch before[len(before)-1] {
	case ' ', '\t', '\'', '"', '`', '#', ';', '%', '*', '(', '[', '{', '!', '>', '\\':
		return true
	case '/':
		return strings.HasSuffix(before, "//") && !strings.HasSuffix(before, "://")
	case '-':
		return strings.HasSuffix(before, "--")
	case ':':
		return strings.HasSuffix(before, "::")
	}
	return strings.HasSuffix(before, "\ufeff")
}

// comments are the comments that can end within a line, by what opens and what
// closes them. A reason ends where its comment does.
var comments = [][2]string{
	{"/*", "*/"}, {"<!--", "-->"}, {"{#", "#}"}, {"{%", "%}"}, {"<%", "%>"},
	{"(*", "*)"}, {"@*", "*@"}, {"{-", "-}"}, {"{{", "}}"}, {"[[", "]]"},
}

// parseMarker reads what follows a marker: rules, reason, and what is left behind
// the comment's end. Something that is not understood makes no marker: "lockaway:allowed",
// an unclosed or empty list of rules.
func parseMarker(before, after string) (m marker, rest string, ok bool) {
	text, rest := cutComment(before, after)
	if list, found := strings.CutPrefix(text, "["); found {
		list, reason, closed := strings.Cut(list, "]")
		if !closed {
			return m, "", false
		}
		for id := range strings.SplitSeq(list, ",") {
			if id = strings.TrimSpace(id); id == "" || strings.ContainsAny(id, " \t[") {
				return m, "", false
			}
			m.rules = append(m.rules, id)
		}
		text = reason
	}
	if text != "" && !strings.Contains(" \t\r:,;)", text[:1]) {
		return m, "", false
	}
	m.reason = reason(text)
	return m, rest, true
}

// cutComment splits what follows a marker at the end of the comment, or of the
// string, that the marker stands in.
func cutComment(before, after string) (text, rest string) {
	end, size := len(after), 0
	cut := func(closer string) {
		if i := strings.Index(after[:end], closer); i >= 0 {
			end, size = i, len(closer)
		}
	}
	for _, c := range comments {
		if strings.Contains(before, c[0]) {
			cut(c[1])
		}
	}
	if strings.Trim(before, " \t*") == "" {
		cut("*/") // of a comment that began on a line before
	}
	if q := openQuote(before); q != "" {
		cut(q)
	}
	return after[:end], after[end+size:]
}

// openQuote returns the quote of the string that is still open behind text. An
// apostrophe or a quote that begins the line opens a comment in some languages.
func openQuote(text string) string {
	if strings.Trim(text, "\"' \t") == "" {
		return ""
	}
	if last := text[len(text)-1:]; strings.Contains("\"'`", last) {
		return last
	}
	if strings.Count(text, `"`)%2 == 1 {
		return `"`
	}
	return ""
}

// reason tidies what stands behind a marker, and keeps its first bytes.
func reason(text string) string {
	text = strings.Trim(strings.ToValidUTF8(text, "\ufffd"), " \t\r\n\v\f:,;-–—")
	if len(text) <= maxReason {
		return text
	}
	return strings.TrimRight(strings.ToValidUTF8(text[:maxReason], ""), " ") + "…"
}

// commentWords open a comment where a word does it: BASIC and batch files, M4.
var commentWords = []string{"rem", "@rem", "dnl"}

// alone reads a line that holds nothing but a comment that begins with a marker.
// A marker behind anything else covers only the line it stands on.
func alone(line string) (marker, bool) {
	i := strings.Index(line, Marker)
	if i < 0 {
		return marker{}, false
	}
	before := line[:i]
	if !beginsWord(before) {
		return marker{}, false
	}
	opener := strings.ToLower(strings.Trim(strings.TrimPrefix(before, "\ufeff"), " \t"))
	if !slices.Contains(commentWords, opener) && strings.Trim(opener, "#/-;*<!'%\"({[=\\:|@ \t") != "" {
		return marker{}, false
	}
	m, rest, ok := parseMarker(before, line[i+len(Marker):])
	return m, ok && strings.Trim(rest, "*/-#%>})]\"' \t\r,") == ""
}
