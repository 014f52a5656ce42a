package ranges

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// shallowClone is a history of ten commits, of which a clone has some.
func shallowClone(t *testing.T, args ...string) (origin, clone *repo) {
	t.Helper()
	origin = newRepo(t)
	for i := range 10 {
		origin.env = []string{fmt.Sprintf("GIT_COMMITTER_DATE=%d +0000", 1_700_000_000+i*86400)}
		origin.commit(fmt.Sprint("commit ", i), fmt.Sprint("f", i), fmt.Sprintf("KEY%d\n", i))
	}
	origin.env = nil
	clone = origin.in(filepath.Join(origin.dir, "clone"))
	origin.git(append(append([]string{"clone", "-q"}, args...), "file://"+origin.dir, "clone")...)
	return origin, clone
}

// words are the problems, each with "low" or "normal" before it.
func words(rec *record) []string {
	var out []string
	for _, p := range rec.problems {
		weight := "normal"
		if p.Low {
			weight = "low"
		}
		out = append(out, fmt.Sprintf("%s %s: %s (%s)", weight, p.Where, p.What, p.Hint))
	}
	slices.Sort(out)
	return out
}

func values(got []string) string {
	var out []string
	for _, l := range got {
		v, _, _ := strings.Cut(l, " ")
		out = append(out, v)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}

// A range whose commits are all there is complete in a shallow clone; where the walk
// comes to the clone's end, the commit is named.
func TestShallow(t *testing.T) {
	origin, clone := shallowClone(t, "--depth=5")
	edge := origin.git("rev-parse", "HEAD~4")
	second := clone.git("rev-parse", "HEAD~3")
	for name, test := range map[string]struct {
		o        Options
		values   string
		problems []string // beginnings
	}{
		"inside":       {Options{Ranges: []string{"HEAD~3..HEAD"}}, "KEY7 KEY8 KEY9", nil},
		"to the edge":  {Options{Ranges: []string{"HEAD~4..HEAD"}}, "KEY6 KEY7 KEY8 KEY9", nil},
		"symmetric":    {Options{Ranges: []string{"HEAD~2...HEAD"}}, "KEY8 KEY9", nil},
		"one by one":   {Options{Commits: []string{"HEAD", "HEAD~3"}}, "KEY6 KEY9", nil},
		"since inside": {Options{Since: time.Unix(1_700_000_000+6*86400, 0)}, "KEY6 KEY7 KEY8 KEY9", nil},
		"beyond": {Options{Ranges: []string{"HEAD"}}, "KEY0 KEY1 KEY2 KEY3 KEY4 KEY5 KEY6 KEY7 KEY8 KEY9", []string{
			"normal commit " + edge + ": the history ends here, for this is a shallow clone: what was before is not scanned, and all of its files count as new (git fetch --deepen"}},
		"since beyond": {Options{Since: time.Unix(1_700_000_000+86400, 0)}, "KEY0 KEY1 KEY2 KEY3 KEY4 KEY5 KEY6 KEY7 KEY8 KEY9", []string{"normal commit " + edge}},
		"the edge by itself": {Options{Commits: []string{edge}}, "KEY0 KEY1 KEY2 KEY3 KEY4 KEY5", []string{
			"low commit " + edge + ": what it adds can't be told, for this is a shallow clone: all of its files count as new (git fetch"}},
		"both at once": {Options{Commits: []string{edge, second}, Ranges: []string{"HEAD~1..HEAD"}}, "KEY0 KEY1 KEY2 KEY3 KEY4 KEY5 KEY6 KEY9", []string{"low commit " + edge}},
	} {
		test.o.Repo = clone.open()
		src, rec := scan(t, test.o, 2)
		if got := values(place(t, src, rec)); got != test.values {
			t.Errorf("%s: %s, want %s", name, got, test.values)
		}
		checkProblems(t, name, rec, test.problems)
	}
	for _, rev := range []string{"HEAD~5..HEAD", origin.git("rev-parse", "HEAD~7") + "..HEAD"} {
		_, err := Open(Options{Repo: clone.open(), Ranges: []string{rev}})
		var e *RevError
		if !errors.As(err, &e) || !strings.HasPrefix(rev, e.Rev+"..") || !strings.Contains(e.Hint(), "--unshallow") {
			t.Errorf("%s: %v", rev, err)
		}
	}
}

func checkProblems(t *testing.T, name string, rec *record, want []string) {
	t.Helper()
	got := words(rec)
	if len(got) != len(want) {
		t.Errorf("%s: problems %q, want %q", name, got, want)
		return
	}
	for i := range got {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("%s: problem %q, want %q", name, got[i], want[i])
		}
	}
}

