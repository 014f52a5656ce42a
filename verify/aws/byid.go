package aws

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// operator asks with the operator's own credentials. What is asked by a key ID doesn't
// use the key: its owner sees nothing of it, unless that is the operator's account.
type operator struct {
	*Connection
	v *Verifier

	mu   sync.Mutex
	me   string // the operator's own account, once known
	fail *failure
	root *rootKeys // what is known of the root user's keys, once asked for
}

// account asks for the operator's own account, once.
func (op *operator) account(ctx context.Context) (string, *failure) {
	op.mu.Lock()
	defer op.mu.Unlock()
	if op.me != "" || op.fail != nil {
		return op.me, op.fail
	}
	traced, note := traced(ctx)
	got, err := op.STS.GetCallerIdentity(traced, &sts.GetCallerIdentityInput{})
	f := &failure{reason: "an answer that is none of AWS's"}
	switch {
	case err != nil || note.html:
		f = new(op.v.failed(ctx, err, note, op.host))
	case twelve(sdk.ToString(got.Account)):
		op.me = *got.Account
		return op.me, nil
	}
	if f.kind == unknownKey || f.kind == wrongSecret || f.kind == ended {
		f.reason = "AWS doesn't take them (" + f.code + ")"
	}
	if ctx.Err() == nil && f.kind != busy {
		op.fail = f
	}
	return "", f
}

// byID asks about a key ID, with the operator's own credentials.
func (v *Verifier) byID(ctx context.Context, k awskey.Key, out *finding.Verification) {
	op := v.operator
	out.State, out.Asked = finding.Unknown, v.o.Now()
	me, f := op.account(ctx)
	if f != nil {
		if out.Reasons = append(out.Reasons, "your own credentials: "+f.reason); f.unsent {
			out.State, out.Asked = finding.NotCalled, time.Time{}
		}
		return
	}
	q := &inquiry{v: v, iam: op.IAM, key: k, out: out, host: op.host}
	account := q.accountOf(ctx, op.STS)
	switch {
	case account == "":
		return
	case account != me:
		out.Reasons = append(out.Reasons, "it is a key of account "+account+", and your credentials are of account "+me+": only its owner can see more")
		return
	case k.Kind != awskey.LongTerm:
		out.Reasons = append(out.Reasons, "it is a key of your own account; IAM keeps no list of temporary ones")
		return
	}
	q.ofUser(ctx)
}

// accountOf asks which account a key is of; where that is refused, it is what the ID
// says, if it does.
func (q *inquiry) accountOf(ctx context.Context, service *sts.Client) string {
	traced, note := traced(ctx)
	got, err := service.GetAccessKeyInfo(traced, &sts.GetAccessKeyInfoInput{AccessKeyId: &q.key.ID})
	if err == nil && !note.html {
		if a := sdk.ToString(got.Account); twelve(a) {
			q.out.AccountID, q.out.Partition = a, q.v.operator.Partition
			return a
		}
		q.out.Reasons = append(q.out.Reasons, "sts:GetAccessKeyInfo: an answer that is none of AWS's")
	} else {
		q.note("sts:GetAccessKeyInfo", q.v.failed(ctx, err, note, q.host))
	}
	if q.key.Account != "" && !q.over {
		q.out.Reasons = append(q.out.Reasons, "it is of account "+q.key.Account+", by its ID alone")
		return q.key.Account
	}
	return ""
}

// ofUser asks IAM for the user that a key of the operator's account is of, and whether
// it is active; where IAM knows none, whether it may be the root user's.
func (q *inquiry) ofUser(ctx context.Context) {
	const action = "iam:GetAccessKeyLastUsed"
	traced, note := traced(ctx)
	got, err := q.iam.GetAccessKeyLastUsed(traced, &iam.GetAccessKeyLastUsedInput{AccessKeyId: &q.key.ID})
	var f failure
	switch {
	case err != nil || note.html:
		f = q.v.failed(ctx, err, note, q.host)
		if f.code != "NoSuchEntity" {
			q.note(action, f)
		}
	case isName(sdk.ToString(got.UserName)):
		q.who = &caller{kind: finding.IAMUser, name: *got.UserName}
		if got.AccessKeyLastUsed != nil {
			q.use(got.AccessKeyLastUsed)
		}
		q.status(ctx)
		return
	}
	if !q.over {
		q.mayBeRoot(ctx, f.kind == refused)
	}
}

// status asks whether a user's key is active, and what its owner may do.
func (q *inquiry) status(ctx context.Context) {
	q.out.Identity, q.out.User = finding.IAMUser, q.who.name
	got, ok := ask(ctx, q, "iam:ListAccessKeys", q.iam.ListAccessKeys, &iam.ListAccessKeysInput{UserName: &q.who.name})
	if !ok {
		q.out.Reasons = append(q.out.Reasons, "whether the key is active could not be seen")
	} else {
		q.inList(got.AccessKeyMetadata, got.IsTruncated)
	}
	q.userRights(ctx, q.user(ctx))
	q.devices(ctx, &q.who.name)
}

