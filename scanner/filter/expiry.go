package filter

import (
	"time"

	"lockaway/scanner/finding"
)

// Expire lowers a finding whose value has ended by what itself says (a presigned
// URL, a short-term key) to severity info, with the reason. At the very second
// that a value names as its end, it no longer opens anything. It tells whether
// the value has expired.
func Expire(f *finding.Finding, now time.Time) bool {
	if f.Expires.IsZero() || now.Before(f.Expires) {
		return false
	}
	f.Severity = finding.Info
	f.Why = append(f.Why, "expired on "+f.Expires.UTC().Format("2006-01-02 15:04 MST"))
	return true
}
