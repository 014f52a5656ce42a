package gitignore

import (
	"slices"
	"strings"
	"testing"
)

func TestTree(t *testing.T) {
	files := map[string]string{
		".ignore":     "*.log\n/build\n!keep.log\n",
		"a/.ignore":   "!x.log\nsecret\n",
		"a/b/.ignore": "*.txt\n",
		"big/.ignore": strings.Repeat("a*b\n", MaxWild+1),
	}
	asked := map[string]int{}
	tree := NewTree(".ignore", func(path string) ([]byte, bool) {
		asked[path]++
		text, ok := files[path]
		return []byte(text), ok
	})
	for range 2 {
		for path, want := range map[string]bool{
			"x.log": true, "keep.log": false, "y": false, "build/y": true, "build/keep.log": true, "c/build": false,
			"a/x.log": false, "a/z.log": true, "a/secret/y": true, "secret/y": false, "a/b/n.txt": true, "a/n.txt": false,
			"a/b/x.log": false, "big/aab": false, "build": true, "/x": false, "..": false, "../x.log": true, "a//secret": true,
		} {
			if got := tree.Ignores(path); got != want {
				t.Errorf("%q: %v", path, got)
			}
		}
	}
	for path, n := range asked {
		if n > 1 {
			t.Errorf("%s is read %d times", path, n)
		}
	}
	if got := tree.TooComplex(); !slices.Equal(got, []string{"big/.ignore"}) {
		t.Errorf("too complex: %q", got)
	}
	tree.Ignores(strings.Repeat("d/", 100_000)) // as deep as a hostile tree likes
}
