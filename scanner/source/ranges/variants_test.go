package ranges_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"lockaway/rules"
	"lockaway/scanner"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/gitpack"
	"lockaway/scanner/match"
	"lockaway/scanner/rulecheck"
	"lockaway/scanner/source/ranges"
)

// versions writes many versions of a few files for git fast-import: lines are edited,
// keys come and go, files move, and one that is binary is among them.
func versions(t *testing.T, rnd *rand.Rand, n int) string {
	var out strings.Builder
	names := []string{"a.txt", "sub/b.ini", "sub/deeper/c.cfg", "d.bin"}
	lines := map[string][]string{}
	for _, name := range names {
		for i := range 300 {
			lines[name] = append(lines[name], fmt.Sprintf("line %d of %s, %x", i, name, rnd.Uint32()))
		}
	}
	for c := range n {
		fmt.Fprintf(&out, "commit refs/heads/main\ncommitter C <c@host.invalid> %d +0000\ndata 1\nm\n", 1_600_000_000+60*c)
		for range 1 + rnd.IntN(3) {
			name := names[rnd.IntN(len(names))]
			l := lines[name]
			at := rnd.IntN(len(l))
			switch rnd.IntN(8) {
			case 0:
				pair, err := rulecheck.Expand("aws_access_key_id = {{key-id}}\naws_secret_access_key = {{secret}}", rnd.Uint64())
				if err != nil {
					t.Fatal(err)
				}
				l = append(l[:at:at], append([]string{pair}, l[at:]...)...)
			case 1:
				for i := range l {
					if strings.HasPrefix(l[i], "aws_") {
						l[i] = "gone"
					}
				}
			case 2:
				if name == "d.bin" {
					l[at] = "\x00\x01"
				}
			default:
				l[at] = fmt.Sprintf("changed %x", rnd.Uint64())
			}
			lines[name] = l
			text := strings.Join(l, "\n") + "\n"
			paths := []string{name}
			if rnd.IntN(10) == 0 {
				paths = append(paths, fmt.Sprintf("copies/%d", c), fmt.Sprintf("aws/%d", c))
			}
			for _, p := range paths {
				fmt.Fprintf(&out, "M 100644 inline %s\ndata %d\n%s\n", p, len(text), text)
			}
		}
	}
	return out.String()
}

// counting is a matcher that counts what it was spared.
type counting struct {
	*match.Worker
	spared *atomic.Int64
}

func (c counting) Same(k *chunk.Chunk, changed []chunk.Range) bool {
	same := c.Worker.Same(k, changed)
	if same {
		c.spared.Add(1)
	}
	return same
}

// plain is a matcher that can't compare: everything is handed over whole.
type plain struct{ w *match.Worker }

func (p plain) Match(c *chunk.Chunk, yield func(*finding.Finding)) { p.w.Match(c, yield) }

// Versions that are looked at only where they differ, in the order of the pack, give
// what each of them gives when it is scanned whole, at each of its paths.
func TestVariantsAgainstWhole(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git on PATH to make a repository")
	}
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	engine, err := match.New(set)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(2) {
		dir := t.TempDir()
		git := func(in string, args ...string) {
			cmd := exec.Command("git", args...)
			cmd.Dir, cmd.Stdin = dir, strings.NewReader(in)
			cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("git %v: %v\n%s", args, err, out)
			}
		}
		git("", "init", "-q", "-b", "main")
		git(versions(t, rand.New(rand.NewPCG(seed, 5)), 400), "fast-import", "--quiet")
		git("", "repack", "-adfq", "--depth=50", "--window=20")
		repo, err := gitpack.OpenRepo(dir, gitpack.Env{})
		if err != nil {
			t.Fatal(err)
		}
		var spared atomic.Int64
		scan := func(o ranges.Options, threads int, matcher func() scanner.Matcher) string {
			o.Repo = repo
			o.Count = func(path string, data []byte) map[string]int { return nil }
			src, err := ranges.Open(o)
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			r, err := scanner.Run(context.Background(), scanner.Options{
				Kind: "range", Source: src, Place: src.Place, Merge: true, Threads: threads, Matcher: matcher,
			})
			if err != nil || len(r.Scan.Problems) > 0 {
				t.Fatalf("%v, %+v", err, r.Scan.Problems)
			}
			var out bytes.Buffer
			for _, f := range r.Findings {
				fmt.Fprintln(&out, f.Rule, f.Confidence, f.Fingerprint)
				for _, p := range f.Places {
					fmt.Fprintln(&out, " ", p.Source, p.Path, p.StartLine, p.Git.Object, p.Git.Commit)
				}
			}
			return out.String()
		}
		for _, o := range []ranges.Options{{All: true}, {Ranges: []string{"main~150..main"}}, {Ranges: []string{"main~2..main"}}} {
			want := scan(o, 2, func() scanner.Matcher { return plain{engine.Worker()} })
			for _, threads := range []int{1, 3} {
				if got := scan(o, threads, func() scanner.Matcher { return counting{engine.Worker(), &spared} }); got != want {
					t.Errorf("%+v, %d threads:\n%s\nwant\n%s", o, threads, got, want)
				}
			}
			if o.All && (strings.Count(want, "\n") < 100 || spared.Load() < 200) {
				t.Errorf("%d lines of findings, and %d versions looked at where they differ", strings.Count(want, "\n"), spared.Load())
			}
		}
	}
}
