package layers

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"
)

func unwrapAll(t testing.TB, data []byte) []found {
	t.Helper()
	return look(t, "base64", Text{Data: data, To: len(data)}, nil, new(Buffer))
}

// runsRef finds runs in the plainest way.
func runsRef(data []byte) (runs [][2]int) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
	for i := 0; i < len(data); i++ {
		j := i
		for j < len(data) && strings.IndexByte(alphabet, data[j]) >= 0 {
			j++
		}
		if j-i >= minChars {
			runs = append(runs, [2]int{i, j})
		}
		i = max(i, j)
	}
	return runs
}

// decodeRef decodes by encoding/base64.
func decodeRef(t testing.TB, chars string) string {
	if len(chars)%4 == 1 {
		chars = chars[:len(chars)-1]
	}
	out, err := base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(chars))
	if err != nil {
		t.Fatalf("%q: %v", chars, err)
	}
	return string(out)
}

// holdsText reports whether s has n bytes of ASCII text in a row.
func holdsText(s string, n int) bool {
	row := 0
	for _, b := range []byte(s) {
		if row++; b >= 0x7f || b < 0x20 && strings.IndexByte("\t\n\r\x00", b) < 0 {
			row = 0
		}
		if row >= n {
			return true
		}
	}
	return false
}

// checkBase64 compares what is handed on, in short data without line breaks,
// with what the promise says, by the standard library.
func checkBase64(t testing.TB, data []byte) {
	t.Helper()
	got := map[int64]string{}
	for _, f := range unwrapAll(t, data) {
		got[f.start] = f.data
	}
	for _, run := range runsRef(data) {
		start, end := run[0], run[1]
		if start > 0 && data[start-1] == '\\' && strings.IndexByte("nrt", data[start]) >= 0 {
			start++
		}
		pads := len(data[end:]) - len(bytes.TrimLeft(data[end:], "="))
		if end+min(pads, 2)-start < 24 || end-start < 22 {
			continue
		}
		for phase := range 4 {
			at := start + phase
			want := decodeRef(t, string(data[at:end]))
			head := want[:min(18, len(want))]
			must := holdsText(want, 16) || phase == 0 && utf8.ValidString(head) && holdsText(strings.ToValidUTF8(strings.Map(asciiOnly, head), ""), len(strings.Map(asciiOnly, head)))
			if data, ok := got[int64(at)]; ok && data != want || !ok && must {
				t.Fatalf("phase %d of %q: got %q (%v), want %q", phase, data[start:], data, ok, want)
			}
			delete(got, int64(at))
		}
	}
	if len(got) > 0 {
		t.Fatalf("of %q came what is no run: %v", data, got)
	}
}

// asciiOnly leaves out what is no ASCII.
func asciiOnly(r rune) rune {
	if r < utf8.RuneSelf {
		return r
	}
	return -1
}

func TestBase64Promise(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	const glue = "abcdefXYZ019/-_+"
	for range 4000 {
		text := prose(r, 16+r.IntN(80))
		plain := append(append(noise(r, r.IntN(40)), text...), noise(r, r.IntN(40))...)
		enc := []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding}[r.IntN(4)]
		var data []byte
		for range r.IntN(9) {
			data = append(data, glue[r.IntN(len(glue))])
		}
		data = append(append([]byte{" \"=:\\"[r.IntN(5)]}, data...), enc.EncodeToString(plain)...)
		data = append(data, " \"=&"[r.IntN(4)])
		checkBase64(t, data)
	}
}

