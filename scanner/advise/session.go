package advise

import (
	"strings"

	"lockaway/scanner/finding"
)

// temporary is what to do about a session's credentials, by whose session it is. How
// long sessions last: AWS STS API Reference, AssumeRole (12 hours), GetSessionToken
// and GetFederationToken (36 hours, the root user's one).
func temporary(s *subject) []topic {
	wrote := topic{title: "What wrote it here", short: []string{
		"Make sure that what wrote it here (a shell's history, a log, a cache of the CLI) doesn't do so again"}}
	did := topic{title: "What it did", see: eventsKept, more: watch().more, short: []string{
		"See what it did, in every region: " + lookup + ". Look for " + traces}}
	switch {
	case s.v.State == finding.Dead, s.v.State == finding.Inactive:
		did.short = []string{"Find out who used it while it lived, in every region and 90 days back: " + lookup + ". Look for " + traces}
		return []topic{{title: "What is left", short: []string{
			"AWS doesn't take it any more: its session has ended, or it is of a partition that wasn't asked",
			"Find what wrote it here: the next one will be alive"}}, did}
	case s.live():
		return []topic{s.endSession(), did, wrote}
	}
	first := "Find whose session it is: " + lookup + " names the role or user"
	if s.v.State == finding.Unknown {
		first = "AWS was asked and gave no verdict: take it for alive. " + first
	}
	did.short = []string{"By the same command, in every region, see what it did: " + traces}
	return []topic{{title: "End the session", see: disabling, short: []string{
		first,
		"End the session's rights: of a role by Revoke active sessions in the IAM console, which denies what was issued before now; of a user by " + denyAll + ". The root user's can't be ended, and lasts an hour",
		"It ends by itself after 36 hours at the latest, but what handed it out can hand out the next: find how it got here",
	}, more: []Step{{Text: "By the command line, of a role", Commands: []string{revokeRole("ROLE")}}}}, did, wrote}
}

// endSession ends a session that is alive.
func (s *subject) endSession() topic {
	now := "It is alive: "
	if is(s.v.Admin) || s.root {
		now = "Now, before anything else: it is alive and may do everything, "
	}
	t := topic{title: "End the session", see: revoking}
	switch {
	case s.root:
		t.see = disabling
		t.short = []string{
			now + "a session of the root user of account {account}. It can't be limited, and ends within an hour of being made: open a support case with AWS",
			"What made it was a key of the root user's: sign in to account {account} as the root user, open Security credentials, make that inactive, and delete it"}
	case s.v.SSORole != "" || strings.HasPrefix(s.role, "AWSReservedSSO_"):
		t.see = permissions
		t.short = []string{
			now + "session {session} of role {role} in account {account}, from IAM Identity Center, whose roles IAM can't change. There take the user's assignments away, and delete the user's active sessions (Users, Active sessions)",
			"What is open goes on for up to 12 hours: deny it by a service control policy on the user's identitystore:userId",
			"If the user's password or device is in other hands, reset it"}
		t.more = []Step{{Text: "The policy, with the user's ID from IAM Identity Center; it doesn't bind the organization's management account", Commands: []string{
			`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"identitystore:userId": "USER-ID"}}}]}`}}}
	case s.v.Identity == finding.AssumedRole:
		t.short = []string{
			now + "session {session} of role {role} in account {account}. In the IAM console, at that role, Revoke active sessions denies all that was issued before now; its other users get new sessions",
			"Find who got it: whoever may assume the role gets the next one. `aws iam get-role --role-name {role}` tells whom it trusts",
			"It ends by itself after 12 hours at the latest"}
		t.more = []Step{
			{Text: "The same by the command line", Commands: []string{revokeRole("{role}")}},
			{Text: "A role of an instance, a function or a container is renewed by itself: what read it there once can do so again. Look at that machine, and require IMDSv2 on instances"}}
	case s.v.Identity == finding.FederatedUser:
		t.see = disabling
		t.short = []string{
			now + "session {session} of a federated user of account {account}: a long-term key made it, and it can do no more than that key's user. Find the user: `aws cloudtrail lookup-events --region REGION --lookup-attributes AttributeKey=EventName,AttributeValue=GetFederationToken`",
			"Stop the user's sessions: " + denyAll + ", which stops the user's keys too. They end by themselves after 36 hours at the latest, those that the root user made within one"}
	case s.v.Identity == finding.IAMUser:
		t.see = disabling
		t.short = []string{
			now + "a session of IAM user {user} in account {account}. Stop it: " + denyAll + ", which stops the user's keys too. It ends by itself after 36 hours at the latest",
			"A long-term key made it, which may be out as well: `aws iam list-access-keys --user-name {user}`"}
	default:
		t.short = []string{now + "find whose session it is: " + lookup + " names the role or user",
			"End the session's rights: of a role by Revoke active sessions in the IAM console, which denies what was issued before now; of a user by " + denyAll}
	}
	return t
}

// revokeRole denies a role's sessions all that was issued before now, as the console's
// Revoke active sessions does.
func revokeRole(role string) string {
	return "aws iam put-role-policy --role-name " + role + ` --policy-name AWSRevokeOlderSessions --policy-document ` +
		`"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"DateLessThan\":{\"aws:TokenIssueTime\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}}}]}"`
}
