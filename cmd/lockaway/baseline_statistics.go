package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lockaway/scanner/config"
	"lockaway/scanner/finding"
	"lockaway/scanner/report"
)

// tally counts entries by what they were judged to be.
type tally struct {
	real, reported, false, fixed, unjudged int
}

func (t *tally) add(k finding.Known) {
	switch k.Mark {
	case finding.Real:
		t.real++
	case finding.False:
		t.false++
	case finding.Fixed:
		t.fixed++
	default:
		t.unjudged++
	}
	if k.Reported {
		t.reported++
	}
}

// baselineStatistics tells how the entries of the baseline were judged.
func (a *app) baselineStatistics(b *baselineRun, paths []string) error {
	start := "."
	if len(paths) > 0 {
		start = paths[0]
	}
	if err := b.find(start); err != nil {
		return err
	}
	if !there(b.file) {
		return a.say("no baseline yet\n")
	}
	file, err := config.LoadBaseline(b.file, b.named)
	if err != nil {
		return err
	}
	var all tally
	rules := map[string]*tally{}
	for _, e := range file.Entries {
		all.add(e)
		if rules[e.Rule] == nil {
			rules[e.Rule] = &tally{}
		}
		rules[e.Rule].add(e)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %s\n", report.VisibleName(b.file), entries(len(file.Entries)))
	fmt.Fprintf(&out, "  %d real (%d still reported), %d false, %d fixed, %d not judged\n", all.real, all.reported, all.false, all.fixed, all.unjudged)
	if len(rules) > 0 {
		fmt.Fprintf(&out, "\n  %5s %5s %5s %10s  %s\n", "real", "false", "fixed", "not judged", "rule")
	}
	for _, id := range slices.Sorted(maps.Keys(rules)) {
		t := rules[id]
		fmt.Fprintf(&out, "  %5d %5d %5d %10d  %s\n", t.real, t.false, t.fixed, t.unjudged, report.Visible(id))
	}
	return a.say(out.String())
}
