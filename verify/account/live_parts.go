package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"lockaway/verify/aws"
)

const (
	// poll is how long to wait before a report is asked for again that is being made;
	// polls how often: large accounts take some tens of seconds.
	poll  = 2 * time.Second
	polls = 45
)

// codeOf is AWS's code of an error, empty for none.
func codeOf(err error) string {
	var f *aws.Failure
	if errors.As(err, &f) {
		return f.Code
	}
	return ""
}

// report fetches the credential report. made is the error of having it made: there may
// be one all the same, for AWS keeps a report for four hours.
func (r *reader) report(ctx context.Context, made error) {
	const action = "iam:GetCredentialReport"
	for n := 0; ; n++ {
		got, err := asked(ctx, r, r.IAM.GetCredentialReport, &iam.GetCredentialReportInput{})
		if err == nil {
			r.takeReport(got)
			return
		}
		code := codeOf(err)
		if (code == "ReportNotPresent" || code == "ReportExpired") && made != nil {
			lost(r, &r.s.Report, "iam:GenerateCredentialReport", made)
			return
		}
		if code != "ReportInProgress" && code != "ReportNotPresent" && code != "ReportExpired" {
			lost(r, &r.s.Report, action, err)
			return
		}
		if n == polls {
			lost(r, &r.s.Report, action, fmt.Errorf("AWS didn't make the report within %v", polls*poll))
			return
		}
		r.tell("the credential report", 0, 0)
		if code != "ReportInProgress" {
			made = r.makeReport(ctx)
		}
		if r.o.wait(ctx, poll) != nil {
			lost(r, &r.s.Report, action, errors.New("the time limit came first"))
			return
		}
	}
}

func (r *reader) takeReport(got *iam.GetCredentialReportOutput) {
	const action = "iam:GetCredentialReport"
	rows, newest, err := parseReport(got.Content)
	if err != nil {
		odd(r, &r.s.Report, action, err)
		return
	}
	for _, row := range rows {
		r.own(row.ARN)
	}
	have(&r.s.Report, action, rows)
	if r.s.Report.Time = sdk.ToTime(got.GeneratedTime).UTC(); r.s.Report.Time.Before(newest) {
		r.s.Report.Time = newest
	}
}

func (r *reader) summary(ctx context.Context) {
	const action = "iam:GetAccountSummary"
	got, err := asked(ctx, r, r.IAM.GetAccountSummary, &iam.GetAccountSummaryInput{})
	if err != nil {
		lost(r, &r.s.Summary, action, err)
		return
	}
	m := map[string]int{}
	for k, v := range got.SummaryMap {
		if v < 0 || !isName(k) {
			odd(r, &r.s.Summary, action, fmt.Errorf("%q is %d", short(k), v))
			return
		}
		m[k] = int(v)
	}
	if len(m) == 0 {
		odd(r, &r.s.Summary, action, errors.New("it is empty"))
		return
	}
	have(&r.s.Summary, action, m)
}

func (r *reader) passwordPolicy(ctx context.Context) {
	const action = "iam:GetAccountPasswordPolicy"
	got, err := asked(ctx, r, r.IAM.GetAccountPasswordPolicy, &iam.GetAccountPasswordPolicyInput{})
	switch {
	case codeOf(err) == "NoSuchEntity":
		have(&r.s.PasswordPolicy, action, nil)
		return
	case err != nil:
		lost(r, &r.s.PasswordPolicy, action, err)
		return
	case got.PasswordPolicy == nil:
		odd(r, &r.s.PasswordPolicy, action, errors.New("it is empty"))
		return
	}
	g := got.PasswordPolicy
	p, err := shapePasswords{
		MinimumPasswordLength: sdk.ToInt32(g.MinimumPasswordLength), MaxPasswordAge: sdk.ToInt32(g.MaxPasswordAge), PasswordReusePrevention: sdk.ToInt32(g.PasswordReusePrevention),
		RequireSymbols: g.RequireSymbols, RequireNumbers: g.RequireNumbers, RequireUppercaseCharacters: g.RequireUppercaseCharacters, RequireLowercaseCharacters: g.RequireLowercaseCharacters,
		AllowUsersToChangePassword: g.AllowUsersToChangePassword, ExpirePasswords: g.ExpirePasswords, HardExpiry: sdk.ToBool(g.HardExpiry),
	}.policy()
	if err != nil {
		odd(r, &r.s.PasswordPolicy, action, err)
		return
	}
	have(&r.s.PasswordPolicy, action, &p)
}

