package match

import (
	"fmt"
	"slices"

	"lockaway/rules"
	"lockaway/scanner/finding"
	"lockaway/scanner/internal/literal"
)

// Engine is a set of rules, made ready to be looked for. It is never changed
// after New and may be shared by any number of workers.
type Engine struct {
	plans  []*plan
	lits   []literal.Literal
	set    *literal.Set
	byLit  [][]anchor         // for each literal, what it may begin
	near   map[string][]*plan // for a rule's ID, the plans that look around its finds
	header []*plan            // plans whose name may stand in a header line
}

// anchor is what a literal may begin.
type anchor struct {
	plan  *plan
	named bool // the literal stands in the name, not in the value
}

// plan is a rule with what is worked out from it once.
type plan struct {
	*rules.Rule
	index       int
	size        int      // of its pattern, see sizeOf
	left, right *byteSet // who may not stand beside the value
	alphabet    *byteSet
	confidence  finding.Confidence
	severity    finding.Severity
	checks      []rules.Validator
}

// New makes an engine of the rules of a set. It fails when a rule names a
// validator or a level that does not exist, which loading has ruled out.
func New(set *rules.Set) (*Engine, error) {
	e := &Engine{near: map[string][]*plan{}}
	index := map[literal.Literal]int{}
	for _, r := range set.Rules() {
		if r.Of != "" {
			continue
		}
		p, err := newPlan(r, len(e.plans))
		if err != nil {
			return nil, err
		}
		e.plans = append(e.plans, p)
		for _, l := range r.Literals {
			e.anchor(index, literal.Literal{Bytes: l, Fold: r.FoldCase}, anchor{p, false})
		}
		for _, n := range r.Names {
			e.anchor(index, literal.Literal{Bytes: n, Fold: true}, anchor{p, true})
		}
		for _, id := range r.Near {
			e.near[id] = append(e.near[id], p)
		}
		if len(r.Names) > 0 && r.Part == rules.SecretPart {
			e.header = append(e.header, p)
		}
	}
	e.set = literal.New(e.lits)
	return e, nil
}

func (e *Engine) anchor(index map[literal.Literal]int, l literal.Literal, a anchor) {
	i, ok := index[l]
	if !ok {
		i = len(e.lits)
		index[l] = i
		e.lits = append(e.lits, l)
		e.byLit = append(e.byLit, nil)
	}
	if !slices.Contains(e.byLit[i], a) {
		e.byLit[i] = append(e.byLit[i], a)
	}
}

func newPlan(r *rules.Rule, index int) (*plan, error) {
	p := &plan{Rule: r, index: index, size: sizeOf(r)}
	var err error
	if p.confidence, err = finding.ParseConfidence(r.Confidence); err != nil {
		return nil, fmt.Errorf("rule %s: %w", r.ID, err)
	}
	if p.severity, err = finding.ParseSeverity(r.Severity); err != nil {
		return nil, fmt.Errorf("rule %s: %w", r.ID, err)
	}
	if p.left, err = class(r.Left); err != nil {
		return nil, fmt.Errorf("rule %s: left: %w", r.ID, err)
	}
	if p.right, err = class(r.Right); err != nil {
		return nil, fmt.Errorf("rule %s: right: %w", r.ID, err)
	}
	if p.alphabet, err = class(r.Alphabet); err != nil {
		return nil, fmt.Errorf("rule %s: alphabet: %w", r.ID, err)
	}
	for _, name := range r.Validators {
		v, ok := rules.ValidatorByName(name)
		if !ok {
			return nil, fmt.Errorf("rule %s: unknown validator %q", r.ID, name)
		}
		p.checks = append(p.checks, v)
	}
	return p, nil
}

// byteSet is a set of bytes.
type byteSet = [256]bool

// class reads a set of bytes as rules write it; the empty one is allowed.
func class(s string) (*byteSet, error) {
	if s == "" {
		return new(byteSet), nil
	}
	return rules.Class(s)
}
