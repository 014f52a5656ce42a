package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"lockaway/scanner/finding"
)

func known(n int, reason string) finding.Known {
	return finding.Known{Fingerprint: fmt.Sprintf("%020x", n), Rule: "r", Reason: reason}
}

// What is written is read back the same, sorted, and has one entry a line.
func TestBaselineRoundTrip(t *testing.T) {
	b := &Baseline{File: "b.json", Entries: []finding.Known{
		{Fingerprint: "ffffffffffffffffffff", Rule: "x", Path: "a\n<b>\"\u2028.env", Reason: "r & s", Mark: finding.Real, Reported: true, History: true, By: "Ada", On: "2026-02-03"},
		{Fingerprint: "00000000000000000001", Rule: "y", Reason: "s"},
	}}
	data := b.Encode()
	back, err := ParseBaseline("b.json", data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	want := []finding.Known{b.Entries[1], b.Entries[0]}
	want[0].From, want[1].From = "b.json:4", "b.json:5"
	if !reflect.DeepEqual(back.Entries, want) {
		t.Errorf("%+v, want %+v", back.Entries, want)
	}
	if !bytes.Equal(back.Encode(), data) {
		t.Error("written again it differs")
	}
	if n := bytes.Count(data, []byte("\n")); n != 7 {
		t.Errorf("%d lines:\n%s", n, data)
	}
	if data = (&Baseline{}).Encode(); string(data) != "{\n  \"format\": \"lockaway-baseline/1\",\n  \"entries\": []\n}\n" {
		t.Errorf("%s", data)
	}
}

// Every fault has its line.
func TestBaselineFaults(t *testing.T) {
	entry := `{"fingerprint":"00112233445566778899","rule":"r","reason":"x"}`
	head := "{\n\"format\": \"lockaway-baseline/1\",\n\"entries\": [\n"
	for _, c := range []struct {
		text string
		line int
		what string
	}{
		{"", 1, "cut off"},
		{"[]", 1, "no JSON object"},
		{"{}", 1, `has no "format"`},
		{"{\"format\": \"lockaway-baseline/1\"}\n{}", 2, "something follows"},
		{"{\n\n\"format\": \"gitleaks\"}", 3, "its format is not"},
		{"{\n\"format\": 3}", 2, "its format is not"},
		{"{\"format\": \"lockaway-baseline/1\",\n\"format\": \"lockaway-baseline/1\"}", 2, "stands twice"},
		{"{\"format\": \"lockaway-baseline/1\",\n\"entrie\": []}", 2, `unknown key "entrie" (did you mean "entries"?)`},
		{"{\"format\": \"lockaway-baseline/1\",\n\"entries\":\n{}}", 3, "must be a list"},
		{head + entry + ",\n\n3]}", 6, "must be an object"},
		{head + entry + ",\n" + `{"fingerprint":3}` + "]}", 5, "fingerprint must be a string"},
		{head + `{"fingerprint":"00112233445566778899","reason":"x","history":"yes"}` + "]}", 4, "history must be true or false"},
		{head + `{"fingerprint":"0011223344556677889","reason":"x"}` + "]}", 4, "20 hexadecimal digits"},
		{head + `{"fingerprint":"00112233445566778899","reason":" "}` + "]}", 4, "without a reason"},
		{head + `{"fingerprint":"00112233445566778899","reason":"x","mark":"maybe"}` + "]}", 4, `unknown mark "maybe"`},
		{head + `{"fingerprint":"00112233445566778899","reason":"x","on":"today"}` + "]}", 4, "must be a date"},
		{head + `{"fingerprint":"00112233445566778899","reason":"` + strings.Repeat("x", maxKnownText+1) + `"}` + "]}", 4, "longer than"},
		{head + entry + ",\n" + strings.ReplaceAll(entry, "r", "r") + "\n]}", 5, "stands in line 4 already"},
		{head + entry + "\n" + entry + "\n]}", 5, "not a baseline: "},
		{head + entry + "\n", 4, "cut off"},
		{head + "=======\n" + entry + "\n]}", 4, "not a baseline"},
		{head + entry + "\n>>>>>>> theirs\n]}", 5, "merge"},
	} {
		_, err := ParseBaseline("b.json", []byte(c.text))
		var es Errors
		if !errors.As(err, &es) || es[0].Line != c.line || !strings.Contains(es[0].What, c.what) {
			t.Errorf("%q: %v, want line %d: %s", c.text[:min(len(c.text), 200)], err, c.line, c.what)
		}
	}
}

// Twenty processes that each add an entry at once lose none, and whoever reads meanwhile
// sees a whole file.
func TestBaselineOfTwentyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), BaselineName)
	if n := os.Getenv("LOCKAWAY_TEST_BASELINE"); n != "" {
		dir, number, _ := strings.Cut(n, "|")
		i := 0
		fmt.Sscan(number, &i)
		for k := range 5 {
			err := ChangeBaseline(t.Context(), dir, false, func(b *Baseline) error {
				b.Entries = append(b.Entries, known(i*5+k, "by "+number))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	var all []*exec.Cmd
	for i := range 20 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestBaselineOfTwentyAtOnce$")
		cmd.Env = append(os.Environ(), fmt.Sprintf("LOCKAWAY_TEST_BASELINE=%s|%d", path, i))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, cmd)
	}
	done := make(chan bool)
	go func() {
		for _, cmd := range all {
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		}
		close(done)
	}()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		if _, err := os.Stat(path); err != nil {
			continue
		}
		if _, err := LoadBaseline(path, false); err != nil {
			t.Fatal(err)
		}
	}
	b, err := LoadBaseline(path, false)
	if err != nil || len(b.Entries) != 100 {
		t.Fatalf("%d entries, %v", len(b.Entries), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// A file is left alone where nothing changes, where change fails, and where what would be
// written could not be read again.
func TestBaselineIsNotTouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), BaselineName)
	add := func(k finding.Known) error {
		return ChangeBaseline(t.Context(), path, false, func(b *Baseline) error {
			if k.Fingerprint != "" {
				b.Entries = append(b.Entries, k)
			}
			return nil
		})
	}
	if err := add(known(1, "one")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	same := func(what string) {
		t.Helper()
		after, _ := os.ReadFile(path)
		info, err := os.Stat(path)
		if err != nil || !bytes.Equal(before, after) || !info.ModTime().Equal(old) {
			t.Errorf("%s: it was written", what)
		}
	}
	if err := add(finding.Known{}); err != nil {
		t.Fatal(err)
	}
	same("nothing new")
	for _, bad := range []finding.Known{known(1, "twice"), known(2, ""), {Fingerprint: "x", Reason: "x"}} {
		if add(bad) == nil {
			t.Errorf("%+v was taken", bad)
		}
		same(bad.Reason)
	}
	boom := errors.New("boom")
	if err := ChangeBaseline(t.Context(), path, false, func(b *Baseline) error { b.Entries = nil; return boom }); !errors.Is(err, boom) {
		t.Error(err)
	}
	same("an error")
	if err := add(known(2, "two")); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o640 {
		t.Errorf("mode %o", info.Mode().Perm())
	}
}

// A baseline that was merely found may be no link out of the repository; of one that is a
// link inside, what it points to is replaced.
func TestBaselineBehindLinks(t *testing.T) {
	dir := t.TempDir()
	repo := filepath.Join(dir, "repo")
	if err := os.MkdirAll(filepath.Join(repo, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	outside, inside := filepath.Join(dir, "out.json"), filepath.Join(repo, "real.json")
	for _, p := range []string{outside, inside} {
		if err := os.WriteFile(p, (&Baseline{}).Encode(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(repo, BaselineName)
	link := func(to string) {
		os.Remove(path)
		if err := os.Symlink(to, path); err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	change := func(b *Baseline) error { b.Entries = append(b.Entries, known(1, "one")); return nil }
	link(outside)
	if _, err := LoadBaseline(path, false); err == nil || !strings.Contains(err.Error(), "leads out") {
		t.Error(err)
	}
	if err := ChangeBaseline(t.Context(), path, false, change); err == nil {
		t.Error("changed what lies outside")
	}
	if data, _ := os.ReadFile(outside); !bytes.Equal(data, (&Baseline{}).Encode()) {
		t.Error("changed what lies outside")
	}
	link("real.json")
	if err := ChangeBaseline(t.Context(), path, false, change); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link is gone")
	}
	if b, err := LoadBaseline(inside, false); err != nil || len(b.Entries) != 1 {
		t.Error(b, err)
	}
}

// Waiting for another program ends when it is told to.
func TestBaselineWaitsNoLonger(t *testing.T) {
	path := filepath.Join(t.TempDir(), BaselineName)
	err := ChangeBaseline(t.Context(), path, false, func(*Baseline) error {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := ChangeBaseline(ctx, path, false, func(*Baseline) error { return nil }); err == nil || !strings.Contains(err.Error(), "another program") {
			t.Errorf("got in twice: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func FuzzBaseline(f *testing.F) {
	f.Add((&Baseline{Entries: []finding.Known{known(1, "one"), known(2, "two")}}).Encode())
	f.Add([]byte("{\"format\":\"lockaway-baseline/1\",\"entries\":[{\"fingerprint\":\"00112233445566778899\",\"reason\":\"x\"},"))
	f.Add([]byte("{\"entries\":[[[[{\"a\":1}]]]]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ParseBaseline("b", data)
		if err != nil {
			lines := bytes.Count(data, []byte("\n")) + 1
			var es Errors
			if !errors.As(err, &es) || slices.ContainsFunc(es, func(e *Error) bool { return e.Line < 0 || e.Line > lines || e.What == "" }) {
				t.Fatalf("%v", err)
			}
			return
		}
		again, err := ParseBaseline("b", b.Encode())
		if err != nil {
			t.Fatalf("written, it can't be read: %v", err)
		}
		if !bytes.Equal(again.Encode(), b.Encode()) {
			t.Fatal("written twice, it differs")
		}
	})
}
