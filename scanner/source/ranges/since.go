package ranges

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// sinceForms are the ways in which a time may be written.
var sinceForms = []string{time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02"}

// maxAgo is how many units back a time may lie.
const maxAgo = 100_000

// ParseSince reads a time: "2026-05-01", with a time of day if need be and in the zone
// of now if it has none, RFC 3339, or how long ago as "2 weeks ago", in hours, days,
// weeks, months or years; blanks may be points, as git takes them. A day begins at
// midnight. What lies ahead by more than a day is an error: nothing would be scanned.
func ParseSince(s string, now time.Time) (time.Time, error) {
	t, err := parseSince(strings.TrimSpace(s), now)
	switch {
	case err != nil:
		return time.Time{}, err
	case t.After(now.Add(24 * time.Hour)):
		return time.Time{}, &usage{fmt.Sprintf("%q is in the future", s), ""}
	case t.Unix() < 0:
		t = time.Unix(0, 0) // no commit is older, and the zero time would ask for none
	}
	return t, nil
}

func parseSince(s string, now time.Time) (time.Time, error) {
	for _, form := range sinceForms {
		if t, err := time.ParseInLocation(form, s, now.Location()); err == nil {
			return t, nil
		}
	}
	unknown := &usage{fmt.Sprintf("%q is no date", s), `write it as 2026-05-01, 2026-05-01T12:00:00Z or "2 weeks ago"`}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == '.' })
	if len(words) != 3 || words[2] != "ago" {
		return time.Time{}, unknown
	}
	n, err := strconv.Atoi(words[0])
	if err != nil || n < 0 || words[0][0] == '+' {
		return time.Time{}, unknown
	}
	n = min(n, maxAgo)
	switch strings.TrimSuffix(words[1], "s") {
	case "hour":
		return now.Add(-time.Duration(n) * time.Hour), nil
	case "day":
		return now.AddDate(0, 0, -n), nil
	case "week":
		return now.AddDate(0, 0, -7*n), nil
	case "month":
		return monthsAgo(now, n), nil
	case "year":
		return monthsAgo(now, 12*n), nil
	}
	return time.Time{}, unknown
}

// monthsAgo is the same day of an earlier month, or its last one if that is shorter.
func monthsAgo(now time.Time, n int) time.Time {
	t := now.AddDate(0, -n, 0)
	if t.Day() != now.Day() {
		t = t.AddDate(0, 0, -t.Day())
	}
	return t
}
