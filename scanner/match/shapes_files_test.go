package match_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/txtar"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// sample is one file as people write them, with places for values: «K1» is the ID
// of a long-term key, «A1» of a temporary one, «S1» its secret, «T1» its session
// token, «P1» the SMTP password of that secret; «H27», «X40» and «N40» are so many
// characters of base64, hexadecimal digits, letters and digits, that are no
// credentials. What has the same number is one credential, unless the sample's
// heading says what is right: "name = K1+S1 T2".
type sample struct {
	name, text string
	want       []string // as credentials writes them
}

func samples(t testing.TB) []sample {
	t.Helper()
	files, err := filepath.Glob("testdata/shapes/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	var out []sample
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		room := strings.TrimSuffix(filepath.Base(file), ".txtar")
		for i, f := range a.Files {
			name, want, given := strings.Cut(f.Name, " = ")
			s := sample{name: fmt.Sprintf("%s/%d %s", room, i+1, name), text: string(f.Data)}
			if s.want = strings.Fields(want); !given {
				s.want = numbered(s.text)
			} else if want == "nothing" {
				s.want = nil
			}
			slices.Sort(s.want)
			out = append(out, s)
		}
	}
	return out
}

var place = regexp.MustCompile(`«([A-Z]+)(\d+[a-z]?)(?:\|(\w+))?»`)

// numbered returns what of a text is one credential by its numbers.
func numbered(text string) []string {
	parts := map[string][]string{}
	for _, m := range place.FindAllStringSubmatch(text, -1) {
		if v := m[1] + m[2]; strings.Contains("KASTP", m[1]) && !slices.Contains(parts[m[2]], v) {
			parts[m[2]] = append(parts[m[2]], v)
		}
	}
	var out []string
	for _, p := range parts {
		slices.SortFunc(p, func(a, b string) int { return strings.IndexByte("KASPT", a[0]) - strings.IndexByte("KASPT", b[0]) })
		out = append(out, strings.Join(p, "+"))
	}
	return out
}

// written are the ways in which a value is written in a sample: «S1|url».
var written = map[string]func(string) string{
	"":     func(v string) string { return v },
	"b64":  func(v string) string { return base64.StdEncoding.EncodeToString([]byte(v)) },
	"b64n": func(v string) string { return base64.StdEncoding.EncodeToString([]byte(v + "\n")) },
	"url":  url.QueryEscape,
	"urll": func(v string) string {
		return strings.NewReplacer("%2F", "%2f", "%2B", "%2b").Replace(url.QueryEscape(v))
	},
	"json": func(v string) string { return strings.ReplaceAll(v, "/", `\/`) }, "json2": func(v string) string { return strings.ReplaceAll(v, "/", `\\/`) },
	"uni": func(v string) string { return strings.NewReplacer("/", `\u002f`, "+", `\u002b`).Replace(v) },
	"h1":  func(v string) string { return v[:len(v)/2] }, "h2": func(v string) string { return v[len(v)/2:] },
	"q1": func(v string) string { return v[:len(v)/4] }, "q2": func(v string) string { return v[len(v)/4 : len(v)/2] },
	"q3": func(v string) string { return v[len(v)/2 : len(v)*3/4] }, "q4": func(v string) string { return v[len(v)*3/4:] },
	"tail": func(v string) string { return v[4:] },
	"tok":  func(v string) string { return v }, "proplike": func(v string) string { return v },
}

// value makes the value of a place. Secrets take turns in what stands at their
// ends, session tokens in how they begin.
func (m maker) value(kind, number string, draw int, known map[string]string) string {
	name := kind + number
	if v, ok := known[name]; ok {
		return v
	}
	n, _ := strconv.Atoi(strings.TrimRight(number, "abcdefghijklmnopqrstuvwxyz"))
	var v string
	switch kind {
	case "K":
		v = m.id("AKIA")
	case "A":
		v = m.id("ASIA")
	case "S":
		v = m.edged((draw + n) % 4)
	case "T":
		v = m.headed((draw + n) % 5)
	case "P":
		v = awskey.SMTPPassword(m.value("S", number, draw, known), "eu-west-1")
	case "M":
		v = "amzn.mws." + m.uuid()
	case "D":
		v = "da2-" + m.pick(lowerAlnum, 26)
	case "C":
		v = m.pick(base64Alphabet, 43) + "="
	case "X":
		v = m.pick(hexDigits, n)
	case "N":
		v = m.pick(base64Alphabet[:62], n)
	default:
		v = m.pick(base64Alphabet, n)
	}
	known[name] = v
	return v
}

