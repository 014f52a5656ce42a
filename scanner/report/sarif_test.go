package report

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// samples are the reports that formats of other programs are held to.
func samples() map[string]*Report {
	bare := &Report{Scan: finding.Scan{Kind: "account", Account: &finding.Account{}}}
	timed := sample()
	timed.Scan.Began = time.Date(2026, 5, 6, 7, 8, 9, 123_000_000, time.FixedZone("", 3600))
	return map[string]*Report{
		"sample": sample(), "repository": repository(), "checks": checked(), "verification": verifications(), "timed": timed,
		"many": many(20), "none": {Scan: finding.Scan{Kind: "stdin", Target: "-", Complete: true}}, "account": bare,
	}
}

func TestGoldenSarif(t *testing.T) {
	o := Options{Version: "v1.2.3", ShowAllowed: true}
	golden(t, "report.sarif", written(t, "sarif", sample(), o))
	golden(t, "repository.sarif", written(t, "sarif", repository(), o))
	golden(t, "checks.sarif", written(t, "sarif", checked(), o))
}

func TestSarifKeepsToTheSchema(t *testing.T) {
	s := schemaFile(t, "sarif.schema.json", "")
	for name, r := range samples() {
		for _, o := range []Options{{}, {ShowSecrets: true}, {ShowAllowed: true, Version: "v1"}} {
			if text := written(t, "sarif", r, o); s.Validate(parsed(t, text)) != nil {
				t.Errorf("%s: %v\n%s", name, s.Validate(parsed(t, text)), text)
			}
		}
	}
	// The schema can say no.
	good := written(t, "sarif", sample(), Options{})
	for _, change := range [][2]string{
		{`"version": "2.1.0"`, `"version": "2.1"`}, {`"level": "note"`, `"level": "info"`}, {`"uri": "notes.txt"`, `"uri": "/notes.txt"`},
		{`"uri": "notes.txt"`, `"uri": "c:notes.txt"`}, {`"uri": "notes.txt"`, `"uri": "not es.txt"`}, {`"endColumn"`, `"endColum"`}, {`"text": "`, `"text": "", "x": "`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good || s.Validate(parsed(t, bad)) == nil {
			t.Errorf("%s is taken", change[1])
		}
	}
}

// sarifLog is what the tests read of a log.
type sarifLog struct {
	Runs []struct {
		Tool        sarifTool
		Results     []sarifResult
		Invocations []sarifInvocation
	}
}

func sarifOf(t testing.TB, r *Report, o Options) (log sarifLog) {
	t.Helper()
	if err := json.Unmarshal([]byte(written(t, "sarif", r, o)), &log); err != nil || len(log.Runs) != 1 {
		t.Fatal(err, len(log.Runs))
	}
	return log
}

// Every name gives an address that is relative, that GitHub takes, and that names the
// file again.
func TestSarifURI(t *testing.T) {
	for _, c := range []struct{ target, path, base string }{
		{".", "a b/ü.txt", sarifRoot}, {".", "c:/win.ini", sarifRoot}, {".", "100%.ini", sarifRoot}, {".", "q?x#y.ini", sarifRoot}, {".", "./dot", sarifRoot},
		{".", "x:y", sarifRoot}, {".", "\xff\x00\n", sarifRoot}, {".", "a//b", sarifRoot}, {".", "http://x", sarifRoot}, {".", ":", sarifRoot}, {".", `back\slash "<>{}|^` + "`", sarifRoot},
		{"../x", "../x/y", ""}, {"/tmp/t", "/tmp/t/a:b/c", sarifRoot}, {"/tmp/t", "/tmp/tt/a b", ""}, {"/tmp/t", "/tmp/t", ""}, {"/", "/etc/x", sarifRoot}, {"/tmp/t", "/tmp/t//x", sarifRoot},
	} {
		r := &Report{Scan: finding.Scan{Kind: "tree", Target: c.target}, Findings: []*finding.Finding{around("x", c.path, 1, "0123456789", "")}}
		at := sarifOf(t, r, Options{}).Runs[0].Results[0].Locations[0].Physical.Artifact
		u, err := url.Parse(at.URI)
		if err != nil || at.Base != c.base {
			t.Errorf("%q: %q of %q, %v", c.path, at.URI, at.Base, err)
			continue
		}
		want, got := c.path, u.Path
		if c.base != "" {
			if u.Scheme != "" || u.Host != "" || u.IsAbs() || strings.HasPrefix(got, "/") {
				t.Errorf("%q: %q is not relative", c.path, at.URI)
			}
			want = strings.TrimPrefix(path.Clean(c.path), path.Clean(c.target)+"/")
			want = strings.TrimPrefix(want, "/")
		}
		if path.Clean(got) != path.Clean(want) || u.RawQuery != "" || u.Fragment != "" {
			t.Errorf("%q: %q names %q", c.path, at.URI, got)
		}
	}
}

// Columns are UTF-16 code units where the text tells them.
func TestSarifColumns(t *testing.T) {
	const v = "0123456789"
	two := around("x", "f", 3, "01234\n56789", "é 01234\n56789 z")
	two.EndColumn = 6
	cutOff := around("x", "f", 1, v, "é "+v)
	cutOff.StartColumn, cutOff.EndColumn = 500, 510
	layered := around("x", "f", 1, v, "é "+v)
	layered.Layers = []string{"base64"}
	for name, c := range map[string]struct {
		f    *finding.Finding
		want sarifRegion
	}{
		"ASCII":       {around("x", "f", 1, v, "k "+v), sarifRegion{1, 3, 1, 13}},
		"two bytes":   {around("x", "f", 1, v, "é "+v), sarifRegion{1, 3, 1, 13}},
		"a pair":      {around("x", "f", 1, v, "\U0001f511 "+v), sarifRegion{1, 4, 1, 14}},
		"not UTF-8":   {around("x", "f", 1, v, "\xff\xfe "+v), sarifRegion{1, 4, 1, 14}},
		"two lines":   {two, sarifRegion{3, 3, 4, 6}},
		"cut":         {cutOff, sarifRegion{1, 500, 1, 510}},
		"in a layer":  {layered, sarifRegion{1, 4, 1, 14}},
		"no text":     {around("x", "f", 1, v, ""), sarifRegion{1, 1, 1, 11}},
		"the value":   {around("x", "f", 1, "schlüssel-wert", "x schlüssel-wert"), sarifRegion{1, 3, 1, 17}},
		"no place":    {&finding.Finding{Rule: "x", Confidence: 1, Value: finding.NewSecret(v)}, sarifRegion{1, 1, 1, 2}},
		"other lines": {&finding.Finding{Rule: "x", Confidence: 1, Place: finding.Place{StartLine: 2, EndLine: 9, StartColumn: 1, EndColumn: 1, Around: finding.Around{Lines: "a\nb"}}}, sarifRegion{2, 1, 9, 1}},
	} {
		r := &Report{Findings: []*finding.Finding{c.f}}
		if got := sarifOf(t, r, Options{}).Runs[0].Results[0].Locations[0].Physical.Region; got != c.want {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}

// What upload-sarif works out from files is left to it, and nothing else is.
func TestSarifFingerprints(t *testing.T) {
	tip, tipElsewhere, old := &finding.Git{AtTip: true, Refs: []string{"HEAD", "refs/heads/main"}}, &finding.Git{AtTip: true, Refs: []string{"refs/heads/b"}}, &finding.Git{Refs: []string{"HEAD"}}
	for _, c := range []struct {
		source chunk.Kind
		git    *finding.Git
		ours   bool
	}{
		{chunk.File, nil, false}, {chunk.Index, nil, false}, {chunk.Stdin, nil, true}, {chunk.Blob, tip, false}, {chunk.Blob, tipElsewhere, true}, {chunk.Blob, old, true},
		{chunk.CommitMessage, tip, true}, {chunk.Tag, tip, true},
	} {
		f := around("x", "f", 1, "0123456789", "")
		f.Source, f.Git = c.source, c.git
		g := *f
		rs := sarifOf(t, &Report{Findings: []*finding.Finding{f, &g}}, Options{}).Runs[0].Results
		for i, r := range rs {
			want := ""
			if c.ours {
				want = fmt.Sprintf("%s:%d", f.Fingerprint, i+1)
			}
			if r.Fingerprints["primaryLocationLineHash"] != want || r.Fingerprints["lockawaySecret/v1"] != f.Fingerprint {
				t.Errorf("%s %v: %v", c.source, c.git, r.Fingerprints)
			}
		}
	}
}

// A rule is told once, whatever its findings, with the worst severity.
func TestSarifRules(t *testing.T) {
	log := sarifOf(t, sample(), Options{ShowAllowed: true})
	var ids []string
	for _, r := range log.Runs[0].Tool.Driver.Rules {
		ids = append(ids, r.ID+" "+r.Properties.SecuritySeverity)
	}
	if !slices.Equal(ids, []string{"aws-access-key 9.5", "generic 5.5", "private-key 8.0"}) {
		t.Errorf("%q", ids)
	}
	for _, r := range log.Runs[0].Results {
		if log.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("%s is not at %d", r.RuleID, r.RuleIndex)
		}
	}
}

// A scan that left something out doesn't look like one that went well.
func TestSarifIncomplete(t *testing.T) {
	problems := []finding.Problem{{Where: "a", What: "gone"}}
	low := []finding.Problem{{Where: "a", What: "is encrypted", Low: true}}
	for _, c := range []struct {
		scan  finding.Scan
		ok    bool
		notes int
	}{
		{finding.Scan{Complete: true}, true, 0}, {finding.Scan{Problems: low}, true, 1}, {finding.Scan{Problems: problems}, false, 2}, {finding.Scan{}, false, 1},
		{finding.Scan{Problems: slices.Repeat(problems, sarifNotes+5)}, false, sarifNotes + 2},
	} {
		i := sarifOf(t, &Report{Scan: c.scan}, Options{}).Runs[0].Invocations[0]
		if i.ExecutionSuccessful != c.ok || len(i.Notifications) != c.notes {
			t.Errorf("%+v: %v, %d notes", c.scan, i.ExecutionSuccessful, len(i.Notifications))
		}
	}
	if sarifOf(t, checked(), Options{}).Runs[0].Invocations[0].ExecutionSuccessful {
		t.Error("a check that could not tell went well")
	}
}

// The largest log keeps to GitHub's limits, has the worst results, and says what it
// lacks. Its values, places and commits are random: nothing packs well.
func TestSarifLimits(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a log of 25,000 results")
	}
	r := many(sarifResults + 100)
	random := rand.New(rand.NewPCG(41, 42))
	for i, f := range r.Findings {
		f.Source, f.Git = chunk.Blob, &finding.Git{Object: fmt.Sprintf("%016x%016x%08x", random.Uint64(), random.Uint64(), i), Placed: true}
		f.Places = []finding.Place{f.Place}
		for range 3 {
			at := f.Place
			g := *f.Git
			g.Commit = fmt.Sprintf("%016x%016x%08x", random.Uint64(), random.Uint64(), random.Uint32())
			at.Git, at.Path = &g, fmt.Sprintf("%x/%x", random.Uint32(), random.Uint32())
			f.Places = append(f.Places, at)
		}
	}
	for range 150 {
		r.Findings[0].Places = append(r.Findings[0].Places, r.Findings[0].Places[1])
	}
	r.Findings[len(r.Findings)-1].Severity = finding.Critical
	text := written(t, "sarif", r, Options{})
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(text))
	z.Close()
	if packed.Len() > 10_000_000 {
		t.Errorf("%d bytes packed", packed.Len())
	}
	var log sarifLog
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if len(run.Results) != sarifResults || run.Results[0].Level != "error" || run.Results[0].Properties.Severity != "critical" {
		t.Errorf("%d results, the first is %s", len(run.Results), run.Results[0].Properties.Severity)
	}
	if len(run.Results[1].Related) != sarifPlacesEach {
		t.Errorf("%d places", len(run.Results[1].Related))
	}
	notes := ""
	for _, n := range run.Invocations[0].Notifications {
		notes += n.Message.Text + "\n"
	}
	for _, want := range []string{"100 of 25,100 results are left out", "GitHub shows 5,000 of these 25,000", "places of the results are left out"} {
		if !strings.Contains(notes, want) {
			t.Errorf("%q is not said in\n%s", want, notes)
		}
	}
}
