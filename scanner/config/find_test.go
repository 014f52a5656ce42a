package config

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"lockaway/rules"
)

// tree makes files below a new folder and goes there. A name that ends in "/" is
// a folder; "a -> b" is a link.
func tree(t *testing.T, files ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name, text, _ := strings.Cut(f, "=")
		name, target, isLink := strings.Cut(name, " -> ")
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		switch {
		case isLink:
			err = os.Symlink(filepath.FromSlash(target), path)
			if err != nil && runtime.GOOS == "windows" {
				t.Skipf("links can't be made here: %v", err)
			}
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(path, 0o777)
		default:
			err = os.WriteFile(path, []byte(text), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	return dir
}

func TestFind(t *testing.T) {
	dir := tree(t,
		".lockaway.toml=",
		"repo/.git/", "repo/.lockaway.toml=", "repo/a/b/x.txt=", "repo/c/.lockaway.toml=", "repo/c/d/",
		"repo/sub/.git=gitdir: ../.git/modules/sub\n", "repo/sub/e/",
		"bare/.git/", "bare/a/",
		"plain/.lockaway.toml=", "plain/a/", "plain/x.txt=",
		"to-a -> repo/a", "loop -> loop",
	)
	for _, c := range []struct{ start, want string }{
		{"repo", "repo/.lockaway.toml"},
		{"repo/", "repo/.lockaway.toml"},
		{"repo/a/b", "repo/.lockaway.toml"},
		{"repo/a/b/x.txt", "repo/.lockaway.toml"},
		{"repo/c", "repo/c/.lockaway.toml"}, // the nearest
		{"repo/c/d", "repo/c/.lockaway.toml"},
		{"repo/sub/e", ""}, // a repository of its own
		{"bare/a", ""},     // what stands above a repository is not its own
		{"plain", "plain/.lockaway.toml"},
		{"plain/x.txt", "plain/.lockaway.toml"},
		{"plain/a", ""}, // without a repository, the folder alone
		{".", ".lockaway.toml"},
		{"", ".lockaway.toml"},
		{"-", ".lockaway.toml"},
		{"to-a/b", "repo/.lockaway.toml"}, // where the link leads
		{"missing", ""},
		{"loop", ""},
		{"plain/x.txt/y", ""},
	} {
		got, err := Find(filepath.FromSlash(c.start))
		if err != nil || got != filepath.FromSlash(c.want) {
			t.Errorf("%q: %q, %v; want %q", c.start, got, err, c.want)
		}
	}
	if got, err := Find(filepath.Join(dir, "repo", "a")); err != nil || got != filepath.Join(dir, "repo", Name) {
		t.Errorf("absolute: %q, %v", got, err)
	}
	t.Chdir(filepath.Join(dir, "repo", "a"))
	for start, want := range map[string]string{"": "../.lockaway.toml", "b": "../.lockaway.toml", "../c/d": "../c/.lockaway.toml"} {
		if got, err := Find(start); err != nil || filepath.ToSlash(got) != want {
			t.Errorf("from repo/a, %q: %q, %v; want %q", start, got, err, want)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := tree(t,
		"repo/.git/", "repo/.lockaway.toml=[rules]\ndisable = ['x']\n", "repo/a/",
		"secret=root:x:0:0\n",
		"out/.git/", "out/.lockaway.toml -> ../secret",
		"in/.git/", "in/ci/.lockaway.toml -> ../shared.toml", "in/shared.toml=[scan]\n",
		"lone/.lockaway.toml -> ../secret",
		"gone/.lockaway.toml -> nothing",
		"folder/.lockaway.toml/",
		"bad/.lockaway.toml=[x]\n",
	)
	for _, c := range []struct {
		path    string
		trusted bool
		want    string
		hint    string
	}{
		{"repo/.lockaway.toml", false, "", ""},
		{"in/ci/.lockaway.toml", false, "", ""},
		{"out/.lockaway.toml", false, "out/.lockaway.toml: a link that leads out of the repository is not followed", ""},
		{"lone/.lockaway.toml", false, "lone/.lockaway.toml: a link that leads out of the repository is not followed", ""},
		{"gone/.lockaway.toml", false, "gone/.lockaway.toml: no such file", ""},
		{"folder/.lockaway.toml", false, "folder/.lockaway.toml: is a folder, not a file", ""},
		{"bad/.lockaway.toml", false, `bad/.lockaway.toml:1:2: unknown table "x"`, ""},
		{"my.toml", true, "my.toml: no such file", "check the path given with --config"},
		{"repo", true, "repo: is a folder, not a file", "check the path given with --config"},
		{"out/.lockaway.toml", true, "out/.lockaway.toml:1:5: expected '=' after key", ""},
	} {
		cfg, err := Load(filepath.FromSlash(c.path), Options{Trusted: c.trusted})
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.path, err)
			} else if cfg.File != filepath.FromSlash(c.path) || cfg.Dir != filepath.Dir(filepath.Join(dir, cfg.File)) {
				t.Errorf("%s: file %q, folder %q", c.path, cfg.File, cfg.Dir)
			}
			continue
		}
		es, ok := err.(Errors)
		if !ok || filepath.ToSlash(es.Error()) != c.want && !strings.HasPrefix(es.Error(), c.want) || es.Hint() != c.hint {
			t.Errorf("%s: %v, want %s (hint %q)", c.path, err, c.want, c.hint)
		}
	}
}

func TestRel(t *testing.T) {
	dir := tree(t, "repo/.git/", "repo/.lockaway.toml=", "repo/a/b/", "repo/a/in -> b", "link -> repo/a", "other/")
	c, err := Load(filepath.Join("repo", Name), Options{})
	if err != nil {
		t.Fatal(err)
	}
	abs := func(p string) string { return filepath.ToSlash(filepath.Join(dir, p)) }
	for _, k := range []struct{ from, reported, want string }{
		{"", "repo/a/x", "a/x"},
		{"", "repo/x", "x"},
		{"", "link/x", "a/x"}, // the scan was of a link to the folder
		{"", "link/b/x", "a/b/x"},
		{"", "other/x", ""},
		{"", "repo2/x", ""},
		{"", "repo", ""},
		{"", "..", ""},
		{"", "-", ""},
		{"", abs("repo/a/x"), "a/x"},
		{"", abs("other/x"), ""},
		{"repo/a", "x", "a/x"},
		{"repo/a", "../x", "x"},
		{"repo/a", "../../other/x", ""},
		{"repo/a", "..x", "a/..x"},
		{"link", "x", "a/x"}, // the working folder is one
	} {
		t.Chdir(filepath.Join(dir, k.from))
		got, ok := c.Rel()(k.reported)
		if got != k.want || ok != (k.want != "") {
			t.Errorf("from %q, %q: %q %v, want %q", k.from, k.reported, got, ok, k.want)
		}
	}
}

func TestPacks(t *testing.T) {
	const pack = "provider = 'ours'\ntitle = 'Ours'\nreferences = ['https://example.org/']\n[[rule]]\nid = 'ours-token'\ntitle = 'Our token'\nliterals = ['OURS_']\npattern = 'OURS_[a-z]{8}'\n" +
		"examples = ['x = OURS_{{lower 8}}']\ncounter_examples = ['x = OURS_']\n"
	dir := tree(t,
		"out.toml="+pack,
		"repo/.git/", "repo/ci/ours.toml="+pack, "repo/ci/bad.toml=x = 1\n", "repo/ci/link.toml -> ../../out.toml", "repo/ci/in.toml -> ours.toml", "repo/ci/dir/",
		"repo/.lockaway.toml=[rules]\nfiles = ['ci/ours.toml']\n",
		"repo/a/.lockaway.toml=[rules]\nfiles = [\n'none.toml']\n",
	)
	load := func(path string, trusted bool) ([]*rules.Rule, error) {
		c, err := Load(path, Options{Trusted: trusted})
		if err != nil {
			t.Fatal(err)
		}
		return c.LoadPacks()
	}
	path := filepath.Join("repo", Name)
	list, err := load(path, false)
	if err != nil || len(list) != 1 || list[0].ID != "ours-token" || list[0].Pack != filepath.FromSlash("repo/ci/ours.toml") {
		t.Errorf("got %v, %v", list, err)
	}
	t.Chdir(filepath.Join(dir, "repo", "ci")) // relative to the file, not to the working folder
	if list, err := load(filepath.Join("..", Name), false); err != nil || len(list) != 1 {
		t.Errorf("from elsewhere: %v, %v", list, err)
	}
	t.Chdir(dir)
	_, err = load(filepath.Join("repo", "a", Name), false)
	if es, ok := err.(Errors); !ok || filepath.ToSlash(es.Error()) != "repo/a/none.toml: no such file" || filepath.ToSlash(es.Hint()) != "it is named in repo/a/.lockaway.toml:3" {
		t.Errorf("missing pack: %v", err)
	}
	for name, want := range map[string]string{
		"in.toml":   "",
		"bad.toml":  `unknown key "x"`,
		"link.toml": "a link that leads out of the repository is not followed",
		"dir":       "is a folder, not a file",
	} {
		if err := os.WriteFile(path, []byte("[rules]\nfiles = 'ci/"+name+"'\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := load(path, false)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	own := filepath.Join(dir, "own.toml")
	if err := os.WriteFile(own, []byte("[rules]\nfiles = ['repo/ci/link.toml']\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := load(own, true); err != nil {
		t.Errorf("a link in one's own file: %v", err)
	}
}

func TestPacksTogetherAreBounded(t *testing.T) {
	large := "[[rule]]\npattern='abcd" + strings.Repeat(".{1000}", 60) + "'\n"
	tree(t, "a.toml="+large, "b.toml="+large, "c.toml="+large,
		"big/"+Name+"=[rules]\nfiles = ['"+strings.Repeat("x.toml', '", 4)+"x.toml']\n", "big/x.toml="+strings.Repeat("#\n", MaxSize/2-1))
	c, err := Load("big/"+Name, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.LoadPacks(); err == nil || !strings.HasSuffix(err.Error(), "x.toml: the packs of a file are larger than 4 MiB together") {
		t.Errorf("got %v", err)
	}
	c = &Config{File: Name, Dir: ".", trusted: true}
	for _, name := range []string{"a.toml", "b.toml", "c.toml", "a.toml"} {
		c.Packs = append(c.Packs, Item{name, "f:1"})
	}
	_, err = c.LoadPacks()
	es, _ := err.(Errors)
	if len(es) == 0 || es[len(es)-1].Error() != "a.toml:2:9: the patterns of this file and its packs are too large together" {
		t.Errorf("got %v", err)
	}
}
