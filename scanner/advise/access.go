package advise

import "lockaway/scanner/finding"

// topic is one part of what to do about an access key: what reports say of it, and
// what a playbook says besides.
type topic struct {
	title string
	short []string
	more  []Step
	see   string // where it is told
}

// Where it is told.
const (
	blog        = "https://aws.amazon.com/blogs/security/what-to-do-if-you-inadvertently-expose-an-aws-access-key/"
	disabling   = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html"
	revoking    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html"
	permissions = "https://docs.aws.amazon.com/singlesignon/latest/userguide/revoke-user-permissions.html"
	quarantines = "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html"
	eventsKept  = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html"
	updating    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html"
	rootKeys    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user_manage_delete-key.html"
	rootTasks   = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html"
	rootGov     = "https://repost.aws/knowledge-center/manage-govcloud-root-key"
)

// longTerm is what to do about a long-term key of which the secret is there.
func longTerm(s *subject) []topic {
	switch {
	case s.v.State == finding.Dead:
		return []topic{gone(s), deadTrail(), {title: "What else it opened", short: []string{others}}}
	case s.root:
		return rootTopics(s)
	case s.v.State == finding.Inactive:
		return []topic{
			{title: "Keep it useless", see: updating, short: []string{
				"It is switched off: it opens nothing unless somebody switches it on again. When nothing misses it, delete it: " + deletion}},
			sessionsBefore(), trailTopic(s), {title: "What else it opened", short: []string{others}},
		}
	}
	topics := []topic{off(s)}
	if is(s.v.Quarantined) {
		topics = append(topics, quarantined())
	}
	topics = append(topics, outliving(s), s.replacement(), trailTopic(s),
		topic{title: "What is left", see: updating, short: []string{remove}})
	if !is(s.v.Quarantined) {
		topics[1].more = append(topics[1].more, Step{
			Text:     "AWS may have noticed it before you: look for its mail, a support case, the event AWS_RISK_CREDENTIALS_EXPOSED in AWS Health, and for a policy on the user whose name begins with AWSCompromisedKeyQuarantine",
			Commands: []string{"aws iam list-attached-user-policies --user-name {user}"},
		})
	}
	return topics
}

// off makes a user's key useless, with as much haste as what is known of it asks.
func off(s *subject) topic {
	const undone = ", which can be undone and keeps the traces: " + deactivate
	const unless = ". Only if it can do little, was never public and production stands on it, replace it first"
	t := topic{title: "Make it useless", see: blog}
	switch {
	case s.live() && is(s.v.Admin):
		t.short = []string{"Now, before anything else: it is alive, and IAM user {user} has administrator rights. Make it inactive, with other credentials than its own: " + deactivate}
	case s.live() && is(s.v.Quarantined):
		t.short = []string{"Now: it is alive, IAM user {user}'s, and was seen in public. Make it inactive, with other credentials than its own: " + deactivate}
	case s.live() && s.user != "":
		t.short = []string{"It is alive, and IAM user {user}'s. Make it inactive" + undone + unless}
	case s.live():
		t.short = []string{"It is alive. " + owner, "Make it inactive" + undone + unless}
	case s.v.State == finding.Unknown:
		t.short = []string{"AWS was asked and gave no verdict: take it for alive. " + owner, "Make it inactive" + undone + unless}
	default:
		t.short = []string{owner, "Make it inactive" + undone + unless}
	}
	t.more = []Step{
		{Text: "See that it holds, and whether the user has another key. It takes up to some minutes until it holds everywhere", Commands: []string{"aws iam list-access-keys --user-name {user}"}},
		{Text: "If somebody else used it, take the user's password away too until it is clear what happened; an error NoSuchEntity says that there is none", Commands: []string{"aws iam delete-login-profile --user-name {user}"}},
	}
	return t
}

func quarantined() topic {
	return topic{title: "AWS's quarantine", see: quarantines, short: []string{
		"AWS has seen it in public and attached a quarantine policy to IAM user {user}. That stops some misuse and not the key, which can't make itself inactive any more: do what the support case (in Support Center) or AWS's mail says, and leave the policy until it says that it may go",
	}}
}

