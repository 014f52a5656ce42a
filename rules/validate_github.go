package rules

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"hash/crc32"
	"time"
)

var githubValidators = map[string]Validator{
	"github-token": githubToken,
}

// base62 is the alphabet of GitHub's tokens, in the order of its digits.
const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

const (
	githubChecksum = 6  // digits of the checksum at a token's end
	githubBody     = 36 // what follows the prefix, checksum included, in the usual token
	githubJWT      = 3  // parts of a JSON web token
)

// GitHubChecksum returns the six characters that end a token whose random part,
// without the prefix, is given: CRC-32 (IEEE) in base 62, zeros in front. Source:
// "Behind GitHub's new authentication token formats", the GitHub blog, 5 April 2021.
func GitHubChecksum(random string) string {
	var out [githubChecksum]byte
	n := crc32.ChecksumIEEE([]byte(random))
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = base62[n%62]
		n /= 62
	}
	return string(out[:])
}

// githubToken looks at a token of one of GitHub's short prefixes: an opaque one
// ends in a checksum, a stateless one (ghs_APPID_JWT, since 2026) holds a JSON
// web token that tells when it ends.
func githubToken(c Candidate) Verdict {
	v := c.Value()
	_, body, ok := bytes.Cut(v, []byte("_"))
	if !ok || len(body) <= githubChecksum {
		return Verdict{Reject: "nothing stands behind the prefix"}
	}
	if _, jwt, ok := bytes.Cut(body, []byte("_")); ok && bytes.Count(jwt, []byte(".")) == githubJWT-1 {
		return githubStateless(jwt)
	}
	if r := notSequence(Candidate{Text: body, End: len(body)}); r.Reject != "" {
		return r
	}
	if entropy(body) < 3 {
		return Verdict{Reject: "its characters repeat too much to be random"}
	}
	random, sum := body[:len(body)-githubChecksum], body[len(body)-githubChecksum:]
	switch {
	case GitHubChecksum(string(random)) == string(sum):
		return Verdict{Confidence: "high", Why: "its checksum is right"}
	case len(body) != githubBody:
		// GitHub announces tokens of other lengths without saying how their
		// checksum goes.
		return Verdict{Confidence: "medium", Why: "it has the form of a token, of unusual length"}
	case named(c):
		return Verdict{Confidence: "medium", Why: "its checksum is wrong, but its name or place says token"}
	}
	return Verdict{Confidence: "low", Why: "its checksum is wrong"}
}

// githubStateless looks into the JSON web token of a stateless token.
func githubStateless(jwt []byte) Verdict {
	parts := bytes.Split(jwt, []byte("."))
	var head struct {
		Alg string `json:"alg"`
	}
	var claims struct {
		Exp float64 `json:"exp"`
	}
	if decodeSegment(parts[0], &head) != nil || head.Alg == "" || decodeSegment(parts[1], &claims) != nil {
		return Verdict{Confidence: "medium", Why: "it has the form of a stateless token, but what it holds can't be read"}
	}
	verdict := Verdict{Confidence: "high", Why: "it holds a JSON web token"}
	if claims.Exp > 0 && claims.Exp < 1<<40 {
		verdict.Expires = time.Unix(int64(claims.Exp), 0).UTC()
	}
	return verdict
}

// decodeSegment reads a part of a JSON web token (RFC 7515, base64url unpadded).
func decodeSegment(part []byte, into any) error {
	data, err := base64.RawURLEncoding.AppendDecode(nil, part)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

// namedBefore are words that, on the same line before a value, say that it is
// meant as a credential.
var namedBefore = lazily(`(?i)token|github|gh_|auth|passw|secret|bearer|\bpat\b|api_?key`)

// named tells whether the name or the place of a value says that it is meant as a
// credential: the name it is assigned to, the words before it on its line, or
// that it stands where a URL has a user's password.
func named(c Candidate) bool {
	if namedBefore().MatchString(c.Name) {
		return true
	}
	before := c.Text[max(c.Start-96, 0):c.Start]
	if i := bytes.LastIndexByte(before, '\n'); i >= 0 {
		before = before[i+1:]
	}
	inURL := bytes.Contains(before, []byte("://")) && c.End < len(c.Text) && c.Text[c.End] == '@'
	return inURL || namedBefore().Match(before)
}
