package staged

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/gitpack"
)

// stage stages a little of everything.
func (s *sandbox) stage() {
	s.t.Helper()
	s.write("a/b/c", "edited\n")
	s.write("n/e/w", "new\n")
	os.Remove(filepath.Join(s.dir, "top"))
	s.git("add", "-A")
	s.git("mv", "last", "a/renamed")
	s.git("update-index", "--chmod=+x", "a-b")
}

func plain(t testing.TB, args ...string) *sandbox {
	s := newSandbox(t, args...)
	for _, name := range []string{"a/b/c", "a/b.d", "a/b/e/f", "a-b", "top", "z/z/z"} {
		s.write(name, "text of "+name+"\n")
	}
	s.commit("last", "1\n")
	return s
}

// agree compares with git, where there is one parent.
func (s *sandbox) agree() *Source {
	s.t.Helper()
	src := s.open()
	if n := len(src.added.Parents); n != 1 {
		s.t.Fatalf("%d parents", n)
	}
	s.compare(src, 0)
	return src
}

func TestFirstCommit(t *testing.T) {
	s := newSandbox(t)
	if src := s.agree(); len(src.files) != 0 { // not even an index
		t.Errorf("files %v", src.files)
	}
	s.write("a/b", "1")
	s.write("c", "2")
	s.git("add", "-A")
	if src := s.agree(); len(src.files) != 2 {
		t.Errorf("files %v", src.files)
	}
	s.git("commit", "-q", "-m", "1")
	s.git("checkout", "-q", "--orphan", "other")
	if src := s.agree(); len(src.files) != 2 {
		t.Errorf("of an orphan branch: files %v", src.files)
	}
}

func TestWorkTrees(t *testing.T) {
	s := plain(t)
	other := filepath.Join(s.dir, "..", "other-"+filepath.Base(s.dir))
	s.git("worktree", "add", "-q", "--detach", other)
	linked := s.in(other)
	linked.stage()
	if src := linked.agree(); len(src.files) != 4 {
		t.Errorf("files %q", paths(src.files))
	}
	if src := s.agree(); len(src.files) != 0 {
		t.Errorf("of the main work tree: files %q", paths(src.files))
	}
	if src := linked.in("a/b").agree(); len(src.files) != 4 {
		t.Errorf("from a folder: files %q", paths(src.files))
	}
	elsewhere := s.in(t.TempDir()).with("GIT_DIR="+linked.line("rev-parse", "--absolute-git-dir"), "GIT_WORK_TREE="+other)
	if src := elsewhere.agree(); len(src.files) != 4 {
		t.Errorf("by GIT_DIR: files %q", paths(src.files))
	}
}

func TestSubmodule(t *testing.T) {
	sub, s := plain(t), plain(t)
	s.git("submodule", "--quiet", "add", "file://"+sub.dir, "sub")
	if src := s.agree(); !slices.Equal(paths(src.files), []string{".gitmodules"}) {
		t.Errorf("files %q", paths(src.files))
	}
	s.git("commit", "-q", "-m", "with a submodule")
	in := s.in("sub")
	in.stage()
	if src := in.agree(); len(src.files) != 4 {
		t.Errorf("in the submodule: files %q", paths(src.files))
	}
	// A file in the place of the submodule, and the other way round.
	s.git("rm", "-q", "--cached", "sub")
	s.feed(fmt.Sprintf("100644 %s\tsub\n160000 %s\ttop\n", s.line("rev-parse", "HEAD:a-b"), s.line("rev-parse", "HEAD")), "update-index", "--index-info")
	src := s.agree()
	if !slices.Equal(paths(src.files), []string{"sub"}) || !src.files[0].Old.IsZero() {
		t.Errorf("files %+v", src.files)
	}
}

// A submodule's link may be any id, one of a file too: what is a file then has not
// been one before.
func TestLinkThatIsAFile(t *testing.T) {
	s := plain(t)
	id := s.line("rev-parse", "HEAD:top")
	s.feed("160000 "+id+"\ttop\n", "update-index", "--index-info")
	s.git("commit", "-q", "-m", "a link")
	s.feed("100644 "+id+"\ttop\n", "update-index", "--index-info")
	if src := s.agree(); len(src.files) != 1 || !src.files[0].Old.IsZero() {
		t.Errorf("files %+v", src.files)
	}
}

// TestIndexesOfHooks looks at what hooks get: git commit has an index of its own for
// them, which is not the one that stays.
func TestIndexesOfHooks(t *testing.T) {
	for _, c := range []struct {
		name  string
		args  []string
		input string
		want  []string
	}{
		{"as it is staged", nil, "", []string{"n"}},
		{"-a", []string{"-a"}, "", []string{"a/b/c", "n", "top"}},
		{"--only", []string{"--only", "top"}, "", []string{"top"}},
		{"--include", []string{"--include", "top"}, "", []string{"n", "top"}},
		{"a folder", []string{"a"}, "", []string{"a/b/c"}},
		{"-p", []string{"-p"}, "y\nn\n", []string{"a/b/c", "n"}},
		{"--amend", []string{"--amend"}, "", []string{"n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, linked := range []bool{false, true} {
				s := plain(t)
				if linked {
					other := filepath.Join(s.dir, "..", "other-"+filepath.Base(s.dir))
					s.git("worktree", "add", "-q", "--detach", other)
					s = s.in(other)
				}
				s.write("n", "new\n")
				s.git("add", "n")
				s.write("a/b/c", "edited\n")
				s.write("top", "edited\n")
				s.hook(c.args, c.input, c.want)
			}
		})
	}
}

