package aws

import (
	"fmt"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"lockaway/rules/awskey"
	"lockaway/scanner/finding"
)

// caller is whose a key is.
type caller struct {
	kind                    finding.Identity
	arn, account, partition string
	name                    string // of the IAM user or the session
	role                    string // of an assumed role
	permissionSet           string // of a role of IAM Identity Center
	doubts                  []string
	at                      time.Time // AWS's clock, when it answered; zero if it didn't say
}

// maxARN is how long an ARN may be, in bytes: 12 digits, a path of 512 characters, a
// name of 64 and what stands between them are far less.
const maxARN = 1024

// arnOf takes the ARN of a caller apart. Source: IAM User Guide, "IAM identifiers".
func arnOf(s string) (partition, service, account, resource string, ok bool) {
	f := strings.SplitN(s, ":", 6)
	if len(s) > maxARN || len(f) != 6 || f[0] != "arn" || f[3] != "" {
		return
	}
	partition, service, account, resource = f[1], f[2], f[4], f[5]
	ok = (partition == "aws" || strings.HasPrefix(partition, "aws-") && only(partition, lower+"-", 20)) &&
		(service == "iam" || service == "sts") && twelve(account) && printable(resource, maxARN)
	return
}

// The characters of names.
const (
	lower  = "abcdefghijklmnopqrstuvwxyz"
	digits = "0123456789"
	// names of users, roles, sessions and policies (IAM API Reference).
	names = lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + digits + "+=,.@_-"
)

// only tells whether a text consists of some characters alone, one at least and most at
// most.
func only(s, of string, most int) bool {
	return s != "" && len(s) <= most && strings.Trim(s, of) == ""
}

// twelve tells whether a text is an account's ID.
func twelve(s string) bool { return len(s) == 12 && only(s, digits, 12) }

// printable tells whether a text is printable ASCII without blanks.
func printable(s string, most int) bool {
	return s != "" && len(s) <= most && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// isName tells whether a text is the name of a user, role, session or policy.
func isName(s string) bool { return only(s, names, 128) }

// permissionSet is the permission set of a role of IAM Identity Center, "" for another
// role: AWSReservedSSO_NAME_ and 16 hexadecimal digits (IAM Identity Center User Guide,
// "Referencing permission sets in resource policies").
func permissionSet(role string) string {
	rest, ok := strings.CutPrefix(role, "AWSReservedSSO_")
	i := strings.LastIndexByte(rest, '_')
	if !ok || i <= 0 || len(rest)-i-1 != 16 || !only(rest[i+1:], digits+"abcdef", 16) {
		return ""
	}
	return rest[:i]
}

// identity reads STS's answer. One that doesn't hold together says nothing of the key:
// whoever answers may not be AWS.
func identity(answer *sts.GetCallerIdentityOutput, p partition, k awskey.Key, note *trace) (*caller, *failure) {
	arn, account, id := sdk.ToString(answer.Arn), sdk.ToString(answer.Account), sdk.ToString(answer.UserId)
	partition, service, of, resource, ok := arnOf(arn)
	switch {
	case arn == "" && account == "" && id == "":
		return nil, &failure{reason: "an answer that is none of AWS's: it names nobody"}
	case !ok || !twelve(account) || !printable(id, 256):
		return nil, &failure{reason: "an answer that is none of AWS's: it names nobody that could be"}
	case of != account:
		return nil, &failure{reason: "an answer that contradicts itself: it names two accounts"}
	case k.Account != "" && k.Account != account && partition == "aws":
		return nil, &failure{reason: fmt.Sprintf("an answer that contradicts the key: it names account %s, the key ID %s", account, k.Account)}
	}
	w := &caller{kind: finding.UnknownIdentity, arn: arn, account: account, partition: partition, at: note.date}
	w.principal(service, resource, id)
	return w, nil
}

// principal reads the last part of a caller's ARN, and holds the unique ID against it.
func (w *caller) principal(service, resource, id string) {
	kind, rest, _ := strings.Cut(resource, "/")
	fits := false
	switch {
	case service == "iam" && resource == "root":
		w.kind, fits = finding.Root, id == w.account
	case service == "iam" && kind == "user":
		name := rest[strings.LastIndexByte(rest, '/')+1:]
		if isName(name) {
			w.kind, w.name, fits = finding.IAMUser, name, strings.HasPrefix(id, "AIDA")
		}
	case service == "sts" && kind == "assumed-role":
		role, session, _ := strings.Cut(rest, "/")
		if isName(role) && isName(session) {
			w.kind, w.role, w.name = finding.AssumedRole, role, session
			fits = strings.HasPrefix(id, "AROA") && strings.HasSuffix(id, ":"+session)
			w.permissionSet = permissionSet(role)
		}
	case service == "sts" && kind == "federated-user":
		if isName(rest) {
			w.kind, w.name, fits = finding.FederatedUser, rest, id == w.account+":"+rest
		}
	}
	switch {
	case w.kind == finding.UnknownIdentity:
		w.doubts = append(w.doubts, "what kind of principal it is is not told by its ARN")
	case !fits:
		w.doubts = append(w.doubts, "whose it is is told by the ARN; the unique ID that came with it is of another kind")
	}
}

// fill writes down whose a key is that lives.
func (w *caller) fill(out *finding.Verification) {
	out.State, out.Identity = finding.Live, w.kind
	out.ARN, out.User, out.AccountID, out.Partition = w.arn, w.name, w.account, w.partition
	out.SSORole = w.permissionSet
	out.Reasons = w.doubts
	if w.kind == finding.Root {
		out.Admin = new(true) // nothing limits a root user but its organization
	}
}
