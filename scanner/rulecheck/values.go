package rulecheck

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lockaway/rules"
	"lockaway/rules/awskey"
)

// value is a function that makes a credential of some form.
type value struct {
	most int // arguments
	make func(x *expander, args []string) (string, error)
}

var values = map[string]value{
	"key-id":            {2, keyID},
	"session-token":     {1, sessionToken},
	"smtp-password":     {2, smtpPassword},
	"bedrock-key":       {1, bedrockKey},
	"bedrock-short-key": {1, bedrockShortKey},
	"github-token":      {1, githubToken},
	"github-stateless":  {1, githubStateless},
	"uuid":              {0, uuid},
	"pem":               {1, pemKey},
	"der":               {1, derKey},
	"openssh":           {1, opensshKey},
	"putty":             {1, puttyKey},
	"pgp":               {1, pgpKey},
}

// keyID makes a key ID: of a prefix, AKIA if none is given, and an account.
func keyID(x *expander, args []string) (string, error) {
	prefix, account := "AKIA", fmt.Sprintf("%012d", x.random.Int64N(1e12))
	for _, a := range args {
		if a != "" && strings.Trim(a, decimal) == "" {
			account = a
		} else {
			prefix = a
		}
	}
	id, err := awskey.Encode(prefix, account, x.random.Uint64())
	if err != nil {
		return "", fmt.Errorf("key-id: %w", err)
	}
	return id, nil
}

// sessionToken makes a token of a length in characters, 400 if none is given.
func sessionToken(x *expander, args []string) (string, error) {
	n, err := count(args, 400)
	if err != nil || n < 100 {
		return "", fmt.Errorf("session-token: a token has 100 characters at least")
	}
	const head = "IQoJb3JpZ2luX2Vj"
	n -= n % 4
	return head + x.draw(alphabets["base64"], n-len(head)), nil
}

// smtpPassword derives the SMTP password of a region from a secret, one of its
// own if none is given.
func smtpPassword(x *expander, args []string) (string, error) {
	region, secret := "us-east-1", ""
	if len(args) > 0 {
		region = args[0]
	}
	if len(args) > 1 {
		secret = args[1]
	} else {
		secret = x.draw(alphabets["secret"], 40)
	}
	return awskey.SMTPPassword(secret, region), nil
}

func account(x *expander, args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return fmt.Sprintf("%012d", x.random.Int64N(1e12))
}

// bedrockKey makes a long-term key of an account.
func bedrockKey(x *expander, args []string) (string, error) {
	text := "BedrockAPIKey-" + x.draw(alphabets["lower"], 4) + "-at-" + account(x, args) + ":" + x.draw(alphabets["secret"], 60)
	return "ABSK" + base64.StdEncoding.EncodeToString([]byte(text)), nil
}

// bedrockShortKey makes a short-term key, signed at a time (20260102T030405Z if
// none is given) and good for twelve hours.
func bedrockShortKey(x *expander, args []string) (string, error) {
	at := "20260102T030405Z"
	if len(args) > 0 {
		at = args[0]
	}
	if len(at) != len("20060102T150405Z") {
		return "", fmt.Errorf("bedrock-short-key: a time is written as 20260102T030405Z")
	}
	id, err := keyID(x, []string{"ASIA"})
	if err != nil {
		return "", err
	}
	url := "bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" +
		id + "%2F" + at[:8] + "%2Fus-east-1%2Fbedrock%2Faws4_request&X-Amz-Date=" + at +
		"&X-Amz-Expires=43200&X-Amz-Signature=" + x.draw(alphabets["hex"], 64) + "&X-Amz-SignedHeaders=host&Version=1"
	return "bedrock-api-key-" + base64.StdEncoding.EncodeToString([]byte(url)), nil
}

// githubToken makes a token of a short prefix, ghp if none is given, with the
// right checksum.
func githubToken(x *expander, args []string) (string, error) {
	prefix := "ghp"
	if len(args) > 0 {
		prefix = args[0]
	}
	if !slices.Contains([]string{"ghp", "gho", "ghu", "ghs", "ghr"}, prefix) {
		return "", fmt.Errorf("github-token: unknown prefix %q", prefix)
	}
	random := x.draw(alphabets["alnum"], 30)
	return prefix + "_" + random + rules.GitHubChecksum(random), nil
}

// githubStateless makes an installation's token of the stateless form, which
// ends at a time in Unix seconds, if one is given.
func githubStateless(x *expander, args []string) (string, error) {
	claims := map[string]int64{"iat": 1767323045}
	if len(args) > 0 {
		exp, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil {
			return "", fmt.Errorf("github-stateless: %q is no time in seconds", args[0])
		}
		claims["exp"] = exp
	}
	enc := base64.RawURLEncoding
	body := fmt.Sprintf(`{"iss":"https://token.invalid","iat":%d,"exp":%d,"installation":%d}`, claims["iat"], claims["exp"], x.random.IntN(1e8))
	return "ghs_" + x.draw(decimal, 6) + "_" + enc.EncodeToString([]byte(`{"typ":"JWT","alg":"RS256"}`)) + "." +
		enc.EncodeToString([]byte(body)) + "." + x.draw(alphabets["base64url"], 342), nil
}

func uuid(x *expander, _ []string) (string, error) {
	h := x.draw(alphabets["hex"], 30)
	return h[:8] + "-" + h[8:12] + "-4" + h[12:15] + "-a" + h[15:18] + "-" + h[18:30], nil
}
