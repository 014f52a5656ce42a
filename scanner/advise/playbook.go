package advise

import "lockaway/rules"

// The steps for each kind of credential, in order. {key}, {account}, {partition}
// and {end} are filled in. Sources: AWS Security Blog, "What to Do If You
// Inadvertently Expose an AWS Access Key"; IAM User Guide, "Update access keys",
// "Revoke IAM role temporary security credentials", "Disabling permissions for
// temporary security credentials"; Amazon Bedrock User Guide, "Handle compromised
// long-term and short-term Amazon Bedrock API keys"; SES Developer Guide,
// "Obtaining Amazon SES SMTP credentials".
var playbook = map[rules.Kind][]string{
	rules.LongTermPair: {
		owner,
		deactivate,
		"Replace it: a role, OpenID Connect or IAM Identity Center first; else a second key (aws iam create-access-key --user-name USER), deployed wherever this one is used",
		sessions,
		trail,
		remove,
	},
	rules.TemporaryPair: {
		"Find who it was handed to: " + lookup + " shows the role or user of its session",
		"End the session's rights now: of a role, IAM console, Revoke active sessions (a policy that denies what was issued before now); of a user or federated user, deny everything to the user it came from",
		"It ends by itself, after 36 hours at the latest; the role, or the key that minted it, may hand out the next: find how it got here",
		trail,
		"Make sure that what wrote it here (a shell history, a log, a cache of the CLI) no longer does",
	},
	rules.LongTermID: {
		"Alone it opens nothing, but it names account {account}: look for its secret where it came from, in older versions of this file too",
		owner,
		"If it is unused, or its secret was exposed: aws iam update-access-key --access-key-id {key} --status Inactive --user-name USER, and delete it after a quiet time",
		"If it stays in use, take the ID out of the file: the SDKs find it where the secret is",
	},
	rules.TemporaryID: {
		"Alone it opens nothing, and its session ends within 36 hours: look for its secret and token where it came from",
		"If they were exposed too: " + lookup + " shows the role or user; revoke the role's active sessions",
		"Find what wrote it here",
	},
	rules.OtherID: {
		"Alone it opens nothing: look for the password or token that belongs to it where it came from",
		"Find whose it is: aws iam list-service-specific-credentials --user-name USER",
		"If it was exposed, reset or delete it there",
	},
	rules.LoneSecret: {
		"Find its key ID: it stands where the secret is used (variables of the environment, CI, the credentials file), or in another file; aws iam list-access-keys --user-name USER lists a user's",
		"With the ID: aws iam update-access-key --access-key-id KEY-ID --status Inactive --user-name USER; inactive can be undone, deleted can't",
		"If the ID can't be found, replace every key that this place may have used",
		sessions,
		trail,
		"After a quiet time delete the key, and replace whatever else it could read",
	},
	rules.LoneToken: {
		"Alone it opens nothing; with its key ID and secret it opens a session until that ends: look for them where it came from",
		"If they were exposed too, revoke the role's active sessions (IAM console, Revoke active sessions)",
		"Find what wrote it here, and stop it",
	},
	rules.SMTP: {
		"Its user name is an access key ID, {key}, and it works as long as that key: find the key's owner with aws iam get-access-key-last-used --access-key-id {key}",
		"Deactivate that key: aws iam update-access-key --access-key-id {key} --status Inactive --user-name USER; changing the password alone isn't possible",
		"Make new SMTP credentials for a user that may do ses:SendRawEmail and nothing else; better, send by the SES API with a role",
		"Look at SES's sending statistics, bounces and complaints of every region for mail that wasn't yours",
		"Look in CloudTrail for other use of the key: whoever has the secret it was derived from can do whatever its user may",
		"Delete the key after a quiet time",
	},
	rules.Bedrock: {
		"Find whose it is: aws iam list-service-specific-credentials --service-name bedrock.amazonaws.com --user-name USER, for the users made for Bedrock keys",
		"Deactivate it: aws iam update-service-specific-credential --service-specific-credential-id ID --status Inactive --user-name USER",
		"If it can't be found: deny bedrock:CallWithBearerToken, by a policy or for the organization",
		"Look in CloudTrail and on the bill for model calls that weren't yours",
		"Replace it by a role, or by short-term keys; then delete it: aws iam delete-service-specific-credential --service-specific-credential-id ID --user-name USER",
	},
	rules.BedrockShort: {
		"It ends with the session of who made it, after twelve hours at the latest; until then it opens Bedrock with that identity's rights",
		"If it still holds: deny bedrock:CallWithBearerToken to that identity, or revoke the role's active sessions",
		"Look in CloudTrail and on the bill for model calls that weren't yours",
		"Find what wrote it here; let programs make such a key when they need it",
	},
	rules.MWS: {
		"Revoke the developer's authorization in Seller Central, User Permissions, Manage your apps",
		"The service is retired: move to the Selling Partner API, whose tokens are short-lived",
		"Look at the seller account for changes and reports that weren't yours",
	},
	rules.AppSync: {
		"Make a new key (aws appsync create-api-key --api-id API), deploy it, and delete this one (aws appsync list-api-keys, delete-api-key)",
		"Such a key identifies nobody: whatever the API allows by key counts as public; use IAM or Cognito where it shouldn't",
		"Look in the API's logs for calls that weren't yours",
	},
	rules.CloudFront: {
		"Take the key's public half out of what trusts it: the key groups of the distribution or, with older key pairs, the trusted signers; whoever has the private half signs addresses for everything behind it",
		"Make a new key, add its public half to a key group first if visitors must not notice, and sign with it",
		"Older key pairs belong to the root user: sign in as root, Security credentials, CloudFront key pairs; make it inactive, then delete it, and use key groups instead",
		"Look in the distribution's access logs for addresses that you didn't sign",
	},
	rules.Signing: {
		"See whose certificate it signs for: aws iam list-signing-certificates --user-name USER; the root user's stand in the console, signed in as root, under Security credentials",
		"Make the certificate inactive: aws iam update-signing-certificate --certificate-id ID --status Inactive --user-name USER; the root user's in the console",
		"Move the old tools that use it to access by a role",
		"Look in CloudTrail for calls that weren't yours, then delete the certificate: aws iam delete-signing-certificate --certificate-id ID --user-name USER",
	},
	rules.CodeCommit: {
		"Find whose it is: aws iam list-service-specific-credentials --user-name USER; the user name in front of -at- tells",
		"Reset it: aws iam reset-service-specific-credential --service-specific-credential-id ID --user-name USER; or set it Inactive with update-service-specific-credential",
		"Use git-remote-codecommit or the SDK's plug-in for Keyspaces with a role instead of a password",
		"Look in CloudTrail for clones, pushes and queries that weren't yours",
	},
	rules.Presigned: {
		"Until it ends, {end}, whoever has it gets what it was signed for, and it can't be taken back by itself",
		"If that matters: move or delete what it leads to, or take the signer's right to it; deactivating the signing key, {key}, or revoking its role's sessions ends it too",
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

// rootSteps are for access keys of a root user.
var rootSteps = []string{
	"Sign in to account {account} as the root user, with its second factor, and look under Security credentials whether {key} stands there; if it does, make it inactive now. With the key's own signature the same is: aws iam update-access-key --access-key-id {key} --status Inactive",
	"Change the root user's password; check its MFA devices, e-mail address and phone number, the alternate contacts, signing certificates and CloudFront key pairs for what isn't yours",
	trail,
	"Sessions made with it can't be limited: they end by themselves. Open a support case with AWS if it was used",
	"Replace each use by a role, then delete the key as the root user: aws iam delete-access-key --access-key-id {key}. Make no new one",
	"If {key} turns out to be an IAM user's: aws iam get-access-key-last-used --access-key-id {key} names the user, and the same commands take --user-name USER",
}

var canarySteps = []string{
	"Do not call it, and verify nothing with it: any use sets off an alarm",
	"Ask who watches over this place whether they laid it out; leave it where it is until you know",
	"If nobody did, somebody else's alarm was copied here: find out from where, and what came with it",
}

var exampleSteps = []string{
	"Nothing to revoke: it stands in documentation or is a placeholder, and opens nothing",
}

var expiredSteps = []string{
	"It ended on {end} and opens nothing any more",
	"Find what wrote it here: the next one will be alive",
}

const (
	owner      = "Find its owner, signed in to account {account}: aws iam get-access-key-last-used --access-key-id {key} names the user and the last use"
	deactivate = "If it can write or reach what matters, or was public, deactivate it now: aws iam update-access-key --access-key-id {key} --status Inactive --user-name USER; else put the replacement in place first. Inactive can be undone, and keeps the traces; deleted doesn't"
	sessions   = "Sessions minted from it outlive it by up to 36 hours: until then deny everything to its user: aws iam attach-user-policy --user-name USER --policy-arn arn:{partition}:iam::aws:policy/AWSDenyAll"
	lookup     = "aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue={key}"
	trail      = "See what it did: " + lookup + ", in every region (90 days back); look for new users, roles, keys and policies, for instances, mail and model calls, on the bill, and for a support case or a quarantine policy from AWS"
	remove     = "After a quiet time delete it: aws iam delete-access-key --access-key-id {key} --user-name USER; replace whatever else it could read (secrets, database passwords, SMTP passwords derived from it)"

	history   = "Then take it out of this file. Rewriting a repository's history comes last, and never takes back what was read: git filter-repo --replace-text in a fresh clone, a forced push, and a request to the host to drop caches, pull requests and forks"
	elsewhere = "The account lies in partition {partition}: run the commands with a profile and a region of it"
)
