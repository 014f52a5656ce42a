// Package aws asks AWS about access keys: the security token service (STS) whose a key
// is and whether it lives, and identity and access management (IAM), as far as the key
// itself may ask there, when it was last used and what its owner may do.
//
// A found key is sent to nobody but AWS's own endpoints of the partitions that the
// user chose, or to the one address that the user gave: environment variables, files of
// the user's and of what was scanned don't change that. Its secret signs requests
// (Signature Version 4) and never leaves the process; errors of the SDK and messages of
// servers are told in words of ours, for they may hold what was sent.
//
// The room knows nothing of files and reports. Calls that change something are not
// among those it makes; each call stands in the CloudTrail of the key's owner.
package aws

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
	"lockaway/verify"
)

// Options say whom to ask and how.
type Options struct {
	// Partitions are asked besides aws, which always is: a key is known in its own
	// alone, and its ID doesn't tell which that is.
	Partitions []string
	// Endpoint takes the place of AWS's own, for every service and partition: see
	// CheckEndpoint.
	Endpoint string
	// Operator names credentials of the operator's own, to ask by a key ID alone. Nil:
	// none are looked for.
	Operator *Operator
	// Version is the program's, for the User-Agent header: "lockaway/VERSION" is added to
	// the SDK's own.
	Version string
	// CallTimeout is how long one request may take, 8 seconds if 0.
	CallTimeout time.Duration
	// Rate is how many requests may be sent a second, 5 if 0. STS and IAM limit
	// requests for each account, and the account's owner works there too.
	Rate float64
	// Proxy is http.ProxyFromEnvironment if nil. Plain HTTP never goes through one.
	Proxy func(*http.Request) (*url.URL, error)
	// Now is the clock, time.Now if nil.
	Now func() time.Time
}

const (
	defaultCallTimeout = 8 * time.Second
	defaultRate        = 5
	// maxAnswer is how long an answer about one key may be, in bytes: the longest are
	// policies, of 10 KiB at most, written in percent-encoding.
	maxAnswer = 1 << 20
)

// Verifier asks AWS. It implements verify.Verifier.
type Verifier struct {
	o          Options
	partitions []partition
	client     *http.Client
	transport  *transport
	operator   *operator // nil without
	wait       func(context.Context, time.Duration) error

	mu    sync.Mutex
	tried map[string]time.Time // by key ID, when a secret that doesn't fit was tried
}

// partition is one of AWS's separate worlds.
type partition struct {
	name   string
	region string // whose endpoint of STS is asked, and requests are signed for
}

// regions of STS that are asked. Every session token is good at a region's own
// endpoint, but not at the global one (IAM User Guide, "Manage AWS STS in an AWS
// Region"); these are on in every account.
var regions = map[string]string{
	"aws":        "us-east-1",
	"aws-cn":     "cn-north-1",
	"aws-us-gov": "us-gov-west-1",
	"aws-eusc":   "eusc-de-east-1",
	"aws-iso":    "us-iso-east-1",
	"aws-iso-b":  "us-isob-east-1",
	"aws-iso-e":  "eu-isoe-west-1",
	"aws-iso-f":  "us-isof-south-1",
}

// open are the partitions that can be reached from the internet, in the order in which
// they are named to users.
var open = []string{"aws", "aws-cn", "aws-us-gov", "aws-eusc"}

// Partitions are the names that Options.Partitions takes.
func Partitions() []string {
	out := slices.Clone(open)
	for _, name := range slices.Sorted(maps.Keys(regions)) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// New makes a verifier. It reads no file and opens no connection, but for the
// operator's credentials where they are asked for; getting those may take a request
// (to assume a role), and ends when ctx does. An error is a wrong option, or says why
// there are no such credentials; its method Hint, if it has one, says what would do.
func New(ctx context.Context, o Options) (*Verifier, error) {
	v := &Verifier{o: o, partitions: []partition{{"aws", regions["aws"]}}, wait: verify.Sleep, tried: map[string]time.Time{}}
	for _, name := range o.Partitions {
		region, ok := regions[name]
		if !ok {
			return nil, fmt.Errorf("unknown partition %q (one of %s)", name, strings.Join(Partitions(), ", "))
		}
		if p := (partition{name, region}); !slices.Contains(v.partitions, p) {
			v.partitions = append(v.partitions, p)
		}
	}
	if v.o.Now == nil {
		v.o.Now = time.Now
	}
	var err error
	if v.client, v.transport, err = newClient(&v.o, maxAnswer, nil); err != nil {
		return nil, err
	}
	if o.Operator != nil {
		c, err := connect(ctx, &v.o, v.transport)
		if err != nil {
			return nil, err
		}
		v.operator = &operator{Connection: c, v: v}
	}
	return v, nil
}

// ByID implements verify.Verifier.
func (v *Verifier) ByID() bool { return v.operator != nil }

// Requests is how many requests were sent so far.
func (v *Verifier) Requests() int { return int(v.transport.shared.sent.Load()) }

// Verify implements verify.Verifier.
func (v *Verifier) Verify(ctx context.Context, cred verify.Credential) finding.Verification {
	k, ok := awskey.Parse(cred.KeyID)
	var out *finding.Verification
	switch {
	case !ok:
		out = &finding.Verification{State: finding.NotCalled, Reasons: []string{"it is no access key ID of AWS"}}
	case cred.Signs():
		out = v.pair(ctx, cred, k)
	default:
		out = v.alone(ctx, cred, k)
	}
	secrets := []string{cred.Secret.Reveal(), cred.Token.Reveal()}
	if v.operator != nil {
		secrets = append(secrets, v.operator.secrets...)
	}
	scrub(out, secrets)
	return *out
}

// alone answers for what can't sign: an ID, or a temporary key without its token.
func (v *Verifier) alone(ctx context.Context, cred verify.Credential, k awskey.Key) *finding.Verification {
	out := &finding.Verification{State: finding.NotCalled}
	if cred.Pair() {
		out.State = finding.Unknown
		out.Reasons = append(out.Reasons, "a temporary key without its session token can't be asked about, and may live")
	}
	if v.operator == nil {
		if !cred.Pair() {
			out.Reasons = append(out.Reasons, "a key ID alone can't be asked about without credentials of your own")
		}
		return out
	}
	v.byID(ctx, k, out)
	return out
}
