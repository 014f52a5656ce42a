package finding

import "time"

// AllowEntry is one [[allow]] entry of a configuration: findings that meet all
// of its conditions may stand where they are. An empty condition is none; an
// entry has at least one.
type AllowEntry struct {
	// Rule is the ID of the rule, as reports show it.
	Rule string
	// Path is a pattern in gitignore syntax, relative to the folder of the file
	// that the entry stands in.
	Path string
	// Fingerprint is the finding's: 20 hexadecimal digits in lower case.
	Fingerprint string
	// Value is a regular expression (RE2) that the whole value, or the whole of
	// one of its parts, has to match. It may be a secret itself, so it is never
	// printed as it is.
	Value string
	// Reason is why; never empty.
	Reason string
	// Until is the last day on which the entry holds; zero if it has no end. Only
	// year, month and day count: a day is over when it is over where the scan runs.
	Until time.Time
	// From is where the entry stands: "FILE:LINE".
	From string
}

// Over tells whether the entry's last day has ended at now, on the calendar of
// now's time zone.
func (e AllowEntry) Over(now time.Time) bool {
	if e.Until.IsZero() {
		return false
	}
	// Days are compared, not moments: in some zones a day has no midnight.
	return day(now).After(day(e.Until))
}

// day is a moment's day, whatever its time zone.
func day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
