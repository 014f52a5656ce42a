package rules

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

// A revoked token that was published to show the checksum, in its two parts.
const (
	publishedRandom = "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ"
	publishedSum    = "0mLq17"
)

func TestGitHubChecksum(t *testing.T) {
	if got := GitHubChecksum(publishedRandom); got != publishedSum {
		t.Errorf("got %s", got)
	}
	// CRC-32 of nothing is 0; of "123456789" it is 0xCBF43926, the algorithm's
	// published check value.
	if got := GitHubChecksum(""); got != "000000" {
		t.Errorf("got %s", got)
	}
	n := uint64(0)
	for _, c := range GitHubChecksum("123456789") {
		n = n*62 + uint64(strings.IndexRune(base62, c))
	}
	if n != 0xCBF43926 {
		t.Errorf("got %#x", n)
	}
}

func TestGitHubToken(t *testing.T) {
	const prefix = "ghp_"
	good := prefix + publishedRandom + publishedSum
	wrong := prefix + publishedRandom + "0mLq18"
	long := prefix + publishedRandom + publishedRandom + "x9"
	for _, c := range []struct{ name, before, token, after, confidence string }{
		{"right", "x ", good, " y", "high"},
		{"wrong, nothing said", "x ", wrong, " y", "low"},
		{"wrong, named", "export GITHUB_TOKEN=", wrong, "\n", "medium"},
		{"wrong, in a URL", "https://somebody:", wrong, "@host.invalid/x", "medium"},
		{"wrong, in a header", "Authorization: Bearer ", wrong, "", "medium"},
		{"wrong, word on another line", "token:\n\n", wrong, "", "low"},
		{"of another length", "x ", long, "", "medium"},
		{"filler", "token=", prefix + strings.Repeat("x", 36), "", ""},
		{"sequence", "token=", prefix + "abcdefghijklmnopqrstuvwxyz0123456789", "", ""},
		{"prefix alone", "", prefix, "", ""},
	} {
		text := c.before + c.token + c.after
		v := githubToken(Candidate{Text: []byte(text), Start: len(c.before), End: len(c.before) + len(c.token)})
		if v.Confidence != c.confidence || (v.Reject != "") != (c.confidence == "") {
			t.Errorf("%s: %+v", c.name, v)
		}
	}
	v := githubToken(Candidate{Text: []byte(wrong), End: len(wrong), Name: "api_token"})
	if v.Confidence != "medium" {
		t.Errorf("the name alone: %+v", v)
	}
}

func TestGitHubStateless(t *testing.T) {
	enc := base64.RawURLEncoding.EncodeToString
	token := func(head, claims string) string {
		return "ghs_123456_" + enc([]byte(head)) + "." + enc([]byte(claims)) + "." + enc([]byte("signature"))
	}
	v := githubToken(whole(token(`{"alg":"RS256","typ":"JWT"}`, `{"exp":1767326645}`)))
	if v.Confidence != "high" || !v.Expires.Equal(time.Date(2026, 1, 2, 4, 4, 5, 0, time.UTC)) {
		t.Errorf("%+v", v)
	}
	for _, broken := range []string{
		token(`{"typ":"JWT"}`, `{"exp":1}`), token(`{"alg":"RS256"}`, `{"exp":"soon"}`), "ghs_123456_e30.e30.", "ghs_1_!.!.!",
	} {
		if v := githubToken(whole(broken)); v.Confidence != "medium" || !v.Expires.IsZero() {
			t.Errorf("%s: %+v", broken, v)
		}
	}
	for _, exp := range []string{"-1", "1e300", "0"} {
		if v := githubToken(whole(token(`{"alg":"RS256"}`, `{"exp":`+exp+`}`))); v.Confidence != "high" || !v.Expires.IsZero() {
			t.Errorf("exp %s: %+v", exp, v)
		}
	}
}

func FuzzGitHubToken(f *testing.F) {
	f.Add([]byte("ghp_"+publishedRandom+publishedSum), 0, 40)
	f.Add([]byte("ghs_1_eyJhbGciOiJub25lIn0.eyJleHAiOjF9.x"), 0, 41)
	f.Add([]byte("token ghp_x"), 6, 11)
	f.Fuzz(func(t *testing.T, text []byte, start, end int) {
		if start < 0 || end > len(text) || start > end {
			return
		}
		v := githubToken(Candidate{Text: text, Start: start, End: end})
		if v.Reject == "" && (v.Why == "" || v.Confidence == "") {
			t.Fatalf("%+v", v)
		}
	})
}

func TestNotSequence(t *testing.T) {
	for text, reject := range map[string]bool{
		"0123456789abcdef0123456789abcdef01234567": true,
		"ffffffffffffffffffffffffffffffffffffffff": true,
		"fedcba9876543210fedcba9876543210":         true,
		"da39a3ee5e6b4b0d3255bfef95601890afd80709": false,
		"aabbccddeeff00112233":                     false,
		"":                                         false,
		"x":                                        false,
	} {
		if v := notSequence(whole(text)); (v.Reject != "") != reject {
			t.Errorf("%q: %+v", text, v)
		}
	}
}

func TestEntropy(t *testing.T) {
	for text, want := range map[string]float64{"": 0, "aaaa": 0, "abab": 1, "abcd": 2, "abcdefgh": 3} {
		if got := entropy([]byte(text)); got != want {
			t.Errorf("%q: %v, not %v", text, got, want)
		}
	}
	check, ok := ValidatorByName("entropy>=2")
	if !ok || check(whole("abcd")).Reject != "" || check(whole("abca")).Reject == "" {
		t.Error("the limit is not at 2 bits")
	}
}
