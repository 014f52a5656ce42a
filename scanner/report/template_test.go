package report

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/finding"
)

// templated writes a template to a file and returns the name of its format.
func templated(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.tmpl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return templatePrefix + path
}

func TestGoldenTemplates(t *testing.T) {
	for _, name := range Templates() {
		golden(t, name+".tmpl.txt", written(t, templatePrefix+name, sample(), Options{ShowAllowed: true})+
			written(t, templatePrefix+name, repository(), Options{})+written(t, templatePrefix+name, checked(), Options{})+written(t, templatePrefix+name, &Report{}, Options{}))
	}
}

// Every field of the JSON report is there, by its name.
func TestTemplateData(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{{.format}} {{.tool.name}} {{.tool.version}} {{.scan.complete}} {{len .findings}}`, "lockaway/1 lockaway v9 false 4"},
		{`{{range .findings}}{{.path}}:{{.start_line}} {{end}}`, "deploy/prod.env:2 deploy/staging.env:7 notes.txt:1 sub/name \\x1b[31m\\\\\\n\\u202e\\xff.pem:10 "},
		{`{{range .findings}}{{get . "aws" "account_id"}},{{end}}`, "123456789012,123456789012,unknown,,"},
		{`{{with index .findings 0}}{{range .parts}}{{.kind}} {{.masked}};{{end}}{{end}}`, "key-id " + docID + ";secret wJal…EKEY;"},
		{`{{range .scan.problems}}{{.where}} {{.weight | upper}};{{end}}`, "shut\\x1b[2J NORMAL;x.zip LOW;"},
		{`{{if gt .scan.files 11000}}many{{end}} {{printf "%05d %.2f" .scan.hidden .scan.seconds}}`, "many 00004 0.15"},
		{`{{with index .findings 3}}{{join .layers " > "}} {{json .layers}}{{end}}`, `base64 > tar:etc/\x07key ["base64","tar:etc/\\x07key"]`},
		{`{{csv "=1"}} {{csv "a\"b"}} {{xml "<\x01>"}} {{html "<a>"}} {{markdown "a*b"}} {{markdown "@x"}} {{code "a"}} {{lower "A"}} {{js "'"}} {{urlquery "a b"}}`,
			"\"'=1\" \"a\"\"b\" &lt;\ufffd&gt; &lt;a&gt; a\\*b `@x` `a` a \\' a+b"},
		{`{{get . "nothing" "there"}}{{with get . "x"}}no{{else}}yes{{end}}{{print 1 "a"}}{{println .scan.kind}}`, "yes1atree\n"},
		{`{{range list . "x"}}no{{end}}{{range list (index .findings 0) "steps"}}{{len .}} {{end}}`, "102 34 23 14 23 "},
	} {
		if got := written(t, templated(t, c.text), sample(), Options{Version: "v9"}); got != c.want {
			t.Errorf("%s:\n%q, not\n%q", c.text, got, c.want)
		}
	}
}

// What is wrong is told with file and line, when the template is read if it can be, and
// nothing is written then.
func TestTemplateErrors(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large")
	if err := os.WriteFile(large, make([]byte, maxTemplate+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"":                            "names no template",
		filepath.Join(dir, "missing"): "can't read the template",
		dir:                           "is no file",
		large:                         "has more than 1,048,576 bytes",
	} {
		_, err := Lookup(templatePrefix + name)
		var te *TemplateError
		if !errors.As(err, &te) || !strings.Contains(err.Error(), want) || !strings.Contains(te.Hint(), "lines, summary") {
			t.Errorf("%q: %v", name, err)
		}
	}
	for text, want := range map[string]string{
		"a\n{{if}}\n": ":2: missing value for if", "\n\n{{nothing}}": `:3: function "nothing" not defined`, "{{": ":1: unclosed action",
		"a\n{{readFile \"/etc/passwd\"}}": ":2: function",
	} {
		name := templated(t, text)
		if _, err := Lookup(name); err == nil || !strings.HasPrefix(err.Error(), strings.TrimPrefix(name, templatePrefix)+":") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"some text\n{{.scna}}": ":2:2: at <.scna>: map has", "{{range .findings}}{{.aws.key_id}}{{end}}": `map has no entry for key "aws"`, "x{{template \"gone\"}}": `template "gone" not defined`,
	} {
		name := templated(t, text)
		f, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		err = f.Write(&out, sample(), Options{})
		if te := (*TemplateError)(nil); !errors.As(err, &te) || !strings.HasPrefix(err.Error(), strings.TrimPrefix(name, templatePrefix)+":") || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%q: %v, %q", text, err, out.String())
		}
	}
}

// A slip fills no memory and has an end.
func TestTemplateLimits(t *testing.T) {
	defer func(d time.Duration) { maxTemplateTime = d }(maxTemplateTime)
	maxTemplateTime = 100 * time.Millisecond
	double := `{{$x := "0123456789"}}{{range 60}}{{$x = print $x $x}}{{end}}{{$x}}`
	for text, want := range map[string]string{
		`{{range 1000000000000}}{{end}}`: "runs for more than 100ms",
		double:                           "makes a text of more than 1.0 MB",
		strings.Replace(double, "print $x $x", `printf "%s%[1]s" $x`, 1): "makes a text of more than 1.0 MB",
		`{{printf "` + strings.Repeat("%[1]s", 200) + `" "x"}}`:          "prints more than 100 values",
		`{{print` + strings.Repeat(" 1", 200) + `}}`:                     "prints more than 100 values",
		`{{define "x"}}{{template "x" .}}{{end}}{{template "x" .}}`:      "exceeded maximum template depth",
	} {
		if strings.HasPrefix(want, "runs") {
			maxTemplateTime = 100 * time.Millisecond
		} else {
			maxTemplateTime = time.Minute
		}
		f, err := Lookup(templated(t, text))
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := f.Write(&out, sample(), Options{}); err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%.40s: %v", text, err)
		}
	}
	run := &templateRun{}
	run.out.Write(make([]byte, maxTemplateOutput))
	if _, err := run.Write([]byte("x")); err == nil {
		t.Error("more than the most is written")
	}
	run.texts = maxTemplateTexts
	if _, err := run.text("x"); err == nil {
		t.Error("more than the most is made")
	}
}

// No value comes out of a template that has everything, in any form it can write.
func TestTemplateMasks(t *testing.T) {
	all := templated(t, `{{json .}}{{print .}}{{range .findings}}{{.path}}{{html .path}}{{join (list . "steps") ""}}{{urlquery .title}}{{js .masked}}{{end}}`)
	r := rand.New(rand.NewPCG(51, 52))
	for range 50 {
		v := random(r, 8+r.IntN(40))
		for _, around := range []string{"", "\x1b[2J", "<b>", "\u202e", "\xff", "="} {
			for _, name := range []string{all, "template:lines", "template:summary"} {
				out := written(t, name, everywhere(v, around, around), Options{ShowAllowed: true})
				if bad := leaks(out, []string{v}, false); len(bad) > 0 {
					t.Fatalf("%s: %q in\n%q", name, bad, out)
				}
			}
		}
	}
	if out := written(t, all, &Report{Findings: []*finding.Finding{around("x", "f", 1, "0123456789", "")}}, Options{ShowSecrets: true}); !strings.Contains(out, "0123456789") {
		t.Error("values are not shown")
	}
}
