package gitpack

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// odd is a history with what commits, tags and trees may have.
func odd(t *testing.T, args ...string) *sandbox {
	s := newSandbox(t).initRepo(args...)
	s.commit("a", "1\n")
	s.git("branch", "side")
	s.commit("deep/er/b", "2\n")
	s.git("tag", "-a", "v1", "-m", "one\n\ntwo")
	s.git("tag", "-a", "v1-again", "-m", "a tag of a tag", "v1")
	s.git("tag", "-a", "of-blob", "-m", "a blob", "HEAD:a")
	s.git("checkout", "-q", "side")
	s.commit("c d\ne", "3\n")
	s.git("tag", "-a", "signed", "-m", "from the side")
	s.git("checkout", "-q", "main")
	s.git("merge", "-q", "--no-ff", "-m", "merged", "signed")
	s.with("GIT_AUTHOR_NAME=J\xfcrgen", "GIT_AUTHOR_EMAIL=", "GIT_AUTHOR_DATE=@0 +0530").
		git("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "")
	raw := "tree " + s.line("rev-parse", "HEAD^{tree}") + "\nparent " + s.line("rev-parse", "HEAD") +
		"\nauthor  Two < Open <a@b> x> 99999999999999999999 -0030\ncommitter <> 5 +9999\nencoding x\nHG:extra a\n b\n c\ngpgsig one\n two\n\nsubject\n\nbody\x00end"
	id := strings.TrimSpace(s.feed(raw, "hash-object", "-w", "-t", "commit", "--stdin", "--literally"))
	s.git("branch", "raw", id)
	return s
}

func TestObjectsAgainstGit(t *testing.T) {
	for _, h := range []Hash{SHA1, SHA256} {
		t.Run(h.String(), func(t *testing.T) {
			s := odd(t, "--object-format="+h.String())
			for line := range strings.Lines(s.git("rev-list", "--all", "--objects", "--no-object-names")) {
				id := strings.TrimSpace(line)
				kind, data := s.object(id)
				switch kind {
				case Commit:
					compareCommit(t, s, id, data, h)
				case Tree:
					compareTree(t, s, id, data, h)
				case Tag:
					compareTag(t, s, id, data, h)
				}
			}
		})
	}
}

func compareCommit(t *testing.T, s *sandbox, id string, data []byte, h Hash) {
	var c CommitObject
	if err := ParseCommit(data, h, &c); err != nil {
		t.Errorf("%s: %v", id, err)
	}
	author, _ := ParseIdent(c.Author)
	committer, _ := ParseIdent(c.Committer)
	var parents []string
	for _, p := range c.Parents {
		parents = append(parents, p.String())
	}
	// Without a re-encoding: what git prints is what was written.
	format := "--format=%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%ad%x00"
	want := s.git("-c", "i18n.logOutputEncoding="+string(c.Encoding), "log", "-1", "--no-show-signature", "--date=format:%z", format, id)
	got := fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%d\x00%s\x00%s\x00%d\x00%s\x00\n", c.Tree, strings.Join(parents, " "),
		author.Name, author.Email, author.Time, committer.Name, committer.Email, committer.Time, author.When().Format("-0700"))
	if author.Time == 0 && author.Zone != 330 {
		// git takes no zone where the time is out of range.
		want = strings.Replace(want, "\x00+0000\x00\n", "\x00"+author.When().Format("-0700")+"\x00\n", 1)
		want = strings.Replace(want, "\x0099999999999999999999\x00", "\x000\x00", 1)
	}
	if got != want {
		t.Errorf("commit %s\n got %q\nwant %q", id, got, want)
	}
	if want := string(c.Header) + "\n" + string(c.Message); string(data) != want {
		t.Errorf("commit %s is not header and message:\n%q\n%q", id, data, want)
	}
	var lines bytes.Buffer
	for name, value := range c.Headers() {
		fmt.Fprintf(&lines, "%s %s\n", name, value)
	}
	if !bytes.Equal(lines.Bytes(), c.Header) {
		t.Errorf("commit %s: header lines\n%q\n%q", id, lines.Bytes(), c.Header)
	}
}

func compareTree(t *testing.T, s *sandbox, id string, data []byte, h Hash) {
	var got strings.Builder
	it := NewTreeIter(data, h)
	for it.Next() {
		e := it.Entry
		kind := Blob
		if e.IsDir() {
			kind = Tree
		}
		fmt.Fprintf(&got, "%06o %s %s\t%s\x00", e.Mode, kind, e.ID(), e.Name)
	}
	if it.Err() != nil {
		t.Error(it.Err())
	}
	if want := s.git("ls-tree", "-z", id); got.String() != want {
		t.Errorf("tree %s\n got %q\nwant %q", id, got.String(), want)
	}
}

