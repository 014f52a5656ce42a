package ranges

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/chunk"
)

// newFiles are the paths and blobs that commits have and none of their parents has, by
// git's comparison with each parent; what moved as it is, and what only has another mode,
// is none.
func newFiles(r *repo, commits []string) map[string]bool {
	r.t.Helper()
	out, err := r.run(strings.Join(commits, "\n")+"\n", "diff-tree", "--stdin", "-m", "-r", "--root", "--raw", "--no-abbrev", "--no-renames", "-z", "--format=%H")
	if err != nil {
		r.t.Fatal(err)
	}
	type against struct{ added, deleted map[string]bool }
	diffs := map[string][]against{}
	commit := ""
	parts := strings.Split(out, "\x00")
	for i := 0; i < len(parts); i++ {
		p := strings.TrimSpace(parts[i])
		switch {
		case p == "":
		case p[0] != ':':
			commit = p
			diffs[commit] = append(diffs[commit], against{map[string]bool{}, map[string]bool{}})
		default:
			f := strings.Fields(p[1:]) // modes, ids, status
			i++
			d := diffs[commit][len(diffs[commit])-1]
			switch {
			case f[4] == "D":
				d.deleted[f[2]] = true
			case f[1] == "160000":
			case f[2] != f[3]:
				d.added[f[3]+" "+parts[i]] = true
			}
			if f[0] == "160000" {
				delete(d.deleted, f[2])
			}
		}
	}
	parents := map[string]int{}
	for _, line := range r.lines("rev-list", "--parents", "--all") {
		ids := strings.Fields(line)
		parents[ids[0]] = len(ids) - 1
	}
	all := map[string]bool{}
	for _, commit := range commits {
		ds := diffs[commit]
		if len(ds) < max(1, parents[commit]) {
			continue // as one of its parents: git says nothing of that one
		}
		for f := range ds[0].added {
			id, _, _ := strings.Cut(f, " ")
			if !slices.ContainsFunc(ds, func(d against) bool { return !d.added[f] || d.deleted[id] }) {
				all[f] = true
			}
		}
	}
	return all
}

// randomHistory makes a history of many branches and merges, with folders, moves and
// deletions.
func randomHistory(r *repo, rnd *rand.Rand, n int) {
	r.t.Helper()
	var stream strings.Builder
	for i := range n {
		fmt.Fprintf(&stream, "commit refs/heads/c%d\nmark :%d\ncommitter C <c@example.com> %d +0000\ndata <<.\ncommit %d\n.\n", i, i+1, 1_000_000+60*i, i)
		if i > 0 {
			first := max(i-1-rnd.IntN(4), 0)
			fmt.Fprintf(&stream, "from :%d\n", first+1)
			if second := max(i-1-rnd.IntN(9), 0); rnd.IntN(3) == 0 && second != first {
				fmt.Fprintf(&stream, "merge :%d\n", second+1)
			}
		}
		path := func() string {
			return [...]string{"a", "b", "dir/a", "dir/b", "dir/sub/a", "dir.x", "other/a", "z"}[rnd.IntN(8)]
		}
		for range rnd.IntN(4) {
			switch rnd.IntN(8) {
			case 0:
				fmt.Fprintf(&stream, "D %s\n", path())
			case 1:
				fmt.Fprintf(&stream, "D %s\n", [...]string{"dir", "other", "dir/sub"}[rnd.IntN(3)])
			case 2:
				fmt.Fprintf(&stream, "M 120000 inline %s\ndata <<.\nto/%d\n.\n", path(), rnd.IntN(3))
			default:
				mode := [...]string{"100644", "100755"}[rnd.IntN(2)]
				word := [...]string{"text", "text", "text KEY"}[rnd.IntN(3)]
				fmt.Fprintf(&stream, "M %s inline %s\ndata <<.\n%s%d\n.\n", mode, path(), word, rnd.IntN(40))
			}
		}
	}
	if _, err := r.run(stream.String(), "fast-import", "--quiet"); err != nil {
		r.t.Fatal(err)
	}
}

// What is handed over is what git's comparison with each parent calls new, and every
// commit's message and header; by one sink as by several.
func TestContentsAgainstGit(t *testing.T) {
	for seed := range uint64(4) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		r := newRepo(t)
		randomHistory(r, rnd, 150)
		if seed%2 == 0 {
			r.git("repack", "-adq", "--depth=30")
		}
		repo := r.open()
		ranges := []string{"c149", "c0..c149", "c140"}
		for range 6 {
			ranges = append(ranges, fmt.Sprintf("c%d..c%d", rnd.IntN(150), rnd.IntN(150)))
		}
		for i, text := range ranges {
			commits := r.lines("rev-list", text)
			want := newFiles(r, commits)
			_, rec := scan(t, Options{Repo: repo, Ranges: []string{text}}, 1+i%3)
			var messages []string
			harmless := map[string]bool{} // blobs that were given, and hold no value
			for c, data := range rec.contents {
				switch c.Kind {
				case chunk.CommitMessage:
					messages = append(messages, c.Object)
				case chunk.CommitAuthor:
					if i == 0 && (!strings.HasPrefix(r.git("cat-file", "commit", c.Object), data) || !strings.Contains(data, "committer")) {
						t.Errorf("%s: header %q", c.Object, data)
					}
				case chunk.Blob, chunk.Symlink:
					if !want[c.Object+" "+c.Path] {
						t.Errorf("%s: %s at %s is given, and not new", text, c.Object, c.Path)
					}
					delete(want, c.Object+" "+c.Path)
					if harmless[c.Object] {
						t.Errorf("%s: %s is given again, at %s", text, c.Object, c.Path)
					}
					harmless[c.Object] = !secret.MatchString(data)
					if i == 0 && r.git("cat-file", "blob", c.Object) != strings.TrimSuffix(data, "\n") {
						t.Errorf("%s: %q is given", c.Object, data)
					}
				}
			}
			// What nothing comes up in need not be given at each of its paths.
			maps.DeleteFunc(want, func(f string, _ bool) bool { return harmless[strings.Fields(f)[0]] })
			slices.Sort(messages)
			slices.Sort(commits)
			if !slices.Equal(messages, commits) {
				t.Errorf("%s: messages of %d commits, want %d", text, len(messages), len(commits))
			}
			if len(want) > 0 || len(rec.problems) > 0 {
				t.Errorf("%s: %v are new, and not given; %+v", text, sorted(want), rec.problems)
			}
		}
	}
}
