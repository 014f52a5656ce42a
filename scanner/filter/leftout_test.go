package filter

import (
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

func TestLeftOut(t *testing.T) {
	files := map[string]string{".lockawayignore": "/gone/\n", "lib/.lockawayignore": "fixtures\n"}
	l := NewLeftOut([]string{"*.md", "/testdata/"}, ".lockaway.toml", func(path string) ([]byte, bool) {
		text, ok := files[path]
		return []byte(text), ok
	})
	for _, c := range []struct {
		source chunk.Kind
		path   string
		by     string
	}{
		{chunk.Blob, "a.env", ""}, {chunk.Blob, "docs/a.md", ".lockaway.toml"}, {chunk.Blob, "testdata/x/y", ".lockaway.toml"},
		{chunk.Symlink, "gone/x", ".lockawayignore"}, {chunk.PathName, "lib/fixtures/x", ".lockawayignore"}, {chunk.Blob, "fixtures/x", ""},
		// What stands elsewhere than in a tree has no path that patterns speak of.
		{chunk.Blob, "", ""}, {chunk.CommitMessage, "", ""}, {chunk.Config, "gone/x", ""}, {chunk.Reflog, "testdata/x", ""},
		{chunk.RefName, "gone/x.md", ""}, {chunk.Note, "ab/cd.md", ""}, {chunk.Tag, "", ""},
	} {
		f := &finding.Finding{Place: finding.Place{Path: c.path, Source: c.source}}
		got, ok := l.Judge(f)
		if got.By != c.by || ok != (c.by != "") || ok && got.Reason == "" {
			t.Errorf("%s %q: %+v, %v", c.source, c.path, got, ok)
		}
	}
}
