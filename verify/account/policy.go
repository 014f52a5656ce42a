package account

import "strings"

// granted are the permissions that Read and Join take, sorted. GetCallerIdentity takes
// none.
var granted = []string{
	"iam:GenerateCredentialReport",
	"iam:GetAccessKeyLastUsed",
	"iam:GetAccountAuthorizationDetails",
	"iam:GetAccountPasswordPolicy",
	"iam:GetAccountSummary",
	"iam:GetCredentialReport",
	"iam:ListAccessKeys",
	"iam:ListAccountAliases",
	"iam:ListOrganizationsFeatures",
	"iam:ListUsers",
	"iam:ListVirtualMFADevices",
}

// Policy is a policy, as JSON that ends in a line break, that allows what Read calls and
// nothing else: IAM tells, and brings its own report up to date; nothing in the account
// changes, and no content of anything can be read. Most of the calls know no resources,
// so they are allowed on all.
func Policy() string {
	return `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "LockawayAccount",
      "Effect": "Allow",
      "Action": [
        "` + strings.Join(granted, "\",\n        \"") + `"
      ],
      "Resource": "*"
    }
  ]
}
`
}
