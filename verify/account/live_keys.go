package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"lockaway/rules/awskey"
	"lockaway/verify/aws"
)

// users are the names of all users, as far as they are known. They are asked for where
// neither the details nor the report have them.
func (r *reader) users(ctx context.Context) (names []string) {
	names = userNames(r.s, nil)
	if r.s.Details.Known && !r.s.Details.Partial || r.s.Report.Known {
		return names
	}
	const action = "iam:ListUsers"
	var list []User
	_, err := r.paged("users", func(m *string) (*string, error) {
		got, err := asked(ctx, r, r.IAM.ListUsers, &iam.ListUsersInput{Marker: m})
		if err != nil {
			return nil, err
		}
		for _, u := range got.Users {
			plain, err := shapeUser{shapeNamed: named(u.Arn, u.Path, u.CreateDate, nil), UserName: sdk.ToString(u.UserName), UserID: sdk.ToString(u.UserId)}.plain()
			if err != nil {
				return nil, errors.New("an answer that is none of AWS's")
			}
			r.own(plain.ARN)
			list = append(list, plain)
		}
		return marker(got.IsTruncated, got.Marker), nil
	})
	if err != nil {
		var p Part[[]User]
		lost(r, &p, action, err)
		r.s.Keys.Missing = p.Missing
	}
	return userNames(r.s, []sighting[[]User]{{value: list}})
}

// keys asks for the access keys of each user that may have some: the report tells who
// has none. The root user's are told to nobody but itself.
func (r *reader) keys(ctx context.Context, users []string) {
	const action = "iam:ListAccessKeys"
	p := &r.s.Keys
	unlisted := p.Missing // of a list of users that isn't whole
	names := slices.DeleteFunc(slices.Clone(users), r.keyless)
	if strings.HasSuffix(r.s.Caller, ":root") {
		names = append([]string{RootUser}, names...)
	}
	all := map[string][]Key{}
	var without []string
	var last error
	refused, read := 0, 0
	for i, name := range names {
		r.tell("access keys", i, len(names))
		if last != nil && (refused >= refusalsOfOne && read == 0 || r.over != "") {
			without = append(without, names[i:]...)
			break
		}
		list, err := r.keysOf(ctx, name)
		var f *aws.Failure
		switch {
		case err == nil:
			all[name], read = list, read+1
		case errors.As(err, &f) && f.Code == "NoSuchEntity": // the user went meanwhile
			all[name] = nil
		default:
			without, last = append(without, name), err
			if f != nil && f.Refused {
				refused++
			} else {
				refused = 0
			}
		}
	}
	switch {
	case len(without) > 0 && read == 0:
		lost(r, p, action, last)
	case len(without) > 0:
		lost(r, p, action, last)
		p.Missing += " for " + few(without, 3)
		have(p, action, all)
		p.Partial = true
	default:
		have(p, action, all)
		p.Missing, p.Partial = unlisted, unlisted != ""
	}
	if p.Known {
		p.Time = r.o.now()
	}
}

// keyless tells whether the report says that a user has no keys, active or not.
func (r *reader) keyless(name string) bool {
	for i := range r.s.Report.Value {
		if row := &r.s.Report.Value[i]; row.User == name {
			return !slices.ContainsFunc(row.Keys[:], func(k RowKey) bool { return k.Active || !k.Rotated.IsZero() })
		}
	}
	return false
}

func (r *reader) keysOf(ctx context.Context, name string) (list []Key, err error) {
	in := &iam.ListAccessKeysInput{UserName: &name}
	if name == RootUser {
		in.UserName = nil
	}
	_, err = r.paged("access keys", func(m *string) (*string, error) {
		in.Marker = m
		got, err := asked(ctx, r, r.IAM.ListAccessKeys, in)
		if err != nil {
			return nil, err
		}
		for _, g := range got.AccessKeyMetadata {
			k, err := shapeKey{AccessKeyID: sdk.ToString(g.AccessKeyId), Status: string(g.Status), UserName: g.UserName, CreateDate: at(g.CreateDate)}.key()
			if name == RootUser {
				k.User = RootUser
			}
			if err != nil || k.User != name {
				return nil, errors.New("an answer that is none of AWS's")
			}
			list = append(list, k)
		}
		return marker(got.IsTruncated, got.Marker), nil
	})
	slices.SortFunc(list, func(a, b Key) int { return strings.Compare(a.ID, b.ID) })
	return list, err
}

// uses asks when keys were last used: the leaked ones first.
func (r *reader) uses(ctx context.Context) {
	const action = "iam:GetAccessKeyLastUsed"
	p := &r.s.LastUsed
	var leaked, rest []string
	for _, id := range r.o.KeyIDs {
		if k, ok := awskey.Parse(id); ok && k.Kind == awskey.LongTerm && (k.Account == "" || k.Account == r.s.ID) {
			leaked = append(leaked, id)
		}
	}
	for _, keys := range r.s.Keys.Value {
		for _, k := range keys {
			if k.User != RootUser && !slices.Contains(leaked, k.ID) { // of root's keys IAM tells no use
				rest = append(rest, k.ID)
			}
		}
	}
	slices.Sort(rest)
	limit := maxUses
	if !r.s.Report.Known {
		limit = len(rest) // nothing else tells
	}
	ids := append(leaked, rest[:min(limit, len(rest))]...)
	out := map[string]Use{}
	var failed []string
	var last error
	for i, id := range ids {
		r.tell("last uses", i, len(ids))
		if r.over != "" || len(failed) >= refusalsOfOne && len(out) == 0 {
			failed = append(failed, ids[i:]...)
			break
		}
		use, err := r.useOf(ctx, id)
		if err != nil {
			failed, last = append(failed, id), err
			continue
		}
		out[id] = use
	}
	switch {
	case len(ids) == 0:
		have(p, action, out)
	case len(out) == 0:
		lost(r, p, action, r.foreignKey(last))
	default:
		have(p, action, out)
		if len(failed) > 0 {
			lost(r, p, action, r.foreignKey(last))
			p.Partial, p.Missing = true, p.Missing+" for "+few(failed, 3)
		} else if len(rest) > limit {
			p.Partial, p.Missing = true, fmt.Sprintf("%s for %d more keys; the credential report tells of them", action, len(rest)-limit)
		}
	}
	if p.Known {
		p.Time = r.o.now()
	}
}

// foreignKey is the error of a key that the account doesn't know: what AWS says then
// isn't documented, and no problem of the run.
func (r *reader) foreignKey(err error) error {
	switch {
	case err == nil:
		return errors.New(r.over)
	case codeOf(err) == "NoSuchEntity":
		return &aws.Failure{Refused: true}
	}
	return err
}

func (r *reader) useOf(ctx context.Context, id string) (Use, error) {
	got, err := asked(ctx, r, r.IAM.GetAccessKeyLastUsed, &iam.GetAccessKeyLastUsedInput{AccessKeyId: &id})
	if err != nil {
		return Use{}, err
	}
	user := sdk.ToString(got.UserName)
	if user != "" && !isName(user) {
		return Use{}, errors.New("an answer that is none of AWS's")
	}
	var s shapeUse
	if u := got.AccessKeyLastUsed; u != nil {
		s = shapeUse{LastUsedDate: at(u.LastUsedDate), ServiceName: sdk.ToString(u.ServiceName), Region: sdk.ToString(u.Region)}
	}
	return s.lastUse(user), nil
}
