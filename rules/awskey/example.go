package awskey

import "strings"

const (
	// repeated is how many equal or counting-up neighbours make a placeholder:
	// among 40 random characters a run so long has a chance below 1 in 10^10.
	repeated = 8
	// distinct is how many different characters a random secret of 40 has at
	// the very least; a placeholder of "x" and "-" has fewer.
	distinct = 12
)

// ExampleID says whether a key ID stands in AWS's documentation (they end in
// EXAMPLE) or is a placeholder. The eleven characters of the signature test
// suite's count too, though they are no ID by length.
func ExampleID(id string) bool {
	if strings.HasSuffix(id, "EXAMPLE") {
		return true
	}
	return len(id) > 4 && (run(id[4:]) >= repeated+2 || different(id[4:]) <= 2)
}

// Words that stand in placeholders. Five letters and more, in any case: a random
// secret of 40 characters holds a given one of five with a chance of 1 in 900,000.
var placeholders = []string{
	"example", "placeholder", "changeme", "change-me", "redacted", "dummy", "sample",
	"secret", "accesskey", "access-key", "insert", "replace", "notreal", "invalid", "yourkey", "youraws",
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
	return run(s) >= repeated || len(s) >= 40 && different(s) < distinct
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
