package report

import (
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

// A value that stands in several strings is hidden in each of them, wherever else
// they stand; pieces that are no more than a word are not.
func TestConcatenation(t *testing.T) {
	first, second := strings.Repeat("Ab1+", 5), strings.Repeat("9/xQ", 5)
	f := &finding.Finding{
		Value:  finding.NewSecret(first + second),
		Pieces: []finding.Secret{finding.NewSecret(first), finding.NewSecret(second), finding.NewSecret("key")},
	}
	got := NewMask([]*finding.Finding{f}).Text(`key = "` + first + `" + // and "` + second + `"`)
	if want := `key = "…" + // and "…"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
