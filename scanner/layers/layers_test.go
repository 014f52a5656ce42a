package layers

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"lockaway/scanner/chunk"
)

// found is what must not depend on cuts: a segment by its absolute place.
type found struct {
	start, end       int64
	ownFrom, ownTo   int
	firstOwn, endOwn int64 // where the own bytes came from
	data             string
}

var all = map[string]func(t Text, at []int, b *Buffer, emit func(*Segment)){
	"base64":  func(t Text, _ []int, b *Buffer, emit func(*Segment)) { Base64(t, b, emit) },
	"utf-16":  func(t Text, _ []int, b *Buffer, emit func(*Segment)) { UTF16(t, b, emit) },
	"percent": Percent,
	"json":    JSON,
}

// look takes a layer off a text, and checks what holds for every segment.
func look(t testing.TB, layer string, text Text, at []int, b *Buffer) []found {
	t.Helper()
	var out []found
	all[layer](text, at, b, func(s *Segment) {
		if s.Layer != layer || s.Start < 0 || s.Start >= s.End || s.End > len(text.Data) ||
			s.From < 0 || s.From > s.To || s.To > len(s.Data) {
			t.Fatalf("%s: segment %q [%d:%d) own [%d:%d) of %d in %d", layer, s.Layer, s.Start, s.End, s.From, s.To, len(s.Data), len(text.Data))
		}
		last := s.Start
		for i := range len(s.Data) + 1 {
			o := s.Outer(i)
			if o < last || o > s.End || i == 0 && len(s.Data) > 0 && o != s.Start {
				t.Fatalf("%s [%d:%d): Outer(%d) = %d after %d", layer, s.Start, s.End, i, o, last)
			}
			last = o
		}
		out = append(out, found{
			start: text.Offset + int64(s.Start), end: text.Offset + int64(s.End), ownFrom: s.From, ownTo: s.To,
			firstOwn: text.Offset + int64(s.Outer(s.From)), endOwn: text.Offset + int64(s.Outer(s.To)),
			data: string(s.Data),
		})
	})
	return out
}

// hits are where needle stands in data: what a prefilter would say.
func hits(data []byte, needle string) (at []int) {
	for i := 0; ; i++ {
		n := bytes.Index(data[i:], []byte(needle))
		if n < 0 {
			return at
		}
		i += n
		at = append(at, i)
	}
}

const needle = "key"

// checkCuts fails unless a layer says the same of data however it is cut: each
// chunk gives only what the whole gives, and all of that whose own bytes touch
// its own.
func checkCuts(t testing.TB, layer string, data []byte, cuts []int) int {
	t.Helper()
	var b Buffer
	whole := map[found]bool{}
	for _, f := range look(t, layer, Text{Data: data, To: len(data)}, hits(data, needle), &b) {
		if whole[f] {
			t.Fatalf("%s: [%d:%d) twice", layer, f.start, f.end)
		}
		whole[f] = true
	}
	for _, c := range chunk.Cut(&chunk.Content{}, data, cuts...) {
		if c.From == c.To {
			continue
		}
		part := map[found]bool{}
		for _, f := range look(t, layer, Of(c), hits(c.Data, needle), &b) {
			if !whole[f] {
				t.Fatalf("%s, cuts %v, owned [%d:%d): [%d:%d) own %d–%d (%d bytes) isn't there as a whole", layer, cuts,
					c.Offset+int64(c.From), c.Offset+int64(c.To), f.start, f.end, f.firstOwn, f.endOwn, len(f.data))
			}
			part[f] = true
		}
		for f := range whole {
			if f.firstOwn < c.Offset+int64(c.To) && f.endOwn > c.Offset+int64(c.From) && !part[f] {
				t.Fatalf("%s, cuts %v, owned [%d:%d): [%d:%d) own %d–%d (%d bytes) is missing", layer, cuts,
					c.Offset+int64(c.From), c.Offset+int64(c.To), f.start, f.end, f.firstOwn, f.endOwn, len(f.data))
			}
		}
	}
	return len(whole)
}

func TestCutsDoNotMatter(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		data := mixed(r, 60_000+r.IntN(200_000))
		for layer := range all {
			for range 3 {
				seen[layer] += checkCuts(t, layer, data, randomCuts(r, len(data)))
			}
		}
	}
	for layer, n := range seen {
		if t.Logf("%s: %d segments", layer, n); n < 1000 {
			t.Errorf("%s: only %d segments were compared", layer, n)
		}
	}
}

