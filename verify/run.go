package verify

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// run is what is asked in one go.
type run struct {
	o     Options
	keys  map[string]*asking // by key ID
	order []*asking          // as they came
	holds map[*finding.Finding]held
	// canaries are the IDs of keys that are spared as alarms, others those that are not
	// asked about for another reason, unless they are in keys too.
	canaries, others map[string]bool
	asked            int
}

// asking is all that is asked about one key ID. It is done by one goroutine, one
// question after the other: AWS takes several secrets with one ID, tried in short
// order, for an attack.
type asking struct {
	id        string
	questions []*question
}

// question is one credential.
type question struct {
	c      Credential
	wanted bool             // somebody wants the answer
	first  *finding.Finding // where it stands
	answer *finding.Verification
}

// maxSecrets is how many different secrets are tried with one key ID. One ID has one
// secret; whoever writes many beside it wants us to try them.
const maxSecrets = 3

const whyManySecrets = "other secrets were tried with this key ID already, and more are not"

func newRun(o Options) *run {
	return &run{o: o, keys: map[string]*asking{}, holds: map[*finding.Finding]held{}, canaries: map[string]bool{}, others: map[string]bool{}}
}

// question returns the one of a credential.
func (r *run) question(c Credential) *question {
	a := r.keys[c.KeyID]
	if a == nil {
		a = &asking{id: c.KeyID}
		r.keys[c.KeyID] = a
		r.order = append(r.order, a)
	}
	for _, q := range a.questions {
		if q.c.Secret == c.Secret && q.c.Token == c.Token {
			for _, p := range c.Partitions {
				if !slices.Contains(q.c.Partitions, p) {
					q.c.Partitions = append(q.c.Partitions, p)
				}
			}
			return q
		}
	}
	q := &question{c: c}
	a.questions = append(a.questions, q)
	return q
}

// add takes a finding's question in.
func (r *run) add(f *finding.Finding) {
	if !ofAWS(f) {
		return
	}
	h := hold(f)
	if h.why == "" {
		h.why = spared(h.key, &r.o)
	}
	r.holds[f] = h
	if h.why != "" {
		r.spare(h.key, h.why)
		return
	}
	q := r.question(h.credential(f))
	q.wanted = true
	if q.first == nil {
		q.first = f
	}
}

// spare notes that nobody is asked about a key.
func (r *run) spare(k awskey.Key, why string) {
	switch {
	case why == whyCanary:
		r.canaries[k.ID] = true
	case k.ID != "":
		r.others[k.ID] = true
	}
}

// idle says why a question is answered without a call, "" if it isn't.
func (r *run) idle(q *question) string {
	switch k, _ := awskey.Parse(q.c.KeyID); {
	case !q.c.Pair() && !r.o.Verifier.ByID():
		return whyNoSecret
	case q.c.Pair() && k.Kind == awskey.Temporary && q.c.Token.Len() == 0 && !r.o.Verifier.ByID():
		return whyNoToken
	}
	return ""
}

// plan says what will be asked.
func (r *run) plan() Plan {
	p := Plan{Canaries: len(r.canaries)}
	for _, a := range r.order {
		for _, q := range a.questions {
			if r.idle(q) != "" {
				continue
			}
			if !q.c.Pair() {
				p.IDs++
				continue
			}
			p.Pairs++
			if k, _ := awskey.Parse(a.id); k.Canary {
				p.CanariesCalled++
			}
		}
	}
	return p
}

// ask answers all questions, within the limits.
func (r *run) ask(ctx context.Context) {
	plan := r.plan()
	if plan.Pairs+plan.IDs == 0 {
		return
	}
	if r.o.Before != nil {
		r.o.Before(plan)
	}
	inner, cancel := context.WithTimeout(ctx, r.o.Total)
	defer cancel()
	c := newCollector(r, inner)
	c.collect(r.o.Concurrency)
}

// answer is what is known of a question.
func (r *run) answer(q *question) *finding.Verification {
	if q.answer != nil {
		return q.answer
	}
	why := r.idle(q)
	v := notCalled(cmp.Or(why, "it was not asked about"))
	if why == whyNoToken {
		v.State = finding.Unknown
	}
	return &v
}

// of is the verification of a finding, nil if it isn't of AWS.
func (r *run) of(f *finding.Finding) *finding.Verification {
	h, ok := r.holds[f]
	if !ok {
		return nil
	}
	if h.why != "" {
		v := notCalled(h.why)
		return &v
	}
	c := h.credential(f)
	q := r.question(c)
	best := q
	if !c.Pair() {
		best = r.keys[h.id].telling(q)
	}
	v := clone(r.answer(best))
	switch {
	case best != q:
		v.Reasons = append([]string{fmt.Sprintf("asked with the secret that stands in %s:%d", best.first.Path, best.first.StartLine)}, v.Reasons...)
	case h.smtp && v.State == finding.NotCalled && slices.Contains(v.Reasons, whyNoSecret):
		v.Reasons = []string{whySMTP}
	}
	return v
}

// telling is the question whose answer says most of the key itself: that of a pair that
// lives, else that of the ID, else that of a pair that was asked about. A secret that
// doesn't fit says nothing of the key that it isn't of.
func (a *asking) telling(own *question) *question {
	asked := func(q *question) bool { return q.answer != nil && !q.answer.Asked.IsZero() }
	for _, q := range a.questions {
		if q.first != nil && asked(q) && q.answer.State == finding.Live {
			return q
		}
	}
	if asked(own) {
		return own
	}
	for _, q := range a.questions {
		if q.first != nil && q.c.Pair() && asked(q) {
			return q
		}
	}
	return own
}

// clone copies a verification: each finding has its own.
func clone(v *finding.Verification) *finding.Verification {
	c := *v
	c.Reasons, c.Refused, c.OtherKeys = slices.Clone(v.Reasons), slices.Clone(v.Refused), slices.Clone(v.OtherKeys)
	for _, b := range []**bool{&c.Admin, &c.Quarantined, &c.MFA} {
		if *b != nil {
			*b = new(**b)
		}
	}
	return &c
}

// summary counts.
func (r *run) summary() Summary {
	s := Summary{Plan: r.plan(), NotCalled: len(r.canaries), Asked: r.asked}
	for id := range r.others {
		if r.keys[id] == nil && !r.canaries[id] {
			s.NotCalled++
		}
	}
	for _, a := range r.order {
		for _, q := range a.questions {
			switch r.answer(q).State {
			case finding.Live:
				s.Live++
			case finding.Inactive:
				s.Inactive++
			case finding.Dead:
				s.Dead++
			case finding.Unknown:
				s.Unknown++
			default:
				s.NotCalled++
			}
		}
	}
	return s
}
