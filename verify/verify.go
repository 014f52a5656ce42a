// Package verify asks the provider of found credentials whether they live, and whose
// they are: each credential once a run, however many places it stands in.
//
// It decides who may be asked about (keys laid out as alarms and keys of
// documentation are not), in which order and for how long, and what an answer makes of
// a finding's severity. The asking itself is a Verifier's; verify/aws has the one for
// AWS. The room knows nothing of networks, files and reports.
//
// Whatever goes wrong on the way to an answer leaves a credential "unknown" with the
// reason, never "dead": that nobody answered says nothing about a key.
package verify

import (
	"context"
	"time"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// Credential is what is asked about.
type Credential struct {
	// KeyID is an access key ID; never empty.
	KeyID string
	// Secret and Token are what stands beside it: the secret access key, and the
	// session token of a temporary key. Both are empty for an ID alone, the token for
	// a long-term key.
	Secret, Token finding.Secret
	// Partitions are those that the text around the key names, the nearest first. They
	// are what a stranger wrote, so they may order what is tried, and never add to it.
	Partitions []string
}

// Pair tells whether the credential holds more than an ID.
func (c Credential) Pair() bool { return c.Secret.Len() > 0 }

// Signs tells whether requests can be signed with it: a temporary key takes its token.
func (c Credential) Signs() bool {
	k, ok := awskey.Parse(c.KeyID)
	return ok && c.Pair() && (k.Kind != awskey.Temporary || c.Token.Len() > 0)
}

// Verifier asks one provider. Any number of goroutines may call it.
type Verifier interface {
	// Verify asks about one credential. It ends soon after ctx does, with what is known
	// by then, and never waits longer for an answer than its own limits say. What it
	// returns holds neither secret nor token, whatever a server sends.
	Verify(ctx context.Context, c Credential) finding.Verification
	// ByID tells whether it can ask about an ID alone: that takes credentials of the
	// operator's own.
	ByID() bool
}

// Options say whom to ask, and within which limits.
type Options struct {
	Verifier Verifier
	// CallCanaries asks about keys of accounts known for keys laid out as alarms, too.
	// Using one sets it off.
	CallCanaries bool
	// Concurrency is how many credentials are asked about at once, 4 if 0.
	Concurrency int
	// Total is how long all of it may take, 2 minutes if 0. What was not asked by then
	// is not called, with that as the reason.
	Total time.Duration
	// Before, if not nil, is called once, before the first call, with what is about to
	// be asked; not at all where nothing is.
	Before func(Plan)
	// Progress, if not nil, is told after each credential how many of all are done.
	// Calls don't overlap.
	Progress func(done, all int)
	// Now is the clock, time.Now if nil.
	Now func() time.Time
}

// Plan is what a run is about to do.
type Plan struct {
	// Pairs and IDs are how many credentials will be asked about: with a secret, which
	// their owner's CloudTrail will show, and by their ID alone, with the operator's
	// own credentials.
	Pairs, IDs int
	// Canaries are how many keys are spared because they are laid out as alarms;
	// CanariesCalled how many of Pairs are such keys, and called all the same.
	Canaries, CanariesCalled int
}

// Summary counts what was asked, by credentials, not by findings.
type Summary struct {
	Plan
	// Asked are those that some answer or error came back for.
	Asked int
	// By state; together they are all different credentials with a key ID.
	Live, Inactive, Dead, Unknown, NotCalled int
}

const (
	defaultConcurrency = 4
	defaultTotal       = 2 * time.Minute
	// grace is how long an answer that is on its way may still come in when time is up:
	// a verifier that honours its context needs far less.
	grace = 300 * time.Millisecond
)

func (o *Options) fill() {
	if o.Concurrency <= 0 {
		o.Concurrency = defaultConcurrency
	}
	if o.Total <= 0 {
		o.Total = defaultTotal
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

// Findings sets the Verification of every finding that holds a credential of AWS, and
// its Severity by that. Other findings are left as they are. It ends when Total or ctx
// does; what was not asked by then says so.
func Findings(ctx context.Context, fs []*finding.Finding, o Options) Summary {
	o.fill()
	r := newRun(o)
	for _, f := range fs {
		r.add(f)
	}
	r.ask(ctx)
	for _, f := range fs {
		if f.Verification = r.of(f); f.Verification != nil {
			f.Severity = Severity(f, f.Verification)
		}
	}
	return r.summary()
}

// One asks about a credential that stands in no finding, by the same rules as Findings.
func One(ctx context.Context, c Credential, o Options) finding.Verification {
	o.fill()
	r := newRun(o)
	k, ok := awskey.Parse(c.KeyID)
	if !ok {
		return notCalled("it is no access key ID of AWS")
	}
	q := r.question(c)
	if why := spared(k, &o); why != "" {
		r.spare(k, why)
		return notCalled(why)
	}
	q.wanted = true
	r.ask(ctx)
	return *r.answer(q)
}

func notCalled(reasons ...string) finding.Verification {
	return finding.Verification{State: finding.NotCalled, Reasons: reasons}
}
