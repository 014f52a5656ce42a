package main

import (
	"errors"
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
		what, _ := c.refuse(s)
		return errors.New(what)
	}
	c.value = s
	return nil
}

// refuse words why s is none of them.
func (c *choice) refuse(s string) (what, hint string) {
	all := strings.Join(c.of, ", ")
	return fmt.Sprintf("unknown value %q (one of %s)", s, all), didYouMean(s, "", c.of, "")
}
