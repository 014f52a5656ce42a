package gitpack

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// open opens the repository at a path of the sandbox; it must have no problems.
func (s *sandbox) open(path string, env Env) *Repo {
	s.t.Helper()
	r, err := OpenRepo(s.path(path), env)
	if err != nil {
		s.t.Fatal(err)
	}
	if len(r.Problems) > 0 {
		s.t.Errorf("%s: problems %v", path, r.Problems)
	}
	return r
}

// describe is what git says of the repository that it sees in the sandbox's folder.
func (s *sandbox) describe() string {
	s.t.Helper()
	top, err := s.try("rev-parse", "--show-toplevel")
	if err != nil {
		top = ""
		// Inside of a git folder there is no work tree for git, but one beside it.
		if dir := s.line("rev-parse", "--absolute-git-dir"); s.line("rev-parse", "--is-bare-repository") == "false" && filepath.Base(dir) == ".git" {
			top = filepath.Dir(dir)
		}
	}
	return fmt.Sprintf("git %s\ncommon %s\ntop %s\nbare %s\nhash %s\nindex %s\nobjects %s\n", s.line("rev-parse", "--absolute-git-dir"),
		s.line("rev-parse", "--path-format=absolute", "--git-common-dir"), strings.TrimSuffix(top, "\n"), s.line("rev-parse", "--is-bare-repository"),
		s.line("rev-parse", "--show-object-format"), s.line("rev-parse", "--path-format=absolute", "--git-path", "index"),
		s.line("rev-parse", "--path-format=absolute", "--git-path", "objects"))
}

func describe(r *Repo) string {
	return fmt.Sprintf("git %s\ncommon %s\ntop %s\nbare %v\nhash %s\nindex %s\nobjects %s\n",
		r.GitDir, r.CommonDir, r.WorkTree, r.Bare, r.Hash, r.Index, r.ObjectDirs[0])
}

// envOf is what a process with these variables would hand in.
func envOf(list []string) Env {
	return EnvOf(func(name string) string {
		for _, v := range list {
			if value, ok := strings.CutPrefix(v, name+"="); ok {
				return value
			}
		}
		return ""
	})
}

