package ranges

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// story is a repository with a range, and what of it is found where: values, the names
// of commits, kinds, paths and lines.
type story struct {
	build func(r *repo, name map[string]string) // names commits
	o     Options
	want  []string
	low   int // problems of low weight
}

const text = "one\ntwo\nthree\nfour\n"

var stories = map[string]story{
	"added, and taken away again": {
		build: func(r *repo, name map[string]string) {
			name["base"] = r.commit("base", "a", text)
			name["leak"] = r.commit("leak", "a", text+"KEY1\n")
			name["clean"] = r.commit("clean", "a", text)
		},
		o:    Options{Ranges: []string{"HEAD~2..HEAD"}},
		want: []string{`KEY1 leak blob "a":5`},
	},
	"not of the range": {
		build: func(r *repo, name map[string]string) {
			r.commit("leak", "a", text+"KEY1\n")
			r.commit("more", "a", "top\n"+text+"KEY1\n", "b", text)
		},
		o: Options{Ranges: []string{"HEAD~1..HEAD"}},
	},
	"moved, re-indented, beside an edit": {
		build: func(r *repo, name map[string]string) {
			r.commit("base", "a", "KEY1\n"+text, "b", "x KEY2\n", "c", "KEY3\n", "d/e", "KEY4\nKEY4\n"+text)
			r.git("mv", "a", "moved")
			r.commit("moved as it is")
			name["edit"] = r.commit("moved with an edit", "b", "", "new/b", "top\n   x KEY2\n", "c", "KEY3 KEY5\n", "d/e", text+"KEY4\n")
			r.git("mv", "d", "folder")
			r.commit("a folder moved")
		},
		o:    Options{Ranges: []string{"HEAD~3..HEAD"}},
		want: []string{`KEY5 edit blob "c":1`},
	},
	"copied is more than there was": {
		build: func(r *repo, name map[string]string) {
			r.commit("base", "a", "KEY1\n")
			name["copy"] = r.commit("copy", "b", "KEY1\n")
			name["twice"] = r.commit("twice", "a", "KEY1\n"+text+"KEY1\n")
		},
		o:    Options{Ranges: []string{"HEAD~2..HEAD"}},
		want: []string{`KEY1 copy blob "b":1`, `KEY1 twice blob "a":6`},
	},
	"first commit": {
		build: func(r *repo, name map[string]string) { name["first"] = r.commit("first", "a", "KEY1\n") },
		o:     Options{Ranges: []string{"HEAD"}},
		want:  []string{`KEY1 first blob "a":1`},
	},
	"a merge's own": {
		build: func(r *repo, name map[string]string) {
			r.commit("base", "a", "base\n", "b", text)
			r.git("checkout", "-q", "-b", "topic")
			name["topic"] = r.commit("topic", "a", "topic\n", "b", text+"KEY1\n")
			r.git("checkout", "-q", "main")
			r.commit("side", "a", "side KEY2\n")
			r.git("checkout", "-q", "topic")
			if _, err := r.run("", "merge", "-q", "main"); err == nil {
				r.t.Fatal("no conflict")
			}
			name["merge"] = r.commit("merge", "a", "both KEY2 KEY3\n")
		},
		o:    Options{Ranges: []string{"main..topic"}},
		want: []string{`KEY1 topic blob "b":5`, `KEY3 merge blob "a":1`},
	},
	"a merge brings nothing of its own": {
		build: func(r *repo, name map[string]string) {
			r.commit("base", "a", text)
			r.git("checkout", "-q", "-b", "topic")
			name["topic"] = r.commit("topic", "a", text+"KEY1\n")
			r.git("checkout", "-q", "main")
			name["side"] = r.commit("side", "b", "KEY2\n")
			r.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
		},
		o:    Options{Ranges: []string{"HEAD^1~1..HEAD"}},
		want: []string{`KEY1 topic blob "a":5`, `KEY2 side blob "b":1`},
	},
	"octopus": {
		build: func(r *repo, name map[string]string) {
			r.commit("base", "a", text)
			for i := range 3 {
				r.git("checkout", "-q", "-b", fmt.Sprint("b", i), "main")
				name[fmt.Sprint("b", i)] = r.commit("branch", fmt.Sprint("f", i), fmt.Sprintf("KEY%d\n", i))
			}
			r.git("merge", "-q", "-m", "octopus", "b0", "b1")
			r.write("f0", "KEY0 KEY9\n")
			r.write("own", "KEY8\n")
			r.git("add", "-A")
			r.git("commit", "-q", "--amend", "-m", "octopus")
			name["octopus"] = r.git("rev-parse", "HEAD")
		},
		o:    Options{Ranges: []string{"main..HEAD ^b1"}},
		want: []string{`KEY0 b0 blob "f0":1`, `KEY2 b2 blob "f2":1`, `KEY8 octopus blob "own":1`, `KEY9 octopus blob "f0":1`},
	},
	"on both sides, and again": {
		build: func(r *repo, name map[string]string) {
			r.commit("base", "a", text)
			r.git("checkout", "-q", "-b", "topic")
			name["one"] = r.commit("one", "a", text+"KEY1\n", "b", "KEY2\n")
			r.commit("gone", "b", "")
			r.commit("again", "b", "KEY2\n")
			r.git("checkout", "-q", "main")
			r.commit("the same there", "a", text+"KEY1\n", "c", text)
			r.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
		},
		o: Options{Ranges: []string{"HEAD"}},
		// One content has one place: the commit that has it first, by their order.
		want: []string{`KEY1 one blob "a":5`, `KEY2 one blob "b":1`},
	},
	"old in the first commit that has the content, new in a later one": {
		build: func(r *repo, name map[string]string) {
			r.commit("base", "a", "KEY1\n"+text)
			r.commit("moved", "a", "", "b", "KEY1\n"+text+"more\n")
			r.commit("gone", "b", "")
			name["again"] = r.commit("again", "b", "KEY1\n"+text+"more\n")
		},
		o:    Options{Ranges: []string{"HEAD~3..HEAD"}},
		want: []string{`KEY1 again blob "b":1`},
	},
	"messages, headers, tags, paths, links": {
		build: func(r *repo, name map[string]string) {
			r.commit("base KEY0", "a", text, "KEY7/known", text)
			r.git("tag", "-a", "-m", "old KEY0", "v0")
			r.env = []string{"GIT_AUTHOR_NAME=Name KEY2", "GIT_COMMITTER_EMAIL=KEY3@example.com"}
			name["head"] = r.commit("message\n\nKEY1", "dir/KEY4/file", text, "KEY7/other", text)
			r.env = nil
			r.git("update-index", "--add", "--cacheinfo", "120000,"+strings.TrimSpace(hashObject(r, "to/KEY5"))+",link")
			r.git("commit", "-q", "-m", "link")
			name["link"] = r.git("rev-parse", "HEAD")
			r.git("mv", "dir", "moved")
			r.git("rm", "-q", "--cached", "link")
			r.git("commit", "-q", "-m", "moved")
			r.git("tag", "-a", "-m", "tagged KEY6", "v1")
			r.git("tag", "-a", "-m", "tag of a tag KEY8", "v2", "v1")
		},
		o: Options{Ranges: []string{"v0..v2"}},
		want: []string{
			`KEY1 head commit-message "":3`, `KEY2 head commit-author "":3`, `KEY3 head commit-author "":4`,
			`KEY4 head path-name "dir/KEY4/file":1`, `KEY5 link symlink "link":1`, `KEY6  tag "":6`, `KEY8  tag "":6`,
		},
	},
	"one by one": {
		build: func(r *repo, name map[string]string) {
			r.commit("base", "a", "KEY0\n")
			name["one"] = r.commit("one", "a", "KEY0\nKEY1\n")
			r.commit("two", "a", "KEY0\nKEY1\nKEY2\n")
			name["three"] = r.commit("three", "a", "KEY0\nKEY1\nKEY2\nKEY3\n")
			r.git("branch", "-q", "listed", "HEAD~2")
		},
		o:    Options{Commits: []string{"listed", "HEAD", "HEAD"}},
		want: []string{`KEY1 one blob "a":2`, `KEY3 three blob "a":4`},
	},
	"since": {
		build: func(r *repo, name map[string]string) {
			at := func(when string) { r.env = []string{"GIT_COMMITTER_DATE=" + when} }
			at("2026-05-01T00:00:00Z")
			r.commit("old", "a", "KEY0\n")
			r.git("tag", "-a", "-m", "KEY7", "old")
			at("2026-05-03T00:00:00Z")
			name["new"] = r.commit("new", "a", "KEY0\nKEY1\n")
			r.git("tag", "-a", "-m", "KEY8", "new")
			at("2026-05-01T00:00:01Z")
			r.commit("called older", "a", "KEY0\nKEY1\nKEY2\n")
			at("2026-05-02T00:00:00Z")
			name["same"] = r.commit("on the day", "b", "KEY3\n")
		},
		o:    Options{Since: mustTime("2026-05-02T00:00:00Z")},
		want: []string{`KEY1 new blob "a":2`, `KEY3 same blob "b":1`, `KEY8  tag "":6`},
	},
	"modes and submodules": {
		build: func(r *repo, name map[string]string) {
			r.commit("base", "a", "KEY1\n")
			r.git("update-index", "--chmod=+x", "a")
			r.git("update-index", "--add", "--cacheinfo", "160000,"+r.git("rev-parse", "HEAD")+",sub")
			r.git("commit", "-q", "-m", "modes")
			r.git("update-index", "--force-remove", "sub")
			r.write("sub", "KEY2\n")
			r.git("update-index", "--add", "sub")
			r.git("commit", "-q", "-m", "a file where a submodule was")
			name["sub"] = r.git("rev-parse", "HEAD")
		},
		o:    Options{Ranges: []string{"HEAD~2..HEAD"}},
		want: []string{`KEY2 sub blob "sub":1`},
	},
	"file becomes folder": {
		build: func(r *repo, name map[string]string) {
			r.commit("base", "a", "KEY1\n", "a.b", "KEY2\n")
			name["folder"] = r.commit("folder", "a", "", "a/x", "KEY1\n"+text, "a/y", "KEY3\n")
			r.git("rm", "-q", "-r", "a")
			name["file"] = r.commit("file", "a", "KEY3 KEY4\n")
		},
		o:    Options{Ranges: []string{"HEAD~2..HEAD"}},
		want: []string{`KEY3 folder blob "a/y":1`, `KEY4 file blob "a":1`},
	},
	"nothing": {
		build: func(r *repo, name map[string]string) { r.commit("base", "a", "KEY1\n") },
		o:     Options{Ranges: []string{"HEAD..HEAD"}},
	},
}

