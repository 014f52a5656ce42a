package aws

import (
	"context"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// inquiry is what IAM is asked about a key that lives, with that key. What it may not
// see is noted as refused; what goes wrong on the way is a reason. Neither changes what
// is known already.
type inquiry struct {
	v    *Verifier
	iam  *iam.Client
	key  awskey.Key
	who  *caller
	out  *finding.Verification
	host string
	own  bool // the key itself signs, so that its last use may be this run's
	over bool // nothing more is asked: nobody answers, or time is up
}

// ask makes one call, and a second one if AWS had too much to do. action is its name
// among permissions.
func ask[In, Out any](ctx context.Context, q *inquiry, action string, call func(context.Context, *In, ...func(*iam.Options)) (*Out, error), in *In) (*Out, bool) {
	for attempt := 0; !q.over; attempt++ {
		traced, note := traced(ctx)
		out, err := call(traced, in)
		if err == nil && !note.html {
			return out, true
		}
		f := q.v.failed(ctx, err, note, q.host)
		if f.kind == busy && attempt == 0 && q.v.wait(ctx, again) == nil {
			continue
		}
		q.note(action, f)
		break
	}
	return nil, false
}

// note writes down that a call failed.
func (q *inquiry) note(action string, f failure) {
	if f.kind == refused {
		if !slices.Contains(q.out.Refused, action) {
			q.out.Refused = append(q.out.Refused, action)
		}
		return
	}
	// Whoever doesn't answer once, or has too much to do twice, is left alone.
	q.over = f.kind == silent || f.kind == busy
	if why := action + ": " + f.reason; !slices.Contains(q.out.Reasons, why) {
		q.out.Reasons = append(q.out.Reasons, why)
	}
}

// details asks what the key itself may tell of its owner.
func (q *inquiry) details(ctx context.Context) {
	switch q.who.kind {
	case finding.IAMUser:
		q.lastUsed(ctx)
		q.accessKeys(ctx, &q.who.name)
		boundary := q.user(ctx)
		q.userRights(ctx, boundary)
		q.devices(ctx, &q.who.name)
	case finding.Root:
		q.lastUsed(ctx)
		q.accessKeys(ctx, nil)
		q.rootFactor(ctx)
	case finding.AssumedRole:
		q.roleRights(ctx)
	}
	// A federated user may not call IAM at all (IAM User Guide, "Compare AWS STS
	// credentials").
}

// lastUsed asks when a long-term key was last used before this run. It is the second
// call that the key makes, right behind that for its identity: the first would only be
// wasted on keys that are dead. IAM may know of that first call already; then the use
// before it is lost, and the reason says so. A time is rounded to the minute, and IAM
// notes no more than one use in some 15 minutes.
func (q *inquiry) lastUsed(ctx context.Context) {
	if q.key.Kind != awskey.LongTerm {
		return // IAM keeps none of temporary keys
	}
	got, ok := ask(ctx, q, "iam:GetAccessKeyLastUsed", q.iam.GetAccessKeyLastUsed, &iam.GetAccessKeyLastUsedInput{AccessKeyId: &q.key.ID})
	if !ok || got.AccessKeyLastUsed == nil {
		return
	}
	q.use(got.AccessKeyLastUsed)
}

// use writes a last use down, unless it is this run's own.
func (q *inquiry) use(u *types.AccessKeyLastUsed) {
	at, service := sdk.ToTime(u.LastUsedDate), word(sdk.ToString(u.ServiceName))
	if at.IsZero() {
		return // never used, or not since April 2015
	}
	began := q.out.Asked
	if q.who != nil && !q.who.at.IsZero() {
		began = q.who.at
	}
	if q.own && (service == "sts" || service == "iam") && !at.Before(began.UTC().Truncate(time.Minute)) {
		q.out.Reasons = append(q.out.Reasons, "the last use that IAM knows of is this question itself")
		return
	}
	q.out.LastUsed, q.out.Service, q.out.Region = at.UTC(), service, word(sdk.ToString(u.Region))
}

// accessKeys asks for a user's keys: how old this one is, and which others there are.
func (q *inquiry) accessKeys(ctx context.Context, user *string) {
	got, ok := ask(ctx, q, "iam:ListAccessKeys", q.iam.ListAccessKeys, &iam.ListAccessKeysInput{UserName: user})
	if !ok {
		return
	}
	for _, k := range got.AccessKeyMetadata {
		q.listed(k)
	}
}

// listed takes in one key of a list, and tells whether it is the one that is asked about.
func (q *inquiry) listed(k types.AccessKeyMetadata) bool {
	id := sdk.ToString(k.AccessKeyId)
	if id == q.key.ID {
		q.out.Created = sdk.ToTime(k.CreateDate).UTC()
		return true
	}
	if _, ok := awskey.Parse(id); !ok || slices.Contains(q.out.OtherKeys, id) || len(q.out.OtherKeys) >= 10 {
		return false
	}
	q.out.OtherKeys = append(q.out.OtherKeys, id)
	switch k.Status {
	case types.StatusTypeActive, types.StatusTypeInactive:
		q.out.Reasons = append(q.out.Reasons, "its owner has another key, "+id+", which is "+strings.ToLower(string(k.Status)))
	}
	return false
}

// user asks for the boundary of an IAM user's permissions.
func (q *inquiry) user(ctx context.Context) boundary {
	got, ok := ask(ctx, q, "iam:GetUser", q.iam.GetUser, &iam.GetUserInput{UserName: &q.who.name})
	if !ok || got.User == nil {
		return boundary{}
	}
	b := boundary{known: true}
	if p := got.User.PermissionsBoundary; p != nil {
		b.arn = sdk.ToString(p.PermissionsBoundaryArn)
	}
	return b
}

// devices asks whether a user has a second factor.
func (q *inquiry) devices(ctx context.Context, user *string) {
	got, ok := ask(ctx, q, "iam:ListMFADevices", q.iam.ListMFADevices, &iam.ListMFADevicesInput{UserName: user})
	if ok && (len(got.MFADevices) > 0 || !got.IsTruncated) {
		q.out.MFA = new(len(got.MFADevices) > 0)
	}
}

// rootFactor asks whether the root user has a second factor.
func (q *inquiry) rootFactor(ctx context.Context) {
	got, ok := ask(ctx, q, "iam:GetAccountSummary", q.iam.GetAccountSummary, &iam.GetAccountSummaryInput{})
	if ok {
		if n, told := got.SummaryMap["AccountMFAEnabled"]; told {
			q.out.MFA = new(n != 0)
			return
		}
	}
	q.devices(ctx, nil)
}

// word is a service or region as IAM names them, "" for "N/A" and for what is none.
func word(s string) string {
	if s == "N/A" || len(s) > 64 || s == "" {
		return ""
	}
	for _, c := range []byte(s) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.') {
			return ""
		}
	}
	return s
}
