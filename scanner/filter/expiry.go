package filter

import (
	"strings"
	"time"

	"lockaway/scanner/finding"
)

// Expire lowers a finding whose value has ended by what itself says (a presigned
// URL, a short-term key) to severity info, with the reason; one that was signed
// with a long-term key to severity low, for it still names that key, as a lone
// key ID does. At the very second that a value names as its end, it no longer
// opens anything. It tells whether the value has expired.
func Expire(f *finding.Finding, now time.Time) bool {
	if f.Expires.IsZero() || now.Before(f.Expires) {
		return false
	}
	f.Why = append(f.Why, "expired on "+f.Expires.UTC().Format("2006-01-02 15:04 MST"))
	if !namesLongTermKey(f) {
		f.Severity = finding.Info
		return true
	}
	f.Severity = min(f.Severity, finding.Low)
	f.Why = append(f.Why, "it still names the long-term key that signed it")
	return true
}

// namesLongTermKey tells whether a key of an IAM user or of the root user signed
// what was found: AKIA begins their IDs alone. Such a key outlives the signature.
func namesLongTermKey(f *finding.Finding) bool {
	return f.AWS != nil && !f.AWS.Example && strings.HasPrefix(f.AWS.KeyID, "AKIA")
}
