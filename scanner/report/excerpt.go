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
	g.Parts = slices.Clone(f.Parts)
	for i := range g.Parts {
		g.Parts[i].Line = 0 // the columns are those of the text before
	}
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
	views := viewsOf(text)
	spans := m.within(text, views)
	hide := func(from, to int, mask string) {
		if from < to && free(spans, from, from+1) {
			spans = append(spans, span{from, to, mask})
		}
	}
	for _, id := range keyIDs(f) {
		if i := strings.Index(text, id); i >= 0 && free(spans, i, i+len(id)) {
			spans = append(spans, span{i, i + len(id), id})
		}
	}
	// What stands where a value was found, but in a form that is not known, is
	// hidden by its place. Where the place says too little, so is all behind it.
	if from := min(max(f.Around.Column, 0), len(text)); from < len(text) {
		to := min(from+max(f.EndColumn-f.StartColumn, 1), len(text))
		if f.StartLine != f.EndLine || len(f.Layers) > 0 {
			to = len(text)
		}
		hide(from, to, m.Value(f.Value))
	}
	for _, p := range f.Parts {
		if from, to := partAt(f, p); p.Kind != "key-id" {
			hide(from, to, m.Value(p.Value))
		}
	}
	head, tail := m.cut(text, views)
	hide(0, head, hole)
	hide(len(text)-tail, len(text), hole)
	return apart(spans)
}

// Line returns a line of a file, by its number, with every value hidden: those that
// the mask knows, and, by their place, those of findings that stand in the line in
// a form that is not known.
func (m *Mask) Line(text string, number int, findings []*finding.Finding) string {
	if m == nil {
		return text
	}
	spans := m.deep(text)
	hide := func(column, end int, mask string) {
		from, to := min(max(column-1, 0), len(text)), min(end-1, len(text))
		if head := pemHead().FindString(text[from:]); head != "" {
			from += len(head) // says more than a mask, and nothing of the key
		}
		if strings.Trim(text[from:max(to, from)], "\x00 \t\r\\\"',;") != "" && free(spans, from, from+1) {
			spans = append(spans, span{from, to, mask})
		}
	}
	for _, f := range findings {
		end := len(text) + 1
		switch whole := f.StartLine == f.EndLine && len(f.Layers) == 0; {
		case len(f.Parts) > 0:
			for _, p := range f.Parts {
				if p.Line == number && p.Kind != "key-id" {
					hide(p.Column, end, m.Value(p.Value))
				}
			}
		case identifies(f):
		case f.StartLine == number && whole:
			hide(f.StartColumn, f.EndColumn, m.Value(f.Value))
		case f.StartLine == number:
			hide(f.StartColumn, end, m.Value(f.Value))
		case f.StartLine < number && number < f.EndLine:
			hide(1, end, hole)
		case f.EndLine == number:
			hide(1, f.EndColumn, hole)
		}
	}
	return m.Piece(replace(text, apart(spans)))
}

// free tells whether a stretch holds nothing that is to be marked.
func free(spans []span, from, to int) bool {
	return !slices.ContainsFunc(spans, func(s span) bool { return from < s.to && s.from < to })
}

// apart sorts spans and makes those one that overlap: the mask of the first says
// what is hidden, and the others are hidden with it.
func apart(spans []span) []span {
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var out []span
	for _, s := range spans {
		if n := len(out); n > 0 && s.from < out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// partAt returns where, in the lines around a finding, a part of it begins, and
// where its line ends. Both are 0 where the lines don't show that: of a text that
// was made readable, or cut.
func partAt(f *finding.Finding, p finding.Part) (from, to int) {
	text, line := f.Around.Lines, f.StartLine
	if p.Line == line {
		from = f.Around.Column + p.Column - f.StartColumn
	} else {
		for ; line < p.Line; line++ {
			i := strings.IndexByte(text[from:], '\n')
			if i < 0 {
				return 0, 0
			}
			from += i + 1
		}
		from += p.Column - 1
	}
	if p.Line < f.StartLine || p.Column < 1 || from < 0 || from >= len(text) {
		return 0, 0
	}
	to = len(text)
	if i := strings.IndexByte(text[from:], '\n'); i >= 0 {
		to = from + i
	}
	return from, to
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
			if s[i] == '#' && commands(s[i:]) { // which takes more than a character to see
				v = `\x23`
			}
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
