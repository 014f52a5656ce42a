package gitpack

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// sandbox is a folder in which the real git runs, without anybody's settings.
type sandbox struct {
	t   *testing.T
	dir string   // where git runs
	env []string // besides the fixed ones
}

// newSandbox makes an empty folder; it skips the test where there is no git.
func newSandbox(t *testing.T) *sandbox {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git on PATH to compare with")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &sandbox{t: t, dir: dir}
}

// initRepo makes a repository in the sandbox's folder; it skips the test if git
// does not know one of the arguments.
func (s *sandbox) initRepo(args ...string) *sandbox {
	s.t.Helper()
	out, err := s.try(append([]string{"init", "-q", "-b", "main"}, args...)...)
	if err != nil && len(args) > 0 {
		s.t.Skipf("this git can't do git init %v: %s", args, out)
	} else if err != nil {
		s.t.Fatalf("git init: %v: %s", err, out)
	}
	return s
}

// in is the same sandbox, git running in a folder below.
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
	other.env = append(other.env[:len(other.env):len(other.env)], env...)
	return &other
}

func (s *sandbox) path(name string) string { return filepath.Join(s.dir, name) }

// git runs git, which must succeed, and returns what it prints.
func (s *sandbox) git(args ...string) string {
	s.t.Helper()
	return s.feed("", args...)
}

// feed is git with something on its standard input.
func (s *sandbox) feed(input string, args ...string) string {
	s.t.Helper()
	out, errs, err := s.run(input, args)
	if err != nil {
		s.t.Fatalf("git %v: %v: %s", args, err, errs)
	}
	return out
}

// try runs git, and returns all that it prints if it fails.
func (s *sandbox) try(args ...string) (string, error) {
	out, errs, err := s.run("", args)
	if err != nil {
		return out + errs, err
	}
	return out, nil
}

func (s *sandbox) run(input string, args []string) (string, string, error) {
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
		"GIT_CONFIG_KEY_1=advice.detachedHead", "GIT_CONFIG_VALUE_1=false",
		"GIT_CONFIG_KEY_2=commit.gpgSign", "GIT_CONFIG_VALUE_2=false")
	cmd.Env = append(cmd.Env, s.env...)
	cmd.Stdin = strings.NewReader(input)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	return out.String(), errs.String(), err
}

// line is git's output without its last line feed.
func (s *sandbox) line(args ...string) string {
	s.t.Helper()
	return strings.TrimSuffix(s.git(args...), "\n")
}

// write makes a file, and its folders.
func (s *sandbox) write(name, text string) {
	s.t.Helper()
	p := s.path(name)
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

// object is an object's bytes, as git gives them.
func (s *sandbox) object(rev string) (Kind, []byte) {
	s.t.Helper()
	kind := s.line("cat-file", "-t", rev)
	return kindOf([]byte(kind)), []byte(s.git("cat-file", kind, rev))
}