// Two commits that were fetched without their history, one of them the other's parent:
// git takes both for first ones, but all that a comparison needs is there.
func TestShallowParentIsThere(t *testing.T) {
	origin, clone := shallowClone(t, "--depth=1")
	base := origin.git("rev-parse", "HEAD~1")
	clone.git("fetch", "-q", "--depth=1", "origin", base)
	if n := clone.git("rev-list", "--count", base+"..HEAD", "--"); n != "1" {
		t.Fatalf("git lists %s", n)
	}
	src, rec := scan(t, Options{Repo: clone.open(), Ranges: []string{base + "..HEAD"}}, 1)
	if got := values(place(t, src, rec)); got != "KEY9" {
		t.Error(got)
	}
	checkProblems(t, "parent there", rec, nil)
	// Of both histories nothing is known: all of HEAD's is scanned, and named.
	far := origin.git("rev-parse", "HEAD~5")
	clone.git("fetch", "-q", "--depth=1", "origin", far)
	src, rec = scan(t, Options{Repo: clone.open(), Ranges: []string{far + "..HEAD"}}, 1)
	if got := values(place(t, src, rec)); got != "KEY0 KEY1 KEY2 KEY3 KEY4 KEY5 KEY6 KEY7 KEY8 KEY9" {
		t.Error(got)
	}
	checkProblems(t, "parent not there", rec, []string{"normal commit " + base + ": the history ends here"})
}

// Where the history that is left out was cut off, more may be scanned than is asked
// for. It is said, and nothing is missing.
func TestCutOffKnown(t *testing.T) {
	origin := newRepo(t)
	first := origin.commit("first", "a", "KEY1\n")
	origin.commit("second", "b", "KEY2\n")
	origin.git("branch", "old")
	for i := range 5 {
		origin.commit("more", fmt.Sprint("f", i), text)
	}
	clone := origin.in("clone")
	origin.git("clone", "-q", "--depth=1", "file://"+origin.dir, "clone")
	clone.git("fetch", "-q", "--depth=100", "origin", "refs/heads/old:refs/heads/old")
	src, rec := scan(t, Options{Repo: clone.open(), Ranges: []string{"main..old"}}, 1)
	if got := values(place(t, src, rec)); got != "KEY1 KEY2" {
		t.Error(got)
	}
	checkProblems(t, "cut off", rec, []string{"low commit " + first + ": the history of what the range leaves out is cut off"})
}

// What a partial clone left out is named, with the way to get it.
func TestPartial(t *testing.T) {
	origin := newRepo(t)
	origin.git("config", "uploadpack.allowFilter", "true")
	origin.commit("first", "a", "KEY1\n")
	origin.commit("second KEY3", "b", "KEY2\n", "dir/c", text)
	for filter, want := range map[string]string{"blob:none": "normal b: ", "tree:0": "normal commit "} {
		clone := origin.in("clone-" + filter[:4])
		origin.git("clone", "-q", "--no-checkout", "--filter="+filter, "file://"+origin.dir, filepath.Base(clone.dir))
		src, rec := scan(t, Options{Repo: clone.open(), Ranges: []string{"HEAD~1..HEAD"}}, 1)
		if got := values(place(t, src, rec)); got != "KEY3" {
			t.Errorf("%s: %q", filter, got)
		}
		problems := words(rec)
		if !slices.ContainsFunc(problems, func(p string) bool {
			return strings.HasPrefix(p, want) && strings.Contains(p, "missing") && strings.Contains(p, "partial clone")
		}) {
			t.Errorf("%s: %q", filter, problems)
		}
	}
}

