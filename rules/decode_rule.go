package rules

import (
	"regexp"

	"github.com/pelletier/go-toml/v2/unstable"
)

// The values of keys that a rule leaves out.
const (
	defaultSpan       = 512
	defaultConfidence = "medium"
	defaultSeverity   = "high"
)

var ruleKeys = []string{
	"id", "title", "description", "literals", "fold_case", "pattern", "left", "right",
	"alphabet", "min", "max", "names", "near", "extend", "span", "part", "credential",
	"joined", "validators", "of", "path", "word", "confidence", "severity", "guidance", "steps",
	"references", "examples", "counter_examples",
}

// ruleKey takes one key of a rule.
func (d *decoder) ruleKey(r *Rule, f field) {
	switch f.name {
	case "id":
		r.ID = f.str()
	case "title":
		r.Title = f.str()
	case "description":
		r.Description = f.str()
	case "literals":
		r.Literals = f.strs()
	case "fold_case":
		r.FoldCase = f.flag()
	case "pattern":
		r.PatternSrc = f.str()
	case "left":
		r.Left = f.str()
	case "right":
		r.Right = f.str()
	case "alphabet":
		r.Alphabet = f.str()
	case "min":
		r.Min = f.number()
	case "max":
		r.Max = f.number()
	case "names":
		r.Names = f.strs()
	case "near":
		r.Near = f.strs()
	case "extend":
		r.Extend = f.str()
	case "span":
		r.Span = f.number()
	default:
		d.meaningKey(r, f)
	}
}

// meaningKey takes a key that says what a find is, or checks the rule.
func (d *decoder) meaningKey(r *Rule, f field) {
	switch f.name {
	case "part":
		r.Part = Part(f.str())
	case "credential":
		r.Credential = f.str()
	case "joined":
		r.Joined = f.joined()
	case "validators":
		r.Validators = f.strs()
	case "of":
		r.Of = f.str()
	case "path":
		r.Path = f.regexp()
	case "word":
		r.Word = f.regexp()
	case "confidence":
		r.Confidence = f.str()
	case "severity":
		r.Severity = f.str()
	case "guidance":
		r.Guidance = f.strs()
	case "steps":
		r.Steps = f.strs()
	case "references":
		r.References = f.strs()
	case "examples":
		r.Examples = f.examples()
	case "counter_examples":
		r.CounterExamples = f.examples()
	default:
		d.fail(f.line, "unknown key %q%s", f.name, suggestion(f.name, ruleKeys))
	}
}

func (f field) regexp() *regexp.Regexp {
	src := f.str()
	re, err := regexp.Compile(src)
	if err != nil {
		f.d.fail(f.line, "%s: %s", f.name, patternFault(err))
		return nil
	}
	if src == "" {
		return nil
	}
	return re
}

// joined reads a table of rule, title and severity, each required.
func (f field) joined() (j Joined) {
	if !f.want(unstable.InlineTable) {
		return j
	}
	into := map[string]*string{"rule": &j.Rule, "title": &j.Title, "severity": &j.Severity}
	for it := f.v.Children(); it.Next(); {
		name, line := f.d.key(it.Node())
		if into[name] == nil {
			f.d.fail(line, "unknown key %q in joined (it has rule, title and severity)", name)
			continue
		}
		*into[name] = field{f.d, name, line, it.Node().Value()}.str()
	}
	if j.Rule == "" || j.Title == "" || j.Severity == "" {
		f.d.fail(f.line, "joined needs rule, title and severity")
	}
	return j
}
