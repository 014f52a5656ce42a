package report

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// encoders write a text in the ways in which values stand in files.
var encoders = []func(r *rand.Rand, s string) string{
	func(_ *rand.Rand, s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") },
	func(r *rand.Rand, s string) string { return each(r, s, "%%%02X") },
	func(r *rand.Rand, s string) string { return each(r, s, "%%%02x") },
	func(r *rand.Rand, s string) string { return each(r, s, `\x%02x`) },
	func(r *rand.Rand, s string) string { return each(r, s, `\u%04x`) },
	func(r *rand.Rand, s string) string { return each(r, s, `\%03o`) },
	func(r *rand.Rand, s string) string { return each(r, s, `\u{%x}`) },
	func(r *rand.Rand, s string) string { return each(r, s, `\U%08X`) },
	func(r *rand.Rand, s string) string { return each(r, s, `&#%d;`) },
	func(r *rand.Rand, s string) string { return each(r, s, `&#x%X;`) },
	func(_ *rand.Rand, s string) string { return strings.ReplaceAll(s, "/", `\/`) },
	func(_ *rand.Rand, s string) string { return inJSON(s, true) },
	func(_ *rand.Rand, s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	func(_ *rand.Rand, s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	func(_ *rand.Rand, s string) string { return inUTF16(s) },
	func(r *rand.Rand, s string) string { return cutInto(r, s, "\" + \"") },
	func(r *rand.Rand, s string) string { return cutInto(r, s, "' .\n    '") },
	func(r *rand.Rand, s string) string { return cutInto(r, s, "\\\n") },
	func(r *rand.Rand, s string) string { return cutInto(r, s, "\r\n\t# ") },
}

// each writes some or all characters by a format.
func each(r *rand.Rand, s, format string) string {
	some := r.IntN(3) + 1
	var b strings.Builder
	for i := range len(s) {
		if r.IntN(3) < some || strings.IndexByte(`\%&`, s[i]) >= 0 {
			fmt.Fprintf(&b, format, s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// cutInto puts glue into a text, though not into an escape.
func cutInto(r *rand.Rand, s, glue string) string {
	for range 100 {
		i := r.IntN(len(s)/2) + len(s)/4
		if !strings.ContainsAny(s[max(i-11, 0):min(i+1, len(s))], "\\%&\x00\n\"'") {
			return s[:i] + glue + s[i:]
		}
	}
	return s
}

// A value is hidden in whatever way, and two ways one over the other, it is written.
func TestViews(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	for i := range 4000 {
		v := random(r, 24+r.IntN(40))
		m := NewMask(nil, finding.NewSecret(v))
		a := r.IntN(len(encoders))
		form, ways := encoders[a](r, v), fmt.Sprint(a)
		if b := r.IntN(2 * len(encoders)); b < len(encoders) {
			form, ways = encoders[b](r, form), fmt.Sprint(a, b)
		}
		out := m.Text("before: " + form + " :behind")
		inner, ok := strings.CutPrefix(out, "before: ")
		inner, ok2 := strings.CutSuffix(inner, " :behind")
		slack := 8
		if a == 12 {
			slack = 2 * len(`\U0000003D`) // padding tells nothing
		}
		if !ok || !ok2 || len(inner) > len(finding.NewSecret(v).Masked())+2*len(hole)+slack {
			t.Fatalf("%d: %s written in the ways %s: %q of %q", i, v, ways, out, form)
		}
	}
}

// A line that is shown by itself holds nothing of a value that goes on in others,
// nor of one in a form that is not known.
func TestLine(t *testing.T) {
	r := rand.New(rand.NewPCG(27, 28))
	v, other := random(r, 40), random(r, 40)
	odd := strings.Map(func(c rune) rune { return c ^ 1 }, v) // some encoding
	f := around("x", "f", 7, odd, "data: "+odd+" end")
	f.Value = finding.NewSecret(v)
	key := around("x", "f", 3, v, v)
	key.StartLine, key.EndLine, key.StartColumn, key.EndColumn = 3, 5, 9, 12
	pair := around("x", "f", 7, docID, docID+" "+odd)
	pair.Value = finding.NewSecret(v)
	pair.Parts = []finding.Part{{Kind: "key-id", Value: finding.NewSecret(docID), Line: 7, Column: 1}, {Kind: "secret", Value: pair.Value, Line: 7, Column: len(docID) + 2}}
	m := NewMask([]*finding.Finding{f}, finding.NewSecret(other))
	for _, c := range []struct {
		text string
		line int
		f    *finding.Finding
		want string
	}{
		{"data: " + odd + " end", 7, f, "data: " + f.Value.Masked() + " end"},
		{"data: " + odd + " end", 8, f, "data: " + odd + " end"},
		{"k " + v + " " + other, 9, f, "k " + f.Value.Masked() + " " + finding.NewSecret(other).Masked()},
		{v[20:] + " k", 9, f, hole + " k"},
		{"begins: " + odd, 3, key, "begins: " + f.Value.Masked()},
		{"begins: -----BEGIN RSA PRIVATE KEY-----", 3, key, "begins: -----BEGIN RSA PRIVATE KEY-----"},
		{odd, 4, key, hole},
		{odd[:11] + " ends", 5, key, hole + " ends"},
		{docID + " " + odd, 7, pair, docID + " " + f.Value.Masked()},
	} {
		if got := m.Line(c.text, c.line, []*finding.Finding{c.f}); got != c.want {
			t.Errorf("line %d, %q: %q, want %q", c.line, c.text, got, c.want)
		}
	}
	if got := (*Mask)(nil).Line(v, 1, nil); got != v {
		t.Errorf("no mask: %q", got)
	}
}

// The secret of a pair is hidden by its place, too.
func TestPartsByPlace(t *testing.T) {
	r := rand.New(rand.NewPCG(29, 30))
	v := random(r, 40)
	odd := strings.Map(func(c rune) rune { return c ^ 1 }, v)
	for _, between := range []string{" ", "\n  "} {
		lines := "id " + docID + between + odd + " # end"
		f := around("x", "f", 7, docID, lines)
		f.Value = finding.NewSecret(v)
		line, column := 7, len("id "+docID+between)+1
		if between != " " {
			line, column = 8, 3
		}
		f.Parts = []finding.Part{{Kind: "key-id", Value: finding.NewSecret(docID), Line: 7, Column: 4}, {Kind: "secret", Value: f.Value, Line: line, Column: column}}
		f.EndLine = line
		s := written(t, "text", &Report{Findings: []*finding.Finding{f}}, Options{})
		if strings.Contains(s, odd[5:15]) || !strings.Contains(s, docID) {
			t.Errorf("%q:\n%s", lines, s)
		}
	}
}

func FuzzViews(f *testing.F) {
	f.Add("s3cr3t/va+lue", `%41\u0041&#65;&amp;"+"`)
	f.Add("aaaaaaaa", "\\\\u0061%2561YWFhYWFhYWFh")
	f.Add("QUJDREVGR0hJ", "UVVKRFJFVkdSMGhK\n  UVVKRFJFVkdSMGhK")
	f.Fuzz(func(t *testing.T, value, s string) {
		if len(value) < shortest || len(s) > 4000 {
			return
		}
		m := NewMask(nil, finding.NewSecret(value))
		for _, p := range m.deep(s) {
			if p.from < 0 || p.from >= p.to || p.to > len(s) {
				t.Fatalf("%v of %q", p, s)
			}
		}
		for _, v := range viewsOf(s) {
			if len(v.from) != len(v.text) || len(v.to) != len(v.text) {
				t.Fatalf("%d bytes, %d and %d places", len(v.text), len(v.from), len(v.to))
			}
			for i := range v.text {
				if i > 0 && v.from[i] < v.from[i-1] || v.from[i] >= v.to[i] || int(v.to[i]) > len(s) {
					t.Fatalf("byte %d of %q came from [%d,%d) of %q", i, v.text, v.from[i], v.to[i], s)
				}
			}
		}
		out := m.Text(s)
		if strings.Contains(out, value) || len(m.deep(out)) > 0 {
			t.Fatalf("%q is left in %q", value, out)
		}
		m.Piece(s)
		fd := around("x", "f", 1, value, s)
		fd.Source = chunk.File
		m.Line(s, 1, []*finding.Finding{fd})
		m.excerpt(fd, false)
	})
}
