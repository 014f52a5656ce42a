package report

import (
	"regexp"
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

func TestGoldenGitHub(t *testing.T) {
	golden(t, "report.github.txt", written(t, "github", sample(), Options{ShowAllowed: true}))
	golden(t, "repository.github.txt", written(t, "github", repository(), Options{}))
	golden(t, "checks.github.txt", written(t, "github", checked(), Options{}))
	golden(t, "many.github.txt", written(t, "github", many(30), Options{}))
}

// githubCommand is a line as the runner reads it (actions/runner, ActionCommand.cs):
// the properties end at the first "::" behind the command, and are split at commas.
var githubCommand = regexp.MustCompile(`^::(error|warning|notice) ([^\n]*?)::([^\n]*)$`)

// Each line is one of our commands with our properties, whatever names and contents hold.
func TestGitHubHostile(t *testing.T) {
	back := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
	for _, s := range []string{
		"::set-output name=x::y", "\n::stop-commands::x", "\r\n::add-mask::a", "%0A::error::x", "a::b,title=c", "a,line=9", "%25", "##[error]x", " ::debug::", "\u2028::error::x", "\x00\x1b[2J", "%",
	} {
		r := everywhere("0123456789", s, s)
		r.Scan.Problems = []finding.Problem{{Where: s, What: s, Hint: s}}
		text := written(t, "github", r, Options{ShowAllowed: true})
		n := 0
		for line := range strings.Lines(text) {
			n++
			m := githubCommand.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
			if m == nil {
				t.Errorf("%q: %q is no command", s, line)
				continue
			}
			for _, p := range strings.Split(m[2], ",") {
				name, value, _ := strings.Cut(p, "=")
				if !strings.Contains(" file line endLine col endColumn title ", " "+name+" ") || strings.ContainsAny(value, ":,\r\n") {
					t.Errorf("%q: the property %q", s, p)
				}
				if name == "file" && !strings.HasPrefix(value, ".git/objects/") && back.Replace(value) != strings.TrimPrefix(NewMask(r.Findings).shownName(r.Findings[0].Path), "./") {
					t.Errorf("%q: the file %q", s, value)
				}
			}
		}
		if n != len(r.Findings)+1 {
			t.Errorf("%q: %d lines:\n%s", s, n, text)
		}
	}
}

// A step shows ten of each kind: no more are written, and what is left out is counted.
func TestGitHubLimits(t *testing.T) {
	r := many(100)
	for i, f := range r.Findings {
		f.Severity = []finding.Severity{finding.Low, finding.Medium, finding.Critical, finding.High}[i%4]
	}
	text := written(t, "github", r, Options{})
	for kind, want := range map[string]int{"error": 10, "warning": 10, "notice": 10} {
		if n := strings.Count(text, "::"+kind+" "); n != want {
			t.Errorf("%d of %s", n, kind)
		}
	}
	if !strings.Contains(text, "ten of each: 40 errors, 15 warnings, 16 notices") || strings.Count(text, "title=Something secret") != 29 {
		t.Errorf("%s", text)
	}
	if s := written(t, "github", &Report{Scan: finding.Scan{Complete: true}}, Options{}); s != "" {
		t.Errorf("nothing found: %q", s)
	}
	if s := written(t, "github", &Report{}, Options{}); !strings.HasPrefix(s, "::error title=lockaway%3A incomplete::not everything") {
		t.Errorf("incomplete: %q", s)
	}
}
