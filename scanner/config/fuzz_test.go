package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzParse holds the reader to its word: it never fails but with places in the
// file, and what it lets through can be used as it is.
func FuzzParse(f *testing.F) {
	f.Add([]byte(everything))
	for _, s := range []string{
		"allow = [{rule = 'x', reason = 'r'}]", "scan.exclude = ['a']\n[rules]\n", "[[rule]]\nid='x'\n", "a=[[[", "[scan]\nthreads = 0x10\n",
		"[[allow]]\nvalue='\\Qx'\nreason='''\nr'''\nuntil=1979-05-27\n", "\ufeff[x]\n", "[scan]\r\nexclude=['[']\r\n", "\"\" = 1\n[\"\"]\n", "[[allow]]\n[allow.x]\n",
		"[verify]\ncall_seconds = 1\n", "verify = {partitions = ['aws-cn']}", "verify.total_seconds = 1\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("f", "/x", data, Options{Flags: flags})
		if err != nil {
			var es Errors
			if !errors.As(err, &es) || len(es) == 0 {
				t.Fatalf("%T %v", err, err)
			}
			lines := strings.Count(string(data), "\n") + 1
			for _, e := range es {
				if e.Line < 0 || e.Line > lines || e.What == "" || strings.ContainsAny(e.Error(), "\n\r\x1b") {
					t.Fatalf("%q (of %d lines)", e.Error(), lines)
				}
			}
			return
		}
		for _, e := range c.Allow {
			if e.Reason == "" || e.Rule+e.Path+e.Fingerprint+e.Value == "" || !strings.HasPrefix(e.From, "f:") {
				t.Fatalf("%+v", e)
			}
		}
		for _, s := range c.Scan {
			if never[s.Name] != "" || ownOnly[s.Name] != "" {
				t.Fatalf("a repository's file set %s", s.Name)
			}
		}
		if v := c.Verify; v.CallSeconds+v.TotalSeconds+len(v.Partitions)+len(v.From) > 0 {
			t.Fatalf("a repository's file says %+v", v)
		}
		for _, p := range c.Packs {
			if !filepath.IsLocal(p.Value) {
				t.Fatalf("pack %q", p.Value)
			}
		}
		again, err := Parse("f", "/x", append([]byte("\xef\xbb\xbf"), data...), Options{Flags: flags})
		if !strings.HasPrefix(string(data), "\xef\xbb\xbf") && (err != nil || len(again.Allow) != len(c.Allow)) {
			t.Fatalf("with a byte order mark: %v", err)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	path := filepath.Join(b.TempDir(), Name)
	if err := os.WriteFile(path, []byte(everything), 0o666); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Load(path, Options{Flags: flags}); err != nil {
			b.Fatal(err)
		}
	}
}
