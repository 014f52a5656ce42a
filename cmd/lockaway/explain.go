package main

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"lockaway/rules"
	"lockaway/scanner/report"
)

func (a *app) explainCommand() *cobra.Command {
	f := newFlags()
	in := ""
	cmd := &cobra.Command{
		Use:   "explain ID|FILE:LINE|FINGERPRINT",
		Short: "Say why something is found, or not, and what to do",
		Long: "Print an entry of the guidance or a rule by its ID; or scan FILE and say of LINE\n" +
			"which rule matched, why with this confidence, which guidance applies and what to\n" +
			"do, in order. On a line without a finding it says what was considered and what\n" +
			"rejected it. Findings that are allowed or below the levels are told too.\n\n" +
			"FILE:LINE:COLUMN, as reports and editors write it, is taken for FILE:LINE.\n\n" +
			"With --in, tell what a report (JSON or JSONL) has on the finding of FINGERPRINT,\n" +
			"of which the first digits will do. With --playbook, tell what to do in full.",
		Args: arguments(1, 1, " ID|FILE:LINE|FINGERPRINT"),
		Example: "  lockaway explain KEY-09\n  lockaway explain aws-access-key\n  lockaway explain deploy/prod.env:12\n" +
			"  lockaway explain deploy/prod.env:12 --playbook\n  lockaway explain 3f2a9c01 --in findings.json --playbook",
		Annotations: exitStatus("0  explained", "2  no such entry, rule, file, line or fingerprint; wrong usage"),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := a.explain(cmd, f, args[0], in)
			if err != nil {
				return err
			}
			_, err = a.out.WriteString(text)
			return writing("standard output", err)
		},
	}
	cmd.ValidArgsFunction = completeIDs
	f.addRules(cmd.Flags())
	f.addBaseline(cmd.Flags())
	f.addLevels(cmd.Flags())
	f.addSecrets(cmd.Flags())
	f.addColor(cmd.Flags())
	cmd.Flags().Var((*fileName)(&in), "in", "explain a finding of this report, - for standard input")
	cmd.Flags().BoolVar(&f.playbook, "playbook", false, "say what to do in full, with commands to copy")
	completeValues(cmd)
	return cmd
}

// explain returns the explanation of an ID, of a line of a file, or of a finding of
// the report named in.
func (a *app) explain(cmd *cobra.Command, f *flags, what, in string) (string, error) {
	if in != "" {
		s, err := a.setup(cmd.Flags(), f, ".")
		if err != nil {
			return "", err
		}
		return a.explainReported(s, what, in)
	}
	if path, line, ok := fileLine(what); ok {
		n, err := strconv.Atoi(line)
		if err != nil || n < 1 {
			return "", failf("lines begin at 1", "no line %s", line)
		}
		s, err := a.setup(cmd.Flags(), f, path)
		if err != nil {
			return "", err
		}
		return a.explainLine(s, path, n)
	}
	text, err := a.explainID(cmd, f, what)
	if err == nil && f.playbook {
		return "", failf("lockaway explain FILE:LINE --playbook, or FINGERPRINT --in REPORT --playbook", "--playbook is for findings, and %q is none", what)
	}
	return text, err
}

// explainID returns an entry of the guidance, or a rule.
func (a *app) explainID(cmd *cobra.Command, f *flags, what string) (string, error) {
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
	return "", unexplained(what, cmp.Or(guidance.Suggestion(what), s.rules.Suggestion(what)))
}

// unexplained is the error for what is no ID and no FILE:LINE.
func unexplained(what, suggestion string) error {
	if there(what) {
		return failf("lockaway explain "+what+":LINE explains a line of it", "%q is a file, not an ID", what)
	}
	if i := strings.LastIndexByte(what, ':'); i > 0 && there(what[:i]) {
		return failf("lockaway explain "+what[:i]+":LINE, with a number from 1 on", "%q is no number of a line", what[i+1:])
	}
	if isFingerprint(what) {
		return failf("lockaway explain "+what+" --in REPORT", "%q can only be a fingerprint, and those are explained by a report", what)
	}
	return failf("lockaway rules list shows the rules; FILE:LINE explains a line of a file",
		"no entry of the guidance and no rule has the ID %q%s", what, suggestion)
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

var lineBehind = regexp.MustCompile(`(?s)^(.+):([0-9]+)$`)

// fileLine takes FILE:LINE apart. Reports and editors write FILE:LINE:COLUMN too;
// as names may hold colons, it is taken for that only where no file is named
// FILE:LINE.
func fileLine(what string) (path, line string, ok bool) {
	m := lineBehind.FindStringSubmatch(what)
	if m == nil {
		return "", "", false
	}
	if up := lineBehind.FindStringSubmatch(m[1]); up != nil && !there(m[1]) && there(up[1]) {
		m = up
	}
	return m[1], m[2], true
}

// entryText is an entry of the guidance.
func entryText(e *rules.Entry, style style) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", style.bold(e.ID), style.bold(e.Title))
	fmt.Fprintf(&b, "severity  %s\n", e.Severity)
	paragraph(&b, style, "what the source says", e.Says)
	paragraph(&b, style, "when it applies", e.Applies)
	numbered(&b, style, "what to do", e.Advice)
	for _, c := range e.When {
		if len(c.Advice) > 0 {
			numbered(&b, style, "what to do with "+c.Of, c.Advice)
		}
	}
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
// another for the rest. Words longer than a line stand alone, and so do commands
// between backquotes: they are to be copied.
func wrapTo(b *strings.Builder, first, rest, text string) {
	for i, line := range report.Wrap(text, 80-utf8.RuneCountInString(first)) {
		if i > 0 {
			first = rest
		}
		b.WriteString(strings.TrimRight(first+line, " ") + "\n")
	}
}
