package history

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lockaway/scanner/gitpack"
)

// gitIn runs git in a folder, as one person on one day, without anybody's settings.
func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@host.invalid", "GIT_AUTHOR_DATE=2021-05-01T10:00:00Z",
		"GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@host.invalid", "GIT_COMMITTER_DATE=2021-05-01T10:00:00Z",
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestTreeGivesFilesOfACommit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	dir := t.TempDir()
	gitIn(t, dir, "init", "-q", "-b", "main")
	open := func(rev string) (*Tree, error) {
		repo, err := gitpack.OpenRepo(dir, gitpack.Env{})
		if err != nil {
			t.Fatal(err)
		}
		return OpenTree(repo, rev)
	}
	tree, err := open("HEAD")
	if err != nil {
		t.Fatalf("no commit yet: %v", err)
	}
	if data, err := tree.File("a"); data != nil || err != nil {
		t.Errorf("no commit yet: %q, %v", data, err)
	}
	tree.Close()
	for name, text := range map[string]string{"a": "one", "sub/deep/b": "two", "sub/c": strings.Repeat("x", maxFile+1)} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	gitIn(t, dir, "add", "-A")
	id := gitIn(t, dir, "hash-object", "-w", "--stdin")
	gitIn(t, dir, "update-index", "--add", "--cacheinfo", "120000,"+id+",link", "--cacheinfo", "100755,"+gitIn(t, dir, "rev-parse", ":a")+",tool")
	gitIn(t, dir, "commit", "-q", "-m", "x")
	gitIn(t, dir, "tag", "-a", "-m", "y", "v1")
	for _, rev := range []string{"HEAD", "v1", gitIn(t, dir, "rev-parse", "HEAD")[:8]} {
		tree, err := open(rev)
		if err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]string{"a": "one", "tool": "one", "sub/deep/b": "two", "b": "", "sub": "", "a/b": "", "link": "", "sub/": "", "": "", "sub//deep/b": ""} {
			if data, err := tree.File(path); string(data) != want || err != nil {
				t.Errorf("%s:%s: %q, %v", rev, path, data, err)
			}
		}
		if _, err := tree.File("sub/c"); err == nil {
			t.Error("a file of any size is read")
		}
		tree.Close()
	}
	if _, err := open("nothing"); err == nil {
		t.Error("a revision that isn't there is opened")
	}
	// What is missing is an error, not an absent file.
	if err := os.RemoveAll(filepath.Join(dir, ".git", "objects", gitIn(t, dir, "rev-parse", "HEAD:sub")[:2])); err != nil {
		t.Fatal(err)
	}
	if tree, err = open("HEAD"); err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if _, err := tree.File("sub/deep/b"); err == nil {
		t.Error("a missing tree is passed by")
	}
}
