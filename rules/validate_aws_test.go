package rules

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"lockaway/rules/awskey"
)

// drawn is a random value of n characters of an alphabet, the same at every run.
func drawn(seed uint64, alphabet string, n int) string {
	r := rand.New(rand.NewPCG(seed, 5))
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(out)
}

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// behind is the candidate v that stands in a text behind its name.
func behind(name, between, v, after string) Candidate {
	text := name + between + v + after
	start := len(name) + len(between)
	return Candidate{Text: []byte(text), Start: start, End: start + len(v), Name: strings.ToLower(name)}
}

func keyIDOf(t testing.TB, prefix, account string) string {
	t.Helper()
	id, err := awskey.Encode(prefix, account, 0x5a3c96e1b7)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// level is what a verdict comes to.
func level(v Verdict) string {
	if v.Reject != "" {
		return "rejected"
	}
	return strings.Trim(v.Confidence+" "+v.Severity, " ")
}

func TestKeyIDInItsPlace(t *testing.T) {
	id, old := keyIDOf(t, "AKIA", "111122223333"), "AKIA"+"JQTXZWKMBLPEHRCV"
	for _, c := range []struct {
		text string
		c    Candidate
		want string
	}{
		{"decodes", behind("x", "=", id, ""), "high"},
		{"older kind, in a signed request's header", behind("Credential", "=", old, "/20150524/us-east-1/s3/aws4_request"), "high"},
		{"older kind, letters alone, named by nothing", behind("x", "=", old, ""), "low"},
		{"of a sandbox", behind("aws_access_key_id", "=", keyIDOf(t, "AKIA", "0"), ""), "low info"},
		{"documentation's word in the middle", behind("access_key_id", "=", "AKIA1234"+"5EXAMPLE1234", ""), "low info"},
		{"counting in turns", behind("AccessKeyId", "=", "AKIA"+"1A2B3C4D5E6F7G8H", ""), "low info"},
		{"within base64", behind("data", ":", drawn(1, base64Alphabet, 40)+"/", ""), "rejected"},
	} {
		if got := level(awsKeyID(c.c)); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}

func TestSecretInItsPlace(t *testing.T) {
	random := drawn(2, base64Alphabet, 40)
	for _, c := range []struct {
		text, name, value, want string
	}{
		{"random", "aws_secret_access_key", random, "high"},
		{"a name of several words", "secret", "Secrets" + "ManagerRotationScheduleProperty" + "Xy", "rejected"},
		{"another", "SecretAccessKey", "ensureObjectMetaApplyConfiguration" + "Exists", "rejected"},
		{"small letters that count", "secret_key", "abcdefghijklmnopqrstuvwxyzabcdefghijklmn", "low info"},
		{"redacted", "secret_access_key", strings.Repeat("X", 40), "low info"},
		{"documentation's head, another tail", "secret_access_key", "wJalrXUtnFEMI/K7MDENG/" + drawn(3, base64Alphabet, 18), "low info"},
		{"hash", "aws_secret_access_key", drawn(4, "0123456789abcdef", 40), "rejected"},
	} {
		if len(c.value) != 40 {
			t.Fatalf("%s: %d characters", c.text, len(c.value))
		}
		if got := level(awsSecret(behind(c.name, "=", c.value, ""))); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}

// Of random secrets of letters alone, one in 40,000, most must still be taken.
func TestRandomLettersAreNoName(t *testing.T) {
	taken := 0
	for seed := range uint64(1000) {
		v := drawn(seed, base64Alphabet[:52], 40)
		if !programName([]byte(v)) {
			taken++
		}
	}
	if taken < 850 {
		t.Errorf("%d of 1000 taken", taken)
	}
}

func TestSessionTokens(t *testing.T) {
	// What a demangled binary has behind a symbol that speaks of session tokens.
	mangled := "_ZN4node4wasi4WASI12WasiFunctionIPFjRS1_NS0_10WasmMemoryEjjjmjEXadL_ZNS1_7FdPreadES3_S4_jjjmjEEjJjjjmjEE12FastCallback"
	random := drawn(6, base64Alphabet, 356)
	for _, c := range []struct {
		text, name, value, want string
	}{
		{"random, AWS's name", "aws_session_token", random, ""},
		{"random, nothing of AWS", "session_token", random, "low"},
		{"known by its head", "session_token", "IQoJb3JpZ2luX2Vj" + random, ""},
		{"of documentation", "aws_session_token", "AQoDYXdz" + random[:100] + "EXAMPLE" + random[:90], "low info"},
		{"a function's name", "sessiontoken", mangled, "rejected"},
		{"a function's name, named", "aws_session_token", mangled, "rejected"},
		{"one character", "aws_session_token", strings.Repeat("X", 560), "low info"},
	} {
		if got := level(awsSessionToken(behind(c.name, " ", c.value, ""))); got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
	wrong := 0
	for seed := range uint64(2000) {
		if level(awsSessionToken(behind("aws_session_token", "=", drawn(seed, base64Alphabet, 100+int(seed%300)), ""))) != "" {
			wrong++
		}
	}
	if wrong > 2 {
		t.Errorf("%d of 2000 random tokens are not taken", wrong)
	}
}

func TestBedrockDocumentation(t *testing.T) {
	body := base64.StdEncoding.EncodeToString([]byte("BedrockAPIKey-abcd-at-111122223333:"))
	for value, want := range map[string]string{
		"ABSK" + body + drawn(7, base64Alphabet, 80):                                "high",
		"ABSK" + body + drawn(7, base64Alphabet, 41) + strings.Repeat("EXAMPLE", 5): "low info",
	} {
		if got := level(awsBedrock(Candidate{Text: []byte(value), End: len(value)})); got != want {
			t.Errorf("%s…: %s, want %s", value[:60], got, want)
		}
	}
}

func TestPresignedForms(t *testing.T) {
	id := keyIDOf(t, "AKIA", "111122223333")
	v4 := "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=%s&X-Amz-Credential=%s%%2F20260102%%2Fus-east-1%%2Fs3%%2Faws4_request&X-Amz-Date=20260102T000000Z&X-Amz-Expires=600&X-Amz-Signature=%s"
	hex := func(n int) string { return drawn(8, "0123456789abcdef", n) }
	for _, c := range []struct{ text, address, want string }{
		{"version 4", fmt.Sprintf(v4, "AWS4-HMAC-SHA256", id, hex(64)), "high"},
		{"version 4 with a signature too short", fmt.Sprintf(v4, "AWS4-HMAC-SHA256", id, hex(62)), "rejected"},
		{"for several regions", fmt.Sprintf(v4, "AWS4-ECDSA-P256-SHA256", id, "3045"+hex(138)), "high"},
		{"for several regions, no DER", fmt.Sprintf(v4, "AWS4-ECDSA-P256-SHA256", id, "7f45"+hex(138)), "rejected"},
		{"signed with documentation's key", fmt.Sprintf(v4, "AWS4-HMAC-SHA256", "AKIAIOSFODNN7EXAMPLE", hex(64)), "low info"},
		{"signed with a user name", fmt.Sprintf(v4, "AWS4-HMAC-SHA256", "minioadmin", hex(64)), "rejected"},
		{"version 2 with a signature too short", "https://b.s3.amazonaws.com/k?AWSAccessKeyId=" + id + "&Expires=1767323045&Signature=Ab4%2FAb4%3D", "rejected"},
		{"version 2", "https://b.s3.amazonaws.com/k?AWSAccessKeyId=" + id + "&Expires=1767323045&Signature=" + drawn(9, base64Alphabet[:62], 27) + "%3D", "high"},
		{"version 2, in HTML", "https://b.s3.amazonaws.com/k?AWSAccessKeyId=" + id + "&amp;Expires=1767323045&amp;Signature=" + drawn(9, base64Alphabet[:62], 27) + "%3D", "high"},
	} {
		v := awsPresigned(Candidate{Text: []byte(c.address), End: len(c.address)})
		if got := level(v); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
		if c.want == "high" && v.Expires.UTC().Format("2006-01-02") != "2026-01-02" {
			t.Errorf("%s: ends %v", c.text, v.Expires)
		}
	}
}