// TestBase64Sorts has what is, and what isn't, taken for text.
func TestBase64Sorts(t *testing.T) {
	enc := base64.StdEncoding.EncodeToString
	utf16le := utf16Bytes("Write-Host 'token'", false)
	for name, c := range map[string]struct {
		in   string
		want string // held by a segment; "" for no segment at all
	}{
		"a value of a secret":           {"password: " + enc([]byte("0123456789abcdef")), "0123456789abcdef"},
		"behind an equals sign":         {"PASSWORD_BASE64=" + enc([]byte("some longer password")), "some longer password"},
		"behind a scheme":               {"data:text/plain;base64," + enc([]byte("some longer password")), "some longer password"},
		"glued by a slash":              {"prefix/" + enc([]byte("some longer password")), "some longer password"},
		"glued by a dash":               {"x-" + enc([]byte("some longer password")) + "-y", "some longer password"},
		"UTF-8 at the beginning":        {enc([]byte("пароль: ключ 密码")), "пароль: ключ 密码"},
		"UTF-16":                        {"-enc " + enc(utf16le), string(utf16le)},
		"behind an escaped line break":  {`"cert:\n` + enc([]byte("some longer password")), "some longer password"},
		"text within what is not":       {enc([]byte("\xff\xfe\x01\x02some longer password\xff\xff\xff")), "some longer password"},
		"of the alphabet for addresses": {base64.URLEncoding.EncodeToString([]byte("some>>longer???password")), "some>>longer???password"},
		"a path":                        {"github.com/some/organisation/with/a/long/path/to/some_file-name", ""},
		"an identifier":                 {"thisIsAnUnusuallyLongIdentifierForAFunctionInJava", ""},
		"a hash":                        {"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", ""},
		"too short":                     {enc([]byte("0123456789abcde"))[:20], ""},
	} {
		var got []string
		for _, f := range unwrapAll(t, []byte(c.in)) {
			got = append(got, f.data)
		}
		if all := strings.Join(got, "\x00|"); c.want == "" && len(got) > 0 || !strings.Contains(all, c.want) {
			t.Errorf("%s: %q gave %q, want %q", name, c.in, got, c.want)
		}
	}
}

// TestWrapped takes every usual way of breaking lines back to the one text, and
// each byte to where its character stands.
func TestWrapped(t *testing.T) {
	text := string(bytes.ReplaceAll(prose(rand.New(rand.NewPCG(2, 6)), 1000), []byte("key"), []byte("KEY")))
	for _, width := range []int{60, 64, 72, 76, 128, 1024} {
		for _, breaks := range []string{"\n", "\r\n", "\n      ", "\r\n\t", `\n`, `\r\n`, `\\n`} {
			for _, frame := range [][2]string{{"", ""}, {"data: \"", "\""}, {"<Data>", "</Data>"}, {"-----BEGIN X-----" + breaks, breaks + "-----END X-----\n"}} {
				chars := base64.StdEncoding.EncodeToString([]byte(text))
				data := []byte(frame[0] + wrap(chars, width, breaks, "") + frame[1])
				segments := 0
				Base64(Text{Data: data, To: len(data)}, new(Buffer), func(s *Segment) {
					if segments++; string(s.Data) != text {
						t.Errorf("width %d, break %q, frame %q: got %q", width, breaks, frame[0], s.Data)
						return
					}
					for i := range s.Data {
						char := i * 4 / 3
						if want := len(frame[0]) + char + char/width*len(breaks); s.Outer(i) != want {
							t.Fatalf("width %d, break %q: byte %d came from %d, want %d", width, breaks, i, s.Outer(i), want)
						}
					}
				})
				if segments != 1 {
					t.Errorf("width %d, break %q, frame %q: %d segments", width, breaks, frame[0], segments)
				}
			}
		}
	}
}

// TestNotWrapped has neighbours that are no lines of one run.
func TestNotWrapped(t *testing.T) {
	value := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("value ", 8))) // 64 characters
	for name, after := range map[string]string{
		"a name":          "\n  other: x\n",
		"an assignment":   "\nother=x\n",
		"a longer line":   "\n" + value + "AAAA\n",
		"an empty line":   "\n\n" + value + "\n",
		"a word in prose": "\nand so on\n",
	} {
		fs := unwrapAll(t, []byte("data: "+value+after))
		if len(fs) == 0 || fs[0].data != strings.Repeat("value ", 8) {
			t.Errorf("%s: got %+v", name, fs)
		}
	}
}

