package report

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"

	"lockaway/scanner/finding"
)

// htmlFormat is one page for the person who reviews a repository before it is opened:
// findings grouped by secret, with filters, a time line, and marks that the page keeps
// and gives out as a baseline. It needs no network and no other file.
//
// A scanned repository chooses much of what stands in it. So what it says is data, in
// one block of JSON without any character that HTML knows; the page's own script turns
// it into text and never into markup; and a content policy lets nothing run or load but
// that script and style, by their digests. What could not be read stands in the page's
// head as plain HTML: it is there where no script runs, too.
type htmlFormat struct{}

var (
	//go:embed html/page.html
	htmlPage string
	//go:embed html/page.css
	htmlStyle string
	//go:embed html/*.js
	htmlScripts embed.FS
	htmlScript  = joinScripts("page", "marks", "filters", "list", "timeline", "checks", "baseline", "start")
)

// joinScripts makes one script of the page's parts, which share their names and nobody
// else's.
func joinScripts(names ...string) string {
	var b strings.Builder
	b.WriteString("\n(function () {\n\"use strict\";\n")
	for _, n := range names {
		part, err := htmlScripts.ReadFile("html/" + n + ".js")
		if err != nil {
			panic(err) // of a file that is built in
		}
		b.Write(part)
	}
	b.WriteString("})();\n")
	return b.String()
}

// htmlDigest is a text's source expression in a content policy (CSP 3 §2.3.1).
func htmlDigest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Write writes the page.
func (htmlFormat) Write(w io.Writer, r *Report, o Options) error {
	m := maskFor(r, o)
	d := m.htmlData(r, o)
	page := htmlPage
	out := bufio.NewWriter(w)
	for page != "" {
		before, rest, ok := strings.Cut(page, "{{")
		if _, err := out.WriteString(before); err != nil {
			return err
		}
		if !ok {
			break
		}
		name, after, _ := strings.Cut(rest, "}}")
		page = after
		if err := m.htmlPart(out, name, r, o, d); err != nil {
			return err
		}
	}
	return out.Flush()
}

// htmlPart writes what stands in the page under a name.
func (m *Mask) htmlPart(w io.Writer, name string, r *Report, o Options, d *htmlData) error {
	text := ""
	switch name {
	case "policy":
		text = "default-src 'none'; script-src " + htmlDigest(htmlScript) + "; style-src " + htmlDigest(htmlStyle) +
			"; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
	case "title":
		text = html.EscapeString(d.Title)
	case "style":
		text = htmlStyle
	case "script":
		text = htmlScript
	case "head":
		text = m.htmlHead(r, o, d)
	case "data":
		e := json.NewEncoder(w) // which escapes <, >, &, U+2028 and U+2029
		return e.Encode(d)
	default:
		return fmt.Errorf("the page has no part %q", name)
	}
	_, err := io.WriteString(w, text)
	return err
}

// htmlHead returns what must be seen at once: what was found, whether it is all, and
// what could not be read.
func (m *Mask) htmlHead(r *Report, o Options, d *htmlData) string {
	var b strings.Builder
	esc := html.EscapeString
	s := &r.Scan
	verdict, clean := htmlVerdict(r, d)
	class := "verdict"
	switch {
	case r.failed():
		class += " incomplete"
	case clean:
		class += " clean"
	}
	fmt.Fprintf(&b, "<h1>%s</h1>\n<p class=\"%s\">%s</p>\n", esc(d.Title), class, esc(verdict))
	var facts []string
	if s.Account == nil {
		facts = append(facts, "Scanned: "+scanned(s))
	}
	if left := leftOut(s); left != "" {
		facts = append(facts, left)
	}
	if o.ShowSecrets {
		facts = append(facts, "values are shown: keep this file to yourself")
	} else {
		facts = append(facts, "values are masked")
	}
	if o.Version != "" {
		facts = append(facts, "lockaway "+Visible(o.Version))
	}
	fmt.Fprintf(&b, "<p class=\"facts\">%s</p>\n", esc(strings.Join(facts, " · ")))
	b.WriteString(m.htmlProblems(r))
	return b.String()
}