// hook runs git commit with a hook that keeps what it gets, and looks at that.
func (s *sandbox) hook(args []string, input string, want []string) {
	s.t.Helper()
	kept := s.t.TempDir()
	hook := filepath.Join(s.line("rev-parse", "--git-common-dir"), "hooks", "pre-commit")
	if !filepath.IsAbs(hook) {
		hook = filepath.Join(s.dir, hook)
	}
	script := "#!/bin/sh\nenv >" + kept + "/env && cp \"${GIT_INDEX_FILE:-.git/index}\" " + kept + "/index\nexit 1\n"
	if err := os.WriteFile(hook, []byte(script), 0o755); err != nil {
		s.t.Fatal(err)
	}
	s.in("a").try(input, append([]string{"commit", "-m", "x"}, fromA(args)...)...)
	env, err := os.ReadFile(filepath.Join(kept, "env"))
	if err != nil {
		s.t.Fatalf("the hook did not run: %v", err)
	}
	var got []string
	for line := range strings.Lines(string(env)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "GIT_DIR=") || strings.HasPrefix(line, "GIT_WORK_TREE=") || strings.HasPrefix(line, "GIT_PREFIX=") {
			got = append(got, line)
		}
	}
	src := s.with(got...).with("GIT_INDEX_FILE=" + kept + "/index").agree()
	if !slices.Equal(paths(src.files), want) {
		s.t.Errorf("files %q, want %q (%q)", paths(src.files), want, got)
	}
}

// fromA are arguments as they are given in the folder a.
func fromA(args []string) []string {
	out := slices.Clone(args)
	for i, a := range out {
		if !strings.HasPrefix(a, "-") {
			out[i] = "../" + a
		}
	}
	return out
}

func TestSparseIndex(t *testing.T) {
	s := plain(t)
	s.write("in/a", "1\n")
	s.write("out/a/b", "1\n")
	s.write("out/a/.lockawayignore", "k\n")
	first := s.commit("out/c", "1\n")
	s.write("out/a/b", "2\n")
	s.write("out/a/k", "2\n")
	second := s.commit("out/new/d", "2\n")
	s.git("sparse-checkout", "init", "--cone", "--sparse-index")
	s.git("sparse-checkout", "set", "in")
	src := s.agree()
	if !src.index.Sparse || len(src.files) != 0 {
		t.Fatalf("sparse %v, files %q", src.index.Sparse, paths(src.files))
	}
	s.write("in/a", "changed\n")
	s.git("add", "in")
	if src := s.agree(); !slices.Equal(paths(src.files), []string{"in/a"}) {
		t.Errorf("files %q", paths(src.files))
	}
	// What is not checked out differs as well.
	s.git("reset", "-q", "--soft", first)
	src = s.agree()
	if !src.index.Sparse || !slices.Equal(paths(src.files), []string{"in/a", "out/a/b", "out/a/k", "out/new/d"}) {
		t.Errorf("sparse %v, files %q", src.index.Sparse, paths(src.files))
	}
	for path, want := range map[string]string{"out/a/.lockawayignore": "k\n", "out/new/d": "2\n", "out/new": "", "out/no/d": "", "in/a": "changed\n", "out": ""} {
		data, ok, err := src.File(path)
		if string(data) != want || ok != (want != "") || err != nil {
			t.Errorf("%s: %q, %v, %v", path, data, ok, err)
		}
	}
	s.git("reset", "-q", "--soft", second)
	s.agree()
}

func TestClones(t *testing.T) {
	origin := plain(t)
	origin.write("big", strings.Repeat("some text\n", 10_000))
	origin.commit("second", "2\n")
	origin.git("config", "uploadpack.allowFilter", "true")
	for name, args := range map[string][]string{
		"packed": nil, "shared": {"--shared"}, "shallow": {"--depth=1"}, "partial": {"--filter=blob:none"}, "reference": {"--reference", origin.dir},
	} {
		t.Run(name, func(t *testing.T) {
			to := t.TempDir()
			from := "file://" + origin.dir
			if name == "shared" {
				from = origin.dir
			}
			origin.git(append(append([]string{"clone", "-q"}, args...), from, to)...)
			s := origin.in(to)
			s.t = t
			s.stage()
			s.git("repack", "-dq")
			src := s.agree()
			if len(src.files) != 4 || len(src.problems) > 0 {
				t.Errorf("files %q, problems %v", paths(src.files), src.problems)
			}
		})
	}
}

