package gitpack

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// entriesByGit is what git lists: mode, id, stage, path and flags.
func (s *sandbox) entriesByGit(args ...string) string {
	s.t.Helper()
	var out strings.Builder
	stage := s.git(append([]string{"ls-files", "--stage", "-z"}, args...)...)
	debug := s.git(append([]string{"ls-files", "--debug"}, args...)...)
	var flags []string
	for line := range strings.Lines(debug) {
		if _, f, ok := strings.Cut(line, "\tflags: "); ok && strings.HasPrefix(line, "  size: ") {
			flags = append(flags, strings.TrimSpace(f))
		}
	}
	i := 0
	for entry := range strings.SplitSeq(strings.TrimSuffix(stage, "\x00"), "\x00") {
		if stage == "" {
			break
		}
		var f uint32
		fmt.Sscanf(flags[i], "%x", &f)
		fmt.Fprintf(&out, "%s ita=%v skip=%v\n", entry, f>>29&1 != 0, f>>30&1 != 0)
		i++
	}
	return out.String()
}

func entriesOf(x *Index) string {
	var out strings.Builder
	for _, e := range x.Entries {
		fmt.Fprintf(&out, "%06o %s %d\t%s ita=%v skip=%v\n", e.Mode, e.ID, e.Stage, e.Path, e.IntentToAdd, e.SkipWorktree)
	}
	return out.String()
}

// compareIndex reads the index and compares it with what git lists.
func (s *sandbox) compareIndex(args ...string) *Index {
	s.t.Helper()
	x, err := s.open(".", Env{}).ReadIndex()
	if err != nil {
		s.t.Error(err)
		return new(Index)
	}
	if got, want := entriesOf(x), s.entriesByGit(args...); got != want {
		s.t.Errorf("\n got %.2000s\nwant %.2000s", got, want)
	}
	return x
}

// compareTrees checks each tree that the index still knows against what git writes.
func (s *sandbox) compareTrees(x *Index) {
	s.t.Helper()
	top := s.line("write-tree")
	for i, n := range x.Tree {
		if n.Next <= i || n.Next > len(x.Tree) {
			s.t.Fatalf("%s ends at %d of %d", n.Path, n.Next, len(x.Tree))
		}
		if n.Entries < 0 {
			if !n.ID.IsZero() {
				s.t.Errorf("%s has changed, but has an id", n.Path)
			}
			continue
		}
		if want := s.line("rev-parse", top+":"+string(n.Path)); n.ID.String() != want {
			s.t.Errorf("tree of %q: %s, git says %s", n.Path, n.ID, want)
		}
		if from, to := x.Below(n.Path); to-from != n.Entries {
			s.t.Errorf("%q has %d entries, not %d", n.Path, to-from, n.Entries)
		}
		for j := i + 1; j < n.Next; j = x.Tree[j].Next {
			if filepath.ToSlash(filepath.Dir(string(x.Tree[j].Path))) != cmpOr(string(n.Path), ".") {
				s.t.Errorf("%q does not lie in %q", x.Tree[j].Path, n.Path)
			}
		}
	}
}

