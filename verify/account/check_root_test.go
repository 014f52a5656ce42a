package account

import (
	"testing"

	"lockaway/scanner/finding"
)

func TestRootChecks(t *testing.T) {
	nothing := func(*Snapshot) {}
	noReport := func(s *Snapshot) { missing(&s.Report) }
	noSummary := func(s *Snapshot) { missing(&s.Summary) }
	neither := func(s *Snapshot) { missing(&s.Report); missing(&s.Summary) }
	rootKey := func(k RowKey) func(*Snapshot) {
		return func(s *Snapshot) { s.Summary.Value[summaryKeys] = 1; root(s).Keys[0] = k }
	}
	bare := func(s *Snapshot) {
		s.Summary.Value[summaryMFA], s.Summary.Value[summaryPassword] = 0, 0
		root(s).Password, root(s).MFA = Off, Off
	}
	const (
		keys    = "Access keys of the root user"
		certs   = "Signing certificates of the root user"
		progs   = "Programs that run as the root user"
		mfa     = "Second factor of the root user"
		kind    = "Kind of the root user's second factor"
		central = "Central management of root access"
		use     = "Use of the root user"
		every   = "Everyday work as the root user"
		report  = "iam:GenerateCredentialReport, iam:GetCredentialReport"
	)
	for _, o := range []outcome{
		{title: keys, name: "none", change: nothing, status: finding.Pass, evidence: "no access keys"},
		{title: keys, name: "none by the report alone", change: noSummary, status: finding.Pass},
		{title: keys, name: "none by the summary alone", change: noReport, status: finding.Pass},
		{title: keys, name: "one", change: rootKey(usedKey(1000, 2)), status: finding.Fail, severity: finding.Critical,
			evidence:  "key 1 is active, made or last changed on 2024-02-29, 1000 days ago, last used on 2026-11-23, 2 days ago in eu-west-1 (s3)",
			resources: []string{"<root_account>", "<root_account>: access key 1"}, step: "AttributeKey=Username,AttributeValue=root"},
		{title: keys, name: "with its ID", change: func(s *Snapshot) {
			rootKey(usedKey(1000, 2))(s)
			s.Keys = Part[map[string][]Key]{Known: true, Value: map[string][]Key{RootUser: {{ID: "AKIAIOSFODNN7EXAMPLE", User: RootUser, Active: true, Created: before(1000)}}}}
		}, status: finding.Fail, severity: finding.Critical, evidence: "AKIAIOSFODNN7EXAMPLE is active", resources: []string{"<root_account>", "AKIAIOSFODNN7EXAMPLE"},
			step: "`aws iam update-access-key --status Inactive --access-key-id AKIAIOSFODNN7EXAMPLE`"},
		{title: keys, name: "inactive", change: rootKey(RowKey{Rotated: before(1000)}), status: finding.Fail, severity: finding.High, evidence: "inactive", resources: []string{"<root_account>", "<root_account>: access key 1"}},
		{title: keys, name: "by the summary alone", change: func(s *Snapshot) { noReport(s); s.Summary.Value[summaryKeys] = 1 }, status: finding.Fail, severity: finding.Critical, evidence: "has access keys", resources: []string{"<root_account>"}},
		{title: keys, name: "made since the report", change: func(s *Snapshot) { s.Summary.Value[summaryKeys] = 1 }, status: finding.Fail, severity: finding.Critical, resources: []string{"<root_account>"}},
		{title: keys, name: "deleted since the report", change: func(s *Snapshot) { root(s).Keys[0] = usedKey(9, 9) }, status: finding.Pass},
		{title: keys, name: "unknown", change: neither, status: finding.CouldNotTell, missing: "iam:GetAccountSummary", step: "`aws iam get-account-summary > "},

		{title: certs, name: "none", change: nothing, status: finding.Pass},
		{title: certs, name: "none by the report", change: noSummary, status: finding.Pass},
		{title: certs, name: "one", change: func(s *Snapshot) {
			s.Summary.Value[summaryCertificates] = 1
			root(s).Certificates[1] = RowCertificate{Active: true, Rotated: before(4000)}
		}, status: finding.Fail, severity: finding.Critical, evidence: "certificate 2 is active, uploaded or last changed on 2015-12-13, 4000 days ago", resources: []string{"<root_account>"}},
		{title: certs, name: "inactive", change: func(s *Snapshot) {
			noSummary(s)
			root(s).Certificates[0] = RowCertificate{Rotated: before(4000)}
		}, status: finding.Fail, severity: finding.High, evidence: "certificate 1 is inactive", resources: []string{"<root_account>"}},
		{title: certs, name: "by the summary", change: func(s *Snapshot) { noReport(s); s.Summary.Value[summaryCertificates] = 1 }, status: finding.Fail, severity: finding.Critical, resources: []string{"<root_account>"}},
		{title: certs, name: "unknown", change: neither, status: finding.CouldNotTell, missing: "iam:GetAccountSummary"},

		{title: progs, name: "no keys", change: nothing, status: finding.Pass, evidence: "no access keys that a program could use"},
		{title: progs, name: "used", change: rootKey(usedKey(1000, 89)), status: finding.Fail, severity: finding.Critical, evidence: "within 90 days", resources: []string{"<root_account>", "<root_account>: access key 1"}},
		{title: progs, name: "used long ago", change: rootKey(usedKey(1000, 90)), status: finding.Pass, evidence: "not used within 90 days"},
		{title: progs, name: "never used", change: rootKey(RowKey{Active: true, Rotated: before(5)}), status: finding.Pass, evidence: "never used"},
		{title: progs, name: "unknown use", change: func(s *Snapshot) { noReport(s); s.Summary.Value[summaryKeys] = 1 }, status: finding.CouldNotTell, missing: report},
		{title: progs, name: "unknown", change: neither, status: finding.CouldNotTell, missing: "iam:GetAccountSummary, " + report},

		{title: mfa, name: "on", change: nothing, status: finding.Pass},
		{title: mfa, name: "on by the report", change: noSummary, status: finding.Pass},
		{title: mfa, name: "off", change: func(s *Snapshot) { s.Summary.Value[summaryMFA] = 0 }, status: finding.Fail, severity: finding.Critical, evidence: "text message", resources: []string{"<root_account>"}, step: "register a passkey or a security key"},
		{title: mfa, name: "off by the report", change: func(s *Snapshot) { noSummary(s); root(s).MFA = Off }, status: finding.Fail, severity: finding.Critical, resources: []string{"<root_account>"}},
		{title: mfa, name: "nothing to protect", change: bare, status: finding.NotApplicable, evidence: "managed centrally"},
		{title: mfa, name: "no password but a key", change: func(s *Snapshot) { bare(s); rootKey(usedKey(5, 5))(s) }, status: finding.Fail, severity: finding.Critical, resources: []string{"<root_account>"}},
		{title: mfa, name: "unknown", change: neither, status: finding.CouldNotTell, missing: "iam:GetAccountSummary"},

		{title: kind, name: "not virtual", change: nothing, status: finding.Pass, evidence: "a passkey, a security key or a hardware token"},
		{title: kind, name: "virtual by its name", change: func(s *Snapshot) {
			s.VirtualMFA.Value = append(s.VirtualMFA.Value, Device{Serial: "arn:aws:iam::111122223333:mfa/root-account-mfa-device"})
		}, status: finding.Fail, severity: finding.Low, evidence: "virtual", resources: []string{"<root_account>", "arn:aws:iam::111122223333:mfa/root-account-mfa-device"}},
		{title: kind, name: "virtual by its owner", change: func(s *Snapshot) {
			s.VirtualMFA.Value = append(s.VirtualMFA.Value, Device{Serial: "arn:aws:iam::111122223333:mfa/phone", User: RootUser})
		}, status: finding.Fail, severity: finding.Low, resources: []string{"<root_account>", "arn:aws:iam::111122223333:mfa/phone"}},
		{title: kind, name: "none", change: func(s *Snapshot) { s.Summary.Value[summaryMFA] = 0 }, status: finding.NotApplicable},
		{title: kind, name: "unknown devices", change: func(s *Snapshot) { missing(&s.VirtualMFA) }, status: finding.CouldNotTell, missing: "iam:ListVirtualMFADevices"},
		{title: kind, name: "some devices", change: func(s *Snapshot) { s.VirtualMFA.Partial = true }, status: finding.CouldNotTell, missing: "iam:ListVirtualMFADevices"},
		{title: kind, name: "unknown", change: neither, status: finding.CouldNotTell, missing: "iam:GetAccountSummary"},

		{title: use, name: "long ago", change: nothing, status: finding.Pass, evidence: "2024-12-25, 700 days ago"},
		{title: use, name: "never", change: func(s *Snapshot) { *root(s) = Row{User: RootUser} }, status: finding.Pass, evidence: "no use"},
		{title: use, name: "by password", change: func(s *Snapshot) { root(s).PasswordUsed = before(89) }, status: finding.Fail, severity: finding.High, evidence: "its password on 2026-08-28, 89 days ago", resources: []string{"<root_account>"}},
		{title: use, name: "at the limit", change: func(s *Snapshot) { root(s).PasswordUsed = before(90) }, status: finding.Pass},
		{title: use, name: "by both", change: func(s *Snapshot) { rootKey(usedKey(1000, 0))(s); root(s).PasswordUsed = before(1) }, status: finding.Fail, severity: finding.High,
			evidence: "its password on 2026-11-24, 1 day ago; access key 1 on 2026-11-25, less than a day ago in eu-west-1 (s3)", resources: []string{"<root_account>"}},
		{title: use, name: "unknown", change: noReport, status: finding.CouldNotTell, missing: report},

		{title: every, name: "not used", change: nothing, status: finding.Pass},
		{title: every, name: "used, others too", change: func(s *Snapshot) { root(s).PasswordUsed = before(1) }, status: finding.Pass, evidence: "the role " + ssoRole + " on 2026-11-24"},
		{title: every, name: "alone", change: func(s *Snapshot) {
			root(s).PasswordUsed = before(1)
			s.Details.Value.Roles[0].Used = before(91)
		}, status: finding.Fail, severity: finding.High, evidence: "no other administrator was used", resources: []string{"<root_account>"}},
		{title: every, name: "no others", change: func(s *Snapshot) {
			root(s).PasswordUsed = before(1)
			s.Details.Value.Roles = nil
		}, status: finding.Fail, severity: finding.High, evidence: "there is no other administrator", resources: []string{"<root_account>"}},
		{title: every, name: "an administrator who is a user", change: func(s *Snapshot) {
			root(s).PasswordUsed = before(1)
			s.Details.Value.Roles = nil
			attach(s, administratorAccess)
		}, status: finding.Pass, evidence: "the user ann on 2026-11-22, 3 days ago"},
		{title: every, name: "others unknown", change: func(s *Snapshot) { root(s).PasswordUsed = before(1); missing(&s.Details) }, status: finding.CouldNotTell, missing: "iam:GetAccountAuthorizationDetails"},
		{title: every, name: "unknown", change: noReport, status: finding.CouldNotTell, missing: report},

		{title: central, name: "on", change: nothing, status: finding.Pass, evidence: "short root sessions where"},
		{title: central, name: "off", change: func(s *Snapshot) { s.Organization.Value.RootCredentials = false }, status: finding.Fail, severity: finding.Low, step: "`aws iam enable-organizations-root-credentials-management`"},
		{title: central, name: "no trust", change: func(s *Snapshot) { s.Organization.Value = Organization{NoTrust: true} }, status: finding.Fail, severity: finding.Low, step: "`aws organizations enable-aws-service-access --service-principal iam.amazonaws.com`"},
		{title: central, name: "for billing alone", change: func(s *Snapshot) { s.Organization.Value = Organization{BillingOnly: true} }, status: finding.Fail, severity: finding.Low, step: "`aws organizations enable-all-features`"},
		{title: central, name: "member", change: func(s *Snapshot) { s.Organization.Value = Organization{Member: true} }, status: finding.NotApplicable, evidence: "only its management account can ask"},
		{title: central, name: "member without credentials", change: func(s *Snapshot) { bare(s); s.Organization.Value = Organization{Member: true} }, status: finding.Pass, evidence: "no password and no keys"},
		{title: central, name: "alone", change: func(s *Snapshot) { s.Organization.Value = Organization{None: true} }, status: finding.NotApplicable, evidence: "in no organization"},
		{title: central, name: "unknown", change: func(s *Snapshot) { missing(&s.Organization) }, status: finding.CouldNotTell, missing: "iam:ListOrganizationsFeatures"},
	} {
		t.Run(o.title+"/"+o.name, o.test)
	}
}
