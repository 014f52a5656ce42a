package report

import (
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// covered is what find must find, written plainly: which bytes of s belong to a
// value, by trying every value at every byte.
func covered(values []string, s string) []bool {
	in := make([]bool, len(s))
	for i := range s {
		for _, v := range values {
			if strings.HasPrefix(s[i:], v) {
				for j := range len(v) {
					in[i+j] = true
				}
			}
		}
	}
	return in
}

// TestFindAgainstPlain compares the tables with the plain search, on few letters,
// so that values begin, hold and overlap each other.
func TestFindAgainstPlain(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	letters := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "aab"[r.IntN(3)]
		}
		return string(b)
	}
	for range 3000 {
		masks := map[string]string{}
		for range r.IntN(8) {
			masks[letters(4+r.IntN(8))] = "…"
		}
		for n := 4 + r.IntN(20); n > 4; n-- { // each begins the next
			masks[strings.Repeat("a", n)] = "…"
		}
		m, s := newMask(masks), letters(r.IntN(60))
		got := make([]bool, len(s))
		for _, p := range m.find(s) {
			for i := p.from; i < p.to; i++ {
				got[i] = true
			}
		}
		if want := covered(m.values, s); !slices.Equal(got, want) {
			t.Fatalf("%q in %q:\n%v, not\n%v", m.values, s, got, want)
		}
		if out := m.Text(s); slices.Contains(covered(m.values, out), true) {
			t.Fatalf("%q in %q: still in %q", m.values, s, out)
		}
	}
}

