package rulecheck

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// call returns what a function gives for its arguments. A name that was given to
// a value before stands for that value.
func (x *expander) call(function string, args []string) (string, error) {
	if v, ok := x.named[function]; ok && len(args) == 0 {
		return v, nil
	}
	if function == "" {
		return strings.Join(args, " "), nil
	}
	if set, ok := alphabets[function]; ok {
		return x.run(function, set, args)
	}
	if v, ok := values[function]; ok {
		if len(args) > v.most {
			return "", fmt.Errorf("%s takes %d arguments at most", function, v.most)
		}
		return v.make(x, args)
	}
	if w, ok := wrappings[function]; ok {
		if len(args) < w.options+1 {
			return "", fmt.Errorf("%s takes %d arguments, the last one a text", function, w.options+1)
		}
		return w.wrap(args[:w.options], strings.Join(args[w.options:], " "))
	}
	return "", fmt.Errorf("unknown name or function %q (functions are %s)", function, strings.Join(Functions(), ", "))
}

// Functions returns the names of all functions of the template language, sorted.
func Functions() []string {
	var all []string
	for name := range alphabets {
		all = append(all, name)
	}
	for name := range values {
		all = append(all, name)
	}
	for name := range wrappings {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// count reads a length; the one given by default where there is none.
func count(args []string, otherwise int) (int, error) {
	if len(args) == 0 {
		if otherwise == 0 {
			return 0, fmt.Errorf("a length is missing")
		}
		return otherwise, nil
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1 || n > maxText {
		return 0, fmt.Errorf("%q is no length", args[0])
	}
	return n, nil
}

const (
	lowerCase = "abcdefghijklmnopqrstuvwxyz"
	upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	decimal   = "0123456789"
)

// alphabets are the functions that draw as many characters as they are told.
var alphabets = map[string]string{
	"secret":    upperCase + lowerCase + decimal + "+/",
	"base64":    upperCase + lowerCase + decimal + "+/",
	"base64url": upperCase + lowerCase + decimal + "-_",
	"alnum":     upperCase + lowerCase + decimal,
	"lower":     lowerCase + decimal,
	"upper":     upperCase + decimal,
	"letters":   upperCase + lowerCase,
	"base32":    upperCase + "234567",
	"hex":       decimal + "abcdef",
	"digits":    decimal,
}

// run draws characters. Only a secret has a length of its own: 40, AWS's.
func (x *expander) run(function, set string, args []string) (string, error) {
	if len(args) > 1 {
		return "", fmt.Errorf("%s takes a length and no more", function)
	}
	otherwise := 0
	if function == "secret" {
		otherwise = 40
	}
	n, err := count(args, otherwise)
	if err != nil {
		return "", fmt.Errorf("%s: %w", function, err)
	}
	return x.draw(set, n), nil
}

// draw draws n characters of a set. A long run is drawn anew until it looks as
// random as almost all do (no more than a third of it one character, letters and
// digits among it where the set has them): an example shall not fail by chance.
func (x *expander) draw(set string, n int) string {
	for {
		out := make([]byte, n)
		for i := range out {
			out[i] = set[x.random.IntN(len(set))]
		}
		if s := string(out); n < 16 || looksRandom(s, set) {
			return s
		}
	}
}

func looksRandom(s, set string) bool {
	seen := map[byte]int{}
	most := 0
	for i := range len(s) {
		seen[s[i]]++
		most = max(most, seen[s[i]])
	}
	for _, kind := range []string{lowerCase, upperCase, decimal} {
		if len(set) > 26 && strings.Contains(set, kind) && !strings.ContainsAny(s, kind) {
			return false
		}
	}
	return most <= max(len(s)/6, 3) && len(seen) >= min(len(set), len(s))/2
}
