package report

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// id is a made-up id of an object.
func id(n int) string {
	const golden = 0x9e3779b97f4a7c15
	return fmt.Sprintf("%016x%016x%08x", uint64(n)*golden, uint64(n)*golden*golden, uint32(n)*2654435761)
}

func brought(n int, author, message string) finding.Git {
	return finding.Git{
		Object: id(100 + n), Commit: id(n), Author: author, Email: strings.ToLower(strings.ReplaceAll(author, " ", ".")) + "@host.invalid",
		Date: time.Date(2021, 5, 1+n, 10, 0, 0, 0, time.UTC), Message: message, Placed: true,
	}
}

// repository is a report with a finding of each sort that only a repository has.
func repository() *Report {
	r := rand.New(rand.NewPCG(31, 32))
	in := func(source chunk.Kind, path string, line int, before string, g *finding.Git) *finding.Finding {
		v := random(r, 40)
		f := around("aws-secret-access-key", path, line, v, before+v)
		f.Source, f.Git = source, g
		f.Places = []finding.Place{f.Place}
		f.Guidance = []finding.Guidance{{ID: "KEY-09", Title: "Keep keys out of code", Advice: "Use roles."}}
		f.Steps = []string{"Revoke it", "Replace it", "Look for its traces", "Rewrite the history last"}
		return f
	}
	tip := brought(1, "Jane Doe", "add the deploy script")
	tip.Paths, tip.Refs, tip.AtTip, tip.Reachable = []string{"deploy/run.sh", "old/run.sh"}, []string{"HEAD", "refs/heads/main", "refs/tags/v1"}, true, true
	old := brought(2, "Joe Bloggs", "use `vault` "+strings.Repeat("and more ", 12))
	old.Paths, old.Refs, old.Reachable = []string{"app.env"}, []string{"refs/heads/main"}, true
	message := brought(3, "Jane Doe", "fix")
	message.Object, message.Refs, message.Reachable = message.Commit, []string{"HEAD@{3}", "stash@{1}"}, true
	header := brought(4, "Jane Doe", "tidy")
	header.Object = header.Commit
	tag := brought(5, "Jane Doe", "release")
	tag.Commit, tag.Refs, tag.AtTip, tag.Reachable = "", []string{"refs/tags/v2 beta"}, true, true
	note := brought(6, "Jane Doe", "Notes added by 'git notes add'")
	note.Paths, note.Refs, note.AtTip, note.Reachable = []string{id(3)[:2] + "/" + id(3)[2:]}, []string{"refs/notes/commits"}, true, true
	tree := brought(7, "Jane Doe", "names")
	tree.Refs, tree.Reachable = []string{"refs/pull/7/head"}, true
	staged := finding.Git{Object: id(110), Placed: true, Reachable: true, Paths: []string{"new.env", "copy.env"}, Refs: []string{"index", "worktrees/w/index"}}
	part := brought(8, "Jane Doe", "of the submodule")
	part.Repo, part.Refs, part.Reachable = "r/.git/modules/part", []string{"refs/heads/main"}, true
	dangling := finding.Git{Object: id(108), Placed: true}
	broken := finding.Git{Object: id(109)}

	again := in(chunk.Blob, "app.env", 3, "secret = ", &old)
	for i := range 5 {
		g := brought(10+i, "Joe Bloggs", "again")
		g.Reachable, g.AtTip = true, i == 3
		g.Refs = []string{"refs/heads/b" + string(rune('0'+i))}
		again.Places = append(again.Places, finding.Place{Path: fmt.Sprintf("conf/%d.env", i), StartLine: 7 + i, Source: chunk.Blob, Git: &g})
	}
	again.Places[1].Git.Repo = "r/.git/modules/part"
	again.Places = append(again.Places, finding.Place{Path: "r/.git/config", StartLine: 2, Source: chunk.Config})
	fs := []*finding.Finding{
		in(chunk.Blob, "deploy/run.sh", 12, "export AWS_SECRET_ACCESS_KEY=", &tip), again,
		in(chunk.CommitMessage, "", 3, "the secret is ", &message),
		in(chunk.CommitAuthor, "", 2, "author ", &header),
		in(chunk.Tag, "", 6, "secret: ", &tag),
		in(chunk.Note, note.Paths[0], 1, "", &note),
		in(chunk.PathName, "keys/x.csv", 1, "", &tree),
		in(chunk.RefName, "refs/heads/x", 1, "refs/heads/", nil),
		in(chunk.Reflog, "r/.git/logs/HEAD", 4, "", nil),
		in(chunk.Symlink, "link", 1, "", &dangling),
		in(chunk.Blob, "", 1, "", &dangling),
		in(chunk.Blob, "", 2, "", &broken),
		in(chunk.Index, "new.env", 1, "", &staged),
		in(chunk.Blob, "part.env", 1, "", &part),
	}
	slices.SortFunc(fs, finding.Compare)
	return &Report{Findings: fs, Scan: finding.Scan{
		Kind: "repository", Target: "r", Complete: true, Files: 21, Blobs: 292_555, Commits: 160_769,
		Bytes: 5_900_000_000, Elapsed: 4200 * time.Millisecond, Rules: 31,
	}}
}

