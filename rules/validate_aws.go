package rules

import (
	"bytes"
	"strings"

	"lockaway/rules/awskey"
)

var awsValidators = map[string]Validator{
	"aws-key-id":        awsKeyID,
	"aws-secret":        awsSecret,
	"aws-session-token": awsSessionToken,
	"aws-smtp-password": awsSMTPPassword,
	"aws-bedrock":       awsBedrock,
	"aws-bedrock-short": awsBedrockShort,
	"aws-presigned":     awsPresigned,
	"aws-codecommit":    awsCodeCommit,
}

// awsKeyID judges the ID of an access key by what it tells offline.
func awsKeyID(c Candidate) Verdict {
	id := string(c.Value())
	k, ok := awskey.Parse(id)
	switch {
	case !ok:
		return Verdict{Reject: "no key ID has this length"}
	case k.Example:
		return Verdict{Confidence: "low", Severity: "info", Why: "a key ID of AWS's documentation, a placeholder, or a sandbox's: it opens nothing"}
	case inBase64(c):
		return Verdict{Reject: "it stands within a longer run of random characters, so it is a part of something else"}
	case entropy(c.Value()) < 2.9:
		return Verdict{Confidence: "low", Severity: "info", Why: "its characters repeat too much for a key ID"}
	}
	named := accessName(c.Name)
	switch {
	case k.Canary:
		return Verdict{Confidence: "high", Why: "the account is known for keys that are laid out as alarms"}
	case !k.Base32 && named:
		return Verdict{Why: "it is named as a key ID, though it holds a digit that AWS's IDs don't have"}
	case !k.Base32:
		return Verdict{Confidence: "low", Why: "it holds a digit that AWS's IDs don't have"}
	case k.Account != "":
		return Verdict{Confidence: "high", Why: "it decodes to an account number"}
	case named:
		return Verdict{Confidence: "high", Why: "it has the form of a key ID and is named as one"}
	case !bytes.ContainsAny(c.Value(), "234567"):
		return Verdict{Confidence: "low", Why: "it has the form of a key ID, but so has a word in capital letters"}
	}
	return Verdict{Why: "it has the form of a key ID of the older kind, which names no account"}
}

