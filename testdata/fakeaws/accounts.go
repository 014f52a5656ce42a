package fakeaws

import (
	"time"

	"lockaway/rules/awskey"
)

// At is when the made-up accounts were as they are.
var At = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// ago is a time so many days before At, at an odd moment of the day.
func ago(days int) time.Time { return At.AddDate(0, 0, -days).Add(-83 * time.Minute) }

// keyID makes the ID of an access key of an account. AWS issued none of them.
func keyID(account string, n uint64) string {
	id, err := awskey.Encode("AKIA", account, 0x2F00000000+n*0x1234567)
	if err != nil {
		panic(err)
	}
	return id
}

const (
	everything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	reading    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","ec2:Describe*","cloudwatch:Get*"],"Resource":"*"}]}`
	power      = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}]}`
	quarantine = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["iam:AttachUserPolicy","iam:CreateUser","iam:UpdateAccessKey","ec2:RunInstances","cloudtrail:LookupEvents"],"Resource":"*"}]}`
	audit      = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:Get*","iam:List*","iam:GenerateCredentialReport"],"Resource":"*"}]}`
)

func awsPolicy(name, document string) ManagedPolicy {
	return ManagedPolicy{Name: name, AWS: true, Document: document}
}

// service is a trust policy for a service, account one for an account's root.
func service(name string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + name + `"},"Action":"sts:AssumeRole"}]}`
}

func trusted(id string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + id + `:root"},"Action":"sts:AssumeRole"}]}`
}

func trustedMFA(id string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + id + `:root"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`
}

// support is the role that AWS makes in every account.
func support(created time.Time) IAMRole {
	return IAMRole{Name: "AWSServiceRoleForSupport", Path: "/aws-service-role/support.amazonaws.com/", Created: created,
		Trust: service("support.amazonaws.com"), Attached: []string{"AWSSupportServiceRolePolicy"}}
}

func supportPolicy() ManagedPolicy {
	return ManagedPolicy{Name: "AWSSupportServiceRolePolicy", Path: "/aws-service-role/", AWS: true, Document: reading, Older: []string{reading}}
}

