package awskey

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// Simple Email Service's SMTP passwords: a version byte and 32 bytes of
// HMAC-SHA-256, in base64 with no padding left, 44 characters. Source: Amazon
// SES Developer Guide, "Obtaining Amazon SES SMTP credentials"; version 2 by
// that page's edition before January 2019.
const (
	smtpVersion4 = 0x04
	smtpVersion2 = 0x02
	smtpLen      = 44
	smtpMessage  = "SendRawEmail"
)

// SMTPPassword is the password that SES's SMTP interface takes in a region for
// the key whose secret is given; the user name is the key's ID.
func SMTPPassword(secret, region string) string {
	return smtpIn(smtpSeed(secret), region)
}

// SMTPPasswords is SMTPPassword for each of SMTPRegions, in their order, with
// the work that they share done once.
func SMTPPasswords(secret string) []string {
	seed, out := smtpSeed(secret), make([]string, len(SMTPRegions))
	for i, r := range SMTPRegions {
		out[i] = smtpIn(seed, r)
	}
	return out
}

// SMTPPasswordV2 is the password of the older version, which holds in every
// region that existed then.
func SMTPPasswordV2(secret string) string {
	return encode(smtpVersion2, sum([]byte(secret), smtpMessage))
}

// smtpSeed is the part of the derivation that doesn't depend on the region. The
// date is a constant of the format.
func smtpSeed(secret string) []byte { return sum([]byte("AWS4"+secret), "11111111") }

func smtpIn(seed []byte, region string) string {
	k := seed
	for _, part := range [...]string{region, "ses", "aws4_request", smtpMessage} {
		k = sum(k, part)
	}
	return encode(smtpVersion4, k)
}

func sum(key []byte, message string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(message))
	return h.Sum(nil)
}

func encode(version byte, mac []byte) string {
	return base64.StdEncoding.EncodeToString(append([]byte{version}, mac...))
}

// IsSMTPPassword says whether a value has the form of an SMTP password, of
// either version. One in 128 values of 44 characters of base64 has it too.
func IsSMTPPassword(s string) bool {
	if len(s) != smtpLen {
		return false
	}
	b, err := base64.StdEncoding.DecodeString(s)
	return err == nil && len(b) == 33 && (b[0] == smtpVersion4 || b[0] == smtpVersion2)
}

// SMTPRegions are the regions that SES has endpoints in, by the AWS General
// Reference, "Amazon Simple Email Service endpoints and quotas", and the SDKs'
// endpoint tables. Read only.
var SMTPRegions = []string{
	"us-east-1", "us-east-2", "us-west-1", "us-west-2",
	"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1",
	"ap-south-1", "ap-south-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
	"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-5",
	"ca-central-1", "ca-west-1", "sa-east-1", "af-south-1", "me-south-1", "me-central-1", "il-central-1",
	"us-gov-west-1", "us-gov-east-1", "eusc-de-east-1",
}
