package match_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/match"
)

// dump writes everything that a finding says, secrets included.
func dump(fs []*finding.Finding) string {
	fs = slices.Clone(fs)
	slices.SortFunc(fs, finding.Compare)
	var b strings.Builder
	for _, f := range fs {
		fmt.Fprintf(&b, "%s %v %v %s:%d:%d-%d:%d %v %q %s %q %v %+v\n", f.Rule, f.Confidence, f.Severity, f.Path, f.StartLine, f.StartColumn, f.EndLine, f.EndColumn, f.Layers, f.Value.Reveal(), f.Fingerprint, f.Why, f.Expires, f.Around)
		for _, p := range f.Parts {
			fmt.Fprintf(&b, "  %s %q %d:%d\n", p.Kind, p.Value.Reveal(), p.Line, p.Column)
		}
		if f.AWS != nil {
			fmt.Fprintf(&b, "  %+v\n", *f.AWS)
		}
	}
	return b.String()
}

func cutInto(e *match.Engine, data []byte, at ...int) string {
	var out []*finding.Finding
	w := e.Worker()
	for _, c := range chunk.Cut(&chunk.Content{Kind: chunk.File, Path: "f"}, data, at...) {
		// A source overwrites its buffer: so does this one.
		buf := bytes.Clone(c.Data)
		c.Data = buf
		w.Match(c, func(f *finding.Finding) { out = append(out, f) })
		for i := range buf {
			buf[i] = 'x'
		}
	}
	return dump(out)
}

// mixture strings shapes together with text of all kinds between.
func mixture(t testing.TB, r *rand.Rand, size int) []byte {
	m, all := maker{r}, samples(t)
	var b bytes.Buffer
	for b.Len() < size {
		switch r.IntN(7) {
		case 0:
			text, _ := m.fill(shapes[r.IntN(len(shapes))].text)
			b.WriteString(text)
		case 1, 6:
			b.WriteString(m.draw(all[r.IntN(len(all))], r.IntN(4), map[string]string{}))
		case 2:
			b.WriteString(strings.Repeat("plain words in a line\n", r.IntN(200)))
		case 3:
			b.WriteString(m.pick(base64Alphabet, r.IntN(3000)))
		case 4:
			b.WriteString(strings.Repeat("\n", r.IntN(9)))
		case 5:
			for range r.IntN(500) {
				b.WriteByte(byte(r.Uint32()))
			}
		}
	}
	return b.Bytes()
}

// A content gives the same findings however it is cut.
func TestCuts(t *testing.T) {
	e := engine(t)
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 1))
		data := mixture(t, r, 200_000+r.IntN(300_000))
		want := cutInto(e, data)
		if strings.Count(want, "\n") < 10 {
			t.Fatal("hardly anything is found in the text that is to be cut")
		}
		for range 6 {
			var at []int
			for range 1 + r.IntN(12) {
				at = append(at, 1+r.IntN(len(data)-1))
			}
			slices.Sort(at)
			at = slices.Compact(at)
			if got := cutInto(e, data, at...); got != want {
				t.Fatalf("seed %d: cut at %v differs:\n%s", seed, at, firstDifference(want, got))
			}
		}
	}
}

// Every place for a cut through a credential gives the same.
func TestEveryCut(t *testing.T) {
	e := engine(t)
	r := rand.New(rand.NewPCG(9, 9))
	pad := bytes.Repeat([]byte("some text of a file that is large\n"), 2*chunk.Reach/34+1)
	for _, name := range []string{"INI with token", "Kubernetes env", "CSV, secret column alone"} {
		i := slices.IndexFunc(shapes, func(s struct{ name, text, want string }) bool { return s.name == name })
		text, _ := maker{r}.fill(shapes[i].text)
		data := slices.Concat(pad, []byte(text), pad)
		if strings.HasPrefix(name, "CSV") {
			data = slices.Concat([]byte(text), pad)
		}
		want := cutInto(e, data)
		begin := bytes.Index(data, []byte(text))
		for at := max(begin-30, 1); at < begin+len(text)+30; at++ {
			if got := cutInto(e, data, at); got != want {
				t.Fatalf("%s: cut at %d differs:\n%s", name, at-begin, firstDifference(want, got))
			}
		}
	}
}

// The fast engine says what the plain one says.
func TestReference(t *testing.T) {
	e := engine(t)
	for seed := range uint64(4) {
		data := mixture(t, rand.New(rand.NewPCG(seed, 2)), 60_000)
		want := dump(e.Reference(&chunk.Content{Kind: chunk.File, Path: "f"}, data))
		if got := cutInto(e, data, len(data)/3, len(data)/2); got != want {
			t.Fatalf("seed %d: differs from the plain engine:\n%s", seed, firstDifference(want, got))
		}
	}
}

func FuzzCuts(f *testing.F) {
	e := engine(f)
	for seed, s := range shapes {
		text, _ := newMaker(uint64(seed)).fill(s.text)
		f.Add([]byte(text), uint16(7))
	}
	for seed, s := range samples(f) {
		if seed%10 == 0 {
			f.Add([]byte(newMaker(uint64(seed)).draw(s, seed, map[string]string{})), uint16(seed))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, at uint16) {
		want := dump(e.Reference(&chunk.Content{Kind: chunk.File, Path: "f"}, data))
		var cuts []int
		if len(data) > 1 {
			cuts = []int{1 + int(at)%(len(data)-1)}
		}
		if got := cutInto(e, data, cuts...); got != want {
			t.Fatalf("cut at %v differs from the plain engine:\n%s", cuts, firstDifference(want, got))
		}
	})
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := 0; i < len(w) && i < len(g); i++ {
		if w[i] != g[i] {
			return fmt.Sprintf("want %.600s\n got %.600s", w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines, not %d", len(g), len(w))
}