func (r *reader) organization(ctx context.Context) {
	const action = "iam:ListOrganizationsFeatures"
	got, err := asked(ctx, r, r.IAM.ListOrganizationsFeatures, &iam.ListOrganizationsFeaturesInput{})
	if o, ok := standingOf(codeOf(err)); ok {
		have(&r.s.Organization, action, o)
		return
	}
	if err != nil {
		lost(r, &r.s.Organization, action, err)
		return
	}
	o := Organization{ID: sdk.ToString(got.OrganizationId)}
	if !isName(o.ID) {
		odd(r, &r.s.Organization, action, errors.New("it names no organization"))
		return
	}
	o.RootCredentials = slices.Contains(got.EnabledFeatures, types.FeatureTypeRootCredentialsManagement)
	o.RootSessions = slices.Contains(got.EnabledFeatures, types.FeatureTypeRootSessions)
	have(&r.s.Organization, action, o)
}

// alias asks for the account's name. No check needs it: if it can't be had, that is
// nothing to tell.
func (r *reader) alias(ctx context.Context) {
	got, err := asked(ctx, r, r.IAM.ListAccountAliases, &iam.ListAccountAliasesInput{})
	if err == nil && len(got.AccountAliases) > 0 && isName(got.AccountAliases[0]) {
		r.s.Alias = got.AccountAliases[0]
	}
}

func (r *reader) virtual(ctx context.Context) {
	const action = "iam:ListVirtualMFADevices"
	p := &r.s.VirtualMFA
	var list []Device
	var strange error
	pages, err := r.paged("virtual devices", func(m *string) (*string, error) {
		got, err := asked(ctx, r, r.IAM.ListVirtualMFADevices, &iam.ListVirtualMFADevicesInput{Marker: m, AssignmentStatus: types.AssignmentStatusTypeAssigned})
		if err != nil {
			return nil, err
		}
		for _, g := range got.VirtualMFADevices {
			shape := shapeDevice{SerialNumber: sdk.ToString(g.SerialNumber), EnableDate: at(g.EnableDate)}
			if g.User != nil {
				shape.User = &struct{ UserName, Arn string }{sdk.ToString(g.User.UserName), sdk.ToString(g.User.Arn)}
			}
			d, err := shape.virtual()
			if err != nil {
				strange = err
			}
			if r.own(d.Serial); d.User != "" {
				list = append(list, d)
			}
		}
		return marker(got.IsTruncated, got.Marker), nil
	})
	slices.SortFunc(list, func(a, b Device) int { return strings.Compare(a.Serial, b.Serial) })
	settle(r, p, action, list, pages, err, strange)
}

// settle is a list's part: whole, cut by an error, or an answer that isn't AWS's.
func settle[T any](r *reader, p *Part[T], action string, v T, pages int, err, strange error) {
	switch {
	case strange != nil:
		odd(r, p, action, strange)
	case err != nil && pages == 0:
		lost(r, p, action, err)
	case err != nil:
		lost(r, p, action, err)
		have(p, action, v)
		p.Partial = true
	default:
		have(p, action, v)
	}
}

// at is a time of an answer.
func at(t *time.Time) stamp { return stamp{sdk.ToTime(t).UTC()} }

