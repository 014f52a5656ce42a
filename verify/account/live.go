package account

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"lockaway/scanner/finding"
	"lockaway/verify"
	"lockaway/verify/aws"
)

// Options say how a live account is read.
type Options struct {
	// AWS says with whose credentials (Operator, which has to be set), where, and how
	// fast. CallTimeout is 30 seconds if 0: a page of a large account takes its time.
	AWS aws.Options
	// KeyIDs are access keys whose last use is asked for before that of others: the
	// leaked ones. See LeakedIDs.
	KeyIDs []string
	// Total is how long all of it may take, 10 minutes if 0. What wasn't read by then is
	// missing, and a problem.
	Total time.Duration
	// Progress, if not nil, is told what is read, and of how many. Calls don't overlap.
	Progress func(what string, done, all int)

	wait func(context.Context, time.Duration) error // verify.Sleep if nil
}

const (
	defaultTotal       = 10 * time.Minute
	defaultCallTimeout = 30 * time.Second
	// attempts is how often a call is made that AWS has too much to do for; pause is how
	// long to wait before the second, doubled each time.
	attempts = 4
	pause    = time.Second
	// maxPages is how many pages of a list are read: 100 entries each, of some ten
	// thousand that quotas allow.
	maxPages = 1000
	// refusalsOfOne is after how many refusals in a row the next user isn't asked about.
	refusalsOfOne = 3
	// maxUses is how many keys are asked about besides those of KeyIDs: the credential
	// report tells of most what GetAccessKeyLastUsed does.
	maxUses = 200
)

// Read reads an account of AWS with the operator's own credentials. It makes no call
// that changes something but GenerateCredentialReport, by which AWS brings its own
// report up to date; Policy has all that it makes. A part that is refused is absent, and
// says by which permission it isn't; one that can't be had for another reason is a
// problem as well.
//
// An error says that there are no credentials, that AWS doesn't take them, doesn't
// answer, or that what answers isn't AWS; its method Hint, if it has one, what would do.
func Read(ctx context.Context, o Options) (*Snapshot, []finding.Problem, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(o.Total, defaultTotal))
	defer cancel()
	if o.AWS.CallTimeout == 0 {
		o.AWS.CallTimeout = defaultCallTimeout
	}
	if o.wait == nil {
		o.wait = verify.Sleep
	}
	c, err := aws.Connect(ctx, o.AWS)
	if err != nil {
		return nil, nil, err
	}
	r := &reader{Connection: c, o: o, s: &Snapshot{}}
	if err := r.whoAmI(ctx); err != nil {
		return nil, nil, err
	}
	r.all(ctx)
	if r.foreign != "" {
		return nil, nil, fmt.Errorf("what answers isn't AWS: the caller is of account %s, and its answers tell of account %s", r.s.ID, r.foreign)
	}
	if r.echoed() {
		return nil, nil, errors.New("what answers isn't AWS: its answers hold your own secret key")
	}
	return r.s, r.problems, nil
}

func (o *Options) now() time.Time {
	if o.AWS.Now != nil {
		return o.AWS.Now()
	}
	return time.Now()
}

// reader reads one account.
type reader struct {
	*aws.Connection
	o        Options
	s        *Snapshot
	problems []finding.Problem
	silent   int    // how many calls in a row got no answer
	over     string // why nothing more is asked, if so
	foreign  string // another account that answers tell of
}

// whoAmI finds out whose account it is. That takes no permission.
func (r *reader) whoAmI(ctx context.Context) error {
	got, err := asked(ctx, r, r.STS.GetCallerIdentity, &sts.GetCallerIdentityInput{})
	var f *aws.Failure
	switch {
	case errors.As(err, &f) && f.NotTaken:
		return hinted{fmt.Errorf("AWS doesn't take your credentials: %s", f), "`aws sts get-caller-identity` with the same credentials says more"}
	case errors.As(err, &f) && f.Silent:
		return hinted{fmt.Errorf("AWS can't be asked: %w", err), "is the network there, and the proxy that HTTPS_PROXY names? lockaway account --from FOLDER reads saved files without it"}
	case err != nil:
		return fmt.Errorf("AWS can't be asked: %w", err)
	}
	partition, account, ok := splitARN(sdk.ToString(got.Arn))
	if !ok || account != sdk.ToString(got.Account) || !isName(*got.Arn) {
		return errors.New("what answers isn't AWS: it names no caller")
	}
	r.s.ID, r.s.Partition, r.s.Caller = account, partition, *got.Arn
	return nil
}