func compareTag(t *testing.T, s *sandbox, id string, data []byte, h Hash) {
	var tag TagObject
	if err := ParseTag(data, h, &tag); err != nil {
		t.Errorf("%s: %v", id, err)
	}
	who, _ := ParseIdent(tag.Tagger)
	got := fmt.Sprintf("%s %s %s %s <%s> %d", tag.Target, tag.Kind, tag.Name, who.Name, who.Email, who.Time)
	format := "%(object) %(type) %(tag) %(taggername) %(taggeremail) %(taggerdate:unix)"
	if want := s.line("for-each-ref", "--format="+format, "refs/tags/"+string(tag.Name)); got != want {
		t.Errorf("tag\n got %s\nwant %s", got, want)
	}
	if want := string(tag.Header) + "\n" + string(tag.Message); string(data) != want {
		t.Errorf("tag %s is not header and message", id)
	}
}

func TestDamagedObjectsGiveWhatIsThere(t *testing.T) {
	id1, id2 := strings.Repeat("1", 40), strings.Repeat("2", 40)
	for _, test := range []struct {
		name, text, err string
		tree            string
		parents         int
		author, message string
	}{
		{"empty", "", "no tree, no author, no committer", "", 0, "", ""},
		{"only a message", "\nhello", "no tree, no author, no committer", "", 0, "", "hello"},
		{"no message", "tree " + id1 + "\nauthor a\ncommitter c\n", "", id1, 0, "a", ""},
		{"cut off", "tree " + id1 + "\nauthor a\ncommi", "no committer", id1, 0, "a", ""},
		{"id too short", "tree 11\nauthor a\ncommitter c\n\nm", "the tree is no object id", "", 0, "a", "m"},
		{"two trees, parents after the author", "tree " + id1 + "\nauthor a\ncommitter c\nparent " + id2 + "\nparent x\ntree " + id2 + "\nauthor b\n\nm", "the parent is no object id", id1, 1, "a", "m"},
		{"headers without values", "tree\nauthor\ncommitter\n\n\n", "the tree is no object id", "", 0, "", "\n"},
		{"goes on at the end", "tree " + id1 + "\nauthor a\n b\n", "no committer", id1, 0, "a\n b", ""},
	} {
		c := CommitObject{Parents: make([]ID, 5)}
		err := ParseCommit([]byte(test.text), SHA1, &c)
		if test.err == "" && err != nil || test.err != "" && (!errors.Is(err, ErrObject) || !strings.HasSuffix(err.Error(), ": commit: "+test.err)) {
			t.Errorf("%s: error %v", test.name, err)
		}
		if c.Tree.String() != test.tree || len(c.Parents) != test.parents || string(c.Author) != test.author || string(c.Message) != test.message {
			t.Errorf("%s: %s, %v, %q, %q", test.name, c.Tree, c.Parents, c.Author, c.Message)
		}
	}
	var tag TagObject
	err := ParseTag([]byte("object "+id1+"\ntype thing\ntag \x00\xff\n\nm"), SHA1, &tag)
	if err == nil || !strings.HasSuffix(err.Error(), "tag: the type is unknown") || tag.Target.String() != id1 || string(tag.Name) != "\x00\xff" || string(tag.Message) != "m" {
		t.Errorf("%v, %+v", err, tag)
	}
}

func TestDamagedTreesGiveWhatIsThere(t *testing.T) {
	good := "100644 a\x00" + strings.Repeat("x", 20)
	for _, test := range []struct{ name, text, err string }{
		{"good", good, ""},
		{"no mode", good + " b\x00" + strings.Repeat("x", 20), "no mode at byte 29"},
		{"mode only", good + "100644", "no mode at byte 29"},
		{"mode not octal", good + "10064a b\x00", "a mode that is no octal number at byte 29"},
		{"mode 8", good + "8 b\x00" + strings.Repeat("x", 20), "a mode that is no octal number at byte 29"},
		{"long mode", good + strings.Repeat("0", 1000) + " b\x00" + strings.Repeat("x", 20), "a mode that is no octal number at byte 29"},
		{"no end", good + "100644 bbb", "a name without an end at byte 29"},
		{"cut off", good + "100644 b\x00" + strings.Repeat("x", 19), "an id that is cut off at byte 29"},
	} {
		it := NewTreeIter([]byte(test.text), SHA1)
		n := 0
		for it.Next() {
			n++
			if string(it.Entry.Name) != "a" || it.Entry.Mode != ModeFile || string(it.Entry.RawMode) != "100644" {
				t.Errorf("%s: %+v", test.name, it.Entry)
			}
		}
		if n != 1 || it.Next() {
			t.Errorf("%s: %d entries", test.name, n)
		}
		if err := it.Err(); test.err == "" && err != nil || test.err != "" && (!errors.Is(err, ErrObject) || !strings.HasSuffix(err.Error(), ": tree: "+test.err)) {
			t.Errorf("%s: error %v", test.name, it.Err())
		}
	}
}

