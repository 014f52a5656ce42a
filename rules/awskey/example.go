package awskey

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

const (
	// repeated is how many equal or counting-up neighbours make a placeholder:
	// among 40 random characters a run so long has a chance below 1 in 10^10.
	repeated = 8
	// distinct is how many different characters a random secret of 40 has at
	// the very least; a placeholder of "x" and "-" has fewer.
	distinct = 12
)

// Words in key IDs of documentation: the first two are AWS's own, anywhere in an
// ID; the third begins its best-known one, which others vary at the end. A random
// ID holds one of four letters with a chance of 1 in 80,000.
var exampleWords = []string{"EXAMPLE", "XMPL", "IOSFODNN7", "DUMMY", "SAMPLE", "PLACEHOLDER", "ACCESSKEY", "CHANGEME", "REDACTED"}

// Words that tests begin or end their key IDs with.
var testWords = []string{"TEST", "FAKE", "MOCK"}

// ExampleID says whether a key ID stands in AWS's documentation (they hold
// EXAMPLE) or is a placeholder: it says so in words, repeats or counts, also with
// letters and digits taking turns. The eleven characters of the signature test
// suite's count too, though they are no ID by length.
func ExampleID(id string) bool {
	for _, w := range exampleWords {
		if strings.Contains(id, w) {
			return true
		}
	}
	if len(id) <= 4 {
		return false
	}
	body := id[4:]
	for _, w := range testWords {
		if strings.HasPrefix(body, w) || strings.HasSuffix(body, w) {
			return true
		}
	}
	return run(body) >= repeated+2 || different(body) <= 2 || counting(body)
}

// counting tells whether the letters of an ID count up and its digits do, as in
// 1A2B3C4D or ABC123DEF456.
func counting(s string) bool {
	var letters, digits []byte
	for i := range len(s) {
		if '0' <= s[i] && s[i] <= '9' {
			digits = append(digits, s[i])
		} else {
			letters = append(letters, s[i])
		}
	}
	return run(string(letters)) >= 5 && run(string(digits)) >= 5
}

// Words that stand in placeholders. Five letters and more, in any case: a random
// secret of 40 characters holds a given one of five with a chance of 1 in 900,000.
var placeholders = []string{
	"example", "placeholder", "changeme", "change-me", "redacted", "dummy", "sample",
	"secret", "accesskey", "access-key", "insert", "replace", "notreal", "invalid", "yourkey", "youraws",
	// The heads of AWS's own two, whose tails others vary.
	"wjalrxutnfemi", "je7mtgbclwbf",
}

// published are random keys that are printed for everybody to use, by the first
// 16 digits of their SHA-256: they stand in thousands of repositories, and open
// what is open anyway.
var published = map[string]bool{
	"df452eef23e8cf2c": true, // MinIO's public server, play.min.io
	"0e8ad95d75d71161": true, // Amazon S3's developer guide, on signature version 2
	"0114c1456f250438": true, // the same, an older edition
}

// ExampleSecret says whether a secret access key stands in AWS's documentation
// (they hold EXAMPLE) or is a placeholder: it says so in words, repeats one
// character or counts up, or has hardly any different characters.
func ExampleSecret(s string) bool {
	low := strings.ToLower(s)
	for _, w := range placeholders {
		if strings.Contains(low, w) {
			return true
		}
	}
	return run(s) >= repeated || len(s) >= 40 && different(s) < distinct || Published(s)
}

// Published says whether a secret is one that its owner printed for everybody.
func Published(s string) bool {
	if len(s) != 40 {
		return false
	}
	sum := sha256.Sum256([]byte(s))
	return published[hex.EncodeToString(sum[:8])]
}

// run is the length of the longest stretch of one character, or of characters
// each one higher than the one before, as in 12345678 or abcdefgh.
func run(s string) int {
	best, same, up := 0, 1, 1
	for i := range len(s) {
		if i > 0 {
			same, up = same+1, up+1
			if s[i] != s[i-1] {
				same = 1
			}
			if s[i] != s[i-1]+1 && (s[i] != '0' || s[i-1] != '9') {
				up = 1
			}
		}
		best = max(best, same, up)
	}
	return best
}

func different(s string) int {
	var seen [256]bool
	n := 0
	for i := range len(s) {
		if !seen[s[i]] {
			seen[s[i]] = true
			n++
		}
	}
	return n
}
