package literal

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// compare fails where the two ways differ, or where Find touches what dst held.
func compare(t *testing.T, s *Set, data []byte, from, to int) []Hit {
	t.Helper()
	first := Hit{-1, -1}
	got := s.Find([]Hit{first}, data, from, to)
	want := s.FindRef([]Hit{first}, data, from, to)
	if !slices.Equal(got, want) {
		t.Fatalf("%d bytes [%d:%d) literals %+v\n got %v\nwant %v", len(data), from, to, s.lits, clip(got), clip(want))
	}
	return got[1:]
}

func clip(h []Hit) []Hit { return h[:min(len(h), 50)] }

func TestFindSays(t *testing.T) {
	// The offsets are counted by hand.
	s := New([]Literal{{"AKIA", false}, {"aws_secret_access_key", true}, {"KIA", false}, {"", true}, {"key", true}, {"AKIA", false}})
	data := []byte("AKIAKIA AWS_Secret_access_KEY akia AKI")
	want := []Hit{{0, 0}, {0, 5}, {1, 2}, {3, 0}, {3, 5}, {4, 2}, {8, 1}, {26, 4}}
	if got := compare(t, s, data, 0, len(data)); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := compare(t, s, data, 1, 9); !slices.Equal(got, want[2:7]) {
		t.Errorf("of a part: got %v, want %v", got, want[2:7])
	}
	if got := compare(t, s, data[:28], 0, 28); !slices.Equal(got, want[:6]) {
		t.Errorf("cut off: got %v, want %v", got, want[:6])
	}
}

func TestFoldIsLettersOnly(t *testing.T) {
	s := New([]Literal{{"a_b@z`", true}, {"{[é", true}})
	for _, text := range []string{"A_B@Z`", "A\x7fB@Z`", "A_B`Z`", "A_B@Z@", "[{É", "{[É", "{[é", "{{é"} {
		data := []byte(text)
		got := len(compare(t, s, data, 0, len(data)))
		if want := map[string]int{"A_B@Z`": 1, "{[é": 1}[text]; got != want {
			t.Errorf("%q: %d hits, want %d", text, got, want)
		}
	}
}

// TestAllSmall looks at every text of up to 7 bytes over four letters, every
// part of it, for sets that overlap in every manner.
func TestAllSmall(t *testing.T) {
	sets := [][]Literal{
		{{"a", false}}, {{"A", true}, {"a", false}}, {{"ab", true}, {"b", false}, {"abab", false}},
		{{"aa", false}, {"aaa", false}, {"aaaa", true}}, {{"bAb", true}, {"Ab", false}, {"babb", true}, {"", false}},
	}
	const letters = "aAbc"
	for _, lits := range sets {
		s := New(lits)
		var grow func(text []byte)
		grow = func(text []byte) {
			for from := 0; from <= len(text); from++ {
				for to := from; to <= len(text); to++ {
					if len(text) < 6 || to == len(text) || from == 0 {
						compare(t, s, text, from, to)
					}
				}
			}
			if len(text) < 7 {
				for _, l := range []byte(letters) {
					grow(append(text[:len(text):len(text)], l))
				}
			}
		}
		grow(nil)
	}
}

// TestLanes puts literals at and around the lanes' joins, where they could be
// lost or found twice.
func TestLanes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 400 {
		lits := randomLiterals(r, 1+r.IntN(8), "abAB", 14)
		s := New(lits)
		data := randomBytes(r, laneMin+r.IntN(300), "aAbBc"[:2+r.IntN(4)])
		from, to := r.IntN(40), len(data)-r.IntN(40)
		w := (to - from) / lanes
		for range 20 {
			l := lits[r.IntN(len(lits))].Bytes
			at := from + r.IntN(lanes+1)*w - r.IntN(len(l)+1)
			if at >= 0 && at < len(data) {
				copy(data[at:], l)
			}
		}
		if compare(t, s, data, from, to); round%4 == 0 {
			compare(t, s, data, 0, to)
			compare(t, s, data, from, len(data))
		}
	}
}

// TestParts takes a text apart: the parts' hits, put together, are the whole's.
func TestParts(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		s := New(randomLiterals(r, 1+r.IntN(20), "abAB_", 20))
		data := randomBytes(r, 1+r.IntN(5000), "abA_b")
		var got []Hit
		for at := 0; at < len(data); {
			to := min(len(data), at+1+r.IntN(2000))
			got = s.Find(got, data, at, to)
			at = to
		}
		if want := s.FindRef(nil, data, 0, len(data)); !slices.Equal(got, want) {
			t.Fatalf("parts: %d hits, whole: %d", len(got), len(want))
		}
	}
}

// TestManyLiterals has sets that don't fit the table at full depth.
func TestManyLiterals(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, n := range []int{100, 1000, 20000} {
		s := New(randomLiterals(r, n, string(all), 24))
		if cells := len(s.auto.next); n == 100 && cells > maxCells {
			t.Errorf("%d literals: %d cells, more than %d", n, cells, maxCells)
		}
		data := randomBytes(r, 4000, string(all))
		for range 100 {
			copy(data[r.IntN(len(data)):], s.lits[r.IntN(n)].Bytes)
		}
		if len(compare(t, s, data, 0, len(data))) == 0 {
			t.Errorf("%d literals: nothing found of what was put there", n)
		}
	}
}

