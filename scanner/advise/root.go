package advise

import "lockaway/scanner/finding"

// rootTopics is what to do about an access key of a root user. Its sessions end by
// themselves within an hour, and nothing limits them but an organization's policies
// (AWS STS API Reference, GetSessionToken and GetFederationToken; IAM User Guide,
// "Disabling permissions for temporary security credentials").
func rootTopics(s *subject) []topic {
	off, deleted := rootOff(s)
	topics := []topic{off}
	if s.v.State == finding.Inactive {
		return append(topics, rootSelf(), trailTopic(s), topic{title: "What is left", see: rootKeys, short: []string{deleted}})
	}
	return append(topics, rootSelf(),
		topic{title: "Replacement", short: []string{"Replace each use by a role; make no new key of the root user"}, more: s.placeAdvice()},
		trailTopic(s), rootSessions(), topic{title: "What is left", see: rootKeys, short: []string{deleted}})
}

// rootOff makes a root user's key useless, and says how it is deleted later.
func rootOff(s *subject) (off topic, deleted string) {
	t := topic{title: "Make it useless", see: rootKeys}
	deleted = "After a quiet time delete it there, for a root user needs none"
	look := "Sign in to account {account} as the root user, open Security credentials and look for {key}. If it is there, make it inactive"
	where := "Sign in to account {account} as the root user, open Security credentials, and make {key} inactive"
	if s.partition() == "aws-us-gov" {
		// No console for it, and an inactive key can't sign what switches it on or deletes
		// it (AWS re:Post, "delete, deactivate, or rotate root user access keys in
		// GovCloud").
		t.see = rootGov
		look = "If it is the root user's, delete it by itself, for the console takes no root user in GovCloud: `aws iam delete-access-key --access-key-id {key}`; made inactive, only another key of the root user could delete it"
		where = "The console takes no root user in GovCloud: delete it by itself, `aws iam delete-access-key --access-key-id {key}`; made inactive, only another key of the root user could delete it"
		deleted = "See that the root user has no key left: `aws iam get-account-summary --query SummaryMap.AccountAccessKeysPresent` says 0"
	}
	switch {
	case s.v.State == finding.Inactive:
		t.title = "Keep it useless"
		t.short = []string{"It is the root user's, and switched off: it opens nothing unless somebody switches it on again"}
	case s.live() && identified(s.f):
		t.short = []string{"Now, before anything else: it is alive, and the root user's of account {account}; it can do everything, and no policy of the account limits it. " + where}
		t.more = organization
	case identified(s.f):
		t.short = []string{where}
		t.more = organization
	default:
		t.short = []string{look,
			"If it isn't the root user's, it is an IAM user's: `aws iam get-access-key-last-used --access-key-id {key}` names the user; make it inactive by " + deactivate,
		}
		t.more = organization
		deleted += "; an IAM user's by " + deletion
	}
	return t, deleted
}

// organization is how a root user's keys are deleted from outside of its account
// (IAM User Guide, "Perform a privileged task on an AWS Organizations member
// account"; the global endpoint of STS doesn't do it, nor do root credentials).
var organization = []Step{{
	Text: "If the account is a member of an organization with central root access, its management account can delete the root user's credentials without a sign-in as root: in the IAM console, Root access management, or by a session that is good for that alone, whose credentials the second command needs. See " + rootTasks,
	Commands: []string{
		"aws sts assume-root --region {region} --target-principal {account} --task-policy-arn arn=arn:{partition}:iam::aws:policy/root-task/IAMDeleteRootUserCredentials",
		"aws iam delete-access-key --access-key-id {key}",
	},
}}

func rootSelf() topic {
	return topic{title: "The root user", short: []string{
		"Change the root user's password, and check its second factors, e-mail address, phone number and alternate contacts, signing certificates and CloudFront key pairs for what isn't yours",
	}}
}

func rootSessions() topic {
	return topic{title: "Sessions made with it", see: disabling, short: []string{
		"Sessions made with it can't be limited, and end within an hour: if anybody else used it, open a support case with AWS"}}
}
