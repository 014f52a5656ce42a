package layers

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

func unwide(t testing.TB, data []byte) (texts []string) {
	t.Helper()
	for _, f := range look(t, "utf-16", Text{Data: data, To: len(data)}, nil, new(Buffer)) {
		texts = append(texts, f.data)
	}
	return texts
}

// TestUTF16SaysTheSame writes texts with unicode/utf16 and reads them back.
func TestUTF16SaysTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	foreign := []rune("日本語テスト中文密钥é\u0100ÿпарольß\u2028😀\U0001f600")
	for range 4000 {
		s := "begin"
		for range r.IntN(12) {
			for range r.IntN(10) {
				s += string(foreign[r.IntN(len(foreign))])
			}
			s += []string{"", "=", "key: ", "\r\n", "AWS_SECRET"}[r.IntN(5)]
		}
		s += "end."
		for _, bigEndian := range []bool{false, true} {
			data := append([]byte{0xff, 0xfe}, utf16Bytes(s, bigEndian)...)
			if bigEndian {
				data[0], data[1] = 0xfe, 0xff
			}
			if got := unwide(t, data); len(got) != 1 || got[0] != s {
				t.Fatalf("big endian %v: %q came back as %q", bigEndian, s, got)
			}
		}
	}
}

func TestUTF16Sorts(t *testing.T) {
	le := func(s string) []byte { return utf16Bytes(s, false) }
	for name, c := range map[string]struct {
		in   []byte
		want []string
	}{
		"at an odd offset":        {append([]byte("x"), le("password=secret")...), []string{"password=secret"}},
		"behind other text":       {append([]byte("xy"), utf16Bytes("password=secret", true)...), []string{"password=secret"}},
		"before other text":       {append(le("password=secret"), "xy"...), []string{"password=secret"}},
		"seven":                   {le("seven77"), nil},
		"eight":                   {le("eight888"), []string{"eight888"}},
		"two strings of a binary": {le("string one\x00string two\x00"), []string{"string one", "string two"}},
		"a wide gap":              {le("before it" + strings.Repeat("文", 257) + "behind it"), []string{"before it", "behind it"}},
		"as wide as may be":       {le("before it" + strings.Repeat("文", 256) + "behind it"), []string{"before it" + strings.Repeat("文", 256) + "behind it"}},
		"half a pair":             {append(append(le("before it"), 0x3d, 0xd8), le("behind it")...), []string{"before it\ufffdbehind it"}},
		"zeros":                   {make([]byte, 5000), nil},
		"small numbers":           {bytes.Repeat([]byte{1, 0, 2, 0}, 100), nil},
		"numbers of four bytes":   {bytes.Repeat([]byte{'A', 0, 0, 0}, 100), nil},
		"bytes":                   {[]byte("plain text"), nil},
	} {
		if got := unwide(t, c.in); strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestOuterOfUTF16(t *testing.T) {
	s := "first 中文😀é last"
	data := append([]byte{0xff, 0xfe}, utf16Bytes(s, false)...)
	UTF16(Text{Data: data, To: len(data)}, new(Buffer), func(seg *Segment) {
		units := 0
		for i, r := range s {
			if want := 2 + 2*units; seg.Outer(i) != want {
				t.Errorf("%q came from %d, want %d", r, seg.Outer(i), want)
			}
			if units++; r > 0xffff {
				units++
			}
		}
		if seg.End != len(data) {
			t.Errorf("ends at %d of %d", seg.End, len(data))
		}
	})
}

func FuzzUTF16(f *testing.F) {
	f.Add("begin 中文 end of it", true, uint8(0))
	f.Add("password=\U0001f600\ud7ff secret", false, uint8(1))
	f.Fuzz(func(t *testing.T, s string, bigEndian bool, before uint8) {
		// Frame and content keep what is promised: cores at both ends, no NUL, no
		// wide gap, even offsets.
		s = strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "")
		s = "beginning" + s[:min(len(s), 250)] + "and end"
		s = strings.ToValidUTF8(s, "")
		data := append(bytes.Repeat([]byte{0xff}, int(before)&^1), utf16Bytes(s, bigEndian)...)
		if got := unwide(t, data); len(got) != 1 || got[0] != s {
			t.Fatalf("big endian %v: %q came back as %q", bigEndian, s, got)
		}
		unwide(t, []byte(s)) // anything at all may come in
	})
}

func BenchmarkUTF16(b *testing.B) {
	text := string(prose(rand.New(rand.NewPCG(2, 10)), 6<<20))
	for name, data := range map[string][]byte{
		"text": utf16Bytes(text, false), "zeros": make([]byte, 12<<20), "binary": bytes.Repeat([]byte{1, 0, 0, 0, 'x', 0, 200, 3}, 12<<20/8),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			var buf Buffer
			for b.Loop() {
				UTF16(Text{Data: data, To: len(data)}, &buf, func(*Segment) {})
			}
		})
	}
}
