package gitpack

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// gitStore is all objects that the real git lists.
type gitStore struct {
	ids     []string
	objects map[ID]storedObject
}

type storedObject struct {
	kind Kind
	data []byte
}

func (s *sandbox) store() gitStore {
	s.t.Helper()
	g := gitStore{objects: map[ID]storedObject{}}
	rest := s.git("cat-file", "--batch-all-objects", "--batch=%(objectname) %(objecttype) %(objectsize)")
	for rest != "" {
		var hexed, kind string
		var size int
		line, body, _ := strings.Cut(rest, "\n")
		if _, err := fmt.Sscan(line, &hexed, &kind, &size); err != nil {
			s.t.Fatal(err)
		}
		id, err := ParseID(hexed)
		if err != nil {
			s.t.Fatal(err)
		}
		g.ids = append(g.ids, hexed)
		g.objects[id] = storedObject{kindOf([]byte(kind)), []byte(body[:size])}
		rest = body[size+1:]
	}
	return g
}

func (g gitStore) Object(id ID) (Kind, []byte, error) {
	o, ok := g.objects[id]
	if !ok {
		return 0, nil, ErrMissing
	}
	return o.kind, o.data, nil
}

// Abbrev gives no more than two, as it may.
func (g gitStore) Abbrev(prefix string) ([]ID, error) {
	var out []ID
	for _, hexed := range g.ids {
		if strings.HasPrefix(hexed, prefix) && len(out) < 2 {
			id, err := ParseID(hexed)
			if err != nil {
				return nil, err
			}
			out = append(out, id)
		}
	}
	return out, nil
}

func compareRevs(t *testing.T, s *sandbox, store RevStore, revs ...string) {
	t.Helper()
	r := s.open(".", Env{})
	for _, rev := range revs {
		want, gitErr := s.try("rev-parse", "--verify", "-q", "--end-of-options", rev)
		got, err := r.ResolveRev(store, rev)
		if (err == nil) != (gitErr == nil) || err == nil && got.String() != strings.TrimSpace(want) {
			t.Errorf("%q: %s, %v; git says %q, %v", rev, got, err, want, gitErr)
		}
	}
}

func TestRevisionsAgainstGit(t *testing.T) {
	refKinds(t, func(t *testing.T, args ...string) {
		s := odd(t, args...)
		s.git("update-ref", "refs/remotes/origin/main", "HEAD~1")
		s.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
		s.git("update-ref", "refs/remotes/up/side", "side")
		s.git("tag", "side-tag", "side")
		s.git("branch", "v1", "HEAD~2") // the tag of that name stands before it
		s.git("branch", "dead", "side")
		s.git("branch", "branch.with-dots", "side")
		s.git("checkout", "-q", "side")
		s.git("checkout", "-q", "main~1")
		s.git("checkout", "-q", "main")
		s.git("reset", "-q", "--hard", "HEAD~1")
		s.git("config", "branch.main.remote", "up")
		s.git("config", "branch.main.merge", "refs/heads/side")
		s.git("config", "remote.up.fetch", "+refs/heads/*:refs/remotes/up/*")
		s.git("config", "branch.side.remote", ".")
		s.git("config", "branch.side.merge", "refs/heads/main")
		s.git("config", "branch.dead.remote", "up")
		s.git("config", "branch.dead.merge", "refs/heads/absent")
		head := s.line("rev-parse", "HEAD")
		blob := s.line("rev-parse", "HEAD:a")
		names := []string{"HEAD", "@", "main", "heads/main", "refs/heads/main", "v1", "tags/v1", "heads/v1", "v1-again", "signed", "of-blob", "side-tag", "origin", "origin/main", "remotes/origin/main", "origin/HEAD", "raw", "branch.with-dots",
			"ORIG_HEAD", head, head[:4], head[:7], strings.ToUpper(head[:9]), strings.ToUpper(head), blob, blob[:10], "v1-0-g" + head[:8], "x-g" + head[:3], head[:3], head[:39] + "x",
			"@{0}", "@{1}", "@{2}", "HEAD@{0}", "HEAD@{1}", "HEAD@{3}", "HEAD@{5}", "main@{0}", "main@{1}", "main@{4}", "main@{5}", "main@{6}", "main@{99}", "side@{0}", "side@{2}", "refs/heads/side@{1}", "v1@{0}", "signed@{0}", "origin/main@{0}",
			"@{-1}", "@{-2}", "@{-3}", "@{-4}", "@{-9}", "@{-0}", "@{-1}@{0}", "@{-2}@{1}", "main@{-1}", "@{u}", "@{upstream}", "main@{U}", "side@{u}", "dead@{u}", "v1@{u}", "@{push}", "@{x}", "HEAD@{", "main@{1", "@{1}x",
			"absent", "", "config", "../config", "refs/heads", "refs/heads/", "a b", "main.lock", "HEAD.lock", strings.Repeat("f", len(head)), strings.Repeat("f", 12), strings.Repeat("f", len(head)+2)}
		store := s.store()
		compareRevs(t, s, store, names...)
		steps := []string{"^", "^1", "^2", "^3", "^0", "~", "~0", "~1", "~2", "~4", "~99", "^^", "^2^", "^2~1", "~1^2", "^{}", "^{commit}", "^{tree}", "^{blob}", "^{tag}", "^{object}", "^{commit}~1", "^{tree}^{tree}", "^{tree}^", "^{", "^{x}", "^{commit", "^x", "~1x", "~~", "^01", "~99999999999999999999"}
		for _, name := range []string{"main", "v1-again", "of-blob", "@{1}", "@{-1}", head[:8], blob} {
			for _, step := range steps {
				if strings.HasPrefix(name, "@{") && slices.Contains([]string{"^{blob}", "^{tag}", "^{x}"}, step) {
					continue // what git takes for a date in its end, "1}^{x"
				}
				compareRevs(t, s, store, name+step)
			}
		}
	})
}

