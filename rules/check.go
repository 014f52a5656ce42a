package rules

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// MaxSpan is the longest span of a rule, in bytes: half of what a chunk shows on
// either side of the bytes it owns (scanner/chunk's Reach), so that a rule that
// is tried beside another's find is still within sight.
const MaxSpan = 16 << 10

// minLiteral is the shortest literal, in bytes: shorter ones stand everywhere
// and would stop the search at every turn.
const minLiteral = 3

var idForm = lazily(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// checkPack looks at the pack's own keys and the IDs that hang on them.
func (d *decoder) checkPack() {
	if d.pack.provider == "" && d.pack.lines["provider"] == 0 {
		d.fail(1, "provider is missing")
	}
	if d.pack.title == "" && d.pack.lines["title"] == 0 {
		d.fail(1, "title is missing")
	}
	prefix := d.pack.prefix
	if prefix == "" {
		prefix = d.pack.provider
	}
	for _, r := range d.rules {
		if r.ID != "" && prefix != "" && r.ID != prefix && !strings.HasPrefix(r.ID, prefix+"-") {
			d.fail(r.line("id"), "rule %q does not begin with %q, the pack's provider (or its prefix, if it names one)", r.ID, prefix)
		}
	}
}

// checkRule looks at what a rule says of itself.
func (d *decoder) checkRule(r *Rule) {
	d.checkID(r)
	switch {
	case r.lines["of"] > 0:
		d.checkRefinement(r)
	case r.lines["path"] > 0 || r.lines["word"] > 0:
		d.fail(max(r.lines["path"], r.lines["word"]), "path and word belong to a rule with of")
	case r.lines["pattern"] > 0 && r.lines["alphabet"] > 0:
		d.fail(r.line("alphabet"), "a rule has a pattern or an alphabet, not both")
	case r.lines["pattern"] > 0:
		d.checkPatternRule(r)
	case r.lines["alphabet"] > 0:
		d.checkRunRule(r)
	default:
		d.fail(r.Line, "%s has neither pattern nor alphabet, nor refines another with of", r.label())
	}
	d.checkMeaning(r)
	if len(r.Examples) == 0 && r.lines["examples"] == 0 {
		d.fail(r.Line, "%s has no example (examples)", r.label())
	} else if len(r.Examples) == 0 && r.sound("examples") {
		d.fail(r.line("examples"), "examples is empty")
	}
	if len(r.CounterExamples) == 0 && r.sound("counter_examples") {
		d.fail(r.line("counter_examples"), "%s has no counter-example (counter_examples)", r.label())
	}
}

func (d *decoder) checkID(r *Rule) {
	switch {
	case r.lines["id"] == 0:
		d.fail(r.Line, "a rule without id")
	case r.ID != "" && !idForm().MatchString(r.ID):
		d.fail(r.line("id"), "id %q is not of lower-case letters and digits with single hyphens between", r.ID)
	}
	if r.lines["title"] == 0 {
		d.fail(r.Line, "%s has no title", r.label())
	}
}

// sound tells whether nothing was wrong with a key's value, so that what follows
// from a value that was not read is not told as another fault.
func (r *Rule) sound(key string) bool { return !slices.Contains(r.faulty, key) }

// label names the rule in a message.
func (r *Rule) label() string {
	if r.ID == "" {
		return "the rule"
	}
	return fmt.Sprintf("rule %q", r.ID)
}

// checkRefinement: a rule with of says where, and nothing about looking.
func (d *decoder) checkRefinement(r *Rule) {
	if r.lines["path"] == 0 && r.lines["word"] == 0 {
		d.fail(r.line("of"), "a rule with of needs path or word")
	}
	d.forbid(r, "a rule with of is not looked for, so it has no ",
		"literals", "fold_case", "pattern", "alphabet", "min", "max", "names", "near", "left", "right",
		"extend", "span", "part", "credential", "joined", "validators")
}

// forbid tells keys that have no meaning in this kind of rule.
func (d *decoder) forbid(r *Rule, why string, keys ...string) {
	for _, k := range keys {
		if n := r.lines[k]; n > 0 {
			d.fail(n, "%s%s", why, k)
		}
	}
}

func (d *decoder) checkPatternRule(r *Rule) {
	d.forbid(r, "a rule with a pattern has no ", "min", "max", "names", "near")
	if len(r.Literals) == 0 && r.sound("literals") {
		d.fail(r.line("literals"), "%s has no literals, so nobody would know where to try its pattern", r.label())
	}
	d.checkShort(r, "literals", r.Literals)
	if d.trusted || r.PatternSrc == "" {
		return
	}
	// Parsed as it is written, so that a parenthesis can't close the frame.
	re, err := syntax.Parse(r.PatternSrc, syntax.Perl)
	if err == nil {
		_, err = regexp.Compile(anchored(r.PatternSrc))
	}
	if err != nil {
		d.fail(r.line("pattern"), "pattern: %s", patternFault(err))
		return
	}
	if group := captured(re, 1); minLength(re) == 0 || group != nil && minLength(group) == 0 {
		d.fail(r.line("pattern"), "pattern can match nothing at all")
	}
	if re.MaxCap() > 1 {
		d.fail(r.line("pattern"), "pattern has more than one group; write (?:…) where none is meant")
	}
}

func (d *decoder) checkRunRule(r *Rule) {
	d.forbid(r, "a rule with an alphabet has no ", "literals", "fold_case")
	if len(r.Names) == 0 && len(r.Near) == 0 && r.sound("names") && r.sound("near") {
		d.fail(r.Line, "%s needs names or near: a run of characters alone says nothing", r.label())
	}
	d.checkShort(r, "names", r.Names)
	switch {
	case !r.sound("min") || !r.sound("max") || !r.sound("span"):
	case r.lines["min"] == 0 || r.lines["max"] == 0:
		d.fail(r.line("alphabet"), "an alphabet needs min and max")
	case r.Min < 1:
		d.fail(r.line("min"), "min must be at least 1")
	case r.Max < r.Min:
		d.fail(r.line("max"), "max is less than min")
	case r.Max > r.Span:
		d.fail(r.line("max"), "max is more than the span of %d", r.Span)
	}
	d.checkClass(r, "alphabet", r.Alphabet)
}

func (d *decoder) checkShort(r *Rule, key string, list []string) {
	for _, s := range list {
		if s != "" && len(s) < minLiteral {
			d.fail(r.line(key), "%s: %q is shorter than %d bytes", key, s, minLiteral)
		}
	}
}

func (d *decoder) checkClass(r *Rule, key, class string) {
	if d.trusted || class == "" {
		return
	}
	if _, err := Class(class); err != nil {
		d.fail(r.line(key), "%s: %v", key, err)
	}
}

// checkMeaning looks at the keys that every kind of rule may have.
func (d *decoder) checkMeaning(r *Rule) {
	d.checkClass(r, "left", r.Left)
	d.checkClass(r, "right", r.Right)
	if r.sound("span") && (r.Span < 1 || r.Span > MaxSpan) {
		d.fail(r.line("span"), "span must be from 1 to %d", MaxSpan)
	}
	d.oneOf(r, "confidence", r.Confidence, Confidences)
	d.oneOf(r, "severity", r.Severity, Severities)
	d.oneOf(r, "extend", r.Extend, []string{"url", "pem"})
	d.oneOf(r, "part", string(r.Part), []string{string(KeyID), string(SecretPart), string(SessionToken)})
	if (r.Part == NoPart) != (r.Credential == "") && r.sound("part") && r.sound("credential") {
		d.fail(max(r.line("part"), r.line("credential")), "part and credential belong together")
	}
	if r.lines["joined"] > 0 {
		d.oneOf(r, "joined", r.Joined.Severity, Severities)
		if r.Part != SecretPart {
			d.fail(r.line("joined"), "joined belongs to the rule of a credential's secret")
		}
	}
	for _, v := range r.Validators {
		if _, ok := ValidatorByName(v); !ok && v != "" {
			d.fail(r.line("validators"), "unknown validator %q%s", v, suggestion(v, ValidatorNames()))
		}
	}
}

func (d *decoder) oneOf(r *Rule, key, got string, allowed []string) {
	if got != "" && !slices.Contains(allowed, got) {
		d.fail(r.line(key), "unknown %s %q (one of %s)", key, got, strings.Join(allowed, ", "))
	}
}

// patternFault says what is wrong with a pattern, without the library's frame.
func patternFault(err error) string {
	var se *syntax.Error
	if errors.As(err, &se) {
		return fmt.Sprintf("%s: %s", se.Code, se.Expr)
	}
	return err.Error()
}
