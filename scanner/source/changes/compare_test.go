package changes

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"lockaway/scanner/gitpack"
)

// compare compares two trees of o.
func (o *objects) compare(old, now gitpack.ID) (Trees, *Diff, error) {
	o.tb.Helper()
	t := o.trees()
	newer, err := t.Tree(now)
	if err != nil {
		o.tb.Fatal(err)
	}
	d, err := t.Compare(old, newer)
	return t, d, err
}

func TestKnownFolders(t *testing.T) {
	o := newObjects(t)
	old := o.tree(world{"a/b/c": "1", "d": "1", "e/f": "1"})
	now := o.tree(world{"a/b/c": "2", "a/b/n": "1", "a/n/n": "1", "d/n": "1", "e": "1", "n/n/n": "1"})
	_, d, err := o.compare(old, now)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range d.Files {
		got[f.Path] = f.Path[:f.Known]
	}
	want := map[string]string{"a/b/c": "a/b/", "a/b/n": "a/b/", "a/n/n": "a/", "d/n": "", "e": "", "n/n/n": ""}
	if !maps.Equal(got, want) {
		t.Errorf("known are %q, want %q", got, want)
	}
}

func TestUnreadFolders(t *testing.T) {
	o := newObjects(t)
	blob := o.put("blob", "x")
	lost := gitpack.IDFrom([]byte(strings.Repeat("?", 20)))
	now := o.put("tree", line("40000", "a", lost)+line("40000", "b", blob)+line("40000", "c", o.put("tree", line("100644", "d", blob)+"1"))+line("100644", "e", blob))
	_, d, err := o.compare(gitpack.ID{}, now)
	if err != nil || len(d.Files) != 2 || d.Files[0].Path != "c/d" || d.Files[1].Path != "e" {
		t.Errorf("files %v, %v", d.Files, err)
	}
	var where []string
	for _, f := range d.Unread {
		where = append(where, f.Path)
	}
	if fmt.Sprint(where) != "[a b c]" {
		t.Errorf("unread %v", d.Unread)
	}
}

// Trees that hold each other, some in several places, so that they have more files
// than fit anywhere.
func TestTreeBomb(t *testing.T) {
	defer func(n int) { maxListed = n }(maxListed)
	maxListed = 1000
	o := newObjects(t)
	bomb := o.tree(world{"f": "k=s"})
	for range 20 {
		var lines strings.Builder
		for i := range 10 {
			lines.WriteString(line("40000", fmt.Sprint(i), bomb))
		}
		bomb = o.put("tree", lines.String())
	}
	if _, d, err := o.compare(gitpack.ID{}, bomb); err == nil || len(d.Files) > maxListed {
		t.Errorf("%d files, %v", len(d.Files), err)
	}
	now := o.tree(world{"a": ""})
	trees, d, err := o.compare(o.put("tree", line("40000", "b", bomb)), now)
	if err != nil {
		t.Error(err)
	}
	if files, faults := trees.Deleted(d); len(faults) == 0 || len(files) > maxListed {
		t.Errorf("%d deleted, %v", len(files), faults)
	}
	deep := o.tree(world{"f": "k=s"})
	for range 900 {
		deep = o.put("tree", line("40000", strings.Repeat("long", 50), deep)+line("40000", "other", deep))
	}
	if _, d, err := o.compare(gitpack.ID{}, deep); !errors.Is(err, ErrTooMany) || len(d.Files) > 0 {
		t.Errorf("long paths: %d files, %v", len(d.Files), err)
	}
	if _, d, err := o.compare(bomb, bomb); err != nil || len(d.Files) > 0 {
		t.Errorf("the same: %v, %v", d.Files, err)
	}
}

func TestDeepFolders(t *testing.T) {
	o := newObjects(t)
	deep := o.tree(world{"f": "k=s"})
	for range maxDepth + 100 {
		deep = o.put("tree", line("40000", "d", deep))
	}
	if _, d, err := o.compare(gitpack.ID{}, deep); err != nil || len(d.Files) > 0 || len(d.Unread) != 1 {
		t.Errorf("%d files, unread %d, %v", len(d.Files), len(d.Unread), err)
	}
	trees, d, err := o.compare(deep, o.tree(world{}))
	if err != nil {
		t.Error(err)
	}
	if files, faults := trees.Deleted(d); len(files) > 0 || len(faults) != 1 {
		t.Errorf("%d deleted, %d faults", len(files), len(faults))
	}
}

// strange makes a tree that git never would: out of order, with names twice, empty,
// with slashes, and odd modes.
func strange(o *objects, r *rand.Rand, depth int) gitpack.ID {
	var lines strings.Builder
	for range r.IntN(6) {
		name := []string{"a", "a/b", "b", "", "..", "a-", "a0", ".git", "/", "a/"}[r.IntN(10)]
		if depth > 0 && r.IntN(3) == 0 {
			lines.WriteString(line("40000", name, strange(o, r, depth-1)))
			continue
		}
		mode := []string{"100644", "100755", "120000", "160000", "0", "777", "100664", "040000"}[r.IntN(8)]
		lines.WriteString(line(mode, name, o.put("blob", fmt.Sprint(r.IntN(4)))))
	}
	return o.put("tree", lines.String())
}

// all lists the files of a tree, with what tells two apart, as often as they are
// there.
func all(t Trees, path string, id gitpack.ID, out map[string]int) {
	entries, err := t.Tree(id)
	if err != nil {
		return // of the kinds above, what is no tree
	}
	for e := (Entry{}); entries.Next(&e); {
		switch e.Mode & gitpack.ModeType {
		case gitpack.ModeDir:
			all(t, path+string(e.Name)+"/", e.ID, out)
		case gitpack.ModeSubmodule:
		default:
			out[fmt.Sprintf("%s%s %o %s", path, e.Name, e.Mode&gitpack.ModeType, e.ID)]++
		}
	}
}

// Whatever trees are like, nothing of the newer one is passed by that the older one
// has not.
func TestStrangeTreesHideNothing(t *testing.T) {
	o := newObjects(t)
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		old, now := strange(o, r, 3), strange(o, r, 3)
		trees, d, err := o.compare(old, now)
		if err != nil {
			t.Fatal(err)
		}
		have, want, told := map[string]int{}, map[string]int{}, map[string]int{}
		all(trees, "", old, have)
		all(trees, "", now, want)
		for _, f := range d.Files {
			told[fmt.Sprintf("%s %o %s", f.Path, f.Mode&gitpack.ModeType, f.ID)]++
			if kind, _, err := trees.Objects.Object(f.Old); !f.Old.IsZero() && (kind != gitpack.Blob || err != nil) {
				t.Fatalf("%q was a %s (%v)", f.Path, kind, err)
			}
		}
		for f, n := range want {
			if told[f] < n-have[f] {
				t.Fatalf("%q is %d times in the newer tree, %d times in the older, told %d times", f, n, have[f], told[f])
			}
		}
		trees.Objects.Close()
	}
}
