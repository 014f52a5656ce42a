package finding

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// What is left of a value is never a part of a character, wherever the characters
// of several bytes stand.
func TestMaskedCharacters(t *testing.T) {
	for _, c := range []string{"é", "€", "𝄞"} {
		for n := range 40 {
			for at := range n + 1 {
				v := strings.Repeat("x", at) + c + strings.Repeat("y", n-at)
				m := NewSecret(v).Masked()
				if !utf8.ValidString(m) {
					t.Fatalf("%q is masked as %q", v, m)
				}
				head, tail, _ := strings.Cut(m, "…")
				if len(head) > 4 || len(tail) > 4 || !strings.HasPrefix(v, head) || !strings.HasSuffix(v, tail) {
					t.Fatalf("%q is masked as %q", v, m)
				}
			}
		}
	}
}

func TestMaskedLengths(t *testing.T) {
	for v, want := range map[string]string{
		"":                         "…",
		"elevenchars":              "…",
		"twelve_chars":             "tw…",
		"twenty-three-characters":  "tw…",
		"twenty-four-characters-x": "twen…rs-x",
		strings.Repeat("\xbf", 30): "…",
	} {
		if got := NewSecret(v).Masked(); got != want {
			t.Errorf("%q is masked as %q, not %q", v, got, want)
		}
	}
}

// TestUnknownValue holds that what a report told of a value is told again, and
// nothing else taken for the value.
func TestUnknownValue(t *testing.T) {
	s := MaskedSecret("wJal…EKEY", 40)
	if s.Known() || s.Reveal() != "" || s.Len() != 40 || s.Masked() != "wJal…EKEY" || s.Fingerprint() != "" {
		t.Errorf("%v %d %q", s.Known(), s.Len(), s.Fingerprint())
	}
	if got := fmt.Sprintf("%v %+v %#v %s", s, s, s, s); got != "wJal…EKEY wJal…EKEY wJal…EKEY wJal…EKEY" {
		t.Errorf("printed: %s", got)
	}
	if !(Secret{}).Known() || !NewSecret("x").Known() {
		t.Error("a value that is there is not known")
	}
}
