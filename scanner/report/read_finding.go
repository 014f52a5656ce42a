package report

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

// summary takes over what a report says of its scan.
func (p *reader) summary(in *jsonScan) error {
	p.scan = true
	if in.Kind == "" {
		return fmt.Errorf("it doesn't say of what kind it was")
	}
	if in.Seconds < 0 || in.Seconds > math.MaxInt64/1e9-1 {
		return fmt.Errorf("it can't have taken %g seconds", in.Seconds)
	}
	s := &p.report.Scan
	*s = finding.Scan{
		Kind: in.Kind, Target: in.Target, Complete: in.Complete, Files: in.Files, Skipped: in.Skipped, Bytes: in.Bytes,
		Elapsed: time.Duration(math.Round(in.Seconds*1000)) * time.Millisecond,
		Allowed: in.Allowed, Foreign: in.Foreign, Hidden: in.Hidden, NotLive: in.NotLive, Unsure: in.Unsure, Rules: s.Rules,
	}
	var err error
	if s.Account, err = in.Account.read(); err != nil {
		return err
	}
	if in.Blobs != nil {
		s.Blobs = *in.Blobs
	}
	if in.Commits != nil {
		s.Commits = *in.Commits
	}
	for _, p := range in.Problems {
		if p.Weight != "low" && p.Weight != "normal" {
			return fmt.Errorf("a problem has the weight %q", p.Weight)
		}
		s.Problems = append(s.Problems, finding.Problem{Where: p.Where, What: p.What, Hint: p.Hint, Low: p.Weight == "low"})
	}
	return nil
}

// fingerprintForm is what a fingerprint looks like.
var fingerprintForm = lazily(`^[0-9a-f]{20}$`)

// read returns the finding that an object describes.
func (in *jsonFinding) read() (*finding.Finding, error) {
	f := &finding.Finding{Rule: in.Rule, Title: in.Title, Fingerprint: in.Fingerprint, Why: in.Why, Steps: in.Steps}
	var err error
	if f.Confidence, err = finding.ParseConfidence(in.Confidence); err != nil {
		return nil, err
	}
	if f.Severity, err = finding.ParseSeverity(in.Severity); err != nil {
		return nil, err
	}
	switch {
	case in.Rule == "":
		return nil, fmt.Errorf("it names no rule")
	case !fingerprintForm().MatchString(in.Fingerprint):
		return nil, fmt.Errorf("%q is no fingerprint", in.Fingerprint)
	case in.Length < 0:
		return nil, fmt.Errorf("a value has no length of %d", in.Length)
	}
	if a := in.AWS; a != nil {
		f.AWS = &finding.AWS{KeyID: a.KeyID, AccountID: a.AccountID, Partition: a.Partition, Example: a.Example, Canary: a.Canary}
	}
	f.Value = in.value()
	for _, p := range in.Parts {
		f.Parts = append(f.Parts, finding.Part{Kind: p.Kind, Value: p.value(), Line: p.StartLine})
	}
	for _, g := range in.Guidance {
		f.Guidance = append(f.Guidance, finding.Guidance{ID: g.ID, Title: g.Title, Advice: g.Advice})
	}
	if in.Expires != "" {
		if f.Expires, err = time.Parse(time.RFC3339, in.Expires); err != nil {
			return nil, fmt.Errorf("%q is no time at which a value ends", in.Expires)
		}
	}
	if f.Verification, err = in.Verification.read(); err != nil {
		return nil, err
	}
	if in.Allowed != nil {
		f.Allowed = &finding.Allowed{By: in.Allowed.By, Reason: in.Allowed.Reason}
	}
	first := jsonPlace{in.Path, in.PathBase64, in.StartLine, in.Source, in.Layers, in.Git}
	if f.Place, err = first.read(); err != nil {
		return nil, err
	}
	f.EndLine, f.StartColumn, f.EndColumn = in.EndLine, in.StartColumn, in.EndColumn
	for i := range in.Places {
		at, err := in.Places[i].read()
		if err != nil {
			return nil, err
		}
		if i == 0 && at.Path == f.Path && at.StartLine == f.StartLine {
			at.EndLine, at.StartColumn, at.EndColumn = f.EndLine, f.StartColumn, f.EndColumn
		}
		f.Places = append(f.Places, at)
	}
	return f, nil
}

