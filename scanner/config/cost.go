package config

import (
	"fmt"
	"regexp/syntax"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Limits of the rules that a file brings with it, in its own tables and in its
// packs together. A megabyte of patterns could otherwise be written so that it
// takes gigabytes to compile and minutes to match.
const (
	maxRules        = 2000
	maxRuleProgram  = 200_000 // see size
	maxWordProgram  = 4000    // likewise, of words and paths, which every finding is held against
	maxRulePattern  = 4000    // bytes
	maxPackBytes    = 4 << 20 // of all packs
	tooManyRules    = "the rules of this file and its packs are more than %d"
	tooLargeRules   = "the patterns of this file and its packs are too large together"
	tooLargePattern = "%s is longer than %d bytes"
	tooLargePacks   = "the packs of a file are larger than %d MiB together"
)

// costs is what a file's rules have come to so far.
type costs struct{ rules, program, words, packs int }

// rule adds a [[rule]] table, and says with its place what is too much. What
// else is wrong with the rule is for the rules' own loader.
func (c *costs) rule(t table) (pos, string) {
	if c.rules++; c.rules > maxRules {
		return t.pos, fmt.Sprintf(tooManyRules, maxRules)
	}
	for _, k := range t.keys {
		if k.kind != unstable.String || k.name != "pattern" && k.name != "path" && k.name != "word" {
			continue
		}
		if len(k.text) > maxRulePattern {
			return k.value.pos, fmt.Sprintf(tooLargePattern, k.name, maxRulePattern)
		}
		re, err := syntax.Parse(k.text, syntax.Perl)
		if err != nil {
			continue
		}
		if k.name == "pattern" {
			c.program += size(re)
		} else {
			c.words += size(re)
		}
		if c.program > maxRuleProgram || c.words > maxWordProgram {
			return k.value.pos, tooLargeRules
		}
	}
	return pos{}, ""
}

// size is about how many instructions a pattern compiles to, worked out without
// compiling it. A class counts by its ranges, which take memory too.
func size(re *syntax.Regexp) int {
	n := 1
	for _, sub := range re.Sub {
		n += size(sub)
	}
	switch re.Op {
	case syntax.OpLiteral:
		n = len(re.Rune)
	case syntax.OpCharClass:
		n += len(re.Rune) / 8
	case syntax.OpRepeat:
		times := re.Max // the parser holds the product of nested ones to 1000
		if times < 0 {
			times = re.Min + 1
		}
		n = 1 + (n-1)*times
	}
	return n
}