func TestMaskText(t *testing.T) {
	secrets := func(vs ...string) []finding.Secret {
		var out []finding.Secret
		for _, v := range vs {
			out = append(out, finding.NewSecret(v))
		}
		return out
	}
	long := "abcdEFGHijklMNOPqrstUVWX/123" // 28 characters
	for _, c := range []struct {
		name     string
		values   []string
		in, want string
	}{
		{"once", []string{long}, "a " + long + " b", "a abcd…/123 b"},
		{"twice, side by side", []string{long}, long + long, "abcd…/123abcd…/123"},
		{"JSON", []string{long}, `"abcdEFGHijklMNOPqrstUVWX\/123"`, `"abcd…/123"`},
		{"percent", []string{long}, "u=abcdEFGHijklMNOPqrstUVWX%2F123&", "u=abcd…/123&"},
		{"percent, lower case", []string{long}, "u=abcdEFGHijklMNOPqrstUVWX%2f123&", "u=abcd…/123&"},
		{"one in another", []string{long, "ijklMNOPqrst"}, long + " ijklMNOPqrst", "abcd…/123 ij…"},
		{"overlapping", []string{"aaaaaaaaaaaabbbb", "bbbbcccccccccccc"}, "xaaaaaaaaaaaabbbbccccccccccccx", "x…x"},
		{"mask tells another", []string{long, "abcd"}, long + " abcd", "… …"},
		{"mask makes another", []string{long, "…/123"}, long, "…"},
		{"short ones stay", []string{"abc"}, "abcabc", "abcabc"},
		{"body of a block", []string{"-----BEGIN X-----\nabcdefghijklmnop\n-----END X-----"}, "x abcdefghijklmnop", "x …"},
	} {
		if got := NewMask(nil, secrets(c.values...)...).Text(c.in); got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
	if got := (*Mask)(nil).Text("x"); got != "x" {
		t.Errorf("nil: %q", got)
	}
}

// TestForms makes each form with the standard library, the value between other
// text, and looks for what is left.
func TestForms(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for i := range 200 {
		v := random(r, 12+r.IntN(40))
		f := around("x", "p", 1, v, "")
		f.Layers = []string{"base64"}
		m := NewMask([]*finding.Finding{f})
		js, _ := json.Marshal("x" + v + "y")
		before, after := random(r, r.IntN(5)), random(r, r.IntN(5))
		for name, text := range map[string]string{
			"json": string(js), "query": url.QueryEscape(before + v + after), "path": url.PathEscape(v),
			"base64": base64.StdEncoding.EncodeToString([]byte(before + v + after)),
			"url64":  base64.RawURLEncoding.EncodeToString([]byte(before + v + after)),
		} {
			out := m.Text(text)
			// The value's inner eight characters, in the form, at a place of their
			// own: five of a stream's characters at most may be left beside a mask.
			if len(out) > len(text)-len(v)+15 || !strings.Contains(out, hole) {
				t.Errorf("%d: %s of %q is left: %q", i, name, v, out)
			}
		}
	}
}

func TestEdges(t *testing.T) {
	v := random(rand.New(rand.NewPCG(15, 16)), 60)
	m := NewMask(nil, finding.NewSecret(v))
	for _, c := range []struct {
		s          string
		head, tail int
	}{
		{"nothing here", 0, 0}, {v[20:] + " and more", 40, 0}, {"and more " + v[:30], 0, 30},
		{v[55:] + " x " + v[:5], 5, 5}, {v[56:] + " x " + v[:4], 0, 0}, {"", 0, 0},
	} {
		if head, tail := m.edges(c.s); head != c.head || tail != c.tail {
			t.Errorf("%q: %d and %d, not %d and %d", c.s, head, tail, c.head, c.tail)
		}
	}
}

// leaks tells which values stand in an output, and which characters that a
// terminal obeys.
func leaks(out string, values []string, escapes bool) []string {
	var bad []string
	for _, v := range values {
		if strings.Contains(out, v) {
			bad = append(bad, "value "+v)
		}
	}
	for i, r := range out {
		if r == '\n' || escapes && r == '\x1b' {
			continue
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError && !strings.HasPrefix(out[i:], "\ufffd") {
			bad = append(bad, "character "+string(r))
		}
	}
	return bad
}

// everywhere returns a report with the value in every text that it holds.
func everywhere(value, before, after string) *Report {
	s := before + value + after
	f := around("rule", s, 3, value, s)
	f.Around.Column = len(before)
	f.Title, f.Why, f.Steps, f.Layers = s, []string{s}, []string{s, s}, []string{s}
	f.Guidance = []finding.Guidance{{ID: "KEY-01", Title: s, Advice: s}}
	f.Allowed = &finding.Allowed{By: s, Reason: s}
	f.Parts = []finding.Part{{Kind: "secret", Value: f.Value, Line: 3, Column: 1}}
	g := *f
	g.Allowed = nil
	fs := []*finding.Finding{f, &g}
	id := strings.Repeat("0123abcd", 5)
	kinds := []chunk.Kind{chunk.Blob, chunk.CommitAuthor, chunk.Tag, chunk.Note, chunk.PathName}
	h := g
	h.Source, h.Git = kinds[len(s)%len(kinds)], &finding.Git{
		Object: id, Commit: id, Author: s, Email: s, Message: s, Date: time.Unix(1, 0).UTC(),
		Paths: []string{s, s}, Refs: []string{s, "refs/tags/" + s}, Placed: true, Reachable: true, AtTip: len(s)%2 == 0,
	}
	h.Places = []finding.Place{h.Place, h.Place}
	h.Places[1].Git = &finding.Git{Object: id, Placed: true, AtTip: true, Reachable: true}
	fs = append(fs, &h)
	return &Report{Findings: fs, Scan: finding.Scan{
		Kind: "tree", Target: s, Problems: []finding.Problem{{Where: s, What: s, Hint: s}},
	}}
}

// checkReport writes a report in every format and way, and looks for what must
// not be there.
func checkReport(t *testing.T, r *Report, values []string) {
	t.Helper()
	for _, name := range everyName() {
		for _, o := range []Options{{ShowAllowed: true}, {Width: 60}, {ShowAllowed: true, Width: 200, Color: true, Hyperlinks: true}} {
			out := written(t, name, r, o)
			lines := out
			if name == "csv" {
				lines = strings.ReplaceAll(out, "\r\n", "\n") // as RFC 4180 has them
			}
			if bad := leaks(lines, values, o.Color); len(bad) > 0 {
				t.Fatalf("%s: %q in\n%q", name, bad, out)
			}
			switch name {
			case "json", "sarif", "gitlab-secrets", "gitlab-quality":
				if !json.Valid([]byte(out)) {
					t.Fatalf("not JSON:\n%q", out)
				}
			case "junit":
				checkJUnit(t, out)
			case "csv":
				if n := len(rows(t, out)); n < len(r.shown(o)) {
					t.Fatalf("%d rows:\n%q", n, out)
				}
			case "github":
				for l := range strings.Lines(out) {
					if !githubCommand.MatchString(strings.TrimSuffix(l, "\n")) {
						t.Fatalf("no command: %q", l)
					}
				}
			case "jsonl":
				for l := range strings.Lines(out) {
					if !json.Valid([]byte(l)) {
						t.Fatalf("not JSON: %q", l)
					}
				}
			}
			if out != written(t, name, r, o) {
				t.Fatalf("%s: written twice, not the same", name)
			}
		}
	}
}

// TestNoValueAnywhere puts random values in every text, between hostile ones.
func TestNoValueAnywhere(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	pieces := []string{"", " ", "key=", "\"", "\\", "\x1b[31m", "\xff\xfe", "\u202e", "…", "\t", "\n", "\r\n", "=", "/", "%2F", "é", "漢", "AKIA", "\x00", strings.Repeat("x", 150)}
	for range 100 {
		value := random(r, 8+r.IntN(60))
		if r.IntN(8) == 0 {
			value += pieces[1+r.IntN(len(pieces)-1)] + random(r, 8)
		}
		pick := func() string { return pieces[r.IntN(len(pieces))] + pieces[r.IntN(len(pieces))] }
		checkReport(t, everywhere(value, pick(), pick()), []string{value})
	}
}

// TestWrapped holds that a value which stands in a form that nobody knows is
// hidden by its place.
func TestWrapped(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	v := random(r, 40)
	raw := strings.Map(func(c rune) rune { return c ^ 1 }, v) // some encoding
	f := around("x", "f", 1, raw, "data: "+raw+" end")
	f.Value = finding.NewSecret(v)
	for _, layers := range [][]string{nil, {"odd"}} {
		f.Layers = layers
		s := written(t, "text", &Report{Findings: []*finding.Finding{f}}, Options{})
		if strings.Contains(s, raw[5:20]) || !strings.Contains(s, "data: "+f.Value.Masked()) {
			t.Errorf("layers %q:\n%s", layers, s)
		}
	}
}

// TestExcerptCorners holds that nothing is left of values which a cut, another
// value's place or a mask leaves in pieces.
func TestExcerptCorners(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	v, other := random(r, 40), random(r, 60)
	raw := strings.Map(func(c rune) rune { return c ^ 1 }, v)

	behind := around("x", "f", 1, raw, "k "+raw[:30]+other+" end")
	behind.Value, behind.Around.Column, behind.EndColumn = finding.NewSecret(v), 2, behind.StartColumn+40
	cut := around("x", "f", 1, v, other[20:]+" "+v+" "+other[:35])
	made := around("x", "f", 1, v, "k "+v+"xyz")
	tail := v[36:] + "xyz"
	for name, c := range map[string]struct {
		f    *finding.Finding
		more string
		not  []string
	}{
		"begins in another's place": {behind, other, []string{other[15:30], other[50:], raw[5:20]}},
		"cut at both ends":          {cut, other, []string{other[20:26], other[54:], other[:6], other[29:35]}},
		"made by a mask":            {made, "…" + tail, []string{tail}},
	} {
		for _, o := range []Options{{}, {Color: true}} {
			rep := &Report{Findings: []*finding.Finding{c.f}, Others: []finding.Secret{finding.NewSecret(c.more)}}
			s := written(t, "text", rep, o)
			for _, x := range c.not {
				if strings.Contains(s, x) {
					t.Errorf("%s: %q is left in\n%s", name, x, s)
				}
			}
		}
	}
}

// TestOthers holds that what is not shown is masked where it stands beside what is.
func TestOthers(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	v, hidden := random(r, 40), random(r, 40)
	rep := &Report{Findings: []*finding.Finding{around("x", hidden, 1, v, v+" "+hidden+" "+docID)}, Others: []finding.Secret{finding.NewSecret(hidden), finding.NewSecret(docID)}}
	checkReport(t, rep, []string{v, hidden})
	if s := written(t, "text", rep, Options{}); !strings.Contains(s, docID) {
		t.Errorf("the key ID is not shown:\n%s", s)
	}
}

func FuzzReport(f *testing.F) {
	f.Add("s3cr3t/value", "key = \x1b[2J", "\n\xff\u202e", "name\\")
	f.Add("aaaaaaaa", "aaa", "aaaa", "aaaaaaa")
	f.Add("…………", "…", "…", "…")
	f.Add("multi\nline value", "\r\n", "\t", "line value")
	empty := ""
	for _, name := range everyName() {
		empty += written(f, name, everywhere("", "", ""), Options{ShowAllowed: true, Hyperlinks: true})
	}
	f.Fuzz(func(t *testing.T, value, before, after, path string) {
		if len(value) < 8 || len(value)+len(before)+len(after)+len(path) > 1<<10 {
			return
		}
		r := everywhere(value, before, after)
		r.Findings = append(r.Findings, around("rule", path, 9, value, after+value+before))
		// What only escapes, masks or the report's own words make is no leak: a
		// value counts that is of plain characters and not of the report's words.
		var values []string
		plain := !strings.ContainsFunc(value, func(c rune) bool { return !alphanumeric(c) && c != '/' && c != '+' })
		if plain && !strings.Contains(empty+finding.NewSecret(value).Fingerprint(), value) {
			values = []string{value}
		}
		checkReport(t, r, values)
	})
}

func FuzzVisible(f *testing.F) {
	f.Add("a\\x1b", "a\x1b")
	f.Add("\xff", `\xff`)
	f.Add("\u0080", "\x80")
	f.Add("e\u0301", "é")
	f.Fuzz(func(t *testing.T, a, b string) {
		if VisibleName(a) == VisibleName(b) && a != b {
			t.Fatalf("%q and %q look the same", a, b)
		}
		for _, s := range []string{Visible(a), VisibleName(a)} {
			if bad := leaks(strings.ReplaceAll(s, "\n", "\x00"), nil, false); len(bad) > 0 || !utf8.ValidString(s) {
				t.Fatalf("%q: %q", a, bad)
			}
		}
	})
}

// BenchmarkNested is the worst case: values that each begin the next.
func BenchmarkNested(b *testing.B) {
	masks := map[string]string{}
	for n := range 2000 {
		masks[strings.Repeat("a", n+4)] = "…"
	}
	m, s := newMask(masks), strings.Repeat("aaab", 10)+strings.Repeat("a", 300)+"b"
	for range b.N {
		m.find(s)
	}
}

func BenchmarkReports(b *testing.B) {
	r := many(10_000)
	for _, name := range everyName() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				b.SetBytes(int64(len(written(b, name, r, Options{}))))
			}
		})
	}
}
