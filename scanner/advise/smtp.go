package advise

import "lockaway/scanner/finding"

// mailPassword is what to do about a password of SES's SMTP endpoint, which is derived from a
// secret access key (SES Developer Guide, "Obtaining Amazon SES SMTP credentials") and
// is as good as its key.
func mailPassword(s *subject) []topic {
	const as = "Its user name is an access key ID, {key}, "
	off := topic{title: "Make it useless", see: "https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html", more: []Step{{
		Text:     "If mail goes out that isn't yours, pause sending in the region until the key is off; your own mail stops too. With --enabled it goes on",
		Commands: []string{"aws ses update-account-sending-enabled --no-enabled --region REGION"},
	}}}
	switch {
	case s.v.State == finding.Inactive || s.v.State == finding.Dead:
		off.title = "Keep it useless"
		off.short = []string{as + "which is switched off or gone: the password opens nothing unless somebody switches the key on again"}
	case s.user != "":
		off.short = []string{as + "which is IAM user {user}'s, and it works as long as that key does",
			"Make that key inactive, for the password alone can't be changed: " + deactivate}
	default:
		off.short = []string{as + "and it works as long as that key does: `aws iam get-access-key-last-used --access-key-id {key}` names the owner",
			"Make that key inactive, for the password alone can't be changed: " + deactivate}
	}
	return []topic{
		off,
		{title: "Replacement", more: s.placeAdvice(), short: []string{
			"Make new SMTP credentials for a user that may do ses:SendRawEmail and nothing else; better, send by SES's API with a role"}},
		{title: "What it did", see: eventsKept, more: watch().more, short: []string{
			"Look at SES's sending statistics, bounces and complaints, in every region, for mail that wasn't yours",
			"Look for other use of the key, for whoever has the secret behind the password can do whatever its user may: " + lookup}},
		{title: "What is left", short: []string{"After a quiet time delete the key: " + deletion}},
	}
}