// edged makes a secret with a sign first, with one last, with none, or as it comes.
func (m maker) edged(way int) string {
	switch way {
	case 1:
		return m.pick("+/", 1) + m.pick(base64Alphabet, 39)
	case 2:
		return m.pick(base64Alphabet, 39) + m.pick("+/", 1)
	case 3:
		return m.pick(base64Alphabet[:62], 40)
	}
	return m.pick(base64Alphabet[:62], 1) + m.pick(base64Alphabet, 38) + m.pick(base64Alphabet[:62], 1)
}

// headed makes a session token with one of the heads that AWS's have, the last as
// most are today.
func (m maker) headed(way int) string {
	heads := []string{"FwoGZXIvYXdz", "FQoGZXIvYXdz", "AQoDYXdz", "IQoJb3JpZ2luX2Vj", "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUC"}
	return heads[way] + m.pick(base64Alphabet, 248+4*m.r.IntN(200)) + []string{"", "=", "=="}[m.r.IntN(3)]
}

// draw fills a sample in.
func (m maker) draw(s sample, draw int, known map[string]string) string {
	return place.ReplaceAllStringFunc(s.text, func(p string) string {
		g := place.FindStringSubmatch(p)
		return written[g[3]](m.value(g[1], g[2], draw, known))
	})
}

// found writes what was found and is shown by default as the samples write it.
func found(fs []*finding.Finding, known map[string]string) []string {
	trimmed := map[string]string{}
	for name, v := range known {
		trimmed[strings.TrimRight(v, "=")] = name
	}
	var out []string
	for _, f := range shown(fs) {
		var parts []string
		for _, p := range f.Parts {
			name, ok := trimmed[strings.TrimRight(p.Value.Reveal(), "=")]
			if !ok {
				name = "?" + p.Value.Reveal()
			}
			parts = append(parts, name)
		}
		if len(parts) == 0 {
			parts = []string{f.Rule}
		}
		out = append(out, strings.Join(parts, "+"))
	}
	slices.Sort(out)
	return out
}

// Files as people write them: what is right is found, and joined as it belongs.
func TestSamples(t *testing.T) {
	e := engine(t)
	all := samples(t)
	if len(all) < 700 {
		t.Fatalf("only %d samples", len(all))
	}
	for seed, s := range all {
		t.Run(s.name, func(t *testing.T) {
			for draw := range 4 {
				m, known := newMaker(uint64(seed)*100+uint64(draw)), map[string]string{}
				text := m.draw(s, draw, known)
				fs := scan(e, "file", text)
				if got := found(fs, known); !slices.Equal(got, s.want) {
					t.Fatalf("got %q, want %q in\n%s", got, s.want, text)
				}
				checkLines(t, s, fs, known)
			}
		})
	}
}

// checkLines compares the lines of the parts with where the sample has them.
func checkLines(t *testing.T, s sample, fs []*finding.Finding, known map[string]string) {
	t.Helper()
	lines := map[string][]int{}
	for i, line := range strings.Split(s.text, "\n") {
		for _, m := range place.FindAllStringSubmatch(line, -1) {
			v := strings.TrimRight(known[m[1]+m[2]], "=")
			lines[v] = append(lines[v], i+1)
		}
	}
	for _, f := range shown(fs) {
		for _, p := range f.Parts {
			if !slices.Contains(lines[strings.TrimRight(p.Value.Reveal(), "=")], p.Line) {
				t.Fatalf("%s is said to be on line %d of\n%s", p.Kind, p.Line, s.text)
			}
		}
	}
}