func TestOpenAgainstGit(t *testing.T) {
	s := newSandbox(t)
	s.initRepo("plain")
	plain := s.in("plain")
	plain.commit("sub/a", "1")
	plain.git("worktree", "add", "-q", "../linked", "-b", "other")
	s.git("clone", "-q", "--bare", "plain", "bare.git")
	s.in("bare.git").git("worktree", "add", "-q", "../of-bare", "main")
	s.git("init", "-q", "--separate-git-dir=apart", "elsewhere")
	s.in("plain").git("submodule", "--quiet", "add", "../bare.git", "mods/one")
	s.initRepo("moved")
	s.in("moved").git("config", "core.worktree", "../../moved-tree")
	s.write("moved-tree/sub/x", "")
	s.initRepo("own-config")
	s.in("own-config").commit("a", "1")
	s.in("own-config").git("config", "extensions.worktreeConfig", "true")
	s.in("own-config").git("config", "--unset", "core.bare")
	s.in("own-config").git("config", "--worktree", "core.bare", "true")
	s.write("relative/.git", "gitdir: ../plain/.git/worktrees/../\r\n\n")
	if err := os.Symlink("plain/sub", s.path("link")); err != nil {
		t.Log("no links here:", err)
	} else if err := os.Symlink("plain/.git", s.path("link-to-git")); err != nil {
		t.Fatal(err)
	}
	abs := s.path("plain/.git")
	for _, test := range []struct {
		at  string
		env []string
	}{
		{at: "plain"}, {at: "plain/sub"}, {at: "plain/.git"}, {at: "plain/.git/refs"},
		{at: "linked"}, {at: "linked/sub"}, {at: "bare.git"}, {at: "bare.git/refs/heads"}, {at: "of-bare/sub"},
		{at: "elsewhere"}, {at: "plain/mods/one"}, {at: "plain/mods/one/sub"}, {at: "plain/.git/modules/mods/one"},
		{at: "moved"}, {at: "moved/.git"}, {at: "own-config"}, {at: "relative"}, {at: "link"}, {at: "link-to-git"},
		{"linked", []string{"GIT_DIR=" + abs}},
		{"plain", []string{"GIT_DIR=.git", "GIT_INDEX_FILE=other-index"}},
		{"plain/sub", []string{"GIT_INDEX_FILE=other-index"}},
		{"plain/sub", []string{"GIT_DIR=../.git", "GIT_WORK_TREE=..", "GIT_INDEX_FILE=" + s.path("x")}},
		{"plain/sub", []string{"GIT_DIR=../.git", "GIT_WORK_TREE=../../linked"}},
		{"plain/sub", []string{"GIT_WORK_TREE=.."}},
		{"linked", []string{"GIT_DIR=.git"}},
		{"linked/sub", []string{"GIT_DIR=../.git", "GIT_COMMON_DIR=" + abs}},
		{"bare.git", []string{"GIT_DIR=."}},
		{"plain", []string{"GIT_OBJECT_DIRECTORY=.git/objects/incoming"}},
		{"bare.git", []string{"GIT_DIR=.", "GIT_OBJECT_DIRECTORY=./objects/incoming", "GIT_ALTERNATE_OBJECT_DIRECTORIES=" + s.path("bare.git/objects")}},
	} {
		t.Run(test.at+" "+strings.Join(test.env, " "), func(t *testing.T) {
			if _, err := os.Stat(s.path(test.at)); err != nil {
				t.Skip(err)
			}
			for _, dir := range []string{"plain/.git/objects/incoming", "bare.git/objects/incoming"} {
				if strings.Contains(strings.Join(test.env, " "), "incoming") {
					os.MkdirAll(s.path(dir), 0o777)
				}
			}
			r := s.open(test.at, envOf(test.env))
			if got, want := describe(r), s.in(test.at).with(test.env...).describe(); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

func TestOpenSHA256(t *testing.T) {
	s := newSandbox(t).initRepo("--object-format=sha256")
	if got, want := describe(s.open(".", Env{})), s.describe(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestNoRepository(t *testing.T) {
	s := newSandbox(t)
	s.write("plain/file", "")
	s.write("broken/.git", "gitdir: nowhere\n")
	s.write("empty/.git", "")
	s.write("odd/.git", "gitdir: ")
	for _, path := range []string{"plain", "plain/file", "broken", "empty", "odd", "absent"} {
		if r, err := OpenRepo(s.path(path), Env{}); err == nil {
			t.Errorf("%s: found %s", path, r.GitDir)
		}
	}
	if _, err := OpenRepo(s.dir, Env{GitDir: "plain"}); err == nil {
		t.Error("GIT_DIR names a folder that is no repository")
	}
}

// A repository that git refuses is an audit's business nevertheless.
func TestRepositoryWithoutHEAD(t *testing.T) {
	s := newSandbox(t).initRepo("a")
	s.initRepo("b")
	if err := os.Remove(s.path("a/.git/HEAD")); err != nil {
		t.Fatal(err)
	}
	s.write("b/.git/HEAD", "\x00\x00\x00")
	for _, dir := range []string{"a", "b", "a/.git"} {
		r, err := OpenRepo(s.path(dir), Env{})
		if err != nil {
			t.Error(err)
			continue
		}
		if len(r.Problems) != 1 || filepath.Base(r.Problems[0].Path) != "HEAD" {
			t.Errorf("%s: problems %v", dir, r.Problems)
		}
	}
}

func TestExtensions(t *testing.T) {
	for _, test := range []struct {
		config   string
		problems int
		hash     Hash
		refs     string
	}{
		{"[core]\nrepositoryformatversion = 1\n[extensions]\nnoop=1\npreciousObjects=true\npartialClone=origin\nrelativeWorktrees\ncompatObjectFormat=sha1", 0, SHA1, "files"},
		{"[core]\nrepositoryformatversion = 2\n", 1, SHA1, "files"},
		{"[core]\nrepositoryformatversion = x\n", 1, SHA1, "files"},
		{"[extensions]\nfuture = yes\nobjectformat=SHA256\n", 1, SHA256, "files"},
		{"[extensions]\nobjectFormat = md5\n", 1, SHA1, "files"},
		{"[extensions]\nrefStorage = reftable\n", 0, SHA1, "reftable"},
		{"[extensions]\nrefStorage = reftable://elsewhere\n", 0, SHA1, "reftable://elsewhere"},
		{"[extensions \"x\"]\nfuture = yes\n[core]\n\tbare = false\n  broken line\n", 1, SHA1, "files"},
	} {
		s := newSandbox(t).initRepo()
		s.write(".git/config", test.config)
		r, err := OpenRepo(s.dir, Env{})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Problems) != test.problems || r.Hash != test.hash || r.RefFormat != test.refs {
			t.Errorf("%q: %v, %s, %s", test.config, r.Problems, r.Hash, r.RefFormat)
		}
		for _, p := range r.Problems {
			if strings.Contains(p.What, "broken") {
				t.Errorf("a problem quotes the file: %s", p.What)
			}
		}
	}
}

// alternatesByGit is what git says it borrows from.
func (s *sandbox) alternatesByGit() []string {
	var out []string
	for line := range strings.Lines(s.git("count-objects", "-v")) {
		if dir, ok := strings.CutPrefix(strings.TrimSpace(line), "alternate: "); ok {
			dir, _, _ = unquoted(dir)
			out = append(out, dir)
		}
	}
	return out
}

func unquoted(s string) (string, string, bool) {
	if text, rest, ok := unquoteC(s); ok {
		return text, rest, ok
	}
	return s, "", false
}

func realPaths(t *testing.T, list []string) []string {
	var out []string
	for _, p := range list {
		real, err := filepath.EvalSymlinks(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, real)
	}
	return out
}

func TestAlternatesAgainstGit(t *testing.T) {
	s := newSandbox(t)
	names := []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "odd\tna\\me", "loop", "from-env"}
	for _, name := range names {
		s.initRepo("--bare", name)
	}
	link := func(name, text string) { s.write(name+"/objects/info/alternates", text) }
	link("0", "# comment\n\n../../1/objects\n\"../../odd\\tna\\\\me/objects\"\n"+s.path("loop/objects")+"\n../../1/objects/../objects/\n")
	for i := 1; i < 8; i++ {
		link(fmt.Sprint(i), fmt.Sprintf("../../%d/objects\n", i+1))
	}
	link("loop", "../../loop/objects\n../../0/objects\n../../from-env/objects")
	env := "GIT_ALTERNATE_OBJECT_DIRECTORIES=" + s.path("from-env/objects") + string(os.PathListSeparator) + `"` + s.path("8/objects") + `"`
	for _, list := range [][]string{nil, {env}} {
		r, err := OpenRepo(s.path("0"), envOf(list))
		if err != nil {
			t.Fatal(err)
		}
		got, want := realPaths(t, r.ObjectDirs[1:]), realPaths(t, s.in("0").with(list...).alternatesByGit())
		if !slices.Equal(got, want) {
			t.Errorf("%v\n got %q\nwant %q", list, got, want)
		}
		if len(r.Problems) != 1 || !strings.Contains(r.Problems[0].What, "too deep") {
			t.Errorf("problems %v", r.Problems)
		}
	}
}

func TestMissingAlternatesAreNamed(t *testing.T) {
	s := newSandbox(t).initRepo()
	s.write(".git/objects/info/alternates", "../nowhere\n../nor-here\n")
	r, err := OpenRepo(s.dir, Env{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Problems) != 2 || r.Problems[0].Path != s.path(".git/nowhere") || len(r.ObjectDirs) != 1 {
		t.Errorf("%v, %v", r.Problems, r.ObjectDirs)
	}
	s.write(".git/objects/info/alternates", strings.Repeat("x\n", 500_000))
	if r, err = OpenRepo(s.dir, Env{}); err != nil || len(r.Problems) > maxProblems+1 {
		t.Errorf("%d problems, %v", len(r.Problems), err)
	}
}

func TestShallowAndPartial(t *testing.T) {
	s := newSandbox(t).initRepo("from")
	from := s.in("from")
	from.commit("a", "1")
	edge := from.commit("a", "2")
	from.commit("a", "3")
	from.git("config", "uploadpack.allowFilter", "true")
	url := "file://" + filepath.ToSlash(s.path("from"))
	s.git("clone", "-q", "--depth=2", url, "shallow")
	s.git("clone", "-q", "--no-checkout", "--filter=blob:none", url, "partial")
	for _, test := range []struct {
		name    string
		shallow []string
		partial bool
	}{{"from", nil, false}, {"shallow", []string{edge}, false}, {"partial", nil, true}} {
		r := s.open(test.name, Env{})
		edges, problems := r.Shallow()
		var got []string
		for id := range edges {
			got = append(got, id.String())
		}
		if !slices.Equal(got, test.shallow) || len(problems) > 0 || r.Partial() != test.partial {
			t.Errorf("%s: %v, %v, %v", test.name, got, problems, r.Partial())
		}
	}
	s.write("shallow/.git/shallow", edge+"\nsomething\nelse\n")
	if edges, problems := s.open("shallow", Env{}).Shallow(); len(edges) != 1 || len(problems) != 1 {
		t.Errorf("%v, %v", edges, problems)
	}
}

func TestWorktreesAndSubmodules(t *testing.T) {
	s := newSandbox(t)
	for _, name := range []string{"inner", "middle", "outer"} {
		s.initRepo(name)
		s.in(name).commit("file", name)
	}
	s.in("middle").git("submodule", "--quiet", "add", "../inner", "in/ner")
	s.in("middle").git("commit", "-q", "-m", "a submodule")
	outer := s.in("outer")
	outer.git("submodule", "--quiet", "add", "--name", "a/b", "../middle", "m")
	outer.git("submodule", "--quiet", "add", "--name", "gone", "../inner", "gone")
	outer.git("submodule", "--quiet", "update", "--init", "--recursive")
	outer.git("commit", "-q", "-m", "submodules")
	outer.git("rm", "-q", "-f", "gone")
	outer.git("worktree", "add", "-q", "../linked", "-b", "linked")
	outer.git("worktree", "add", "-q", "../deleted", "-b", "deleted")
	s.in("linked").git("submodule", "--quiet", "update", "--init", "m")
	if err := os.RemoveAll(s.path("deleted")); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		at        string
		worktrees []string
	}{
		{"outer", []string{"deleted", "linked"}},
		{"linked", []string{"outer", "deleted"}},
	} {
		r := s.open(test.at, Env{})
		others, problems := r.Worktrees()
		var got []string
		for _, o := range others {
			got = append(got, filepath.Base(o.WorkTree))
			if o.CommonDir != r.CommonDir || o.Bare || !slices.Equal(o.ObjectDirs, r.ObjectDirs) || filepath.Dir(o.Index) != o.GitDir {
				t.Errorf("%s: %+v", test.at, o)
			}
		}
		if !slices.Equal(got, test.worktrees) || len(problems) > 0 {
			t.Errorf("work trees of %s: %v, %v", test.at, got, problems)
		}
		subs, problems := r.Submodules()
		got = nil
		for _, o := range subs {
			rel, _ := filepath.Rel(r.CommonDir, o.GitDir)
			got = append(got, filepath.ToSlash(rel))
			if len(o.Problems) > 0 {
				t.Errorf("%s: %v", rel, o.Problems)
			}
		}
		slices.Sort(got)
		if want := []string{"modules/a/b", "modules/a/b/modules/in/ner", "modules/gone", "worktrees/linked/modules/a/b"}; !slices.Equal(got, want) || len(problems) > 0 {
			t.Errorf("submodules of %s: %v, %v", test.at, got, problems)
		}
	}
}
