package awskey

import (
	"fmt"
	"strconv"
)

// The 16 characters behind the prefix are 80 bits in base32 (RFC 4648), most
// significant first:
//
//	bit  0      generation: 0 old, 1 new
//	bits 1-40   account, if new; an old ID's don't tell it
//	bits 41-79  of the key itself
//
// Sources: Tal Be'ery, "A short note on AWS KEY ID"; WithSecure Labs, "A bitwise
// analysis of AWS access key identifiers". Whether the partitions of China and
// of the US government write the same is not known.
const (
	accountChars = 9  // the characters that hold the first 45 bits
	tailBits     = 39 // what follows generation and account
	maxAccount   = 999_999_999_999
)

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// value is what a character of the alphabet stands for.
func value(c byte) uint64 {
	if c >= 'A' {
		return uint64(c - 'A')
	}
	return uint64(c-'2') + 26
}

// account reads the account of a new ID's body, "" if it is none: 40 bits hold
// more than twelve digits.
func account(body []byte) string {
	var v uint64
	for _, c := range body[:accountChars] {
		v = v<<5 | value(c)
	}
	v = v >> 4 & (1<<40 - 1)
	if v > maxAccount {
		return ""
	}
	return fmt.Sprintf("%012d", v)
}

// Encode makes a key ID of the new layout that Parse reads the account from: the
// prefix of four characters, an account of at most twelve digits, and the low 39
// bits of tail. For examples and tests; AWS issued none of what it makes, or
// did so by chance.
func Encode(prefix, account string, tail uint64) (string, error) {
	if f, ok := formOf(prefix); !ok || len(prefix) != 4 || f.min > 20 {
		return "", fmt.Errorf("unknown prefix %q of a key ID", prefix)
	}
	n, err := strconv.ParseUint(account, 10, 64)
	if err != nil || n > maxAccount || len(account) > 12 {
		return "", fmt.Errorf("account %q is not a number of at most twelve digits", account)
	}
	// 80 bits as two halves of eight characters each.
	hi := 1<<39 | n>>1
	lo := n&1<<tailBits | tail&(1<<tailBits-1)
	id := []byte(prefix)
	for _, half := range [2]uint64{hi, lo} {
		for shift := 35; shift >= 0; shift -= 5 {
			id = append(id, alphabet[half>>shift&31])
		}
	}
	return string(id), nil
}
