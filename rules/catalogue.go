package rules

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
)

// Catalogue is the guidance that findings, and an account, are held against. It
// is never changed.
type Catalogue struct {
	entries []*Entry
	byID    map[string]*Entry
}

// Entry is one piece of guidance.
type Entry struct {
	ID, Title string
	// Says is what the source asks, in our words and no more than it asks.
	Says string
	// Applies says in words to what it is told: to which findings, which accounts.
	Applies  string
	Severity string   // one of Severities
	Advice   []string // what to do about it, in order
	Source   string   // the title of the page or article that Says is taken from
	See      []string // addresses of AWS's pages that go further
	// Audit says that a check of an account can point to it.
	Audit bool
	// Root says that a finding it fits likely belongs to an account's root user.
	Root bool
	// Rank orders the entries that fit one finding: lower is told first.
	Rank int
	// When says which findings it fits: those that fulfil one of the conditions.
	When []*Condition

	File string
	Line int

	lines map[string]int
}

// Condition says what a finding and its place must be. What is left out doesn't
// matter; of a list one entry must hold, except where another rule is given. No
// pattern or word cares for upper and lower case.
type Condition struct {
	// Kinds are the kinds of credential; without any, all of AWS's.
	Kinds []Kind
	// Path and NotPath match the path, with "/" on every system.
	Path, NotPath []Pattern
	// Section matches the name of the INI section that the value stands in.
	Section []Pattern
	// Lines match one of the lines beside the value, from some before it to some
	// behind it; a line that NotLines match too doesn't count.
	Lines, NotLines []Pattern
	// Near and Before are words that stand within some thousand bytes around the
	// value, or before it.
	Near, Before []Word
	// NearAll must all match within some thousand bytes around the value.
	NearAll []Pattern
	// With and Unless are IDs of entries: one of them must fit too, or none may.
	With, Unless []string
	// Across looks at the other findings of the scan as well.
	Across Across
	// Advice, if there is any, is told instead of the entry's where this condition
	// is the one that fits; Of says in words to what.
	Of     string
	Advice []string

	Line  int
	lines map[string]int
}

// Kind is what a credential is, to guidance.
type Kind string

// The kinds.
const (
	LongTermPair  Kind = "long-term-pair"
	TemporaryPair Kind = "temporary-pair"
	LongTermID    Kind = "long-term-id" // a key ID without its secret
	TemporaryID   Kind = "temporary-id"
	OtherID       Kind = "other-id"
	LoneSecret    Kind = "secret"
	LoneToken     Kind = "session-token"
	SMTP          Kind = "smtp-password"
	Bedrock       Kind = "bedrock-key"
	BedrockShort  Kind = "bedrock-short-term-key"
	MWS           Kind = "mws-token"
	AppSync       Kind = "appsync-key"
	CloudFront    Kind = "cloudfront-key"
	Signing       Kind = "signing-key"
	CodeCommit    Kind = "codecommit-password"
	Presigned     Kind = "presigned-url"
	OtherAWS      Kind = "other-aws"
	GitHub        Kind = "github-token"
	PrivateKey    Kind = "private-key"
	Other         Kind = "other"
)

// awsKinds are those of AWS, accessKeys those that are an access key or a part
// of one.
var (
	accessKeys = []Kind{LongTermPair, TemporaryPair, LongTermID, TemporaryID, OtherID, LoneSecret, LoneToken}
	awsKinds   = append(slices.Clip(accessKeys),
		SMTP, Bedrock, BedrockShort, MWS, AppSync, CloudFront, Signing, CodeCommit, Presigned, OtherAWS)
	allKinds = append(slices.Clip(awsKinds), GitHub, PrivateKey, Other)
)

// AWS says whether the kind is one of AWS's.
func (k Kind) AWS() bool { return slices.Contains(awsKinds, k) }

// Across names a comparison with other findings of the scan.
type Across string

// The comparisons.
const (
	Accounts    Across = "accounts"    // the file holds keys of several accounts
	Directories Across = "directories" // the key stands in directories apart from one another
	People      Across = "people"      // the key stands in several persons' home directories
)

var acrosses = []string{string(Accounts), string(Directories), string(People)}

// Pattern is a regular expression (RE2) that is compiled when it is first used
// and doesn't care for case.
type Pattern struct {
	src     string
	compile func() compiled
}

// compiled is an expression with what any text that it matches holds.
type compiled struct {
	*regexp.Regexp
	needles []string
}

func newPattern(src string) Pattern {
	return Pattern{src, sync.OnceValue(func() compiled {
		c := compiled{Regexp: regexp.MustCompile("(?i)" + src)}
		if re, err := syntax.Parse("(?i)"+src, syntax.Perl); err == nil {
			c.needles = needles(re)
		}
		return c
	})}
}

// Match says whether the pattern is found in a text.
func (p Pattern) Match(s string) bool {
	c := p.compile()
	return (c.needles == nil || holdsAny(s, c.needles)) && c.MatchString(s)
}

// String returns the pattern as written.
func (p Pattern) String() string { return p.src }

// Word is a text in lower case. Where it begins or ends with a letter or digit,
// none may stand before or behind it.
type Word string

// In says whether the word stands in a text that is in lower case.
func (w Word) In(lower string) bool {
	for from := 0; ; {
		i := strings.Index(lower[from:], string(w))
		if i < 0 {
			return false
		}
		at, end := from+i, from+i+len(w)
		if (at == 0 || !alnum(w[0]) || !alnum(lower[at-1])) &&
			(end == len(lower) || !alnum(w[len(w)-1]) || !alnum(lower[end])) {
			return true
		}
		from = at + 1
	}
}

func alnum(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// Entries returns all entries, in the files' order. It must not be changed.
func (c *Catalogue) Entries() []*Entry { return c.entries }

// Entry returns the entry with an ID, whatever its case, or nil.
func (c *Catalogue) Entry(id string) *Entry { return c.byID[strings.ToUpper(id)] }

// Suggestion returns ` (did you mean "…"?)` with the entry whose ID is nearest to
// what was asked for, or nothing where none is near.
func (c *Catalogue) Suggestion(id string) string {
	if len(id) < 3 {
		return ""
	}
	ids := make([]string, len(c.entries))
	byLower := map[string]string{}
	for i, e := range c.entries {
		ids[i] = strings.ToLower(e.ID)
		byLower[ids[i]] = e.ID
	}
	best, least := "", 3
	for _, s := range ids {
		if d := distance(strings.ToLower(id), s); d < least {
			best, least = s, d
		}
	}
	if best == "" {
		return ""
	}
	return ` (did you mean "` + byLower[best] + `"?)`
}
