package match

import (
	"slices"
	"strings"

	"lockaway/rules"
	"lockaway/rules/awskey"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

const (
	// lineReach is how much of a long line is kept on either side of a value: a
	// comment that allows it may stand so far away.
	lineReach = aroundReach
	// lineMax is how long the line before or after may be to be kept. A longer one
	// is no comment alone, and a part of it could pass for one.
	lineMax = 300
)

// headSize is how much of a text's beginning is kept for a header line.
const headSize = chunk.HeadSize

// finding makes the finding of a credential.
func (c credential) finding(w *Worker) *finding.Finding {
	m := c.main
	f := &finding.Finding{
		Rule: m.ID, Title: m.Title, Confidence: m.confidence, Severity: m.severity,
		Value: finding.NewSecret(m.value), Expires: m.expires, Why: slices.Clone(m.why),
	}
	if m.realRule != "" {
		f.Rule = m.realRule
	}
	f.Fingerprint = f.Value.Fingerprint()
	c.join(f)
	f.AWS = c.aws()
	c.place(f, w.chunk.Content)
	return f
}

// join fills in what only a credential of several parts has.
func (c credential) join(f *finding.Finding) {
	for _, p := range c.parts {
		f.Pieces = append(f.Pieces, p.pieces...)
		if p.Part != rules.NoPart {
			f.Parts = append(f.Parts, finding.Part{Kind: string(p.Part), Value: finding.NewSecret(p.value), Line: p.line, Column: p.column})
		}
	}
	if len(c.parts) < 2 {
		return
	}
	m, id := c.main, c.parts[0]
	if j := m.Joined; j.Rule != "" {
		f.Rule, f.Title = j.Rule, j.Title
		f.Severity, _ = finding.ParseSeverity(j.Severity)
	}
	// The parts stand for each other: what speaks against one, such as standing
	// in documentation, speaks against both; what is only unsaid by one is said
	// by the other.
	switch {
	case id.severity == finding.Info || m.severity == finding.Info:
		f.Severity, f.Confidence = finding.Info, finding.LowConfidence
	case m.named || id.line == m.line:
		f.Confidence = finding.HighConfidence
	default:
		f.Confidence = max(finding.MediumConfidence, m.confidence)
	}
	f.Why = append(f.Why, id.why...)
	f.Why = append(f.Why, "the secret stands beside its key ID")
}

// aws tells what the credential's key ID tells.
func (c credential) aws() *finding.AWS {
	id := ""
	if p := c.parts[0]; p.Part == rules.KeyID && strings.HasPrefix(p.Credential, "aws-") {
		id = p.value
	} else if strings.HasPrefix(c.main.ID, "aws-") && c.main.Part == rules.NoPart {
		id = keyIDIn(c.main.value)
	}
	k, ok := awskey.Parse(id)
	if !ok {
		return nil
	}
	a := &finding.AWS{KeyID: k.ID, AccountID: k.Account, Partition: "unknown", Example: k.Example, Canary: k.Canary}
	if a.AccountID == "" {
		a.AccountID = "unknown"
	}
	return a
}

// keyIDIn returns the key ID that an address or a token names as its signer's.
func keyIDIn(value string) string {
	for _, mark := range []string{"X-Amz-Credential=", "AWSAccessKeyId="} {
		if _, rest, ok := strings.Cut(value, mark); ok && len(rest) >= 20 {
			end := strings.IndexFunc(rest, func(r rune) bool { return !('A' <= r && r <= 'Z' || '0' <= r && r <= '9') })
			if end < 0 {
				end = len(rest)
			}
			return rest[:end]
		}
	}
	return ""
}

// place fills in where the finding stands: from its first part to its last.
func (c credential) place(f *finding.Finding, content *chunk.Content) {
	byPlace := slices.Clone(c.parts)
	slices.SortFunc(byPlace, compareFinds)
	first, last := byPlace[0], byPlace[0]
	for _, p := range byPlace {
		if p.end > last.end {
			last = p
		}
	}
	f.Place = finding.Place{
		Path: content.Path, Source: content.Kind, Layers: c.main.layers,
		StartLine: first.line, StartColumn: first.column, EndLine: last.endLine, EndColumn: last.endCol,
	}
	f.Raw = c.raw()
	f.Around = surrounding(first, last, c.main)
	if content.Object != "" || content.Repo != "" {
		f.Git = &finding.Git{Repo: content.Repo, Object: content.Object}
	}
}

// raw returns how the parts are written in the content, where that is not the main
// one's value.
func (c credential) raw() []finding.Secret {
	var out []finding.Secret
	for _, p := range c.parts {
		from, to := p.start-p.outerAt, p.end-p.outerAt
		if from < 0 || to > int64(len(p.outer)) || from >= to {
			continue // too long to be seen at once
		}
		if s := p.outer[from:to]; s != c.main.value {
			out = append(out, finding.NewSecret(strings.Clone(s)))
		}
	}
	return out
}

// surrounding cuts the lines around a credential out of what its last part knows
// of its surroundings.
func surrounding(first, last, main *find) finding.Around {
	text := last.outer
	s, e := int(max(first.start-last.outerAt, 0)), int(last.end-last.outerAt)
	s, e = min(s, len(text)), min(e, len(text))
	begin := max(strings.LastIndexByte(text[:s], '\n')+1, s-lineReach)
	end := e + lineReach
	if i := strings.IndexByte(text[e:], '\n'); i >= 0 {
		end = min(end, e+i)
	}
	a := finding.Around{Column: s - begin}
	a.Lines = whole(text[begin:min(end, len(text))])
	a.Before = first.above
	if end < len(text) && text[end] == '\n' {
		after, _, _ := strings.Cut(text[end+1:], "\n")
		a.After = whole(after[:min(len(after), lineMax)])
	}
	a.Near = main.near
	return a
}

// whole returns a copy, which does not keep the stretch alive that it was cut out
// of, without a carriage return at the end.
func whole(s string) string {
	return strings.Clone(strings.TrimSuffix(s, "\r"))
}