// all reads part after part. The report comes last of those that are one call: AWS
// makes it meanwhile.
func (r *reader) all(ctx context.Context) {
	made := r.makeReport(ctx)
	r.summary(ctx)
	r.passwordPolicy(ctx)
	r.virtual(ctx)
	r.organization(ctx)
	r.alias(ctx)
	r.details(ctx)
	r.report(ctx, made)
	users := r.users(ctx)
	r.keys(ctx, users)
	r.uses(ctx)
	r.s.MFA.Missing, r.s.Certificates.Missing = "iam:ListMFADevices", "iam:ListSigningCertificates" // the report has what matters
}

// asked makes one call, again where AWS has too much to do.
func asked[In, Out, Option any](ctx context.Context, r *reader, f func(context.Context, *In, ...func(*Option)) (*Out, error), in *In) (*Out, error) {
	for attempt := 1; ; attempt++ {
		if r.over != "" {
			return nil, errors.New(r.over)
		}
		out, err := aws.Call(ctx, r.Connection, f, in)
		var failure *aws.Failure
		if !errors.As(err, &failure) {
			r.silent = 0
			return out, nil
		}
		if r.silent++; !failure.Silent {
			r.silent = 0
		}
		switch again := failure.Busy && attempt < attempts || failure.Silent && attempt < 2; {
		case ctx.Err() != nil:
			r.over = "the time limit came first"
			if errors.Is(ctx.Err(), context.Canceled) {
				r.over = "it was interrupted"
			}
			return nil, errors.New(r.over)
		case failure.NotTaken:
			r.over = failure.Error() // the session is over
			return nil, failure
		case r.silent >= attempts:
			r.over = failure.Error()
			return nil, failure
		case !again || r.o.wait(ctx, pause<<(attempt-1)) != nil:
			return nil, failure
		}
	}
}

// lost says that a part can't be had. What AWS refuses is no problem of the run: the
// checks say which permission is missing.
func lost[T any](r *reader, p *Part[T], action string, err error) {
	p.Missing = action
	var f *aws.Failure
	if errors.As(err, &f) && f.Refused {
		return
	}
	p.Missing += " (" + err.Error() + ")"
	if r.over != "" {
		r.problem("account "+r.s.ID, "not all of it was read: "+r.over, "")
		return
	}
	r.problem(action, "no answer: "+err.Error(), "")
}

func (r *reader) problem(where, what, hint string) {
	for _, p := range r.problems {
		if p.Where == where && p.What == what {
			return
		}
	}
	r.problems = append(r.problems, finding.Problem{Where: where, What: what, Hint: hint})
}

// have is a part that a call gave.
func have[T any](p *Part[T], action string, v T) {
	p.Value, p.Known, p.Source = v, true, action
}

// odd says that an answer is none of AWS's: nothing is taken of it.
func odd[T any](r *reader, p *Part[T], action string, err error) {
	*p = Part[T]{Missing: action + " (an answer that is none of AWS's)"}
	r.problem(action, "an answer that is none of AWS's: "+err.Error(), "")
}

// own notes if an ARN is of another account.
func (r *reader) own(arn string) {
	if _, account, ok := splitARN(arn); ok && account != r.s.ID {
		r.foreign = account
	}
}

// echoed tells whether the operator's secret stands anywhere in what was read.
func (r *reader) echoed() bool {
	text, err := json.Marshal(r.s)
	if err != nil {
		return true
	}
	for _, p := range r.problems {
		text = append(append(text, p.What...), p.Where...)
	}
	return r.Echoes(string(text))
}

// paged reads a list page by page. next makes one call from a marker on, takes in what
// it gave, and returns the next marker, nil at the end. more says why the list isn't
// whole, if so.
func (r *reader) paged(what string, next func(marker *string) (*string, error)) (pages int, more error) {
	seen := map[string]bool{}
	var marker *string
	for pages < maxPages {
		m, err := next(marker)
		if err != nil {
			return pages, err
		}
		pages++
		if m == nil || *m == "" {
			return pages, nil
		}
		if seen[*m] {
			return pages, errors.New("the same page came twice")
		}
		seen[*m] = true
		marker = m
		r.tell(what, pages, 0)
	}
	return pages, fmt.Errorf("there are more than %d pages", maxPages)
}

// marker is the next page's, nil for none.
func marker(truncated bool, m *string) *string {
	if !truncated {
		return nil
	}
	return m
}

func (r *reader) tell(what string, done, all int) {
	if r.o.Progress != nil {
		r.o.Progress(what, done, all)
	}
}

// makeReport has AWS make a credential report. The error is for the report's part, if
// there is none.
func (r *reader) makeReport(ctx context.Context) error {
	_, err := asked(ctx, r, r.IAM.GenerateCredentialReport, &iam.GenerateCredentialReportInput{})
	return err
}
