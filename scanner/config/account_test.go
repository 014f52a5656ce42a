package config

import (
	"slices"
	"strings"
	"testing"
)

func TestAccount(t *testing.T) {
	c, err := Parse("f", ".", []byte("[account]\nmax_key_age_days = 60\nunused_days = 1_000\npassword_max_age_days = 0\nshared_names = ['team-*',\n'Ops']\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := []Limit{{"max_key_age_days", 60, "f:2"}, {"unused_days", 1000, "f:3"}, {"password_max_age_days", 0, "f:4"}}; !slices.Equal(c.Account.Limits, want) {
		t.Errorf("got %v", c.Account.Limits)
	}
	if want := []Item{{"team-*", "f:5"}, {"Ops", "f:6"}}; !slices.Equal(c.Account.SharedNames, want) {
		t.Errorf("got %v", c.Account.SharedNames)
	}
	if c, err = Parse("f", ".", []byte("[account]\nshared_names = []\n"), Options{}); err != nil || c.Account.SharedNames == nil {
		t.Errorf("an empty list is none: %v, %v", c, err)
	}
	if c, err = Parse("f", ".", []byte("[account]\n"), Options{}); err != nil || c.Account.SharedNames != nil || c.Account.Limits != nil {
		t.Errorf("an empty table says something: %v, %v", c, err)
	}
}

func TestAccountErrors(t *testing.T) {
	for doc, want := range map[string]string{
		"[account]\nmax_age = 1\n":                                        `f:2:1: unknown key "max_age" in [account]`,
		"[account]\nmax_key_age_day = 1\n":                                `f:2:1: unknown key "max_key_age_day" in [account] (did you mean "max_key_age_days"?)`,
		"[account]\nunused-days = 1\n":                                    `f:2:1: unknown key "unused-days" in [account] (did you mean "unused_days"?)`,
		"[account]\nunused_days = '45'\n":                                 "f:2:15: unused_days must be a whole number of days, not a string",
		"[account]\nunused_days = 4.5\n":                                  "f:2:15: unused_days must be a whole number of days, not a number with a fraction",
		"[account]\nunused_days = 0\n":                                    "f:2:15: unused_days must be from 1 to 3650 days",
		"[account]\nunused_days = -1\n":                                   "f:2:15: unused_days must be from 1 to 3650 days",
		"[account]\nunused_days = 99999999999999999999\n":                 "f:2:15: decimal number is too large to fit in a 64-bit signed integer",
		"[account]\nroot_used_days = 3651\n":                              "f:2:18: root_used_days must be from 1 to 3650 days",
		"[account]\npassword_max_age_days = 1096\n":                       "f:2:25: password_max_age_days must be from 0 to 1095 days",
		"[account]\nshared_names = 'x y'\n":                               `f:2:16: an entry of shared_names holds ' ', which no user's name has`,
		"[account]\nshared_names = ['a', '**']\n":                         "f:2:22: an entry of shared_names fits every name",
		"[account]\nshared_names = ['']\n":                                "f:2:17: an entry of shared_names is empty",
		"[account]\nshared_names = [1]\n":                                 "f:2:17: shared_names must be a list of strings",
		"[account]\nshared_names = ['" + strings.Repeat("x", 65) + "']\n": "f:2:17: an entry of shared_names is longer than the 64 characters of a user's name",
		"[[account]]\n":                                                   "f:1:3: there is one table [account]: it is not written [[account]]",
		"[acount]\n":                                                      `f:1:2: unknown table "acount" (did you mean "account"?)`,
	} {
		_, err := Parse("f", ".", []byte(doc), Options{})
		if err == nil || err.Error() != want {
			t.Errorf("%s\ngot  %v\nwant %s", doc, err, want)
		}
	}
}
