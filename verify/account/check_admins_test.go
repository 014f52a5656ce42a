package account

import (
	"testing"

	"lockaway/scanner/finding"
)

// trustOf is the trust of a role that a principal may assume.
func trustOf(principal string) string {
	return `{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":` + principal + `}}`
}

func addRole(s *Snapshot, name, trust string, policies ...string) {
	r := Role{Name: name, ARN: "arn:aws:iam::111122223333:role/" + name, Path: "/", Trust: trust}
	for _, p := range policies {
		r.Attached = append(r.Attached, Attached{p, "arn:aws:iam::aws:policy/" + p})
	}
	s.Details.Value.Roles = append(s.Details.Value.Roles, r)
}

func addGroup(s *Snapshot, name string, policies ...string) {
	g := Group{Name: name, ARN: "arn:aws:iam::111122223333:group/" + name, Path: "/"}
	for _, p := range policies {
		g.Attached = append(g.Attached, Attached{p, "arn:aws:iam::aws:policy/" + p})
	}
	s.Details.Value.Groups = append(s.Details.Value.Groups, g)
}

func TestAdministratorChecks(t *testing.T) {
	nothing := func(*Snapshot) {}
	noDetails := func(s *Snapshot) { missing(&s.Details) }
	noReport := func(s *Snapshot) { missing(&s.Report) }
	const (
		others   = "Administrators other than the root user"
		standing = "Administrator rights held all the time"
		idle     = "Administrators who don't work as such"
		found    = "Keys that AWS found published"
		details  = "iam:GetAccountAuthorizationDetails"
		report   = "iam:GenerateCredentialReport, iam:GetCredentialReport"
	)
	admin := func(s *Snapshot) { attach(s, administratorAccess) }
	byGroup := func(s *Snapshot) {
		addGroup(s, "admins", administratorAccess)
		add(s, Row{User: "dan", Password: On, MFA: On, PasswordUsed: before(200)}, "admins")
		add(s, Row{User: "eve", Password: On, MFA: On, PasswordUsed: before(2)}, "admins")
	}
	unknown := func(s *Snapshot) { // a policy of the account whose text isn't there
		u := &s.Details.Value.Users[0]
		u.Attached = append(u.Attached, Attached{"mine", "arn:aws:iam::111122223333:policy/mine"})
	}
	for _, o := range []outcome{
		{title: others, name: "by Identity Center", change: nothing, status: finding.Pass, evidence: "1 role of IAM Identity Center (" + ssoRole + ")"},
		{title: others, name: "a user", change: func(s *Snapshot) { admin(s); s.Details.Value.Roles = nil }, status: finding.Pass, evidence: "1 IAM user (ann)"},
		{title: others, name: "a role for people", change: func(s *Snapshot) {
			s.Details.Value.Roles = nil
			addRole(s, "admin", trustOf(`{"AWS":"111122223333"}`), administratorAccess)
		}, status: finding.Pass, evidence: "1 role (admin)"},
		{title: others, name: "nobody", change: func(s *Snapshot) { s.Details.Value.Roles = nil }, status: finding.Fail, severity: finding.High, evidence: "nobody but the root user", resources: []string{"<root_account>"}, step: "`aws iam create-group --group-name admins`"},
		{title: others, name: "machines alone", change: func(s *Snapshot) {
			s.Details.Value.Roles = nil
			addRole(s, "ec2", trustOf(`{"Service":"ec2.amazonaws.com"}`), administratorAccess)
		}, status: finding.Fail, severity: finding.High, resources: []string{"<root_account>"}},
		{title: others, name: "one whose rights are not known", change: func(s *Snapshot) { s.Details.Value.Roles = nil; unknown(s) }, status: finding.CouldNotTell, evidence: "not known is what these allow: policy mine", missing: details},
		{title: others, name: "a part of them", change: func(s *Snapshot) {
			s.Details.Value.Roles = nil
			s.Details.Partial, s.Details.Missing = true, "the rest of the output of `aws iam get-account-authorization-details`"
		}, status: finding.CouldNotTell, missing: "the rest of the output of `aws iam get-account-authorization-details`"},
		{title: others, name: "unknown", change: noDetails, status: finding.CouldNotTell, missing: details},

		{title: standing, name: "nobody", change: nothing, status: finding.Pass},
		{title: standing, name: "a user", change: admin, status: finding.Fail, severity: finding.Medium, evidence: "ann (policy AdministratorAccess)", resources: []string{"ann"},
			step: "`aws iam detach-user-policy --user-name ann --policy-arn arn:aws:iam::aws:policy/AdministratorAccess`"},
		{title: standing, name: "a group", change: byGroup, status: finding.Fail, severity: finding.Medium, evidence: "dan (policy AdministratorAccess of the group admins), eve (policy AdministratorAccess of", resources: []string{"dan", "eve"},
			step: "`aws iam remove-user-from-group --group-name admins --user-name dan`"},
		{title: standing, name: "inline", change: func(s *Snapshot) {
			u := &s.Details.Value.Users[0]
			u.Inline = append(u.Inline, Inline{"every thing", `%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D`})
		}, status: finding.Fail, severity: finding.Medium, evidence: "ann (inline policy every thing (Action * on Resource *))", resources: []string{"ann"},
			step: "`aws iam delete-user-policy --user-name ann --policy-name 'every thing'`"},
		{title: standing, name: "a role for the task", change: func(s *Snapshot) {
			addRole(s, "admin", trustOf(`{"AWS":"arn:aws:iam::111122223333:user/ann"}`), administratorAccess)
		}, status: finding.Pass},
		{title: standing, name: "open to all", change: func(s *Snapshot) { addRole(s, "open", trustOf(`"*"`), administratorAccess) }, status: finding.Fail, severity: finding.Critical,
			evidence: "every AWS account may assume these roles with administrator rights: open", resources: []string{"arn:aws:iam::111122223333:role/open"}, step: "`aws iam update-assume-role-policy --role-name open --policy-document file://trust.json`"},
		{title: standing, name: "a service", change: func(s *Snapshot) { addRole(s, "ec2", trustOf(`{"Service":"ec2.amazonaws.com"}`), administratorAccess) }, status: finding.Fail, severity: finding.Medium,
			evidence: "roles of services have them", resources: []string{"arn:aws:iam::111122223333:role/ec2"}, step: "`aws iam generate-service-last-accessed-details --arn arn:aws:iam::111122223333:role/ec2`"},
		{title: standing, name: "another account", change: func(s *Snapshot) { addRole(s, "partner", trustOf(`{"AWS":"444455556666"}`), administratorAccess) }, status: finding.Pass,
			evidence: "other accounts may assume roles with administrator rights, is that meant? partner (444455556666)"},
		{title: standing, name: "rights not known", change: unknown, status: finding.CouldNotTell, evidence: "policy mine", missing: details},
		{title: standing, name: "unknown", change: noDetails, status: finding.CouldNotTell, missing: details},

		{title: idle, name: "none", change: nothing, status: finding.NotApplicable},
		{title: idle, name: "at work", change: admin, status: finding.Pass, evidence: "1 IAM user has administrator rights, and all were used within 45 days; do they all still need them? ann"},
		{title: idle, name: "one rests", change: byGroup, status: finding.Fail, severity: finding.Medium, evidence: "of 2 IAM users with administrator rights, 1 did nothing for 45 days: dan (policy AdministratorAccess of the group admins; last used on 2026-05-09, 200 days ago)",
			resources: []string{"dan"}, step: "--group-name admins --user-name dan`"},
		{title: idle, name: "never used", change: func(s *Snapshot) {
			admin(s)
			ann(s).PasswordUsed = before(0).AddDate(-2000, 0, 0)
			*ann(s) = Row{User: "ann", Created: before(45)}
		}, status: finding.Fail, severity: finding.Medium, evidence: "never used", resources: []string{"ann"}},
		{title: idle, name: "new", change: func(s *Snapshot) { admin(s); *ann(s) = Row{User: "ann", Created: before(44)} }, status: finding.Pass},
		{title: idle, name: "use not known", change: func(s *Snapshot) { admin(s); noReport(s) }, status: finding.CouldNotTell, evidence: "nothing tells who uses them", missing: report},
		{title: idle, name: "one isn't in the report", change: func(s *Snapshot) { byGroup(s); s.Report.Value = s.Report.Value[:2]; s.Report.Partial = true }, status: finding.CouldNotTell, missing: report},
		{title: idle, name: "rights not known", change: unknown, status: finding.CouldNotTell, missing: details},
		{title: idle, name: "unknown", change: func(s *Snapshot) { noDetails(s); noReport(s) }, status: finding.CouldNotTell, missing: details + ", " + report},

		{title: found, name: "none", change: nothing, status: finding.Pass},
		{title: found, name: "one", change: func(s *Snapshot) { attach(s, "AWSCompromisedKeyQuarantineV9") }, status: finding.Fail, severity: finding.Critical, evidence: "ann (AWSCompromisedKeyQuarantineV9)", resources: []string{"ann"}, step: "leave the quarantine policy attached"},
		{title: found, name: "some users", change: func(s *Snapshot) { s.Details.Partial = true }, status: finding.CouldNotTell, missing: details},
		{title: found, name: "unknown", change: noDetails, status: finding.CouldNotTell, missing: details},
	} {
		t.Run(o.title+"/"+o.name, o.test)
	}
}

// An administrator's quarantine takes nothing back, and a policy of AWS's whose text
// isn't there but whose name says what it allows is known by that.
func TestQuarantinedAdministrator(t *testing.T) {
	s := clean()
	attach(s, administratorAccess)
	u := &s.Details.Value.Users[0]
	const arn = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"
	u.Attached = append(u.Attached, Attached{"AWSCompromisedKeyQuarantineV3", arn})
	s.Details.Value.Policies = []ManagedPolicy{{"AWSCompromisedKeyQuarantineV3", arn, `{"Statement":{"Effect":"Deny","Action":["iam:*"],"Resource":"*"}}`}}
	outcome{title: "Administrator rights held all the time", change: func(to *Snapshot) { *to = *s }, status: finding.Fail, severity: finding.Medium, evidence: "ann (policy AdministratorAccess)", resources: []string{"ann"}}.test(t)
}
