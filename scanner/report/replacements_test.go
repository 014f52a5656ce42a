package report

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// rewrite does to a text what git filter-repo does with a file of expressions, by its
// manual and as its version 2.38 reads them: one a line; what follows the last "==>"
// replaces; literals first, in the file's order, then regular expressions.
func rewrite(t *testing.T, expressions, text []byte) []byte {
	t.Helper()
	type re struct {
		re *regexp.Regexp
		by []byte
	}
	var regexes []re
	for line := range bytes.Lines(expressions) {
		line = bytes.TrimRight(line, "\r\n")
		by := []byte("***REMOVED***")
		if i := bytes.LastIndex(line, []byte("==>")); i >= 0 {
			line, by = line[:i], line[i+3:]
		}
		if r, ok := bytes.CutPrefix(line, []byte("regex:")); ok {
			regexes = append(regexes, re{regexp.MustCompile(string(r)), by})
			continue
		}
		line, ok := bytes.CutPrefix(line, []byte("literal:"))
		if !ok || len(line) == 0 {
			t.Fatalf("a line that filter-repo takes for something else: %q", line)
		}
		text = bytes.ReplaceAll(text, line, by)
	}
	for _, r := range regexes {
		text = r.re.ReplaceAllLiteral(text, r.by)
	}
	return text
}

// TestReplacementsRewrite holds that nothing of any value is left in a text that
// holds them in all their forms, and all of the rest.
func TestReplacementsRewrite(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	odd := []string{"==>", " ", "\"", "regex:", "glob:", "literal:", "\\", "(", "é", "$1", "%", "\t", "#"}
	for range 300 {
		var fs []*finding.Finding
		var values []string
		var text strings.Builder
		for range 1 + r.IntN(5) {
			v := random(r, 12+r.IntN(30))
			switch r.IntN(5) {
			case 0:
				v = pem(r)
			case 1:
				v = odd[r.IntN(len(odd))] + v + odd[r.IntN(len(odd))] + random(r, 5)
			case 2:
				if len(values) > 0 { // one in another
					v = values[0] + v
				}
			}
			f := around("x", "p", 1, v, "")
			if !strings.Contains(v, "\n") && r.IntN(2) == 0 {
				f.Layers = []string{"base64"}
			}
			fs, values = append(fs, f), append(values, v)
		}
		for i, v := range values {
			text.WriteString("before\n" + v + "\nbetween " + inJSON(v, false) + " and " + url.QueryEscape(v) + "\r\n")
			text.WriteString(strings.ReplaceAll(v, "\n", "\r\n") + "\n")
			if fs[i].Layers != nil {
				text.WriteString(base64.StdEncoding.EncodeToString([]byte("k"+v+"=x")) + "\n")
			}
		}
		expressions, _ := Replacements(fs)
		out := string(rewrite(t, expressions, []byte(text.String())))
		for i, v := range values {
			for _, form := range []string{v, inJSON(v, false), strings.ReplaceAll(v, "\n", "\r\n"), url.QueryEscape(v)} {
				if strings.Contains(out, form) {
					t.Fatalf("%q is left in\n%s\nby\n%s", form, out, expressions)
				}
			}
			if fs[i].Layers != nil && len(v) > 12 {
				b := base64.StdEncoding.EncodeToString([]byte("k" + v + "=x"))
				if strings.Contains(out, b[4:len(b)-6]) {
					t.Fatalf("%q is left in base64 in\n%s", v, out)
				}
			}
		}
		if n := strings.Count(out, "before\n"); n != len(values) || strings.Count(out, "between ") != len(values) {
			t.Fatalf("more than the values is gone:\n%s", out)
		}
		slices.Reverse(fs)
		again, _ := Replacements(fs)
		if !bytes.Equal(again, expressions) {
			t.Fatalf("another order of findings gives\n%s, not\n%s", again, expressions)
		}
	}
}

func TestReplacementsForm(t *testing.T) {
	pair := around("aws-access-key", "a", 1, docSecret, "")
	pair.Parts = []finding.Part{{Kind: "key-id", Value: finding.NewSecret(docID)}, {Kind: "secret", Value: finding.NewSecret(docSecret)}}
	allowed := around("x", "b", 1, "0123456789abcdef", "")
	allowed.Allowed = &finding.Allowed{By: "x"}
	allowed.Raw = []finding.Secret{finding.NewSecret("raw of what is allowed")}
	short := around("x", "c", 1, "secret1", "")
	name := around("x", "d", 1, "in-a-name-of-a-file", "")
	name.Source = chunk.PathName
	name.Places = []finding.Place{
		{Source: chunk.Blob}, {Source: chunk.PathName}, {Source: chunk.Config}, {Source: chunk.Blob, Layers: []string{"gzip"}},
		{Source: chunk.Blob, Git: &finding.Git{Repo: "r/.git/modules/x"}},
		{Source: chunk.Blob, Layers: []string{"base64"}, Raw: []finding.Secret{finding.NewSecret("aW4tYS1u\r\n  YW1l"), finding.NewSecret("a\x00b\x00c\x00d\x00e\x00")}},
	}
	lines := around("x", "e", 1, "two\nlines==>", "")
	got, beyond := Replacements([]*finding.Finding{pair, allowed, short, name, lines, pair})
	want := "literal:wJalrXUtnFEMI%2FK7MDENG%2FbPxRfiCYEXAMPLEKEY==>REMOVED\n" +
		"literal:wJalrXUtnFEMI%2fK7MDENG%2fbPxRfiCYEXAMPLEKEY==>REMOVED\n" +
		"literal:wJalrXUtnFEMI\\/K7MDENG\\/bPxRfiCYEXAMPLEKEY==>REMOVED\n" +
		"literal:wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY==>REMOVED\n"
	if !strings.HasPrefix(string(got), want) || !strings.Contains(string(got), "literal:"+docID+"==>REMOVED\n") {
		t.Errorf("%s", got)
	}
	for _, not := range []string{"0123456789abcdef", "secret1", "\x00", "raw of what is allowed"} {
		if strings.Contains(string(got), not) {
			t.Errorf("%q stands in\n%s", not, got)
		}
	}
	if !strings.Contains(string(got), `regex:two\r?\nlines\x3d\x3d\x3e==>REMOVED`+"\n") {
		t.Errorf("%s", got)
	}
	for _, want := range []string{`regex:aW4tYS1u\r?\n\x20\x20YW1l==>REMOVED`, `regex:a\x00b\x00c\x00d\x00e\x00==>REMOVED`} {
		if !strings.Contains(string(got), want+"\n") {
			t.Errorf("%s isn't in\n%s", want, got)
		}
	}
	if !slices.Equal(beyond, []string{"compressed files and archives", "files of the git folder", "names of files", "submodules, which are repositories of their own"}) {
		t.Errorf("beyond: %q", beyond)
	}
	if got, beyond := Replacements(nil); len(got) > 0 || len(beyond) > 0 {
		t.Errorf("nothing gives %q, %q", got, beyond)
	}
}