// TestCutsOfLongStretches has nothing but stretches about as long as what may
// be taken as a whole, where whether one is long is decided.
func TestCutsOfLongStretches(t *testing.T) {
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 2))
		var data []byte
		for len(data) < 150_000 {
			n := []int{longest - 60 + r.IntN(120), 30_000 + r.IntN(8000), r.IntN(2000), chunk.Reach + r.IntN(90)}[r.IntN(4)]
			data = append(data, stretch(r, r.IntN(7), n)...)
			data = append(data, []string{"\n", " \n", "\x00", "=\n", "\"\n\n"}[r.IntN(5)]...)
		}
		for layer := range all {
			checkCuts(t, layer, data, randomCuts(r, len(data)))
		}
	}
}

func randomCuts(r *rand.Rand, n int) []int {
	cuts := make([]int, 1+r.IntN(6))
	for i := range cuts {
		cuts[i] = r.IntN(n + 1)
	}
	if r.IntN(2) == 0 {
		cuts = append(cuts, min(n, cuts[0]+r.IntN(3))) // pieces of hardly a byte
	}
	slices.Sort(cuts)
	return cuts
}

// prose returns about n bytes of text with needles, escapes and percent signs.
func prose(r *rand.Rand, n int) []byte {
	words := strings.Fields(`the key is "quoted" a\nb \u00e9 %2F 100% x%3dy token=abc \\ 日本 é {"key":"v\/w"} \ud83d\ude00 %zz
		keykey path/to/some/long_file-name_of/things ===== 0123456789abcdef0123456789abcdef`)
	var out []byte
	for len(out) < n {
		out = append(out, words[r.IntN(len(words))]...)
		out = append(out, " \n\t. "[r.IntN(5)])
	}
	return out
}

func noise(r *rand.Rand, n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(r.Uint32())
	}
	return out
}

// payload is about n bytes: text, noise, or each by turns.
func payload(r *rand.Rand, n int) []byte {
	switch r.IntN(3) {
	case 0:
		return prose(r, n)
	case 1:
		return noise(r, n)
	}
	var out []byte
	for len(out) < n {
		out = append(append(out, prose(r, 5+r.IntN(300))...), noise(r, r.IntN(3000))...)
	}
	return out
}

// wrap breaks s into lines as encoders do.
func wrap(s string, width int, breaks, indent string) string {
	var out strings.Builder
	for len(s) > width {
		out.WriteString(s[:width] + breaks + indent)
		s = s[width:]
	}
	return out.String() + s
}

// stretch returns about n wrapped bytes of a kind.
func stretch(r *rand.Rand, kind, n int) []byte {
	switch kind {
	case 0:
		return []byte(base64.StdEncoding.EncodeToString(payload(r, n*3/4)))
	case 1:
		return []byte(base64.RawURLEncoding.EncodeToString(payload(r, n*3/4)))
	case 2:
		s := base64.StdEncoding.EncodeToString(payload(r, n*3/4))
		width := []int{64, 76, 60, 1024, 1028, 61}[r.IntN(6)]
		return []byte(wrap(s, width, []string{"\n", "\r\n", `\n`, `\r\n`, `\\n`}[r.IntN(5)], []string{"", "    "}[r.IntN(2)]))
	case 3:
		return utf16Bytes(string(bytes.ToValidUTF8(payload(r, n/2), []byte("中文"))), r.IntN(2) == 0)
	case 4:
		return bytes.ReplaceAll(bytes.ReplaceAll(prose(r, n), []byte(" "), []byte("%20")), []byte("\n"), []byte("%0A"))
	case 5:
		return bytes.ReplaceAll(prose(r, n), []byte("\n"), []byte(`\n`))
	}
	// Lines of characters of base64, most of one length.
	var out []byte
	for len(out) < n {
		line := base64.RawStdEncoding.EncodeToString(prose(r, 48))[:64]
		if r.IntN(20) == 0 {
			line = line[:r.IntN(64)]
		}
		out = append(append(out, line...), '\n')
	}
	return out
}

func mixed(r *rand.Rand, n int) []byte {
	var out []byte
	for len(out) < n {
		size := []int{r.IntN(200), r.IntN(3000), r.IntN(60_000)}[r.IntN(3)]
		out = append(out, stretch(r, r.IntN(7), size)...)
		out = append(out, []string{"\n", " ", "\x00", "", "\"", "=", "/", `\n`}[r.IntN(8)]...)
		if r.IntN(3) == 0 {
			out = append(out, payload(r, r.IntN(500))...)
		}
	}
	return out
}