// htmlVerdict says in a sentence what came of it. It is clean where nothing is wrong,
// nothing is hidden and there was something to look at.
func htmlVerdict(r *Report, d *htmlData) (verdict string, clean bool) {
	s := &r.Scan
	what := htmlFound(d)
	failed, unsure := 0, 0
	for _, c := range r.Checks {
		switch c.Status {
		case finding.Fail:
			failed++
		case finding.CouldNotTell:
			unsure++
		}
	}
	if failed > 0 {
		what = append(what, count(failed, "check")+" not met")
	}
	if unsure > 0 {
		what = append(what, count(unsure, "check")+" could not be told")
	}
	found := strings.Join(what, "; ")
	empty := s.Account == nil && (s.Kind == "tree" && s.Files == 0 || inRepository(s.Kind) && s.Blobs+s.Commits == 0)
	switch {
	case r.unread() && found == "":
		return "Incomplete: nothing was found in what could be read, but not everything could.", false
	case r.unread():
		return "Incomplete: " + found + "; and not everything could be read.", false
	case r.unsure():
		return "Incomplete: " + found + ".", false
	case found != "":
		return found + ".", false
	case empty:
		return "There was nothing to scan.", false
	case s.Hidden > 0:
		return "Nothing is shown, but something is hidden.", false
	case s.Allowed > 0:
		return "Nothing was found that is not allowed.", true
	}
	return "Nothing was found.", true
}

// htmlFound says how many secrets there are, in how many places, and how bad they are.
func htmlFound(d *htmlData) []string {
	n, places, live, tips, allowed := 0, 0, 0, 0, 0
	var bySeverity [finding.Critical + 1]int
	for _, s := range d.Secrets {
		if s.Allowed != "" {
			allowed++
			continue
		}
		n++
		bySeverity[s.Severity]++
		places += len(s.Places) + s.MorePlaces
		if s.State == string(finding.Live) {
			live++
		}
		if slices.ContainsFunc(s.Places, func(p htmlPlace) bool { return p.Reach == "tip" }) {
			tips++
		}
	}
	var out []string
	if n > 0 {
		var counts []string
		for sev := finding.Critical; sev >= finding.Info; sev-- {
			if bySeverity[sev] > 0 {
				counts = append(counts, grouped(int64(bySeverity[sev]))+" "+sev.String())
			}
		}
		out = append(out, fmt.Sprintf("%s in %s (%s)", count(n, "secret"), count(places, "place"), strings.Join(counts, ", ")))
	}
	if live > 0 {
		out = append(out, grouped(int64(live))+" live")
	}
	if tips > 0 {
		out = append(out, grouped(int64(tips))+" still at a tip")
	}
	if allowed > 0 && n > 0 {
		out = append(out, grouped(int64(allowed))+" more allowed")
	}
	return out
}

// htmlProblems lists what could not be read; what weighs is open, the rest folded.
func (m *Mask) htmlProblems(r *Report) string {
	s := &r.Scan
	if len(s.Problems) == 0 {
		if r.unread() {
			return "<section class=\"problems\" aria-labelledby=\"problems\"><h2 id=\"problems\">Not everything could be read</h2></section>\n"
		}
		return ""
	}
	var b strings.Builder
	open := ""
	if r.unread() {
		open = " open"
	}
	fmt.Fprintf(&b, "<section class=\"problems\" aria-labelledby=\"problems\"><h2 id=\"problems\">%s could not be read</h2>\n", html.EscapeString(count(len(s.Problems), "thing")))
	fmt.Fprintf(&b, "<details%s><summary>Which, and why</summary><ul>\n", open)
	for i := range s.Problems {
		if i == maxHTMLProblems {
			fmt.Fprintf(&b, "<li>… and %s more: the JSON report names them</li>\n", grouped(int64(len(s.Problems)-i)))
			break
		}
		p := &s.Problems[i]
		weight := ""
		if p.Low {
			weight = " <span class=\"dim\">(nobody could expect it to be read)</span>"
		}
		fmt.Fprintf(&b, "<li>%s%s</li>\n", html.EscapeString(m.problemText(p)), weight)
	}
	b.WriteString("</ul></details></section>\n")
	return b.String()
}

// maxHTMLProblems is how many problems the page names.
const maxHTMLProblems = 500
