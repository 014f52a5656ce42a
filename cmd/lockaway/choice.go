package main

import (
	"fmt"
	"slices"
	"strings"
)

// choice is a flag's value that is one of a few words.
type choice struct {
	value string
	of    []string
}

func newChoice(value string, of ...string) *choice { return &choice{value, of} }

// String, Set and Type implement pflag.Value.
func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return strings.Join(c.of, "|") }
func (c *choice) Set(s string) error {
	if !slices.Contains(c.of, s) {
		return &failure{
			what: fmt.Sprintf("unknown value %q (one of %s)", s, strings.Join(c.of, ", ")),
			hint: didYouMean(s, "", c.of, ""),
		}
	}
	c.value = s
	return nil
}
