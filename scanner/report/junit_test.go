package report

import (
	"encoding/xml"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

func TestGoldenJUnit(t *testing.T) {
	golden(t, "report.junit.xml", written(t, "junit", sample(), Options{ShowAllowed: true}))
	golden(t, "repository.junit.xml", written(t, "junit", repository(), Options{}))
	golden(t, "checks.junit.xml", written(t, "junit", checked(), Options{}))
}

// junitElements says what junit-10.xsd of Jenkins' xUnit plugin allows of what we
// write: an element's attributes, those that must be there first, and what may be in it.
var junitElements = map[string]struct {
	must, may, children []string
	text                bool
}{
	"testsuites": {may: []string{"name", "time", "tests", "failures", "errors"}, children: []string{"testsuite"}},
	"testsuite": {must: []string{"name", "tests", "failures", "errors"}, may: []string{"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
		children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"}},
	"testcase": {must: []string{"name"}, may: []string{"time", "classname", "group"}, children: []string{"skipped", "error", "failure", "system-out", "system-err"}},
	"failure":  {may: []string{"type", "message"}, text: true}, "error": {may: []string{"type", "message"}, text: true}, "skipped": {may: []string{"type", "message"}, text: true},
}

// SUREFIRE_TIME of that schema, its alternatives for what we write.
var junitTime = regexp.MustCompile(`^[0-9]*(\.[0-9]*)?$`)

// checkJUnit holds a report against the elements, the counts against what there is,
// and names against each other.
func checkJUnit(t *testing.T, text string) (found map[string]int) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	var open []string
	names := map[string]bool{}
	found = map[string]int{}
	counts := map[string]string{}
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			rule, ok := junitElements[name]
			if !ok || len(open) == 0 && name != "testsuites" || len(open) > 0 && !slices.Contains(junitElements[open[len(open)-1]].children, name) {
				t.Fatalf("%s in %v", name, open)
			}
			has := map[string]string{}
			for _, a := range e.Attr {
				has[a.Name.Local] = a.Value
				if !slices.Contains(rule.must, a.Name.Local) && !slices.Contains(rule.may, a.Name.Local) {
					t.Errorf("%s has no %s", name, a.Name.Local)
				}
			}
			for _, a := range rule.must {
				if _, ok := has[a]; !ok {
					t.Errorf("%s lacks %s", name, a)
				}
			}
			if !junitTime.MatchString(has["time"]) || has["time"] == "" && (name == "testcase" || name == "testsuite") {
				t.Errorf("%s has the time %q", name, has["time"])
			}
			if name == "testcase" {
				if names[has["name"]] {
					t.Errorf("two tests are called %q", has["name"])
				}
				names[has["name"]] = true
			}
			if name == "testsuite" {
				counts = has
			}
			found[name]++
			open = append(open, name)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && !junitElements[open[len(open)-1]].text && strings.TrimSpace(string(e)) != "" {
				t.Errorf("text in %v: %q", open, e)
			}
		}
	}
	for attribute, element := range map[string]string{"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"} {
		if n, err := strconv.Atoi(counts[attribute]); err != nil || n != found[element] {
			t.Errorf("%s is %q, there are %d", attribute, counts[attribute], found[element])
		}
	}
	return found
}

func TestJUnitElements(t *testing.T) {
	for name, r := range samples() {
		for _, o := range []Options{{}, {ShowSecrets: true}, {ShowAllowed: true}} {
			if found := checkJUnit(t, written(t, "junit", r, o)); found["testcase"] == 0 {
				t.Errorf("%s: no test", name)
			}
		}
	}
}

// What can't stand in XML 1.0, and what means something in it, does no harm wherever
// it comes from.
func TestJUnitHostile(t *testing.T) {
	for c := range rune(0x30) {
		for _, s := range []string{string(c), "]]>" + string(c) + "<a&b>'\"", "\xff" + string(c), "\ufffe\uffff" + string(c) + "\ud7ff\U0010ffff"} {
			r := everywhere("0123456789", s, s)
			r.Scan.Problems = []finding.Problem{{Where: s, What: s, Hint: s}, {Where: s, What: s}}
			if found := checkJUnit(t, written(t, "junit", r, Options{ShowSecrets: c%2 == 0})); found["failure"] != 2 || found["error"] != 2 {
				t.Fatalf("%q: %v", s, found)
			}
		}
	}
}

func TestJUnitVerdicts(t *testing.T) {
	gone := finding.Problem{Where: "a", What: "gone"}
	locked := finding.Problem{Where: "b", What: "is encrypted", Low: true}
	for name, c := range map[string]struct {
		r    *Report
		want string
	}{
		"clean":      {&Report{Scan: finding.Scan{Complete: true}}, "1 0 0 0"},
		"incomplete": {&Report{}, "1 0 1 0"},
		"a problem":  {&Report{Scan: finding.Scan{Problems: []finding.Problem{gone, locked}}}, "2 0 1 1"},
		"findings":   {many(3), "3 3 0 0"},
		"the same":   {&Report{Findings: append(many(2).Findings, many(2).Findings...), Scan: finding.Scan{Complete: true}}, "4 4 0 0"},
		"too many":   {many(junitCases + 5), "15001 15001 0 0"},
		"problems":   {&Report{Scan: finding.Scan{Problems: slices.Repeat([]finding.Problem{gone}, junitProblems+5)}}, "1001 0 1001 0"},
		"checks":     {checked(), "6 2 1 2"},
	} {
		f := checkJUnit(t, written(t, "junit", c.r, Options{}))
		got := strings.Join([]string{strconv.Itoa(f["testcase"]), strconv.Itoa(f["failure"]), strconv.Itoa(f["error"]), strconv.Itoa(f["skipped"])}, " ")
		if got != c.want {
			t.Errorf("%s: %s, not %s", name, got, c.want)
		}
	}
	long := many(junitCases + 5)
	for _, f := range long.Findings {
		f.Path, f.Title = strings.Repeat("<", 400)+f.Path, strings.Repeat("&", 600)
		f.Steps = slices.Repeat([]string{strings.Repeat("step ", 60)}, 10)
	}
	if n := len(written(t, "junit", long, Options{})); n > 75_000_000 { // all of it escaped: five bytes a character
		t.Errorf("%d bytes", n)
	}
	for _, f := range long.Findings {
		f.Path, f.Title = strings.Repeat("x", 400)+f.Path, strings.Repeat("y", 600)
	}
	if n := len(written(t, "junit", long, Options{})); n > 30_000_000 {
		t.Errorf("%d bytes", n)
	}
}
