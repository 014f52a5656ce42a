package gitignore

import (
	"strings"
	"testing"
)

// Any text is an ignore file, and any path can be asked about; what says nothing
// changes nothing, and the last word counts.
func FuzzMatch(f *testing.F) {
	for _, s := range [][2]string{
		{"*.log\n!keep.log\n/build/", "a/keep.log"}, {"**/x/**\\", "x/y"}, {"[a-z]*[!b]?\n[\n[[:alpha:]]", "ab"},
		{"a/**/b\n**\n!**/", "a/c/b"}, {"\xff*\n\\ \r\n", "\xff\xfe"}, {"***/***\n/\n!", "/"}, {"foo[[:space:]-z]", "foo-"},
	} {
		f.Add(s[0], s[1], false)
		f.Add(s[0], s[1], true)
	}
	f.Fuzz(func(t *testing.T, text, rel string, isDir bool) {
		if len(text) > 2000 || len(rel) > 300 {
			return
		}
		list := Parse([]byte(text))
		ignored, decided := list.Match(rel, isDir)
		if ignored && !decided || list.Empty() && decided {
			t.Fatalf("ignored %v, decided %v", ignored, decided)
		}
		MatchPath(list, rel)
		if list.TooComplex() {
			return
		}
		if i, d := Parse([]byte(text+"\n# a comment\n\n")).Match(rel, isDir); i != ignored || d != decided {
			t.Fatalf("a comment changes %v to %v", ignored, i)
		}
		if plain := strings.Trim(rel, "/"); plain == "" || plain != rel || strings.ContainsAny(rel, "*?[\\!#\n\r\x00 /") || strings.HasPrefix(rel, "\xef\xbb\xbf") {
			return
		}
		if i, d := Parse([]byte(text+"\n"+rel)).Match(rel, isDir); !i || !d {
			t.Fatalf("the last line names it, but ignored is %v", i)
		}
		if i, d := Parse([]byte(text+"\n!"+rel)).Match(rel, isDir); i || !d {
			t.Fatalf("the last line takes it back, but ignored is %v", i)
		}
	})
}