func (r *reader) details(ctx context.Context) {
	const action = "iam:GetAccountAuthorizationDetails"
	var d Details
	var strange error
	pages, err := r.paged("users, groups, roles and policies", func(m *string) (*string, error) {
		got, err := asked(ctx, r, r.IAM.GetAccountAuthorizationDetails, &iam.GetAccountAuthorizationDetailsInput{Marker: m})
		if err != nil {
			return nil, err
		}
		if err := d.add(got); err != nil {
			strange = err
		}
		return marker(got.IsTruncated, got.Marker), nil
	})
	for _, arn := range arns(d) {
		r.own(arn)
	}
	slices.SortFunc(d.Users, func(a, b User) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(d.Groups, func(a, b Group) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(d.Roles, func(a, b Role) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(d.Policies, func(a, b ManagedPolicy) int { return strings.Compare(a.ARN, b.ARN) })
	settle(r, &r.s.Details, action, d, pages, err, strange)
}

// add adds a page. The first entry that is none of IAM's is the error.
func (d *Details) add(got *iam.GetAccountAuthorizationDetailsOutput) error {
	var errs []error
	for _, g := range got.UserDetailList {
		u, err := shapeUser{
			shapeNamed: named(g.Arn, g.Path, g.CreateDate, g.Tags), shapePolicies: policiesOf(g.AttachedManagedPolicies, g.PermissionsBoundary),
			UserName: sdk.ToString(g.UserName), UserID: sdk.ToString(g.UserId), GroupList: g.GroupList, UserPolicyList: inlineOf(g.UserPolicyList),
		}.user()
		d.Users, errs = append(d.Users, u), append(errs, err)
	}
	for _, g := range got.GroupDetailList {
		v, err := shapeGroup{
			shapeNamed: named(g.Arn, g.Path, g.CreateDate, nil), shapePolicies: policiesOf(g.AttachedManagedPolicies, nil),
			GroupName: sdk.ToString(g.GroupName), GroupPolicyList: inlineOf(g.GroupPolicyList),
		}.group()
		d.Groups, errs = append(d.Groups, v), append(errs, err)
	}
	for _, g := range got.RoleDetailList {
		shape := shapeRole{
			shapeNamed: named(g.Arn, g.Path, g.CreateDate, g.Tags), shapePolicies: policiesOf(g.AttachedManagedPolicies, g.PermissionsBoundary),
			RoleName: sdk.ToString(g.RoleName), RoleID: sdk.ToString(g.RoleId), AssumeRolePolicyDocument: json.RawMessage(sdk.ToString(g.AssumeRolePolicyDocument)),
			RolePolicyList: inlineOf(g.RolePolicyList),
		}
		if u := g.RoleLastUsed; u != nil {
			shape.RoleLastUsed.LastUsedDate, shape.RoleLastUsed.Region = at(u.LastUsedDate), sdk.ToString(u.Region)
		}
		v, err := shape.role()
		d.Roles, errs = append(d.Roles, v), append(errs, err)
	}
	for _, g := range got.Policies {
		v, err := managedOf(g).policy()
		d.Policies, errs = append(d.Policies, v), append(errs, err)
	}
	return firstOf(nil, errs)
}

// The shapes of saved files, filled from the SDK's: both are checked by the same rules.

func named(arn, path *string, created *time.Time, tags []types.Tag) shapeNamed {
	s := shapeNamed{Arn: sdk.ToString(arn), Path: sdk.ToString(path), CreateDate: at(created)}
	for _, t := range tags {
		s.Tags = append(s.Tags, struct{ Key, Value string }{sdk.ToString(t.Key), sdk.ToString(t.Value)})
	}
	return s
}

func policiesOf(attached []types.AttachedPolicy, boundary *types.AttachedPermissionsBoundary) (s shapePolicies) {
	for _, a := range attached {
		s.AttachedManagedPolicies = append(s.AttachedManagedPolicies, struct{ PolicyName, PolicyArn string }{sdk.ToString(a.PolicyName), sdk.ToString(a.PolicyArn)})
	}
	if boundary != nil {
		s.PermissionsBoundary.PermissionsBoundaryArn = sdk.ToString(boundary.PermissionsBoundaryArn)
	}
	return s
}

func inlineOf(list []types.PolicyDetail) (s shapeInline) {
	for _, p := range list {
		s = append(s, struct {
			PolicyName     string
			PolicyDocument json.RawMessage
		}{sdk.ToString(p.PolicyName), json.RawMessage(sdk.ToString(p.PolicyDocument))})
	}
	return s
}

func managedOf(g types.ManagedPolicyDetail) shapeManaged {
	s := shapeManaged{PolicyName: sdk.ToString(g.PolicyName), Arn: sdk.ToString(g.Arn), DefaultVersionID: sdk.ToString(g.DefaultVersionId)}
	for _, v := range g.PolicyVersionList {
		s.PolicyVersionList = append(s.PolicyVersionList, struct {
			VersionID        string `json:"VersionId"`
			IsDefaultVersion bool
			Document         json.RawMessage
		}{sdk.ToString(v.VersionId), v.IsDefaultVersion, json.RawMessage(sdk.ToString(v.Document))})
	}
	return s
}
