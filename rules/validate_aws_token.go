package rules

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lockaway/rules/awskey"
)

// fromBase64 reads base64 of either alphabet, with or without padding.
func fromBase64(v []byte) ([]byte, bool) {
	v = bytes.TrimRight(v, "=")
	s := strings.NewReplacer("-", "+", "_", "/").Replace(string(v))
	out, err := base64.RawStdEncoding.DecodeString(s[:len(s)-len(s)%4+min(len(s)%4, 3)])
	if err != nil && len(out) == 0 {
		return nil, false
	}
	return out, true
}

// awsBedrock judges a long-term API key of Amazon Bedrock: behind ABSK stands
// base64 of "BedrockAPIKey-…". Source: IAM User Guide, "API keys for Amazon Bedrock".
func awsBedrock(c Candidate) Verdict {
	out, ok := fromBase64(bytes.TrimPrefix(c.Value(), []byte("ABSK")))
	if !ok || !bytes.HasPrefix(out, []byte("BedrockAPIKey-")) {
		return Verdict{Reject: "behind ABSK stands nothing that names Bedrock"}
	}
	// AWS's documentation writes EXAMPLE over the base64, others below it.
	if bytes.Contains(c.Value(), []byte("EXAMPLE")) || bytes.Contains(bytes.ToUpper(out), []byte("EXAMPLE")) {
		return Verdict{Confidence: "low", Severity: "info", Why: "a placeholder"}
	}
	return Verdict{Confidence: "high", Why: "it decodes to what Bedrock's keys hold"}
}

// awsBedrockShort judges a short-term key of Bedrock: base64 of a presigned
// address, which tells when it ends. Source: as for awsBedrock.
func awsBedrockShort(c Candidate) Verdict {
	out, ok := fromBase64(bytes.TrimPrefix(c.Value(), []byte("bedrock-api-key-")))
	if !ok || !bytes.HasPrefix(out, []byte("bedrock.amazonaws.com")) {
		return Verdict{Reject: "behind the prefix stands nothing that names Bedrock"}
	}
	v := presigned(string(out))
	if v.Reject != "" {
		return Verdict{Confidence: "medium", Why: "it decodes to an address of Bedrock, but not to a signed one"}
	}
	v.Confidence = "high"
	return v
}

// awsPresigned judges an address that was signed for somebody else's use. Sources:
// "Authenticating requests: using query parameters (AWS signature version 4)" and,
// for the older form, "Signing and authenticating REST requests (version 2)".
func awsPresigned(c Candidate) Verdict {
	return presigned(strings.ReplaceAll(string(c.Value()), "&amp;", "&"))
}

// hexSignature is an HMAC of 32 bytes or, of signatures that hold in several
// regions (AWS4-ECDSA-P256-SHA256), two numbers in DER.
var hexSignature = lazily(`^(?:[0-9a-f]{64}|30[0-9a-f]{134,142})$`)

func presigned(address string) Verdict {
	_, query, ok := strings.Cut(address, "?")
	if !ok {
		_, query, ok = strings.Cut(address, "/?")
	}
	if !ok {
		query = address
	}
	q, err := url.ParseQuery(strings.ReplaceAll(query, ";", "%3B"))
	if err != nil && len(q) == 0 {
		return Verdict{Reject: "its query can't be read"}
	}
	if q.Get("X-Amz-Signature") != "" {
		return presigned4(q)
	}
	return presigned2(q)
}

func presigned4(q url.Values) Verdict {
	id, _, _ := strings.Cut(q.Get("X-Amz-Credential"), "/")
	if !hexSignature().MatchString(q.Get("X-Amz-Signature")) || id == "" {
		return Verdict{Reject: "signature or credential is not of the form"}
	}
	signed, err := time.Parse("20060102T150405Z", q.Get("X-Amz-Date"))
	seconds, err2 := strconv.Atoi(q.Get("X-Amz-Expires"))
	v := signer(id)
	if err == nil && err2 == nil && seconds > 0 && seconds <= 604800 {
		v.Expires = signed.Add(time.Duration(seconds) * time.Second)
	}
	return v
}

func presigned2(q url.Values) Verdict {
	id := q.Get("AWSAccessKeyId")
	sig, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(q.Get("Signature"), " ", "+"))
	seconds, err2 := strconv.ParseInt(q.Get("Expires"), 10, 64)
	if id == "" || err != nil || len(sig) != 20 && len(sig) != 32 || err2 != nil || seconds < 0 || seconds > 1<<40 {
		return Verdict{Reject: "signature, key ID or end is missing or not of the form"}
	}
	v := signer(id)
	v.Expires = time.Unix(seconds, 0).UTC()
	return v
}

// signer judges the key ID that signed an address.
func signer(id string) Verdict {
	k, ok := awskey.Parse(id)
	switch {
	case k.Example || awskey.ExampleID(id):
		return Verdict{Confidence: "low", Severity: "info", Why: "signed with a key of AWS's documentation"}
	case !ok || !k.Credential:
		return Verdict{Reject: "what signed it is no key ID"}
	case k.Kind == awskey.Temporary:
		return Verdict{Confidence: "high", Why: "signed with a temporary key: it ends with that session, or by its own end if that comes first"}
	}
	return Verdict{Confidence: "high", Why: "signed with a long-term key"}
}

// awsCodeCommit judges the password that stands behind a user name such as
// alice-at-123456789012 (IAM User Guide, "Git credentials and CodeCommit").
func awsCodeCommit(c Candidate) Verdict {
	v := bytes.TrimRight(c.Value(), "=")
	if awskey.ExampleSecret(string(v)) || bytes.Contains(v, []byte("EXAMPLE")) {
		return Verdict{Confidence: "low", Severity: "info", Why: "a password of AWS's documentation, or a placeholder"}
	}
	if hexOnly(v) || entropy(v) < 3.8 || transitions(v)*100 < len(v)*30 {
		return Verdict{Reject: "it does not look random"}
	}
	return Verdict{}
}
