package staged

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/gitpack"
	"lockaway/scanner/source/changes"
)

// sandbox is a folder in which the real git runs, without anybody's settings.
type sandbox struct {
	t   testing.TB
	dir string   // where git runs
	env []string // besides the fixed ones
}

// newSandbox makes a repository; it skips the test where there is no git, or one that
// does not know an argument.
func newSandbox(t testing.TB, args ...string) *sandbox {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git on PATH to compare with")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &sandbox{t: t, dir: dir}
	if out, err := s.try("", append([]string{"init", "-q", "-b", "main"}, args...)...); err != nil {
		t.Skipf("this git can't do git init %v: %s", args, out)
	}
	return s
}

// in is the same sandbox, git running in another folder.
func (s *sandbox) in(dir string) *sandbox {
	other := *s
	if other.dir = dir; !filepath.IsAbs(dir) {
		other.dir = filepath.Join(s.dir, dir)
	}
	return &other
}

// with is the same sandbox, with more of an environment.
func (s *sandbox) with(env ...string) *sandbox {
	other := *s
	other.env = append(slices.Clip(other.env), env...)
	return &other
}

// git runs git, which must succeed, and returns what it prints.
func (s *sandbox) git(args ...string) string {
	s.t.Helper()
	return s.feed("", args...)
}

// line is git's output without its last line feed.
func (s *sandbox) line(args ...string) string {
	s.t.Helper()
	return strings.TrimSuffix(s.git(args...), "\n")
}

// feed is git with something on its standard input.
func (s *sandbox) feed(input string, args ...string) string {
	s.t.Helper()
	out, err := s.try(input, args...)
	if err != nil {
		s.t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return out
}

// try runs git, and returns all that it prints if it fails.
func (s *sandbox) try(input string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = s.dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GIT_") && !strings.HasPrefix(v, "HOME=") && !strings.HasPrefix(v, "XDG_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env,
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "HOME="+s.dir, "LC_ALL=C", "TZ=UTC",
		"GIT_AUTHOR_NAME=A U Thor", "GIT_AUTHOR_EMAIL=author@example.com", "GIT_AUTHOR_DATE=1112911993 -0700",
		"GIT_COMMITTER_NAME=C O Mitter", "GIT_COMMITTER_EMAIL=committer@example.com", "GIT_COMMITTER_DATE=1112911993 +0200",
		"GIT_CONFIG_COUNT=3",
		"GIT_CONFIG_KEY_0=protocol.file.allow", "GIT_CONFIG_VALUE_0=always",
		"GIT_CONFIG_KEY_1=gc.auto", "GIT_CONFIG_VALUE_1=0",
		"GIT_CONFIG_KEY_2=advice.detachedHead", "GIT_CONFIG_VALUE_2=false")
	cmd.Env = append(cmd.Env, s.env...)
	cmd.Stdin = strings.NewReader(input)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String() + errs.String(), err
	}
	return out.String(), nil
}

// write makes a file, and its folders.
func (s *sandbox) write(name, text string) {
	s.t.Helper()
	p := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o666); err != nil {
		s.t.Fatal(err)
	}
}

// commit writes a file and commits all.
func (s *sandbox) commit(name, text string) string {
	s.t.Helper()
	s.write(name, text)
	s.git("add", "-A")
	s.git("commit", "-q", "-m", "change "+name)
	return s.line("rev-parse", "HEAD")
}

// getenv is the sandbox's environment.
func (s *sandbox) getenv(name string) string {
	for _, v := range slices.Backward(s.env) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// open opens what is staged, without a Counter.
func (s *sandbox) open() *Source {
	s.t.Helper()
	return s.openWith(Options{})
}

func (s *sandbox) openWith(o Options) *Source {
	s.t.Helper()
	repo, err := gitpack.OpenRepo(s.dir, gitpack.EnvOf(s.getenv))
	if err != nil {
		s.t.Fatal(err)
	}
	o.Repo = repo
	src, err := Open(o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(src.Close)
	return src
}

// change is one that git tells: of a path, the modes and ids before and now.
type change struct {
	oldMode, mode, old, id, status string
}

// byGit is what git says that the index has and a commit has not; none for HEAD.
func (s *sandbox) byGit(commit ...string) map[string]change {
	s.t.Helper()
	raw := s.git(append([]string{"diff", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=none"}, commit...)...)
	out := map[string]change{}
	fields := strings.Split(strings.TrimSuffix(raw, "\x00"), "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		var c change
		if _, err := fmt.Sscanf(fields[i], ":%s %s %s %s %s", &c.oldMode, &c.mode, &c.old, &c.id, &c.status); err != nil {
			s.t.Fatalf("%q: %v", fields[i], err)
		}
		out[fields[i+1]] = c
	}
	return out
}

const submodule = "160000"

// files are those of git's changes that have a content to scan, and deleted those that
// have lost it, both as the comparison tells them.
func told(by map[string]change) (files, deleted map[string]string) {
	files, deleted = map[string]string{}, map[string]string{}
	for path, c := range by {
		was := c.oldMode != submodule && strings.Trim(c.old, "0") != ""
		switch {
		case c.status == "U":
		case c.status == "D" || c.mode == submodule:
			if was {
				deleted[path] = c.old
			}
		case was:
			files[path] = fmt.Sprintf("%s %s was %s", c.mode, c.id, c.old)
		default:
			files[path] = fmt.Sprintf("%s %s", c.mode, c.id)
		}
	}
	return files, deleted
}

// compare holds what the source says of one parent against git.
func (s *sandbox) compare(src *Source, parent int, commit ...string) {
	s.t.Helper()
	by := s.byGit(commit...)
	files, deleted := told(by)
	d := src.added.Parents[parent]
	if len(d.Unknown)+len(d.Unread) > 0 || len(src.index.wrong) > 0 {
		s.t.Errorf("faults %v %v %v", d.Unknown, d.Unread, src.index.wrong)
	}
	got := map[string]string{}
	for _, f := range d.Files {
		text := fmt.Sprintf("%06o %s", f.Mode, f.ID)
		if !f.Old.IsZero() {
			text += " was " + f.Old.String()
		}
		if _, twice := got[f.Path]; twice {
			s.t.Errorf("%q comes twice", f.Path)
		}
		got[f.Path] = text
	}
	equal(s.t, "changed", got, files)
	got = map[string]string{}
	gone, faults := src.added.Deleted(d)
	for _, f := range gone {
		if by[f.Path].status != "U" { // git tells no more of a conflict
			got[f.Path] = f.ID.String()
		}
	}
	if len(faults) > 0 {
		s.t.Errorf("deleted: %v", faults)
	}
	equal(s.t, "deleted", got, deleted)
}

func equal(t testing.TB, what string, got, want map[string]string) {
	t.Helper()
	for path, w := range want {
		if got[path] != w {
			t.Errorf("%s: %q is %q, git says %q", what, path, got[path], w)
		}
	}
	for path, g := range got {
		if _, ok := want[path]; !ok {
			t.Errorf("%s: %q is %q, git doesn't say so", what, path, g)
		}
	}
}

// paths are the files that would be scanned.
func paths(files []changes.File) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Path)
	}
	slices.Sort(out)
	return out
}
