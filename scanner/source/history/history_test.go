package history_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lockaway/rules"
	"lockaway/rules/awskey"
	"lockaway/scanner"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/match"
	"lockaway/scanner/source/history"
)

// repo is a repository that the real git makes, with credentials that come, move and
// go.
type repo struct {
	t     *testing.T
	dir   string
	r     *rand.Rand
	clock int
}

func newRepo(t *testing.T, seed uint64) *repo {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git on PATH to make a repository")
	}
	g := &repo{t: t, dir: t.TempDir(), r: rand.New(rand.NewPCG(seed, 11)), clock: 1_600_000_000}
	g.git("init", "-q", "-b", "main")
	return g
}

func (g *repo) git(args ...string) string {
	g.t.Helper()
	g.clock += 60
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "gc.auto=0"}, args...)...)
	cmd.Dir = g.dir
	date := fmt.Sprintf("%d +0000", g.clock)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_DATE="+date, "GIT_COMMITTER_DATE="+date)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		g.t.Fatalf("git %v: %v: %s", args, err, errs.String())
	}
	return string(out)
}

func (g *repo) write(name, text string) {
	g.t.Helper()
	path := filepath.Join(g.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		g.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		g.t.Fatal(err)
	}
}

// pair makes a key ID and a secret.
func (g *repo) pair() string {
	id, err := awskey.Encode("AKIA", fmt.Sprintf("%012d", 100_000_000_000+g.r.Int64N(1e11)), uint64(g.r.Uint32()))
	if err != nil {
		g.t.Fatal(err)
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	secret := make([]byte, 40)
	for i := range secret {
		secret[i] = alphabet[g.r.IntN(64)]
	}
	return fmt.Sprintf("aws_access_key_id = %s\naws_secret_access_key = %s\n", id, secret)
}

// work commits versions of files: lines are edited, pairs come and go, files are
// renamed, branches are made and merged.
func (g *repo) work(commits int) {
	lines := map[string][]string{}
	names := []string{"a.txt", "sub/b.ini", "sub/deeper/c.cfg"}
	for _, n := range names {
		for i := range 300 {
			lines[n] = append(lines[n], fmt.Sprintf("line %d of %s, %x", i, n, g.r.Uint32()))
		}
	}
	for c := range commits {
		n := names[g.r.IntN(len(names))]
		l := lines[n]
		at := g.r.IntN(len(l))
		switch g.r.IntN(6) {
		case 0:
			l = slices.Insert(l, at, strings.Split(strings.TrimSpace(g.pair()), "\n")...)
		case 1:
			l = slices.DeleteFunc(l, func(s string) bool { return strings.HasPrefix(s, "aws_secret") })
		default:
			l[at] = fmt.Sprintf("changed %x", g.r.Uint64())
		}
		lines[n] = l
		g.write(n, strings.Join(l, "\n")+"\n")
		g.git("add", "-A")
		g.git("commit", "-q", "--allow-empty", "-m", fmt.Sprintf("change %d", c))
		if c%10 == 5 {
			g.git("checkout", "-q", "-b", fmt.Sprintf("side%d", c))
			g.write("side/"+n, g.pair())
			g.git("add", "-A")
			g.git("commit", "-q", "-m", "side")
			g.git("checkout", "-q", "main")
			if c%20 == 5 {
				g.git("merge", "-q", "--no-ff", "-m", "merged", fmt.Sprintf("side%d", c))
			}
		}
	}
}

// plain is a matcher that can't compare: everything is handed over whole.
type plain struct{ w *match.Worker }

func (p plain) Match(c *chunk.Chunk, yield func(*finding.Finding)) { p.w.Match(c, yield) }

// scan returns each blob's findings, "fingerprint line", and the findings' places.
func (g *repo) scan(e *match.Engine, threads int, compare bool) (map[string][]string, []finding.Place) {
	g.t.Helper()
	git, err := gitpack.OpenRepo(g.dir, gitpack.Env{})
	if err != nil {
		g.t.Fatal(err)
	}
	src := history.New(history.Options{Repo: git, Name: g.dir})
	defer src.Close()
	r, err := scanner.Run(context.Background(), scanner.Options{
		Kind: "repository", Source: src, Place: src.Place, Merge: true, Threads: threads,
		Matcher: func() scanner.Matcher {
			if compare {
				return e.Worker()
			}
			return plain{e.Worker()}
		},
	})
	if err != nil {
		g.t.Fatal(err)
	}
	if len(r.Scan.Problems) > 0 {
		g.t.Errorf("problems: %v", r.Scan.Problems)
	}
	out := map[string][]string{}
	var places []finding.Place
	for _, f := range r.Findings {
		for _, p := range f.Places {
			if p.Git == nil || p.Source != chunk.Blob {
				continue
			}
			out[p.Git.Object] = append(out[p.Git.Object], fmt.Sprintf("%s %d", f.Fingerprint, p.StartLine))
			places = append(places, p)
		}
	}
	for _, l := range out {
		slices.Sort(l)
	}
	return out, places
}

// byGit is what the engine finds in the blobs as git prints them.
func (g *repo) byGit(e *match.Engine) map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(g.git("cat-file", "--batch-all-objects", "--batch-check")) {
		id, rest, _ := strings.Cut(line, " ")
		if !strings.HasPrefix(rest, "blob ") {
			continue
		}
		data := g.git("cat-file", "blob", id)
		e.Worker().Match(chunk.Whole(&chunk.Content{Kind: chunk.Blob}, []byte(data)), func(f *finding.Finding) {
			out[id] = append(out[id], fmt.Sprintf("%s %d", f.Fingerprint, f.StartLine))
		})
		slices.Sort(out[id])
	}
	maps.DeleteFunc(out, func(_ string, l []string) bool { return len(l) == 0 })
	return out
}

