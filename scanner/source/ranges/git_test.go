package ranges

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/gitpack"
)

// repo is a repository in which the real git runs, without anybody's settings.
type repo struct {
	t   testing.TB
	dir string
	env []string
}

func newRepo(t testing.TB, args ...string) *repo {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git on PATH to compare with")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := &repo{t: t, dir: dir}
	r.git(append([]string{"init", "-q", "-b", "main"}, args...)...)
	return r
}

func (r *repo) run(input string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = r.dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GIT_") && !strings.HasPrefix(v, "HOME=") && !strings.HasPrefix(v, "XDG_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env,
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "HOME="+r.dir, "LC_ALL=C", "TZ=UTC",
		"GIT_AUTHOR_NAME=A U Thor", "GIT_AUTHOR_EMAIL=author@example.com", "GIT_AUTHOR_DATE=1112911993 -0700",
		"GIT_COMMITTER_NAME=C O Mitter", "GIT_COMMITTER_EMAIL=committer@example.com", "GIT_COMMITTER_DATE=1112911993 +0200",
		"GIT_CONFIG_COUNT=3",
		"GIT_CONFIG_KEY_0=protocol.file.allow", "GIT_CONFIG_VALUE_0=always",
		"GIT_CONFIG_KEY_1=advice.detachedHead", "GIT_CONFIG_VALUE_1=false",
		"GIT_CONFIG_KEY_2=uploadpack.allowFilter", "GIT_CONFIG_VALUE_2=true")
	cmd.Env = append(cmd.Env, r.env...)
	cmd.Stdin = strings.NewReader(input)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("git %v: %w: %s", args, err, errs.String())
	}
	return out.String(), nil
}

// git runs git, which must succeed, and returns what it prints, without the last line
// feed.
func (r *repo) git(args ...string) string {
	r.t.Helper()
	out, err := r.run("", args...)
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.TrimSuffix(out, "\n")
}

func (r *repo) lines(args ...string) []string {
	r.t.Helper()
	if out := r.git(args...); out != "" {
		return strings.Split(out, "\n")
	}
	return nil
}

// write makes a file, and its folders.
func (r *repo) write(name, text string) {
	r.t.Helper()
	p := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o666); err != nil {
		r.t.Fatal(err)
	}
}

// commit commits files: pairs of a name and a text; an empty text removes the file.
func (r *repo) commit(message string, files ...string) string {
	r.t.Helper()
	for i := 0; i < len(files); i += 2 {
		if files[i+1] == "" {
			r.git("rm", "-q", "--", files[i])
			continue
		}
		r.write(files[i], files[i+1])
	}
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", message)
	return r.git("rev-parse", "HEAD")
}

// in is a repository below, or elsewhere.
func (r *repo) in(dir string) *repo {
	other := *r
	if other.dir = dir; !filepath.IsAbs(dir) {
		other.dir = filepath.Join(r.dir, dir)
	}
	return &other
}

func (r *repo) open() *gitpack.Repo {
	r.t.Helper()
	repo, err := gitpack.OpenRepo(r.dir, gitpack.Env{})
	if err != nil {
		r.t.Fatal(err)
	}
	return repo
}

// dag is a random history, made at one go.
type dag struct {
	ids     []string
	parents [][]int
}

// randomDAG makes a history of n commits, each of some earlier ones' children, with
// dates that mostly ascend, or are anything.
func randomDAG(r *repo, rnd *rand.Rand, n int, skewed bool) *dag {
	r.t.Helper()
	d := &dag{parents: make([][]int, n)}
	var stream strings.Builder
	for i := range n {
		when := 1_000_000 + 60*i
		if skewed {
			when = 1_000_000 + rnd.IntN(60*n)
		}
		fmt.Fprintf(&stream, "commit refs/heads/c%d\nmark :%d\ncommitter C <c@example.com> %d +0000\ndata 1\nm\n", i, i+1, when)
		if i > 0 && rnd.IntN(40) > 0 {
			for range 1 + rnd.IntN(5)/3 + rnd.IntN(12)/11 {
				// Near ones mostly, so that there are long lines of them.
				p := max(i-1-rnd.IntN(1+rnd.IntN(12)), 0)
				if rnd.IntN(30) == 0 {
					p = rnd.IntN(i)
				}
				if !slices.Contains(d.parents[i], p) {
					d.parents[i] = append(d.parents[i], p)
				}
			}
		}
		for k, p := range d.parents[i] {
			fmt.Fprintf(&stream, "%s :%d\n", [...]string{"from", "merge"}[min(k, 1)], p+1)
		}
		fmt.Fprintf(&stream, "M 100644 inline f%d\ndata 2\n%d\n", rnd.IntN(9), rnd.IntN(10))
	}
	if _, err := r.run(stream.String(), "fast-import", "--quiet", "--export-marks=marks"); err != nil {
		r.t.Fatal(err)
	}
	marks, err := os.ReadFile(filepath.Join(r.dir, "marks"))
	if err != nil {
		r.t.Fatal(err)
	}
	d.ids = make([]string, n)
	for line := range strings.Lines(string(marks)) {
		var i int
		var id string
		if _, err := fmt.Sscanf(line, ":%d %s", &i, &id); err != nil {
			r.t.Fatal(err)
		}
		d.ids[i-1] = id
	}
	return d
}

// reach is what commits reach, worked out from the bottom.
func (d *dag) reach(from ...int) map[string]bool {
	in := make([]bool, len(d.ids))
	for _, i := range from {
		in[i] = true
	}
	out := map[string]bool{}
	for i := len(in) - 1; i >= 0; i-- {
		if !in[i] {
			continue
		}
		out[d.ids[i]] = true
		for _, p := range d.parents[i] {
			in[p] = true
		}
	}
	return out
}

func minus(a, b map[string]bool) map[string]bool {
	out := maps.Clone(a)
	maps.DeleteFunc(out, func(id string, _ bool) bool { return b[id] })
	return out
}

func sorted(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }
