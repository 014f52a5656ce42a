package changes

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
)

func TestAdded(t *testing.T) {
	type lines = map[string][]string
	for _, c := range []struct {
		name   string
		now    world
		before []world
		want   lines
	}{
		{"the first commit", world{"a": "x\nk=s"}, []world{nil}, lines{"a": {"2:k=s"}}},
		{"a new file", world{"a": "", "d/b": "k=s"}, []world{{"a": ""}}, lines{"d/b": {"1:k=s"}}},
		{"unchanged beside an edit", world{"a": "new\nk=s"}, []world{{"a": "k=s"}}, lines{}},
		{"moved within a file", world{"a": "k=s\nx\ny"}, []world{{"a": "x\ny\nk=s"}}, lines{}},
		{"re-indented", world{"a": "   k=s"}, []world{{"a": "k=s"}}, lines{}},
		{"renamed", world{"b": "k=s"}, []world{{"a": "k=s"}}, lines{}},
		{"renamed with an edit", world{"b/c": "x\n k=s\n2=2"}, []world{{"a": "k=s"}}, lines{"b/c": {"3:2=2"}}},
		{"a folder renamed", world{"b/c/d": "k=s"}, []world{{"a/c/d": "k=s"}}, lines{}},
		{"a file that becomes a folder", world{"a/b": "k=s\nl=t"}, []world{{"a": "k=s"}}, lines{"a/b": {"2:l=t"}}},
		{"a folder that becomes a file", world{"a": "k=s"}, []world{{"a/b/c": "k=s"}}, lines{}},
		{"duplicated in the file", world{"a": "k=s\nx\nk=s"}, []world{{"a": "k=s\nx"}}, lines{"a": {"3:k=s"}}},
		{"duplicated before where it stood", world{"a": "  k=s\nx\nk=s"}, []world{{"a": "x\nk=s"}}, lines{"a": {"1:k=s"}}},
		{"copied to another file", world{"a": "k=s", "b": "k=s"}, []world{{"a": "k=s"}}, lines{"b": {"1:k=s"}}},
		{"one of two removed", world{"a": "x\nk=s"}, []world{{"a": "k=s\nk=s"}}, lines{}},
		{"moved, the old file is deleted", world{"a": "k=s", "b": "k=s"}, []world{{"a": "k=s", "c": "k=s\nx"}}, lines{}},
		{"moved, the old file remains", world{"a": "x", "b": "k=s"}, []world{{"a": "k=s"}}, lines{"b": {"1:k=s"}}},
		{"another value at its place", world{"a": "k=t"}, []world{{"a": "k=s"}}, lines{"a": {"1:k=t"}}},
		{"a key that gets its secret", world{"a": "k=s"}, []world{{"a": "k="}}, lines{"a": {"1:k=s"}}},
		{"a secret that gets its key", world{"a": "k=s"}, []world{{"a": "=s"}}, lines{"a": {"1:k=s"}}},
		{"a pair that loses its secret", world{"a": "k="}, []world{{"a": "k=s"}}, lines{}},
		{"a pair put together", world{"a": "k=s"}, []world{{"a": "k=\n=s"}}, lines{}},
		{"a key with a second secret", world{"a": "k=s\nk=t"}, []world{{"a": "k=s"}}, lines{"a": {"2:k=t"}}},
		{"both parents have it", world{"a": "1\nk=s"}, []world{{"a": "2\nk=s"}, {"a": "3\nk=s"}}, lines{}},
		{"one parent has it", world{"a": "1\nk=s"}, []world{{"a": "2\n"}, {"a": "3\nk=s"}}, lines{}},
		{"one parent has it as it is", world{"a": "k=s"}, []world{{"a": "2\n"}, {"a": "k=s"}}, lines{}},
		{"the resolution adds it", world{"a": "1\nk=s"}, []world{{"a": "2\n"}, {"a": "3\n"}}, lines{"a": {"2:k=s"}}},
		{"each parent has one of two", world{"a": "k=s\nk=s"}, []world{{"a": "k=s"}, {"a": "x\nk=s"}}, lines{"a": {"2:k=s"}}},
		{"three parents", world{"a": "k=s\nl=t"}, []world{{"a": "l=t"}, {"b": "k=s"}, {"a": ""}}, lines{}},
		{"from where it was not seen", world{"a": "k=s"}, []world{{"quiet/a": "k=s"}}, lines{"a": {"1:k=s"}}},
	} {
		if got := newObjects(t).added(t, c.now, c.before...); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Findings of one spot in a layer, and parts that several findings share, are counted
// once.
func TestCount(t *testing.T) {
	part := func(v string, line, col int) finding.Part {
		return finding.Part{Value: finding.NewSecret(v), Line: line, Column: col}
	}
	of := func(v string, parts ...finding.Part) *finding.Finding {
		s := finding.NewSecret(v)
		return &finding.Finding{Value: s, Fingerprint: s.Fingerprint(), Parts: parts, Place: finding.Place{StartLine: 7, StartColumn: 7}}
	}
	layered := of("v")
	layered.Layers = []string{"base64"}
	got := Count([]*finding.Finding{
		of("s", part("k", 1, 1), part("s", 1, 9)), of("t", part("k", 1, 1), part("t", 2, 1)), of("k", part("k", 3, 1)), // k stands twice
		of("v"), of("v"), layered, of("url", part("u", 1, 1)),
	})
	want := map[string]int{}
	for v, n := range map[string]int{"s": 1, "t": 1, "k": 2, "v": 2, "url": 1, "u": 1} {
		want[finding.NewSecret(v).Fingerprint()] = n
	}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestNewName(t *testing.T) {
	nameCount := func(path string, data []byte) map[string]int {
		return Count(findName(string(data)))
	}
	for _, c := range []struct {
		name, path  string
		now, before world
		want        bool
	}{
		{"a new file", "d/k=s", world{"d/k=s": ""}, world{"d/x": ""}, true},
		{"a new folder", "k=s/x", world{"k=s/x": ""}, world{"x": ""}, true},
		{"in a folder of that name", "k=s/y", world{"k=s/x": "", "k=s/y": ""}, world{"k=s/x": ""}, false},
		{"below a folder of that name", "k=s/y/z", world{"k=s/x": "", "k=s/y/z": ""}, world{"k=s/x": ""}, false},
		{"in a folder of that name, again", "k=s/k=s", world{"k=s/x": "", "k=s/k=s": ""}, world{"k=s/x": ""}, true},
		{"moved", "b/k=s", world{"b/k=s": "x"}, world{"a/k=s": ""}, false},
		{"copied", "b/k=s", world{"a/k=s": "", "b/k=s": ""}, world{"a/k=s": ""}, true},
		{"a folder moved", "b/k=s/x", world{"b/k=s/x": ""}, world{"k=s/x": ""}, false},
		{"changed in place", "k=s", world{"k=s": "1"}, world{"k=s": ""}, false},
		{"a file that becomes a folder", "k=s/x", world{"k=s/x": "1"}, world{"k=s": ""}, false},
	} {
		o := newObjects(t)
		a := &Added{Trees: o.trees(), Count: nameCount}
		newer, err := a.Tree(o.tree(c.now))
		if err != nil {
			t.Fatal(err)
		}
		d, err := a.Compare(o.tree(c.before), newer)
		if err != nil {
			t.Fatal(err)
		}
		a.Parents = []*Diff{d}
		fs, faults := a.NewName(c.path, findName(c.path))
		if got := len(fs) > 0; got != c.want || len(faults) > 0 {
			t.Errorf("%s: new %v, want %v (%v)", c.name, got, c.want, faults)
		}
	}
}

// findName finds each name "KEY=SECRET" in a path.
func findName(path string) []*finding.Finding {
	var out []*finding.Finding
	at := 0
	for name := range strings.SplitSeq(path, "/") {
		if strings.Contains(name, "=") {
			s := finding.NewSecret(name)
			out = append(out, &finding.Finding{Value: s, Fingerprint: s.Fingerprint(), Place: finding.Place{StartLine: 1, StartColumn: at + 1}})
		}
		at += len(name) + 1
	}
	return out
}

// What can't be read of what was before counts as new, and is told.
func TestAddedBesideDamage(t *testing.T) {
	b := slices.Repeat([]byte{7}, 20)
	lost := gitpack.IDFrom(b)
	for _, c := range []struct {
		name    string
		before  func(o *objects) gitpack.ID
		unknown int
		faults  bool
	}{
		{"a file", func(o *objects) gitpack.ID { return o.put("tree", line("100644", "a", lost)) }, 0, true},
		{"a file that is a tree", func(o *objects) gitpack.ID { return o.put("tree", line("100644", "a", o.tree(world{"x": ""}))) }, 0, true},
		{"a deleted file", func(o *objects) gitpack.ID { return o.put("tree", line("100644", "z", lost)) }, 0, true},
		{"a deleted folder", func(o *objects) gitpack.ID { return o.put("tree", line("40000", "z", lost)) }, 0, true},
		{"a deleted folder that is a file", func(o *objects) gitpack.ID { return o.put("tree", line("40000", "z", o.put("blob", "k=s"))) }, 0, true},
		{"the whole tree", func(o *objects) gitpack.ID { return lost }, 1, false},
		{"a damaged tree", func(o *objects) gitpack.ID { return o.put("tree", line("100644", "a", o.put("blob", "x"))+"100") }, 1, false},
	} {
		o := newObjects(t)
		a := &Added{Trees: o.trees(), Count: count}
		newer, err := a.Tree(o.tree(world{"a": "k=s"}))
		if err != nil {
			t.Fatal(err)
		}
		d, err := a.Compare(c.before(o), newer)
		if err != nil || len(d.Unknown) != c.unknown {
			t.Errorf("%s: unknown %v, %v", c.name, d.Unknown, err)
		}
		a.Parents = []*Diff{d}
		fs, faults := a.New("a", find("a", "k=s"))
		if len(fs) != 1 || len(faults) > 0 != c.faults {
			t.Errorf("%s: %d new, faults %v", c.name, len(fs), faults)
		}
		if _, again := a.New("a", find("a", "k=s")); len(again) > 0 {
			t.Errorf("%s: told twice: %v", c.name, again)
		}
	}
}

// plain says what is new by the definition and nothing else.
func plain(now world, before []world) map[string][]string {
	out := map[string][]string{}
	for path, text := range now {
		at := lineValues(path, text)
		isNew := map[int]bool{}
		for v, lines := range at {
			fresh := len(lines)
			for _, w := range before {
				old, there := w[path]
				were := len(lineValues(path, old)[v])
				for p, gone := range w {
					if _, still := now[p]; !still {
						were += len(lineValues(p, gone)[v])
					}
				}
				if there && old == text {
					were = len(lines)
				}
				fresh = min(fresh, len(lines)-were)
			}
			// The new ones are those on lines that were in none of the files before; of
			// these, and of the others, the last.
			slices.SortFunc(lines, func(x, y int) int { return y - x })
			slices.SortStableFunc(lines, func(x, y int) int { return stood(path, text, x, before) - stood(path, text, y, before) })
			for i := range max(fresh, 0) {
				isNew[lines[i]] = true
			}
		}
		for i, l := range strings.Split(text, "\n") {
			if isNew[i] {
				out[path] = append(out[path], fmt.Sprintf("%d:%s", i+1, strings.TrimSpace(l)))
			}
		}
	}
	return out
}

func stood(path, text string, i int, before []world) int {
	for _, w := range before {
		if strings.Contains(w[path], strings.Split(text, "\n")[i]) {
			return 1
		}
	}
	return 0
}

// lineValues are the lines on which each value stands.
func lineValues(path, text string) map[string][]int {
	out := map[string][]int{}
	if strings.Contains(path, "quiet/") {
		return out
	}
	for i, l := range strings.Split(text, "\n") {
		if key, secret, ok := strings.Cut(strings.TrimSpace(l), "="); ok {
			if key != "" {
				out[key] = append(out[key], i)
			}
			if secret != "" {
				out[secret] = append(out[secret], i)
			}
		}
	}
	return out
}

// dice makes choices of bytes.
type dice struct{ data []byte }

func (d *dice) roll(n int) int {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return int(b) % n
}

var (
	dicePaths = []string{"a", "b", "a.c", "a/b", "a/b/c", "d/a", "d/e/f", "quiet/a", "a-"}
	diceLines = []string{"k=s", "k=", "=s", "l=t", "k=t", "  k=s", "x", "", "l=t", "=t"}
)

// world makes a state, of the one before if there is one.
func (d *dice) world(from world) world {
	w := maps.Clone(from)
	if w == nil {
		w = world{}
	}
	for range d.roll(5) {
		path := dicePaths[d.roll(len(dicePaths))]
		if d.roll(4) == 0 {
			delete(w, path)
			continue
		}
		for p := range w {
			if strings.HasPrefix(p, path+"/") || strings.HasPrefix(path, p+"/") {
				delete(w, p) // a file and a folder can't have the same name
			}
		}
		lines := strings.Split(w[path], "\n")
		for range 1 + d.roll(3) {
			at, l := d.roll(len(lines)+1), diceLines[d.roll(len(diceLines))]
			if at < len(lines) && d.roll(2) == 0 {
				lines[at] = l
			} else {
				lines = slices.Insert(lines, at, l)
			}
		}
		w[path] = strings.Join(lines, "\n")
	}
	return w
}

func FuzzAdded(f *testing.F) {
	f.Add([]byte("any bytes choose"))
	for i := range 40 {
		seed := make([]byte, 90)
		for j := range seed {
			seed[j] = byte(i*131 + j*j*17 + j*i*7)
		}
		f.Add(seed)
	}
	o := newObjects(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &dice{data[:min(len(data), 400)]}
		base := d.world(nil)
		now := d.world(d.world(base))
		before := []world{base}
		for range d.roll(3) {
			before = append(before, d.world(base))
		}
		if got, want := o.added(t, now, before...), plain(now, before); !reflect.DeepEqual(got, want) {
			t.Errorf("%v\nwant %v\nnow %q\nbefore %q", got, want, now, before)
		}
	})
}