func TestGoldenRepository(t *testing.T) {
	golden(t, "repository.txt", written(t, "text", repository(), Options{Width: 100}))
	golden(t, "repository.json", written(t, "json", repository(), Options{Version: "v1.2.3"}))
}

// TestRepositorySchema holds reports of repositories against the published schema.
func TestRepositorySchema(t *testing.T) {
	document, line := schema(t, ""), schema(t, "#/$defs/line")
	r := repository()
	last := r.Findings[len(r.Findings)-1]
	many := brought(9, "Jane Doe", "many")
	for i := range 250 {
		many.Paths = append(many.Paths, fmt.Sprintf("p%03d", i))
		many.Refs = append(many.Refs, fmt.Sprintf("refs/changes/%03d", i))
	}
	many.Refs, many.MoreRefs = append(many.Refs, "refs/heads/main"), 6000
	last.Git = &many
	out := written(t, "json", r, Options{})
	if err := document.Validate(parsed(t, out)); err != nil {
		t.Error(err)
	}
	for l := range strings.Lines(written(t, "jsonl", r, Options{ShowSecrets: true})) {
		if err := line.Validate(parsed(t, l)); err != nil {
			t.Errorf("%v\n%s", err, l)
		}
	}
	for _, change := range [][2]string{
		{`"blobs": 292555,`, ``}, {`"kind": "repository"`, `"kind": "tree"`}, {`"at_tip": true`, `"at_tip": null`},
		{`"commit": "`, `"commit": "x`}, {`"places": [`, `"places": [{},`},
	} {
		bad := strings.Replace(out, change[0], change[1], 1)
		if bad == out || document.Validate(parsed(t, bad)) == nil {
			t.Errorf("%s for %s is taken", change[1], change[0])
		}
	}
	// Long lists are cut, and say by how much; what people look for first stays.
	var doc struct {
		Findings []struct {
			Git struct {
				Paths, Refs []string
				MorePaths   int `json:"more_paths"`
				MoreRefs    int `json:"more_refs"`
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatal(err)
	}
	g := doc.Findings[len(doc.Findings)-1].Git
	if len(g.Paths)+g.MorePaths != len(many.Paths) || len(g.Refs)+g.MoreRefs != len(many.Refs)+6000 || !slices.Contains(g.Refs, "refs/heads/main") {
		t.Errorf("%d and %d of %d paths, %d and %d of %d refs", len(g.Paths), g.MorePaths, len(many.Paths), len(g.Refs), g.MoreRefs, len(many.Refs))
	}
}

// TestWhatReaches holds what is said of the refs that still lead to a value.
func TestWhatReaches(t *testing.T) {
	git := func(change func(*finding.Git)) *finding.Git {
		g := brought(1, "Jane Doe", "m")
		change(&g)
		return &g
	}
	refs := func(atTip bool, names ...string) *finding.Git {
		return git(func(g *finding.Git) { g.Refs, g.Reachable, g.AtTip = names, true, atTip })
	}
	for name, c := range map[string]struct {
		git  *finding.Git
		more []*finding.Git
		want string
		not  string
	}{
		"tip":            {refs(true, "HEAD", "refs/heads/main"), nil, "at a tip: HEAD, refs/heads/main reach it", "history"},
		"history":        {refs(false, "refs/heads/main"), nil, "only in history: refs/heads/main still reaches it", "tip"},
		"many":           {refs(false, "HEAD", "main-worktree/HEAD", "refs/heads/a", "refs/pull/1/head", "refs/tags/t"), nil, "only in history: HEAD, refs/heads/a, refs/tags/t and 2 more still reach it", "pull"},
		"thousands":      {git(func(g *finding.Git) { g.Refs, g.Reachable, g.MoreRefs = []string{"HEAD"}, true, 6000 }), nil, "only in history: HEAD and 6,000 more still reach it", "tip"},
		"reflog":         {refs(false, "HEAD@{3}", "stash@{1}"), nil, "only a reflog still reaches it: HEAD@{3}, stash@{1}", "history"},
		"dangling":       {git(func(*finding.Git) {}), nil, "dangling: no ref reaches it", "tip"},
		"not looked for": {git(func(g *finding.Git) { g.Placed = false }), nil, "commit", "refs"},
		"another's tip":  {refs(false, "refs/heads/old"), []*finding.Git{refs(true, "refs/heads/new")}, "at a tip, as p1:5 of " + id(1)[:10] + ", 2021-05-02: refs/heads/new, refs/heads/old reach it", "history"},
		"another's ref":  {git(func(*finding.Git) {}), []*finding.Git{refs(false, "refs/heads/new")}, "only in history: refs/heads/new still reaches it", "dangling: no ref"},
	} {
		f := around("x", "p0", 1, "0123456789", "k = 0123456789")
		f.Source, f.Git = chunk.Blob, c.git
		f.Places = []finding.Place{f.Place}
		for _, g := range c.more {
			f.Places = append(f.Places, finding.Place{Path: fmt.Sprintf("p%d", len(f.Places)), StartLine: 5, Source: chunk.Blob, Git: g})
		}
		s := written(t, "text", &Report{Findings: []*finding.Finding{f}}, Options{})
		if !strings.Contains(s, c.want) || strings.Contains(s, c.not) {
			t.Errorf("%s: %q is not as it should be in\n%s", name, c.want, s)
		}
	}
}

// TestPieces holds that a value which ends with the line, the name or the address
// that is shown leaves nothing of itself there.
func TestPieces(t *testing.T) {
	v := random(rand.New(rand.NewPCG(33, 34)), 40)
	f := around("x", "", 1, v, v)
	f.Source = chunk.CommitMessage
	f.Git = &finding.Git{Object: id(1), Commit: id(1), Author: v[30:] + " of Host", Email: v[10:25], Message: "the secret " + v[:12], Placed: true}
	f.Places = []finding.Place{f.Place}
	for _, name := range everyName() {
		s := written(t, name, &Report{Findings: []*finding.Finding{f}}, Options{})
		for _, part := range []string{v[32:], v[:10]} {
			if strings.Contains(s, part) {
				t.Errorf("%s: %q is left in\n%s", name, part, s)
			}
		}
		if strings.Contains(s, "of Host") && !strings.Contains(s, "… of Host") || strings.Contains(s, "the secret") && !strings.Contains(s, "the secret …") {
			t.Errorf("%s: too much is hidden:\n%s", name, s)
		}
	}
}

func TestRepositorySummary(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*finding.Scan)
		want   string
	}{
		{"clean", func(*finding.Scan) {}, "no findings in 35,888 blobs and 1 commit, 3.8 GB, 4.20 s\n"},
		{"range", func(s *finding.Scan) { s.Kind, s.Blobs, s.Files = "range", 0, 0 }, "no findings in 0 blobs and 1 commit, 3.8 GB, 4.20 s\n"},
		{"empty", func(s *finding.Scan) { s.Blobs, s.Commits = 0, 0 }, "no findings; the repository holds no objects yet, 21 files of its git folder were scanned\n"},
		{"nothing read", func(s *finding.Scan) {
			s.Blobs, s.Commits, s.Complete, s.Problems = 0, 0, false, []finding.Problem{{Where: "x.pack", What: "is damaged"}}
		}, "no findings in what could be read: 0 blobs and 0 commits, 3.8 GB, 4.20 s\nincomplete: 1 thing could not be read\n  x.pack: is damaged\n"},
	} {
		s := finding.Scan{Kind: "repository", Complete: true, Files: 21, Blobs: 35_888, Commits: 1, Bytes: 3_800_000_000, Elapsed: 4200 * time.Millisecond}
		c.change(&s)
		if got := written(t, "text", &Report{Scan: s}, Options{}); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
	}
}