// accessName tells whether a name speaks of access keys.
func accessName(name string) bool {
	for _, w := range []string{"access", "aws", "key_id", "keyid", "akid", "credential"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// base64Side is how much of a neighbour is looked at, and how much of it must
// look random for the key ID to be taken as a part of it.
const (
	base64Side = 64
	randomSide = 16
)

// inBase64 tells whether a key ID stands in the middle of base64, where "/" and
// "+" beside it are no edges. What stands beside a true ID behind a "/" is a word,
// a date or a path: small letters, or digits, but hardly a mixture.
func inBase64(c Candidate) bool {
	left := c.Text[max(c.Start-base64Side, 0):c.Start]
	for i := len(left); i > 0; i-- {
		if !base64Byte(left[i-1]) {
			left = left[i:]
			break
		}
	}
	right := c.Text[c.End:min(c.End+base64Side, len(c.Text))]
	for i, b := range right {
		if !base64Byte(b) {
			right = right[:i]
			break
		}
	}
	return mixed(left) || mixed(right)
}

func base64Byte(b byte) bool {
	return b < 0x80 && strings.IndexByte(base62, b) >= 0 || b == '+' || b == '/'
}

// mixed tells whether a run of base64 characters looks random: it is long, and
// goes over from one kind of character to another more often than words do.
func mixed(v []byte) bool {
	return len(v) >= randomSide && transitions(v)*100 >= len(v)*45
}

// transitions counts where one kind of character (small letter, capital, digit,
// sign) follows another. Random base64 has them at 64% of its places; names and
// paths at 10 to 35%.
func transitions(v []byte) int {
	n := 0
	for i := 1; i < len(v); i++ {
		if kindOf(v[i]) != kindOf(v[i-1]) {
			n++
		}
	}
	return n
}

func kindOf(b byte) int {
	switch {
	case 'a' <= b && b <= 'z':
		return 0
	case 'A' <= b && b <= 'Z':
		return 1
	case '0' <= b && b <= '9':
		return 2
	}
	return 3
}

// otherNames are words in a name that say that the value is no secret key.
var otherNames = []string{
	"hash", "sha1", "sha256", "digest", "checksum", "commit", "etag", "integrity", "revision",
	"signature", "fingerprint", "nonce", "salt", "csrf", "md5", "github", "gitlab", "git_", "slack",
	"stripe", "heroku", "cloudflare", "azure", "google", "public", "session", "uuid", "request_id",
}

// otherServices are words in a name that say whose the value is: a service that
// has nothing to do with AWS, whose secrets may have forty characters too.
var otherServices = []string{
	"captcha", "zendesk", "twitter", "consumer", "facebook", "linkedin", "shopify", "paypal", "twilio", "sendgrid", "mailgun",
	"datadog", "newrelic", "new_relic", "sentry", "algolia", "contentful", "pusher", "mapbox", "auth0", "okta", "jwt",
	"database", "db_", "dbpass", "mysql", "postgres", "redis", "mongo", "rabbit", "npm", "pypi", "bitbucket", "travis", "circleci",
	"session_secret", "sessionsecret", "session-secret", "secret_key_base", "secretkeybase",
}

// otherName returns the word in a name that says that its value is no secret key
// of AWS, or "".
func otherName(name string) string {
	if !strings.Contains(name, "secret") {
		for _, w := range otherNames {
			if strings.Contains(name, w) {
				return w
			}
		}
	}
	for _, w := range otherServices {
		if strings.Contains(name, w) && !strings.Contains(name, "aws") && !strings.Contains(name, "s3") {
			return w
		}
	}
	if strings.Contains(name, "token") && !strings.Contains(name, "secret") && !awsName(name) {
		return "token"
	}
	return ""
}

// schemeMax is how long the scheme before an address is at most: a longer word
// before a colon is something else, such as the key ID.
const schemeMax = 12

// address tells whether a value is what stands behind the colon of an address.
func address(c Candidate) bool {
	if c.Start == 0 || c.Text[c.Start-1] != ':' || !bytes.HasPrefix(c.Value(), []byte("//")) {
		return false
	}
	n := 0
	for i := c.Start - 1; i > 0 && n <= schemeMax && base64Byte(c.Text[i-1]); i-- {
		n++
	}
	return n <= schemeMax
}

// The least that a secret of 40 random characters has: bits a character (one in
// 10,000 has fewer than 4.25) and places where the kind of character changes (25
// on average, deviation 3).
const (
	secretEntropy     = 4.2
	secretTransitions = 13
)

// awsSecret judges a run of 40 characters as a secret access key. There is no
// checksum: it must look random, and its name must not speak of something else.
func awsSecret(c Candidate) Verdict {
	v := c.Value()
	if hexOnly(v) {
		return Verdict{Reject: "hexadecimal digits: a hash or the name of a commit"}
	}
	switch {
	case programName(v):
		return Verdict{Reject: "it is a name of several words, as programs have"}
	case awskey.Published(string(v)):
		return Verdict{Confidence: "low", Severity: "info", Why: "its owner printed it for everybody to use"}
	case awskey.ExampleSecret(string(v)):
		return Verdict{Confidence: "low", Severity: "info", Why: "a secret of AWS's documentation, or a placeholder: it opens nothing"}
	}
	secret := strings.Contains(c.Name, "secret")
	if w := otherName(c.Name); w != "" {
		return Verdict{Reject: "its name says that it is something else (" + w + ")"}
	}
	if address(c) {
		return Verdict{Reject: "part of an address"}
	}
	e, t := entropy(v), transitions(v)
	if !bytes.ContainsAny(v, "abcdefghijklmnopqrstuvwxyz") || !bytes.ContainsAny(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		return Verdict{Reject: "small or capital letters alone, which no random value of 40 has"}
	}
	if e < secretEntropy || t < secretTransitions {
		return Verdict{Reject: "it reads like a path or a word rather than like random characters"}
	}
	switch {
	case secret && awsName(c.Name):
		return Verdict{Confidence: "high", Why: "it is named as a secret key of AWS and looks random"}
	case secretKeyName(c.Name):
		return Verdict{Confidence: "medium", Why: "it is named as a secret key, has the form of AWS's and looks random"}
	case secret && awsNear(c):
		return Verdict{Confidence: "medium", Why: "it is named as a secret, has the form of AWS's keys, and the text around speaks of AWS"}
	}
	return Verdict{Confidence: "low", Why: "it has the form of a secret access key and looks random, but nothing names it as one"}
}

// programName tells whether a run of characters is a name such as
// SecretsManagerRotationScheduleProperties: letters of both cases alone, in words.
func programName(v []byte) bool {
	var small, capital int
	for _, b := range v {
		switch kindOf(b) {
		case 0:
			small++
		case 1:
			capital++
		default:
			return false
		}
	}
	return small > capital && capital > 1 && transitions(v) < secretTransitions+4 && entropy(v) > 3
}

func awsName(name string) bool {
	for _, w := range []string{"aws", "amazon", "amzn", "s3", "ec2", "dynamo", "cloudfront", "sqs", "ses_"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return secretAccess(name)
}

func secretAccess(name string) bool { return strings.Contains(squeeze(name), "secretaccesskey") }

func secretKeyName(name string) bool {
	n := squeeze(name)
	return strings.Contains(n, "secretkey") || strings.Contains(n, "secretaccess") || strings.Contains(n, "accesssecret") || strings.Contains(n, "accesskeysecret")
}

// squeeze leaves out what holds the words of a name together.
func squeeze(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-. $", r) {
			return -1
		}
		return r
	}, name)
}

