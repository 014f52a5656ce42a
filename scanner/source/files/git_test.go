package files

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
)

// TestAgainstGit compares what is read with what git would add.
func TestAgainstGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git on PATH to compare with")
	}
	r := rand.New(rand.NewPCG(5, 8))
	names := []string{"a", "b", "c.log", "build", "x y", "keep", "é", "deep", ".env"}
	lines := []string{"*.log", "!keep", "/a", "build/", "a/b", "**/deep/*", "!*.log", "x*", "*", "!*/", "?", "[a-c]", "/*/b", "!/a/", "deep/**", ".*"}
	for round := range 40 {
		layout(t)
		git(t, "init", "-q")
		folders := []string{""}
		for range 60 {
			p := path.Join(folders[r.IntN(len(folders))], names[r.IntN(len(names))])
			if _, err := os.Lstat(p); err == nil || strings.Count(p, "/") > 4 {
				continue
			}
			if r.IntN(3) > 0 {
				plant(t, p, nil)
				continue
			}
			folders = append(folders, p)
			plant(t, p+"/file", nil)
		}
		for range 1 + r.IntN(4) {
			text := ""
			for range 1 + r.IntN(4) {
				text += lines[r.IntN(len(lines))] + "\n"
			}
			where := path.Join(folders[r.IntN(len(folders))], ".gitignore")
			if r.IntN(6) == 0 {
				where = ".git/info/exclude"
			}
			plant(t, where, []byte(text))
		}
		out := strings.TrimSuffix(git(t, "ls-files", "-z", "--others", "--exclude-standard"), "\x00")
		var want []string
		if out != "" {
			want = strings.Split(out, "\x00")
		}
		got := scan(t, Options{Gitignore: true})
		got.expect(t, want, got.skipped)
		if t.Failed() {
			t.Fatalf("round %d in %s", round, fmt.Sprint(os.Getwd()))
		}
	}
}

func git(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "XDG_CONFIG_HOME="+os.DevNull)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %s: %v", args[0], err)
	}
	return string(out)
}
