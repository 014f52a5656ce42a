package report

import (
	"regexp"
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

// obeyed is what the logs of CIs obey: GitHub Actions' lines that begin with "::",
// blanks aside, and what Azure Pipelines and TeamCity look for in a whole line.
var obeyed = regexp.MustCompile(`(?m)^[ \t]*::|##[A-Za-z]*\[`)

// No name, content or message is a command to the CI whose log a report goes to.
func TestNoCommandInAnyReport(t *testing.T) {
	for _, s := range []string{"::stop-commands::x", " ::error::x", "##vso[task.setvariable variable=PATH]x", "##[error]x", "###[x]", "####vso[x", "##teamcity[x]", "##VSO[a]##[b]"} {
		r := everywhere("0123456789", s+" ", " "+s)
		r.Scan.Problems = []finding.Problem{{Where: s, What: s, Hint: s}}
		r.Checks = []finding.Check{{Guidance: "KEY-01", Title: s, Status: finding.Fail, Evidence: s, Resources: []string{s}, Missing: s, Steps: []string{s}}}
		for _, f := range r.Findings { // an excerpt that begins with it
			f.Around.Lines = s + f.Around.Lines
			f.Around.Column += len(s)
		}
		for _, name := range everyName() {
			for _, o := range []Options{{ShowAllowed: true}, {ShowAllowed: true, Width: 60}} {
				for _, m := range obeyed.FindAllString(written(t, name, r, o), -1) {
					if name != "github" || m != "::" { // whose lines are commands: see its own test
						t.Errorf("%s: %q is left of %q in\n%s", name, m, s, written(t, name, r, o))
						return
					}
				}
			}
		}
	}
	for in, want := range map[string]string{
		"##[x": `\x23#[x`, "##vso[": `\x23#vso[`, "# #[": "# #[", "## Heading [x](y)": "## Heading [x](y)", "##": "##", "a##b": "a##b", "##" + strings.Repeat("a", 30) + "[": "##" + strings.Repeat("a", 30) + "[",
	} {
		if got := Visible(in); got != want || asLine(in) != want {
			t.Errorf("%q: %q and %q, not %q", in, got, asLine(in), want)
		}
	}
	if got := asLine("  ::x ::y"); got != `  \x3a:x ::y` {
		t.Errorf("%q", got)
	}
}
