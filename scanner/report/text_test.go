package report

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/finding"
)

func TestGoldenText(t *testing.T) {
	golden(t, "report.txt", written(t, "text", sample(), Options{}))
	golden(t, "narrow.txt", written(t, "text", sample(), Options{Width: 72, ShowAllowed: true}))
	// Escapes as \e, so that the golden file can be read.
	golden(t, "color.txt", strings.ReplaceAll(written(t, "text", sample(), Options{Color: true, Width: 100}), "\x1b", `\e`))
}

func TestSummary(t *testing.T) {
	tree := finding.Scan{Kind: "tree", Complete: true, Files: 11478, Bytes: 127_600_000, Elapsed: 150 * time.Millisecond}
	for _, c := range []struct {
		name   string
		change func(*finding.Scan)
		want   string
	}{
		{"clean", func(s *finding.Scan) {}, "no findings in 11,478 files, 127.6 MB, 0.15 s\n"},
		{"one of each", func(s *finding.Scan) { s.Files, s.Bytes, s.Elapsed = 1, 1, 0 }, "no findings in 1 file, 1 byte, <0.01 s\n"},
		{"long", func(s *finding.Scan) { s.Bytes, s.Elapsed = 6_000_000_000_000, 3671*time.Second }, "no findings in 11,478 files, 6.0 TB, 61 min 11 s\n"},
		{"round up", func(s *finding.Scan) { s.Bytes = 999_999 }, "no findings in 11,478 files, 1.0 MB, 0.15 s\n"},
		{"left out", func(s *finding.Scan) { s.Skipped, s.Allowed, s.Hidden = 1000, 2, 3 }, "no findings in 11,478 files, 127.6 MB, 0.15 s\n1,000 skipped by ignore files; 2 allowed; 3 hidden, below the confidence or severity asked for\n"},
		{"nothing", func(s *finding.Scan) { s.Files, s.Bytes, s.Skipped = 0, 0, 1 }, "0 files scanned; 1 skipped by ignore files\n"},
		{"nothing at all", func(s *finding.Scan) { s.Files, s.Bytes = 0, 0 }, "0 files scanned\n"},
		{"stdin", func(s *finding.Scan) { s.Kind, s.Files, s.Bytes = "stdin", 1, 1234 }, "no findings in standard input, 1.2 kB, 0.15 s\n"},
		{"incomplete", func(s *finding.Scan) {
			s.Complete, s.Problems = false, []finding.Problem{{Where: "a\n", What: "is\x1bshut"}, {Where: "b", What: "gone"}}
		}, "no findings in what could be read: 11,478 files, 127.6 MB, 0.15 s\nincomplete: 2 things could not be read\n  a\\n: is\\x1bshut\n  b: gone\n"},
		{"incomplete and nothing", func(s *finding.Scan) {
			s.Complete, s.Files, s.Problems = false, 0, []finding.Problem{{Where: "a", What: "gone"}}
		}, "0 files scanned\nincomplete: 1 thing could not be read\n  a: gone\n"},
	} {
		s := tree
		c.change(&s)
		if got := written(t, "text", &Report{Scan: s}, Options{}); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
	}
}

// TestExcerpt looks at the lines of an excerpt alone.
func TestExcerpt(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	v := random(r, 40)
	mask := finding.NewSecret(v).Masked()
	block := pem(r)
	wide := around("x", "f", 9, v, "")
	wide.Layers, wide.Around.Lines, wide.Around.Column = []string{"utf-16"}, "\xff\xfe"+inUTF16("secret_k = "+v)+"\x00\r\x00", 26
	for name, c := range map[string]struct {
		f    *finding.Finding
		want string
		not  string
	}{
		"plain":        {around("x", "f", 9, v, "key = "+v+";"), "9 │ key = " + mask + ";", ""},
		"tabs and CR":  {around("x", "f", 9, v, "\t\tkey="+v+"\r"), "9 │         key=" + mask + "\n", ""},
		"control":      {around("x", "f", 9, v, "a\x1b]0;x\x07 "+v), `9 │ a\x1b]0;x\x07 ` + mask, ""},
		"far right":    {around("x", "f", 9, v, strings.Repeat("x", 300)+v+strings.Repeat("y", 300)), "x" + mask + "yyy", ""},
		"wide":         {around("x", "f", 9, v, strings.Repeat("漢", 200)+v), "漢" + mask, ""},
		"quoted twice": {around("x", "f", 9, v, "a "+v+" b "+v), "a " + mask + " b " + mask, ""},
		"block":        {around("x", "f", 9, block, "a\n"+block+"\nb"), "-----BEGIN " + "RSA PRIVATE" + " KEY-----…", block[80:90]},
		"UTF-16":       {wide, "9 │ secret_k = " + mask + "\n", `\x`},
		"no lines":     {around("x", "f", 9, v, ""), "9:1", "│"},
	} {
		s := written(t, "text", &Report{Findings: []*finding.Finding{c.f}}, Options{Width: 80})
		if !strings.Contains(s, c.want) || c.not != "" && strings.Contains(s, c.not) {
			t.Errorf("%s: %q is not as it should be in\n%s", name, c.want, s)
		}
		for l := range strings.Lines(s) {
			if n := columns(strings.TrimSuffix(l, "\n")); n > 80 {
				t.Errorf("%s: a line of %d columns:\n%s", name, n, l)
			}
		}
	}
}