// inList says by a user's list of keys, or the first of them, whether the key is active.
func (q *inquiry) inList(keys []types.AccessKeyMetadata, more bool) {
	q.out.State = finding.Dead
	why := "the user has no such key any more"
	if more {
		q.out.State, why = finding.Unknown, "the user's list of keys has no end"
	}
	for _, k := range keys {
		if !q.listed(k) {
			continue
		}
		switch k.Status {
		case types.StatusTypeActive:
			q.out.State, why = finding.Live, ""
		case types.StatusTypeInactive:
			q.out.State, why = finding.Inactive, "IAM lists it as inactive"
		default:
			q.out.State, why = finding.Unknown, "IAM lists it as neither active nor inactive"
		}
	}
	if why != "" {
		q.out.Reasons = append(q.out.Reasons, why)
	}
}

// mayBeRoot is about a key of the operator's account that IAM names no user of: it is
// the root user's, or was deleted. hidden says that IAM didn't say whether it is a
// user's.
func (q *inquiry) mayBeRoot(ctx context.Context, hidden bool) {
	op := q.v.operator
	op.mu.Lock()
	if op.root == nil {
		op.root = q.rootKeys(ctx)
	}
	r := op.root
	op.mu.Unlock()
	for _, action := range r.refused {
		q.note(action, failure{kind: refused})
	}
	q.out.Reasons = append(q.out.Reasons, r.reasons...)
	switch {
	case r.known && !r.any && !hidden:
		q.out.State = finding.Dead
		q.out.Reasons = append(q.out.Reasons, "no IAM user has it, and the root user has no access key: it was deleted")
	case r.known && !r.any:
		q.out.Reasons = append(q.out.Reasons, "it is not the root user's, who has no access key")
	case r.known && !hidden:
		q.out.Identity, q.out.Admin = finding.Root, new(true)
		q.out.ARN = fmt.Sprintf("arn:%s:iam::%s:root", op.Partition, op.me)
		q.out.Reasons = append(q.out.Reasons, "probably the root user's: no IAM user has it, and the root user has an access key; that it is this one can't be seen")
		q.rootStatus(r)
	case r.known:
		q.out.Reasons = append(q.out.Reasons, "it may be the root user's, who has an access key")
	default:
		q.out.Reasons = append(q.out.Reasons, "no IAM user is known to have it; whether it is the root user's could not be seen")
	}
}

// rootStatus says by the credential report whether a key that is taken for the root
// user's is active. The report has no IDs: only what holds for all of its keys holds
// for this one.
func (q *inquiry) rootStatus(r *rootKeys) {
	var active, inactive int
	for _, k := range r.keys {
		if k.active {
			active++
		} else {
			inactive++
		}
	}
	as := "the credential report of " + r.time.UTC().Format("2006-01-02 15:04 MST") + " lists "
	switch {
	case active > 0 && inactive == 0:
		q.out.State = finding.Live
		q.out.Reasons = append(q.out.Reasons, as+countOf(active, "active")+" of the root user's")
	case active == 0 && inactive > 0:
		q.out.State = finding.Inactive
		q.out.Reasons = append(q.out.Reasons, as+countOf(inactive, "inactive")+" of the root user's")
	case active > 0:
		q.out.Reasons = append(q.out.Reasons, as+"one active and one inactive key of the root user's")
	}
	if len(r.keys) == 1 {
		k := r.keys[0]
		q.out.LastUsed, q.out.Service, q.out.Region = k.used, k.service, k.region
	}
}

func countOf(n int, what string) string {
	if n == 1 {
		return "one " + what + " key"
	}
	return fmt.Sprintf("%d %s keys", n, what)
}

// consult asks the operator's own account about a key that AWS doesn't take from us: it
// alone tells what is inactive from what is deleted.
func (v *Verifier) consult(ctx context.Context, k awskey.Key, out *finding.Verification) {
	if v.operator == nil || k.Kind != awskey.LongTerm || ctx.Err() != nil {
		return
	}
	var more finding.Verification
	v.byID(ctx, k, &more)
	if more.Identity != "" {
		out.Identity, out.ARN, out.User, out.AccountID, out.Partition = more.Identity, more.ARN, more.User, more.AccountID, more.Partition
		out.LastUsed, out.Service, out.Region, out.Created = more.LastUsed, more.Service, more.Region, more.Created
		out.Admin, out.Quarantined, out.MFA, out.OtherKeys = more.Admin, more.Quarantined, more.MFA, more.OtherKeys
	}
	out.Refused = append(out.Refused, more.Refused...)
	switch {
	case more.State == finding.Inactive && out.State == finding.Dead:
		out.State = finding.Inactive
		for i, r := range out.Reasons {
			out.Reasons[i] = strings.Replace(r, ": inactive or deleted", "", 1)
		}
	case more.State == finding.Live && out.State == finding.Dead:
		// IAM lists it as active and STS doesn't take it: just made, or of a clone.
		out.State = finding.Unknown
		out.Reasons = append(out.Reasons, "IAM lists it as active all the same")
	}
	out.Reasons = append(out.Reasons, more.Reasons...)
}
