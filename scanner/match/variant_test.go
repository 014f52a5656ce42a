package match_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/match"
)

// edit is a stretch of a text that becomes another.
type edit struct {
	at, gone int
	text     []byte
}

// apply makes the edits, which ascend, and returns where the result differs.
func apply(data []byte, edits []edit) ([]byte, []chunk.Range) {
	var out []byte
	var changed []chunk.Range
	pos := 0
	for _, e := range edits {
		if e.at < pos {
			continue
		}
		out = append(out, data[pos:e.at]...)
		changed = append(changed, chunk.Range{From: len(out), To: len(out) + len(e.text)})
		out = append(out, e.text...)
		pos = e.at + e.gone
	}
	return append(out, data[pos:]...), changed
}

// variant gives what the worker says of a variant, or false where the base is not
// a quiet one.
func variant(w *match.Worker, base, data []byte, changed []chunk.Range) (string, bool) {
	content := &chunk.Content{Kind: chunk.File, Path: "f"}
	w.Match(chunk.Whole(content, base), func(*finding.Finding) {})
	if !w.Quiet() {
		return "", false
	}
	var out []*finding.Finding
	if !w.Same(chunk.Whole(content, data), changed) {
		w.Match(chunk.Whole(content, data), func(f *finding.Finding) { out = append(out, f) })
	}
	return dump(out), true
}

// A text with a credential is made of one in which it is broken, by the edits
// that mend it: the worker sees nothing but the place of the edits.
func TestVariantsMended(t *testing.T) {
	e := engine(t)
	w := e.Worker()
	quiet, loud := 0, 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 5))
		m := maker{r}
		text, _ := m.fill(shapes[r.IntN(len(shapes))].text)
		pad := bytes.Repeat([]byte("some words of a text that is large\n"), r.IntN(3)*200)
		data := slices.Concat(pad, []byte(text), pad)
		// The edits backwards: what they will put in is cut out or written over.
		var edits, back []edit
		for range 1 + r.IntN(4) {
			at := len(pad) + r.IntN(len(text))
			edits = append(edits, edit{at: at, gone: min(r.IntN(30), len(data)-at)})
		}
		slices.SortFunc(edits, func(a, b edit) int { return a.at - b.at })
		shift, end := 0, 0
		for i := range edits {
			if edits[i].at < end {
				continue
			}
			ed := edits[i]
			if r.IntN(2) == 0 {
				ed.text = []byte(m.pick(base64Alphabet+"\n \"=", r.IntN(20)))
			}
			back = append(back, edit{at: ed.at + shift, gone: len(ed.text), text: data[ed.at : ed.at+ed.gone]})
			shift += len(ed.text) - ed.gone
			end = ed.at + ed.gone
			edits[i] = ed
		}
		base, _ := apply(data, edits)
		mended, changed := apply(base, back)
		if !bytes.Equal(mended, data) {
			t.Fatalf("seed %d: the edits don't lead back", seed)
		}
		got, ok := variant(w, base, data, changed)
		if !ok {
			loud++
			continue
		}
		quiet++
		if want := cutInto(e, data); got != want {
			t.Fatalf("seed %d: changed %v of %q\nbase %q\n%s", seed, changed, data, base, firstDifference(want, got))
		}
	}
	if quiet < 300 {
		t.Fatalf("of %d texts only %d had a quiet base", quiet+loud, quiet)
	}
}

// FuzzVariants has any text become any other in one place.
func FuzzVariants(f *testing.F) {
	e := engine(f)
	for seed, s := range shapes {
		text, _ := newMaker(uint64(seed)).fill(s.text)
		f.Add([]byte(text[:len(text)/2]), []byte(text[len(text)/2:]), uint16(len(text)/2), uint16(0))
		f.Add([]byte(text), []byte("x"), uint16(len(text)/3), uint16(5))
	}
	w := e.Worker()
	f.Fuzz(func(t *testing.T, base, text []byte, at, gone uint16) {
		ed := edit{at: min(int(at), len(base)), text: text}
		ed.gone = min(int(gone), len(base)-ed.at)
		data, changed := apply(base, []edit{ed})
		if got, ok := variant(w, base, data, changed); ok {
			if want := cutInto(e, data); got != want {
				t.Fatalf("changed %v\n%s", changed, firstDifference(want, got))
			}
		}
	})
}