// TestSteps holds that steps which differ in the key alone are told once.
func TestSteps(t *testing.T) {
	var fs []*finding.Finding
	for i, id := range []string{docID, "AKIAI44QH8DHBEXAMPLE", "AKIAI44QH8DHBEXAMPLE"} {
		f := around("aws-access-key", []string{"a", "b c", "d"}[i], 4, id, id)
		f.AWS = &finding.AWS{KeyID: id, AccountID: "unknown", Partition: "unknown"}
		f.Steps = []string{"deactivate " + id, "second", "third", "fourth"}
		fs = append(fs, f)
	}
	fs[2].Steps = []string{"something else"}
	s := written(t, "text", &Report{Findings: fs}, Options{})
	for _, want := range []string{
		"do        1. deactivate " + docID + "\n", "                  … 1 more: `lockaway explain a:4`\n",
		"do        as at a:4; for this one: `lockaway explain 'b c:4'`\n", "do        1. something else\n",
	} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is missing in\n%s", want, s)
		}
	}
	if strings.Count(s, "deactivate") != 1 {
		t.Errorf("told more than once:\n%s", s)
	}
	fs[0].Steps[1] = strings.Repeat("word ", 100)
	if s := written(t, "text", &Report{Findings: fs[:1]}, Options{Width: 80}); strings.Contains(s, "word") || !strings.Contains(s, "… 3 more") {
		t.Errorf("too long a step is told:\n%s", s)
	}
	// Standard input has no lines that could be explained later.
	fs[0].Source, fs[0].Path = "stdin", "-"
	if s := written(t, "text", &Report{Findings: fs[:1]}, Options{}); strings.Contains(s, "explain") || !strings.HasPrefix(s, "standard input\n") {
		t.Errorf("standard input:\n%s", s)
	}
}

// TestHyperlinks holds that an address carries nothing of a name raw, and no value.
func TestHyperlinks(t *testing.T) {
	o := Options{Hyperlinks: true}
	s := written(t, "text", &Report{Findings: []*finding.Finding{around("x", "/tmp/a b\x1b\\ü.txt", 1, "0123456789", "")}}, o)
	if !strings.Contains(s, "\x1b]8;;file:///tmp/a%20b%1B%5C%C3%BC.txt\x1b\\") || strings.Count(s, "\x1b") != 4 {
		t.Errorf("link: %q", s)
	}
	v := random(rand.New(rand.NewPCG(7, 8)), 40)
	if s := written(t, "text", &Report{Findings: []*finding.Finding{around("x", v+"/f", 1, v, v)}}, o); strings.Contains(s, "file:") {
		t.Errorf("a link with a value in it: %q", s)
	}
	in := around("x", "-", 1, v, v)
	in.Source = "stdin"
	if s := written(t, "text", &Report{Findings: []*finding.Finding{in}}, o); strings.Contains(s, "\x1b") {
		t.Errorf("a link to standard input: %q", s)
	}
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{
		"a/b.txt:3": "a/b.txt:3", "a b:1": "'a b:1'", "it's:1": `'it'\''s:1'`, "-x:1": "./-x:1",
		"a\x1b'\\:1": `$'a\x1b\'\\:1'`, "$(x):1": "'$(x):1'", `a\b:1`: `'a\b:1'`, "a\xff:1": `$'a\xff:1'`,
	} {
		if got := shellWord(in); got != want {
			t.Errorf("%q: %s, not %s", in, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	got := wrap("one two `three four five six` seven 漢漢漢漢 end", 12)
	want := []string{"one two", "`three four five six`", "seven", "漢漢漢漢 end"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q", got)
	}
}

// What stands beside a value in a veiled text is not shown, whatever it is.
func TestVeiled(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	unknown := random(r, 40)
	v := random(r, 40)
	f := around("x", "f", 9, v, v+" other = "+unknown)
	f.Around.Veiled = true
	for _, name := range everyName() {
		for _, o := range []Options{{}, {Color: true, Width: 100}} {
			if out := written(t, name, &Report{Findings: []*finding.Finding{f}}, o); strings.Contains(out, unknown[:8]) {
				t.Errorf("%s:\n%s", name, out)
			}
		}
	}
}
