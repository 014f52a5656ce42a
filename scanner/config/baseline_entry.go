package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lockaway/scanner/finding"
)

// entry reads one entry that begins on a line.
func (r *baselineReader) entry(line int, raw json.RawMessage) (finding.Known, bool) {
	var in baselineEntry
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		r.fail(line, entryFault(err))
		return finding.Known{}, false
	}
	k := finding.Known{
		Fingerprint: strings.ToLower(in.Fingerprint), Rule: in.Rule, Path: in.Path, Reason: strings.TrimSpace(in.Reason),
		Mark: finding.Mark(in.Mark), Reported: in.Reported, History: in.History, By: in.By, On: in.On,
		From: fmt.Sprintf("%s:%d", r.b.File, line),
	}
	if what := r.knownFault(&k); what != "" {
		r.fail(line, what)
		return k, false
	}
	r.seen[k.Fingerprint] = line
	return k, true
}

// knownFault says what is wrong with an entry. What stands in place of a fingerprint is
// never quoted: people paste the secret itself there.
func (r *baselineReader) knownFault(k *finding.Known) string {
	switch first := r.seen[k.Fingerprint]; {
	case !finding.IsFingerprint(k.Fingerprint):
		return "an entry's fingerprint must be the 20 hexadecimal digits that a report shows"
	case first > 0:
		return fmt.Sprintf("the fingerprint %s stands in line %d already: one entry has to go", k.Fingerprint, first)
	case k.Reason == "":
		return "an entry without a reason"
	case k.Mark != finding.Unjudged && !slices.Contains(finding.Marks(), k.Mark):
		return fmt.Sprintf("unknown mark %s (one of %s, %s, %s)", quoted(string(k.Mark)), finding.Real, finding.False, finding.Fixed)
	}
	for _, text := range []string{k.Rule, k.Path, k.Reason, k.By} {
		if len(text) > maxKnownText {
			return fmt.Sprintf("a text of an entry is longer than %d bytes", maxKnownText)
		}
	}
	if k.On != "" {
		if _, err := time.Parse(time.DateOnly, k.On); err != nil {
			return "on must be a date, such as 2030-12-31"
		}
	}
	return ""
}

// entryFault words what is wrong with an entry's JSON, without a value of it.
func entryFault(err error) string {
	if te, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if te.Field == "" {
			return "an entry must be an object"
		}
		want := "a string"
		if te.Type.Kind().String() == "bool" {
			want = "true or false"
		}
		return fmt.Sprintf("%s must be %s, not %s", te.Field, want, te.Value)
	}
	if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
		name = strings.Trim(name, `"`)
		return fmt.Sprintf("unknown key %s in an entry%s", quoted(name), nearest(name, baselineKeys))
	}
	return printable(err.Error())
}
