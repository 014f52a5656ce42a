package config

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/internal/gitignore"
)

// The patterns match what the expression does: all of it for the usual ones, and never
// more.
func TestPathPatterns(t *testing.T) {
	paths := []string{
		"a", "a.md", "docs/api.md", "x/docs/api.md", "docs/api.md.bak", "xdocs/api.md", "docs/api/md", "docsXapi.md",
		"vendor/x.go", "a/vendor/x.go", "vendors", "vendor", "src/a.test.ts", "src/b/c.test.js", "src/test.ts", "a/src/x.test.ts",
		"go.mod", "x/go.sum", "go-mod", "node_modules/a/b", "my_node_modules2/x", "pic.jpg", "a/pic.jpeg", "pic.jpgx", "jpg",
		"tests/fixtures/k.pem", "tests/k.pem", "tests/a/b/k.pem", "foo1.pem", "foo/bar.pem", "xfoo.pem", "a b/c", "a[1].txt", "example1.pem", "e/example/x.pem",
	}
	for _, c := range []struct {
		re    string
		exact bool
	}{
		{`docs/api\.md`, true}, {`^docs/api\.md$`, true}, {`vendor/`, true}, {`^vendor/`, true}, {`node_modules`, true},
		{`\.md$`, true}, {`(go.mod|go.sum)$`, true}, {`(.*?)(jpg|jpeg|gif)$`, true}, {`^src/.*\.test\.(ts|js)$`, true},
		{`tests/fixtures/.*\.pem`, true}, {`tests/.*`, true}, {`^foo.*\.pem$`, true}, {`^foo[0-9]\.pem$`, true},
		{`^tests/[^/]+\.pem$`, true}, {`(^|/)vendor/`, true}, {`a b/`, true}, {`a\[1\]\.txt$`, true},
		{`^(?:tests|vendor)/`, true}, {`example.*\.pem$`, true}, {`^a?\.md$`, true},
	} {
		patterns, ok := pathPatterns(c.re)
		if !ok {
			t.Errorf("%s: not carried over", c.re)
			continue
		}
		re, list := regexp.MustCompile(c.re), gitignore.Parse([]byte(strings.Join(patterns, "\n")))
		for _, p := range paths {
			want, got := re.MatchString(p), gitignore.MatchPath(list, p)
			if got && !want || c.exact && want && !got {
				t.Errorf("%s as %q: %s: %v, want %v", c.re, patterns, p, got, want)
			}
		}
	}
	for _, re := range []string{`(?i)readme`, `.*`, `^`, `[`, `a\b`, `x{3}`, `^[^a]$`, `(aa|bb|cc|dd)(aa|bb|cc|dd)(aa|bb|cc|dd)(aa|bb|cc|dd)`, ``, `a$b`} {
		if p, ok := pathPatterns(re); ok {
			t.Errorf("%s: carried over as %q", re, p)
		}
	}
}

func FuzzPathPatterns(f *testing.F) {
	for _, re := range []string{`^src/.*\.ts$`, `(a|b)/.+`, `vendor`, `^a?/b[0-9]$`, `x y\*`} {
		f.Add(re, "src/a/b.ts")
	}
	f.Fuzz(func(t *testing.T, expr, path string) {
		parts := strings.Split(path, "/")
		if strings.ContainsAny(path, "\n\r\x00\\") || slices.Contains(parts, "") || slices.Contains(parts, ".") || slices.Contains(parts, "..") || strings.TrimSpace(path) != path {
			return
		}
		patterns, ok := pathPatterns(expr)
		if !ok {
			return
		}
		re := regexp.MustCompile(expr)
		if gitignore.MatchPath(gitignore.Parse([]byte(strings.Join(patterns, "\n"))), path) && !re.MatchString(path) && !re.MatchString("/"+path) {
			t.Fatalf("%q as %q leaves out %q", expr, patterns, path)
		}
	})
}
