package main

import (
	"github.com/spf13/pflag"
)

// valueError words why a flag's value is refused, and what would do.
func valueError(f *pflag.Flag, value string, err error) (what, hint string) {
	if c, ok := f.Value.(*choice); ok {
		return c.refuse(value)
	}
	return "bad value \"" + value + "\": " + err.Error(), ""
}
