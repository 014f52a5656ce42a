package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

func TestGoldenMarkdown(t *testing.T) {
	golden(t, "report.md", written(t, "markdown", sample(), Options{ShowAllowed: true}))
	golden(t, "repository.md", written(t, "markdown", repository(), Options{}))
	golden(t, "checks.md", written(t, "markdown", checked(), Options{}))
	golden(t, "verification.md", written(t, "markdown", verifications(), Options{}))
}

// bare takes the code spans out of a line, by the rules of CommonMark 0.31 §6.1: a run
// of backquotes opens one, and the next run of the same length closes it.
func bare(line string) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		if line[i] == '\\' && i+1 < len(line) {
			b.WriteString(line[i : i+2])
			i += 2
			continue
		}
		if line[i] != '`' {
			b.WriteByte(line[i])
			i++
			continue
		}
		n := len(line[i:]) - len(strings.TrimLeft(line[i:], "`"))
		end := regexp.MustCompile("(^|[^`])`{" + fmt.Sprint(n) + "}([^`]|$)").FindStringIndex(line[i+n:])
		if end == nil {
			b.WriteString(line[i : i+n])
			i += n
			continue
		}
		i += n + end[1]
		if i > 0 && i <= len(line) && line[i-1] != '`' { // the match took one character more
			i--
		}
		b.WriteString("CODE")
	}
	return b.String()
}

// A table keeps its cells, and nothing of a name is a link, a mention or HTML.
func TestMarkdownHostile(t *testing.T) {
	for _, s := range []string{
		"|", `\|`, "`", "``", "` ` `", "`|`", "<script>alert(1)</script>", "</details>", "<!--", "[a](http://b)", "![a](b)", "@everyone", "#123", "http://x.invalid", "www.x.invalid", "~~~", "$`1`$",
		"\n| a |", "# h", "- [ ] x", "&lt;", "a*b_c", "x\\", "\\`", "```\n", ":tada:",
	} {
		r := everywhere("0123456789", s, s)
		for _, f := range r.Findings {
			f.Why = nil
		}
		r.Scan.Problems = []finding.Problem{{Where: s, What: s, Hint: s}}
		text := written(t, "markdown", r, Options{ShowAllowed: true})
		for line := range strings.Lines(text) {
			plain := bare(strings.TrimSuffix(line, "\n"))
			if strings.HasPrefix(line, "| ") {
				// Whether a backslash escapes the next one or not, the bars are the table's.
				pairs, each := strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\|`, ""), strings.ReplaceAll(line, `\|`, "")
				if strings.Count(pairs, "|") != 5 || strings.Count(each, "|") != 5 {
					t.Errorf("%q: bars in %q", s, line)
				}
			}
			plain = strings.NewReplacer("<br>", "", "<details>", "", "</details>", "", "<summary>", "", "</summary>", "", "<!-- -->", "").Replace(plain)
			if strings.HasPrefix(line, "<summary>") {
				plain = strings.ReplaceAll(plain, "&", "") // which entities begin with
			}
			for _, bad := range []string{"<", "](", "@", "http://", "www.", "#1", "&lt;"} {
				if strings.Contains(strings.ReplaceAll(plain, `\`+bad[:1], ""), bad) && !strings.HasPrefix(line, "<summary>") {
					t.Errorf("%q: %s in %q", s, bad, plain)
				}
			}
		}
		if strings.Count(text, "<details>") != strings.Count(text, "\n</details>\n") {
			t.Errorf("%q: folds don't end:\n%s", s, text)
		}
	}
}

// The longest report fits into a comment, and says what it lacks.
func TestMarkdownLimits(t *testing.T) {
	for _, n := range []int{1, 300, 5000} {
		r := many(n)
		for i, f := range r.Findings {
			f.Rule = fmt.Sprintf("rule-%d", i%400)
			f.Title = strings.Repeat("é", 300)
			f.Steps = []string{strings.Repeat("do ", 300)}
		}
		r.Scan.Complete = false
		for range 300 {
			r.Scan.Problems = append(r.Scan.Problems, finding.Problem{Where: strings.Repeat("x", 5000), What: "gone"})
		}
		text := written(t, "markdown", r, Options{})
		if len(text) > 65_536 {
			t.Errorf("%d findings: %d bytes", n, len(text))
		}
		rows := strings.Count(text, "\n| high |")
		if n > 1 && !strings.Contains(text, fmt.Sprintf("… and %s more, no worse", grouped(int64(n-rows)))) || rows == 0 || n == 1 && rows != 1 {
			t.Errorf("%d findings: %d rows", n, rows)
		}
	}
}

func TestMarkdownNothing(t *testing.T) {
	for want, r := range map[string]*Report{
		"### lockaway: nothing found\n":                                         {Scan: finding.Scan{Complete: true}},
		"### lockaway: nothing found in what could be read\n\n**Not everything": {},
		"### lockaway: nothing found in what could be read\n\n**Incomplete: 1":  {Scan: finding.Scan{Problems: []finding.Problem{{Where: "a", What: "gone"}}}},
		"### lockaway: nothing found\n\n**Incomplete: 1":                        {Scan: finding.Scan{Problems: []finding.Problem{{Where: "a", What: "x", Low: true}}}},
	} {
		if s := written(t, "markdown", r, Options{}); !strings.HasPrefix(s, want) {
			t.Errorf("%q, not %q", s, want)
		}
	}
}

func TestMarkdownCode(t *testing.T) {
	for in, want := range map[string]string{
		"a": "`a`", "`": "`` ` ``", "a`b": "``a`b``", "a``b": "```a``b```", "": "`  `", " a ": "`  a  `", "`a": "`` `a ``", " a": "` a`",
	} {
		if got := mdCode(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
	if got := mdSteps("run `a|b` on *it*, see @me"); got != "run `a|b``` on *it*, see @me``" && got != "run `a|b`` on *it*, see @me`" {
		t.Errorf("%q", got)
	}
}
