package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

// A configuration that stands in no folder has the files that it names beside it, and
// reads none of the disk.
func TestPacksBesideAConfiguration(t *testing.T) {
	pack := "provider = \"acme\"\ntitle = \"Acme\"\n[[rule]]\nid = \"acme-token\"\ntitle = \"Acme token\"\n" +
		"literals = [\"acme_\"]\npattern = 'acme_[a-z]{20}'\nexamples = [\"acme_{{lower 20}}\"]\ncounter_examples = [\"acme_x\"]\n"
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "disk.toml"), []byte(pack), 0o644); err != nil {
		t.Fatal(err)
	}
	failing := errors.New("it is damaged")
	beside := func(path string) ([]byte, bool, error) {
		switch path {
		case "rules/own.toml":
			return []byte(pack), true, nil
		case "large.toml":
			return make([]byte, MaxSize+1), true, nil
		case "damaged.toml":
			return nil, false, failing
		}
		return nil, false, nil
	}
	for name, want := range map[string]string{
		"rules/own.toml": "", "./rules/../rules/own.toml": "",
		"disk.toml":  "no such file",
		"large.toml": "larger than", "damaged.toml": failing.Error(),
	} {
		c, err := Parse(Name, dir, []byte("[rules]\nfiles = ['"+name+"']\n"), Options{Read: beside})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		list, err := c.LoadPacks()
		switch {
		case want == "" && (err != nil || len(list) != 1):
			t.Errorf("%s: %d rules, %v", name, len(list), err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}
