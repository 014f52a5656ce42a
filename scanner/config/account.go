package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Account are the limits that [account] sets for the checks of an AWS account. What
// is left out is left to the checks.
type Account struct {
	Limits []Limit
	// SharedNames are the patterns of user names that several people may stand
	// behind; nil where the file says nothing of them.
	SharedNames []Item
}

// Limit is a number of days.
type Limit struct {
	Name string
	Days int
	From string // "FILE:LINE"
}

// accountKeys are the keys of [account].
var accountKeys = []string{"max_key_age_days", "rotation_days", "unused_days", "password_max_age_days", "root_used_days", "shared_names"}

const (
	// maxDays is the most that a limit may be: ten years. What is more is a slip, or
	// would switch the check off without saying so.
	maxDays = 3650
	// maxPasswordDays is the most that IAM takes for the age of a password (API
	// reference, PasswordPolicy, MaxPasswordAge). Zero says that none is asked for.
	maxPasswordDays = 1095
)

// accountKey reads one key of [account].
func (r *reader) accountKey(k key) {
	switch {
	case !slices.Contains(accountKeys, k.name):
		r.unknownKey(k, "in [account]", accountKeys)
	case k.name == "shared_names":
		r.c.Account.SharedNames = append([]Item{}, r.items(k, badName)...)
	case k.name == "password_max_age_days":
		r.limit(k, 0, maxPasswordDays)
	default:
		r.limit(k, 1, maxDays)
	}
}

func (r *reader) limit(k key, least, most int) {
	if k.kind != unstable.Integer {
		r.fail(k.value.pos, fmt.Sprintf("%s must be a whole number of days, not %s", k.name, kindName(k.kind)))
		return
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(k.text, "_", ""), 0, 64)
	if err != nil || n < int64(least) || n > int64(most) {
		r.fail(k.value.pos, fmt.Sprintf("%s must be from %d to %d days", k.name, least, most))
		return
	}
	r.c.Account.Limits = append(r.c.Account.Limits, Limit{k.name, int(n), r.from(k.pos)})
}

// maxName is the length of an IAM user's name, in characters (API reference, User).
const maxName = 64

// badName says why a pattern of names would fit nothing, or everything.
func badName(p string) string {
	switch {
	case len(p) > maxName:
		return fmt.Sprintf("is longer than the %d characters of a user's name", maxName)
	case strings.Trim(p, "*?") == "":
		return "fits every name"
	}
	// The characters of a name, and * and ?.
	if i := strings.IndexFunc(p, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("+=,.@_-*?", c))
	}); i >= 0 {
		return fmt.Sprintf("holds %q, which no user's name has", []rune(p[i:])[0])
	}
	return ""
}