// outliving is about what was made with a key and doesn't end with it.
func outliving(s *subject) topic {
	t := topic{title: "Sessions made with it", see: disabling, short: []string{sessions}}
	t.more = []Step{
		{Text: "After 36 hours no session made before is left: take the policy away again", Commands: []string{"aws iam detach-user-policy --user-name {user} --policy-arn arn:{partition}:iam::aws:policy/AWSDenyAll"}},
		{Text: "Roles that it assumed go on without the user: CloudTrail names them (AssumeRole, by this key ID). Of each, end what was issued before now", Commands: []string{revokeRole("ROLE")}},
	}
	return t
}

func sessionsBefore() topic {
	return topic{title: "Sessions made with it", see: disabling, short: []string{
		"Sessions made with it while it was on live for up to 36 hours: if it went off later than that ago, stop them by " + denyAll}}
}

// gone is about a key that AWS doesn't take.
func gone(s *subject) topic {
	see := "signed in to account {account}: `aws iam list-access-keys --user-name {user}`; what is merely inactive, delete: " + deletion
	if s.root {
		see = "signed in to account {account} as the root user, under Security credentials; what is merely inactive, delete there"
	}
	return topic{title: "What is left", see: updating, short: []string{
		"AWS doesn't take it: it was deleted or made inactive, or is of a partition that wasn't asked. See which, " + see}}
}

func deadTrail() topic {
	t := watch()
	t.short = []string{"Find out who used it while it lived, in every region: " + lookup + " goes 90 days back; before that only a trail's own logs do. Look for " + traces}
	return t
}

func trailTopic(s *subject) topic {
	t := watch()
	if used := s.used(); used != "" {
		t.short = []string{"AWS has its last use on {used}: was that you? See what it did, in every region and 90 days back: " + lookup + ". Look for " + traces}
	}
	return t
}

// watch is about what to look at in CloudTrail.
func watch() topic {
	return topic{title: "What it did", see: eventsKept, short: []string{trail}, more: []Step{
		{Text: "In all regions at once; what IAM and other global services log stands in us-east-1", Commands: []string{
			"for r in $(aws ec2 describe-regions --query 'Regions[].RegionName' --output text); do aws cloudtrail lookup-events --region \"$r\" --lookup-attributes AttributeKey=AccessKeyId,AttributeValue={key} --query 'Events[].[EventTime,EventName,EventSource,Username]' --output text; done"}},
		{Text: "What shows that somebody dug in: CreateUser, CreateAccessKey, CreateLoginProfile, AttachUserPolicy, PutUserPolicy, CreateRole, UpdateAssumeRolePolicy, AssumeRole, GetFederationToken, StopLogging, DeleteTrail. What shows what for: RunInstances, CreateFunction, GetSecretValue, InvokeModel, SendEmail, GetSendQuota, CreateSnapshot, ModifySnapshotAttribute"},
		{Text: "It shows management events alone. Reads of S3 objects and calls of functions are data events, which only a trail that was told to has; GuardDuty, S3's access logs and the bill by region and service tell more"},
		{Text: "New users, keys and passwords stand in the credential report", Commands: []string{"aws iam generate-credential-report", "aws iam get-credential-report --query Content --output text | base64 --decode"}},
	}}
}

// longTermID is about a key ID without its secret.
func longTermID(s *subject) []topic {
	if s.root {
		return longTerm(s)
	}
	first, second := "Alone it opens nothing, but it names account {account}: look for its secret where it came from, in older versions of this file too", owner
	last := "If it stays in use, take the ID out of the file: the SDKs find it where the secret is"
	switch {
	case s.v.State == finding.Dead:
		return []topic{{title: "What is left", see: updating, short: []string{
			"AWS doesn't know it any more, and alone it opens nothing: take it out of the file"}}}
	case s.v.State == finding.Inactive:
		return []topic{{title: "What is left", see: updating, short: []string{
			"Alone it opens nothing, and its key is switched off: when nothing misses it, delete it: " + deletion}}}
	case s.live() && s.user != "":
		second = "Its key is active, and IAM user {user}'s: `aws iam get-access-key-last-used --access-key-id {key}` tells the last use"
	}
	return []topic{{title: "What to do", see: updating, short: []string{first, second,
		"If it is unused, or its secret was exposed: " + deactivate + ", and delete it after a quiet time", last}}}
}
