package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lockaway/rules"
	"lockaway/scanner"
	"lockaway/scanner/finding"
)

func (a *app) explainCommand() *cobra.Command {
	f := newFlags()
	cmd := &cobra.Command{
		Use:   "explain ID|FILE:LINE",
		Short: "Say why something is found, or not, and what to do",
		Long: "Print an entry of the guidance or a rule by its ID; or scan FILE and say of LINE\n" +
			"which rule matched, why with this confidence, which guidance applies and what to\n" +
			"do, in order. On a line without a finding it says what was considered and what\n" +
			"rejected it. Findings that are allowed or below the levels are told too.",
		Args:        arguments(1, 1, " ID|FILE:LINE"),
		Example:     "  lockaway explain KEY-09\n  lockaway explain aws-access-key\n  lockaway explain deploy/prod.env:12",
		Annotations: exitStatus("0  explained", "2  no such entry, rule, file or line; wrong usage"),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := a.explain(cmd, f, args[0])
			if err != nil {
				return err
			}
			_, err = a.out.WriteString(text)
			return writing("standard output", err)
		},
	}
	f.addRules(cmd.Flags())
	f.addLevels(cmd.Flags())
	f.addSecrets(cmd.Flags())
	f.addColor(cmd.Flags())
	completeValues(cmd)
	return cmd
}

var fileLine = regexp.MustCompile(`(?s)^(.+):([0-9]+)$`)

// explain returns the explanation of an ID or of a line of a file.
func (a *app) explain(cmd *cobra.Command, f *flags, what string) (string, error) {
	if m := fileLine.FindStringSubmatch(what); m != nil {
		n, err := strconv.Atoi(m[2])
		if err != nil || n < 1 {
			return "", failf("lines begin at 1", "no line %s", m[2])
		}
		s, err := a.setup(cmd.Flags(), f, m[1])
		if err != nil {
			return "", err
		}
		return a.explainLine(s, m[1], n)
	}
	guidance, err := rules.LoadGuidance()
	if err != nil {
		return "", err
	}
	style := a.style(f)
	if e := guidance.Entry(what); e != nil {
		return entryText(e, style), nil
	}
	s, err := a.setup(cmd.Flags(), f, ".")
	if err != nil {
		return "", err
	}
	if r := s.rules.Rule(what); r != nil {
		return ruleText(r, style), nil
	}
	if _, err := os.Lstat(what); err == nil {
		return "", failf("lockaway explain "+what+":LINE explains a line of it", "%q is a file, not an ID", what)
	}
	suggestion := guidance.Suggestion(what)
	if suggestion == "" {
		suggestion = s.rules.Suggestion(what)
	}
	return "", failf("lockaway rules list shows the rules; FILE:LINE explains a line of a file",
		"no entry of the guidance and no rule has the ID %q%s", what, suggestion)
}

// entryText is an entry of the guidance.
func entryText(e *rules.Entry, style style) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", style.bold(e.ID), style.bold(e.Title))
	fmt.Fprintf(&b, "severity  %s\n", e.Severity)
	paragraph(&b, style, "what the source says", e.Says)
	numbered(&b, style, "what to do", e.Advice)
	paragraph(&b, style, "source", e.Source)
	if len(e.See) > 0 {
		paragraph(&b, style, "see also", strings.Join(e.See, "\n"))
	}
	return b.String()
}

func paragraph(b *strings.Builder, style style, title, text string) {
	fmt.Fprintf(b, "\n%s\n", style.bold(title))
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		wrapTo(b, "  ", "  ", line)
	}
}

func numbered(b *strings.Builder, style style, title string, steps []string) {
	if len(steps) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", style.bold(title))
	for i, s := range steps {
		head := fmt.Sprintf("%3d. ", i+1)
		wrapTo(b, head, strings.Repeat(" ", len(head)), s)
	}
}

// wrapTo writes text in lines of 80 columns, with one indent for the first and
// another for the rest. Words longer than a line stand alone.
func wrapTo(b *strings.Builder, first, rest, text string) {
	line, empty := first, true
	for word := range strings.FieldsSeq(text) {
		if !empty && len([]rune(line))+1+len([]rune(word)) > 80 {
			b.WriteString(line + "\n")
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	b.WriteString(line + "\n")
}

// explained is what a scan of one file says of its lines.
type explained struct {
	result *scanner.Result
	steps  []step
	judged map[*finding.Finding][]string // what filters had to say
}

// explainLine scans a file and explains a line of it.
func (a *app) explainLine(s *setup, path string, line int) (string, error) {
	around, err := readLines(path, line-1, line+1)
	if err != nil {
		return "", err
	}
	if len(around) == 0 || around[len(around)-1].number < line {
		return "", failf("", "%q has no line %d", path, line)
	}
	e, err := a.scanForExplaining(s, path)
	if err != nil {
		return "", err
	}
	x := &explainer{e: e, setup: s, style: a.style(s.flags), path: path, line: line}
	return x.text(around), nil
}

func (a *app) scanForExplaining(s *setup, path string) (*explained, error) {
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
		j, func(st step) { e.steps = append(e.steps, st) })
	if err != nil {
		return nil, err
	}
	e.result, err = scanner.Run(a.ctx, o)
	if err == nil {
		a.tell(e.result.Scan.Problems)
	}
	return e, err
}

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

// on returns the findings that have to do with a line, and what was considered
// there.
func (e *explained) on(line int) (fs []*finding.Finding, steps []step) {
	for _, f := range e.result.Findings {
		here := f.StartLine <= line && line <= f.EndLine
		if here || slices.ContainsFunc(f.Parts, func(p finding.Part) bool { return p.Line == line }) {
			fs = append(fs, f)
		}
	}
	for _, s := range e.steps {
		if s.Line == line {
			steps = append(steps, s)
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.Column - b.Column })
	return fs, slices.Compact(steps)
}