func utf16Bytes(s string, bigEndian bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if bigEndian {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}

// TestEveryByteIsOwnedOnce adds the blocks of one long stretch up.
func TestEveryByteIsOwnedOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	text := bytes.ReplaceAll(prose(r, 150_000), []byte("\n"), []byte("_"))
	cases := map[string][]byte{
		"base64":  []byte(base64.StdEncoding.EncodeToString(text)),
		"utf-16":  utf16Bytes("starting: "+string(text)+" :the end", false),
		"json":    []byte(`"` + strings.ReplaceAll(string(text), `"`, `\"`) + `"`),
		"percent": []byte(strings.NewReplacer(" ", "%20", "\t", "%09").Replace(string(text))),
	}
	for layer, data := range cases {
		var b Buffer
		byPlace := map[int64]string{} // the own bytes of each block, by where they came from
		for _, f := range look(t, layer, Text{Data: data, To: len(data)}, hits(data, needle), &b) {
			if layer == "base64" && f.start%4 != 0 {
				continue // another phase
			}
			if byPlace[f.firstOwn] != "" {
				t.Errorf("%s: two segments own what came from %d", layer, f.firstOwn)
			}
			byPlace[f.firstOwn] = f.data[f.ownFrom:f.ownTo]
		}
		var got strings.Builder
		for _, at := range slices.SortedFunc(maps.Keys(byPlace), cmp.Compare[int64]) {
			got.WriteString(byPlace[at])
		}
		want := map[string]string{
			"base64": string(text), "utf-16": "starting: " + string(text) + " :the end",
			"json": unescapeRef(string(data)), "percent": unpercentRef(string(data)),
		}[layer]
		if len(byPlace) < 5 || got.String() != want {
			i := 0
			for i < min(got.Len(), len(want)) && got.String()[i] == want[i] {
				i++
			}
			t.Errorf("%s: %d blocks, %d own bytes, want %d; they differ from byte %d on", layer, len(byPlace), got.Len(), len(want), i)
		}
	}
}

// TestLinear has what could make a search look at the same bytes again and
// again: each takes well under a second, or with a square hours.
func TestLinear(t *testing.T) {
	const size = 4 << 20
	for _, unit := range []string{
		"A", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAA ", "QUJD\n", strings.Repeat("QUJD", 16) + "\n",
		strings.Repeat("QUJD", 16) + `\n`, "\x00", "a\x00", "\x00\x01", "a\x00b\x00c\x00d\x00\x01\x02", "%41", "%", "key%41", `\`, `\n`, `key\u0041`,
		"key", "key\n", "key ",
	} {
		data := bytes.Repeat([]byte(unit), size/len(unit))
		at := hits(data, needle)
		for _, layer := range slices.Sorted(maps.Keys(all)) {
			n, decoded := 0, 0
			all[layer](Text{Data: data, To: len(data)}, at, new(Buffer), func(s *Segment) { n++; decoded += len(s.Data) })
			if decoded > 12*size {
				t.Errorf("%s of %q…: %d MB in %d segments", layer, unit[:min(8, len(unit))], decoded>>20, n)
			}
		}
	}
}

func FuzzCuts(f *testing.F) {
	f.Add([]byte("a key: QUtJQUtJQUtJQUtJQUtJQUtJQUtJQUtJ\n"), uint16(3), uint16(9000), uint32(40_000), uint8(0))
	f.Add([]byte(strings.Repeat("QUJDREVG", 8)+"\n"), uint16(0), uint16(1200), uint32(33_000), uint8(2))
	f.Add([]byte("k\x00e\x00y\x00 \x00=\x00 \x00a\x00b\x00\x2d\x4e"), uint16(1), uint16(4000), uint32(50_000), uint8(1))
	f.Add([]byte(`{"key":"a\nb%2Fc\u00e9"} `), uint16(5), uint16(3000), uint32(34_500), uint8(3))
	names := slices.Sorted(maps.Keys(all))
	f.Fuzz(func(t *testing.T, unit []byte, odd, repeat uint16, cut uint32, layer uint8) {
		if len(unit) == 0 {
			return
		}
		data := bytes.Repeat(unit, min(1+int(repeat), 1+100_000/len(unit)))
		data = append(data[int(odd)%len(data):], data[:int(odd)%len(data)]...)
		checkCuts(t, names[int(layer)%len(names)], data, []int{int(cut) % (len(data) + 1)})
	})
}

func ExampleBase64() {
	data := []byte("password: aHVudGVyMmh1bnRlcjJodW50ZXIy\n")
	Base64(Text{Data: data, To: len(data)}, new(Buffer), func(s *Segment) {
		fmt.Printf("%s at %d: %s\n", s.Layer, s.Start, s.Data)
	})
	// Output: base64 at 10: hunter2hunter2hunter2
}
