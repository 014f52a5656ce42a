package report

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// result returns an entry's result.
func (p *sarifPrinter) result(e *entry) sarifResult {
	message := e.summary
	for _, d := range e.details {
		if d.Label == "what" || d.Label == "asked" || d.Label == "missing" {
			message += "; " + d.Text
		}
	}
	out := sarifResult{
		RuleID: e.rule, RuleIndex: p.rules[e.rule], Level: sarifLevelOf(e.severity),
		// Brackets are of embedded links (§3.11.6).
		Message:      sarifText{Text: strings.NewReplacer("[", "(", "]", ")").Replace(message) + "."},
		Locations:    []sarifLocation{{Physical: sarifPhysical{p.artifact(e.address), regionOf(e)}}},
		Fingerprints: map[string]string{},
		Properties: sarifProperties{
			SecuritySeverity: securitySeverity(e.severity), Severity: e.severity.String(), Confidence: e.confidence().String(), Fingerprint: e.fingerprint(),
		},
	}
	out.Fingerprints["lockawaySecret/v1"] = e.fingerprint()
	if !inWorkTree(e) {
		key := e.rule + "\x00" + e.fingerprint()
		p.same[key]++
		out.Fingerprints["primaryLocationLineHash"] = fmt.Sprintf("%s:%d", e.fingerprint(), p.same[key])
	}
	if e.check != nil {
		out.Properties.Status, out.Properties.Resources = string(e.check.Status), p.m.shownAll(e.check.Resources)
		return out
	}
	p.finding(&out, e.finding)
	return out
}

// finding adds what only a finding's result has.
func (p *sarifPrinter) finding(out *sarifResult, f *finding.Finding) {
	b := &out.Properties
	b.Source, b.Masked = string(f.Source), Visible(p.m.value(f.Value, identifies(f)))
	if p.o.ShowSecrets {
		b.Secret = jsonString(f.Value.Reveal())
	}
	if a := f.AWS; a != nil {
		b.AWS = &jsonAWS{a.KeyID, a.AccountID, a.Partition, a.Example, a.Canary}
	}
	b.Verification = p.m.verification(f.Verification)
	if g := f.Git; g != nil {
		b.Git = &sarifGit{Commit: g.Commit, Author: p.m.piece(g.Author)}
		if !g.Date.IsZero() {
			b.Git.Date = g.Date.Format(time.RFC3339)
		}
		if g.Placed {
			b.Git.AtTip, b.Git.Reachable = &g.AtTip, &g.Reachable
		}
	}
	if a := f.Allowed; a != nil {
		kind := "external"
		if a.By == "comment" { // the filter's own word for a comment beside the value
			kind = "inSource"
		}
		out.Suppressions = []sarifSuppression{{kind, "accepted", cmp.Or(p.m.shownText(a.Reason), "by "+p.m.shownText(a.By))}}
	}
	if len(f.Places) > 1 {
		p.related(out, f.Places[1:])
	}
}

// related adds a value's further places, as many as fit.
func (p *sarifPrinter) related(out *sarifResult, places []finding.Place) {
	n := min(len(places), sarifPlacesEach, p.places)
	p.places -= n
	p.lost += len(places) - n
	for i := range n {
		at := &places[i]
		text := "also here"
		if g := at.Git; g != nil && g.Commit != "" {
			text += ", by commit " + g.Commit[:min(len(g.Commit), shortID)]
		}
		line := max(at.StartLine, 1)
		out.Related = append(out.Related, sarifLocation{
			ID: i + 1, Message: &sarifText{Text: text},
			Physical: sarifPhysical{p.artifact(addressOf(at)), sarifRegion{StartLine: line}},
		})
	}
}

// inWorkTree tells whether an entry stands in a file that is likely checked out where
// a report is uploaded.
func inWorkTree(e *entry) bool {
	f := e.finding
	if f == nil {
		return false
	}
	switch f.Source {
	case chunk.File, chunk.Index:
		return true
	case chunk.Blob:
		return f.Path != "" && f.Git != nil && f.Git.AtTip && slices.Contains(f.Git.Refs, "HEAD")
	}
	return false
}

// artifact returns where a file is: relative to the root of the repository if it can
// be, else as an absolute URI. A path that begins with the scanned folder is relative
// to that, since it is likely the checkout's.
func (p *sarifPrinter) artifact(address string) sarifArtifact {
	path := strings.TrimPrefix(p.m.Text(address), "./")
	if !absolute(path) {
		if strings.HasPrefix(path, "../") {
			return sarifArtifact{URI: uri(path)}
		}
		return sarifArtifact{uri(path), sarifRoot}
	}
	if target := p.m.Text(filepath.ToSlash(p.r.Scan.Target)); absolute(target) {
		if rest, ok := strings.CutPrefix(path, strings.TrimSuffix(target, "/")+"/"); ok && rest != "" {
			return sarifArtifact{uri(rest), sarifRoot}
		}
	}
	return sarifArtifact{URI: "file://" + ifMissing("/", escaped(path))}
}

func absolute(path string) bool {
	return strings.HasPrefix(path, "/") || filepath.IsAbs(filepath.FromSlash(path))
}

func ifMissing(prefix, s string) string {
	if strings.HasPrefix(s, prefix) {
		return s
	}
	return prefix + s
}

// uri returns a path as a relative reference (RFC 3986 §4.2): a first segment that
// holds a colon would be taken for a scheme.
func uri(path string) string {
	s := escaped(path)
	if first, _, _ := strings.Cut(s, "/"); strings.Contains(first, ":") || first == "" {
		return "./" + s
	}
	return s
}

// escaped percent-encodes what may not stand in the path of a URI (RFC 3986 §3.3).
func escaped(path string) string {
	const plain = "/-._~!$&'()*+,;=:@"
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		if alphanumeric(rune(c)) || strings.IndexByte(plain, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// regionOf returns the region of an entry. Our columns count bytes, SARIF's UTF-16
// code units: they are worked out from the text around the value where that begins
// with the line; else bytes stand for them, which are at least as many.
func regionOf(e *entry) sarifRegion {
	r := sarifRegion{e.startLine, e.startColumn, e.endLine, e.endColumn}
	if e.finding == nil || len(e.finding.Layers) > 0 {
		return r
	}
	a := &e.finding.Around
	if a.Column != e.startColumn-1 || a.Column > len(a.Lines) {
		return r
	}
	r.StartColumn = units(a.Lines[:a.Column]) + 1
	last := a.Lines
	for range e.endLine - e.startLine {
		_, rest, ok := strings.Cut(last, "\n")
		if !ok {
			return r
		}
		last = rest
	}
	if e.endColumn-1 <= len(last) {
		r.EndColumn = units(last[:e.endColumn-1]) + 1
	}
	if r.EndLine == r.StartLine && r.EndColumn <= r.StartColumn {
		r.EndColumn = r.StartColumn + 1
	}
	return r
}

// units counts the UTF-16 code units of a text. A byte that is not UTF-8 is one, as
// decoders put one character in its place.
func units(s string) int {
	n := 0
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		n += utf16.RuneLen(r)
		s = s[size:]
	}
	return n
}