// sso is a role of IAM Identity Center.
func sso(account, set, hash string, used time.Time, attached ...string) IAMRole {
	return IAMRole{
		Name: "AWSReservedSSO_" + set + "_" + hash, Path: "/aws-reserved/sso.amazonaws.com/eu-west-1/", Created: ago(500),
		Trust:    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::` + account + `:saml-provider/AWSSSO_0f1e2d3c4b5a6978_DO_NOT_DELETE"},"Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}]}`,
		Attached: attached, Used: used, UsedRegion: "eu-west-1",
	}
}

// Accounts are the three made-up accounts by name.
func Accounts() map[string]*Account {
	return map[string]*Account{"clean": Clean(), "typical": Typical(), "awful": Awful()}
}

// Clean is a well-kept account: it manages an organization, people sign in by IAM
// Identity Center, its one IAM user reads and has a second factor, nobody has keys.
func Clean() *Account {
	const id = "111122223333"
	return &Account{
		ID: id, Partition: "aws", Alias: "clean-example", At: At, Caller: "arn:aws:sts::" + id + ":assumed-role/Audit/ann",
		Root: RootUser{Created: ago(3000), Password: "not_supported", Used: ago(700), MFA: "hardware"},
		Users: []IAMUser{{
			Name: "ann", Created: ago(800), Password: true, Changed: ago(50), PasswordUsed: ago(3), MFA: "u2f/user/ann/yubi-1",
			Groups: []string{"readers"}, Tags: [][2]string{{"team", "audit"}},
		}},
		Groups: []IAMGroup{{Name: "readers", Created: ago(900), Attached: []string{"ReadOnlyAccess"}}},
		Roles: []IAMRole{
			{Name: "Audit", Created: ago(400), Trust: trustedMFA(id), Inline: []InlinePolicy{{"audit", audit}}, Used: ago(1), UsedRegion: "us-east-1"},
			sso(id, "AdministratorAccess", "0123456789abcdef", ago(1), "AdministratorAccess"),
			support(ago(2900)),
		},
		Policies:     []ManagedPolicy{awsPolicy("AdministratorAccess", everything), awsPolicy("ReadOnlyAccess", reading), supportPolicy()},
		Passwords:    &PasswordPolicy{Length: 16, Symbols: true, Numbers: true, Upper: true, Lower: true, Mayst: true, MaxAge: 60, Reuse: 24},
		Organization: "o-a1b2c3d4e5", Features: []string{"RootCredentialsManagement", "RootSessions"},
	}
}

// Typical is an account as one meets them: grown, in an organization, with people and
// programs as IAM users, nothing outrageous.
func Typical() *Account {
	const id = "444455556666"
	return &Account{
		ID: id, Partition: "aws", At: At, Caller: "arn:aws:sts::" + id + ":assumed-role/Audit/session",
		Root:  RootUser{Created: ago(2500), Password: "not_supported", Used: ago(200), MFA: "virtual"},
		Users: typicalUsers(id),
		Groups: []IAMGroup{
			{Name: "admins", Created: ago(2400), Attached: []string{"AdministratorAccess"}},
			{Name: "developers", Created: ago(2400), Attached: []string{"PowerUserAccess"}, Inline: []InlinePolicy{{"pass-role", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::` + id + `:role/app-*"}}`}}},
		},
		Roles: []IAMRole{
			{Name: "Audit", Created: ago(400), Trust: trustedMFA(id), Inline: []InlinePolicy{{"audit", audit}}, Used: ago(0), UsedRegion: "us-east-1"},
			{Name: "app-web", Created: ago(900), Trust: service("ec2.amazonaws.com"), Attached: []string{"app-data"}, Boundary: "limits", Used: ago(1), UsedRegion: "eu-west-1", Tags: [][2]string{{"app", "web"}}},
			support(ago(2400)),
		},
		Policies: []ManagedPolicy{
			awsPolicy("AdministratorAccess", everything), awsPolicy("PowerUserAccess", power), awsPolicy("ReadOnlyAccess", reading), supportPolicy(),
			{Name: "app-data", Document: `{"Version":"2012-10-17","Statement":[{"Sid":"Data","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::example-data/*"}]}`, Older: []string{everything, reading}},
			{Name: "limits", Document: power},
		},
		Passwords: &PasswordPolicy{Length: 8, Numbers: true, Lower: true, Mayst: true},
		Spare:     []string{"left-over"},
		Standing:  "AccountNotManagementOrDelegatedAdministratorException",
	}
}

