package finding

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"unicode/utf8"
)

// Secret is a value that was found. Printed in any way it shows masked: only
// Reveal gives it, and only who writes a report with --show-secrets, compares
// values, or asks whose it is may call that.
//
// Of a masked report that was read back, a value is not known: there is its mask
// and its length, and its finding's fingerprint.
type Secret struct {
	value string
	told  *told // nil where the value is known
}

// told is what a report tells of a value that is not known.
type told struct {
	masked string
	length int
}

// NewSecret wraps a value.
func NewSecret(v string) Secret { return Secret{value: v} }

// MaskedSecret stands for a value of which only what a report told is known: how it
// was masked, and its length in bytes, 0 if the report doesn't say.
func MaskedSecret(masked string, length int) Secret {
	return Secret{told: &told{masked, length}}
}

// Known tells whether the value itself is there.
func (s Secret) Known() bool { return s.told == nil }

// Reveal returns the value; empty where it is not known.
func (s Secret) Reveal() string { return s.value }

// String returns the masked value.
func (s Secret) String() string { return s.Masked() }

// GoString returns the masked value.
func (s Secret) GoString() string { return s.Masked() }

// MarshalText returns the masked value.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.Masked()), nil }

// Len returns the length in bytes; 0 where it is not known.
func (s Secret) Len() int {
	if s.told != nil {
		return s.told.length
	}
	return len(s.value)
}

// Masked returns the value with only its ends left: four characters on each
// side from 24 characters on, the first two from 12 on, else none. Characters are
// bytes here; one of several bytes is shown whole or not at all. Of a value that is
// not known it returns what the report told.
func (s Secret) Masked() string {
	if s.told != nil {
		return s.told.masked
	}
	switch n := len(s.value); {
	case n >= 24:
		tail := n - 4
		for tail < n && !utf8.RuneStart(s.value[tail]) {
			tail++
		}
		return s.head(4) + "…" + s.value[tail:]
	case n >= 12:
		return s.head(2) + "…"
	}
	return "…"
}

// head returns the first n bytes of the value, less those of a character that
// would be cut.
func (s Secret) head(n int) string {
	for n > 0 && !utf8.RuneStart(s.value[n]) {
		n--
	}
	return s.value[:n]
}

// fingerprintKey separates fingerprints from other uses of HMAC-SHA-256. It is
// no secret and must never change: baselines and allow entries hold its results.
const fingerprintKey = "lockaway/fingerprint/1"

// Fingerprint names the value without telling it: HMAC-SHA-256 under a fixed
// key, truncated to 80 bits, 20 hexadecimal digits. It says nothing of place or
// rule, so moved lines and renamed files keep it. Of a value that is not known it is
// empty: the finding has it.
func (s Secret) Fingerprint() string {
	if s.told != nil {
		return ""
	}
	h := hmac.New(sha256.New, []byte(fingerprintKey))
	h.Write([]byte(s.value))
	return hex.EncodeToString(h.Sum(nil)[:10])
}
