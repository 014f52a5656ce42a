package files

import (
	"fmt"
	"strings"
	"testing"

	"lockaway/scanner/internal/gitignore"
)

func TestOwnIgnoreFiles(t *testing.T) {
	layout(t, ".lockawayignore: *.log\\nbuild/\\n/top\\n", "a.log", "x/b.log", "x/top", "top", "build/out", "x/build/deep/out",
		"x/.lockawayignore: !b.log\\nkeep/*\\n!keep/this", "x/keep/that", "x/keep/this", "x/y/b.log", "x/y/c.log",
		".gitignore: x\\n")
	scan(t, Options{}).expect(t, []string{".gitignore", ".lockawayignore", "x/.lockawayignore", "x/b.log", "x/top",
		"x/keep/this", "x/y/b.log"}, 6) // a.log, top, build, x/build, x/keep/that, x/y/c.log
	// Of a PATH below, only if a repository says how far up to look.
	scan(t, Options{Paths: []string{"x/y"}}).expect(t, []string{"x/y/b.log", "x/y/c.log"}, 0)
}

func TestIgnoreFilesAbove(t *testing.T) {
	layout(t, ".lockawayignore: never", "r/.git/x", "r/.lockawayignore: *.log\\n/a/skip\\n", "r/a/.lockawayignore: !b.log", "r/a/b/b.log",
		"r/a/b/c.log", "r/a/b/d", "r/a/skip/e", "r/a/never", "r/a/b/skip")
	for _, up := range []string{"r/a/b", "r/a/../a/b/"} {
		scan(t, Options{Paths: []string{up}}).expect(t, []string{"r/a/b/b.log", "r/a/b/d", "r/a/b/skip"}, 1)
	}
	// Names given one by one, as a hook's framework does.
	scan(t, Options{Paths: []string{"r/a/b/b.log", "r/a/b/c.log", "r/a/b/d", "r/a/never", "r/a/skip/e"}}).
		expect(t, []string{"r/a/b/b.log", "r/a/b/d", "r/a/never"}, 2)
	// A folder that is left out, and one below it.
	scan(t, Options{Paths: []string{"r/a/skip"}}).expect(t, nil, 1)
	// Read from above, the same holds.
	scan(t, Options{Paths: []string{"r"}}).expect(t, []string{"r/.lockawayignore", "r/a/.lockawayignore", "r/a/b/b.log",
		"r/a/b/d", "r/a/never", "r/a/b/skip"}, 2)
}

func TestGitsIgnoreFiles(t *testing.T) {
	layout(t, ".git/info/exclude: secret\\n*.tmp\\n", ".gitignore: *.log\\n!*.tmp", "a.log", "b.tmp", "secret", "x/secret", "x/c.log",
		"x/.gitignore: !c.log", ".lockawayignore: !a.log\\nx/d\\n", "x/d", "x/e")
	scan(t, Options{}).expect(t, []string{".gitignore", ".lockawayignore", "a.log", "b.tmp", "secret", "x/.gitignore", "x/c.log",
		"x/e", "x/secret"}, 1)
	scan(t, Options{Gitignore: true}).expect(t, []string{".gitignore", ".lockawayignore", "a.log", "b.tmp", "x/.gitignore", "x/c.log",
		"x/e"}, 3) // both secrets, x/d
	scan(t, Options{Gitignore: true, Paths: []string{"x"}}).expect(t, []string{"x/.gitignore", "x/c.log", "x/e"}, 2)
}

// TestRepositoriesWithin: git's own files hold up to the next repository.
func TestRepositoriesWithin(t *testing.T) {
	layout(t, ".git/modules/sub/info/exclude: one", ".git/worktrees/w/commondir: ../..\\n", ".git/info/exclude: two",
		".gitignore: three\\nleft/\\n", ".lockawayignore: four",
		"sub/.git: gitdir: ../.git/modules/sub\\n", "sub/one", "sub/two", "sub/three", "sub/four",
		"w/.git: gitdir: ../.git/worktrees/w\\n", "w/one", "w/two", "w/three",
		"in/.git/x", "in/one", "in/two", "in/three", "left/.git/x", "left/one", "one", "two", "three")
	scan(t, Options{Gitignore: true}).expect(t, []string{".gitignore", ".lockawayignore", "one", "sub/.git", "sub/two", "sub/three",
		"w/.git", "w/one", "w/three", "in/one", "in/two", "in/three"}, 6) // two, three, left, sub/one, sub/four, w/two
}

func TestExclude(t *testing.T) {
	layout(t, "a/b/c", "a/b/d", "a/x.log", "e/b/c", "keep.log")
	opt := Options{Exclude: []string{"*.log", "!keep.log", "/a/b/c", "e/"}}
	scan(t, opt).expect(t, []string{"a/b/d", "keep.log"}, 3)
	// Relative to each PATH...
	opt.Paths = []string{"a", "e", "keep.log"}
	scan(t, opt).expect(t, []string{"a/b/c", "a/b/d", "e/b/c", "keep.log"}, 1)
	// ...or to the folder they were written for.
	opt.ExcludeFrom = "."
	scan(t, opt).expect(t, []string{"a/b/d", "keep.log"}, 3)
	opt.Paths = []string{"a/b/c", "a/b/d", "e/b"}
	scan(t, opt).expect(t, []string{"a/b/d"}, 2)
	opt.Paths, opt.ExcludeFrom = []string{"e", "a"}, "a"
	scan(t, opt).expect(t, []string{"a/b/c", "a/b/d", "e/b/c"}, 1)
}

// TestIgnoreFilesThatAreNone: what can't be honoured leaves out nothing, and is
// told if it was meant as an ignore file.
func TestIgnoreFilesThatAreNone(t *testing.T) {
	layout(t, "folder/.lockawayignore/x", "real: *", "broken/.lockawayignore: [\\n\\\\\\n!\\n\\n/\\n",
		"broken/a")
	r := scan(t, Options{Paths: []string{"folder", "broken", "real"}})
	r.expect(t, []string{"folder/.lockawayignore/x", "real", "broken/.lockawayignore", "broken/a"}, 0)

	layout(t, "link/a", "real: *", "link/.lockawayignore -> ../real")
	scan(t, Options{}).expect(t, []string{"link/a", "real"}, 0)

	layout(t, "long/.lockawayignore: "+strings.Repeat("*.x\n", maxIgnore/4+1), "long/a.x",
		"complex/.lockawayignore: "+strings.Repeat("*\n", gitignore.MaxWild+1), "complex/a")
	scan(t, Options{}).expect(t, []string{"long/.lockawayignore", "long/a.x", "complex/.lockawayignore", "complex/a"}, 0,
		fmt.Sprintf("long/.lockawayignore: its patterns are not honoured: %v", errTooLong),
		fmt.Sprintf("complex/.lockawayignore: its patterns are not honoured: %v", errTooComplex))
}