// TestLongBlob finds text anywhere in a large blob, whole and in its place.
func TestLongBlob(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 7))
	plain := noise(r, 1<<20)
	marks := map[string]int{}
	for i := range 60 {
		mark := strings.Repeat(string(rune('a'+i%26)), 3) + string(rune('0'+i/26)) + strings.Repeat("long text ", r.IntN(900)) + "end"
		at := i*17_000 + r.IntN(7000)
		copy(plain[at:], "\xff"+mark+"\xff")
		marks[mark] = at + 1
	}
	for _, width := range []int{1 << 30, 76} {
		data := []byte(wrap(base64.StdEncoding.EncodeToString(plain), width, "\n", ""))
		owners := map[string]int{}
		Base64(Text{Data: data, To: len(data)}, new(Buffer), func(s *Segment) {
			for mark, at := range marks {
				i := bytes.Index(s.Data, []byte(mark))
				if i < s.From || i >= s.To {
					continue
				}
				owners[mark]++
				char := at * 4 / 3
				if want := char + char/width; s.Outer(i) != want {
					t.Errorf("%.4s came from %d, want %d", mark, s.Outer(i), want)
				}
			}
		})
		for mark := range marks {
			if owners[mark] != 1 {
				t.Errorf("width %d: %.4s… of %d bytes has %d owners", width, mark, len(mark), owners[mark])
			}
		}
	}
}

func FuzzBase64(f *testing.F) {
	f.Add([]byte("x/QUtJQUtJQUtJQUtJQUtJQUtJQUtJQUtJ=="))
	f.Add([]byte(`\nc29tZSBsb25nZXIgcGFzc3dvcmQ= -_-_`))
	f.Add([]byte("0L/QsNGA0L7Qu9GMOiDQutC70Y7RhyDlr4bnoIE="))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > longest {
			return
		}
		// Line breaks have tests of their own.
		data = bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("\n"), []byte(" ")), []byte(`\`), []byte(`\.`))
		checkBase64(t, data)
	})
}

func goroot(b *testing.B) (files [][]byte, size int64) {
	err := filepath.WalkDir(filepath.Join(runtime.GOROOT(), "src"), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			data, err := os.ReadFile(path)
			files, size = append(files, data), size+int64(len(data))
			return err
		}
		return err
	})
	if err != nil {
		b.Skip("no Go sources to read: ", err)
	}
	return files, size
}

func BenchmarkNextRunGoroot(b *testing.B) {
	files, size := goroot(b)
	b.SetBytes(size)
	runs, chars := 0, 0
	for b.Loop() {
		runs, chars = 0, 0
		for _, data := range files {
			for start, end := nextRun(data, 0); start >= 0; start, end = nextRun(data, end) {
				runs++
				chars += end - start
			}
		}
	}
	b.ReportMetric(float64(runs), "runs")
	b.ReportMetric(float64(chars), "chars")
}

func BenchmarkGoroot(b *testing.B) {
	files, size := goroot(b)
	for _, layer := range []string{"base64", "utf-16"} {
		b.Run(layer, func(b *testing.B) {
			b.SetBytes(size)
			var buf Buffer
			segments, decoded := 0, 0
			for b.Loop() {
				segments, decoded = 0, 0
				for _, data := range files {
					all[layer](Text{Data: data, To: len(data)}, nil, &buf, func(s *Segment) { segments++; decoded += len(s.Data) })
				}
			}
			b.ReportMetric(float64(segments), "segments")
			b.ReportMetric(float64(decoded), "decoded")
		})
	}
}

func BenchmarkBlob(b *testing.B) {
	r := rand.New(rand.NewPCG(4, 8))
	for name, plain := range map[string][]byte{"noise": noise(r, 9<<20), "text": prose(r, 9<<20)} {
		chars := base64.StdEncoding.EncodeToString(plain)
		for wrapped, data := range map[string]string{"": chars, "wrapped": wrap(chars, 76, "\n", "")} {
			b.Run(name+wrapped, func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				var buf Buffer
				decoded := 0
				for b.Loop() {
					decoded = 0
					Base64(Text{Data: []byte(data), To: len(data)}, &buf, func(s *Segment) { decoded += len(s.Data) })
				}
				b.ReportMetric(float64(decoded), "decoded")
			})
		}
	}
}
