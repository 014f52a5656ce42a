package advise

import "lockaway/rules"

// The steps for each kind of credential, in order: whose it is, make it useless,
// replace it, see what it did, take away what is left. Those of access keys that can
// be asked about stand in access.go, root.go and session.go. {key}, {account},
// {partition}, {user} and others are filled in; words in capitals are for the reader
// to fill in. Commands stand between backquotes. Sources: AWS Security Blog, "What to
// Do If You Inadvertently Expose an AWS Access Key" (the order too); IAM User
// Guide, "Update access keys", "Revoke IAM role temporary security credentials",
// "Disabling permissions for temporary security credentials"; AWS CLI Command
// Reference; Amazon Bedrock User Guide, "Handle compromised long-term and
// short-term Amazon Bedrock API keys"; SES Developer Guide, "Obtaining Amazon SES
// SMTP credentials"; git-filter-repo's manual.
var playbook = map[rules.Kind][]string{
	rules.TemporaryID: {
		"Alone it opens nothing, and its session ends within 36 hours: look for its secret and token where it came from",
		"If they were exposed too: " + lookup + " names the role or user; revoke the role's active sessions in the IAM console",
		"Find what wrote it here",
	},
	rules.OtherID: {
		"Alone it opens nothing: look for the password or token that belongs to it where it came from",
		"Find whose it is: `aws iam list-service-specific-credentials --user-name USER`",
		"If its password was exposed: `aws iam reset-service-specific-credential --service-specific-credential-id ID --user-name USER`",
	},
	rules.LoneSecret: {
		"Find its key ID: it stands where the secret is used (variables, CI, the credentials file) or in another file; `aws iam list-access-keys --user-name USER` lists a user's",
		"Make the key inactive: `aws iam update-access-key --access-key-id KEY-ID --status Inactive --user-name USER`. If the ID can't be found, replace every key that this place may have used",
		sessions,
		"Replace it wherever it is used, by a role where one can be",
		trail,
		remove,
	},
	rules.LoneToken: {
		"Alone it opens nothing; with its key ID and secret it opens a session until that ends: look for them where it came from",
		"If they were exposed too, end the session's rights: Revoke active sessions of its role in the IAM console",
		"Find what wrote it here, and stop it",
	},
	rules.Bedrock: {
		"Find whose it is: `aws iam list-service-specific-credentials --all-users --service-name bedrock.amazonaws.com`",
		"Make it inactive: `aws iam update-service-specific-credential --service-specific-credential-id ID --status Inactive --user-name USER`. If it can't be found, deny bedrock:CallWithBearerToken to its user, or to the organization",
		"Replace it by a role, or by short-term keys",
		"Look in CloudTrail and at the bill for model calls that weren't yours",
		"Then delete it: `aws iam delete-service-specific-credential --service-specific-credential-id ID --user-name USER`",
	},
	rules.BedrockShort: {
		"It ends with the session of whoever made it, after twelve hours at the latest; until then it opens Bedrock with that identity's rights",
		"If it still holds: deny bedrock:CallWithBearerToken to that identity, or revoke the role's active sessions in the IAM console",
		"Look in CloudTrail and at the bill for model calls that weren't yours",
		"Find what wrote it here; let programs make such a key when they need one",
	},
	rules.MWS: {
		"Revoke the developer's authorization in Seller Central, User Permissions, Manage your apps",
		"The service is retired: move to the Selling Partner API, whose tokens are short-lived",
		"Look at the seller account for changes and reports that weren't yours",
	},
	rules.AppSync: {
		"Make a new key and deploy it: `aws appsync create-api-key --api-id API`",
		"Delete this one: `aws appsync delete-api-key --api-id API --id KEY`; `aws appsync list-api-keys --api-id API` names both",
		"Look in the API's logs for calls that weren't yours",
		"Such a key identifies nobody, and whatever the API allows by key counts as public: use IAM or Cognito where it shouldn't",
	},
	rules.CloudFront: {
		"Take the key's public half out of what trusts it, the distribution's key groups or, for older key pairs, its trusted signers: whoever has the private half signs addresses for everything behind it. If visitors must not notice, add the new one first",
		"Older key pairs belong to the root user: sign in as root, open Security credentials, CloudFront key pairs, make it inactive and later delete it",
		"Sign with a new key whose public half is in a key group; that needs no root user",
		"Look in the distribution's access logs for addresses that you didn't sign",
	},
	rules.Signing: {
		"See whose certificate it signs for: the root user's stand in the console, signed in as root, under Security credentials; a user's are listed by `aws iam list-signing-certificates --user-name USER`",
		"Make the certificate inactive there, or by `aws iam update-signing-certificate --certificate-id ID --status Inactive --user-name USER`",
		"Move the old tools that use it to access by a role",
		"Look in CloudTrail for calls that weren't yours",
		"Then delete the certificate there, or by `aws iam delete-signing-certificate --certificate-id ID --user-name USER`",
	},
	rules.CodeCommit: {
		"Find whose it is: the user name in front of -at- tells, and `aws iam list-service-specific-credentials --user-name USER` gives its ID",
		"Reset it: `aws iam reset-service-specific-credential --service-specific-credential-id ID --user-name USER`; unused, make it inactive: `aws iam update-service-specific-credential --service-specific-credential-id ID --status Inactive --user-name USER`",
		"Use git-remote-codecommit, or the SDK's plug-in for Keyspaces, with a role instead of a password",
		"Look in CloudTrail for clones, pushes and queries that weren't yours",
	},
	rules.Presigned: {
		"Until it ends, {end}, whoever has it gets what it was signed for, and it can't be taken back by itself",
		"If that matters: move or delete what it leads to, or take the signer's right to it; making the signing key, {key}, inactive or revoking its role's sessions ends it too",
		"Sign for minutes, not days, and hand out addresses when asked instead of storing them",
	},
	rules.OtherAWS: {
		"Revoke it where it was issued, and replace it",
		"Look in CloudTrail for use that wasn't yours",
	},
	rules.GitHub: {
		"Revoke it: GitHub, Settings, Developer settings; an app's or a workflow's token ends by itself, within hours",
		"Look in the security log, and the organization's audit log, for use that wasn't yours",
		"Replace it by a fine-grained token with an end, a deploy key, or the workflow's own GITHUB_TOKEN",
	},
	rules.PrivateKey: {
		"Find what trusts it: certificates, authorized_keys, signing set-ups",
		"Make a new key there, and take the old one's trust away: revoke the certificate, delete the public key",
		"Look in the logs of what trusted it for use that wasn't yours",
	},
	rules.Other: {
		"Revoke it where it was issued, and replace it",
		"Look in that service's logs for use that wasn't yours",
	},
}

