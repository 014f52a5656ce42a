package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/finding"
)

// flags are some flags as a command line might have them.
var flags = []Flag{
	{Name: "min-confidence", Default: "medium", Check: oneOf("low", "medium", "high")},
	{Name: "threads", Kind: Int, Default: "0", Check: func(v string) error {
		if strings.HasPrefix(v, "-") {
			return errors.New("must not be negative")
		}
		return nil
	}},
	{Name: "strict", Kind: Bool, Default: "false"},
	{Name: "report", Kind: List, Check: func(v string) error {
		format, _, _ := strings.Cut(v, "=")
		return oneOf("text", "json")(format)
	}},
	{Name: "show-secrets", Kind: Bool, Default: "false"},
	{Name: "exit-zero", Kind: Bool, Default: "false"},
	{Name: "config"},
	{Name: "rules", Kind: List},
	{Name: "verify", Kind: Bool, Default: "false"},
}

func oneOf(words ...string) func(string) error {
	return func(v string) error {
		for _, w := range words {
			if v == w {
				return nil
			}
		}
		return fmt.Errorf("unknown word %q", v)
	}
}

const everything = "\xef\xbb\xbf" + `# all there is
[scan]
min-confidence = "low"
threads = 1_0
strict = true
report = ["json", "text"]
exclude = ["*.min.js", # generated
  "!keep.min.js"]

[[allow]]
path = "testdata/"
rule = "aws-access-key"
reason = " made up for tests "
until = 2030-02-28

[[allow]]
fingerprint = "0011223344556677889A"
value = '(?i)dummy[0-9]+'
reason = 'revoked'

[rules]
disable = ["github-token"]
files = ["ci/rules.toml"]
`

func TestEverythingThereIs(t *testing.T) {
	c, err := Parse("a/.lockaway.toml", "/x/a", []byte(everything), Options{Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
	at := func(line int) string { return fmt.Sprintf("a/.lockaway.toml:%d", line) }
	want := &Config{
		File: "a/.lockaway.toml", Dir: "/x/a", root: "/x/a",
		Scan: []Setting{
			{"min-confidence", []string{"low"}, at(3)},
			{"threads", []string{"10"}, at(4)},
			{"strict", []string{"true"}, at(5)},
			{"report", []string{"json", "text"}, at(6)},
		},
		Exclude: []Item{{"*.min.js", at(7)}, {"!keep.min.js", at(8)}},
		Allow: []finding.AllowEntry{
			{Path: "testdata/", Rule: "aws-access-key", Reason: "made up for tests",
				Until: time.Date(2030, 2, 28, 0, 0, 0, 0, time.UTC), From: at(10)},
			{Fingerprint: "0011223344556677889a", Value: "(?i)dummy[0-9]+", Reason: "revoked", From: at(16)},
		},
		Disable: []Item{{"github-token", at(22)}},
		Packs:   []Item{{"a/ci/rules.toml", at(23)}},
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got\n%+v\nwant\n%+v", c, want)
	}
}

// A pack that the command line names is read as far as packs may go.
func TestReadFile(t *testing.T) {
	tree(t, "folder/")
	for name, size := range map[string]int64{"fits": MaxSize, "large": MaxSize + 1, "sparse": 1 << 33} {
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Truncate(size); err != nil {
			t.Logf("%s: %v", name, err)
		}
		f.Close()
	}
	if data, err := ReadFile("fits"); err != nil || len(data) != MaxSize {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	for name, want := range map[string]string{
		"large": "larger than 1 MiB", "sparse": "larger than 1 MiB", "folder": "is a folder, not a file", "gone": "no such file",
	} {
		if _, err := ReadFile(name); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}
