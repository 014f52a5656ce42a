package filter

import (
	"slices"
	"strings"

	"lockaway/scanner/finding"
)

// Markers are the inline markers of other tools that can be honoured, as their users'
// documentation has them: on the line of the finding, and "nextline" on the one before.
//
//	gitleaks:allow            gitleaks, README, "gitleaks:allow"
//	pragma: allowlist secret  detect-secrets, README, "Inline Allowlisting"; also
//	                          "pragma: allowlist nextline secret" on the line before
//	trufflehog:ignore         trufflehog, README, "How can I ignore…"
//	nosecret                  a word that several tools take
func Markers() []string {
	return []string{"gitleaks:allow", "pragma: allowlist secret", "trufflehog:ignore", "nosecret"}
}

// nextLine is the marker that stands on the line before, and belongs to that of pragma.
const (
	pragma   = "pragma: allowlist secret"
	nextLine = "pragma: allowlist nextline secret"
)

// Foreign allows findings by the markers of other tools, those alone that it is told.
// They name neither rule nor reason, so they hide whatever stands on their line; that is
// why nobody's repository gets them honoured without asking, and why they are counted.
type Foreign struct{ markers []string }

// NewForeign takes the markers to honour, of Markers.
func NewForeign(markers []string) *Foreign { return &Foreign{slices.Clone(markers)} }

// Judge says whether such a marker allows the finding.
func (x *Foreign) Judge(f *finding.Finding) (finding.Allowed, bool) {
	for _, m := range x.markers {
		if hasMarker(f, f.Around.Lines, m) || m == pragma && hasWord(f.Around.Before, nextLine) {
			return finding.Allowed{By: m, Reason: "another tool's marker", Foreign: true}, true
		}
	}
	return finding.Allowed{}, false
}

// hasMarker tells whether a marker stands on the finding's lines, outside of its values.
func hasMarker(f *finding.Finding, lines, marker string) bool {
	return strings.Contains(lines, marker) && hasWord(withoutValues(f, marker), marker)
}

// hasWord tells whether a text has a marker as a word of its own.
func hasWord(text, marker string) bool {
	for before, after := range around(text, marker) {
		if line := strings.LastIndexByte(before, '\n'); line >= 0 {
			before = before[line+1:]
		}
		if beginsWord(before) && endsWord(after) {
			return true
		}
	}
	return false
}

// endsWord says whether a marker may end before this text.
func endsWord(after string) bool {
	if after == "" {
		return true
	}
	c := after[0]
	return !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '/' || c == '=' || c >= 0x80)
}