var canarySteps = []string{
	"Do not call it, and verify nothing with it: any use sets off an alarm",
	"Ask who watches over this place whether they laid it out; leave it where it is until you know",
	"If nobody did, somebody else's alarm was copied here: find out from where, and what came with it",
}

var exampleSteps = []string{
	"Nothing to revoke: it stands in documentation or is a placeholder, and opens nothing",
}

const endedOn = "It ended on "

var expiredSteps = []string{
	endedOn + "{end} and opens nothing any more",
	"Find what wrote it here: the next one will be alive",
}

const (
	owner      = "Find its owner, signed in to account {account}: `aws iam get-access-key-last-used --access-key-id {key}` names the user and the last use"
	deactivate = "`aws iam update-access-key --access-key-id {key} --status Inactive --user-name {user}`"
	deletion   = "`aws iam delete-access-key --access-key-id {key} --user-name {user}`"
	denyAll    = "`aws iam attach-user-policy --user-name {user} --policy-arn arn:{partition}:iam::aws:policy/AWSDenyAll`"
	sessions   = "Sessions made with it live on for up to 36 hours. Stop them by " + denyAll + ", which stops the user's other keys too, and by Revoke active sessions, in the IAM console, for roles it could assume"
	lookup     = "`aws cloudtrail lookup-events --region REGION --lookup-attributes AttributeKey=AccessKeyId,AttributeValue={key}`"
	traces     = "new users, roles, keys and policies, instances, mail and model calls, the bill, and a support case or a quarantine policy from AWS"
	trail      = "See what it did, in every region and 90 days back: " + lookup + ". Look for " + traces
	others     = "Replace what else it could read: secrets, database passwords, SMTP passwords derived from it"
	remove     = "After a quiet time delete it: " + deletion + "; replace what else it could read (secrets, database passwords, SMTP passwords derived from it)"

	elsewhere   = "The account lies in partition {partition}: run the commands with a profile and a region of it, such as `--profile PROFILE --region {region}`"
	uncommitted = "It is not committed yet: take it out of this file and stage that again (`git add`). What follows is for the case that somebody else could read it"
	history     = "Take it out of this file. Rewriting a repository's history comes last, and never takes back what was read: `git filter-repo --replace-text FILE` in a fresh clone, a forced push, and a request to the host to drop caches, pull requests and forks"
	prevent     = "Keep the next one out: scan before each commit and in CI, and let the host refuse pushes that hold secrets"
)
