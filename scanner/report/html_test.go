package report

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

// TestGoldenHTML keeps the page without its style and script, which are files of their
// own.
func TestGoldenHTML(t *testing.T) {
	small := func(page string) string {
		page = strings.Replace(page, htmlStyle, "STYLE", 1)
		page = strings.Replace(page, htmlScript, "SCRIPT", 1)
		return regexp.MustCompile(`sha256-[^']*`).ReplaceAllString(page, "sha256-…")
	}
	golden(t, "report.html", small(written(t, "html", sample(), Options{ShowAllowed: true})))
	golden(t, "checks.html", small(written(t, "html", checked(), Options{})))
}

// between returns what stands between two texts, which page has once.
func between(t *testing.T, page, before, after string) string {
	t.Helper()
	if strings.Count(page, before) != 1 {
		t.Fatalf("%q stands in the page %d times", before, strings.Count(page, before))
	}
	_, rest, _ := strings.Cut(page, before)
	got, _, ok := strings.Cut(rest, after)
	if !ok {
		t.Fatalf("no %q behind %q", after, before)
	}
	return got
}

// TestHTMLKeepsItsPolicy holds that the policy's digests are those of what stands in the
// page, and that nothing else in it would need to run or load.
func TestHTMLKeepsItsPolicy(t *testing.T) {
	page := written(t, "html", sample(), Options{})
	policy := between(t, page, `http-equiv="Content-Security-Policy" content="`, `"`)
	for name, text := range map[string]string{
		"script-src": between(t, page, "<script>", "</script>"),
		"style-src":  between(t, page, "<style>", "</style>"),
	} {
		sum := sha256.Sum256([]byte(text))
		if want := name + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !slices.Contains(strings.Split(policy, "; "), want) {
			t.Errorf("no %s in %s", want, policy)
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %s", policy)
	}
	for _, no := range []string{`\son[a-z]+\s*=\s*"`, `(?i)\sstyle="`, `(?i)(src|href)="[^#]`, `innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(|new Function|setAttribute\("on`, `url\(`, `@import`} {
		if s := regexp.MustCompile(no).FindString(page); s != "" {
			t.Errorf("%q is in the page", s)
		}
	}
}

// TestHTMLHostile holds that nothing of a name or text leaves the data, or is markup in
// the head.
func TestHTMLHostile(t *testing.T) {
	plain := len(regexp.MustCompile(`<[a-z!/]`).FindAllString(written(t, "html", everywhere("0123456789", "", ""), Options{ShowAllowed: true}), -1))
	for _, s := range []string{"</script>", "<script>", "<!--", "\u2028", "&lt;", `"`, "'", "{{script}}", "{{", "}}", "\x00", "\xff", "\u202e", "]]>", "<b onclick=x>", "`"} {
		page := written(t, "html", everywhere("0123456789", s, s), Options{ShowAllowed: true, Version: s})
		data := between(t, page, `<script id="data" type="application/json">`, "</script>")
		if strings.ContainsAny(data, "<>&\u2028\u2029\u202e") || !json.Valid([]byte(data)) {
			t.Errorf("%q: the data is %s", s, data)
		}
		head := between(t, page, "<header>", "</header>")
		if got := len(regexp.MustCompile(`<[a-z!/]`).FindAllString(page, -1)); got != plain {
			t.Errorf("%q: %d tags, not %d", s, got, plain)
		}
		if text := html.UnescapeString(head); !strings.Contains(text, Visible(s)) {
			t.Errorf("%q is not in the head\n%s", s, head)
		}
	}
}

// TestHTMLNeverLooksClean holds that what was not read is told first, without a script.
func TestHTMLNeverLooksClean(t *testing.T) {
	problem := []finding.Problem{{Where: "shut", What: "permission denied", Hint: "run as its owner"}}
	low := []finding.Problem{{Where: "x.zip", What: "is encrypted", Low: true}}
	unsure := []finding.Check{{Guidance: "ROOT-01", Title: "t", Status: finding.CouldNotTell, Evidence: "e"}}
	for name, c := range map[string]struct {
		r     *Report
		clean bool
		want  []string
	}{
		"clean":         {&Report{Scan: finding.Scan{Kind: "tree", Files: 1, Complete: true}}, true, []string{"Nothing was found."}},
		"no file":       {&Report{Scan: finding.Scan{Kind: "tree", Complete: true}}, false, []string{"There was nothing to scan."}},
		"no object":     {&Report{Scan: finding.Scan{Kind: "repository", Files: 3, Complete: true}}, false, []string{"There was nothing to scan."}},
		"hidden":        {&Report{Scan: finding.Scan{Kind: "tree", Files: 1, Complete: true, Hidden: 2}}, false, []string{"something is hidden", "2 hidden"}},
		"allowed":       {&Report{Scan: finding.Scan{Kind: "tree", Files: 1, Complete: true, Allowed: 2}}, true, []string{"Nothing was found that is not allowed.", "2 allowed"}},
		"a problem":     {&Report{Scan: finding.Scan{Problems: problem}}, false, []string{"Incomplete: nothing was found in what could be read", "shut: permission denied; run as its owner", "<details open>"}},
		"a low one":     {&Report{Scan: finding.Scan{Problems: low}}, true, []string{"Nothing was found.", "x.zip: is encrypted"}},
		"not said what": {&Report{Scan: finding.Scan{}}, false, []string{"Incomplete", "Not everything could be read"}},
		"unsure":        {&Report{Scan: finding.Scan{Account: &finding.Account{}}, Checks: unsure}, false, []string{"Incomplete: 1 check could not be told"}},
	} {
		head := between(t, written(t, "html", c.r, Options{}), "<header>", "</header>")
		if strings.Contains(head, "verdict clean") != c.clean {
			t.Errorf("%s: looks clean: %v\n%s", name, !c.clean, head)
		}
		for _, w := range c.want {
			if !strings.Contains(head, w) {
				t.Errorf("%s: no %q in\n%s", name, w, head)
			}
		}
	}
}

// TestHTMLShowsSecrets holds that values are shown when that is asked for, and that the
// page says so.
func TestHTMLShowsSecrets(t *testing.T) {
	for _, show := range []bool{false, true} {
		page := written(t, "html", sample(), Options{ShowSecrets: show})
		if strings.Contains(page, docSecret) != show || strings.Contains(page, "keep this file to yourself") != show || strings.Contains(page, "values are masked") == show {
			t.Errorf("shown %v:\n%s", show, between(t, page, "<header>", "</header>"))
		}
	}
}

// TestHTMLOwners holds that a secret's row says whose it is.
func TestHTMLOwners(t *testing.T) {
	var d htmlData
	if err := json.Unmarshal([]byte(between(t, written(t, "html", verifications(), Options{}), `<script id="data" type="application/json">`, "</script>")), &d); err != nil {
		t.Fatal(err)
	}
	var owners []string
	for _, s := range d.Secrets {
		owners = append(owners, s.Owner)
	}
	want := []string{
		"root user of account 111122223333", "IAM user ci of account 111122223333", "role deploy, session i-0123 of account 111122223333, partition aws-cn",
		"IAM Identity Center's Admins, session jo of account 111122223333", "federated user bo of account 111122223333", "IAM user old of account 111122223333", "", "", "",
	}
	if !slices.Equal(owners, want) {
		t.Errorf("%q", owners)
	}
}

// TestHTMLGroups holds that a secret is one, wherever it stands.
func TestHTMLGroups(t *testing.T) {
	var d htmlData
	page := written(t, "html", sample(), Options{ShowAllowed: true})
	if err := json.Unmarshal([]byte(between(t, page, `<script id="data" type="application/json">`, "</script>")), &d); err != nil {
		t.Fatal(err)
	}
	places, different := 0, map[string]bool{}
	for _, f := range sample().Findings {
		different[f.Fingerprint] = true
	}
	for _, s := range d.Secrets {
		places += len(s.Places)
	}
	if len(d.Secrets) != len(different) || places != len(sample().Findings) {
		t.Errorf("%d secrets in %d places, not %d in %d", len(d.Secrets), places, len(different), len(sample().Findings))
	}
	if s := d.Secrets[0]; s.Severity != int(finding.Critical) || len(s.Places) != 2 || s.Steps < 0 || len(s.Guidance) != 4 {
		t.Errorf("first is %+v", s)
	}
	if s := d.Secrets[len(d.Secrets)-1]; s.Allowed == "" {
		t.Errorf("last is %+v", s)
	}
}