// value returns a finding's value as far as the report tells it: all of it if that
// was asked for, or if it is an identifier.
func (in *jsonFinding) value() finding.Secret {
	candidates := []string{in.Secret, unescaped(in.Secret)}
	if a := in.AWS; a != nil && a.KeyID != "" && a.KeyID == in.Masked {
		candidates = []string{in.Masked}
	}
	for _, v := range candidates {
		// What isn't the value that was fingerprinted was altered, or was not UTF-8.
		if s := finding.NewSecret(v); v != "" && s.Fingerprint() == in.Fingerprint {
			return s
		}
	}
	return finding.MaskedSecret(in.Masked, in.Length)
}

func (p *jsonPart) value() finding.Secret {
	switch {
	case p.Secret != "":
		return finding.NewSecret(p.Secret)
	case p.Kind == "key-id":
		return finding.NewSecret(p.Masked)
	}
	return finding.MaskedSecret(p.Masked, 0)
}

// read returns the place that an object describes.
func (in *jsonPlace) read() (finding.Place, error) {
	at := finding.Place{Path: in.Path, StartLine: in.StartLine, EndLine: in.StartLine, Source: chunk.Kind(in.Source), Layers: in.Layers}
	if in.PathBase64 != "" {
		b, err := base64.StdEncoding.DecodeString(in.PathBase64)
		if err != nil {
			return at, fmt.Errorf("\"path_base64\" is no base64")
		}
		at.Path = string(b)
	}
	if in.StartLine < 0 {
		return at, fmt.Errorf("there is no line %d", in.StartLine)
	}
	if g := in.Git; g != nil {
		var err error
		if at.Git, err = g.read(at.Source); err != nil {
			return at, err
		}
	}
	return at, nil
}

// read returns the place in the history. The object that a commit's message stands
// in is the commit; a tag's or a tree's no report names.
func (in *jsonGit) read(source chunk.Kind) (*finding.Git, error) {
	g := &finding.Git{
		Repo: in.Repo, Object: in.Blob, Commit: in.Commit, Author: in.Author, Email: in.Email, Message: in.Message,
		Paths: in.Paths, MorePaths: max(in.MorePaths, 0), Refs: in.Refs, MoreRefs: max(in.MoreRefs, 0),
	}
	if source == chunk.CommitMessage || source == chunk.CommitAuthor {
		g.Object = in.Commit
	}
	if in.Date != "" {
		var err error
		if g.Date, err = time.Parse(time.RFC3339, in.Date); err != nil {
			return nil, fmt.Errorf("%q is no date", in.Date)
		}
	}
	if in.AtTip != nil && in.Reachable != nil {
		g.Placed, g.AtTip, g.Reachable = true, *in.AtTip, *in.Reachable
	}
	return g, nil
}

// escapes are what VisibleName writes.
var escapes = lazily(`\\(?:[nrt\\]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})`)

// unescaped takes back what VisibleName did: values that are not UTF-8 are written
// that way.
func unescaped(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return escapes().ReplaceAllStringFunc(s, func(e string) string {
		switch e[1] {
		case 'n':
			return "\n"
		case 'r':
			return "\r"
		case 't':
			return "\t"
		case '\\':
			return `\`
		}
		n, err := strconv.ParseUint(e[2:], 16, 32)
		if err != nil {
			return e
		}
		if e[1] == 'x' {
			return string([]byte{byte(n)})
		}
		return string(rune(n))
	})
}