// Missing and damaged objects are named; the rest is scanned. An old file that can't be
// read lets what follows it count as new, and so does an old folder.
func TestMissing(t *testing.T) {
	build := func(t *testing.T) *repo {
		r := newRepo(t)
		r.commit("base", "dir/a", "KEY1\n", "b", "KEY2\n")
		r.commit("more", "dir/a", "KEY1\n"+text, "b", "KEY2\nKEY3\n", "c/d", "KEY4\n")
		return r
	}
	for rev, test := range map[string]struct {
		values   string
		problems []string
	}{
		"HEAD:b":         {"KEY4", []string{"normal b: "}},
		"HEAD:c":         {"KEY3", []string{"normal commit "}},
		"HEAD~1:b":       {"KEY2 KEY3 KEY4", []string{"low b: could not be compared"}},
		"HEAD~1:dir":     {"KEY1 KEY3 KEY4", []string{"normal commit "}},
		"HEAD~1^{tree}":  {"KEY1 KEY2 KEY3 KEY4", []string{"normal commit "}},
		"HEAD^{tree}":    {"", []string{"normal commit "}},
		"HEAD~1:missing": {"KEY3 KEY4", nil},
	} {
		t.Run(rev, func(t *testing.T) {
			r := build(t)
			if !strings.HasSuffix(rev, "missing") {
				id := r.git("rev-parse", rev)
				if err := os.Remove(filepath.Join(r.dir, ".git", "objects", id[:2], id[2:])); err != nil {
					t.Fatal(err)
				}
			}
			src, rec := scan(t, Options{Repo: r.open(), Ranges: []string{"HEAD~1..HEAD"}}, 1)
			if got := values(place(t, src, rec)); got != test.values {
				t.Errorf("%q, want %q", got, test.values)
			}
			checkProblems(t, rev, rec, test.problems)
		})
	}
}

// A missing commit ends the walk, and is named; so is a damaged one.
func TestMissingCommit(t *testing.T) {
	r := newRepo(t)
	for i := range 5 {
		r.commit("commit", fmt.Sprint("f", i), fmt.Sprintf("KEY%d\n", i))
	}
	id, child := r.git("rev-parse", "HEAD~2"), r.git("rev-parse", "HEAD~1")
	path := filepath.Join(r.dir, ".git", "objects", id[:2], id[2:])
	for name, spoil := range map[string]func() error{
		"missing": func() error { return os.Remove(path) },
		"damaged": func() error { return os.WriteFile(path, []byte("no object"), 0o666) },
	} {
		_ = os.Remove(path)
		if err := spoil(); err != nil && name != "missing" {
			t.Fatal(err)
		}
		src, rec := scan(t, Options{Repo: r.open(), Ranges: []string{"HEAD"}}, 1)
		if got := values(place(t, src, rec)); got != "KEY0 KEY1 KEY2 KEY3 KEY4" { // all of the child's tree
			t.Errorf("%s: %q", name, got)
		}
		checkProblems(t, name, rec, []string{"normal commit " + child + ": the history ends here, for its parent " + id})
	}
}

