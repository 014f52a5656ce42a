package rules

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Candidate is what a pattern or a run gave, with the text it stands in.
type Candidate struct {
	Text       []byte // must not be kept or changed
	Start, End int    // the value is Text[Start:End]
	// Name is the name that the value is assigned to, in lower case; empty where
	// none is known.
	Name string
	Path string // the file, as it is reported; may be empty
}

// Value returns the candidate's value.
func (c Candidate) Value() []byte { return c.Text[c.Start:c.End] }

// Verdict is what a validator says about a candidate. The zero value accepts it
// as the rule has it.
type Verdict struct {
	// Reject says why it is none, as "the checksum is wrong" would; empty accepts.
	Reject string
	// Confidence and Severity replace the rule's unless empty.
	Confidence, Severity string
	// Why is the reason for the confidence, or anything that the reader of the
	// finding should know. Empty where there is nothing to say.
	Why string
	// Expires is when the value ends by what itself says; zero if it doesn't.
	Expires time.Time
	// Rule is another rule of the set that this really is; empty for the one at
	// hand.
	Rule string
	// Value replaces the value, such as a key block without its indentation; nil
	// leaves it.
	Value []byte
}

// Validator judges a candidate by what it holds. Any number of goroutines may
// call it; it never panics, whatever the text, and reads no farther than the
// rules' greatest span around the candidate.
type Validator func(Candidate) Verdict

// validators are those of this file; other files have their own, and all are
// joined in registry.
var generalValidators = map[string]Validator{
	"not-sequence": notSequence,
}

// registry returns every validator by name.
var registry = sync.OnceValue(func() map[string]Validator {
	all := map[string]Validator{}
	for _, m := range []map[string]Validator{generalValidators, githubValidators, keyValidators, awsValidators} {
		maps.Copy(all, m)
	}
	return all
})

// ValidatorByName returns the validator that packs call by a name. Besides the
// names of ValidatorNames there is entropy>=N, with N in bits a character.
func ValidatorByName(name string) (Validator, bool) {
	if n, ok := strings.CutPrefix(name, "entropy>="); ok {
		least, err := strconv.ParseFloat(n, 64)
		if err != nil || !(least > 0 && least < 8) {
			return nil, false
		}
		return minEntropy(least), true
	}
	v, ok := registry()[name]
	return v, ok
}

// ValidatorNames returns the names of all validators, sorted, save for those
// with a number in them.
func ValidatorNames() []string { return slices.Sorted(maps.Keys(registry())) }

// minEntropy rejects values whose characters are too few or too often the same
// to be random.
func minEntropy(least float64) Validator {
	return func(c Candidate) Verdict {
		if e := entropy(c.Value()); e < least {
			return Verdict{Reject: "its characters repeat too much to be random (" + strconv.FormatFloat(e, 'f', 1, 64) + " bits each)"}
		}
		return Verdict{}
	}
}

// entropy is Shannon's, in bits a byte, of the value's own bytes.
func entropy(v []byte) float64 {
	var count [256]int
	for _, b := range v {
		count[b]++
	}
	e := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(v))
			e -= p * math.Log2(p)
		}
	}
	return e
}

// notSequence rejects values that people type where a secret would stand: more
// than half of their characters follow the one before by the same step, as in
// 0123456789abcdef or aaaaaaaa. A random value of 20 characters does so once in
// many billions.
func notSequence(c Candidate) Verdict {
	v := c.Value()
	steps := map[int]int{}
	for i := 1; i < len(v); i++ {
		steps[int(v[i])-int(v[i-1])]++
	}
	for _, step := range []int{0, 1, -1} {
		if steps[step]*2 > len(v) {
			return Verdict{Reject: "its characters follow each other as somebody types them who needs a filler"}
		}
	}
	return Verdict{}
}