// Scanned around their differences the versions of files give what they give scanned
// whole, with any number of workers, loose or packed; and each is placed where git
// says that it came in.
func TestHistoryAgainstGit(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	e, err := match.New(set)
	if err != nil {
		t.Fatal(err)
	}
	g := newRepo(t, 1)
	g.work(45)
	want := g.byGit(e)
	if len(want) < 15 {
		t.Fatalf("only %d blobs hold anything", len(want))
	}
	for _, packed := range []bool{false, true} {
		if packed {
			g.git("repack", "-adfq", "--depth=50")
			g.git("prune-packed")
		}
		for _, threads := range []int{1, 4} {
			for _, compare := range []bool{true, false} {
				got, places := g.scan(e, threads, compare)
				if !maps.EqualFunc(got, want, slices.Equal) {
					t.Errorf("packed %v, %d threads, compared %v: %d blobs, not %d", packed, threads, compare, len(got), len(want))
				}
				if packed && compare && threads == 4 {
					g.comparePlaces(places)
				}
			}
		}
	}
}

// comparePlaces asks git about each place.
func (g *repo) comparePlaces(places []finding.Place) {
	g.t.Helper()
	for _, p := range places {
		log := g.git("log", "--all", "-m", "--reverse", "--format=%ct %H", "--find-object="+p.Git.Object)
		first := ""
		for line := range strings.Lines(log) {
			line = strings.TrimSpace(line)
			commit := line[strings.LastIndexByte(line, ' ')+1:]
			if line != "" && strings.Contains(g.git("ls-tree", "-r", commit), p.Git.Object) && (first == "" || line < first) {
				first = line
			}
		}
		if !strings.HasSuffix(first, " "+p.Git.Commit) {
			g.t.Errorf("%s at %s came in with %s, git says %s", p.Git.Object, p.Path, p.Git.Commit, first)
		}
		if at := strings.TrimSpace(g.git("rev-parse", p.Git.Commit+":"+p.Path)); at != p.Git.Object {
			g.t.Errorf("%s of %s is %s, not %s", p.Path, p.Git.Commit, at, p.Git.Object)
		}
		var refs []string
		for ref := range strings.Lines(g.git("for-each-ref", "--format=%(refname)", "--contains="+p.Git.Commit)) {
			refs = append(refs, strings.TrimSpace(ref))
		}
		got := slices.DeleteFunc(slices.Clone(p.Git.Refs), func(r string) bool { return !strings.HasPrefix(r, "refs/") })
		slices.Sort(got)
		if !slices.Equal(got, refs) || !p.Git.Reachable {
			g.t.Errorf("%s: reached by %v, git says %v", p.Git.Object, got, refs)
		}
		tip := false
		for _, ref := range refs {
			tip = tip || strings.Contains(g.git("ls-tree", "-r", ref), p.Git.Object)
		}
		if tip != p.Git.AtTip {
			g.t.Errorf("%s: at a tip %v, git says %v", p.Git.Object, p.Git.AtTip, tip)
		}
	}
}
