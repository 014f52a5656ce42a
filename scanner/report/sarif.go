package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"
)

// sarifFormat is the Static Analysis Results Interchange Format, version 2.1.0 with
// errata 01 (OASIS), as GitHub's code scanning takes it (docs.github.com, "SARIF
// support for code scanning").
//
// Of the partial fingerprints GitHub uses primaryLocationLineHash alone. Its action
// upload-sarif works that out from the file, where the file is checked out, and warns
// if a report has another; so reports have it only for what is in no file of the work
// tree: in the history alone, or in a message. Whoever uploads by the API can take
// lockawaySecret/v1, which every result has.
//
// Severities are those of the rules there, not of the results: a rule has that of the
// worst of its results.
type sarifFormat struct{}

const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	// GitHub takes 25,000 results of a run and shows 5,000 of them, the worst.
	sarifResults, sarifShown = 25_000, 5000
	// It takes 1,000 places of a result and shows 100. sarifPlaces is how many further
	// places all results have together: the packed file must not be larger than 10 MB.
	sarifPlacesEach, sarifPlaces = 100, 50_000
	// sarifNotes is how many problems are named.
	sarifNotes = 1000
	sarifRoot  = "%SRCROOT%"
)

// sarifPrinter makes the objects of one report.
type sarifPrinter struct {
	m *Mask
	r *Report
	o Options
	// rules are the indexes of the rules.
	rules map[string]int
	// places is how many further places may still be told, lost how many were not.
	places, lost int
	// same counts the results by what their fingerprints are made of.
	same map[string]int
}

// Write writes the report. Results are encoded one by one.
func (sarifFormat) Write(w io.Writer, r *Report, o Options) error {
	m := maskFor(r, o)
	all := m.entries(r, o)
	kept := all
	if len(all) > sarifShown {
		kept = worstEntries(all)[:min(len(all), sarifResults)]
	}
	rules := m.sarifRules(kept)
	p := &sarifPrinter{m: m, r: r, o: o, rules: map[string]int{}, places: sarifPlaces, same: map[string]int{}}
	for i := range rules {
		p.rules[rules[i].ID] = i
	}
	head, err := encode(p.head(rules), "    ")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "{\n  \"$schema\": %q,\n  \"version\": %q,\n  \"runs\": [\n    %s,\n      \"results\": [", sarifSchema, sarifVersion, strings.TrimSuffix(string(head), "\n    }")); err != nil {
		return err
	}
	before, end := "\n        ", "]"
	for _, e := range kept {
		b, err := encode(p.result(e), "        ")
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", before, b); err != nil {
			return err
		}
		before, end = ",\n        ", "\n      ]"
	}
	tail, err := encode([]sarifInvocation{p.invocation(len(all), len(kept))}, "      ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s,\n      \"invocations\": %s\n    }\n  ]\n}\n", end, tail)
	return err
}

// head returns the fields of the run that stand before the results.
func (p *sarifPrinter) head(rules []sarifRule) sarifRun {
	version := cmp.Or(p.o.Version, "unknown")
	if n := strings.TrimPrefix(version, "v"); n != "" && '0' <= n[0] && n[0] <= '9' {
		version = n // readers compare versions that begin with a number
	}
	return sarifRun{
		Tool: sarifTool{sarifDriver{Name: "lockaway", Version: version, Rules: rules}},
		// GitHub takes what stands before the last slash for the category: a run of one
		// kind replaces what the run of that kind before it said.
		AutomationDetails: sarifID{"lockaway/" + p.r.Scan.Kind + "/"},
		ColumnKind:        "utf16CodeUnits",
		OriginalURIBaseIDs: map[string]sarifBase{sarifRoot: {sarifText{
			Text: "The root of the repository, or the folder in which lockaway was called.",
		}}},
	}
}

// invocation tells how the run went: what could not be read, and what the report
// leaves out.
func (p *sarifPrinter) invocation(all, kept int) sarifInvocation {
	s := &p.r.Scan
	out := sarifInvocation{ExecutionSuccessful: !p.r.failed()}
	if !s.Began.IsZero() {
		out.StartTime, out.EndTime = sarifTime(s.Began), sarifTime(s.Began.Add(s.Elapsed))
	}
	note := func(level, text string) {
		out.Notifications = append(out.Notifications, sarifNotification{Level: level, Message: sarifText{Text: text}})
	}
	for weight, text := range p.m.troubles(p.r, sarifNotes) {
		note([...]string{unread: "error", normal: "error", low: "warning"}[weight], text)
	}
	if all > kept {
		note("error", fmt.Sprintf("%s of %s results are left out, the least severe: GitHub takes %s", grouped(int64(all-kept)), grouped(int64(all)), grouped(sarifResults)))
	}
	if kept > sarifShown {
		note("warning", fmt.Sprintf("GitHub shows %s of these %s results, the worst", grouped(sarifShown), grouped(int64(kept))))
	}
	if p.lost > 0 {
		note("warning", fmt.Sprintf("%s further places of the results are left out", grouped(int64(p.lost))))
	}
	return out
}

func sarifTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
