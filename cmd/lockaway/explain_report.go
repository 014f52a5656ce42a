package main

import (
	"fmt"
	"slices"
	"strings"

	"lockaway/scanner/finding"
	"lockaway/scanner/report"
)

const (
	// fewestDigits is how many digits of a fingerprint name it, if no other begins so.
	fewestDigits = 6
	// mostTold is how many findings of one fingerprint, and places of one finding, are
	// told.
	mostTold = 20
)

// isFingerprint tells whether a word can be nothing but a fingerprint, or begin one.
func isFingerprint(what string) bool {
	return len(what) >= fewestDigits && len(what) <= 20 && hexadecimal(strings.ToLower(what))
}

// hexadecimal tells whether a word is made of such digits, with letters in lower case.
func hexadecimal(s string) bool { return s != "" && strings.Trim(s, "0123456789abcdef") == "" }

// explainReported returns the explanation of a report's findings of a fingerprint.
func (a *app) explainReported(s *setup, what, path string) (string, error) {
	r, err := a.readReport(path)
	if err != nil {
		return "", err
	}
	fs, err := named(r, what, path)
	if err != nil {
		return "", err
	}
	x := &reported{telling{style: a.style(s.flags), show: s.showSecrets, playbook: s.playbook}}
	if !x.show {
		x.mask = report.NewMask(r.Findings)
	}
	return x.text(fs), nil
}

// named returns the findings whose fingerprint a word is, or of which it begins the
// only one.
func named(r *report.Report, what, path string) ([]*finding.Finding, error) {
	name := fmt.Sprintf("the report %q", path)
	if path == "-" {
		name = "the report"
	}
	begins := strings.ToLower(what)
	if !hexadecimal(begins) || len(what) > 20 {
		hint := "it is what \"fingerprint\" says in the report: 20 digits from 0 to 9 and a to f, or the first of them"
		if _, _, ok := fileLine(what); ok {
			hint += "; without --in, FILE:LINE is explained by scanning the file"
		}
		return nil, failf(hint, "%q is no fingerprint", what)
	}
	if len(what) < fewestDigits {
		return nil, failf(fmt.Sprintf("give %d digits at least", fewestDigits), "%q is too short for a fingerprint", what)
	}
	var fs []*finding.Finding
	var prints []string
	for _, f := range r.Findings {
		if strings.HasPrefix(f.Fingerprint, begins) {
			fs = append(fs, f)
			if !slices.Contains(prints, f.Fingerprint) {
				prints = append(prints, f.Fingerprint)
			}
		}
	}
	switch {
	case len(r.Findings) == 0:
		return nil, failf("", "%s has no findings", name)
	case len(prints) == 0:
		return nil, failf(fmt.Sprintf("it has %s, each with its \"fingerprint\"", counted(len(r.Findings), "finding")), "%s has no finding with the fingerprint %q", name, what)
	case len(prints) > 1:
		return nil, failf("give more digits: "+strings.Join(prints[:min(len(prints), 5)], ", "), "%q begins %d fingerprints", what, len(prints))
	}
	return fs, nil
}

// reported writes the explanation of findings that were read back.
type reported struct{ telling }

// text tells findings of one fingerprint: one of each rule, and the other places.
func (x *reported) text(fs []*finding.Finding) string {
	var first []*finding.Finding
	for _, f := range fs {
		if !slices.ContainsFunc(first, func(g *finding.Finding) bool { return g.Rule == f.Rule }) {
			first = append(first, f)
		}
	}
	for i, f := range first[:min(len(first), mostTold)] {
		if i > 0 {
			x.b.WriteByte('\n')
		}
		fmt.Fprintf(&x.b, "%s\n", x.style.bold(x.mask.Where(&f.Place)))
		x.one(f)
	}
	var others []string
	for _, f := range fs {
		if !slices.Contains(first, f) {
			others = append(others, x.mask.Where(&f.Place))
		}
	}
	if n := len(others); n > 0 {
		if n > mostTold {
			others = append(others[:mostTold], fmt.Sprintf("and %d more", n-mostTold))
		}
		paragraph(&x.b, x.style, "the same value stands in", strings.Join(others, "\n"))
	}
	return x.b.String()
}

// one tells a finding; where its file is there, also how to learn what matched in it.
func (x *reported) one(f *finding.Finding) {
	why := f.Why
	if command := x.mask.Explain(f); command != "" && f.Source == "file" && there(f.Path) {
		why = append(slices.Clip(why), "what matches in the file as it is now: "+command)
	}
	said := "yes"
	if f.Allowed != nil {
		said = "no, allowed by " + f.Allowed.By
		if f.Allowed.Reason != "" {
			said += ": " + f.Allowed.Reason
		}
	}
	x.finding(f, why, said)
}