// Two objects whose ids begin alike: the commit is meant.
func TestAmbiguousAbbreviations(t *testing.T) {
	s := newSandbox(t).initRepo()
	var made strings.Builder
	for i := range 400 {
		fmt.Fprintf(&made, "blob\nmark :%d\ndata 4\n%04d\n", i+1, i)
		fmt.Fprintf(&made, "commit refs/heads/c%d\ncommitter C <c@d> %d +0000\ndata 0\n\n", i, i+1)
	}
	s.feed(made.String(), "fast-import", "--quiet")
	objects := map[string][]string{} // by four digits
	for line := range strings.Lines(s.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")) {
		objects[line[:4]] = append(objects[line[:4]], strings.TrimSpace(line))
	}
	r, store := s.open(".", Env{}), s.store()
	alike := 0
	for digits, list := range objects {
		if len(list) == 1 {
			continue
		}
		alike++
		var commits []string
		for _, l := range list {
			if id, ok := strings.CutSuffix(l, " commit"); ok {
				commits = append(commits, id)
			}
		}
		id, err := r.ResolveRev(store, digits)
		if len(commits) == 1 && (err != nil || id.String() != commits[0]) || len(commits) != 1 && (err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%d objects", len(list)))) {
			t.Errorf("%s: %s, %v of %q", digits, id, err, list)
		}
	}
	if alike == 0 {
		t.Error("no two ids begin alike")
	}
}

