package config

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestVerifyTable(t *testing.T) {
	text := "[verify]\ncall_seconds = 5\ntotal_seconds = 1_000\npartitions = ['aws-cn',\n'aws-us-gov']\n"
	c, err := Parse("f", ".", []byte(text), Options{Trusted: true})
	if err != nil {
		t.Fatal(err)
	}
	want := Verify{
		CallSeconds: 5, TotalSeconds: 1000, Partitions: []Item{{"aws-cn", "f:4"}, {"aws-us-gov", "f:5"}},
		From: map[string]string{"call_seconds": "f:2", "total_seconds": "f:3", "partitions": "f:4"},
	}
	if !reflect.DeepEqual(c.Verify, want) {
		t.Errorf("%+v, not %+v", c.Verify, want)
	}
	for text, want := range map[string]string{
		"[verify]\ncall-seconds = 1\n":     `f:2:1: unknown key "call-seconds" in [verify] (did you mean "call_seconds"?)`,
		"[verify]\nendpoint = 'x'\n":       `f:2:1: unknown key "endpoint" in [verify]`,
		"[verify]\ncall_seconds = '1'\n":   "f:2:16: call_seconds must be a whole number of seconds, not a string",
		"[verify]\ncall_seconds = 0\n":     "f:2:16: call_seconds must be from 1 to 60 seconds",
		"[verify]\ntotal_seconds = 3601\n": "f:2:17: total_seconds must be from 1 to 3600 seconds",
		"[verify]\npartitions = ['']\n":    "f:2:15: an entry of partitions is empty",
		"[[verify]]\n":                     "f:1:3: there is one table [verify]: it is not written [[verify]]",
		"[scan]\npartition = 'aws-cn'\n":   "f:2:1: partition can't be set in a file: partitions are named by partitions in [verify]",
	} {
		if _, err := Parse("f", ".", []byte(text), Options{Trusted: true}); err == nil || err.Error() != want {
			t.Errorf("%q: %v, not %s", text, err, want)
		}
	}
}

// What a repository's file can't say of asking AWS: anything at all.
func TestRepositoryCantVerify(t *testing.T) {
	names := []string{"verify", "only-live", "call-canaries", "aws-endpoint", "with-profile", "with-environment", "partition"}
	var fs []Flag
	for _, n := range names {
		fs = append(fs, Flag{Name: n})
	}
	for _, n := range names {
		text := "[scan]\n" + n + " = 'x'\n"
		if c, err := Parse("f", ".", []byte(text), Options{Flags: fs}); err == nil || !strings.Contains(err.Error(), n+" can't be set") || c != nil {
			t.Errorf("%s: %v", n, err)
		}
		if _, err := Parse("f", ".", []byte(text), Options{Flags: fs, Trusted: true}); (err == nil) != (n != "partition") {
			t.Errorf("%s in a file of one's own: %v", n, err)
		}
	}
	for _, k := range append(slices.Clone(verifyKeys), "x") {
		_, err := Parse("f", ".", []byte("[verify]\n"+k+" = 1\n"), Options{})
		if err == nil || !strings.Contains(err.Error(), "f:1:2: [verify] can't stand in a repository's file") || err.(Errors).Hint() == "" {
			t.Errorf("%s: %v", k, err)
		}
	}
}