// noSecrets are what stands in a secret's place and is none.
var noSecrets = []func(maker) string{
	func(m maker) string { return m.pick(hexDigits, 40) },
	func(m maker) string { return m.pick(hexDigits, 64) },
	func(m maker) string { return m.uuid() },
	func(m maker) string { return m.pick(base64Alphabet, 43) + "=" },
	func(maker) string { return "YOUR_SECRET_ACCESS_KEY" },
	func(maker) string { return "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
	func(maker) string { return strings.Repeat("x", 40) },
	func(maker) string { return strings.Repeat("*", 40) },
	func(maker) string { return "exports/Reports2021/Quarter1/TotalsFinal1" },
	func(maker) string { return "arn:aws:iam::123456789012:user/helen" },
	func(maker) string { return "$AWS_SECRET_ACCESS_KEY" },
	func(maker) string { return "<secret-access-key>" },
}

// The same files with something else in the secrets' places: the key IDs and
// tokens are told, and nothing besides.
func TestSamplesWithoutSecrets(t *testing.T) {
	e := engine(t)
	for seed, s := range samples(t) {
		if strings.Contains(s.text, "«P") || !strings.Contains(strings.Join(s.want, ""), "S") {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			for n := range 4 {
				m, known := newMaker(uint64(seed)*100+uint64(n)+50), map[string]string{}
				for i := 1; i <= 9; i++ {
					known["S"+strconv.Itoa(i)] = noSecrets[(seed+3*n)%len(noSecrets)](m)
				}
				want := map[string]bool{}
				for _, w := range s.want {
					for p := range strings.SplitSeq(w, "+") {
						want[p] = p[0] != 'S'
					}
				}
				text := m.draw(s, n, known)
				got := map[string]bool{}
				for _, f := range found(scan(e, "file", text), known) {
					for p := range strings.SplitSeq(f, "+") {
						if got[p] = true; !want[p] {
							t.Errorf("takes %s for a credential in\n%s", p, text)
						}
					}
				}
				for p, w := range want {
					if w && !got[p] {
						t.Errorf("misses %s in\n%s", p, text)
					}
				}
			}
		})
	}
}

// wrappings are ways in which a whole file stands in another or is written.
var wrappings = map[string]func(string) string{
	"Windows":      func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
	"JSON string":  func(s string) string { b, _ := json.Marshal(map[string]string{"file": s}); return string(b) + "\n" },
	"base64":       func(s string) string { return "data: " + base64.StdEncoding.EncodeToString([]byte(s)) + "\n" },
	"base64 lines": func(s string) string { return lines76(base64.StdEncoding.EncodeToString([]byte(s))) },
	"UTF-16LE":     func(s string) string { return inUTF16(s, 0) },
	"UTF-16BE":     func(s string) string { return inUTF16(s, 1) },
	"percent":      func(s string) string { return "data=" + url.QueryEscape(strings.ReplaceAll(s, " ", "\t")) + "\n" },
	"commented": func(s string) string {
		return "# " + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\n# ") + "\n"
	},
	"added": func(s string) string {
		return "+" + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\n+") + "\n"
	},
	"indented": func(s string) string {
		return "\t" + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\n\t") + "\n"
	},
}

func lines76(s string) string {
	var b strings.Builder
	for c := range slices.Chunk([]byte(s), 76) {
		b.Write(append(c, '\n'))
	}
	return b.String()
}

func inUTF16(s string, order int) string {
	b := []byte{0xff, 0xfe}
	if order == 1 {
		b = []byte{0xfe, 0xff}
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>(8*order)), byte(u>>(8*(1-order))))
	}
	return string(b)
}

// ambiguous are samples that a wrapping leaves without a right answer.
var ambiguous = map[string]string{
	"added/diff4.patch":     "a sign before a bare secret that does not begin the line is the secret's",
	"commented/diff4.patch": "likewise",
	"indented/diff4.patch":  "likewise",
	"added/i.sh":            "a sign before the rest of a bare secret is the secret's",
	"base64 lines/e.env":    "a line of the encoding begins where the value does, and holds it as a value encoded by itself",
}

// What is right stays right however the whole file is wrapped or written.
func TestSamplesWrapped(t *testing.T) {
	e := engine(t)
	for wrapping, wrap := range wrappings {
		t.Run(wrapping, func(t *testing.T) {
			for seed, s := range samples(t) {
				if _, file, _ := strings.Cut(s.name, " "); ambiguous[wrapping+"/"+file] != "" {
					continue
				}
				m, known := newMaker(uint64(seed)*100), map[string]string{}
				text := wrap(m.draw(s, seed%4, known))
				if got := found(scan(e, "file", text), known); !slices.Equal(got, s.want) {
					t.Errorf("%s: got %q, want %q in\n%s", s.name, got, s.want, text)
				}
			}
		})
	}
}