func cmpOr(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func TestIndexAgainstGit(t *testing.T) {
	for _, h := range []Hash{SHA1, SHA256} {
		for _, version := range []string{"2", "3", "4"} {
			t.Run(h.String()+" version "+version, func(t *testing.T) {
				s := newSandbox(t).initRepo("--object-format=" + h.String())
				s.compareIndex()
				s.git("config", "index.version", version)
				if version == "4" {
					s.git("config", "feature.manyFiles", "true") // newer git: no checksum
					s.git("config", "core.untrackedCache", "true")
				}
				s.write("a/b/c", "1")
				s.write("a/b.d", "2")
				s.write("a/b/e/f", "3")
				s.write("x", "4")
				s.write(" odd\nname\xff", "5")
				s.git("add", "-A")
				s.compareIndex()
				s.git("commit", "-q", "-m", "one")
				if x := s.compareIndex(); len(x.Tree) != 4 || x.Tree[0].Entries != 5 {
					t.Errorf("trees %+v", x.Tree)
				} else {
					s.compareTrees(x)
				}
				s.write("a/b/e/f", "6")
				s.write("new", "7")
				s.git("add", "a")
				s.compareTrees(s.compareIndex())
				s.git("add", "-N", "new")
				s.git("update-index", "--assume-unchanged", "x")
				s.git("update-index", "--skip-worktree", "a/b/c")
				x := s.compareIndex()
				s.compareTrees(x)
				if from, to := x.Find([]byte("x")); to != from+1 || !x.Entries[from].AssumeUnchanged {
					t.Error("x is not marked")
				}
				if want := map[string]int{"2": 3, "3": 3, "4": 4}[version]; x.Version != want {
					t.Errorf("version %d", x.Version)
				}
				long := strings.Repeat("long/", 1000) + "name"
				s.feed(fmt.Sprintf("100755 %s 0\t%s\n120000 %s 0\tlink\n160000 %s 0\tsub\n", s.line("rev-parse", ":x"), long, s.line("rev-parse", ":x"), s.line("rev-parse", "HEAD")), "update-index", "--add", "--index-info")
				s.compareIndex()
			})
		}
	}
}

func TestIndexOfAConflict(t *testing.T) {
	s := newSandbox(t).initRepo()
	s.commit("f", "1\n")
	s.commit("g", "1\n")
	s.git("checkout", "-q", "-b", "side")
	s.commit("f", "2\n")
	s.git("rm", "-q", "g")
	s.git("commit", "-q", "-m", "gone")
	s.git("checkout", "-q", "main")
	s.commit("f", "3\n")
	s.commit("g", "3\n")
	if _, err := s.try("merge", "side"); err == nil {
		t.Fatal("no conflict")
	}
	x := s.compareIndex()
	if from, to := x.Find([]byte("f")); to-from != 3 {
		t.Errorf("%d entries of f", to-from)
	}
	if from, to := x.Find([]byte("g")); to-from != 2 {
		t.Errorf("%d entries of g", to-from)
	}
	s.git("add", "f") // leaves an extension REUC
	s.compareIndex()
}

func TestSplitIndexAgainstGit(t *testing.T) {
	for _, version := range []string{"2", "4"} {
		for _, h := range []Hash{SHA1, SHA256} {
			s := newSandbox(t).initRepo("--object-format=" + h.String())
			s.git("config", "splitIndex.maxPercentChange", "100")
			s.git("config", "index.version", version)
			r := rand.New(rand.NewPCG(7, 11))
			id := strings.TrimSpace(s.feed("x", "hash-object", "-w", "--stdin"))
			id2 := strings.TrimSpace(s.feed("y", "hash-object", "-w", "--stdin"))
			path := func() string { return fmt.Sprintf("d%d/f%03d", r.IntN(4), r.IntN(200)) }
			change := func(n int) string {
				var lines strings.Builder
				for range n {
					switch p := path(); r.IntN(5) {
					case 0:
						fmt.Fprintf(&lines, "0 %s\t%s\n", strings.Repeat("0", len(id)), p)
					case 1: // a conflict
						fmt.Fprintf(&lines, "0 %s\t%s\n100644 %s 1\t%s\n100644 %s 3\t%s\n", strings.Repeat("0", len(id)), p, id, p, id2, p)
					case 2:
						fmt.Fprintf(&lines, "100755 %s 0\t%s\n", id2, p)
					default:
						fmt.Fprintf(&lines, "100644 %s 0\t%s\n", id, p)
					}
				}
				return lines.String()
			}
			s.feed(change(500), "update-index", "--add", "--index-info")
			s.git("update-index", "--split-index")
			split := 0
			for range 12 {
				s.feed(change(1+r.IntN(90)), "update-index", "--add", "--index-info")
				if s.compareIndex().Split {
					split++
				}
			}
			if split < 10 {
				t.Errorf("only %d of 12 were split", split)
			}
			env := "GIT_INDEX_FILE=" + s.path("elsewhere")
			s.write("elsewhere", string(readAll(t, s.path(".git/index"))))
			x, err := s.open(".", envOf([]string{env})).ReadIndex()
			if err != nil || entriesOf(x) != s.with(env).entriesByGit() {
				t.Errorf("an index elsewhere: %v", err)
			}
		}
	}
}

func readAll(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSparseIndexAgainstGit(t *testing.T) {
	s := newSandbox(t).initRepo()
	for _, name := range []string{"in/a", "in/deep/b", "out/c", "out/deep/d", "far/away/e", "top"} {
		s.write(name, name)
	}
	s.commit("more", "x")
	if out, err := s.try("sparse-checkout", "init", "--cone", "--sparse-index"); err != nil {
		t.Skip("this git has no sparse index: ", out)
	}
	s.git("sparse-checkout", "set", "in")
	if _, err := s.try("ls-files", "--sparse"); err != nil {
		t.Skip("this git can't list a sparse index")
	}
	x := s.compareIndex("--sparse")
	from, to := x.Below([]byte("out"))
	if !x.Sparse || to != from+1 || x.Entries[from].Mode != ModeDir || string(x.Entries[from].Path) != "out/" || !x.Entries[from].SkipWorktree {
		t.Errorf("%+v", x)
	}
	s.write("in/new", "new")
	s.git("add", "in/new")
	s.compareTrees(s.compareIndex("--sparse"))
}

// indexWriter makes index files, also ones that git would not.
type indexWriter struct {
	bytes.Buffer
	version int
	hash    Hash
	last    string
}

func newIndexWriter(version, count int, h Hash) *indexWriter {
	w := &indexWriter{version: version, hash: h}
	w.WriteString("DIRC")
	w.number(version)
	w.number(count)
	return w
}

func (w *indexWriter) number(n int) {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(n))
	w.Write(b[:])
}

func (w *indexWriter) entry(path string, stage int) {
	start := w.Len()
	w.Write(make([]byte, entryMode))
	w.number(ModeFile)
	w.Write(make([]byte, 12))
	w.WriteString(strings.Repeat("\x01", w.hash.Size()))
	flags := uint16(min(len(path), flagLength)) | uint16(stage)<<stageShift
	w.WriteByte(byte(flags >> 8))
	w.WriteByte(byte(flags))
	if w.version == 4 {
		same := 0
		for same < min(len(w.last), len(path)) && w.last[same] == path[same] {
			same++
		}
		w.varint(len(w.last) - same)
		w.WriteString(path[same:] + "\x00")
		w.last = path
		return
	}
	w.WriteString(path)
	w.Write(make([]byte, 8-(w.Len()-start)%8))
}

// varint is the offset encoding of packs.
func (w *indexWriter) varint(n int) {
	b := []byte{byte(n & 0x7f)}
	for n >>= 7; n > 0; n >>= 7 {
		n--
		b = append(b, byte(n&0x7f|0x80))
	}
	slices.Reverse(b)
	w.Write(b)
}

func (w *indexWriter) extension(name, data string) {
	w.WriteString(name)
	w.number(len(data))
	w.WriteString(data)
}

// finish appends the checksum.
func (w *indexWriter) finish() []byte {
	if w.hash == SHA256 {
		sum := sha256.Sum256(w.Bytes())
		return append(w.Bytes(), sum[:]...)
	}
	sum := sha1.Sum(w.Bytes())
	return append(w.Bytes(), sum[:]...)
}

func TestDamagedIndexes(t *testing.T) {
	id := strings.Repeat("\x01", 20)
	make1 := func(change func(w *indexWriter)) []byte {
		w := newIndexWriter(2, 2, SHA1)
		w.entry("a", 0)
		w.entry("b", 0)
		change(w)
		return w.finish()
	}
	nested := strings.Repeat("a\x00-1 1\n", 200_000)
	for _, test := range []struct {
		name, err string
		data      []byte
	}{
		{"good", "", make1(func(w *indexWriter) { w.extension("TREE", "\x002 0\n"+id); w.extension("XYZW", "?") })},
		{"empty file", "too short", nil},
		{"header only", "too short", []byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x00")},
		{"no signature", "no signature", bytes.Replace(make1(func(*indexWriter) {}), []byte("DIRC"), []byte("CRID"), 1)},
		{"version 5", "version 5", newIndexWriter(5, 0, SHA1).finish()},
		{"too many", "4294967295 entries, which don't fit", newIndexWriter(2, -1, SHA1).finish()},
		{"checksum", "the checksum is wrong", append(make1(func(*indexWriter) {})[:168], "xxxxxxxxxxxxxxxxxxxx"...)},
		{"extension cut off", `extension "TREE": cut off`, make1(func(w *indexWriter) { w.WriteString("TREE\xff\xff\xff\xff") })},
		{"rubbish at the end", "extensions: cut off", make1(func(w *indexWriter) { w.WriteString("TREE") })},
		{"unknown extension", `extension "abcd": it is not known`, make1(func(w *indexWriter) { w.extension("abcd", "") })},
		{"tree cut off", `extension "TREE": cut off`, make1(func(w *indexWriter) { w.extension("TREE", "\x002 1\n"+id) })},
		{"tree numbers", `extension "TREE": numbers`, make1(func(w *indexWriter) { w.extension("TREE", "\x002 -1\n"+id) })},
		{"tree number too long", `extension "TREE": numbers`, make1(func(w *indexWriter) { w.extension("TREE", "\x002 99999999999\n"+id) })},
		{"tree and more", `extension "TREE": something follows`, make1(func(w *indexWriter) { w.extension("TREE", "\x00-1 0\n\x00") })},
		{"deep trees", `extension "TREE": paths that take too much memory`, make1(func(w *indexWriter) { w.extension("TREE", nested) })},
		{"link without a shared file", "it was not looked for", make1(func(w *indexWriter) { w.extension("link", id) })},
		{"link cut off", `extension "link": cut off`, make1(func(w *indexWriter) { w.extension("link", id+"\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x00") })},
		{"not in order", "entry 1 is not in order", entries(2, "b", "a")},
		{"twice", "entry 1 is not in order", entries(2, "a", "a")},
		{"without a path", "an entry without a path", entries(2, "", "a")},
		{"version 4, drops too much", "shares more than the whole path", bytes.Replace(entries(4, "a", "bb"), []byte("\x00\x02\x01bb"), []byte("\x00\x02\x05bb"), 1)},
		{"version 4, length", "entry 0: the path's length is wrong", bytes.Replace(entries(4, "a", "b"), []byte("\x00\x01\x00a"), []byte("\x00\x02\x00a"), 1)},
		{"path's length", "entry 0: the path's length is wrong", bytes.Replace(entries(2, "a", "b"), []byte("\x00\x01a"), []byte("\x00\x00a"), 1)},
		{"unknown flags", "entry 0: flags 0x9fff are not known", bytes.Replace(entries(2, "\xff\xffaaaa", "b"), []byte("\x00\x06\xff"), []byte("\x40\x04\xff"), 1)},
	} {
		if test.name != "checksum" && len(test.data) > 20 { // what was changed by hand
			w := indexWriter{hash: SHA1}
			w.Write(test.data[:len(test.data)-20])
			test.data = w.finish()
		}
		x, err := ReadIndex(test.data, SHA1, nil)
		if test.err == "" && err != nil || test.err != "" && (!errors.Is(err, ErrIndex) || !strings.Contains(err.Error(), test.err)) {
			t.Errorf("%s: %v", test.name, err)
		}
		if test.err == "" && (len(x.Entries) != 2 || len(x.Tree) != 1) {
			t.Errorf("%s: %+v", test.name, x)
		}
	}
}

func entries(version int, paths ...string) []byte {
	w := newIndexWriter(version, len(paths), SHA1)
	for _, p := range paths {
		w.entry(p, 0)
	}
	return w.finish()
}

// A checksum of zeros stands for none.
func TestIndexWithoutChecksum(t *testing.T) {
	data := entries(2, "a", "b")
	copy(data[len(data)-20:], make([]byte, 20))
	if x, err := ReadIndex(data, SHA1, nil); err != nil || len(x.Entries) != 2 {
		t.Error(err)
	}
}

// Paths that repeat the path before, which take a few bytes each, don't fill memory.
func TestIndexPathsAreBounded(t *testing.T) {
	w := newIndexWriter(4, 1000, SHA1)
	long := strings.Repeat("x", 60_000)
	for i := range 1000 {
		w.entry(fmt.Sprintf("%s%05d", long, i), 0)
	}
	if _, err := ReadIndex(w.finish(), SHA1, nil); err == nil || !strings.Contains(err.Error(), "too much memory") {
		t.Error(err)
	}
}

func TestSplitIndexDamage(t *testing.T) {
	base := entries(2, "a", "b", "c")
	sum := string(base[len(base)-20:])
	bitmap := func(words ...uint64) string {
		b := binary.BigEndian.AppendUint32(nil, 64)
		b = binary.BigEndian.AppendUint32(b, uint32(len(words)))
		for _, w := range words {
			b = binary.BigEndian.AppendUint64(b, w)
		}
		return string(append(b, 0, 0, 0, 0))
	}
	plain := func(bits uint64) string { return bitmap(1<<33, bits) }
	own := func(link string, paths ...string) []byte {
		w := newIndexWriter(2, len(paths), SHA1)
		for _, p := range paths {
			w.entry(p, 0)
		}
		w.extension("link", link)
		return w.finish()
	}
	none := bitmap()
	for _, test := range []struct {
		name, err, want string
		data            []byte
	}{
		{"as it is", "", "a b c", own(sum)},
		{"no bits", "", "a b c d", own(sum+none+none, "d")},
		{"deleted and added", "", "a aa c", own(sum+plain(2)+none, "aa")},
		{"replaced", "", "a b c", own(sum+none+plain(5), "", "")},
		{"the same again", "", "a b c", own(sum+none+none, "b")},
		{"all deleted by a run", "its bitmap speaks of entries", "", own(sum + bitmap(1|1<<1) + none)},
		{"an endless run", "its bitmap speaks of entries", "", own(sum + bitmap(1|(1<<32-1)<<1) + none)},
		{"runs of nothing", "", "a b c", own(sum + bitmap((1<<32-1)<<1, (1<<32-1)<<1) + none)},
		{"bit too high", "its bitmap speaks of entries", "", own(sum + none + plain(8))},
		{"words cut off", "cut off", "", own(sum + bitmap(5<<33, 0) + none)},
		{"too few replace", "more entries than replace", "", own(sum+none+plain(3), "")},
		{"too many replace", "an entry that replaces none", "", own(sum+none+plain(1), "", "")},
		{"another file", "its checksum is not its name", "", own(strings.Repeat("\x01", 20))},
		{"more behind", "something follows the bitmaps", "", own(sum + none + none + "x")},
	} {
		x, err := ReadIndex(test.data, SHA1, func(ID) ([]byte, error) { return slices.Clone(base), nil })
		if test.err != "" {
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("%s: %v", test.name, err)
			}
			continue
		}
		var paths []string
		for _, e := range x.Entries {
			paths = append(paths, string(e.Path))
		}
		if got := strings.Join(paths, " "); got != test.want || err != nil {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
	}
	if _, err := ReadIndex(own(sum), SHA1, func(ID) ([]byte, error) { return nil, os.ErrNotExist }); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Error(err)
	}
	again := own(sum)
	if _, err := ReadIndex(own(string(again[len(again)-20:])), SHA1, func(ID) ([]byte, error) { return again, nil }); err == nil {
		t.Error("a shared file that is split itself, without end")
	}
}

func FuzzIndex(f *testing.F) {
	for _, version := range []int{2, 4} {
		w := newIndexWriter(version, 3, SHA1)
		w.entry("a/b", 0)
		w.entry("a/c", 1)
		w.entry("a/c", 3)
		w.extension("TREE", "\x00-1 1\na\x002 0\n"+strings.Repeat("\x01", 20))
		w.extension("sdir", "")
		w.Write(make([]byte, 20)) // no checksum, or nothing would be tried
		f.Add(w.Bytes(), false)
	}
	base := entries(2, "a", "b", "c")
	w := newIndexWriter(2, 1, SHA1)
	w.entry("", 0)
	bitmap := "\x00\x00\x00\x40\x00\x00\x00\x02\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00"
	w.extension("link", string(base[len(base)-20:])+strings.Replace(bitmap, "\x01", "\x02", 1)+bitmap)
	w.Write(make([]byte, 20))
	f.Add(w.Bytes(), false)
	f.Add(newIndexWriter(3, 0, SHA256).finish(), true)
	f.Fuzz(func(t *testing.T, data []byte, long bool) {
		h := SHA1
		if long {
			h = SHA256
		}
		if len(data) >= h.Size() && h == SHA1 {
			data = append(slices.Clone(data[:len(data)-20]), make([]byte, 20)...)
		}
		x, err := ReadIndex(data, h, func(ID) ([]byte, error) { return slices.Clone(base), nil })
		if err != nil {
			return
		}
		for i := range x.Entries {
			e := &x.Entries[i]
			if i > 0 && compareEntries(&x.Entries[i-1], e) >= 0 {
				t.Errorf("%q is not in order", e.Path)
			}
			if from, to := x.Find(e.Path); from > i || to <= i {
				t.Errorf("%q at %d is found from %d to %d", e.Path, i, from, to)
			}
		}
		for i, n := range x.Tree {
			if n.Next <= i || n.Next > len(x.Tree) {
				t.Errorf("tree %d of %d ends at %d", i, len(x.Tree), n.Next)
			}
			if from, to := x.Below(n.Path); from > to || to > len(x.Entries) {
				t.Errorf("below %q: %d to %d", n.Path, from, to)
			}
		}
	})
}

func BenchmarkReadIndex(b *testing.B) {
	for _, count := range []int{5_000, 60_000} {
		for _, version := range []int{2, 4} {
			w := newIndexWriter(version, count, SHA1)
			for i := range count {
				w.entry(fmt.Sprintf("drivers/net/ethernet/d%03d/module%06d.c", i/100, i), 0)
			}
			data := w.finish()
			b.Run(fmt.Sprintf("%d entries, version %d", count, version), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := ReadIndex(data, SHA1, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
