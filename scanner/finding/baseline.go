package finding

import "strings"

// Known is one entry of a baseline: a value that somebody has seen and written down
// by its fingerprint, so that scans tell only of what is new.
type Known struct {
	// Fingerprint is the value's: 20 hexadecimal digits in lower case. There is one
	// entry for each.
	Fingerprint string
	// Rule and Path say what it was and where it stood when it was written down, for
	// people: neither is compared. Path is that from the repository's uppermost folder,
	// or the scanned one; empty for what stood in no file.
	Rule, Path string
	// Reason is why it is there; never empty.
	Reason string
	// Mark is what a person judged it to be.
	Mark Mark
	// Reported marks what was judged but not accepted: it is remembered, and reported as
	// if it were not there.
	Reported bool
	// History marks what was found in a repository's history and not in its files as
	// they were then.
	History bool
	// By and On are who wrote it down and when (YYYY-MM-DD); empty where nobody said.
	By, On string
	// From is where the entry stands: "FILE:LINE".
	From string
}

// Mark is a person's judgement of a finding.
type Mark string

// The marks. What nobody has judged has none.
const (
	Unjudged Mark = ""
	Real     Mark = "real"  // a credential, and still to be dealt with
	False    Mark = "false" // none
	Fixed    Mark = "fixed" // it was one, and opens nothing any more
)

// Marks are all marks but none.
func Marks() []Mark { return []Mark{Real, False, Fixed} }

// IsFingerprint tells whether a text has the form of a fingerprint.
func IsFingerprint(s string) bool {
	return len(s) == 20 && strings.Trim(s, "0123456789abcdef") == ""
}
