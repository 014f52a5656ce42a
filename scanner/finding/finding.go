// Package finding holds the nouns of what a scan says: findings with their
// places, problems, and the summary of the scan. The JSON report is made of
// them, so their fields are its fields.
//
// The room knows nothing of how something is found, filtered or printed.
package finding

import (
	"cmp"
	"slices"
	"time"

	"lockaway/scanner/chunk"
)

// Place is where a value stands. Lines and columns begin at 1; columns count
// bytes; the end column is that behind the last byte.
type Place struct {
	Path        string
	StartLine   int
	EndLine     int
	StartColumn int
	EndColumn   int
	// Layers are the wrappings seen through, outermost first: "base64".
	Layers []string
	Source chunk.Kind
	// Git says where in a repository the place is; nil for what is in none.
	Git *Git
	// Raw is how the value and the parts that belong to it are written there, byte for
	// byte: encoded, escaped, in pieces. What is written as Value is not among them.
	Raw []Secret
	// Around is the text around the value, for those who judge or print the
	// place; no report holds it as it is.
	Around Around
}

// Git is a place in a repository's history.
type Git struct {
	// Repo is the git folder of the submodule that has it, as reported: its paths and
	// refs are those of the submodule. Empty for the repository itself.
	Repo string
	// Object is the id of the blob, commit, tag or tree that the value stands in.
	Object string
	// Commit is the one that brought it in first; empty where none did. Author,
	// Email, Date and Message are that commit's.
	Commit, Author, Email string
	Date                  time.Time
	Message               string // its first line
	// Paths are all that the object ever had, the one of the first commit first, some
	// hundred at most where MorePaths says how many more there are.
	Paths     []string
	MorePaths int
	// Refs are those that still reach it, branches and tags first, some hundred at
	// most, MoreRefs how many more there are; "stash@{1}" for a reflog's, "index" for
	// what is staged and in no commit (of a linked work tree, "worktrees/NAME/index").
	Refs     []string
	MoreRefs int
	// AtTip tells that the state which a ref points to has it, Reachable that some
	// ref reaches it at all.
	AtTip, Reachable bool
	// Placed tells that the above was looked for. It was not where a scan ended early:
	// nothing is said then of commits, paths and refs.
	Placed bool
}

// Around is the text around a value, whole lines where they are short.
type Around struct {
	// Before is the line before the value's first line, Lines the value's lines
	// and After the line after; each cut to some hundred bytes around the value.
	Before, Lines, After string
	// Column is where the value begins in Lines, in bytes from 0.
	Column int
	// Near is a wider stretch, up to some thousand bytes on either side, for
	// words that tell what the value is for.
	Near string
	// Veiled marks a text in which values may stand that no report knows of, so
	// that it can't mask them: it must not be shown.
	Veiled bool
}

// Part is one part of a credential.
type Part struct {
	Kind   string // "key-id", "secret", "session-token"
	Value  Secret
	Line   int
	Column int
}

// AWS is what a key ID tells without asking anybody.
type AWS struct {
	KeyID     string
	AccountID string // "unknown" where the ID does not tell
	Partition string // likewise
	Example   bool   // stands in AWS's documentation
	Canary    bool   // of an account whose keys are laid out as alarms
}

// Guidance is an entry of the catalogue that fits a finding.
type Guidance struct {
	ID, Title, Advice string
}

// Allowed says what allowed a finding.
type Allowed struct {
	By, Reason string
	// Foreign tells that it was an inline marker of another tool.
	Foreign bool
}

// Finding is one credential in one place.
type Finding struct {
	Rule       string
	Title      string
	Confidence Confidence
	Severity   Severity
	Place
	Value       Secret
	Fingerprint string
	Parts       []Part
	// Pieces are what Value and Parts are written in where that is several strings,
	// which source code joins: no report shows them.
	Pieces []Secret
	AWS    *AWS
	// Expires is when the value ends by what itself says; zero if it doesn't.
	Expires time.Time
	// Why are the reasons for the confidence, in the order they came up.
	Why      []string
	Guidance []Guidance
	Steps    []string
	Allowed  *Allowed
	// Verification is what asking the provider told; nil where that was not asked for.
	Verification *Verification
	// Places are all of the value's places in a repository, the first commit's
	// first: the finding's own, then the others. Nil outside of repository scans.
	Places []Place
}

// Problem is something that could not be scanned.
type Problem struct {
	Where string
	What  string
	Hint  string
	Low   bool // nobody could expect it to be scanned
}

// Scan is the summary of a scan.
type Scan struct {
	Kind     string // "tree", "stdin"
	Target   string
	Complete bool // no problem of any weight
	Files    int
	Blobs    int // objects of a repository, each once
	Commits  int
	Skipped  int // left out by ignore files
	Bytes    int64
	Began    time.Time // zero where nobody knows, as of a report that was read back
	Elapsed  time.Duration
	Allowed  int // findings that something allowed
	Foreign  int // how many of these by another tool's inline marker
	Hidden   int // findings below the confidence or severity asked for, and NotLive
	NotLive  int // findings that are hidden because they are not live
	Unsure   int // how many of these may be: no answer said that they aren't
	Problems []Problem
	Rules    int // how many rules were looked for
	// Account is the AWS account that was looked at; nil for scans.
	Account *Account
}

func (g *Git) object() string {
	if g == nil {
		return ""
	}
	return g.Object
}

func (g *Git) repo() string {
	if g == nil {
		return ""
	}
	return g.Repo
}

// Compare orders findings as reports show them: by path, line, column, rule,
// object, fingerprint, then by everything else that tells two apart.
func Compare(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.StartLine, b.StartLine),
		cmp.Compare(a.StartColumn, b.StartColumn),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Git.object(), b.Git.object()),
		cmp.Compare(a.Fingerprint, b.Fingerprint),
		cmp.Compare(a.Git.repo(), b.Git.repo()),
		cmp.Compare(a.EndLine, b.EndLine),
		cmp.Compare(a.EndColumn, b.EndColumn),
		slices.Compare(a.Layers, b.Layers),
	)
}
