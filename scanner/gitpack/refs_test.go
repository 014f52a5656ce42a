package gitpack

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// refsOf lists what is visited, as "name id symbolic"; there must be no problems.
func refsOf(t *testing.T, walk func(func(Ref) error) ([]Problem, error)) []string {
	t.Helper()
	var out []string
	problems, err := walk(func(r Ref) error {
		out = append(out, strings.TrimRight(fmt.Sprintf("%s %s %s", r.Name, r.ID, r.Symbolic), " "))
		return nil
	})
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
	slices.Sort(out)
	return out
}

// refsByGit is the same of refs below refs/, as git lists them.
func (s *sandbox) refsByGit() []string {
	s.t.Helper()
	var out []string
	for line := range strings.Lines(s.git("for-each-ref", "--format=%(refname) %(objectname) %(symref)")) {
		line = strings.TrimRight(line, " \n")
		if strings.HasPrefix(line, "refs/heads/alias2 ") {
			line = strings.Replace(line, "refs/heads/main", "refs/heads/alias", 1) // git names the end of the chain
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

// below keeps those below refs/.
func below(list []string) []string {
	return slices.DeleteFunc(list, func(line string) bool { return !strings.HasPrefix(line, "refs/") })
}

// refKinds runs a test with each way that refs and ids are stored in.
func refKinds(t *testing.T, test func(t *testing.T, args ...string)) {
	for _, h := range []Hash{SHA1, SHA256} {
		t.Run(h.String()+" files", func(t *testing.T) { test(t, "--object-format="+h.String()) })
		t.Run(h.String()+" reftable", func(t *testing.T) { test(t, "--object-format="+h.String(), "--ref-format=reftable") })
	}
}

func TestRefsAgainstGit(t *testing.T) {
	refKinds(t, func(t *testing.T, args ...string) {
		s := odd(t, args...)
		s.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
		s.git("symbolic-ref", "refs/heads/alias2", "refs/heads/alias")
		s.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/side")
		s.git("update-ref", "refs/notes/x/y", "HEAD")
		s.git("update-ref", "refs/bisect/bad", "HEAD~1")
		s.git("worktree", "add", "-q", "wt", "-b", "wt")
		s.in("wt").git("update-ref", "refs/worktree/own", "HEAD")
		s.in("wt").git("update-ref", "refs/bisect/good", "HEAD")
		for _, packed := range []bool{false, true, true} {
			if packed {
				s.git("pack-refs", "--all", "--prune")
			}
			for _, dir := range []string{".", "wt"} {
				r := s.open(dir, Env{})
				if got, want := below(refsOf(t, r.Refs)), s.in(dir).refsByGit(); !slices.Equal(got, want) || len(got) < 8 {
					t.Errorf("%s\n got %q\nwant %q", dir, got, want)
				}
				compareLookups(t, s.in(dir), r)
			}
			// Loose ones stand before packed ones.
			s.git("update-ref", "refs/heads/side", "HEAD~2")
			s.git("tag", "-f", "light", "HEAD~1")
		}
		wt := s.line("rev-parse", "wt")
		want := []string{"HEAD " + wt + " refs/heads/wt", "refs/bisect/good " + wt, "refs/worktree/own " + wt}
		got := refsOf(t, s.open("wt", Env{}).WorktreeRefs)
		got = slices.DeleteFunc(got, func(l string) bool { return strings.HasPrefix(l, "ORIG_HEAD") }) // newer git makes one
		if !slices.Equal(got, want) {
			t.Errorf("of the work tree:\n got %q\nwant %q", got, want)
		}
	})
}

func compareLookups(t *testing.T, s *sandbox, r *Repo) {
	t.Helper()
	for _, name := range []string{"HEAD", "refs/heads/main", "refs/heads/alias2", "refs/tags/v1", "refs/bisect/bad", "refs/worktree/own", "main-worktree/HEAD", "main-worktree/refs/bisect/bad", "worktrees/wt/HEAD", "worktrees/wt/refs/worktree/own",
		"refs/heads/absent", "refs/heads", "worktrees/none/HEAD", "worktrees/wt/refs/heads/main", "refs/heads/main/below"} {
		want, err := s.try("rev-parse", "--verify", "-q", name)
		ref, gotErr := r.Ref(name)
		if (err == nil) != (gotErr == nil) || err == nil && ref.ID.String()+"\n" != want {
			t.Errorf("%s: %v, %v; git says %q, %v", name, ref, gotErr, want, err)
		}
		if gotErr != nil && !errors.Is(gotErr, ErrNoRef) {
			t.Error(gotErr)
		}
	}
}

func TestPeeledTags(t *testing.T) {
	s := odd(t)
	s.git("pack-refs", "--all")
	n := 0
	_, err := s.open(".", Env{}).Refs(func(r Ref) error {
		if want := strings.TrimSpace(s.git("for-each-ref", "--format=%(*objectname)", r.Name)); strings.HasPrefix(r.Name, "refs/tags/") && r.Name != "refs/tags/v1-again" {
			if n++; r.Peeled.String() != want {
				t.Errorf("%s leads to %s, not %s", r.Name, want, r.Peeled)
			}
		}
		return nil
	})
	if n < 3 || err != nil {
		t.Error(n, err)
	}
}

func TestPseudoRefs(t *testing.T) {
	s := newSandbox(t).initRepo("from")
	from := s.in("from")
	one := from.commit("a", "1")
	from.git("branch", "b1")
	from.git("checkout", "-q", "-b", "b2")
	two := from.commit("b", "2")
	s.git("clone", "-q", "from", "to")
	to := s.in("to")
	three := to.commit("c", "3")
	to.git("fetch", "-q", "origin", "b1", "b2")
	to.write(".git/MERGE_HEAD", one+"\n"+two+"\n")
	to.write(".git/rebase-merge/orig-head", one+"\n")
	to.write(".git/COMMIT_EDITMSG", "not a ref\n")
	to.git("stash", "list")
	got := slices.DeleteFunc(refsOf(t, s.open("to", Env{}).Refs), func(line string) bool { return strings.HasPrefix(line, "refs/") })
	want := []string{"FETCH_HEAD " + one, "FETCH_HEAD " + two, "HEAD " + three + " refs/heads/b2", "MERGE_HEAD " + one, "MERGE_HEAD " + two, "rebase-merge/orig-head " + one}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	to.write(".git/FETCH_HEAD", "")
	refsOf(t, s.open("to", Env{}).Refs)
}

func TestUnbornHEAD(t *testing.T) {
	s := newSandbox(t).initRepo()
	r := s.open(".", Env{})
	if got := refsOf(t, r.Refs); !slices.Equal(got, []string{"HEAD  refs/heads/main"}) {
		t.Errorf("%q", got)
	}
	if ref, err := r.Ref("HEAD"); err != nil || !ref.ID.IsZero() || ref.Symbolic != "refs/heads/main" {
		t.Errorf("%+v, %v", ref, err)
	}
}

// Chains of symbolic refs end where git ends.
func TestSymbolicRefsAgainstGit(t *testing.T) {
	s := newSandbox(t).initRepo()
	s.commit("a", "1")
	s.write(".git/refs/heads/s0", "ref: refs/heads/main\n")
	for i := range 7 {
		s.write(fmt.Sprintf(".git/refs/heads/s%d", i+1), fmt.Sprintf("ref:  refs/heads/s%d \n", i))
	}
	s.write(".git/refs/heads/loop1", "ref: refs/heads/loop2\n")
	s.write(".git/refs/heads/loop2", "ref: refs/heads/loop1\n")
	s.write(".git/refs/heads/itself", "ref: refs/heads/itself\n")
	r := s.open(".", Env{})
	ids := map[string]ID{}
	problems, err := r.Refs(func(ref Ref) error {
		ids[ref.Name] = ref.ID
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	bad := 0
	for _, name := range []string{"s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "loop1", "loop2", "itself"} {
		name = "refs/heads/" + name
		want, gitErr := s.try("rev-parse", "--verify", "-q", name)
		if gitErr != nil {
			bad++
			want = ""
		}
		ref, err := r.Ref(name)
		if (err == nil) != (gitErr == nil) || ref.ID.String() != strings.TrimSpace(want) || ids[name] != ref.ID {
			t.Errorf("%s: %v, %v, visited as %q; git says %q", name, ref, err, ids[name], want)
		}
	}
	if len(problems) != bad || bad < 3 {
		t.Errorf("%d bad ones, problems %v", bad, problems)
	}
}

func TestBrokenRefsAreNamed(t *testing.T) {
	s := newSandbox(t).initRepo()
	id := s.commit("a", "1")
	for name, text := range map[string]string{
		"refs/heads/empty": "", "refs/heads/short": id[:39] + "\n", "refs/heads/zeros": "\x00\x00\x00\x00", "refs/heads/glued": id + "x\n",
		"refs/heads/out": "ref: ../../../etc/passwd\n", "refs/heads/abs": "ref: /etc/passwd\n", "refs/heads/dots": "ref: refs/heads/../../config\n", "refs/heads/config": "ref: config\n",
		"refs/heads/left.lock": "", "refs/heads/good": id + " and more\n", "BROKEN_HEAD": "what", "refs/heads/upper": strings.ToUpper(id),
	} {
		s.write(".git/"+name, text)
	}
	links := 0
	if err := os.Symlink("refs/heads/good", s.path(".git/refs/heads/link")); err == nil {
		links = 3
		os.Symlink("../../config", s.path(".git/refs/heads/link-out"))
		os.Symlink(s.dir, s.path(".git/refs/heads/link-folder"))
		os.Symlink("refs/../../../x", s.path(".git/refs/heads/link-dots"))
	}
	var names []string
	problems, err := s.open(".", Env{}).Refs(func(r Ref) error {
		if r.ID.String() != id {
			t.Errorf("%+v", r)
		}
		names = append(names, strings.TrimPrefix(r.Name, "refs/heads/"))
		return nil
	})
	slices.Sort(names)
	want := []string{"HEAD", "good", "link", "main", "upper"}
	if links == 0 {
		want = slices.Delete(want, 2, 3)
	}
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("%q, %v", names, err)
	}
	if len(problems) != 9+links {
		t.Errorf("%d problems: %v", len(problems), problems)
	}
	for _, p := range problems {
		if strings.Contains(p.What, id[:8]) || strings.Contains(p.What, "etc") {
			t.Errorf("a problem quotes a file: %v", p)
		}
	}
}

func TestPackedRefsWithAnyNames(t *testing.T) {
	s := newSandbox(t).initRepo()
	a, b := strings.Repeat("a1", 20), strings.Repeat("b2", 20)
	s.write(".git/packed-refs", "# pack-refs with: peeled\n"+a+" refs/x/\xff\xfe name\r\n"+a+" refs/t\n^"+b+"\n^"+b+"\n\n"+a+"\n"+a+" \nrubbish\n^x\n"+
		a+" "+strings.Repeat("long/", 20_000)+"\n"+b+" refs/last")
	var got []Ref
	problems, err := s.open(".", Env{}).Refs(func(r Ref) error {
		got = append(got, r)
		return nil
	})
	idA, _ := ParseID(a)
	idB, _ := ParseID(b)
	want := []Ref{{Name: "refs/x/\xff\xfe name", ID: idA}, {Name: "refs/t", ID: idA, Peeled: idB}, {Name: "refs/last", ID: idB}, {Name: "HEAD", Symbolic: "refs/heads/main"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %+v", err, got)
	}
	if len(problems) != 1 || !strings.HasPrefix(problems[0].What, "6 lines that can't be read, the first of them line 6") {
		t.Errorf("problems %v", problems)
	}
}

func TestManyPackedRefs(t *testing.T) {
	s := newSandbox(t).initRepo()
	var text strings.Builder
	text.WriteString("# pack-refs with: peeled fully-peeled sorted \n")
	const n = 200_000
	for i := range n {
		fmt.Fprintf(&text, "%040x refs/heads/b%07d\n", i+1, i)
	}
	s.write(".git/packed-refs", text.String())
	r := s.open(".", Env{})
	at := 0
	problems, err := r.Refs(func(ref Ref) error {
		if ref.Name != "HEAD" && ref.Name != fmt.Sprintf("refs/heads/b%07d", at) {
			t.Fatalf("%d: %s", at, ref.Name)
		}
		at++
		return nil
	})
	if at != n+1 || err != nil || len(problems) > 0 {
		t.Error(at, err, problems)
	}
	if ref, err := r.Ref("refs/heads/b0199999"); err != nil || ref.ID.String() != fmt.Sprintf("%040x", n) {
		t.Error(ref, err)
	}
	stop := errors.New("enough")
	if _, err := r.Refs(func(Ref) error { return stop }); err != stop {
		t.Error(err)
	}
}

// What is read of the names of files stays within the git folder.
func TestRefNamesLeadNowhereElse(t *testing.T) {
	s := newSandbox(t).initRepo()
	id := s.commit("a", "1")
	s.write("outside", id+"\n")
	s.write(".git/config-like", id+"\n")
	r := s.open(".", Env{})
	for _, name := range []string{"../outside", "refs/../../outside", "config-like", "refs/heads/..", "refs//heads/main", "/refs/heads/main", "refs/heads/main/", "refs/heads\\main", "worktrees/../HEAD", "worktrees/..", "worktrees//HEAD", "main-worktree/../outside", "refs/heads/a:b", "refs/.hidden/x", "", "refs", "refs/", "refs/heads/main.lock", "refs/heads/main."} {
		if ref, err := r.Ref(name); !errors.Is(err, ErrNoRef) {
			t.Errorf("%q: %v, %v", name, ref, err)
		}
	}
}

func TestReflogsAgainstGit(t *testing.T) {
	refKinds(t, func(t *testing.T, args ...string) {
		s := odd(t, args...)
		s.git("branch", "deleted", "--create-reflog")
		s.write("a", "stashed\n")
		s.with("GIT_COMMITTER_NAME=Tab\tName").git("stash", "push", "-q", "-m", "put\taway")
		s.write("a", "again\n")
		s.git("stash", "push", "-q")
		s.git("worktree", "add", "-q", "wt", "-b", "wt")
		s.in("wt").commit("z", "z")
		for _, dir := range []string{".", "wt"} {
			r := s.open(dir, Env{})
			got := map[string][]string{}
			problems, err := r.Reflogs(func(e *ReflogEntry) error {
				got[e.Ref] = append(got[e.Ref], fmt.Sprintf("%s %s <%s> %d|%s", e.New, e.Who.Name, e.Who.Email, e.Who.Time, strings.ReplaceAll(string(e.Message), "\t", " ")))
				if e.Line != len(got[e.Ref]) {
					t.Errorf("%s: line %d comes as number %d", e.Ref, e.Line, len(got[e.Ref]))
				}
				return nil
			})
			if err != nil || len(problems) > 0 || len(got) < 5 {
				t.Errorf("%d logs, %v, %v", len(got), problems, err)
			}
			for ref, lines := range got {
				slices.Reverse(lines)
				want := s.in(dir).git("reflog", "show", "--date=unix", "--format=%H %gn <%ge> %gd|%gs", ref, "--")
				if text := unixDates(want); strings.Join(lines, "\n")+"\n" != text {
					t.Errorf("%s\n got %q\nwant %q", ref, lines, text)
				}
			}
		}
	})
}

// unixDates makes "ref@{123}" into "123".
func unixDates(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		before, rest, _ := strings.Cut(line, "> ")
		_, rest, _ = strings.Cut(rest, "@{")
		date, rest, _ := strings.Cut(rest, "}")
		out.WriteString(before + "> " + date + strings.ReplaceAll(rest, "\t", " "))
	}
	return out.String()
}

func TestReflogsOfDeletedRefs(t *testing.T) {
	s := newSandbox(t).initRepo()
	id := s.commit("a", "1")
	who := " A <a@b> 1 +0000\t"
	zero := strings.Repeat("0", 40)
	s.write(".git/logs/refs/heads/gone/long/ago", zero+" "+id+who+"made\n"+id+" "+zero+who+"deleted\nrubbish\n"+zero+" "+id+" no address\n"+zero+" "+id+" A <a> 5\n")
	if err := os.RemoveAll(s.path(".git/logs/HEAD")); err != nil {
		t.Fatal(err)
	}
	r := s.open(".", Env{})
	var got []string
	problems, err := r.Reflogs(func(e *ReflogEntry) error {
		if e.Ref != "refs/heads/main" {
			got = append(got, fmt.Sprintf("%s:%d %v %v %s", e.Ref, e.Line, e.Old.IsZero(), e.New.IsZero(), e.Message))
		}
		return nil
	})
	want := []string{"refs/heads/gone/long/ago:1 true false made", "refs/heads/gone/long/ago:2 false true deleted", "refs/heads/gone/long/ago:5 true false "}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	if len(problems) != 1 || !strings.HasPrefix(problems[0].What, "2 lines") || filepath.Base(problems[0].Path) != "ago" {
		t.Errorf("%v", problems)
	}
	n := 0
	if problems, err := r.Reflog("refs/heads/main", func(*ReflogEntry) error { n++; return nil }); n != 1 || err != nil || len(problems) > 0 {
		t.Error(n, problems, err)
	}
	stop := errors.New("enough")
	if _, err := r.Reflogs(func(*ReflogEntry) error { return stop }); err != stop {
		t.Error(err)
	}
}

func FuzzRefs(f *testing.F) {
	id := strings.Repeat("ab", 20)
	f.Add([]byte("# pack-refs with: peeled\n" + id + " refs/heads/a\n^" + id + "\n"))
	f.Add([]byte("ref: refs/heads/a\n"))
	f.Add([]byte(id + " " + id + " A <a@b> 1 +0000\tmessage\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := bytes.Count(data, []byte("\n")) + 1
		n := 0
		_, bad, err := parsePacked(bytes.NewReader(data), SHA1, func(id ID, name []byte, peeled ID) bool {
			n++
			if len(name) == 0 || !bytes.Contains(data, name) || len(id.Bytes()) != 20 {
				t.Errorf("%q of %q", name, data)
			}
			return true
		})
		if err != nil || n+bad > lines {
			t.Errorf("%d refs, %d bad lines of %d, %v", n, bad, lines, err)
		}
		if id, to, err := parseRef(data, SHA1); err == nil && id.IsZero() == (to == "") && !bytes.HasPrefix(data, []byte(strings.Repeat("0", 40))) {
			t.Errorf("%v, %q", id, to)
		} else if to != "" && (!validRef(to) || strings.Contains(to, "..")) {
			t.Errorf("%q", to)
		}
		for line := range bytes.Lines(data) {
			if e, ok := parseLogLine(line, SHA1); ok && !bytes.HasSuffix(bytes.TrimSuffix(line, []byte("\n")), e.Message) {
				t.Errorf("%q: message %q", line, e.Message)
			}
		}
	})
}
