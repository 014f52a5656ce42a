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
	h := hold(f, r.o.Now())
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
	switch {
	case q.c.Signs() || r.o.Verifier.ByID():
		return ""
	case q.c.Pair():
		return whyNoToken
	}
	return whyNoSecret
}

// plan says what will be asked.
func (r *run) plan() Plan {
	p := Plan{Canaries: len(r.canaries)}
	for _, a := range r.order {
		for _, q := range a.questions {
			if r.idle(q) != "" {
				continue
			}
			if !q.c.Signs() {
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
	if r.o.Before != nil && ctx.Err() == nil {
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
	if q := r.withID(&h); q != nil {
		return told(q, "asked with its key ID, which stands")
	}
	if h.why != "" {
		v := notCalled(h.why)
		return &v
	}
	q := r.question(h.credential(f))
	if best := r.keys[h.id].telling(q); best != q {
		what := "secret"
		if q.c.Pair() {
			what = "session token"
		}
		return told(best, "asked with the "+what+" that stands")
	}
	v := clone(r.answer(q))
	if h.smtp && v.State == finding.NotCalled && slices.Contains(v.Reasons, whyNoSecret) {
		v.Reasons = []string{whySMTP}
	}
	return v
}

// told is the answer to a question that another finding brought up.
func told(q *question, how string) *finding.Verification {
	v := clone(q.answer)
	v.Reasons = append([]string{fmt.Sprintf("%s in %s:%d", how, q.first.Path, q.first.StartLine)}, v.Reasons...)
	return v
}

// withID is the question about a pair whose secret a finding holds alone, if there is a
// verdict on it.
func (r *run) withID(h *held) *question {
	if !h.lone || !h.secret.Known() {
		return nil
	}
	for _, a := range r.order {
		for _, q := range a.questions {
			if q.answer == nil || q.first == nil || q.c.Secret != h.secret {
				continue
			}
			switch q.answer.State {
			case finding.Live, finding.Inactive, finding.Dead:
				return q
			}
		}
	}
	return nil
}

// telling is the question whose answer says most of what own asks about: own itself if it
// can sign, else that of the same key with all its parts if that lives, else own if it
// was asked about all the same, else that of the same key whatever came of it. A secret
// that doesn't fit says nothing of the key that it isn't of.
func (a *asking) telling(own *question) *question {
	if own.c.Signs() {
		return own
	}
	asked := func(q *question) bool { return q.answer != nil && !q.answer.Asked.IsZero() }
	whole := func(q *question) bool {
		return q.c.Signs() && q.first != nil && asked(q) && (!own.c.Pair() || q.c.Secret == own.c.Secret)
	}
	for _, q := range a.questions {
		if whole(q) && q.answer.State == finding.Live {
			return q
		}
	}
	if asked(own) {
		return own
	}
	if i := slices.IndexFunc(a.questions, whole); i >= 0 {
		return a.questions[i]
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
			if a.telling(q) != q {
				continue // another question answers it
			}
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
