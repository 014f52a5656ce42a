package aws

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
	"lockaway/verify"
)

const (
	// quirk is how long AWS takes a right signature for a wrong one after the same ID
	// came with another secret.
	quirk = 5 * time.Second
	// again is how long to wait before a request is sent once more: when its signature
	// was called wrong, for somebody else may have tried another secret just now, and
	// when AWS had too much to do.
	again = time.Second
)

// clients returns clients that sign with the given credentials and talk to a partition.
// They read no file and no variable of the environment that says where to, retry
// nothing and log nothing.
func clients(o *Options, client *http.Client, p partition, creds sdk.CredentialsProvider) (*sts.Client, *iam.Client) {
	var endpoint *string
	if o.Endpoint != "" {
		endpoint = &o.Endpoint
	}
	agent := userAgent(o)
	return sts.New(sts.Options{
			Region: p.region, Credentials: creds, HTTPClient: client, BaseEndpoint: endpoint,
			Retryer: sdk.NopRetryer{}, APIOptions: agent, DisableClockSkewCorrection: true,
		}), iam.New(iam.Options{
			Region: p.region, Credentials: creds, HTTPClient: client, BaseEndpoint: endpoint,
			Retryer: sdk.NopRetryer{}, APIOptions: agent, DisableClockSkewCorrection: true,
		})
}

// userAgent adds who asks to what the SDK says of itself.
func userAgent(o *Options) []func(*middleware.Stack) error {
	return []func(*middleware.Stack) error{awsmiddleware.AddUserAgentKeyValue("lockaway", cmp.Or(o.Version, "unknown"))}
}

// host names whom requests for a service in a partition go to, for messages.
func (o *Options) host(p partition) string {
	if o.Endpoint != "" {
		if u, err := CheckEndpoint(o.Endpoint); err == nil {
			return u.Host
		}
	}
	return "AWS (" + p.name + ")"
}

// pair asks about a key with its secret: each partition in turn, until one knows it.
func (v *Verifier) pair(ctx context.Context, cred verify.Credential, k awskey.Key) *finding.Verification {
	out := &finding.Verification{State: finding.Dead, Asked: v.o.Now()}
	provider := credentials.NewStaticCredentialsProvider(cred.KeyID, cred.Secret.Reveal(), cred.Token.Reveal())
	v.settle(ctx, cred.KeyID)
	var strangers []string // the partitions that don't know it
	sent := false
	for _, p := range v.order(cred.Partitions) {
		service, access := clients(&v.o, v.client, p, provider)
		who, f := v.identify(ctx, service, p, k)
		if f == nil {
			who.fill(out)
			q := &inquiry{v: v, iam: access, key: k, who: who, out: out, host: v.o.host(p), own: true}
			q.details(ctx)
			return out
		}
		if f.kind == unknownKey {
			strangers = append(strangers, p.name)
			continue
		}
		out.State, sent = finding.Unknown, sent || !f.unsent
		out.Reasons = append(out.Reasons, reason(p, f))
		if f.kind == ended {
			out.State, out.Partition = finding.Dead, p.name
			return out
		}
		if f.kind == wrongSecret {
			v.consult(ctx, k, out)
		}
		if f.kind == wrongSecret || f.kind == refused {
			return out // this partition knows the ID
		}
		if f.kind == skewed || ctx.Err() != nil {
			break // no other can be asked either
		}
	}
	out.Reasons = append(out.Reasons, unknownTo(strangers, k)...)
	switch {
	case out.State == finding.Dead:
		out.Reasons = append(out.Reasons, v.notTried(cred.Partitions)...)
		v.consult(ctx, k, out)
	case !sent && len(strangers) == 0:
		out.State, out.Asked = finding.NotCalled, time.Time{}
	}
	return out
}

// reason says what came of asking for a key's identity.
func reason(p partition, f *failure) string {
	switch f.kind {
	case ended:
		return "the session of this temporary key has ended (" + f.code + ")"
	case wrongSecret:
		return "the key ID is active in " + p.name + ", and the secret beside it isn't its own (" + f.code + ", twice)"
	case refused:
		return "AWS knows the key and refused even to say whose it is (" + f.code + "): it may well live"
	}
	if p.name != "aws" {
		return p.name + ": " + f.reason
	}
	return f.reason
}

// unknownTo says which partitions don't know a key, if any was asked.
func unknownTo(strangers []string, k awskey.Key) []string {
	switch {
	case len(strangers) == 0:
		return nil
	case k.Kind == awskey.Temporary:
		return []string{"unknown to " + strings.Join(strangers, ", ") + ": its session is over, or the token isn't its own"}
	}
	return []string{"unknown to " + strings.Join(strangers, ", ") + ": inactive or deleted"}
}

// notTried says which partitions may know a key and were not asked: one that the text
// around it names first.
func (v *Verifier) notTried(hints []string) (out []string) {
	asked := func(name string) bool {
		return slices.ContainsFunc(v.partitions, func(p partition) bool { return p.name == name })
	}
	hinted := slices.IndexFunc(hints, func(name string) bool { return regions[name] != "" && !asked(name) })
	if hinted >= 0 {
		name := hints[hinted]
		out = append(out, fmt.Sprintf("the text around it names %s, which was not tried (--partition %s tries it)", name, name))
	}
	var left []string
	for _, name := range open {
		if !asked(name) && (hinted < 0 || name != hints[hinted]) {
			left = append(left, name)
		}
	}
	if len(left) > 0 {
		out = append(out, "not tried: "+strings.Join(left, ", ")+" (--partition NAME tries one)")
	}
	return out
}

// order is that in which partitions are asked: those that the text names first. Only
// those that the user chose are among them.
func (v *Verifier) order(hints []string) []partition {
	rank := func(p partition) int {
		if i := slices.Index(hints, p.name); i >= 0 {
			return i
		}
		return len(hints)
	}
	out := slices.Clone(v.partitions)
	slices.SortStableFunc(out, func(a, b partition) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}

// identify asks STS whose a key is. That takes no permission: every key may.
func (v *Verifier) identify(ctx context.Context, service *sts.Client, p partition, k awskey.Key) (*caller, *failure) {
	for attempt := 0; ; attempt++ {
		traced, note := traced(ctx)
		answer, err := service.GetCallerIdentity(traced, &sts.GetCallerIdentityInput{})
		if err == nil && !note.html {
			return identity(answer, p, k, note)
		}
		f := v.failed(ctx, err, note, v.o.host(p))
		if f.kind == wrongSecret {
			v.mismatched(k.ID)
		}
		if attempt > 0 || f.kind != wrongSecret && f.kind != busy || v.wait(ctx, again) != nil {
			return nil, &f
		}
	}
}

// mismatched notes that a secret didn't fit its ID.
func (v *Verifier) mismatched(id string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.tried[id] = v.o.Now()
}

// settle waits until AWS has forgotten that another secret was tried with an ID.
func (v *Verifier) settle(ctx context.Context, id string) {
	v.mu.Lock()
	at, ok := v.tried[id]
	v.mu.Unlock()
	if left := quirk - v.o.Now().Sub(at); ok && left > 0 {
		_ = v.wait(ctx, min(left, quirk)) // whoever asks next sees that time is up
	}
}