func TestRevisionErrors(t *testing.T) {
	s := newSandbox(t).initRepo()
	if _, err := s.open(".", Env{}).ResolveRev(s.store(), "HEAD"); err == nil || err.Error() != `revision "HEAD": there is no commit on refs/heads/main yet` {
		t.Error(err)
	}
	first := s.commit("a", "1")
	second := s.commit("a", "2")
	s.write(".git/refs/heads/broken", "what")
	s.git("branch", "gone", first)
	s.write(".git/refs/heads/gone", strings.Repeat("1", 40)+"\n")
	s.git("clone", "-q", "--depth=1", "file://"+s.dir, "shallow")
	for _, test := range []struct{ at, rev, want string }{
		{".", "absent", "unknown revision"},
		{".", "HEAD^2", second + " has only one parent"},
		{".", "HEAD~2", first + " is a first commit, without parents"},
		{".", "HEAD:a", "it names a file, where a commit is needed"},
		{".", ":/text", "unknown revision"},
		{".", "HEAD^{/text}", "searches in messages are not supported"},
		{".", "HEAD^{thing}", `there is no kind of object "thing"`},
		{".", "HEAD^{tree}^", "is a tree, no commit"},
		{".", "HEAD~1x", `"~1x" is no step from a commit`},
		{".", "HEAD@{yesterday}", "dates are not supported, only numbers of reflog entries"},
		{".", "HEAD@{7}", `the log of "HEAD" has only 2 entries`},
		{".", "broken", `"refs/heads/broken": neither an object id nor a symbolic ref`},
		{".", "gone^", "object " + strings.Repeat("1", 40) + " can't be read: missing object"},
		{"shallow", "HEAD~1", "the history of this shallow clone ends at " + second},
		{".", strings.Repeat("x", 5000), "a revision of 5000 bytes"},
	} {
		_, err := s.open(test.at, Env{}).ResolveRev(s.in(test.at).store(), test.rev)
		if err == nil || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("%.60q: %v", test.rev, err)
		}
		if (test.want == "unknown revision") != errors.Is(err, ErrNoRev) {
			t.Errorf("%.60q: ErrNoRev: %v", test.rev, err)
		}
	}
}

func TestSplitRange(t *testing.T) {
	for _, test := range []struct {
		text string
		want RevRange
		ok   bool
	}{
		{"a..b", RevRange{"a", "b", false}, true},
		{"a...b", RevRange{"a", "b", true}, true},
		{"..b", RevRange{"HEAD", "b", false}, true},
		{"a..", RevRange{"a", "HEAD", false}, true},
		{"...", RevRange{"HEAD", "HEAD", true}, true},
		{"v1.0..v1.1^{}", RevRange{"v1.0", "v1.1^{}", false}, true},
		{"@{a..b}..HEAD@{1}", RevRange{"@{a..b}", "HEAD@{1}", false}, true},
		{"..", RevRange{}, false},
		{"a.b", RevRange{}, false},
		{"", RevRange{}, false},
	} {
		if got, ok := SplitRange(test.text); got != test.want || ok != test.ok {
			t.Errorf("%q: %+v, %v", test.text, got, ok)
		}
	}
}

// noObjects is a store of commits without end, each its own parent.
type noObjects struct{}

func (noObjects) Object(id ID) (Kind, []byte, error) {
	return Commit, []byte("tree " + id.String() + "\nparent " + id.String() + "\nauthor a <b> 1 +0\ncommitter a <b> 1 +0\n\n"), nil
}

func (noObjects) Abbrev(prefix string) ([]ID, error) {
	id, err := ParseID(prefix + strings.Repeat("0", 40-len(prefix)))
	return []ID{id}, err
}

func FuzzRevision(f *testing.F) {
	for _, rev := range []string{"HEAD~3^2^{tree}", "@{-1}@{2}", "abcdef12^{}", "v1-2-gabcdef..x", "main@{u}~4", "refs/heads/x"} {
		f.Add(rev)
	}
	repo := &Repo{GitDir: "/nonexistent/git", CommonDir: "/nonexistent/git", RefFormat: "files", Config: new(GitConfig), shallowAt: "/nonexistent/git/shallow"}
	f.Fuzz(func(t *testing.T, rev string) {
		if strings.Count(rev, "~") > 2 || len(rev) > 60 || strings.Contains(rev, "~4") || strings.Contains(rev, "~3") {
			return // long ways
		}
		id, err := repo.ResolveRev(noObjects{}, rev)
		if (err == nil) == id.IsZero() && !strings.HasPrefix(rev, "0000") {
			t.Errorf("%q: %s, %v", rev, id, err)
		}
		if r, ok := SplitRange(rev); ok && (r.From == "" || r.To == "") {
			t.Errorf("%q: %+v", rev, r)
		}
	})
}
