package layers

import (
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// one takes a layer off data with a hit at its beginning, and returns what came
// of it: at most one segment is expected.
func one(t *testing.T, layer, data string) (string, bool) {
	t.Helper()
	fs := look(t, layer, Text{Data: []byte(data), To: len(data)}, []int{0}, new(Buffer))
	if len(fs) == 0 {
		return "", false
	}
	if len(fs) > 1 {
		t.Fatalf("%s of %q: %d segments", layer, data, len(fs))
	}
	return fs[0].data, true
}

var percentRE = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

func unpercentRef(s string) string {
	return percentRE.ReplaceAllStringFunc(s, func(m string) string {
		v, _ := strconv.ParseUint(m[1:], 16, 8)
		return string([]byte{byte(v)})
	})
}

var escapeRE = regexp.MustCompile(`\\(["'\\/bfnrt]|x[0-9A-Fa-f]{2}|[0-3][0-7]{2}|u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})`)

func unescapeRef(s string) string {
	return escapeRE.ReplaceAllStringFunc(s, func(m string) string {
		hex := func(at, n, base int) uint64 {
			v, _ := strconv.ParseUint(m[at:at+n], base, 32)
			return v
		}
		switch {
		case m[1] == 'x':
			return string([]byte{byte(hex(2, 2, 16))})
		case m[1] == 'u' && len(m) == 12:
			return string(utf16.DecodeRune(rune(hex(2, 4, 16)), rune(hex(8, 4, 16))))
		case m[1] == 'u':
			return string(rune(hex(2, 4, 16)))
		case len(m) == 4:
			return string([]byte{byte(hex(1, 3, 8))})
		}
		return map[byte]string{'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t"}[m[1]] + strings.Trim(m[1:], "bfnrt")
	})
}

func TestEscapes(t *testing.T) {
	for in, want := range map[string]string{
		`k="a\/b"`:              `k="a/b"`,
		`\u0041\x41\101\u4e2d`:  "AAA中",
		`\ud83d\ude00 \ud83d!`:  "😀 \ufffd!",
		`\ude00\ud83d\u0041`:    "\ufffd\ufffdA",
		`C:\dir\\new \q \x4 \u`: `C:\dir\new \q \x4 \u`,
		`x\`:                    "",
		`plain`:                 "",
		`\400 \08 \'`:           `\400 \08 '`,
		"a\\tb\nc\\td":          "a\tb",
	} {
		if got, _ := one(t, "json", in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"a%2Fb+c%2b":      "a/b+c+",
		"100%":            "",
		"%%41%4 x":        "%A%4",
		"%2541":           "%41",
		"é%c3%a9":         "éé",
		"k=%41\x01%42":    "k=A",
		"no%20space %41 ": "no space",
	} {
		if got, _ := one(t, "percent", in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// TestOnlyAroundHits counts: a stretch without a hit isn't touched, one with many
// is handed on once.
func TestOnlyAroundHits(t *testing.T) {
	data := []byte("key%41key%42 x%43 key%44\nx\\n key\\nkey \n y\\n")
	var b Buffer
	at := hits(data, needle)
	if got := look(t, "percent", Text{Data: data, To: len(data)}, at, &b); len(got) != 2 || got[0].data != "keyAkeyB" || got[1].data != "keyD" {
		t.Errorf("percent: %+v", got)
	}
	if got := look(t, "json", Text{Data: data, To: len(data)}, at, &b); len(got) != 1 || got[0].data != "x\n key\nkey " || got[0].start != 25 {
		t.Errorf("json: %+v", got)
	}
	if got := look(t, "json", Text{Data: data, To: len(data)}, nil, &b); len(got) != 0 {
		t.Errorf("without hits: %+v", got)
	}
}

func TestOuterOfEscapes(t *testing.T) {
	data := []byte(`"\u4e2d\nA\ud83d\ude00B\\"`)
	JSON(Text{Data: data, To: len(data)}, []int{0}, new(Buffer), func(s *Segment) {
		want := map[string]int{`"`: 0, "中": 1, "\n": 7, "A": 9, "😀": 10, "B": 22, `\`: 23}
		for part, at := range want {
			if got := s.Outer(strings.Index(string(s.Data), part)); got != at {
				t.Errorf("%q came from %d, want %d", part, got, at)
			}
		}
	})
	data = []byte("ab%2F%2Bcd%41 ")
	Percent(Text{Data: data, To: len(data)}, []int{0}, new(Buffer), func(s *Segment) {
		for i, want := range []int{0, 1, 2, 5, 8, 9, 10, 13} {
			if got := s.Outer(i); got != want {
				t.Errorf("%q: byte %d came from %d, want %d", s.Data, i, got, want)
			}
		}
	})
}

// TestJSONSaysTheSame compares with encoding/json on what it wrote itself.
func TestJSONSaysTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	for range 5000 {
		var s []rune
		for range r.IntN(30) {
			s = append(s, []rune{rune(r.IntN(128)), rune(r.IntN(0x3000)), 0x1f600 + rune(r.IntN(50)), '\\', '"', '\u2028'}[r.IntN(6)])
		}
		line, err := json.Marshal(string(s))
		if err != nil {
			t.Fatal(err)
		}
		want := `"` + string(s) + `"`
		if got, ok := one(t, "json", string(line)); ok && got != want || !ok && string(line) != want {
			t.Fatalf("%s: got %q, want %q", line, got, want)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add(`{"key": "a\/b\u0041\ud83d\ude00\n\x41\101"}`)
	f.Add(`\\\u\ud800\ud800\udc00\`)
	f.Fuzz(func(t *testing.T, s string) {
		s, _, _ = strings.Cut(s, "\n")
		if len(s) > longest {
			return
		}
		got, ok := one(t, "json", s)
		if want := unescapeRef(s); ok && got != want || !ok && escapeRE.MatchString(s) {
			t.Fatalf("%q: got %q (%v), want %q", s, got, ok, want)
		}
		var std string
		if utf8.ValidString(s) && json.Unmarshal([]byte(`"`+s+`"`), &std) == nil && ok && got != std {
			t.Fatalf("%q: got %q, encoding/json says %q", s, got, std)
		}
	})
}

func FuzzPercent(f *testing.F) {
	f.Add("https://x/?a=%2F%2b%zz+&b=%")
	f.Add("%25%32%35%4")
	f.Fuzz(func(t *testing.T, s string) {
		if i := strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }); i >= 0 {
			s = s[:i]
		}
		if len(s) > longest {
			return
		}
		got, ok := one(t, "percent", s)
		if want := unpercentRef(s); ok && got != want || !ok && percentRE.MatchString(s) {
			t.Fatalf("%q: got %q (%v), want %q", s, got, ok, want)
		}
		if std, err := url.PathUnescape(s); err == nil && ok && got != std {
			t.Fatalf("%q: got %q, net/url says %q", s, got, std)
		}
	})
}