// withTree rewrites the index with another TREE extension; none if edit returns nil.
func (s *sandbox) withTree(edit func(tree []byte) []byte) {
	s.t.Helper()
	path := filepath.Join(s.dir, ".git", "index")
	data, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	data = data[:len(data)-sha1.Size]
	at := bytes.LastIndex(data, []byte("TREE\x00"))
	size := int(data[at+6])<<8 | int(data[at+7])
	tree, rest := slices.Clone(data[at+8:at+8+size]), slices.Clone(data[at+8+size:])
	data = data[:at:at]
	if tree = edit(tree); tree != nil {
		data = append(data, "TREE\x00\x00"...)
		data = append(data, byte(len(tree)>>8), byte(len(tree)))
		data = append(data, tree...)
	}
	data = append(data, rest...)
	sum := sha1.Sum(data)
	if err := os.WriteFile(path, append(data, sum[:]...), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

func (s *sandbox) idBytes(rev string) []byte {
	s.t.Helper()
	id, err := gitpack.ParseID(s.line("rev-parse", rev))
	if err != nil {
		s.t.Fatal(err)
	}
	return id.Bytes()
}

func TestWithoutNotedTrees(t *testing.T) {
	s := plain(t)
	s.stage()
	want := paths(s.agree().files)
	s.withTree(func([]byte) []byte { return nil })
	if src := s.agree(); len(src.index.Tree) != 0 || !slices.Equal(paths(src.files), want) {
		t.Errorf("noted %v, files %q", src.index.Tree, paths(src.files))
	}
}

// Where git has noted a wrong number of entries, what it has noted is not believed.
func TestWrongNumbersOfEntries(t *testing.T) {
	s := plain(t)
	s.stage()
	want := paths(s.agree().files)
	s.git("write-tree")
	for _, edit := range [][2]string{{"\x007 ", "\x006 "}, {"a\x004 ", "a\x003 "}, {"a\x004 ", "a\x009 "}, {"a\x004 ", "a\x005 "}, {"b\x002 ", "b\x001 "}, {"e\x001 ", "e\x000 "}, {"e\x001 ", "e\x002 "}} {
		s.withTree(func(tree []byte) []byte {
			if !bytes.Contains(tree, []byte(edit[0])) {
				t.Fatalf("%q is not in %q", edit[0], tree)
			}
			return bytes.Replace(tree, []byte(edit[0]), []byte(edit[1]), 1)
		})
		if src := s.open(); !slices.Equal(paths(src.files), want) {
			t.Errorf("%q: files %q, want %q", edit, paths(src.files), want)
		}
		s.withTree(func(tree []byte) []byte { return bytes.Replace(tree, []byte(edit[1]), []byte(edit[0]), 1) })
	}
	// Not even where the tree is HEAD's.
	s.withTree(func(tree []byte) []byte {
		tree = bytes.Replace(tree, s.idBytes(s.line("write-tree")+":a/b"), s.idBytes("HEAD:a/b"), 1)
		return bytes.Replace(tree, []byte("b\x002 "), []byte("b\x001 "), 1)
	})
	if src := s.open(); !slices.Equal(paths(src.files), want) {
		t.Errorf("files %q, want %q", paths(src.files), want)
	}
}

// git commits what it has noted. So the entries of a folder that is noted as unchanged
// are not committed, and are not told; and one that is noted as something else than its
// entries make is told.
func TestWrongNotes(t *testing.T) {
	s := plain(t)
	for _, folder := range []string{"", "a", "a/b", "a/b/e"} {
		s.git("reset", "-q", "--hard")
		s.write(filepath.Join("a", "b", "e", "f"), "with a secret\n")
		s.git("add", "-A")
		s.git("write-tree")
		tree := s.line("write-tree")
		s.withTree(func(all []byte) []byte {
			now, before := s.idBytes(tree+":"+folder), s.idBytes("HEAD:"+folder)
			if !bytes.Contains(all, now) {
				t.Fatalf("%q has no noted tree", folder)
			}
			return bytes.Replace(all, now, before, 1)
		})
		src := s.open()
		committed := s.line("write-tree")
		if folder != "" {
			// The folders above are not what their entries make, now that this one is another.
			if len(src.index.wrong) != 1 || len(src.problems) != 1 || src.problems[0].Low {
				t.Errorf("%q: wrong %q, problems %v", folder, src.index.wrong, src.problems)
			}
		} else if committed != s.line("rev-parse", "HEAD^{tree}") || len(src.files) != 0 {
			t.Errorf("git writes %s, files %q", committed, paths(src.files))
		}
	}
	s.git("reset", "-q", "--hard")
	s.write("evil/k", "secret\n")
	s.git("add", "-A")
	other := s.idBytes(s.line("write-tree"))
	s.git("reset", "-q", "--hard")
	s.git("write-tree")
	s.withTree(func(all []byte) []byte { return bytes.Replace(all, s.idBytes("HEAD^{tree}"), other, 1) })
	if !bytes.Equal(s.idBytes(s.line("write-tree")), other) {
		t.Error("git does not commit what it has noted: the premise no longer holds")
	}
	if src := s.open(); !slices.Equal(src.index.wrong, []string{""}) || len(src.problems) != 1 {
		t.Errorf("wrong %q, problems %v", src.index.wrong, src.problems)
	}
}