// What stands for no commit is an error that says it as it was written; in a list it is
// a problem, and the rest is scanned.
func TestUnknownRevisions(t *testing.T) {
	r := newRepo(t)
	r.commit("base", "a", "KEY1\n")
	r.git("update-ref", "refs/remotes/origin/topic", "HEAD")
	r.git("tag", "-a", "-m", "of a file", "blob", "HEAD:a")
	none := strings.Repeat("1234", 10)
	repo := r.open()
	for text, want := range map[string]string{
		"nowhere..HEAD":      `"nowhere": there is no such revision in the repository`,
		"HEAD..topic":        `"topic": there is no such revision in the repository; did you mean origin/topic?`,
		none + "..HEAD":      `"` + none + `": there is no such commit in the repository; git fetch origin ` + none + " brings it, if origin has it",
		"HEAD..." + none[:9]: `"` + none[:9] + `": there is no such revision in the repository`,
		"HEAD ^" + none:      `"` + none + `": there is no such commit in the repository; git fetch origin ` + none + " brings it, if origin has it",
		"HEAD:a":             `"HEAD:a": it names a file, where a commit is needed`,
		"HEAD^{tree}":        "is a tree: not a commit",
		"blob":               "is a blob: not a commit",
		"":                   "a range that names nothing; write it as main..HEAD",
		" \t":                "a range that names nothing; write it as main..HEAD",
		"..HEAD":             "nothing stands before the dots",
		"..":                 `"..": there is no such revision`,
		"HEAD~1..HEAD":       "is a first commit, without parents",
		"^HEAD ^nowhere":     `"nowhere": there is no such revision`,
	} {
		_, err := Open(Options{Repo: repo, Ranges: []string{text}})
		if err == nil {
			t.Errorf("%q: no error", text)
			continue
		}
		got := err.Error()
		if h, ok := err.(interface{ Hint() string }); ok && h.Hint() != "" {
			got += "; " + h.Hint()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	for _, o := range []Options{
		{Branches: []string{"nowhere"}}, {Ranges: []string{"HEAD"}, Branches: []string{"main"}}, {Ranges: []string{"HEAD"}, All: true}, {Branches: []string{""}},
	} {
		o.Repo = repo
		if _, err := Open(o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
	src, rec := scan(t, Options{Repo: repo, Commits: []string{"nowhere", "HEAD", none, "HEAD:a", "^HEAD"}}, 1)
	if got := values(place(t, src, rec)); got != "KEY1" {
		t.Error(got)
	}
	checkProblems(t, "list", rec, []string{
		"normal " + none + ": there is no such commit in the repository (git fetch origin", "normal HEAD:a: it names a file",
		"normal ^HEAD: there is no such commit", "normal nowhere: there is no such commit",
	})
}

// A repository without commits has none in any range, and refs that lead nowhere are
// named where all are asked for.
func TestEmptyAndBrokenRefs(t *testing.T) {
	r := newRepo(t)
	for _, o := range []Options{{All: true}, {Since: time.Unix(1, 0)}, {Commits: []string{}}} {
		o.Repo = r.open()
		_, rec := scan(t, o, 1)
		if len(rec.contents) > 0 || len(rec.problems) > 0 {
			t.Errorf("%+v: %+v", o, rec)
		}
	}
	r.commit("base", "a", "KEY1\n")
	r.git("tag", "file", "HEAD:a")
	r.git("tag", "folder", "HEAD^{tree}")
	write := func(ref, text string) {
		if err := os.WriteFile(filepath.Join(r.dir, ".git", "refs", "heads", ref), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("lost", strings.Repeat("ab", 20)+"\n")
	write("odd", "nothing\n")
	src, rec := scan(t, Options{Repo: r.open(), All: true}, 1)
	if got := values(place(t, src, rec)); got != "KEY1" {
		t.Error(got)
	}
	checkProblems(t, "refs", rec, []string{"normal " + filepath.Join(r.dir, ".git/refs/heads/odd") + ": ", "normal refs/heads/lost: what it points to can't be read"})
	// They don't matter where they were not asked for.
	_, rec = scan(t, Options{Repo: r.open(), Branches: []string{"main"}}, 1)
	checkProblems(t, "branch", rec, nil)
}

// A pack that can't be read says why something is missing, where something is.
func TestDamagedPack(t *testing.T) {
	r := newRepo(t)
	r.commit("packed", "a", "KEY1\n")
	r.git("repack", "-adq")
	packs, _ := filepath.Glob(filepath.Join(r.dir, ".git/objects/pack/*.pack"))
	r.commit("loose", "b", "KEY2\n")
	r.commit("loose too", "b", "KEY2\nKEY3\n")
	if err := os.WriteFile(packs[0][:len(packs[0])-5]+"x.pack", []byte("PACK of nothing"), 0o666); err != nil {
		t.Fatal(err)
	}
	src, rec := scan(t, Options{Repo: r.open(), Ranges: []string{"HEAD~1..HEAD"}}, 1)
	if got := values(place(t, src, rec)); got != "KEY3" {
		t.Error(got)
	}
	for _, p := range rec.problems {
		if !p.Low || !strings.Contains(p.Where, "x.pack") {
			t.Errorf("%+v", p)
		}
	}
	if len(rec.problems) != 1 {
		t.Errorf("%+v", rec.problems)
	}
}
