package config

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"lockaway/scanner/finding"
)

const (
	// maxAllow is how many allow entries a file may have: each may be tried on
	// every finding. Who needs more wants a baseline.
	maxAllow = 5000
	// maxValue is how many bytes long a value pattern may be.
	maxValue = 1000
	// maxProgram is how many instructions (see size) all value patterns of a file
	// may come to, together: a few characters (x{1000}) may make thousands, and
	// matching takes as many steps for each byte of a value at worst.
	maxProgram = 10_000
	// maxWild is how many bytes all path patterns with wildcards may have.
	maxWild = 64 << 10
)

var allowKeys = []string{"rule", "path", "fingerprint", "value", "reason", "until"}

// allow reads one [[allow]] entry.
func (r *reader) allow(t table) {
	e := finding.AllowEntry{From: r.from(t.pos)}
	before, has := len(r.errs), map[string]bool{}
	for _, k := range t.keys {
		has[k.name] = true
		r.allowKey(&e, k)
	}
	if !has["reason"] {
		r.fail(t.pos, "an allow entry without a reason")
	}
	if !has["rule"] && !has["path"] && !has["fingerprint"] && !has["value"] {
		r.fail(t.pos, "an allow entry without a condition (rule, path, fingerprint or value)")
	}
	if len(r.errs) > before {
		return
	}
	if len(r.c.Allow) == maxAllow {
		r.fail(t.pos, fmt.Sprintf("more than %d allow entries", maxAllow))
		return
	}
	r.c.Allow = append(r.c.Allow, e)
}

func (r *reader) allowKey(e *finding.AllowEntry, k key) {
	switch k.name {
	case "rule":
		e.Rule = r.text(k)
	case "path":
		if e.Path = r.text(k); e.Path != "" {
			r.path(k)
		}
	case "fingerprint":
		if e.Fingerprint = strings.ToLower(r.text(k)); e.Fingerprint != "" && !finding.IsFingerprint(e.Fingerprint) {
			r.fail(k.value.pos, "fingerprint must be the 20 hexadecimal digits that a report shows")
		}
	case "value":
		if e.Value = r.text(k); e.Value != "" {
			r.pattern(k)
		}
	case "reason":
		text := r.text(k)
		if e.Reason = strings.TrimSpace(text); e.Reason == "" && text != "" {
			r.fail(k.value.pos, "reason is blank")
		}
	case "until":
		e.Until = r.date(k)
	default:
		r.unknownKey(k, "in [[allow]]", allowKeys)
	}
}

// date reads a TOML date. A time of day would promise more than is kept.
func (r *reader) date(k key) time.Time {
	if k.kind == unstable.LocalDate {
		if t, err := time.Parse(time.DateOnly, k.text); err == nil {
			return t
		}
	}
	r.fail(k.value.pos, "until must be a date without quotes and time, such as 2030-12-31")
	return time.Time{}
}

// path checks an entry's path pattern.
func (r *reader) path(k key) {
	if k.text[0] == '!' {
		r.fail(k.value.pos, "path can't be negated with ! (each entry stands for itself)")
		return
	}
	if what := badPattern(k.text); what != "" {
		r.fail(k.value.pos, "path "+what)
		return
	}
	if !strings.ContainsAny(k.text, "*?[") || r.wild < 0 {
		return
	}
	if r.wild -= len(k.text); r.wild < 0 {
		r.fail(k.value.pos, "path: the path patterns of this file are too many and too long")
	}
}

// pattern checks a value's regular expression. What is wrong is told without
// quoting it.
func (r *reader) pattern(k key) {
	if len(k.text) > maxValue {
		r.fail(k.value.pos, fmt.Sprintf("value is longer than %d bytes", maxValue))
		return
	}
	re, err := syntax.Parse(k.text, syntax.Perl)
	if err != nil {
		what := "value is not a regular expression"
		if se := (*syntax.Error)(nil); errors.As(err, &se) {
			what += ": " + se.Code.String()
		}
		r.fail(k.value.pos, what)
		return
	}
	if r.budget < 0 {
		return // told once
	}
	if r.budget -= size(re); r.budget < 0 {
		r.fail(k.value.pos, "value: the value patterns of this file are too large together")
	}
}