func hashObject(r *repo, text string) string {
	r.t.Helper()
	out, err := r.run(text, "hash-object", "-w", "--stdin")
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

// Each story comes out the same loose and packed, with SHA-1 and SHA-256, with one sink
// and with several.
func TestStories(t *testing.T) {
	for title, s := range stories {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			for i, args := range [][]string{nil, {"--object-format=sha256"}} {
				r, name := newRepo(t, args...), map[string]string{}
				s.build(r, name)
				for n := 1; n <= 3; n++ {
					checkStory(t, &s, r, name, n)
				}
				r.git("gc", "-q")
				checkStory(t, &s, r, name, 1+i)
			}
		})
	}
}

func checkStory(t *testing.T, s *story, r *repo, name map[string]string, sinks int) {
	t.Helper()
	o := s.o
	o.Repo = r.open()
	src, rec := scan(t, o, sinks)
	got := place(t, src, rec)
	for i := range got {
		for n, id := range name {
			got[i] = strings.ReplaceAll(got[i], id, n)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, s.want) {
		t.Errorf("with %d sinks:\n got %s\nwant %s", sinks, strings.Join(got, "\n     "), strings.Join(s.want, "\n     "))
	}
	low := 0
	for _, p := range rec.problems {
		if !p.Low {
			t.Errorf("problem: %+v", p)
		}
		low++
	}
	if low != s.low {
		t.Errorf("problems: %+v", rec.problems)
	}
}

// A finding says who added it, and when.
func TestPlaceSaysWho(t *testing.T) {
	r := newRepo(t)
	r.env = []string{"GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.com", "GIT_COMMITTER_DATE=2026-05-01T12:00:00+0200"}
	id := r.commit("\n\nfirst line  \nsecond", "dir/a", "KEY1\n")
	src, rec := scan(t, Options{Repo: r.open(), Ranges: []string{"HEAD"}}, 1)
	one := only(t, rec, "dir/a")
	placed, problems := src.Place(t.Context(), find(&one.content, []byte(one.data)))
	if len(placed) != 1 || len(problems) != 0 {
		t.Fatalf("%+v, %+v", placed, problems)
	}
	g := placed[0].Git
	when := g.Date.Format("2006-01-02T15:04:05Z07:00")
	if g.Commit != id || g.Author != "Ann" || g.Email != "ann@example.com" || when != "2026-05-01T10:00:00Z" || g.Message != "first line" ||
		!slices.Equal(g.Paths, []string{"dir/a"}) || g.Object != r.git("rev-parse", "HEAD:dir/a") || g.Placed {
		t.Errorf("%+v", g)
	}
}

// A run that was ended early still says where things are, as far as it knows.
func TestPlaceOfAnEndedRun(t *testing.T) {
	r := newRepo(t)
	r.commit("base", "a", "KEY1\n")
	id := r.commit("more", "a", "KEY1\nKEY2\n")
	src, rec := scan(t, Options{Repo: r.open(), Ranges: []string{"HEAD~1..HEAD"}}, 1)
	one := only(t, rec, "a")
	placed, problems := src.Place(ended(t), find(&one.content, []byte(one.data)))
	if len(placed) != 2 || placed[1].Git.Commit != id || len(problems) > 0 {
		t.Errorf("%+v, %+v", placed, problems)
	}
}
