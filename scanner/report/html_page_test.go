//go:build unix

package report

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/chunk"
	"lockaway/scanner/config"
	"lockaway/scanner/finding"
)

// TestPageFilters holds that what is chosen is what is listed, and told.
func TestPageFilters(t *testing.T) {
	b := chromium(t)
	b.open(written(t, "html", repository(), Options{Version: "v1.2.3"}))
	total := 14
	listed := `document.querySelectorAll(".item").length`
	b.want(listed, fmt.Sprint(total))
	b.want(`document.getElementById("count").textContent`, `"14 secrets"`)
	for _, f := range []*finding.Finding{repository().Findings[0]} {
		b.want(fmt.Sprintf(`document.body.textContent.includes(%q)`, f.Value.Reveal()), "false")
	}
	choose := func(name, value string) string {
		return fmt.Sprintf(`(document.querySelector('#groups input[name=%q][value=%q]').click(), %s)`, name, value, listed)
	}
	// Worked out from what repository() makes: the first places at a tip.
	tips := 0
	for _, f := range repository().Findings {
		if f.Reach().AtTip != nil {
			tips++
		}
	}
	b.want(choose("reach", "tip"), fmt.Sprint(tips))
	b.want(`document.getElementById("count").textContent`, fmt.Sprintf(`"%d of 14 secrets"`, tips))
	b.want(`(document.querySelector('button[type=reset]').click(), new Promise(r => setTimeout(() => r(`+listed+`), 50)))`, "14")
	typed := func(id, text string) string {
		return fmt.Sprintf(`(document.getElementById(%q).value = %q, document.getElementById(%q).dispatchEvent(new Event("input", {bubbles: true})), new Promise(r => setTimeout(() => r(%s), 300)))`, id, text, id, listed)
	}
	b.want(typed("author", "bloggs"), "1")
	b.want(typed("author", ""), "14")
	b.want(typed("path", "deploy/run.SH"), "1")
	b.want(typed("path", ""), "14")
	b.want(typed("query", "nothing has this"), "0")
	b.want(`document.getElementById("list").textContent`, `"Nothing fits these filters."`)
	b.want(typed("query", ""), "14")
	// A bar of the time line: each of these days has one or more.
	b.want(`(document.querySelector("#bars button:enabled").click(), document.querySelectorAll(".item").length < 14 && document.querySelectorAll(".item").length > 0)`, "true")
	b.want(`(document.querySelector("#bars button[aria-pressed=true]").click(), `+listed+`)`, "14")
	order := func(by string) string {
		return fmt.Sprintf(`(document.getElementById("order").value = %q, document.getElementById("order").dispatchEvent(new Event("change")), [...document.querySelectorAll(".item .where")].map(e => (e.textContent.match(/since ([-0-9]+)/) || [])[1]).filter(Boolean).join(" "))`, by)
	}
	var days []string
	for _, f := range repository().Findings {
		if f.Git != nil && !f.Git.Date.IsZero() {
			days = append(days, f.Git.Date.Format(time.DateOnly))
		}
	}
	slices.Sort(days)
	b.want(order("old"), fmt.Sprintf("%q", strings.Join(days, " ")))
	slices.Reverse(days)
	b.want(order("new"), fmt.Sprintf("%q", strings.Join(days, " ")))
	b.want(`(document.getElementById("order").value = "worst", document.getElementById("order").dispatchEvent(new Event("change")), 1)`, "1")
	b.want(`(document.querySelector(".item summary").click(), new Promise(r => setTimeout(() => r(document.querySelector(".item .places") !== null), 100)))`, "true")
	for _, dark := range []bool{false, true} {
		b.picture("repository", dark, 1280)
		b.picture("repository", dark, 480)
	}
	b.quiet()
}

