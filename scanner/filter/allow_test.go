package filter

import (
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
)

var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// below is a stand-in for the configuration's own: reports show paths from sub/,
// the configuration stands one folder higher.
func below(reported string) (string, bool) {
	if path.IsAbs(reported) {
		return "", false
	}
	rel := path.Join("sub", reported)
	return rel, !strings.HasPrefix(rel, "..")
}

func newAllow(t *testing.T, entries ...finding.AllowEntry) *Allow {
	t.Helper()
	for i := range entries {
		entries[i].From, entries[i].Reason = fmt.Sprintf(".lockaway.toml:%d", i+1), fmt.Sprintf("reason %d", i+1)
	}
	a, err := NewAllow(entries, below, now)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAllowConditions(t *testing.T) {
	f := here("", "", "s3cret-value+/")
	f.Path, f.Rule = "conf/app.env", "aws-access-key"
	f.Parts = []finding.Part{{Kind: "key-id", Value: finding.NewSecret("KEYID-1")}, {Kind: "secret", Value: f.Value}}
	fp := f.Fingerprint
	type e = finding.AllowEntry
	for _, c := range []struct {
		e    e
		want bool
	}{
		{e{Rule: "aws-access-key"}, true},
		{e{Rule: "aws-access"}, false},
		{e{Rule: "aws-access-key-2"}, false},
		{e{Fingerprint: fp}, true},
		{e{Fingerprint: fp[:19] + "x"}, false},
		{e{Path: "sub/conf/app.env"}, true},
		{e{Path: "/sub/"}, true},
		{e{Path: "sub"}, true},
		{e{Path: "conf/"}, true},
		{e{Path: "*.env"}, true},
		{e{Path: "sub/**/app.*"}, true},
		{e{Path: "conf/app.env"}, false}, // anchored, and it isn't there
		{e{Path: "/conf"}, false},
		{e{Path: "app.env/"}, false}, // a file, no folder
		{e{Path: "*.ENV"}, false},
		{e{Path: "other"}, false},
		{e{Value: `s3cret-value\+/`}, true},
		{e{Value: `s3cret.*`}, true},
		{e{Value: `.*`}, true},
		{e{Value: `s3cret`}, false}, // only a part
		{e{Value: `value\+/$`}, false},
		{e{Value: `s3cret|s3cret-value\+/`}, true}, // the longer choice
		{e{Value: `S3CRET.*`}, false},
		{e{Value: `(?i)S3CRET.*`}, true},
		{e{Value: `\Qs3cret-value+/`}, true}, // a quotation that nothing ends
		{e{Value: `KEYID-\d`}, true},
		{e{Value: `KEYID-`}, false},
		{e{Value: `x*`}, false}, // matches, but only nothing
		{e{Rule: "aws-access-key", Path: "*.env", Fingerprint: fp, Value: ".*"}, true},
		{e{Rule: "other", Path: "*.env", Fingerprint: fp, Value: ".*"}, false},
		{e{Rule: "aws-access-key", Path: "*.txt", Fingerprint: fp, Value: ".*"}, false},
		{e{Rule: "aws-access-key", Path: "*.env", Fingerprint: strings.Repeat("0", 20), Value: ".*"}, false},
		{e{Rule: "aws-access-key", Path: "*.env", Fingerprint: fp, Value: "x"}, false},
	} {
		a := newAllow(t, c.e)
		got, ok := a.Judge(f)
		if ok != c.want {
			t.Errorf("%+v: %v, want %v", c.e, ok, c.want)
		}
		if ok && (got != finding.Allowed{By: ".lockaway.toml:1", Reason: "reason 1"}) {
			t.Errorf("%+v: %+v", c.e, got)
		}
		if unused := a.Unused(); (len(unused) == 0) != c.want {
			t.Errorf("%+v: unused %v", c.e, unused)
		}
	}
}

func TestAllowPathNeedsAPath(t *testing.T) {
	a := newAllow(t, finding.AllowEntry{Path: "*"})
	for _, c := range []struct {
		path   string
		source chunk.Kind
		want   bool
	}{
		{"a.txt", "file", true},
		{"../a.txt", "file", true}, // the folder of the configuration
		{"../../a.txt", "file", false},
		{"/elsewhere/a.txt", "file", false},
		{"-", "stdin", false},
		{"-", "file", true}, // a file of that name
	} {
		f := here("", "", v)
		f.Path = c.path
		f.Source = c.source
		for range 2 { // the second answer is a remembered one
			if _, ok := a.Judge(f); ok != c.want {
				t.Errorf("%s from %s: %v, want %v", c.path, c.source, ok, c.want)
			}
		}
	}
}

func TestFirstEntryDecides(t *testing.T) {
	f := here("", "", v)
	type e = finding.AllowEntry
	for i, entries := range [][]e{
		{{Rule: "some-rule"}, {Fingerprint: f.Fingerprint}},
		{{Fingerprint: f.Fingerprint}, {Rule: "some-rule"}},
		{{Fingerprint: f.Fingerprint, Rule: "x"}, {Path: "x"}, {Path: "a.txt"}, {Fingerprint: f.Fingerprint}},
	} {
		got, _ := newAllow(t, entries...).Judge(f)
		if want := []string{"reason 1", "reason 1", "reason 3"}[i]; got.Reason != want {
			t.Errorf("%d: %+v, want %s", i, got, want)
		}
	}
}

func TestExpiredEntriesDoNotHoldAndAreTold(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 6, d, 0, 0, 0, 0, time.UTC) }
	a := newAllow(t,
		finding.AllowEntry{Rule: "some-rule", Until: day(1).AddDate(0, 0, -1)},
		finding.AllowEntry{Rule: "other-rule", Until: day(1)},
	)
	f := here("", "", v)
	if got, ok := a.Judge(f); ok {
		t.Errorf("allowed by %+v", got)
	}
	f.Rule = "other-rule"
	if _, ok := a.Judge(f); !ok {
		t.Error("the last day does not count")
	}
	if ex := a.Expired(); len(ex) != 1 || ex[0].Rule != "some-rule" {
		t.Errorf("expired %+v", ex)
	}
	if u := a.Unused(); len(u) != 0 {
		t.Errorf("unused %+v", u)
	}
}