func TestIdents(t *testing.T) {
	for _, test := range []struct {
		line, name, mail string
		time             int64
		zone             int
		ok               bool
	}{
		{"A B <a@b> 12 +0130", "A B", "a@b", 12, 90, true},
		{"A\t <a@b>12-1200", "A", "a@b", 12, -720, true},
		{"<> 1 +0000", "", "", 1, 0, true},
		{"A <a> b> 7 +0100", "A", "a", 7, 60, true},
		{"A <a@b>", "A", "a@b", 0, 0, true},
		{"A <a@b> 12", "A", "a@b", 0, 0, true},
		{"A <a@b> x +0100", "A", "a@b", 0, 0, true},
		{"A <a@b> 12 0100", "A", "a@b", 0, 0, true},
		{"A <a@b> 12 +", "A", "a@b", 0, 0, true},
		{"A <a@b> 9223372036854775808 +0100", "A", "a@b", 0, 60, true},
		{"A <a@b> 9223372036854775800 +9999999999999999999999", "A", "a@b", 9223372036854775800, 0, true},
		{"A <a@b> 1 +0199", "A", "a@b", 1, 0, true},
		{"A <a@b", "A", "a@b", 0, 0, false},
		{"just a name ", "just a name", "", 0, 0, false},
		{"", "", "", 0, 0, false},
	} {
		id, ok := ParseIdent([]byte(test.line))
		if string(id.Name) != test.name || string(id.Email) != test.mail || id.Time != test.time || id.Zone != test.zone || ok != test.ok {
			t.Errorf("%q: %q %q %d %d %v", test.line, id.Name, id.Email, id.Time, id.Zone, ok)
		}
	}
}

func TestParsingACommitTakesNoMemory(t *testing.T) {
	data := []byte("tree " + strings.Repeat("1", 40) + "\nparent " + strings.Repeat("2", 40) + "\nauthor a <b> 1 +0000\ncommitter a <b> 1 +0000\n\nm")
	c := CommitObject{Parents: make([]ID, 0, 4)}
	if n := testing.AllocsPerRun(100, func() {
		if err := ParseCommit(data, SHA1, &c); err != nil {
			t.Fatal(err)
		}
		ParseIdent(c.Author)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzObjects(f *testing.F) {
	id := strings.Repeat("ab", 20)
	f.Add([]byte("tree "+id+"\nparent "+id+"\nauthor A <a@b> 1 +0100\ncommitter C <c@d> 2 -0100\ngpgsig x\n y\n\nmessage"), false)
	f.Add([]byte("object "+id+"\ntype commit\ntag v1\ntagger A <a@b> 1 +0100\n\nmessage"), false)
	f.Add([]byte("100644 a\x00"+strings.Repeat("x", 20)+"40000 b\x00"+strings.Repeat("y", 20)), false)
	f.Add([]byte("100644 a\x00"+strings.Repeat("x", 32)), true)
	f.Fuzz(func(t *testing.T, data []byte, long bool) {
		h := SHA1
		if long {
			h = SHA256
		}
		var c CommitObject
		_ = ParseCommit(data, h, &c)
		if n := len(data) - len(c.Header) - len(c.Message); n != 0 && n != 1 {
			t.Errorf("%d bytes are neither header nor message", n)
		}
		for _, line := range [][]byte{c.Author, c.Committer, data} {
			if id, _ := ParseIdent(line); id.Zone < -24*60 || id.Zone > 24*60 {
				t.Errorf("%q: zone %d", line, id.Zone)
			}
		}
		var again []byte
		for name, value := range c.Headers() {
			again = append(again, name...)
			if value != nil {
				again = append(append(again, ' '), value...)
			}
			again = append(again, '\n')
		}
		if !bytes.Equal(bytes.TrimSuffix(again, []byte("\n")), bytes.TrimSuffix(c.Header, []byte("\n"))) {
			t.Errorf("headers %q of %q", again, c.Header)
		}
		var tag TagObject
		_ = ParseTag(data, h, &tag)
		treeAgain(t, data, h)
	})
}

// treeAgain puts a tree together from what was read of it.
func treeAgain(t *testing.T, data []byte, h Hash) {
	var again []byte
	it := NewTreeIter(data, h)
	for it.Next() {
		e := it.Entry
		again = slices.Concat(again, e.RawMode, []byte(" "), e.Name, []byte{0}, e.Hash)
	}
	if !bytes.HasPrefix(data, again) || (it.Err() == nil) != (len(again) == len(data)) {
		t.Errorf("%q became %q, %v", data, again, it.Err())
	}
}