func TestUsedAtOnce(t *testing.T) {
	s := New(typical())
	data := []byte(strings.Repeat("x = 'aws_session_token' AKIA ", 3000))
	want := s.FindRef(nil, data, 0, len(data))
	done := make(chan bool)
	for range 4 {
		go func() {
			ok := true
			for range 20 {
				ok = ok && slices.Equal(s.Find(nil, data, 0, len(data)), want)
			}
			done <- ok
		}()
	}
	for range 4 {
		if !<-done {
			t.Error("a set used by several goroutines found something else")
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("AKIA\nkey", []byte("xAKIA key KEY"), uint16(0), uint16(13), uint8(2), uint16(1))
	f.Add("aa\naaa\nA", []byte("aaAAaaa"), uint16(1), uint16(6), uint8(5), uint16(700))
	f.Add("----begin a\n----begin b\n-", []byte("-----begin a----BEGIN B"), uint16(0), uint16(99), uint8(6), uint16(90))
	f.Fuzz(func(t *testing.T, words string, data []byte, from, to uint16, folds uint8, repeat uint16) {
		var lits []Literal
		for i, w := range strings.Split(words, "\n") {
			lits = append(lits, Literal{w, folds>>(i%8)&1 == 1})
		}
		if len(data) > 0 {
			data = bytes.Repeat(data, 1+min(int(repeat), 4000/len(data)))
		}
		lo, hi := min(int(from), len(data)), min(int(to), len(data))
		s := New(lits[:min(len(lits), 50)])
		compare(t, s, data, lo, max(lo, hi))
		compare(t, s, data, 0, len(data))
	})
}

func randomLiterals(r *rand.Rand, n int, letters string, longest int) []Literal {
	lits := make([]Literal, n)
	for i := range lits {
		lits[i] = Literal{string(randomBytes(r, 1+r.IntN(longest), letters)), r.IntN(3) == 0}
	}
	return lits
}

func randomBytes(r *rand.Rand, n int, letters string) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return b
}

// typical is a set like that of a rule pack: 60 literals of 3 to 24 bytes, a
// third of them in any case.
func typical() []Literal {
	var lits []Literal
	for _, w := range strings.Fields(`AKIA ASIA ABIA ACCA AROA AIDA A3T ABSK bedrock-api-key- amzn.mws. da2-
		X-Amz-Signature X-Amz-Credential IQoJb3JpZ2lu FwoGZXIvYXdz AQoDYXdz AWSAccessKeyId -----BEGIN ghp_ gho_ ghu_
		ghs_ ghr_ github_pat_ PuTTY-User-Key-File sk_live_ rk_live_ xoxb- xoxp- xapp- glpat- npm_ pypi-AgEI SG. AIza
		ya29. dckr_pat_ hvs. shpat_ EAACEdEose0cBA`) {
		lits = append(lits, Literal{w, false})
	}
	for _, w := range strings.Fields(`aws_secret aws_access_key aws_session_token secretaccesskey secret_access_key
		accesskeyid sessiontoken smtp_password awssecret aws-secret secret-access secret.key private_key apikey api_key
		client_secret auth_token access_token passwd password`) {
		lits = append(lits, Literal{w, true})
	}
	return lits
}

func goroot(b *testing.B) (files [][]byte, size int64) {
	root := filepath.Join(runtime.GOROOT(), "src")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
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

func BenchmarkFindGoroot(b *testing.B) {
	files, size := goroot(b)
	s := New(typical())
	b.SetBytes(size)
	var hits []Hit
	n := 0
	for b.Loop() {
		n = 0
		for _, data := range files {
			hits = s.Find(hits[:0], data, 0, len(data))
			n += len(hits)
		}
	}
	b.ReportMetric(float64(n), "hits")
	b.ReportMetric(float64(len(s.auto.next)*4>>10), "table-KiB")
}

func BenchmarkFindHostile(b *testing.B) {
	s := New(typical())
	for _, c := range []string{"A", "AKI", "aws_secre", "-----", "AKIA", "aws_access_key", "-----BEGIN "} {
		data := bytes.Repeat([]byte(c), 1<<20/len(c))
		b.Run(fmt.Sprintf("%q", c), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			var hits []Hit
			for b.Loop() {
				hits = s.Find(hits[:0], data, 0, len(data))
			}
		})
	}
}

func BenchmarkFindShort(b *testing.B) {
	s := New(typical())
	for _, n := range []int{20, 150, 200, 1000} {
		data := bytes.Repeat([]byte("func main() { "), 100)[:n]
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(n))
			for b.Loop() {
				s.Find(nil, data, 0, n)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	lits := randomLiterals(rand.New(rand.NewPCG(7, 8)), 100, "abcdefghijklmnopqrstuvwxyz_-ABCDEFGHIJKLMNOPQRSTUVWXYZ", 24)
	for b.Loop() {
		New(lits)
	}
}