func TestUnusableEntriesAreErrors(t *testing.T) {
	for _, c := range []struct {
		e    finding.AllowEntry
		want string
	}{
		{finding.AllowEntry{From: "f:1"}, "f:1: an allow entry without a condition"},
		{finding.AllowEntry{From: "f:2", Value: "Zq8("}, "f:2: value is not a regular expression"},
	} {
		_, err := NewAllow([]finding.AllowEntry{c.e}, below, now)
		if err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// Whatever entries there are: one that names a fingerprint or spells out a value
// allows no other value.
func TestEntriesNeverReachOtherValues(t *testing.T) {
	const alphabet = "ab+/.*(\\"
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := make([]byte, 1+r.IntN(5))
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(b)
	}
	allowed := 0
	for range 20_000 {
		named, found := word(), word()
		e := finding.AllowEntry{Fingerprint: finding.NewSecret(named).Fingerprint()}
		if r.IntN(2) == 0 {
			e = finding.AllowEntry{Value: `\Q` + named}
		}
		if r.IntN(2) == 0 {
			e.Path = "*"
		}
		f := here("", "", found)
		if _, ok := newAllow(t, e).Judge(f); ok != (named == found) {
			t.Fatalf("entry for %q, finding %q: %v", named, found, ok)
		} else if ok {
			allowed++
		}
	}
	if allowed == 0 {
		t.Error("nothing was allowed: the test says nothing")
	}
}

func TestJudgeFromSeveralGoroutines(t *testing.T) {
	a := newAllow(t, finding.AllowEntry{Path: "*.a"}, finding.AllowEntry{Value: "x+"}, finding.AllowEntry{Path: "*.b"})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 200 {
				f := here("", "", "y")
				f.Path = fmt.Sprintf("%d.%c", i, 'a'+i%3)
				if got, ok := a.Judge(f); ok != (i%3 < 2) || ok && got.Reason != []string{"reason 1", "reason 3"}[i%3] {
					t.Errorf("%s: %v %+v", f.Path, ok, got)
				}
			}
		})
	}
	wg.Wait()
	if u := a.Unused(); len(u) != 1 || u[0].Value != "x+" {
		t.Errorf("unused %+v", u)
	}
}