// nearAWS is how far around a value words are looked for that speak of AWS.
const nearAWS = 400

func awsNear(c Candidate) bool {
	near := strings.ToLower(string(c.Text[max(c.Start-nearAWS, 0):min(c.End+nearAWS, len(c.Text))]))
	for _, w := range []string{"aws", "amazon", "s3://", "s3_", "boto", "akia", "asia", "access_key", "accesskey", "access-key"} {
		if strings.Contains(near, w) {
			return true
		}
	}
	return strings.Contains(strings.ToLower(c.Path), "aws")
}

func hexOnly(v []byte) bool {
	for _, b := range v {
		if !('0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F') {
			return false
		}
	}
	return true
}

// The least that the base64 of 100 random bytes and more has: places in a hundred
// where the kind of character changes (64 on average, deviation 5), bits a
// character (5.4 on average). Names of functions in binaries have 45 and 5.0.
const (
	tokenTransitions = 48
	tokenEntropy     = 5.1
)

// tokenHeads are the beginnings that session tokens are known by: base64 of what
// ends in "origin_ec", or says "er/aws" or "aws".
var tokenHeads = lazily(`^(?:IQoJb3JpZ2luX2Vj|F[wQ]oGZXIvYXdz|AQoDYXdz)`)

// awsSessionToken judges a long run of base64 as a session token.
func awsSessionToken(c Candidate) Verdict {
	v := bytes.TrimRight(c.Value(), "=")
	// What most tokens begin with holds bytes of ones, ten slashes in a row.
	head := strings.ReplaceAll(string(v[:min(len(v), 200)]), "/", "")
	switch {
	case awskey.ExampleSecret(head) || bytes.Contains(v, []byte("EXAMPLE")):
		return Verdict{Confidence: "low", Severity: "info", Why: "a session token of AWS's documentation, or a placeholder"}
	case hexOnly(v):
		return Verdict{Reject: "hexadecimal digits"}
	case transitions(v)*100 < len(v)*tokenTransitions, entropy(v) < tokenEntropy:
		return Verdict{Reject: "it reads like a path or words rather than like random characters"}
	case !tokenHeads().Match(v) && !awsName(c.Name) && !awsNear(c):
		return Verdict{Confidence: "low", Why: "it is named as a session's token, but nothing speaks of AWS"}
	}
	return Verdict{}
}

// awsSMTPPassword judges a run of 44 characters by the version byte that Amazon
// SES's passwords begin with.
func awsSMTPPassword(c Candidate) Verdict {
	v := string(c.Value())
	if !awskey.IsSMTPPassword(v) {
		return Verdict{Reject: "it does not begin as the passwords of Amazon SES do"}
	}
	if transitions(c.Value()) < secretTransitions {
		return Verdict{Reject: "it does not look random"}
	}
	for _, w := range otherNames {
		if strings.Contains(c.Name, w) {
			return Verdict{Reject: "its name says that it is something else (" + w + ")"}
		}
	}
	for _, w := range []string{"smtp", "mail", "ses"} {
		if strings.Contains(c.Name, w) {
			return Verdict{Why: "it begins as the passwords of Amazon SES do, and its name speaks of mail"}
		}
	}
	near := strings.ToLower(string(c.Text[max(c.Start-nearAWS, 0):min(c.End+nearAWS, len(c.Text))]))
	if strings.Contains(near, "smtp") || strings.Contains(near, "amazonses") {
		return Verdict{Why: "it begins as the passwords of Amazon SES do, and the text around speaks of mail"}
	}
	return Verdict{Confidence: "low", Why: "it begins as the passwords of Amazon SES do, but nothing speaks of mail"}
}
