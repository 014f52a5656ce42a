package main

import (
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/pflag"

	"lockaway/scanner/config"
	"lockaway/scanner/finding"
)

// What quoteTOML writes is read by a TOML reader as what it was, and no byte of
// it is one that a terminal acts on.
func FuzzQuoteTOML(f *testing.F) {
	for _, s := range []string{"", "plain", `a"b\c`, "\a\b\t\n\v\f\r\x00\x1b[31m\x7f", "\u0085\u200b\u202e\ufeff", "日本 é 😀", "\U000e0001", "bad\xff\xc3", `\u0041`, "…"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		quoted := quoteTOML(s)
		for _, r := range quoted {
			if !unicode.IsGraphic(r) {
				t.Fatalf("%q holds %q", quoted, r)
			}
		}
		var read struct{ V string }
		if err := toml.Unmarshal([]byte("V = "+quoted+" # comment\n"), &read); err != nil {
			t.Fatalf("%s: %v", quoted, err)
		}
		// Ranging over a string gives U+FFFD for each byte that isn't UTF-8.
		if want := string([]rune(s)); read.V != want {
			t.Fatalf("%q became %q", want, read.V)
		}
	})
}

// shown is what `config show` prints of a configuration.
func shown(t *testing.T, text string, now time.Time, flags ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "c.toml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	f, fs := newFlags(), pflag.NewFlagSet("", pflag.ContinueOnError)
	f.addAll(fs)
	if err := fs.Parse(append(flags, "--config", file)); err != nil {
		t.Fatal(err)
	}
	a := &app{ui: &ui{err: io.Discard}}
	s, err := a.setup(fs, f, ".")
	if err != nil {
		t.Fatal(err)
	}
	return s.show(fs, now)
}

// What is shown is a configuration again, and the same one.
func TestShownConfigurationHolds(t *testing.T) {
	const text = `
[scan]
min-confidence = "high"
threads = 3
report = ["json", "jsonl=a \"b\" \u001b.jsonl"]
strict = true
exclude = ["/a b/", 'c\#d', "\tx", "日本*"]
[rules]
disable = ["aws-appsync-key", "aws-mws-token"]
[[allow]]
rule = "aws-access-key"
path = "*.\"quoted\""
reason = "back\\slash, \U0001F600 and \u202e"
[[allow]]
fingerprint = "00112233445566778899"
value = 'a\\b[\x00-\x1f"]+'
reason = "r"
until = 2030-02-28
[[rule]]
id = "acme-token"
title = "Acme token"
literals = ["acme_"]
pattern = 'acme_[a-z]{20}'
examples = ["acme_{{lower 20}}"]
counter_examples = ["acme_x"]
`
	once := shown(t, text, time.Now(), "--show-secrets")
	parse := func(text string) *config.Config {
		c, err := config.Parse("c.toml", t.TempDir(), []byte(text), config.Options{Trusted: true, Flags: settable()})
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		return c
	}
	was, is := parse(text), parse(once)
	values := func(c *config.Config) (out []string) {
		for _, it := range append(c.Exclude, c.Disable...) {
			out = append(out, it.Value)
		}
		for _, s := range c.Scan {
			for _, asked := range was.Scan {
				if s.Name == asked.Name {
					out = append(out, s.Name+"="+strings.Join(s.Values, "|"))
				}
			}
		}
		return out
	}
	if a, b := values(was), values(is); len(a) != len(b) || !sameWords(a, b) {
		t.Errorf("\n%q\n%q", a, b)
	}
	if len(was.Allow) != len(is.Allow) {
		t.Fatalf("%d and %d allow entries", len(was.Allow), len(is.Allow))
	}
	for i, e := range is.Allow {
		e.From = was.Allow[i].From
		if !reflect.DeepEqual(e, was.Allow[i]) {
			t.Errorf("%+v became %+v", was.Allow[i], e)
		}
	}
	// Without the flag the value pattern is hidden, and still a configuration.
	hidden := shown(t, text, time.Now())
	parse(hidden)
	if strings.Contains(hidden, `x1f`) || !strings.Contains(hidden, "not shown without --show-secrets") {
		t.Errorf("value pattern:\n%s", hidden)
	}
}

func sameWords(a, b []string) bool {
	count := map[string]int{}
	for _, s := range a {
		count[s]++
	}
	for _, s := range b {
		count[s]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// An entry's last day ends where the scan runs, not in Greenwich.
func TestShownEndOfAllowEntries(t *testing.T) {
	const text = "[[allow]]\npath = \"x\"\nreason = \"r\"\nuntil = 2026-11-25\n"
	west, east := time.FixedZone("west", -10*3600), time.FixedZone("east", 14*3600)
	for _, c := range []struct {
		now  time.Time
		over bool
	}{
		{time.Date(2026, 11, 25, 23, 59, 0, 0, west), false},
		{time.Date(2026, 11, 26, 0, 0, 0, 0, west), true},
		{time.Date(2026, 11, 25, 0, 0, 0, 0, east), false},
		{time.Date(2026, 11, 26, 0, 1, 0, 0, east), true},
		{time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC), false},
	} {
		if got := strings.Contains(shown(t, text, c.now), "no longer holds"); got != c.over {
			t.Errorf("at %v: over %v", c.now, got)
		}
		// And it is what the scan goes by.
		e := finding.AllowEntry{Until: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)}
		if e.Over(c.now) != c.over {
			t.Errorf("at %v: the entry itself differs", c.now)
		}
	}
}
