package report

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"lockaway/scanner/finding"
)

// maxLines is how many lines of a file an excerpt shows.
const maxLines = 3

// cell is what stands for one character of a file in an excerpt.
type cell struct {
	text  string
	width int // columns
	hot   bool
}

// excerptLine is one line of an excerpt.
type excerptLine struct {
	number int // of the line in the file
	cells  []cell
}

// excerpt returns the lines around a finding's value with every value that was
// matched in the run hidden, or just marked where show says so.
func (m *Mask) excerpt(f *finding.Finding, show bool) []excerptLine {
	f = readable(f)
	text := f.Around.Lines
	spans := m.excerptSpans(f)
	out := []excerptLine{{number: f.StartLine}}
	at := 0
	plain := func(to int) {
		for i, part := range strings.Split(text[at:to], "\n") {
			if i > 0 {
				out = append(out, excerptLine{number: out[len(out)-1].number + 1})
			}
			last := &out[len(out)-1]
			last.cells = append(last.cells, cells(strings.TrimSuffix(part, "\r"), false)...)
		}
		at = to
	}
	for _, s := range spans {
		plain(s.from)
		if show {
			s.mask = text[s.from:s.to]
		} else if head := pemHead().FindString(text[s.from:s.to]); head != "" {
			s.mask = head + hole // says more than a mask, and nothing of the key
		}
		last := &out[len(out)-1]
		last.cells = append(last.cells, cells(s.mask, true)...)
		if n := strings.Count(text[s.from:s.to], "\n"); n > 0 && s.to < len(text) {
			out = append(out, excerptLine{number: last.number + n})
		}
		at = s.to
	}
	plain(len(text))
	return choose(out)
}

// pemHead is the line that begins a PEM block (RFC 7468 §2).
var pemHead = lazily(`^-----BEGIN [A-Z0-9 ]{1,40}-----`)

// readable returns the finding with the lines around it as a person would see
// them: of a file in UTF-16, without the zeros and the mark at its beginning.
func readable(f *finding.Finding) *finding.Finding {
	if !slices.ContainsFunc(f.Layers, isUTF16) || !strings.Contains(f.Around.Lines, "\x00") {
		return f
	}
	clear := strings.NewReplacer("\x00", "", "\xff\xfe", "", "\xfe\xff", "")
	g, text := *f, f.Around.Lines
	at := min(max(f.Around.Column, 0), len(text))
	g.Around.Lines, g.Around.Column = clear.Replace(text), len(clear.Replace(text[:at]))
	return &g
}

// choose returns the lines in which something is marked, as many as an excerpt
// shows; where there are none, the first that is not blank.
func choose(lines []excerptLine) []excerptLine {
	hot := slices.DeleteFunc(slices.Clone(lines), func(l excerptLine) bool {
		return !slices.ContainsFunc(l.cells, func(c cell) bool { return c.hot })
	})
	if len(hot) > 0 {
		return hot[:min(len(hot), maxLines)]
	}
	if i := slices.IndexFunc(lines, func(l excerptLine) bool {
		return slices.ContainsFunc(l.cells, func(c cell) bool { return c.text != " " })
	}); i >= 0 {
		return lines[i : i+1]
	}
	return nil
}

// excerptSpans returns what is to be marked in the lines around a finding.
func (m *Mask) excerptSpans(f *finding.Finding) []span {
	text := f.Around.Lines
	spans := m.find(text)
	own, ids := forms(f.Value.Reveal(), f.Layers), keyIDs(f)
	own = append(own, f.Value.Reveal())
	free := func(from, to int) bool {
		return !slices.ContainsFunc(spans, func(s span) bool { return from < s.to && s.from < to })
	}
	seen := slices.ContainsFunc(own, func(v string) bool { return v != "" && strings.Contains(text, v) })
	for _, id := range ids {
		if i := strings.Index(text, id); i >= 0 && free(i, i+len(id)) {
			spans = append(spans, span{i, i + len(id), id})
		}
	}
	// What stands where the value was found, but in a form that is not known, is
	// hidden by its place. Where the place says too little, so is all behind it.
	if from := min(max(f.Around.Column, 0), len(text)); !seen && from < len(text) && free(from, from+1) {
		to := min(from+max(f.EndColumn-f.StartColumn, 1), len(text))
		if f.StartLine != f.EndLine || len(f.Layers) > 0 {
			to = len(text)
		}
		spans = slices.DeleteFunc(spans, func(s span) bool {
			overlaps := from < s.to && s.from < to
			if overlaps {
				to = max(to, s.to)
			}
			return overlaps
		})
		spans = append(spans, span{from, to, m.Value(f.Value)})
	}
	if head, tail := m.edges(text); head > 0 || tail > 0 {
		if head > 0 && free(0, head) {
			spans = append(spans, span{0, head, hole})
		}
		if tail > 0 && free(len(text)-tail, len(text)) {
			spans = append(spans, span{len(text) - tail, len(text), hole})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	return spans
}

// keyIDs returns the key IDs of a finding, which are shown as they are.
func keyIDs(f *finding.Finding) []string {
	var out []string
	if f.AWS != nil && f.AWS.KeyID != "" {
		out = append(out, f.AWS.KeyID)
	}
	for _, p := range f.Parts {
		if id := p.Value.Reveal(); p.Kind == "key-id" && id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// cells returns a text as cells. What a terminal must not get is one cell a
// character; a tab is four blanks, as there are no tab stops behind a gutter.
func cells(s string, hot bool) []cell {
	out := make([]cell, 0, len(s))
	for i := 0; i < len(s); {
		_, n := utf8.DecodeRuneInString(s[i:])
		if s[i] == '\t' {
			for range 4 {
				out = append(out, cell{" ", 1, hot})
			}
		} else {
			v := Visible(s[i : i+n])
			out = append(out, cell{v, columns(v), hot})
		}
		i += n
	}
	return out
}

// fit cuts a line to n columns around its first hot cell, and takes indentation
// away where there is no room for it.
func fit(line []cell, n int) []cell {
	total, before, first := 0, 0, -1
	for i, c := range line {
		if c.hot && first < 0 {
			before, first = total, i
		}
		total += c.width
	}
	if total <= n {
		return line
	}
	skip := 0
	if first >= 0 {
		// A third of the line stands before the value, the rest behind it.
		skip = min(max(before-n/3, 0), total-n+1)
	}
	mark := cell{text: "…", width: 1}
	var out []cell
	used := 0
	for _, c := range line {
		if skip > 0 {
			if skip -= c.width; skip <= 0 {
				out, used = append(out, mark), 1
			}
			continue
		}
		if used+c.width > n-1 {
			return append(out, mark)
		}
		out, used = append(out, c), used+c.width
	}
	return out
}