// TestPageMarks holds that marks outlive the page, and come out as a baseline.
func TestPageMarks(t *testing.T) {
	b := chromium(t)
	r := repository()
	b.open(written(t, "html", r, Options{}))
	for i, mark := range []string{"real", "false", "fixed"} {
		b.want(fmt.Sprintf(`(async () => {
			const d = document.querySelectorAll(".item > details")[%d];
			d.open = true; d.fill();
			const i = d.querySelector(".reason input");
			i.value = %q; i.dispatchEvent(new Event("change"));
			d.querySelector("input[value=%s]").click();
			return d.querySelector(".tag.mark").textContent;
		})()`, i, []string{"", `seen "by" </script> me`, ""}[i], mark), `"marked `+mark+`"`)
	}
	b.reload()
	b.want(`document.querySelectorAll(".tag.mark").length`, "3")
	b.want(`(document.querySelector('#groups input[name=mark][value="false"]').click(), document.querySelectorAll(".item").length)`, "1")
	text, err := b.eval(`(document.getElementById("export").click(), document.getElementById("by").value = "Jo", document.getElementById("by").dispatchEvent(new Event("input")), document.getElementById("baseline").value)`)
	if err != nil {
		t.Fatal(err)
	}
	b.picture("export", false, 1280)
	b.want(`fetch === undefined || document.getElementById("download").href.startsWith("blob:")`, "true")
	b.want(`document.getElementById("dialog").open`, "true")
	dir := t.TempDir()
	b.call("Page.setDownloadBehavior", map[string]any{"behavior": "allow", "downloadPath": dir}, nil)
	b.want(`(document.getElementById("download").click(), 1)`, "1")
	var saved []byte
	for range 100 {
		b.want("1", "1")
		if names, _ := filepath.Glob(filepath.Join(dir, "*baseline.json")); len(names) == 1 {
			t.Logf("saved as %s", filepath.Base(names[0]))
			saved, _ = os.ReadFile(names[0])
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	var inner string
	var out struct {
		Format  string
		Entries []struct {
			Fingerprint, Rule, Path, Reason, Mark, By, On string
			Reported, History                             bool
		}
	}
	if err := json.Unmarshal([]byte(text), &inner); err != nil {
		t.Fatal(err)
	}
	strict := json.NewDecoder(strings.NewReader(inner))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&out); err != nil {
		t.Fatalf("%v in %s", err, inner)
	}
	if out.Format != "lockaway-baseline/1" || len(out.Entries) != 3 {
		t.Fatalf("%s", inner)
	}
	if string(saved) != inner {
		t.Errorf("saved is %q", saved)
	}
	// Whoever reads baselines reads it, and would write it the same way.
	if read, err := config.ParseBaseline(config.BaselineName, []byte(inner)); err != nil || string(read.Encode()) != inner {
		t.Errorf("%v: it is read as\n%s\nof\n%s", err, read.Encode(), inner)
	}
	known, last := map[string]bool{}, ""
	for _, f := range r.Findings {
		known[f.Fingerprint] = true
	}
	for _, e := range out.Entries {
		if !known[e.Fingerprint] || e.Fingerprint <= last || e.Reason == "" || e.By != "Jo" || e.Rule == "" {
			t.Errorf("%+v", e)
		}
		if e.Reported != (e.Mark == "real") || e.Mark == "false" && e.Reason != `seen "by" </script> me` {
			t.Errorf("%+v", e)
		}
		if _, err := time.Parse(time.DateOnly, e.On); err != nil {
			t.Error(err)
		}
		last = e.Fingerprint
	}
	b.quiet()
}

// TestPageHostile puts what would run, if anything did, in every text.
func TestPageHostile(t *testing.T) {
	b := chromium(t)
	for _, s := range []string{
		`</script><script>document.title="ran"</script>`, `<img src=x onerror='document.title="ran"'>`, `"><svg onload=document.title="ran">`,
		`javascript:document.title="ran"`, "\u2028document.title='ran'\u2029", "<!--<script>", "]]>", "`${document.title='ran'}`",
		"</title><script>document.title='ran'</script>", "__proto__", "{{data}}", "\u202egnp.exe", "<style>*{display:none}</style>", `</noscript></dialog><a href="http://x.invalid/">`,
	} {
		r := everywhere("0123456789", s, s)
		r.Findings[0].Rule, r.Findings[0].Source = s, chunk.File
		r.Scan.Account = &finding.Account{ID: s, Alias: s}
		r.Checks = []finding.Check{{Guidance: s, Title: s, Status: finding.Fail, Evidence: s, Resources: []string{s}, Missing: s, Steps: []string{s}}}
		b.open(written(t, "html", r, Options{ShowAllowed: true, Version: s}))
		b.want(`(document.querySelectorAll(".item > details").forEach(d => { d.open = true; d.fill(); }), document.getElementById("export").click(), document.title !== "ran")`, "true")
		b.want(`document.querySelectorAll("script").length + " " + document.querySelectorAll("img, svg, iframe, object, embed, link, base").length + " " + document.querySelectorAll("style").length + " " + document.querySelectorAll("a[href]:not(.skip):not(#download)").length`, `"2 0 1 0"`)
		b.want(`document.body.innerText.includes("\u202e")`, "false")
		shown, _ := json.Marshal(Visible(s))
		b.want(fmt.Sprintf(`document.getElementById("list").textContent.includes(%s)`, shown), "true")
	}
	b.quiet()
}

// TestPageAccess holds what a screen reader needs, as far as the page's structure tells.
func TestPageAccess(t *testing.T) {
	b := chromium(t)
	r := verifications()
	r.Scan.Complete, r.Scan.Problems = false, []finding.Problem{{Where: "a.zip", What: "permission denied", Hint: "run as its owner"}}
	b.open(written(t, "html", r, Options{}))
	b.want(`(document.querySelectorAll(".item > details").forEach(d => { d.open = true; d.fill(); }), [...document.querySelectorAll("input, textarea, button")].filter(e => !(e.labels && e.labels.length) && !e.textContent && !e.getAttribute("aria-label")).length)`, "0")
	b.want(`["header", "main", "aside[aria-label]", "[role=search]", "[role=status][aria-live=polite]"].every(q => document.querySelectorAll(q).length > 0)`, "true")
	b.want(`document.querySelectorAll("h1").length`, "1")
	b.want(`new Set([...document.querySelectorAll("[id]")].map(e => e.id)).size === document.querySelectorAll("[id]").length`, "true")
	for _, dark := range []bool{false, true} {
		scheme := map[bool]string{false: "light", true: "dark"}[dark]
		b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
		b.want(contrasts, "[]")
		b.picture("verification", dark, 1280)
	}
	b.open(written(t, "html", checked(), Options{}))
	b.want(`document.querySelectorAll("#check-list > li").length`, fmt.Sprint(len(checked().Checks)))
	b.want(`document.getElementById("secrets").hidden`, "true")
	b.picture("checks", false, 1280)
	b.open(written(t, "html", sample(), Options{ShowAllowed: true}))
	b.want(`document.querySelector(".verdict").textContent.startsWith("Incomplete")`, "true")
	b.picture("sample", false, 1280)
	b.picture("sample", true, 1280)
	b.quiet()
}

// TestPageKept holds that what another page has left under the key breaks nothing, and
// that marks work where nothing is kept.
func TestPageKept(t *testing.T) {
	b := chromium(t)
	r := sample()
	b.open(written(t, "html", r, Options{}))
	key := `"lockaway:" + JSON.parse(document.getElementById("data").textContent).id`
	fp := r.Findings[0].Fingerprint
	for kept, marked := range map[string]int{
		`{`: 0, `null`: 0, `5`: 0, `{"a":1}`: 0, `[null,1,"x",[],[1,"real"]]`: 0, `[["__proto__","real"]]`: 0,
		`[["` + fp + `","evil"]]`: 0, `[["` + fp + `","false",{"a":1},[2]]]`: 1, `[["` + fp + `","real","<img src=x onerror=alert(1)>","x"]]`: 1,
	} {
		b.want(fmt.Sprintf(`(localStorage.setItem(%s, %q), 1)`, key, kept), "1")
		b.reload()
		b.want(`document.querySelectorAll(".tag.mark").length`, fmt.Sprint(marked))
		b.want(`(document.getElementById("export").click(), JSON.parse(document.getElementById("baseline").value).entries.length)`, fmt.Sprint(marked))
		b.want(`document.getElementById("kept").hidden`, "true")
	}
	b.want(fmt.Sprintf(`(localStorage.removeItem(%s), 1)`, key), "1")
	b.reload() // the last of them may have marked what is marked now
	b.want(`(Storage.prototype.setItem = () => { throw new Error("full"); }, 1)`, "1")
	b.want(`(() => { const d = document.querySelector(".item > details"); d.open = true; d.fill(); d.querySelector("input[value=real]").click(); return document.getElementById("kept").hidden; })()`, "false")
	b.quiet()
}

// TestPageKeys goes through the page with the keyboard alone.
func TestPageKeys(t *testing.T) {
	b := chromium(t)
	b.open(written(t, "html", sample(), Options{}))
	press := func(key, text string) {
		code := map[string]int{"Tab": 9, "Enter": 13, " ": 32}[key]
		for _, kind := range []string{"keyDown", "keyUp"} {
			p := map[string]any{"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code}
			if kind == "keyDown" && text != "" {
				p["text"] = text
			}
			b.call("Input.dispatchKeyEvent", p, nil)
		}
	}
	to := func(what string) {
		t.Helper()
		for range 60 {
			press("Tab", "")
			if v, _ := b.eval(`document.activeElement.matches(` + fmt.Sprintf("%q", what) + `)`); v == "true" {
				return
			}
		}
		t.Fatalf("60 tabs don't lead to %s", what)
	}
	to(".skip")
	to("#query")
	to("#groups input")
	press(" ", " ")
	b.want(`document.querySelectorAll(".item").length`, "1")
	press(" ", " ")
	b.want(`document.querySelectorAll(".item").length`, "3")
	to(".item summary")
	press("Enter", "\r")
	b.want(`document.querySelector(".item details").open`, "true")
	to(".judge input")
	press(" ", " ")
	to(".reason input")
	b.want(`document.querySelector(".item .tags").textContent.includes("marked") || document.querySelector(".judge input[value=none]").checked`, "true")
	b.want(`getComputedStyle(document.activeElement).outlineStyle`, `"solid"`)
	b.quiet()
}

// TestPagePrints holds that all of what is listed is on paper, opened.
func TestPagePrints(t *testing.T) {
	b := chromium(t)
	b.open(written(t, "html", many(450), Options{}))
	b.want(`(dispatchEvent(new Event("beforeprint")), document.querySelectorAll(".item > details[open] .places").length)`, "450")
	b.want(`(dispatchEvent(new Event("afterprint")), document.querySelectorAll(".item > details[open]").length)`, "0")
	b.call("Emulation.setEmulatedMedia", map[string]any{"media": "print"}, nil)
	b.want(`["aside", ".skip", "#export"].every(q => getComputedStyle(document.querySelector(q)).display === "none")`, "true")
	b.quiet()
}

// contrasts names the texts whose contrast is below that of WCAG 2.2, 1.4.3 (AA).
const contrasts = `(() => {
	const canvas = s => (s.match(/[\d.]+/g) || []).map(Number);
	const lum = c => { const f = c.slice(0, 3).map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
	const ground = e => { for (; e; e = e.parentElement) { const c = canvas(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
	const bad = new Set();
	for (const e of document.querySelectorAll("body *")) {
		if (!e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
		const a = lum(canvas(getComputedStyle(e).color)), b = lum(ground(e)), ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (ratio < 4.5) bad.add(e.tagName + "." + e.className + " " + ratio.toFixed(2));
	}
	return [...bad];
})()`

// TestPageMany tells how long ten thousand secrets take, and holds that all are found.
func TestPageMany(t *testing.T) {
	b := chromium(t)
	r := many(10_000)
	page := written(t, "html", r, Options{})
	b.open(page)
	b.want(`document.getElementById("count").textContent`, `"10,000 secrets"`)
	took, _ := b.eval(`(() => { const n = performance.getEntriesByType("navigation")[0]; return Math.round(n.domContentLoadedEventEnd - n.responseStart); })()`)
	filter, _ := b.eval(`(() => { const q = document.getElementById("query"), t = performance.now(); q.value = "file009999"; document.getElementById("form").requestSubmit(); return Math.round(performance.now() - t); })()`)
	b.want(`document.querySelectorAll(".item").length`, "1")
	b.want(`(document.getElementById("query").value = "", document.getElementById("form").requestSubmit(), document.querySelectorAll(".item").length <= 1000)`, "true")
	t.Logf("10,000 secrets: %.1f MB, read and rendered in %s ms, one found among them in %s ms", float64(len(page))/1e6, took, filter)
	b.quiet()
	if strings.Contains(page, r.Findings[0].Value.Reveal()) {
		t.Error("a value is in it")
	}
}
