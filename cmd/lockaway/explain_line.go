package main

import (
	"fmt"
	"slices"
	"time"

	"lockaway/scanner"
	"lockaway/scanner/finding"
)

// explained is what a scan of one file says of its lines.
type explained struct {
	result *scanner.Result
	steps  []step
	judged map[*finding.Finding][]string // what filters had to say
	left   bool                          // ignore files or exclude leave the file out
}

// explainLine scans a file and explains a line of it.
func (a *app) explainLine(s *setup, path string, line int) (string, error) {
	around, last, err := readLines(path, line-1, line+1)
	if err != nil {
		return "", err
	}
	if last < line {
		hint := fmt.Sprintf("its last line is %d", last)
		if last == 0 {
			hint = "it is empty"
		}
		return "", failf(hint, "%q has no line %d", path, line)
	}
	e, err := a.scanForExplaining(s, path, line)
	if err != nil {
		return "", err
	}
	x := &explainer{telling: telling{style: a.style(s.flags), show: s.showSecrets, playbook: s.playbook}, e: e, setup: s, path: path, line: line}
	return x.text(around), nil
}

// scanForExplaining scans a file and keeps what was considered on a line and those
// beside it: of a large file, all of it would be too much.
func (a *app) scanForExplaining(s *setup, path string, line int) (*explained, error) {
	e := &explained{judged: map[*finding.Finding][]string{}}
	j, err := s.judging(time.Now())
	if err != nil {
		return nil, err
	}
	// The filters' words are kept, and the finding too, whatever they say.
	for i, f := range j.filters {
		j.filters[i].Judge = func(x *finding.Finding) scanner.Verdict {
			if v := f.Judge(x); v != scanner.Keep {
				e.judged[x] = append(e.judged[x], s.verdict(f.Name, x))
			}
			return scanner.Keep
		}
	}
	o, err := s.options(scanner.Options{Kind: "tree", Target: path, Source: fileSource(path), Threads: 1, ShowAllowed: true},
		j, func(st step) {
			if line-1 <= st.Line && st.Line <= line+1 && len(e.steps) < mostSteps {
				e.steps = append(e.steps, st)
			}
		})
	if err != nil {
		return nil, err
	}
	if e.result, err = scanner.Run(a.ctx, o); err != nil {
		return nil, err
	}
	a.tell(e.result, s.flags)
	a.status = status(&scanner.Result{Scan: e.result.Scan}, s.flags, true)
	e.left = leavesOut(a.ctx, s.treeSource([]string{path}))
	return e, nil
}

// mostSteps is how many things that were considered are kept: a line of a hundred
// megabytes may have millions.
const mostSteps = 10_000

// verdict words what a filter that didn't keep a finding says.
func (s *setup) verdict(name string, f *finding.Finding) string {
	if name == "level" {
		return fmt.Sprintf("hidden: below --min-confidence %s or --min-severity %s", s.minConfidence.value, s.minSeverity.value)
	}
	text := "allowed"
	if f.Allowed != nil {
		text += " by " + f.Allowed.By
		if f.Allowed.Reason != "" {
			text += ": " + f.Allowed.Reason
		}
	}
	return text
}

// on returns the findings that have to do with a line, those whose parts only
// stand around it, and what was considered there.
func (e *explained) on(line int) (fs, around []*finding.Finding, steps []step) {
	for _, f := range e.result.Findings {
		inside := f.StartLine <= line && line <= f.EndLine
		part := slices.ContainsFunc(f.Parts, func(p finding.Part) bool { return p.Line == line })
		switch {
		case part, inside && (len(f.Parts) < 2 || line == f.StartLine || line == f.EndLine):
			fs = append(fs, f)
		case inside:
			around = append(around, f)
		}
	}
	for _, s := range e.steps {
		// A name holds others (aws_secret, secret): the same is said of each.
		same := func(t step) bool { return t.Rule == s.Rule && t.What == s.What && t.Rejected == s.Rejected }
		if s.Line == line && !(s.Rejected && slices.ContainsFunc(steps, same)) {
			steps = append(steps, s)
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.Column - b.Column })
	return fs, around, slices.Compact(steps)
}