func typicalUsers(id string) []IAMUser {
	return []IAMUser{
		{Name: "alice", Created: ago(2000), Password: true, Changed: ago(300), PasswordUsed: ago(1), MFA: "alice", Groups: []string{"admins"}},
		{Name: "bob", Created: ago(1500), Password: true, Changed: ago(1500), PasswordUsed: ago(5), Groups: []string{"admins", "developers"},
			Keys: []AccessKey{{ID: keyID(id, 1), Active: true, Created: ago(30), Used: ago(0), Region: "eu-west-1", Service: "ec2"}}},
		{Name: "ci", Path: "/machines/", Created: ago(1200), Groups: []string{"developers"}, Tags: [][2]string{{"owner", "platform"}, {"purpose", "deploy"}},
			Keys: []AccessKey{{ID: keyID(id, 2), Active: true, Created: ago(420), Used: ago(0), Region: "eu-west-1", Service: "s3"},
				{ID: keyID(id, 3), Active: false, Created: ago(1200), Used: ago(430), Region: "eu-west-1", Service: "s3"}}},
		{Name: "dev-team", Created: ago(1100), Password: true, Changed: ago(1100), PasswordUsed: ago(20), Groups: []string{"developers"}},
		{Name: "intern", Created: ago(600), Password: true, Changed: ago(600), PasswordUsed: ago(210), Attached: []string{"ReadOnlyAccess"},
			Keys: []AccessKey{{ID: keyID(id, 4), Active: true, Created: ago(600)}}},
		{Name: "reports", Path: "/machines/", Created: ago(700), Inline: []InlinePolicy{{"read-bills", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ce:Get*","Resource":"*"}]}`}},
			Keys: []AccessKey{{ID: keyID(id, 5), Active: true, Created: ago(60), Used: ago(2), Region: "us-east-1", Service: "ce"},
				{ID: keyID(id, 6), Active: true, Created: ago(80), Used: ago(61), Region: "us-east-1", Service: "ce"}}},
	}
}

// Awful is an account that does everything that the guidance warns of.
func Awful() *Account {
	const id = "999999999999"
	return &Account{
		ID: id, Partition: "aws", Alias: "we-move-fast", At: At, Caller: "arn:aws:iam::" + id + ":user/admin",
		Root: RootUser{
			Created: ago(4000), Password: "not_supported", Used: ago(1),
			Keys: []AccessKey{{ID: keyID(id, 1), Active: true, Created: ago(3900), Used: ago(0), Region: "us-east-1", Service: "s3"},
				{ID: keyID(id, 2), Active: true, Created: ago(2000), Used: ago(400), Region: "sa-east-1", Service: "ec2"}},
			Certs: []Certificate{{ID: certID("ROOTCERT"), Active: true, Uploaded: ago(3800)}},
		},
		Users:  awfulUsers(id),
		Groups: []IAMGroup{{Name: "everyone", Created: ago(3900), Inline: []InlinePolicy{{"all", everything}}}},
		Roles: []IAMRole{
			{Name: "open", Created: ago(1000), Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}`, Attached: []string{"AdministratorAccess"}},
			{Name: "partner", Created: ago(1000), Trust: trusted("123456789012"), Attached: []string{"AdministratorAccess"}, Used: ago(30), UsedRegion: "ap-south-1"},
			{Name: "web", Created: ago(2000), Trust: service("ec2.amazonaws.com"), Attached: []string{"anything"}, Used: ago(0), UsedRegion: "us-east-1"},
			support(ago(3900)),
		},
		Policies: []ManagedPolicy{
			awsPolicy("AdministratorAccess", everything), awsPolicy("AWSCompromisedKeyQuarantineV3", quarantine), awsPolicy("IAMFullAccess", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*","organizations:DescribeAccount"],"Resource":"*"}]}`), supportPolicy(),
			{Name: "anything", Document: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"aws-portal:*","Resource":["*"]}]}`},
		},
		Standing: "OrganizationNotFoundException",
	}
}

func awfulUsers(id string) []IAMUser {
	return []IAMUser{
		{Name: "admin", Created: ago(3900), Password: true, Changed: ago(3900), PasswordUsed: ago(0), Attached: []string{"AdministratorAccess"},
			Keys: []AccessKey{{ID: keyID(id, 3), Active: true, Created: ago(3900), Used: ago(0), Region: "us-east-1", Service: "iam"},
				{ID: keyID(id, 4), Active: true, Created: ago(3000), Used: ago(2), Region: "us-west-2", Service: "ec2"}},
			Certs: []Certificate{{ID: certID("ADMINCERT"), Active: false, Uploaded: ago(3000)}}},
		{Name: "backup", Created: ago(2500), Attached: []string{"IAMFullAccess"},
			Keys: []AccessKey{{ID: keyID(id, 5), Active: true, Created: ago(2500)}}},
		{Name: "leaked", Created: ago(900), Attached: []string{"AWSCompromisedKeyQuarantineV3", "AdministratorAccess"},
			Keys: []AccessKey{{ID: keyID(id, 6), Active: true, Created: ago(900), Used: ago(10), Region: "sa-east-1", Service: "ec2"}}},
		{Name: "left-2021", Created: ago(2200), Password: true, Changed: ago(2200), Groups: []string{"everyone"}},
		{Name: "shared", Created: ago(1800), Password: true, Changed: ago(1800), PasswordUsed: ago(0), Groups: []string{"everyone"},
			Keys: []AccessKey{{ID: keyID(id, 7), Active: true, Created: ago(1800), Used: ago(0), Region: "eu-central-1", Service: "s3"}}},
	}
}

// certID is an identifier of a certificate.
func certID(name string) string { return id("ASCA", name) }
